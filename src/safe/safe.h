/*
 * safe — the evidence safe of a family: screenshots, links and words of
 * harassment, kept as they came.
 *
 * It only grows.  Each entry is a line of canonical JSON (evidence/bundle.h)
 * that holds the SHA-256 of the line before it, what was seen, and the time of
 * the house; of a picture the SHA-256 and the length of the file that came,
 * which is kept as it came.  Nothing is changed: that an entry was withdrawn, a
 * picture destroyed or the safe opened to a case is an entry of its own.
 *
 * The lines are under a key of the safe; beside each stand its digest and a
 * BLAKE2b-256 of the organisation's audit key over that and the one before, so
 * the chain can be verified when the key is gone.  Nobody of the organisation
 * sees any of it, and no line of the audit tells that there is one, until the
 * family opens it to those who handle a case (report/route.h says who).
 *
 * A link is words: nothing here ever follows it.
 */
#ifndef SAFE_SAFE_H
#define SAFE_SAFE_H

#include "evidence/bundle.h"
#include "ipc/http.h"
#include "people/deed.h"

#define SAFE_ENTRIES_MAX 400
#define SAFE_PICTURES_MAX 60
#define SAFE_BYTES_MAX ((uint64_t)10 << 20) /* of one picture */
#define SAFE_WORDS_MAX 4000                 /* code points */
#define SAFE_LINE_MAX 200                   /* of the other texts */
#define SAFE_LINK_MAX 1000
#define SAFE_SHARES_MAX 20

enum safe_kind {
	SAFE_PICTURE,
	SAFE_LINK,
	SAFE_WORDS,
	SAFE_WITHDRAWN, /* `of` is not shown any more */
	SAFE_DESTROYED, /* the bytes of `of` are gone for good */
	SAFE_SHOWN,     /* to those who handle a case: its number is in words */
	SAFE_CLOSED,    /* to them again */
	SAFE_EMPTIED,   /* the key is gone, and all that it protected */
	SAFE_KINDS
};

enum safe_picture { SAFE_COMING, SAFE_READY, SAFE_REFUSED, SAFE_STOPPED };

struct safe_entry {
	int64_t n, at, of;
	enum safe_kind kind;
	str line;                          /* as it was written; "" gone */
	str seen, who, place, words, link; /* "" when they were not said */
	int64_t medium;                    /* 0: none */
	enum safe_picture state;
	str reason, type; /* of SAFE_REFUSED; "image/png" */
	bool withdrawn, destroyed;
};

struct safe {
	int64_t id; /* 0: there is none yet */
	int64_t account, post, opened_at, last_at;
	int64_t left_at; /* its account was erased; 0: it was not */
	struct safe_entry *v;
	size_t n, pictures;
	int64_t broken; /* the first entry that is not as it was written; 0 */
};

const char *safe_sentence(enum safe_kind); /* catalogue key */

/* The one of the deed's actor; ret->id 0: none yet.  Kept files are looked for
 * with grants alone (sharing/permit.h). */
bool safe_load(const struct deed *, struct safe *ret, struct err *) MUST_USE;
/* Whoever's it is: the caller has asked. */
bool safe_load_one(
    const struct deed *, int64_t id, struct safe *ret, struct err *) MUST_USE;

/* In the caller's transaction from here on. */

/* The actor's own, made when there is none. */
bool safe_open(const struct deed *, struct safe *ret, struct err *) MUST_USE;

struct safe_new {
	enum safe_kind kind; /* one of the first three */
	str seen, who, place, words, link;
	int64_t medium; /* of SAFE_PICTURE, with the file that came */
	const struct http_file *file;
};

/* ERR_LIMIT: it is full. */
bool safe_add(const struct deed *, int64_t safe, const struct safe_new *,
    struct err *) MUST_USE;
/* ERR_NOT_FOUND: no such entry; ERR_CONFLICT: it was before. */
bool safe_withdraw(
    const struct deed *, const struct safe *, int64_t n, struct err *) MUST_USE;
/* ERR_CONFLICT also: a case needs it (safe_needed), or the law. */
bool safe_destroy(
    const struct deed *, const struct safe *, int64_t n, struct err *) MUST_USE;

/* A case to which it is open and that is not decided, or that is held. */
bool safe_needed(
    const struct deed *, int64_t safe, bool *ret, struct err *) MUST_USE;
/* The key is destroyed.  ERR_CONFLICT: a case needs it. */
bool safe_empty(const struct deed *, int64_t safe, struct err *) MUST_USE;

/* ---- open to a case ---- */

struct safe_share {
	int64_t id, case_file, since;
	str number;
};

struct safe_shares {
	struct safe_share *v;
	size_t n;
};

bool safe_shares(const struct deed *, int64_t safe, struct safe_shares *ret,
    struct err *) MUST_USE;
/* To a case of which the actor is a reporter, or that she has just opened: the
 * caller has asked.  Open already: fine. */
bool safe_show(const struct deed *, int64_t safe, int64_t case_file, str number,
    struct err *) MUST_USE;
bool safe_close(
    const struct deed *, int64_t safe, int64_t share, struct err *) MUST_USE;
/* Who handles a case read what is open to it, or was given that picture: once a
 * day in the story of the case.  No case that leads to the actor:
 * ERR_NOT_FOUND. */
bool safe_was_read(
    const struct deed *, int64_t case_file, struct err *) MUST_USE;
bool safe_was_seen(const struct deed *, int64_t medium, struct err *) MUST_USE;
/* Those that are open to a case; the caller has asked its path. */
bool safe_of_case(const struct deed *, int64_t case_file, int64_t *ret,
    size_t max, size_t *ret_n, struct err *) MUST_USE;

#endif
