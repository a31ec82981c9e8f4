/*
 * A bundle while it is sent: its literal bytes and its copies in any order of
 * asking, its seals, over 4 GB, eight at a time, and what ends it.
 *
 * bundling.c alone, with what it stands on played here: copies whose bytes are
 * reckoned from their number and place, so that gigabytes are nowhere.
 */
#include <libdeflate.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "front/bundling.h"
#include "front/exchange.h"
#include "front/front.h"
#include "front/serve.h"
#include "front/source.h"

#define TEXT 7u
#define SMALL 5000u
#define LARGE (1u << 20)
#define FAR 4200u /* of LARGE: over 4 GB */

struct source {
	uint64_t copy;
	uint32_t bytes;
};

static struct front front;
static struct err e;
static size_t sources, sources_most, sleeping, asked;
static bool gone; /* the reader of a connection */
static uint32_t copy_bytes;

/* ---- what it stands on ---- */

struct source *
source_new(
    struct exchange *x, const struct http_response *p, int *fd, struct err *ret)
{
	struct source *s = calloc(1, sizeof(*s));

	(void)x;
	(void)ret;
	assert_non_null(s);
	*s = (struct source){p->total, copy_bytes};
	(void)close(*fd);
	*fd = -1;
	if (++sources > sources_most)
		sources_most = sources;
	return s;
}

void
source_free(struct source *s)
{
	sources -= s != NULL;
	free(s);
}

uint64_t
source_bytes(const struct source *s)
{
	return s->bytes;
}

static char
byte_of(uint64_t copy, uint64_t at)
{
	return (char)(copy * 31 + at / 4096);
}

/* Not more than what is the same. */
bool
source_some(struct source *s, uint64_t at, char *to, size_t max, size_t *ret_n,
    struct err *ret)
{
	size_t n = 4096 - at % 4096;

	(void)ret;
	n = n < max ? n : max;
	n = n < s->bytes - at ? n : (size_t)(s->bytes - at);
	memset(to, byte_of(s->copy, at), n);
	*ret_n = n;
	return n > 0;
}

void
exchange_sleep(struct exchange *x)
{
	assert_false(x->asleep);
	x->asleep = true;
	sleeping++;
}

void
exchange_wake(struct exchange *x)
{
	sleeping -= x->asleep;
	x->asleep = false;
}

void
pool_go_on(struct front *f, struct exchange *x)
{
	(void)f;
	(void)x;
	asked++;
}

void
peer_allow(struct peer *p, int64_t ms)
{
	(void)p;
	(void)ms;
}

bool
peer_is_gone(const struct peer *p)
{
	(void)p;
	return gone;
}

int64_t
serve_answer_ms(uint64_t bytes)
{
	return (int64_t)bytes;
}

/* ---- bundles ---- */

static uint64_t
whole(uint32_t n, uint32_t seal)
{
	return (uint64_t)n * (TEXT + copy_bytes + seal) + TEXT;
}

static int
make(uint64_t owner, uint32_t n, uint32_t seal)
{
	struct bundle_head h = {.owner = owner, .pieces = n + 1, .seal = seal};
	struct bundle_piece *v = calloc(n + 1, sizeof(*v));
	int fd = memfd_create("bundle", MFD_CLOEXEC);

	assert_non_null(v);
	for (uint32_t i = 0; i <= n; i++) {
		v[i] = (struct bundle_piece){
		    .at = h.bytes, .text_n = TEXT, .copy = i + 1};
		if (i < n)
			v[i].copy_n = copy_bytes + seal;
		h.bytes = bundle_piece_end(&v[i]);
	}
	h.copies = n;
	assert_true(bundle_write(fd, &h, v, S("literal"), &e));
	assert_true(h.bytes == whole(n, seal));
	free(v);
	return fd;
}

static struct bundling *
begin(struct exchange *x, uint64_t owner, uint32_t n, uint32_t seal)
{
	int fd = make(owner, n, seal);
	struct bundling *b;

	*x = (struct exchange){.front = &front};
	b = bundling_new(x, &fd, &e);
	assert_non_null(b);
	assert_true(bundling_bytes(b) == whole(n, seal));
	return b;
}

