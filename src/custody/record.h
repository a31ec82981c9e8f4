/*
 * record — what is known of a medium in the hour in which it is sealed: who
 * sent it, when and from where, in which album, for whom; who could see that
 * album then, account by account; to whom bytes of it were sent, as far as that
 * is kept (sharing/received.h); and what the team and documents left in the
 * register.
 *
 * Lines « word: value ».  It is written once.  Its digest stands in the story
 * of the case from the moment at which the file is sealed, and is compared
 * whenever somebody reads it.
 */
#ifndef CUSTODY_RECORD_H
#define CUSTODY_RECORD_H

#include "people/deed.h"
#include "sql_seal.h"

#define RECORD_DIGEST 65 /* hexadecimal, with its end */

/* Who could see the album last asked about: of many media it is asked once. */
struct custody_record_album {
	int64_t post; /* 0: none yet */
	str lines;
};

/* In the caller's transaction.  *ret_enc: as seal.record_enc. */
bool custody_record_write(const struct deed *,
    const struct sql_seal_medium_row *, struct custody_record_album *,
    str *ret_enc, struct err *) MUST_USE;

/* What the story keeps of it: « number digest ». */
void custody_record_digest(str record, char ret[RECORD_DIGEST]);
bool custody_record_detail(
    const struct deed *, int64_t seal, str *ret, struct err *) MUST_USE;
/* *ret_known: the story has its digest; *ret_same: and it is that. */
bool custody_record_check(const struct deed *, int64_t case_file, int64_t seal,
    str record, bool *ret_known, bool *ret_same, struct err *) MUST_USE;

#endif
