#include "media/hashing.h"

#include <stdlib.h>

#include "hash/all.h"
#include "hash/digest.h"
#include "hash/kind.h"

/* A supposed picture of a size that intake takes always fits. */
#define SUPPOSED_MAX ((size_t)96 << 20)
#define TURN_BYTES (PDQ_BITS / 8)
#define TURNS_BYTES (PDQ_TURNS * TURN_BYTES)

struct hashing {
	unsigned pipelines, hypotheses;
	struct buf table;
	void *work; /* aligned */
	size_t work_bytes;
	struct arena *reduced, *supposed; /* of one frame */
	uint32_t frame;
	size_t n_seen;
	uint8_t seen[HASHING_FRAMES_MAX][TURNS_BYTES];
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
	h->reduced = arena_new(SUPPOSED_MAX);
	h->supposed = arena_new(SUPPOSED_MAX);
	h->table = BUF_MAX(HASHES_BYTES_MAX);
	return h;
}

void
hashing_free(struct hashing *h)
{
	if (h == NULL)
		return;
	buf_done(&h->table);
	arena_free(h->reduced);
	arena_free(h->supposed);
	free(h->work);
	free(h);
}

static bool
make_room(struct hashing *h, const struct pixels *px, struct err *e)
{
	size_t n = hash_all_work_bytes(px->width, px->height);

	if (n <= h->work_bytes)
		return true;
	free(h->work);
	h->work_bytes = 0;
	n = (n + HASH_ALL_ALIGN - 1) / HASH_ALL_ALIGN * HASH_ALL_ALIGN;
	h->work = aligned_alloc(HASH_ALL_ALIGN, n);
	if (h->work == NULL)
		return err_set(e, ERR_LIMIT, "no memory for hashes");
	h->work_bytes = n;
	return true;
}

/* By all its turns together: two pictures that differ in none of 2,048 bits
 * will not be told apart by any list. */
static bool
is_new(const struct hashing *h, const uint8_t turns[TURNS_BYTES])
{
	for (size_t i = 0; i < h->n_seen; i++)
		if (memcmp(h->seen[i], turns, TURNS_BYTES) == 0)
			return false;
	return true;
}

static void
add_pdq(struct hashing *h, enum pdq_pipeline pipeline,
    enum query_hypothesis hypothesis, const struct hash_all *all,
    const uint8_t turns[TURNS_BYTES])
{
	hashes_add(&h->table, &(struct hash_row){.kind = HASH_PDQ,
				  .pipeline = (uint8_t)pipeline,
				  .hypothesis = (uint8_t)hypothesis,
				  .quality = (uint8_t)all->quality,
				  .unfit = (uint8_t)all->reason,
				  .frame = h->frame,
				  .value = {(const char *)turns, TURNS_BYTES}});
}

static void
turns_of(const struct hash_all *all, uint8_t ret[TURNS_BYTES])
{
	for (size_t i = 0; i < PDQ_TURNS; i++)
		pdq_bytes(&all->turn[i], ret + i * TURN_BYTES);
}

static bool
add_pipelines(struct hashing *h, const struct pixels *px, struct err *e)
{
	uint8_t turns[TURNS_BYTES];
	struct hash_all all;

	for (int p = PDQ_CORE + 1; p < PDQ_PIPELINES; p++) {
		if ((h->pipelines >> p & 1) == 0)
			continue;
		if (!hash_all(px, (enum pdq_pipeline)p, 0, h->work,
			h->work_bytes, &all, e))
			return false;
		turns_of(&all, turns);
		add_pdq(h, (enum pdq_pipeline)p, QUERY_AS_IS, &all, turns);
	}
	return true;
}

/* What says nothing is not kept: the picture as it is says why. */
static bool
add_hypothesis(struct hashing *h, const struct pixels *px,
    enum query_hypothesis hypothesis, struct err *e)
{
	uint8_t turns[TURNS_BYTES];
	struct hash_all all;
	struct pixels made;
	bool some;

	arena_reset(h->supposed);
	if (!query_pixels(h->supposed, px, hypothesis, &made, &some, e))
		return false;
	if (!some)
		return true;
	if (!make_room(h, &made, e) ||
	    !hash_all(&made, PDQ_CORE, 0, h->work, h->work_bytes, &all, e))
		return false;
	turns_of(&all, turns);
	if (all.reason == PDQ_FIT)
		add_pdq(h, PDQ_CORE, hypothesis, &all, turns);
	return true;
}

/* A large picture is read twice for all of them: for its bars, as it is. */
static bool
add_supposed(struct hashing *h, const struct pixels *px, struct err *e)
{
	const unsigned padded = 1u << QUERY_PADDED2 | 1u << QUERY_PADDED4;
	struct pixels small = {0};

	arena_reset(h->reduced);
	if ((h->hypotheses & padded) != 0 &&
	    !query_reduced(h->reduced, px, &small, e))
		return false;
	for (int i = QUERY_AS_IS + 1; i < QUERY_HYPOTHESES; i++)
		if ((h->hypotheses >> i & 1) != 0 &&
		    !add_hypothesis(h, (padded >> i & 1) != 0 ? &small : px,
			(enum query_hypothesis)i, e))
			return false;
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
	uint8_t turns[TURNS_BYTES];
	struct hash_all all;

	*ret_full = false;
	/* Whatever kind a list holds is looked for, so all are made. */
	if (!make_room(h, px, e) ||
	    !hash_all(px, PDQ_CORE, PHASH_ALL, h->work, h->work_bytes, &all, e))
		return err_wrap(e, "hashes");
	turns_of(&all, turns);
	if (is_new(h, turns)) {
		*ret_full = h->n_seen == HASHING_FRAMES_MAX;
		if (*ret_full)
			return true;
		memcpy(h->seen[h->n_seen++], turns, TURNS_BYTES);
		add_pdq(h, PDQ_CORE, QUERY_AS_IS, &all, turns);
		if (!add_pipelines(h, px, e) || !add_supposed(h, px, e))
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
