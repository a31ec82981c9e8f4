#include "front/exchange.h"

#include <stdlib.h>

#include "front/answer.h"
#include "front/body.h"
#include "front/bundling.h"
#include "front/front.h"
#include "front/page.h"

#define ARENA_MAX ((size_t)512 * 1024)
/* Give a descriptor away. */
#define TAKE_FD(fd)               \
	__extension__({           \
		int took_ = (fd); \
		(fd) = -1;        \
		took_;            \
	})

#define FIELD_MAX ((size_t)64 * 1024)
#define EVENTS_MAX ((size_t)128 * 1024)

static struct arena *
arena_take(struct front *f)
{
	return f->n_spare > 0 ? f->spare[--f->n_spare] : arena_new(ARENA_MAX);
}

static void
arena_give_back(struct front *f, struct arena *a)
{
	if (f->n_spare == SPARE_MAX) {
		arena_free(a);
		return;
	}
	arena_reset(a);
	f->spare[f->n_spare++] = a;
}

struct exchange *
exchange_new(struct front *f, struct MHD_Connection *c, const char *target)
{
	struct arena *a = arena_take(f);
	struct exchange *x = NEW(a, struct exchange);

	if (x == NULL)
		abort();
	x->front = f;
	x->conn = c;
	x->peer = peer_of(c);
	x->arena = a;
	x->value = BUF_MAX(FIELD_MAX);
	x->events = BUF_MAX(EVENTS_MAX);
	upload_init(&x->upload);
	/* libmicrohttpd takes the line apart in place. */
	if (!arena_str(x->arena, target, strlen(target), &x->raw_target))
		x->raw_target = (str){0};
	if (x->peer != NULL)
		x->peer->now = x;
	return x;
}

void
exchange_free(struct exchange *x)
{
	if (x == NULL)
		return;
	pool_forget(x->front, x);
	if (x->bundling != NULL)
		bundling_leave(x->bundling);
	if (x->parts != NULL)
		(void)MHD_destroy_post_processor(x->parts);
	if (x->answer != NULL)
		MHD_destroy_response(x->answer);
	upload_done(&x->upload);
	buf_done(&x->value);
	buf_done(&x->events);
	if (x->peer != NULL && x->peer->now == x)
		x->peer->now = NULL;
	arena_give_back(x->front, x->arena);
}

void
exchange_sleep(struct exchange *x)
{
	if (x->asleep)
		return;
	x->asleep = true;
	peer_allow(x->peer, 0);
	MHD_suspend_connection(x->conn);
}

void
exchange_wake(struct exchange *x)
{
	if (!x->asleep)
		return;
	x->asleep = false;
	peer_allow(x->peer, x->front->conf->request_timeout_s * 1000);
	MHD_resume_connection(x->conn);
}

/* Before the end of the body libmicrohttpd takes no answer, except at the
 * head; in between, the rest is read in vain, up to a limit. */
void
exchange_answer(struct exchange *x, struct MHD_Response *r, unsigned status)
{
	if (x->answer != NULL)
		MHD_destroy_response(x->answer);
	/* Nothing more of it is kept, and others may write on. */
	upload_done(&x->upload);
	x->answer = r;
	x->status = status;
	x->refused = true;
	x->asking = false;
	buf_clear(&x->events);
	x->events_at = 0;
	if (x->body_ended || x->stage == STAGE_HEAD || x->stage == STAGE_LEAVE)
		x->stage = STAGE_ANSWER;
	exchange_wake(x);
}

void
exchange_page(struct exchange *x, enum page page)
{
	unsigned status = 500;
	struct MHD_Response *r = page_make(x, page, &status);

	if (r == NULL)
		abort();
	exchange_answer(x, r, status);
}

/* The next copy of a bundle, or that there is none; another connection may have
 * taken it over meanwhile. */
static void
go_on(struct exchange *x, const struct http_response *p, int *fd)
{
	if (x->bundling != NULL)
		bundling_copy(x->bundling, p, fd);
	else
		exchange_wake(x);
}

bool
exchange_response(struct exchange *x, struct http_response *p, int *fd)
{
	struct MHD_Response *r;
	unsigned status = p->status;

	if (p->body != HTTP_BODY_INLINE && *fd == -1)
		return false;
	if (x->stage == STAGE_SENT) {
		go_on(x, p, fd);
		return true;
	}
	r = answer_make(x, p, fd, &status);
	if (r == NULL)
		exchange_page(x, status == 429 ? PAGE_ENOUGH : PAGE_BROKEN);
	else
		exchange_answer(x, r, status);
	return true;
}

void
exchange_leave(struct exchange *x, const struct http_file_go *go, int *fd)
{
	x->asking = false;
	upload_blob(&x->upload, TAKE_FD(*fd), go, x->q.file[x->q.n_file].bytes,
	    x->q.tus.summed ? &x->checksum : NULL);
	if (x->stage == STAGE_LEAVE)
		exchange_wake(x);
	else
		body_advance(x);
}

void
exchange_failed(struct exchange *x, enum page page)
{
	if (x->stage == STAGE_SENT)
		go_on(x, NULL, NULL);
	else
		exchange_page(x, page);
}