/* A worker answers what was asked for. */
static void
answer(struct bundling *b, struct exchange *x, uint16_t status)
{
	struct http_response p = {.status = status,
	    .body = HTTP_BODY_COMPOSED,
	    .total = x->q.part.copy};
	int fd = memfd_create("copy", MFD_CLOEXEC);

	bundling_copy(b, &p, &fd);
	if (fd != -1)
		(void)close(fd);
}

/* What stands at one place of it: -1, a byte of a seal. */
static int
expected(uint64_t pos, uint32_t seal)
{
	uint64_t row = TEXT + copy_bytes + seal, i = pos / row, at = pos % row;

	if (at < TEXT)
		return (unsigned char)"literal"[at];
	at -= TEXT;
	return at < copy_bytes ? (unsigned char)byte_of(i + 1, at) : -1;
}

static ssize_t
some(struct bundling *b, struct exchange *x, uint64_t pos, char *to, size_t max)
{
	ssize_t n = bundling_read(b, pos, to, max);

	if (n != 0)
		return n;
	assert_true(x->asleep);
	answer(b, x, 200);
	assert_false(x->asleep);
	return bundling_read(b, pos, to, max);
}

static void
read_as_expected(struct bundling *b, struct exchange *x, uint64_t from,
    uint64_t to, uint32_t seal)
{
	static char room[3000];

	while (from < to) {
		size_t max = to - from < sizeof(room) ? (size_t)(to - from)
						      : sizeof(room);
		ssize_t n = some(b, x, from, room, max);

		assert_true(n > 0);
		for (ssize_t i = 0; i < n; i++) {
			int want = expected(from + (uint64_t)i, seal);

			if (want != -1 && (unsigned char)room[i] != want)
				fail_msg(
				    "byte %llu", (unsigned long long)from +
						     (unsigned long long)i);
		}
		from += (uint64_t)n;
	}
}

static int
setup(void **state)
{
	(void)state;
	memset(&front, 0, sizeof(front));
	sources = sources_most = sleeping = asked = 0;
	gone = false;
	copy_bytes = SMALL;
	return 0;
}

/* ---- the tests ---- */

static void
it_is_the_same_from_wherever_it_goes_on(void **state)
{
	const uint32_t seals[] = {0, BUNDLE_SEAL};
	struct exchange x;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (uint64_t from = 0; from < whole(3, seals[i]);
		     from += 997) {
			struct bundling *b = begin(&x, 1, 3, seals[i]);

			assert_true(
			    bundling_admit(b, true, bundling_bytes(b), &e));
			read_as_expected(
			    b, &x, from, bundling_bytes(b), seals[i]);
			bundling_free(b);
		}
	assert_int_equal(sources, 0);
	assert_int_equal(sleeping, 0);
}

/* The seal makes the sum of the copy and itself what every ZIP was promised. */
static void
a_copy_and_its_seal_have_the_sum_that_was_promised(void **state)
{
	static char room[SMALL + BUNDLE_SEAL];
	struct exchange x;
	struct bundling *b = begin(&x, 1, 2, BUNDLE_SEAL);
	uint64_t at = TEXT + SMALL + BUNDLE_SEAL + TEXT;
	uint64_t middle = at + SMALL / 2;

	(void)state;
	assert_true(bundling_admit(b, true, bundling_bytes(b), &e));
	/* Only the second half is asked for; then the first. */
	for (uint64_t pos = middle; pos < at + sizeof(room);)
		pos += (uint64_t)some(b, &x, pos, room + (pos - at),
		    (size_t)(at + sizeof(room) - pos));
	bundling_free(b);
	b = begin(&x, 1, 2, BUNDLE_SEAL);
	assert_true(bundling_admit(b, true, bundling_bytes(b), &e));
	for (uint64_t pos = at; pos < middle;)
		pos += (uint64_t)some(
		    b, &x, pos, room + (pos - at), (size_t)(middle - pos));
	bundling_free(b);
	assert_int_equal(
	    libdeflate_crc32(0, room, sizeof(room)), BUNDLE_SEALED_CRC);
}

