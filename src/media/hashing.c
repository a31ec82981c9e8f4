#include "media/hashing.h"

#include <stdlib.h>

#include "hash/digest.h"
#include "hash/kind.h"
#include "media/suppose.h"

struct hashing {
	unsigned pipelines, hypotheses;
	struct buf table;
	struct suppose suppose;
	uint32_t frame;
	size_t n_seen;
	uint8_t seen[HASHING_FRAMES_MAX][SUPPOSE_TURNS_BYTES];
};

struct hashing *
hashing_new(unsigned pipelines, unsigned hypotheses, struct err *e)
{
	struct hashing *h = calloc(1, sizeof(*h));

	if (h == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory for hashes");
		return NULL;
	}
	h->pipelines = pipelines;
	h->hypotheses = hypotheses;
	suppose_init(&h->suppose);
	h->table = BUF_MAX(HASHES_BYTES_MAX);
	return h;
}

void
hashing_free(struct hashing *h)
{
	if (h == NULL)
		return;
	buf_done(&h->table);
	suppose_done(&h->suppose);
	free(h);
}

/* By all its turns together: two pictures that differ in none of 2,048 bits
 * will not be told apart by any list. */
static bool
is_new(const struct hashing *h, const uint8_t turns[SUPPOSE_TURNS_BYTES])
{
	for (size_t i = 0; i < h->n_seen; i++)
		if (memcmp(h->seen[i], turns, SUPPOSE_TURNS_BYTES) == 0)
			return false;
	return true;
}

static bool
add_pipelines(struct hashing *h, const struct pixels *px, struct err *e)
{
	struct hash_all all;

	for (int p = PDQ_CORE + 1; p < PDQ_PIPELINES; p++) {
		if ((h->pipelines >> p & 1) == 0)
			continue;
		if (!hash_all(px, (enum pdq_pipeline)p, 0, h->suppose.work,
			h->suppose.work_bytes, &all, e))
			return false;
		suppose_row(&h->table, &all, (enum pdq_pipeline)p, QUERY_AS_IS,
		    h->frame);
	}
	return true;
}

static void
add_small(struct hashing *h, const struct phash small[PHASH_KINDS])
{
	for (int i = 0; i < PHASH_KINDS; i++) {
		const struct phash *v = &small[i];
		enum hash_kind kind = hash_kind_of_phash((enum phash_kind)i);

		hashes_add(&h->table,
		    &(struct hash_row){.kind = (uint8_t)kind,
			.quality = HASHES_NO_QUALITY,
			.frame = h->frame,
			.value = {(const char *)v->bytes, v->bits / 8}});
	}
}

bool
hashing_frame(
    struct hashing *h, const struct pixels *px, bool *ret_full, struct err *e)
{
	uint8_t turns[SUPPOSE_TURNS_BYTES];
	struct hash_all all;

	*ret_full = false;
	/* Whatever kind a list holds is looked for, so all are made. */
	if (!suppose_room(&h->suppose, px, e) ||
	    !hash_all(px, PDQ_CORE, PHASH_ALL, h->suppose.work,
		h->suppose.work_bytes, &all, e))
		return err_wrap(e, "hashes");
	suppose_turns(&all, turns);
	if (is_new(h, turns)) {
		*ret_full = h->n_seen == HASHING_FRAMES_MAX;
		if (*ret_full)
			return true;
		memcpy(h->seen[h->n_seen++], turns, SUPPOSE_TURNS_BYTES);
		suppose_row(&h->table, &all, PDQ_CORE, QUERY_AS_IS, h->frame);
		if (!add_pipelines(h, px, e) ||
		    !suppose_add(
			&h->suppose, px, h->hypotheses, h->frame, &h->table, e))
			return err_wrap(e, "hashes");
		add_small(h, all.small);
	}
	h->frame++;
	return true;
}

bool
hashing_file(struct hashing *h, str bytes, struct err *e)
{
	static const enum hash_kind kinds[DIGEST_KINDS] = {
	    HASH_MD5, HASH_SHA1, HASH_SHA256};
	uint8_t digest[DIGEST_KINDS][DIGEST_BYTES_MAX];
	OWNED(digest) d = digest_new(e);

	if (d == NULL || !digest_add(d, bytes.p, bytes.n, e) ||
	    !digest_end(d, digest, e))
		return err_wrap(e, "digests");
	for (size_t i = 0; i < DIGEST_KINDS; i++)
		hashes_add(&h->table,
		    &(struct hash_row){.kind = (uint8_t)kinds[i],
			.quality = HASHES_NO_QUALITY,
			.value = {(const char *)digest[i], digest_bytes[i]}});
	return !h->table.full ||
	       err_set(e, ERR_LIMIT, "more hashes than a table holds");
}

void
hashing_rest(void *arg)
{
	struct hashing_rest *r = arg;
	bool full = false; /* one frame is not too many */

	r->done = (r->frame.p == NULL ||
		      hashing_frame(r->hashing, &r->frame, &full, &r->e)) &&
		  hashing_file(r->hashing, r->bytes, &r->e);
}

str
hashing_table(const struct hashing *h)
{
	return buf_view(&h->table);
}
