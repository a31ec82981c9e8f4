/* What an authority opens: a file by anybody, and one of ours that was altered
 * or cut.  What reads back at all is what was sealed. */
#include <assert.h>
#include <sodium.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "custody/object.h"

#define PLAIN (OBJECT_CHUNK + 100)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct box_pair pair;
static uint8_t plain[PLAIN];
static uint8_t whole[2 * OBJECT_CHUNK];
static size_t whole_n;

struct source {
	const uint8_t *p;
	size_t n, at;
};

static bool
get(void *ctx, void *p, size_t n, size_t *ret_n, struct err *e)
{
	struct source *s = ctx;

	(void)e;
	n = n < s->n - s->at ? n : s->n - s->at;
	if (n > 0)
		memcpy(p, s->p + s->at, n);
	s->at += n;
	*ret_n = n;
	return true;
}

static bool
put(void *ctx, const void *p, size_t n, struct err *e)
{
	(void)e;
	buf_put(ctx, p, n);
	return true;
}

static bool
keep(void *ctx, const void *p, size_t n, struct err *e)
{
	(void)ctx;
	(void)e;
	assert(whole_n + n <= sizeof(whole));
	memcpy(whole + whole_n, p, n);
	whole_n += n;
	return true;
}

/* Once: the pair of an authority, and a file of two chunks for it. */
static void
make_whole(void)
{
	static const uint8_t seed[crypto_box_SEEDBYTES] = {1, 2, 3};
	uint8_t box[BOX_SEALED];
	struct object_writer *w;
	struct key key;
	struct err e;

	if (sodium_init() == -1)
		abort();
	(void)crypto_box_seed_keypair(pair.public, pair.secret.b, seed);
	key_random(&key);
	for (size_t i = 0; i < PLAIN; i++)
		plain[i] = (uint8_t)(i * 7);
	if (!box_to_one(&key, pair.public, box, &e))
		abort();
	object_front(pair.public, box, whole);
	whole_n = OBJECT_FRONT;
	w = object_writer_new(&key, keep, NULL);
	if (!object_write(w, plain, PLAIN, &e) || !object_end(w, &e))
		abort();
	object_writer_free(w);
}

static void
read_all(const uint8_t *p, size_t n)
{
	CLEANUP(buf_done) struct buf got = BUF_MAX(1 << 20);
	struct source s = {p, n, 0};
	struct err e;

	if (object_read_handed(&pair, get, &s, put, &got, &e))
		assert(got.n == PLAIN && memcmp(got.p, plain, PLAIN) == 0);
}

/* Three bytes at a time: where, and what is written there; what is left over
 * says how much is cut off. */
static void
read_altered(const uint8_t *p, size_t n)
{
	static uint8_t altered[sizeof(whole)];
	size_t cut = 0;

	memcpy(altered, whole, whole_n);
	for (; n >= 3; p += 3, n -= 3)
		altered[((size_t)p[0] << 8 | p[1]) * 2 % whole_n] ^= p[2];
	for (; n > 0; p++, n--)
		cut = cut * 256 + *p;
	read_all(altered, whole_n - cut % whole_n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (whole_n == 0)
		make_whole();
	if (n == 0)
		return 0;
	if (p[0] % 2 == 0)
		read_all(p + 1, n - 1);
	else
		read_altered(p + 1, n - 1);
	return 0;
}
