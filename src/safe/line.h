/* line — an entry of a safe as it is written and read again. */
#ifndef SAFE_LINE_H
#define SAFE_LINE_H

#include "safe/safe.h"

extern const char *const safe_words[SAFE_KINDS]; /* as stored */
bool safe_kind_of(str word, enum safe_kind *ret) MUST_USE;

struct safe_line {
	int64_t n, at, of;
	enum safe_kind kind;
	const struct safe_new *text; /* NULL: says nothing more */
	const uint8_t *before;       /* EVIDENCE_DIGEST bytes */
};

/* With 16 random bytes in it: a digest of it tells nobody what it says. */
void safe_line_write(const struct safe_line *, struct buf *);
/* Fills the texts of an entry from its line; what is no line of ours says
 * nothing. */
void safe_line_read(struct arena *, struct safe_entry *io);

#endif
