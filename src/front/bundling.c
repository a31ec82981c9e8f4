#include "front/bundling.h"

#include <inttypes.h>
#include <libdeflate.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "front/exchange.h"
#include "front/front.h"
#include "front/serve.h"
#include "front/source.h"

#define QUIET_MS 20000 /* no byte taken for so long: it may be over */
#define WASTE (64 * 1024)

struct bundling {
	struct exchange *x; /* NULL: it has ended */
	int fd;
	struct bundle_head head;
	uint64_t end; /* of what is wanted */
	bool over, begun;
	struct bundle_piece piece; /* in hand; of no bytes: none */
	struct source *copy;       /* of it; NULL: not asked for yet */
	uint64_t summed;           /* bytes of the copy that are in crc */
	uint32_t crc;
	int64_t moved_ms;
};

struct bundling *
bundling_new(struct exchange *x, int *fd, struct err *e)
{
	OWNED(bundling) b = calloc(1, sizeof(*b));

	if (b == NULL)
		abort();
	b->fd = *fd;
	*fd = -1;
	if (!bundle_read_head(b->fd, &b->head, e))
		return NULL;
	b->x = x;
	x->bundling = b; /* which ends first, even when nothing is sent */
	b->moved_ms = clock_ms();
	return TAKE(b);
}

static struct bundling **
place_of(struct front *f, const struct bundling *b)
{
	for (size_t i = 0; i < BUNDLINGS_MAX; i++)
		if (f->bundling[i] == b)
			return &f->bundling[i];
	return NULL;
}

static void
leave_place(struct bundling *b)
{
	struct bundling **at = place_of(b->x->front, b);

	if (at != NULL)
		*at = NULL;
}

void
bundling_leave(struct bundling *b)
{
	leave_place(b);
	b->x->bundling = NULL;
	b->x = NULL;
	b->over = true;
}

void
bundling_free(struct bundling *b)
{
	if (b == NULL)
		return;
	if (b->x != NULL)
		bundling_leave(b);
	source_free(b->copy);
	if (b->fd != -1)
		(void)close(b->fd);
	free(b);
}

uint64_t
bundling_bytes(const struct bundling *b)
{
	return b->head.bytes;
}

/* ---- one for an account, a few for the house ---- */

static void
end_other(struct bundling *b)
{
	log_info("a take-away goes on in another connection");
	peer_allow(b->x->peer, 1);
	bundling_leave(b);
}

static struct bundling *
of_owner(struct front *f, uint64_t owner)
{
	for (size_t i = 0; i < BUNDLINGS_MAX; i++)
		if (f->bundling[i] != NULL &&
		    f->bundling[i]->head.owner == owner)
			return f->bundling[i];
	return NULL;
}

/* Its reader has gone, or has taken nothing for long. */
static bool
is_quiet(const struct bundling *b)
{
	return peer_is_gone(b->x->peer) || clock_ms() - b->moved_ms > QUIET_MS;
}

bool
bundling_admit(struct bundling *b, bool resumes, uint64_t end, struct err *e)
{
	struct front *f = b->x->front;
	struct bundling *other = of_owner(f, b->head.owner), **at;

	if (other != NULL && (resumes || is_quiet(other)))
		end_other(other);
	else if (other != NULL)
		return err_set(e, ERR_BUSY, "this account has one under way");
	at = place_of(f, NULL);
	if (at == NULL)
		return err_set(e, ERR_BUSY, "the house has enough under way");
	*at = b;
	b->end = end;
	return true;
}

/* ---- copies ---- */

static void
forget_copy(struct bundling *b)
{
	source_free(b->copy);
	b->copy = NULL;
	b->summed = 0;
	b->crc = 0;
}

/* Asleep before it is asked: the answer may be there at once. */
static ssize_t
ask(struct bundling *b)
{
	struct http_part *part = &b->x->q.part;

	part->copy = b->piece.copy;
	memcpy(part->mark, b->piece.mark, sizeof(part->mark));
	part->begins = b->begun ? 0 : b->head.copies;
	b->begun = true;
	exchange_sleep(b->x);
	pool_go_on(b->x->front, b->x);
	return 0;
}

