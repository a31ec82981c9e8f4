#include "segment/cover.h"

#include <math.h>
#include <stdlib.h>

#define BLOCK_BYTES (SEGMENT_BLOCK * sizeof(int16_t))

static int
by_slot(const void *a, const void *b)
{
	const struct segment_region *x = a, *y = b;

	return (x->slot > y->slot) - (x->slot < y->slot);
}

static uint32_t
floor_to(float f, float per, uint32_t max)
{
	f /= per;
	if (f <= 0)
		return 0;
	return f >= (float)max ? max : (uint32_t)f;
}

/* Around all planes of the shape, soft edge included. */
static struct cover_box
box_of(const struct region_shape *s, const struct segment_picture *p)
{
	uint32_t down = p->mcus / p->across;
	struct cover_box box = {p->across, down, 0, 0};

	for (unsigned i = 0; i < p->parts; i++) {
		float per = p->parts > 1 && i == 0 ? 16 : 8;
		const struct region_part *r = &s->part[i];
		uint32_t x0 = floor_to(r->x0, per, p->across);
		uint32_t y0 = floor_to(r->y0, per, down);
		uint32_t x1 = floor_to(r->x1 + per, per, p->across);
		uint32_t y1 = floor_to(r->y1 + per, per, down);

		if (!r->any)
			continue;
		box.x0 = x0 < box.x0 ? x0 : box.x0;
		box.y0 = y0 < box.y0 ? y0 : box.y0;
		box.x1 = x1 > box.x1 ? x1 : box.x1;
		box.y1 = y1 > box.y1 ? y1 : box.y1;
	}
	return box;
}

static bool
take_regions(
    struct cover *c, const struct segment_region *from, size_t n, struct err *e)
{
	struct segment_region *sorted = calloc(n + 1, sizeof(*sorted));
	bool fine = sorted != NULL;

	if (fine && n > 0) {
		memcpy(sorted, from, n * sizeof(*sorted));
		qsort(sorted, n, sizeof(*sorted), by_slot);
	}
	for (size_t i = 0; fine && i < n; i++) {
		fine = sorted[i].slot < SEGMENT_REGIONS_MAX &&
		       (i == 0 || sorted[i].slot > sorted[i - 1].slot);
		c->slot[i] = sorted[i].slot;
		region_shape(&sorted[i], c->picture, &c->shape[i]);
		c->box[i] = box_of(&c->shape[i], c->picture);
	}
	free(sorted);
	return fine || err_set(e, ERR_INPUT, "regions that are not a list");
}

static bool
take_memory(struct cover *c, size_t regions)
{
	size_t coefs = (size_t)ENCODE_MCUS_MAX * SEGMENT_MCU_BLOCKS;

	c->slot = calloc(regions + 1, sizeof(*c->slot));
	c->shape = calloc(regions + 1, sizeof(*c->shape));
	c->box = calloc(regions + 1, sizeof(*c->box));
	c->reached = calloc(regions + 1, sizeof(*c->reached));
	c->cover = calloc(c->segments, sizeof(*c->cover));
	c->code[0] = malloc(ENCODE_BYTES_MAX);
	c->code[1] = malloc(ENCODE_BYTES_MAX);
	c->stuffed = malloc(2 * ENCODE_BYTES_MAX + 2);
	c->changes = malloc(ENCODE_PATCH_MAX);
	c->a = aligned_alloc(64, coefs * BLOCK_BYTES);
	c->b = aligned_alloc(64, coefs * BLOCK_BYTES);
	return c->slot != NULL && c->shape != NULL && c->box != NULL &&
	       c->reached != NULL && c->cover != NULL && c->code[0] != NULL &&
	       c->code[1] != NULL && c->stuffed != NULL && c->changes != NULL &&
	       c->a != NULL && c->b != NULL;
}

bool
cover_init(struct cover *c, const struct segment_picture *p,
    const struct encode_tables *t, uint32_t interval,
    const struct segment_region *region, size_t regions, struct err *e)
{
	*c = (struct cover){.picture = p, .tables = t, .interval = interval};
	if (interval == 0 || interval > ENCODE_MCUS_MAX ||
	    regions > SEGMENT_REGIONS_MAX)
		return err_set(e, ERR_INPUT, "no such segments");
	c->segments = (p->mcus + interval - 1) / interval;
	c->regions = (uint32_t)regions;
	c->pieces.bytes = BUF_MAX(FILE_BYTES_MAX);
	if (c->segments > FILE_SEGMENTS_MAX)
		return err_set(e, ERR_INPUT, "too many segments");
	if (!take_memory(c, regions))
		return err_set(e, ERR_LIMIT, "no memory for segments");
	return take_regions(c, region, regions, e);
}

void
cover_done(struct cover *c)
{
	void *all[] = {c->slot, c->shape, c->box, c->reached, c->cover,
	    c->code[0], c->code[1], c->stuffed, c->changes, c->a, c->b};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		free(all[i]);
	file_pieces_done(&c->pieces);
	*c = (struct cover){0};
}

