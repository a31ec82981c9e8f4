#include "media/suppose.h"

#include <stdlib.h>

#include "hash/kind.h"

/* A supposed picture of a size that intake takes always fits. */
#define MADE_MAX ((size_t)96 << 20)
#define TURN_BYTES (PDQ_BITS / 8)

void
suppose_init(struct suppose *s)
{
	*s = (struct suppose){
	    .reduced = arena_new(MADE_MAX), .made = arena_new(MADE_MAX)};
}

void
suppose_done(struct suppose *s)
{
	arena_free(s->reduced);
	arena_free(s->made);
	free(s->work);
	*s = (struct suppose){0};
}

bool
suppose_room(struct suppose *s, const struct pixels *px, struct err *e)
{
	size_t n = hash_all_work_bytes(px->width, px->height);

	if (n <= s->work_bytes)
		return true;
	free(s->work);
	s->work_bytes = 0;
	n = (n + HASH_ALL_ALIGN - 1) / HASH_ALL_ALIGN * HASH_ALL_ALIGN;
	s->work = aligned_alloc(HASH_ALL_ALIGN, n);
	if (s->work == NULL)
		return err_set(e, ERR_LIMIT, "no memory for hashes");
	s->work_bytes = n;
	return true;
}

void
suppose_turns(const struct hash_all *all, uint8_t ret[SUPPOSE_TURNS_BYTES])
{
	for (size_t i = 0; i < PDQ_TURNS; i++)
		pdq_bytes(&all->turn[i], ret + i * TURN_BYTES);
}

void
suppose_row(struct buf *table, const struct hash_all *all,
    enum pdq_pipeline pipeline, enum query_hypothesis hypothesis,
    uint32_t frame)
{
	uint8_t turns[SUPPOSE_TURNS_BYTES];

	suppose_turns(all, turns);
	hashes_add(table, &(struct hash_row){.kind = HASH_PDQ,
			      .pipeline = (uint8_t)pipeline,
			      .hypothesis = (uint8_t)hypothesis,
			      .quality = (uint8_t)all->quality,
			      .unfit = (uint8_t)all->reason,
			      .frame = frame,
			      .value = {(const char *)turns, sizeof(turns)}});
}

static bool
add_one(struct suppose *s, const struct pixels *px,
    enum query_hypothesis hypothesis, uint32_t frame, struct buf *table,
    struct err *e)
{
	struct hash_all all;
	struct pixels made;
	bool some;

	arena_reset(s->made);
	if (!query_pixels(s->made, px, hypothesis, &made, &some, e))
		return false;
	if (!some)
		return true;
	if (!suppose_room(s, &made, e) ||
	    !hash_all(&made, PDQ_CORE, 0, s->work, s->work_bytes, &all, e))
		return false;
	if (all.reason == PDQ_FIT)
		suppose_row(table, &all, PDQ_CORE, hypothesis, frame);
	return true;
}

/* A large picture is read twice for all of them: for its bars, as it is. */
bool
suppose_add(struct suppose *s, const struct pixels *px, unsigned hypotheses,
    uint32_t frame, struct buf *table, struct err *e)
{
	const unsigned padded = 1u << QUERY_PADDED2 | 1u << QUERY_PADDED4;
	struct pixels small = {0};

	arena_reset(s->reduced);
	if ((hypotheses & padded) != 0 &&
	    !query_reduced(s->reduced, px, &small, e))
		return false;
	for (int i = QUERY_AS_IS + 1; i < QUERY_HYPOTHESES; i++)
		if ((hypotheses >> i & 1) != 0 &&
		    !add_one(s, (padded >> i & 1) != 0 ? &small : px,
			(enum query_hypothesis)i, frame, table, e))
			return false;
	return true;
}
