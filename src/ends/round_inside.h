/* round_inside — what the files of the round share. */
#ifndef ENDS_ROUND_INSIDE_H
#define ENDS_ROUND_INSIDE_H

#include "ends/term.h"

/* Rows that a step takes at a time. */
#define ENDS_PIECE 50

struct round {
	struct deed d;
	struct ends_term term[ENDS_RULES];
	int64_t before_on; /* of this step: what has its event before goes */
	int64_t before_at; /* the same, in seconds */
	int64_t most;
	bool more;
	/* Media whose files go, uploads that left one, children, accounts,
	 * safes. */
	int64_t medium[ENDS_PIECE];
	char name[ENDS_PIECE][BLOB_NAME_MAX];
	size_t n_medium;
};

/* round_media.c: media and children, whose keys go before their files. */
bool end_wanted(struct round *, int64_t *ret_n, struct err *) MUST_USE;
bool end_untold(struct round *, int64_t *ret_n, struct err *) MUST_USE;
bool end_photos(struct round *, int64_t *ret_n, struct err *) MUST_USE;
bool end_notice_media(struct round *, int64_t *ret_n, struct err *) MUST_USE;
/* Who was shown why something was stopped, and when. */
bool end_stop_looks(struct round *, int64_t *ret_n, struct err *) MUST_USE;
bool end_files(struct round *, struct err *) MUST_USE;
bool end_children(struct round *, int64_t *ret_n, struct err *) MUST_USE;
bool end_child_files(struct round *, struct err *) MUST_USE;
bool end_uploads(struct round *, int64_t *ret_n, struct err *) MUST_USE;
bool end_upload_files(struct round *, struct err *) MUST_USE;
bool end_copies(struct round *, int64_t *ret_n, struct err *) MUST_USE;

/* round_case.c: reports, cases, and seals with their custodians. */
bool end_wanted_words(struct round *, int64_t *ret_n, struct err *) MUST_USE;
bool end_cases(struct round *, int64_t *ret_n, struct err *) MUST_USE;
bool end_seals(struct round *, int64_t *ret_n, struct err *) MUST_USE;
bool end_custodians(struct round *, int64_t *ret_n, struct err *) MUST_USE;

#endif
