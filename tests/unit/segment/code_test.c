/* Transform, code tables and coding, each beside the plainest way to do it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "made.h"
#include "segment/dct.h"
#include "segment/encode.h"

#define BLOCKS (ENCODE_MCUS_MAX * SEGMENT_MCU_BLOCKS)
#define COEFS (BLOCKS * SEGMENT_BLOCK)

static struct err e;
static _Alignas(64) int16_t one[COEFS], two[COEFS];
static uint32_t state_of_chance = 1;

static uint32_t
chance(void)
{
	state_of_chance = state_of_chance * 1664525u + 1013904223u;
	return state_of_chance >> 8;
}

/* ---- transform ---- */

static void
vectors_transform_as_plain_c_does(void **state)
{
	_Alignas(64) int16_t have[SEGMENT_BLOCK], want[SEGMENT_BLOCK];
	uint8_t px[SEGMENT_BLOCK];
	const uint8_t *rows[8];
	uint16_t table[SEGMENT_BLOCK];
	struct dct_quant q;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		rows[i] = px + 8 * i;
	for (uint32_t n = 0; n < 20000; n++) {
		uint32_t kind = n % 4, grain = 1 + chance() % 255;

		for (int i = 0; i < SEGMENT_BLOCK; i++) {
			table[i] = (uint16_t)(1 + chance() % (1 + n % 255));
			px[i] = (uint8_t)(kind == 0   ? chance() % 2 * 255
					  : kind == 1 ? 128
					  : kind == 2 ? chance()
						      : chance() % grain);
		}
		dct_quant_init(table, &q);
		dct_forward(rows, &q, have);
		dct_forward_plain(rows, &q, want);
		assert_memory_equal(have, want, sizeof(want));
	}
}

/* ---- code tables ---- */

static uint16_t limit[SEGMENT_BLOCK];

static void
all_of_them(struct huffman_need *ret)
{
	for (int i = 0; i < SEGMENT_BLOCK; i++)
		limit[i] = 1023;
	huffman_need_ac(limit, ret);
}

static size_t
as_stored(const struct huffman *h, char dht[HUFFMAN_BITS_MAX + HUFFMAN_AC])
{
	memcpy(dht, h->count + 1, HUFFMAN_BITS_MAX);
	memcpy(dht + HUFFMAN_BITS_MAX, h->symbol, h->n);
	return HUFFMAN_BITS_MAX + h->n;
}

static void
the_longest_codes_still_hold_every_symbol(void **state)
{
	uint32_t seen[256] = {0}, n = 1;
	struct huffman h, again;
	struct huffman_need need;
	char dht[HUFFMAN_BITS_MAX + HUFFMAN_AC];
	str s;

	(void)state;
	all_of_them(&need);
	for (unsigned i = 0; i < 256; i++)
		if (need.of[i] && n < 1u << 30)
			seen[i] = n += n / 2 + 1;
	huffman_make(&need, seen, &h);
	assert_int_equal(h.n, HUFFMAN_AC);
	s = (str){dht, as_stored(&h, dht)};
	assert_true(huffman_read(&need, &s, &again, &e));
	assert_int_equal(s.n, 0);
	for (unsigned i = 0; i < 256; i++) {
		assert_int_equal(need.of[i], h.code[i].n > 0);
		assert_int_equal(h.code[i].n, again.code[i].n);
		assert_int_equal(h.code[i].bits, again.code[i].bits);
	}
	dht[HUFFMAN_BITS_MAX] = dht[HUFFMAN_BITS_MAX + 1];
	s = (str){dht, sizeof(dht)};
	assert_false(huffman_read(&need, &s, &again, &e));
}

/* A table of more symbols than are needed is taken: earlier files have all. */
static void
a_table_holds_what_can_come_and_is_refused_for_more(void **state)
{
	struct huffman_need all, some;
	uint32_t seen[256] = {0};
	struct huffman h, again;
	char dht[HUFFMAN_BITS_MAX + HUFFMAN_AC];
	str s;

	(void)state;
	all_of_them(&all);
	for (unsigned i = 0; i < SEGMENT_BLOCK; i++)
		limit[i] = i < 5 ? 40 : i < 30 ? 7 : 0;
	huffman_need_ac(limit, &some);
	for (unsigned run = 0; run < 16; run++)
		for (unsigned size = 1; size <= 10; size++)
			assert_int_equal(some.of[run << 4 | size],
			    run + 1 < 5 ? size <= 6 : size <= 3);
	assert_true(some.of[0x00] && some.of[0xf0]);
	huffman_make(&all, seen, &h);
	s = (str){dht, as_stored(&h, dht)};
	assert_true(huffman_read(&some, &s, &again, &e));
	huffman_make(&some, seen, &h);
	s = (str){dht, as_stored(&h, dht)};
	assert_true(huffman_read(&some, &s, &again, &e));
	s = (str){dht, as_stored(&h, dht)};
	assert_false(huffman_read(&all, &s, &again, &e));
}

/* ---- coding ---- */

static struct encode_tables tables;
static char bits[COEFS * 32];
static size_t n_bits;

static void
write_bits(uint32_t v, unsigned n)
{
	while (n-- > 0)
		bits[n_bits++] = (char)(v >> n & 1);
}

static void
write_value(const struct huffman *h, unsigned before, int v)
{
	unsigned size = 0;

	while ((unsigned)abs(v) >> size != 0)
		size++;
	assert_int_not_equal(h->code[before << 4 | size].n, 0);
	write_bits(
	    h->code[before << 4 | size].bits, h->code[before << 4 | size].n);
	write_bits((uint32_t)(v < 0 ? v + (1 << size) - 1 : v), size);
}

