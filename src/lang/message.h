/*
 * message — one text of the catalogue as it is compiled in: in each language,
 * plain and already escaped for HTML.  Templates refer to a message by its
 * symbol, so that a page looks nothing up; C code goes through lang_text.
 */
#ifndef LANG_MESSAGE_H
#define LANG_MESSAGE_H

#include <stdint.h>

#include "lang/lang.h"

struct message {
	const char *key, *many_key; /* many_key: NULL without a plural */
	str text[LANGS], many[LANGS];
	str html[LANGS], html_many[LANGS]; /* & < > " ' escaped; %N stay */
};

/* Open addressing by message_hash of the key; the mask is size - 1. */
extern const struct message *const message_table[];
extern const size_t message_mask;

/* FNV-1a: the generators name symbols by it, so it never changes. */
static inline uint64_t
message_hash(const char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)p[i]) * 0x100000001b3u;
	return h;
}

/* Does n take the singular?  French says 0 and 1, English 1. */
static inline bool
lang_is_one(enum lang lang, int64_t n)
{
	return n == 1 || n == -1 || (n == 0 && lang == LANG_FR);
}

#endif