uint32_t
cover_mcus(const struct cover *c, uint32_t segment)
{
	uint32_t left = c->picture->mcus - segment * c->interval;

	return left < c->interval ? left : c->interval;
}

static uint8_t
marker(const struct cover *c, uint32_t segment)
{
	return segment + 1 == c->segments ? 0xd9
					  : (uint8_t)(0xd0 + segment % 8);
}

bool
cover_unit(struct cover *c, uint32_t segment, const int16_t *a,
    const int16_t *b, struct file_pieces *to, struct err *e)
{
	uint32_t mcus = cover_mcus(c, segment);
	unsigned parts = c->picture->parts;
	uint8_t last = marker(c, segment);
	size_t n, m, a_n, b_n, changes = 0;

	if (b == NULL) {
		n = encode_segment(a, mcus, parts, c->tables, c->code[0]);
	} else {
		encode_both(a, b, mcus, parts, c->tables, c->code[0], &n,
		    c->code[1], &m);
		changes = encode_diff(c->code[0], n, c->code[1], m, c->changes);
		b_n = encode_stuffed(c->code[1], m) + 2;
	}
	a_n = encode_stuff(c->code[0], n, last, c->stuffed);
	if (changes == 0)
		b_n = a_n;
	return file_pieces_add(
	    to, c->stuffed, a_n, c->changes, changes, b_n, e);
}

static bool
reaches(const struct cover *c, uint32_t r, uint32_t segment, uint32_t mcus)
{
	const struct segment_picture *p = c->picture;
	const struct cover_box *box = &c->box[r];

	for (uint32_t i = 0; i < mcus; i++) {
		uint32_t m = segment * c->interval + i;
		uint32_t x = m % p->across, y = m / p->across;

		if (x < box->x0 || x >= box->x1 || y < box->y0 || y >= box->y1)
			continue;
		for (unsigned b = 0; b < p->per_mcu; b++)
			if (region_reach(&c->shape[r], p, m, b) != REGION_APART)
				return true;
	}
	return false;
}

static size_t
all_that_reach(const struct cover *c, uint32_t segment, uint32_t mcus)
{
	size_t n = 0;

	for (uint32_t r = 0; r < c->regions; r++)
		if (reaches(c, r, segment, mcus))
			c->reached[n++] = (uint16_t)r;
	return n;
}

/* The segment with the regions of set (bit i: the i-th that reaches it; 0: all
 * of them) covered. */
static bool
add_variant(struct cover *c, uint32_t segment, size_t n, unsigned set,
    const int16_t *a, const int16_t *b, struct err *e)
{
	const struct region_shape *shape[SEGMENT_REGIONS_MAX];
	const struct segment_picture *p = c->picture;
	uint32_t blocks = cover_mcus(c, segment) * p->per_mcu;
	size_t shapes = 0;

	for (size_t i = 0; i < n; i++)
		if (set == 0 || (set >> i & 1) != 0)
			shape[shapes++] = &c->shape[c->reached[i]];
	for (uint32_t i = 0; i < blocks; i++) {
		size_t at = (size_t)i * SEGMENT_BLOCK;
		uint32_t mcu = segment * c->interval + i / p->per_mcu;

		if (region_cover(shape, shapes, p, mcu, i % p->per_mcu, a + at,
			c->a + at)) {
			memcpy(c->b + at, c->a + at, BLOCK_BYTES);
			continue;
		}
		memcpy(c->a + at, a + at, BLOCK_BYTES);
		memcpy(c->b + at, b + at, BLOCK_BYTES);
	}
	return cover_unit(c, segment, c->a, c->b, &c->pieces, e);
}

bool
cover_segment(struct cover *c, uint32_t segment, const int16_t *a,
    const int16_t *b, struct err *e)
{
	size_t n = all_that_reach(c, segment, cover_mcus(c, segment));
	struct file_cover *f = &c->cover[c->covers];
	bool one = n > FILE_SETS_OF, done = true;

	if (n == 0)
		return true;
	*f = (struct file_cover){.segment = (uint16_t)segment, .one = one};
	if (n <= FILE_LISTED) {
		f->n = (uint8_t)n;
		memcpy(f->region, c->reached, n * sizeof(f->region[0]));
	}
	c->covers++;
	for (unsigned s = one ? 0 : 1; done && s < (one ? 1u : 1u << n); s++)
		done = add_variant(c, segment, n, s, a, b, e);
	return done;
}

bool
cover_write(struct cover *c, str jpeg, struct file_pieces *plain,
    struct buf *ret, struct err *e)
{
	struct file_plan plan = {.width = (uint16_t)c->picture->width,
	    .height = (uint16_t)c->picture->height,
	    .parts = (uint8_t)c->picture->parts,
	    .interval = (uint16_t)c->interval,
	    .slot = c->slot,
	    .regions = c->regions,
	    .cover = c->cover,
	    .covers = c->covers,
	    .jpeg = jpeg,
	    .covered = c->pieces,
	    .plain = *plain};

	return file_write(&plan, ret, e);
}
