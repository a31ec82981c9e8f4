/*
 * letter — an e-mail as it goes to a mail server: text alone, no picture, no
 * link of a tracker, nothing of anybody but what the caller puts in.
 *
 * RFC 5322 with MIME: 7 bits, lines of at most 76 bytes that end in CR LF, the
 * body quoted-printable UTF-8, the subject and the sender's name as encoded
 * words (RFC 2047).  It says that a machine wrote it (RFC 3834), and, with a
 * stop address, how one click ends them (RFC 8058).  A text that would begin
 * another header is refused, not repaired.
 */
#ifndef MAIL_LETTER_H
#define MAIL_LETTER_H

#include "base/buf.h"
#include "base/err.h"

#define MAIL_LETTER_MAX ((size_t)60 * 1024)
#define MAIL_SUBJECT_MAX 300 /* bytes; the sender's name too */

struct mail_letter {
	str from, to;  /* mail_address_fine */
	str from_name; /* UTF-8, one line; may be empty */
	str subject;   /* UTF-8, one line */
	str body;      /* UTF-8; lines end in LF */
	str id;        /* letters and digits: the same letter, the same id */
	str stop_url;  /* https address of the one click; empty: none */
	str lang;      /* "fr", "en" */
	int64_t date;  /* UTC */
	bool urgent;
};

/* ERR_INPUT: an address that is not fine, or a control character where one line
 * is meant.  ERR_LIMIT: longer than MAIL_LETTER_MAX. */
bool mail_letter_write(
    struct buf *, const struct mail_letter *, struct err *) MUST_USE;

#endif
