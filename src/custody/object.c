#include "custody/object.h"

#include <sodium.h>
#include <stdlib.h>

#define MAGIC "PREAUSC1"

_Static_assert(
    OBJECT_HEADER == crypto_secretstream_xchacha20poly1305_HEADERBYTES, "");
_Static_assert(OBJECT_MORE == crypto_secretstream_xchacha20poly1305_ABYTES, "");

typedef crypto_secretstream_xchacha20poly1305_state stream;

/* ---- writing ---- */

struct object_writer {
	stream state;
	object_put *put;
	void *ctx;
	bool begun;
	uint8_t head[OBJECT_HEADER];
	size_t n;
	uint8_t plain[OBJECT_CHUNK], out[OBJECT_CHUNK + OBJECT_MORE];
};

struct object_writer *
object_writer_new(const struct key *k, object_put *put, void *ctx)
{
	struct object_writer *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->put = put;
	w->ctx = ctx;
	(void)crypto_secretstream_xchacha20poly1305_init_push(
	    &w->state, w->head, k->b);
	return w;
}

void
object_writer_free(struct object_writer *w)
{
	if (w == NULL)
		return;
	sodium_memzero(w, sizeof(*w));
	free(w);
}

static bool
push(struct object_writer *w, uint8_t tag, struct err *e)
{
	if (!w->begun && !w->put(w->ctx, w->head, OBJECT_HEADER, e))
		return false;
	w->begun = true;
	(void)crypto_secretstream_xchacha20poly1305_push(
	    &w->state, w->out, NULL, w->plain, w->n, NULL, 0, tag);
	if (!w->put(w->ctx, w->out, w->n + OBJECT_MORE, e))
		return false;
	w->n = 0;
	return true;
}

/* A full chunk waits: it may be the last. */
bool
object_write(struct object_writer *w, const void *p, size_t n, struct err *e)
{
	const uint8_t *from = p;

	while (n > 0) {
		size_t fits;

		if (w->n == OBJECT_CHUNK &&
		    !push(w, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
			e))
			return false;
		fits = OBJECT_CHUNK - w->n < n ? OBJECT_CHUNK - w->n : n;
		memcpy(w->plain + w->n, from, fits);
		w->n += fits;
		from += fits;
		n -= fits;
	}
	return true;
}

bool
object_end(struct object_writer *w, struct err *e)
{
	return push(w, crypto_secretstream_xchacha20poly1305_TAG_FINAL, e);
}

void
object_front(const uint8_t to[BOX_PUBLIC], const uint8_t box[BOX_SEALED],
    uint8_t ret[OBJECT_FRONT])
{
	memcpy(ret, MAGIC, 8);
	memcpy(ret + 8, to, BOX_PUBLIC);
	memcpy(ret + 8 + BOX_PUBLIC, box, BOX_SEALED);
}

/* ---- reading ---- */

struct reader {
	stream state;
	object_get *get;
	void *get_ctx;
	object_put *put;
	void *put_ctx;
	uint8_t sealed[OBJECT_CHUNK + OBJECT_MORE], plain[OBJECT_CHUNK];
};

/* As much as there is, n at most. */
static bool
fill(object_get *get, void *ctx, uint8_t *p, size_t n, size_t *ret_n,
    struct err *e)
{
	size_t have = 0, got = 1;

	while (have < n && got > 0) {
		if (!get(ctx, p + have, n - have, &got, e))
			return false;
		have += got;
	}
	*ret_n = have;
	return true;
}

static bool
fill_all(object_get *get, void *ctx, uint8_t *p, size_t n, struct err *e)
{
	size_t have;

	return fill(get, ctx, p, n, &have, e) &&
	       (have == n || err_set(e, ERR_CORRUPT, "cut short"));
}

static bool
one_chunk(struct reader *r, bool *ret_last, struct err *e)
{
	unsigned long long n;
	unsigned char tag;
	size_t have;

	if (!fill(r->get, r->get_ctx, r->sealed, sizeof(r->sealed), &have, e))
		return false;
	if (have < OBJECT_MORE)
		return err_set(e, ERR_CORRUPT, "cut short");
	if (crypto_secretstream_xchacha20poly1305_pull(
		&r->state, r->plain, &n, &tag, r->sealed, have, NULL, 0) != 0)
		return err_set(e, ERR_CORRUPT, "a piece does not open");
	*ret_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return n == 0 || r->put(r->put_ctx, r->plain, (size_t)n, e);
}

static bool
read_all(struct reader *r, const struct key *k, struct err *e)
{
	uint8_t head[OBJECT_HEADER];
	bool last = false;
	size_t more;

	if (!fill_all(r->get, r->get_ctx, head, sizeof(head), e))
		return false;
	if (crypto_secretstream_xchacha20poly1305_init_pull(
		&r->state, head, k->b) != 0)
		return err_set(e, ERR_CORRUPT, "its beginning does not open");
	while (!last)
		if (!one_chunk(r, &last, e))
			return false;
	return fill(r->get, r->get_ctx, r->sealed, 1, &more, e) &&
	       (more == 0 || err_set(e, ERR_CORRUPT, "something follows it"));
}

bool
object_read(const struct key *k, object_get *get, void *get_ctx,
    object_put *put, void *put_ctx, struct err *e)
{
	struct reader *r = calloc(1, sizeof(*r));
	bool done;

	if (r == NULL)
		abort();
	r->get = get;
	r->get_ctx = get_ctx;
	r->put = put;
	r->put_ctx = put_ctx;
	done = read_all(r, k, e);
	sodium_memzero(r, sizeof(*r));
	free(r);
	return done;
}

bool
object_read_handed(const struct box_pair *with, object_get *get, void *get_ctx,
    object_put *put, void *put_ctx, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	uint8_t front[OBJECT_FRONT];
	const str box = {(const char *)front + 8 + BOX_PUBLIC, BOX_SEALED};

	if (!fill_all(get, get_ctx, front, sizeof(front), e))
		return false;
	if (memcmp(front, MAGIC, 8) != 0)
		return err_set(e, ERR_CORRUPT, "nothing that was handed over");
	if (sodium_memcmp(front + 8, with->public, BOX_PUBLIC) != 0)
		return err_set(e, ERR_DENIED, "it is for another key");
	return box_open_one(box, with, &k, e) &&
	       object_read(&k, get, get_ctx, put, put_ctx, e);
}
