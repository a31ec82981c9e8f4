/*
 * preau-worker — handlers, SQL, templates, permission, keys.
 *
 * One request at a time, from the front's channel.  With --jobs it is the
 * same program without a front: it takes what waits in the job table.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "ipc/print.h"
#include "jobs/jobs.h"
#include "proc/start.h"
#include "sharing/received.h"
#include "web/web.h"

#define ARENA_MAX ((size_t)64 << 20)
#define PAGE_MAX ((size_t)8 << 20)
#define SHEET_MAX ((int64_t)4 << 20)
#define REST_MS 2000 /* without a request: opened texts are wiped */
#define TURN 4       /* turns before the monitor is heard again */
#define AT_ONCE 4    /* requests taken in one turn */
#define TURN_MS 2    /* then those that are answered wait no longer */
#define INLINE_MAX (CHAN_MSG_MAX - 16 * 1024) /* the rest: headers */

static const struct chan_permit from_front[] = {
    {HTTP_REQUEST, 0, 1, CHAN_MSG_MAX},
    {HTTP_FILE_OPEN, 0, 0, CHAN_MSG_MAX},
    {0},
};

struct worker {
	struct role_start start;
	struct house house;
	struct arena *arena;
	struct buf page, reply;
	struct chan front, jobs, printer; /* fd -1: not there yet */
	struct chan_msg msg[AT_ONCE];
	char in[AT_ONCE][CHAN_MSG_MAX];
	struct chan_out out[AT_ONCE]; /* answers of this turn, in `reply` */
	size_t n_out;
};

/* A body too long for one message goes in a sealed memory file. */
static bool
body_to_memfd(struct response *out, struct err *e)
{
	str s = out->http.inline_bytes;
	int fd = memfd_create("page", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return err_sys(e, "memfd");
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n <= 0) {
			err_sys(e, "memfd");
			(void)close(fd);
			return false;
		}
		s = str_sub(s, (size_t)n, s.n);
	}
	out->fd = fd;
	out->http.body = HTTP_BODY_MEMFD;
	out->http.inline_bytes = (str){0};
	return true;
}

/* The answers of the turn so far leave in one call: the front is woken once. */
static bool
send_answers(struct worker *w, struct err *e)
{
	size_t n = w->n_out, at = 0;
	bool sent;

	if (n == 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		w->out[i].body.p = w->reply.p + at;
		at += w->out[i].body.n;
	}
	sent = chan_send_all(&w->front, w->out, n, e);
	for (size_t i = 0; i < n; i++)
		if (w->out[i].fd >= 0)
			(void)close(w->out[i].fd);
	w->n_out = 0;
	buf_clear(&w->reply);
	return sent;
}

/* One more answer: what stands in `reply` from `at` on. */
static void
add_answer(struct worker *w, uint8_t kind, size_t at, int fd)
{
	w->out[w->n_out++] =
	    (struct chan_out){kind, {NULL, w->reply.n - at}, fd};
}

static bool
add_response(struct worker *w, struct response *out, struct err *e)
{
	size_t at = w->reply.n;

	if (out->http.inline_bytes.n > INLINE_MAX && out->fd < 0 &&
	    !body_to_memfd(out, e))
		return false;
	http_response_write(&w->reply, &out->http);
	key_done(&out->http.key);
	add_answer(w, HTTP_RESPONSE, at, out->fd);
	return true;
}

static void
add_file_go(struct worker *w, struct http_file_go *go, int fd)
{
	size_t at = w->reply.n;

	http_file_go_write(&w->reply, go);
	key_done(&go->key);
	add_answer(w, HTTP_FILE_GO, at, fd);
}

/* A sheet (CSV) comes in a memory file; it is small and read whole. */
static bool
read_sheet(struct worker *w, struct chan_msg *m, str *ret, struct err *e)
{
	OWNED_FD fd = chan_msg_take(m, 0);
	struct stat st;
	char *p;
	ssize_t n;

	if (fstat(fd, &st) == -1 || st.st_size > SHEET_MAX)
		return err_set(e, ERR_CORRUPT, "sheet from the front");
	p = NEW_N(w->arena, char, (size_t)st.st_size + 1);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "sheet");
	n = pread(fd, p, (size_t)st.st_size, 0);
	if (n != st.st_size)
		return err_sys(e, "sheet");
	*ret = (str){p, (size_t)n};
	return true;
}

static bool
serve_request(struct worker *w, struct chan_msg *m,
    const struct http_request *q, bool more, struct err *e)
{
	int64_t before = db_writes(w->house.db);
	struct response out;
	str sheet = {0};

	if (m->n_fds == 1 && !read_sheet(w, m, &sheet, e))
		return false;
	route_request(&w->house, w->arena, q, sheet, more, &w->page, &out);
	if (db_writes(w->house.db) != before && w->jobs.fd >= 0)
		role_kick(&w->jobs);
	return add_response(w, &out, e);
}

static bool
serve_file_open(struct worker *w, const struct http_request *q, struct err *e)
{
	struct http_file_go go;
	struct response out;
	int fd;

	if (!route_file_open(&w->house, w->arena, q, &w->page, &go, &fd, &out))
		return add_response(w, &out, e);
	add_file_go(w, &go, fd);
	return true;
}

static bool
serve_one(struct worker *w, struct chan_msg *m, bool more, struct err *e)
{
	struct http_request q;

	arena_reset(w->arena);
	return http_request_read(w->arena, m->body, &q, e) &&
	       (m->kind == HTTP_REQUEST ? serve_request(w, m, &q, more, e)
					: serve_file_open(w, &q, e));
}

