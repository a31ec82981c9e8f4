/* The boxes and the stream of what is sealed: who opens them, and who cannot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/buf.h"
#include "custody/object.h"

static struct err e;

static struct box_pair
random_pair(void)
{
	struct box_pair p;

	(void)crypto_box_keypair(p.public, p.secret.b);
	return p;
}

static str
view(const uint8_t *p, size_t n)
{
	return (str){(const char *)p, n};
}

static void
every_two_open_it_and_no_one_alone(void **state)
{
	struct box_pair c[BOX_CUSTODIANS_MAX];
	struct key key, got;
	uint8_t box[BOX_NESTED];

	(void)state;
	key_random(&key);
	for (size_t i = 0; i < BOX_CUSTODIANS_MAX; i++)
		c[i] = random_pair();
	for (size_t in = 0; in < BOX_CUSTODIANS_MAX; in++)
		for (size_t out = in + 1; out < BOX_CUSTODIANS_MAX; out++) {
			assert_true(box_to_two(
			    &key, c[in].public, c[out].public, box, &e));
			for (size_t i = 0; i < BOX_CUSTODIANS_MAX; i++)
				for (size_t k = 0; k < BOX_CUSTODIANS_MAX;
				     k++) {
					bool opens =
					    box_open_two(view(box, sizeof(box)),
						&c[i], &c[k], &got, &e);

					assert_int_equal(
					    opens, i == in && k == out);
				}
			assert_true(box_open_two(
			    view(box, sizeof(box)), &c[in], &c[out], &got, &e));
			assert_memory_equal(got.b, key.b, KEY_BYTES);
		}
}

static void
a_passphrase_gives_its_pair_again_and_another_gives_another(void **state)
{
	uint8_t salt[BOX_SALT] = {1, 2, 3};
	struct box_pair a, b;

	(void)state;
	assert_true(box_pair_of(S("la cour sous les tilleuls"), salt, &a, &e));
	assert_true(box_pair_of(S("la cour sous les tilleuls"), salt, &b, &e));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_true(box_pair_of(S("la cour sous les platanes"), salt, &b, &e));
	assert_memory_not_equal(a.public, b.public, BOX_PUBLIC);
	salt[0]++;
	assert_true(box_pair_of(S("la cour sous les tilleuls"), salt, &b, &e));
	assert_memory_not_equal(a.public, b.public, BOX_PUBLIC);
}

static void
a_key_is_read_as_people_type_it(void **state)
{
	struct box_pair p = random_pair();
	uint8_t got[BOX_PUBLIC];
	char typed[200];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < BOX_PUBLIC; i++)
		n += (size_t)snprintf(typed + n, sizeof(typed) - n, "%02X%s",
		    p.public[i], i % 2 == 1 ? " " : "");
	assert_true(box_public_of((str){typed, n}, got, &e));
	assert_memory_equal(got, p.public, BOX_PUBLIC);
	assert_false(box_public_of((str){typed, n - 3}, got, &e));
	assert_false(box_public_of(S("zz"), got, &e));
	/* A point to which nothing can be sealed. */
	assert_false(box_public_of(S("00000000000000000000000000000000"
				     "00000000000000000000000000000000"),
	    got, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

/* ---- the stream ---- */

struct source {
	const uint8_t *p;
	size_t n, at, step;
};

static bool
put(void *ctx, const void *p, size_t n, struct err *ignored)
{
	(void)ignored;
	buf_put(ctx, p, n);
	return true;
}

static bool
get(void *ctx, void *p, size_t n, size_t *ret_n, struct err *ignored)
{
	struct source *s = ctx;

	(void)ignored;
	n = n < s->step ? n : s->step;
	n = n < s->n - s->at ? n : s->n - s->at;
	memcpy(p, s->p + s->at, n);
	s->at += n;
	*ret_n = n;
	return true;
}

static void
write_stream(const struct key *k, const uint8_t *p, size_t n, struct buf *to)
{
	OWNED(object_writer) w = object_writer_new(k, put, to);

	for (size_t at = 0; at < n; at += 1000)
		assert_true(
		    object_write(w, p + at, n - at < 1000 ? n - at : 1000, &e));
	assert_true(object_end(w, &e));
}

static bool
reads_back(const struct key *k, const struct buf *b, const uint8_t *p, size_t n)
{
	CLEANUP(buf_done) struct buf got = BUF_MAX(1 << 20);
	struct source s = {(const uint8_t *)b->p, b->n, 0, 777};

	return object_read(k, get, &s, put, &got, &e) && got.n == n &&
	       (n == 0 || memcmp(got.p, p, n) == 0);
}

static void
a_stream_of_any_length_reads_back(void **state)
{
	static const size_t lengths[] = {0, 1, OBJECT_CHUNK - 1, OBJECT_CHUNK,
	    OBJECT_CHUNK + 1, 3 * OBJECT_CHUNK};
	static uint8_t plain[3 * OBJECT_CHUNK];
	struct key k, other;

	(void)state;
	key_random(&k);
	key_random(&other);
	randombytes_buf(plain, sizeof(plain));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);

		write_stream(&k, plain, lengths[i], &b);
		assert_true(reads_back(&k, &b, plain, lengths[i]));
		assert_false(reads_back(&other, &b, plain, lengths[i]));
	}
}

