#include "segment/foot.h"

#include <stdlib.h>

#include "segment/dct.h"
#include "segment/decode.h"
#include "segment/head.h"

#define COEFS ((size_t)ENCODE_MCUS_MAX * SEGMENT_MCU_BLOCKS * SEGMENT_BLOCK)

struct making {
	const struct file *file;
	const struct foot *foot;
	struct segment_picture picture; /* its tables; no coefficients */
	struct encode_tables tables;
	struct dct_quant quant;
	int16_t blank_dc;
	uint32_t across, mcus; /* of a row; of picture and strip */
	uint32_t before;       /* of the picture alone */
	_Alignas(64) int16_t coef[COEFS];
	uint8_t code[ENCODE_BYTES_MAX], stuffed[2 * ENCODE_BYTES_MAX + 2];
	uint8_t blank[2 * ENCODE_BYTES_MAX + 2]; /* likewise */
	size_t blank_n;                          /* 0: not made yet */
};

uint32_t
foot_width(const struct file *f)
{
	uint32_t mcu = foot_mcu(f);

	return (f->width + mcu - 1) / mcu * mcu;
}

uint32_t
foot_whole_height(const struct file *f, const struct foot *s)
{
	uint32_t mcu = foot_mcu(f);

	return (f->height + mcu - 1) / mcu * mcu + s->height;
}

static bool
begin(
    struct making *m, const struct file *f, const struct foot *s, struct err *e)
{
	uint32_t mcu = foot_mcu(f);
	_Alignas(16) int16_t block[SEGMENT_BLOCK];
	const uint8_t *rows[8];
	uint8_t row[8];

	m->file = f;
	m->foot = s;
	m->blank_n = 0;
	m->picture.parts = f->parts;
	m->picture.per_mcu = f->parts == 1 ? 1 : SEGMENT_MCU_BLOCKS;
	m->across = foot_width(f) / mcu;
	m->before = m->across * ((f->height + mcu - 1) / mcu);
	m->mcus = m->before + m->across * (s->height / mcu);
	if (f->interval > ENCODE_MCUS_MAX || s->width != foot_width(f) ||
	    s->height % mcu != 0 || s->until % mcu != 0 || s->until > s->width)
		return err_set(e, ERR_INPUT, "no strip of this picture");
	if (!head_quant(f->jpeg, &m->picture, e) ||
	    !head_tables(f->jpeg, &m->picture, &m->tables, e))
		return false;
	dct_quant_init(m->picture.quant[0], &m->quant);
	memset(row, s->blank, sizeof(row));
	for (int i = 0; i < 8; i++)
		rows[i] = row;
	dct_forward(rows, &m->quant, block);
	m->blank_dc = block[0];
	return true;
}

static bool
is_blank(const struct making *m, uint32_t n)
{
	return n % m->across * foot_mcu(m->file) >= m->foot->until;
}

static bool
none_written(const uint8_t *const rows[8], uint8_t blank)
{
	uint64_t all = blank * UINT64_C(0x0101010101010101), seen = 0, row;

	for (int i = 0; i < 8; i++) {
		memcpy(&row, rows[i], sizeof(row));
		seen |= row ^ all;
	}
	return seen == 0;
}

static void
luma_block(const struct making *m, uint32_t x, uint32_t y, int16_t *to)
{
	const struct foot *s = m->foot;
	const uint8_t *rows[8];

	for (uint32_t i = 0; i < 8 && x < s->until; i++)
		rows[i] = s->luma + (size_t)(y + i) * s->until + x;
	if (x >= s->until || none_written(rows, s->blank)) {
		memset(to, 0, SEGMENT_BLOCK * sizeof(*to));
		to[0] = m->blank_dc;
		return;
	}
	dct_forward(rows, &m->quant, to);
}

/* n-th MCU of the strip. */
static void
put_mcu(const struct making *m, uint32_t n, int16_t *to)
{
	unsigned luma = m->file->parts == 1 ? 1 : 4;
	uint32_t mcu = foot_mcu(m->file);
	uint32_t x = n % m->across * mcu, y = n / m->across * mcu;

	for (unsigned b = 0; b < luma; b++, to += SEGMENT_BLOCK)
		luma_block(m, x + b % 2 * 8, y + b / 2 * 8, to);
	memset(
	    to, 0, (m->picture.per_mcu - luma) * SEGMENT_BLOCK * sizeof(*to));
}

/* MCUs from `from` on, n of them, behind `there` that are in m->coef. */
static size_t
make_segment(struct making *m, uint32_t from, uint32_t there, uint32_t n)
{
	size_t bytes;

	for (uint32_t i = there; i < n; i++)
		put_mcu(m, from + i - m->before,
		    m->coef + (size_t)i * m->picture.per_mcu * SEGMENT_BLOCK);
	bytes = encode_segment(m->coef, n, m->file->parts, &m->tables, m->code);
	return encode_stuff(m->code, bytes, 0, m->stuffed);
}

/* A whole segment with nothing in it, of which there are many. */
static bool
all_blank(const struct making *m, uint32_t from, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!is_blank(m, from + i - m->before))
			return false;
	return n == m->file->interval;
}

static void
make_blank(struct making *m, uint32_t from, uint32_t n)
{
	if (m->blank_n > 0)
		return;
	m->blank_n = make_segment(m, from, 0, n);
	memcpy(m->blank, m->stuffed, m->blank_n);
}

static void
put_segment(struct making *m, uint32_t segment, uint32_t there, struct buf *ret)
{
	uint32_t from = segment * m->file->interval, n = m->mcus - from;
	bool last = n <= m->file->interval;

	n = last ? n : m->file->interval;
	/* All but the kind of marker. */
	if (there == 0 && all_blank(m, from, n)) {
		make_blank(m, from, n);
		buf_put(ret, m->blank, m->blank_n - 1);
	} else {
		size_t bytes = make_segment(m, from, there, n);

		buf_put(ret, m->stuffed, bytes - 1);
	}
	buf_byte(ret, (char)(uint8_t)(last ? 0xd9 : 0xd0 + segment % 8));
}

/* A last segment that is whole gets another marker. */
static bool
put_last(struct making *m, str last, struct buf *ret, struct err *e)
{
	uint32_t segment = m->file->segments - 1;
	uint32_t there = m->before - segment * m->file->interval;

	if (there == m->file->interval && last.n > 2) {
		buf_put(ret, last.p, last.n - 1);
		buf_byte(ret, (char)(uint8_t)(0xd0 + segment % 8));
		return true;
	}
	if (!decode_segment(
		last, there, m->file->parts, &m->tables, m->coef, e))
		return false;
	put_segment(m, segment, there, ret);
	return true;
}

bool
foot_make(const struct file *f, str last, const struct foot *s, struct buf *ret,
    struct err *e)
{
	struct making *m = aligned_alloc(64, (sizeof(*m) + 63) / 64 * 64);
	bool done;

	if (m == NULL)
		abort();
	done = begin(m, f, s, e) && put_last(m, last, ret, e);
	for (uint32_t i = f->segments; done && i * f->interval < m->mcus; i++)
		put_segment(m, i, 0, ret);
	free(m);
	return done &&
	       (!ret->full || err_set(e, ERR_LIMIT, "a strip is too large"));
}
