/*
 * helpline — the numbers to call, by jurisdiction profile: data with the day of
 * its last review, twice a year.
 *
 *	{"format":"preau-helplines-1","reviewed":"2026-11-29","lines":[
 *	{"profile":"fr","number":"119","tel":"119","fr":…,"en":…,
 *	 "children_fr":…,"children_en":…},…]}
 *
 * number as people read it, tel the digits of a tel: link; fr and en say whom
 * it is for, and when; children_… the same in words for children, and a line
 * without them is not shown to children.  Unknown members are passed over.
 *
 * The program has one in it.  A newer one is the file helplines.json in the
 * data folder with helplines.json.sig beside it, the 64 bytes of an Ed25519
 * signature (RFC 8032) over its bytes by the option helplines_key; it is taken
 * when it is signed, whole and not older.
 */
#ifndef REPORT_HELPLINE_H
#define REPORT_HELPLINE_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "lang/lang.h"

#define HELPLINE_BYTES_MAX (64 * 1024)
#define HELPLINE_LINES_MAX 200
#define HELPLINE_TEXT_MAX 300    /* bytes */
#define HELPLINE_REVIEW_DAYS 214 /* seven months */

struct helpline {
	str profile, number, tel;
	str what[LANGS], children[LANGS]; /* children empty: not for them */
};

struct helpline_list {
	const struct helpline *v; /* of one profile, in their order */
	size_t n;
};

struct helpline_book {
	int64_t reviewed_on; /* day */
	struct helpline *v;  /* grouped by profile */
	size_t n;
};

/* ERR_INPUT: not that format; ERR_LIMIT. */
bool helpline_read(
    struct arena *, str json, struct helpline_book *ret, struct err *) MUST_USE;
/* ERR_NOT_FOUND: there is no file; ERR_DENIED: not signed by that key. */
bool helpline_file(struct arena *, const struct conf *,
    struct helpline_book *ret, struct err *) MUST_USE;

/* The first profile's when this one is unknown. */
struct helpline_list helpline_of(const struct helpline_book *, str profile);
bool helpline_overdue(const struct helpline_book *, int64_t today);

#endif
