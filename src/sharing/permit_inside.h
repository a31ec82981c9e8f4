/* permit_inside — what a grant is made of, for the two files that may know. */
#ifndef SHARING_PERMIT_INSIDE_H
#define SHARING_PERMIT_INSIDE_H

#include "sharing/permit.h"

struct grant {
	int64_t post;
	enum permit_want want;
	struct post_facts facts;
	int64_t medium, account; /* of a video's picture: the still */
	int64_t video; /* or document: whose picture or bytes it is; 0 */
	int64_t at;    /* when it was decided */
	int64_t page;  /* of a document; -1: the first that there is */
	int side;
	bool cleared; /* every face of it is boxed (faces/word.h) */
	bool withheld;
	bool veiled; /* what is hidden is masked through the shot */
	bool silent; /* a voice in it is not for this viewer */
	struct grant_blob blob;
	uint8_t hidden[PLAN_HIDDEN_BYTES];
	int64_t masked; /* boxes */
	bool waits;
	str name, key_wrapped; /* p NULL: a grant without bytes */
	bool lined;
	str viewer_enc; /* the name in the line */
};

/* ERR_NOT_FOUND, in the same words whatever is not allowed. */
bool permit_refuse(struct err *);

#endif