static void
what_is_altered_cut_or_continued_does_not_open(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);
	static uint8_t plain[OBJECT_CHUNK + 5000];
	struct key k;
	size_t n;

	(void)state;
	key_random(&k);
	write_stream(&k, plain, sizeof(plain), &b);
	n = b.n;
	for (size_t at = 0; at < n; at += 997) {
		b.p[at] ^= 1;
		assert_false(reads_back(&k, &b, plain, sizeof(plain)));
		b.p[at] ^= 1;
	}
	for (size_t cut = 1; cut < n; cut += 1009) {
		b.n = n - cut;
		assert_false(reads_back(&k, &b, plain, sizeof(plain)));
		b.n = n;
	}
	b.n = OBJECT_HEADER + OBJECT_CHUNK + OBJECT_MORE;
	assert_false(reads_back(&k, &b, plain, OBJECT_CHUNK));
	b.n = n;
	buf_byte(&b, 'x');
	assert_false(reads_back(&k, &b, plain, sizeof(plain)));
}

static void
what_is_handed_over_opens_with_the_authority_s_key_alone(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);
	CLEANUP(buf_done) struct buf got = BUF_MAX(1 << 20);
	struct box_pair authority = random_pair(), other = random_pair();
	uint8_t box[BOX_SEALED], front[OBJECT_FRONT];
	struct source s;
	struct key k;

	(void)state;
	key_random(&k);
	assert_true(box_to_one(&k, authority.public, box, &e));
	object_front(authority.public, box, front);
	buf_put(&b, front, sizeof(front));
	write_stream(&k, (const uint8_t *)"un motif", 8, &b);
	s = (struct source){(const uint8_t *)b.p, b.n, 0, 50};
	assert_true(object_read_handed(&authority, get, &s, put, &got, &e));
	assert_int_equal(got.n, 8);
	assert_memory_equal(got.p, "un motif", 8);
	s.at = 0;
	assert_false(object_read_handed(&other, get, &s, put, &got, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	/* Nor with its own name and another's secret. */
	memcpy(other.public, authority.public, BOX_PUBLIC);
	s.at = 0;
	assert_false(object_read_handed(&other, get, &s, put, &got, &e));
	assert_int_equal(got.n, 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_two_open_it_and_no_one_alone),
	    cmocka_unit_test(
		a_passphrase_gives_its_pair_again_and_another_gives_another),
	    cmocka_unit_test(a_key_is_read_as_people_type_it),
	    cmocka_unit_test(a_stream_of_any_length_reads_back),
	    cmocka_unit_test(what_is_altered_cut_or_continued_does_not_open),
	    cmocka_unit_test(
		what_is_handed_over_opens_with_the_authority_s_key_alone),
	};

	if (!crypto_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
