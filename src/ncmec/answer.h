/*
 * answer — what the CyberTipline answers: reportResponse, or after the last
 * call reportDoneResponse.
 *
 * Foreign bytes: no document type, no depth, a limit on each text.  Elements
 * that are newer than this program are passed over.  What is not whole says
 * nothing at all.  The answer to a wrong password has no body and is not read.
 */
#ifndef NCMEC_ANSWER_H
#define NCMEC_ANSWER_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define NCMEC_FILE_ID_MAX 64
#define NCMEC_WORDS_MAX 300 /* bytes of a description that are kept */
#define NCMEC_MD5_HEX 32

struct ncmec_answer {
	bool done;         /* of the last call */
	int64_t code;      /* 0: it is well */
	int64_t report_id; /* 0: none */
	char words[NCMEC_WORDS_MAX + 1];
	char file_id[NCMEC_FILE_ID_MAX + 1]; /* letters, digits, - and _ */
	char hash[NCMEC_MD5_HEX + 1];        /* small letters */
	size_t files;                        /* of the last call */
};

/* ERR_INPUT: no such answer, or not whole. */
bool ncmec_answer_read(str, struct ncmec_answer *ret, struct err *) MUST_USE;

#endif