/* What waits in the channel, up to AT_ONCE.  ERR_BUSY is none. */
static bool
take(struct worker *w, size_t *ret_n, struct err *e)
{
	struct chan_room room[AT_ONCE];

	for (size_t i = 0; i < AT_ONCE; i++)
		room[i] = (struct chan_room){w->in[i], sizeof(w->in[i])};
	return chan_try_recv_some(&w->front, room, AT_ONCE, w->msg, ret_n, e) ||
	       e->kind == ERR_BUSY;
}

/* What is answered waits for what came with it, unless that takes long. */
static bool
serve_all(struct worker *w, size_t n, struct err *e)
{
	int64_t until = clock_ms() + TURN_MS;
	struct err
	    other; /* what came before a fault is answered all the same */
	bool good = true;

	for (size_t i = 0; i < n; i++) {
		good = good && serve_one(w, &w->msg[i], i + 1 < n, e) &&
		       (clock_ms() < until || send_answers(w, e));
		chan_msg_done(&w->msg[i]);
	}
	db_look_end(w->house.db);
	return send_answers(w, good ? e : &other) && good;
}

/* False: the front is gone or broke the protocol; its channel is dead.  What
 * came before that is served all the same. */
static bool
serve_turn(struct worker *w, bool *ret_more, struct err *e)
{
	struct err end;
	size_t n;
	bool lasts = take(w, &n, &end), good = serve_all(w, n, e);

	*ret_more = n == AT_ONCE;
	if (good && !lasts)
		*e = end;
	return good && lasts;
}

/* Without asking between two turns whether there is more; the monitor is heard
 * all the same. */
static bool
serve_front(struct worker *w, struct err *e)
{
	bool more = true;

	for (size_t i = 0; i < TURN && more; i++)
		if (!serve_turn(w, &more, e))
			return false;
	return true;
}

static void
set_peer(struct chan *c, int fd, const struct chan_permit *permits)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	*c = (struct chan){.fd = fd, .permits = permits};
}

/* False: the monitor is gone, or says nonsense. */
static bool
hear_monitor(struct worker *w, struct err *e)
{
	struct role_news news;

	if (!role_news(&w->start, 0, &news, e))
		return e->kind == ERR_BUSY;
	if (news.kind != NEWS_PEER)
		return true;
	if (news.role == ROLE_FRONT)
		set_peer(&w->front, news.fd, from_front);
	else if (news.role == ROLE_JOBS)
		set_peer(&w->jobs, news.fd, kick_to_worker);
	else if (news.role == ROLE_PRINT)
		set_peer(&w->printer, news.fd, print_to_worker);
	else
		(void)close(news.fd);
	return true;
}

/* Between two turns, or when nobody asks for anything: no answer waits for it.
 * What cannot be written now is written later. */
static void
write_received(struct worker *w, bool rests)
{
	struct err e = {0};

	if ((rests || received_due(w->house.received, clock_ms())) &&
	    !received_write(&w->house, &e))
		log_err(LOG_LEVEL_WARN, &e, "who was sent what");
}

static bool
serve(struct worker *w, struct err *e)
{
	bool rests = true;

	for (;;) {
		struct pollfd p[2] = {
		    {.fd = w->start.control.fd, .events = POLLIN},
		    {.fd = w->front.fd, .events = POLLIN},
		};
		int n = poll(p, 2, rests ? -1 : REST_MS);

		if (n == -1 && errno != EINTR)
			return err_sys(e, "poll");
		if (n == 0)
			house_rest(&w->house);
		write_received(w, n == 0);
		rests = n == 0 && !received_any(w->house.received);
		if (p[0].revents != 0 && !hear_monitor(w, e))
			return e->kind == ERR_NONE;
		/* A fresh channel may just have taken the old one's place. */
		if (p[1].revents == 0 || p[1].fd != w->front.fd)
			continue;
		if (!serve_front(w, e)) {
			if (e->kind == ERR_CORRUPT)
				return false;
			set_peer(&w->front, -1, from_front);
		}
	}
}

static bool
begin(struct worker *w, enum role_id role, struct err *e)
{
	if (!crypto_init(e) || !role_start(role, &w->start, e) ||
	    !routes_check(e))
		return false;
	if (!w->start.has_master)
		return err_set(e, ERR_CORRUPT, "no master key came");
	if (!house_open(
		&w->house, &w->start.conf, &w->start.master, DB_WRITE, e))
		return false;
	role_start_done(&w->start);
	w->house.printer = &w->printer;
	if (role == ROLE_WORKER)
		w->house.received = received_new();
	return sandbox_enter(role, &w->start.conf, &w->house.weak_sandbox, e) &&
	       role_ready(&w->start, w->house.weak_sandbox, e);
}

static bool
run(enum role_id role, struct err *e)
{
	static struct worker w;

	w = (struct worker){.front.fd = -1,
	    .jobs.fd = -1,
	    .printer.fd = -1,
	    .page = BUF_MAX(PAGE_MAX),
	    .reply = BUF_MAX(AT_ONCE * CHAN_MSG_MAX),
	    .arena = arena_new(ARENA_MAX)};
	if (!begin(&w, role, e))
		return false;
	if (role == ROLE_JOBS)
		return jobs_run(&w.house, &w.start, e);
	if (!serve(&w, e))
		return false;
	write_received(&w, true);
	return true;
}

int
main(int argc, char **argv)
{
	bool jobs = argc > 1 && strcmp(argv[1], "--jobs") == 0;
	struct err e = {0};

	log_init(jobs ? "jobs" : "worker", LOG_LEVEL_INFO);
	if (run(jobs ? ROLE_JOBS : ROLE_WORKER, &e))
		return EXIT_SUCCESS;
	log_err(LOG_LEVEL_ERROR, &e, "exit");
	return EXIT_FAILURE;
}