static void
beyond_four_gigabytes_it_goes_on_too(void **state)
{
	struct exchange x;
	struct bundling *b;
	uint64_t end, far = (uint64_t)1 << 32;

	(void)state;
	copy_bytes = LARGE;
	b = begin(&x, 1, FAR, BUNDLE_SEAL);
	end = bundling_bytes(b);
	assert_true(end > far + LARGE);
	assert_true(bundling_admit(b, true, end, &e));
	read_as_expected(b, &x, far - 2 * LARGE, far + 2 * LARGE, BUNDLE_SEAL);
	read_as_expected(b, &x, end - 3 * LARGE, end, BUNDLE_SEAL);
	assert_true(asked < 12);
	bundling_free(b);
}

static void
eight_at_once_hold_one_copy_each_and_a_ninth_is_told_to_wait(void **state)
{
	struct bundling *b[BUNDLINGS_MAX + 1];
	struct exchange x[BUNDLINGS_MAX + 1];
	uint64_t end = whole(20, BUNDLE_SEAL);

	(void)state;
	for (size_t i = 0; i <= BUNDLINGS_MAX; i++)
		b[i] = begin(&x[i], 100 + i, 20, BUNDLE_SEAL);
	for (size_t i = 0; i < BUNDLINGS_MAX; i++)
		assert_true(bundling_admit(b[i], false, end, &e));
	assert_false(bundling_admit(b[BUNDLINGS_MAX], false, end, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	/* In turns, as connections are. */
	for (uint64_t at = 0; at < end; at += 1000)
		for (size_t i = 0; i < BUNDLINGS_MAX; i++)
			read_as_expected(b[i], &x[i], at,
			    at + 1000 < end ? at + 1000 : end, BUNDLE_SEAL);
	assert_true(sources_most <= BUNDLINGS_MAX);
	/* Who has it all leaves its place. */
	assert_true(bundling_admit(b[BUNDLINGS_MAX], false, end, &e));
	for (size_t i = 0; i <= BUNDLINGS_MAX; i++)
		bundling_free(b[i]);
	assert_int_equal(sources, 0);
}

static void
an_account_has_one_and_whoever_comes_for_the_rest_takes_over(void **state)
{
	struct exchange x, y, z;
	struct bundling *a = begin(&x, 7, 3, 0), *b = begin(&y, 7, 3, 0),
			*c = begin(&z, 7, 3, 0);
	uint64_t end = bundling_bytes(a);
	char room[100];

	(void)state;
	assert_true(bundling_admit(a, false, end, &e));
	assert_false(bundling_admit(b, false, end, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_true(bundling_admit(b, true, end, &e));
	assert_int_equal(bundling_read(a, 0, room, sizeof(room)), -1);
	assert_true(bundling_read(b, 0, room, sizeof(room)) > 0);
	gone = true; /* its reader */
	assert_true(bundling_admit(c, false, end, &e));
	assert_int_equal(bundling_read(b, 0, room, sizeof(room)), -1);
	bundling_free(a);
	bundling_free(b);
	bundling_free(c);
}

static void
a_copy_that_is_refused_or_of_another_length_ends_it_short(void **state)
{
	struct exchange x;
	char room[100];

	(void)state;
	for (int other = 0; other < 2; other++) {
		struct bundling *b = begin(&x, 7, 3, 0);

		assert_true(bundling_admit(b, false, bundling_bytes(b), &e));
		assert_int_equal(bundling_read(b, TEXT, room, 1), 0);
		copy_bytes += (uint32_t)other;
		answer(b, &x, other ? 200 : 404);
		copy_bytes = SMALL;
		assert_false(x.asleep);
		assert_int_equal(bundling_read(b, TEXT, room, 1), -1);
		bundling_free(b);
	}
	assert_int_equal(sources, 0);
}

int
main(void)
{
#define TRY(t) cmocka_unit_test_setup(t, setup)
	const struct CMUnitTest tests[] = {
	    TRY(it_is_the_same_from_wherever_it_goes_on),
	    TRY(a_copy_and_its_seal_have_the_sum_that_was_promised),
	    TRY(beyond_four_gigabytes_it_goes_on_too),
	    TRY(eight_at_once_hold_one_copy_each_and_a_ninth_is_told_to_wait),
	    TRY(an_account_has_one_and_whoever_comes_for_the_rest_takes_over),
	    TRY(a_copy_that_is_refused_or_of_another_length_ends_it_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