static void
write_block(const int16_t *c, int before, const struct huffman *dc,
    const struct huffman *ac)
{
	unsigned run = 0;

	write_value(dc, 0, c[0] - before);
	for (unsigned k = 1; k < SEGMENT_BLOCK; k++) {
		if (c[encode_zigzag[k]] == 0) {
			run++;
			continue;
		}
		for (; run > 15; run -= 16)
			write_bits(ac->code[0xf0].bits, ac->code[0xf0].n);
		write_value(ac, run, c[encode_zigzag[k]]);
		run = 0;
	}
	if (run > 0)
		write_bits(ac->code[0].bits, ac->code[0].n);
}

/* ITU-T T.81, F.1.2, bit by bit. */
static size_t
coded_plainly(const int16_t *c, uint32_t mcus, unsigned parts, uint8_t *ret)
{
	unsigned per = parts == 1 ? 1 : SEGMENT_MCU_BLOCKS;
	int before[3] = {0};

	n_bits = 0;
	for (uint32_t i = 0; i < mcus * per; i++, c += SEGMENT_BLOCK) {
		unsigned part = segment_part(parts, i % per);

		write_block(c, before[part], &tables.dc[part > 0],
		    &tables.ac[part > 0]);
		before[part] = c[0];
	}
	while (n_bits % 8 != 0)
		bits[n_bits++] = 1;
	for (size_t i = 0; i < n_bits; i++)
		ret[i / 8] =
		    (uint8_t)((i % 8 == 0 ? 0 : ret[i / 8]) << 1 | bits[i]);
	return n_bits / 8;
}

/* Few or many coefficients, small or large; the other variant has some luma
 * blocks changed, DC too. */
static void
draw(uint32_t mcus, unsigned parts)
{
	unsigned per = parts == 1 ? 1 : SEGMENT_MCU_BLOCKS;
	uint32_t many = chance() % 65, large = 1u << chance() % 11;

	memset(one, 0, sizeof(one));
	for (uint32_t i = 0; i < mcus * per * SEGMENT_BLOCK; i++)
		if (chance() % 64 < many)
			one[i] = (int16_t)((int)(chance() % (2 * large)) -
					   (int)large);
	for (uint32_t i = 0; i < COEFS; i++)
		one[i] = one[i] == -1024 ? 0 : one[i];
	memcpy(two, one, sizeof(two));
	for (uint32_t i = 0; i < mcus * per; i++)
		if (segment_part(parts, i % per) == 0 && chance() % 2 == 0)
			two[i * SEGMENT_BLOCK + chance() % 10] =
			    (int16_t)(chance() % 7);
}

static void
make_tables(uint32_t mcus, unsigned parts)
{
	static struct encode_seen seen;
	struct huffman_need dc, ac;

	memset(&seen, 0, sizeof(seen));
	encode_count(one, mcus, parts, &seen);
	huffman_need_dc(&dc);
	all_of_them(&ac);
	for (int i = 0; i < 2; i++) {
		huffman_make(&dc, seen.dc[i], &tables.dc[i]);
		huffman_make(&ac, seen.ac[i], &tables.ac[i]);
	}
}

static void
both_variants_are_coded_as_bit_by_bit(void **state)
{
	static uint8_t want[ENCODE_BYTES_MAX], alone[ENCODE_BYTES_MAX];
	static uint8_t a[ENCODE_BYTES_MAX], b[ENCODE_BYTES_MAX];

	(void)state;
	for (int i = 0; i < 400; i++) {
		unsigned parts = i % 3 == 0 ? 1 : 3;
		uint32_t mcus = 1 + chance() % ENCODE_MCUS_MAX;
		size_t n, a_n, b_n;

		draw(mcus, parts);
		make_tables(mcus, parts);
		encode_both(one, two, mcus, parts, &tables, a, &a_n, b, &b_n);
		n = coded_plainly(two, mcus, parts, want);
		assert_int_equal(b_n, n);
		assert_memory_equal(b, want, n);
		n = coded_plainly(one, mcus, parts, want);
		assert_int_equal(a_n, n);
		assert_memory_equal(a, want, n);
		assert_int_equal(
		    encode_segment(one, mcus, parts, &tables, alone), n);
		assert_memory_equal(alone, want, n);
	}
}

/* Flat, black beside white, noise: whatever 8-bit samples give. */
static void
what_samples_make_is_within_the_limits(void **state)
{
	_Alignas(64) int16_t c[SEGMENT_BLOCK];
	uint16_t table[SEGMENT_BLOCK];
	uint8_t px[SEGMENT_BLOCK];
	const uint8_t *rows[8];
	struct dct_quant q;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		rows[i] = px + 8 * i;
	for (int n = 0; n < 5000; n++) {
		unsigned x = chance(), y = chance();

		for (unsigned i = 0; i < SEGMENT_BLOCK; i++) {
			table[i] = (uint16_t)(1 + chance() % 40);
			px[i] = (x >> i % 8 ^ y >> i / 8) & 1 ? 255 : 0;
		}
		dct_quant_init(table, &q);
		encode_limits(table, limit);
		dct_forward(rows, &q, c);
		for (int i = 1; i < SEGMENT_BLOCK; i++)
			assert_in_range(
			    abs(c[encode_zigzag[i]]) + ENCODE_MARK_STEPS, 0,
			    limit[i] == 1023 ? 1025 : limit[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(vectors_transform_as_plain_c_does),
	    cmocka_unit_test(the_longest_codes_still_hold_every_symbol),
	    cmocka_unit_test(
		a_table_holds_what_can_come_and_is_refused_for_more),
	    cmocka_unit_test(both_variants_are_coded_as_bit_by_bit),
	    cmocka_unit_test(what_samples_make_is_within_the_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