static bool
take_copy(
    struct bundling *b, const struct http_response *p, int *fd, struct err *e)
{
	if (p == NULL || p->status != 200 || *fd == -1 ||
	    (p->body != HTTP_BODY_COMPOSED && p->body != HTTP_BODY_BLOB))
		return err_set(
		    e, ERR_CONFLICT, "status %u", p == NULL ? 503u : p->status);
	b->copy = source_new(NULL, p, fd, e);
	if (b->copy == NULL)
		return false;
	if (source_bytes(b->copy) + b->head.seal == b->piece.copy_n)
		return true;
	forget_copy(b);
	return err_set(e, ERR_CONFLICT, "another length");
}

void
bundling_copy(struct bundling *b, const struct http_response *p, int *fd)
{
	struct err e;

	if (!b->over && !take_copy(b, p, fd, &e)) {
		err_wrap_(&e, "photo %" PRIu64 " is not as it was promised",
		    b->piece.copy);
		log_err(LOG_LEVEL_WARN, &e, "a take-away ends short");
		b->over = true;
	}
	exchange_wake(b->x);
	peer_allow(b->x->peer, serve_answer_ms(b->piece.copy_n));
}

/* What was sent before, or is not wanted, counts for the seal too. */
static bool
sum_up_to(struct bundling *b, uint64_t to, struct err *e)
{
	static char waste[WASTE];

	while (b->summed < to) {
		size_t n =
		    to - b->summed < WASTE ? (size_t)(to - b->summed) : WASTE;

		if (!source_some(b->copy, b->summed, waste, n, &n, e))
			return false;
		b->crc = libdeflate_crc32(b->crc, waste, n);
		b->summed += n;
	}
	return true;
}

static bool
read_copy(struct bundling *b, uint64_t at, char *to, size_t max, size_t *ret,
    struct err *e)
{
	uint64_t bytes = b->piece.copy_n - b->head.seal;

	if (!sum_up_to(b, at < bytes ? at : bytes, e))
		return false;
	if (at < bytes) {
		if (!source_some(b->copy, at, to, max, ret, e))
			return false;
		b->crc = libdeflate_crc32(b->crc, to, *ret);
		b->summed += *ret;
		return true;
	}
	*ret = 0;
	for (at -= bytes; at < b->head.seal && *ret < max; at++)
		to[(*ret)++] = (char)(b->crc >> 8 * at);
	return true;
}

/* ---- the whole ---- */

static bool
hold_piece(struct bundling *b, uint64_t pos, struct err *e)
{
	if (pos >= b->piece.at && pos < bundle_piece_end(&b->piece))
		return true;
	forget_copy(b);
	return bundle_find(b->fd, &b->head, pos, &b->piece, e);
}

static bool
read_text(struct bundling *b, uint64_t at, char *to, size_t max, size_t *ret,
    struct err *e)
{
	size_t n =
	    b->piece.text_n - at < max ? (size_t)(b->piece.text_n - at) : max;
	ssize_t got = pread(b->fd, to, n, (off_t)(b->piece.text_at + at));

	if (got == -1)
		return err_sys(e, "a bundle");
	if (got == 0)
		return err_set(e, ERR_CORRUPT, "a bundle is short");
	*ret = (size_t)got;
	return true;
}

ssize_t
bundling_read(struct bundling *b, uint64_t pos, char *to, size_t max)
{
	struct err e;
	uint64_t at;
	size_t got;
	bool good;

	if (b->over)
		return -1;
	b->moved_ms = clock_ms();
	good = hold_piece(b, pos, &e);
	at = pos - b->piece.at;
	if (good && at < b->piece.text_n)
		good = read_text(b, at, to, max, &got, &e);
	else if (good && b->copy == NULL)
		return ask(b);
	else if (good)
		good = read_copy(b, at - b->piece.text_n, to, max, &got, &e);
	/* Who has it all may come for the next at once. */
	if (good && pos + got >= b->end)
		leave_place(b);
	if (good)
		return (ssize_t)got;
	log_err(LOG_LEVEL_ERROR, &e, "a take-away was cut");
	b->over = true;
	return -1;
}
