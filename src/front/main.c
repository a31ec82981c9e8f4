/* preau-front — see front.h.  One thread, one epoll: the daemons of
 * libmicrohttpd, the channels to the workers, the monitor. */
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "crypto/key.h"
#include "front/front.h"
#include "front/serve.h"
#include "proc/start.h"

#define PEM_MAX ((size_t)256 * 1024)
#define SCRATCH_MAX ((size_t)512 * 1024)
#define EVENTS 64
#define TICK_MS 500
#define DRAIN_MS 20000
/* Blocks of answers come from the heap and stay there: new pages for each
 * would cost a fifth of a photo. */
#define HEAP_BLOCK (1024 * 1024)
#define HEAP_KEEP (8 * 1024 * 1024)

/* A PEM text of the monitor, NUL-terminated; the caller wipes it. */
static bool
read_pem(int fd, char *to, struct err *e)
{
	size_t n = 0;
	ssize_t got;

	while (n < PEM_MAX - 1 &&
	       (got = pread(fd, to + n, PEM_MAX - 1 - n, (off_t)n)) > 0)
		n += (size_t)got;
	to[n] = 0;
	if (n == 0 || n == PEM_MAX - 1 || strlen(to) != n)
		return err_set(e, ERR_INPUT, "certificate or key of TLS");
	return true;
}

static bool
start_serving(struct front *f, struct role_start *s, struct err *e)
{
	bool tls = s->tls_certificate != -1, good;
	char *pem;

	if (!tls)
		return serve_start(f, s->listen, s->n_listen, NULL, NULL, e);
	pem = malloc(2 * PEM_MAX);
	if (pem == NULL)
		abort();
	good = read_pem(s->tls_certificate, pem, e) &&
	       read_pem(s->tls_key, pem + PEM_MAX, e) &&
	       serve_start(f, s->listen, s->n_listen, pem, pem + PEM_MAX, e);
	explicit_bzero(pem, 2 * PEM_MAX);
	free(pem);
	(void)close(s->tls_certificate);
	(void)close(s->tls_key);
	return good;
}

static bool
watch_signals(struct front *f, struct err *e)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1 ||
	    (f->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) ==
		-1 ||
	    !front_watch(f, f->signals, WATCH_SIGNAL, 0))
		return err_sys(e, "signals");
	return true;
}

static bool
front_init(struct front *f, struct role_start *s, struct err *e)
{
	str proxy = str_c(s->conf.trusted_proxy);

	f->conf = &s->conf;
	f->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (f->epoll == -1)
		return err_sys(e, "epoll");
	f->scratch = arena_new(SCRATCH_MAX);
	pool_init(&f->pool);
	if (proxy.n > 0 && !address_parse(proxy, &f->proxy))
		return err_set(e, ERR_INPUT, "trusted_proxy is no address");
	f->has_proxy = proxy.n > 0;
	if (!front_watch(f, s->control.fd, WATCH_CONTROL, 0))
		return err_sys(e, "epoll");
	return watch_signals(f, e);
}

static void
drain(struct front *f)
{
	if (f->draining)
		return;
	log_info("draining");
	f->draining = true;
	/* It has been heard, and stays readable. */
	(void)epoll_ctl(f->epoll, EPOLL_CTL_DEL, f->signals, NULL);
	serve_quiesce(f);
}

static bool
hear_monitor(struct front *f, struct role_start *s, struct err *e)
{
	struct role_news news;

	if (!role_news(s, 0, &news, e)) {
		if (e->kind == ERR_BUSY)
			return true;
		if (e->kind != ERR_NONE)
			return false;
		(void)epoll_ctl(f->epoll, EPOLL_CTL_DEL, s->control.fd, NULL);
		drain(f);
		return true;
	}
	if (news.kind == NEWS_DRAIN)
		drain(f);
	else if (news.role == ROLE_WORKER)
		pool_add(f, news.number, news.fd);
	else
		(void)close(news.fd);
	return true;
}

static bool
on_event(struct front *f, struct role_start *s, uint64_t data, struct err *e)
{
	uint32_t which = (uint32_t)data;

	switch ((enum watch)(data >> 32)) {
	case WATCH_CONTROL:
		return hear_monitor(f, s, e);
	case WATCH_SIGNAL:
		drain(f);
		return true;
	case WATCH_WORKER:
		return pool_read(f, which, e);
	case WATCH_LINGER:
		peer_linger_read(f, which);
		return true;
	default:
		return true; /* libmicrohttpd's, run at every turn */
	}
}

/* Nothing to do and nobody there: sleep until an event. */
static int
how_long(struct front *f)
{
	int64_t ms = serve_timeout_ms(f);
	bool ticks = f->draining || f->peers.n > 0 || f->pool.n_waiting > 0;

	if (ticks && (ms == -1 || ms > TICK_MS))
		ms = TICK_MS;
	return ms > TICK_MS ? TICK_MS : (int)ms;
}

static void
tick(struct front *f, int64_t *next_ms)
{
	int64_t now = clock_ms();

	if (now < *next_ms)
		return;
	*next_ms = now + TICK_MS;
	peers_tick(f, now);
	pool_tick(f, now);
	if (f->draining)
		peers_drain(f);
}

static bool
loop(struct front *f, struct role_start *s, struct err *e)
{
	struct epoll_event ev[EVENTS];
	int64_t next_tick = 0, drained_by = 0;

	while (!f->draining || (f->peers.n > 0 && clock_ms() < drained_by)) {
		int n = epoll_wait(f->epoll, ev, EVENTS, how_long(f));

		if (n == -1 && errno != EINTR)
			return err_sys(e, "epoll");
		for (int i = 0; i < n; i++)
			if (!on_event(f, s, ev[i].data.u64, e))
				return false;
		pool_dispatch(f);
		tick(f, &next_tick);
		serve_run(f);
		pool_dispatch(f);
		if (f->draining && drained_by == 0)
			drained_by = clock_ms() + DRAIN_MS;
	}
	return true;
}

int
main(void)
{
	static struct role_start start;
	static struct front front;
	struct err e;
	bool weak;

	(void)mallopt(M_MMAP_THRESHOLD, HEAP_BLOCK);
	(void)mallopt(M_TRIM_THRESHOLD, HEAP_KEEP);
	if (!role_start(ROLE_FRONT, &start, &e) || !crypto_init(&e) ||
	    !front_init(&front, &start, &e) ||
	    !start_serving(&front, &start, &e) ||
	    !sandbox_enter(ROLE_FRONT, &start.conf, &weak, &e) ||
	    !role_ready(&start, weak, &e) || !loop(&front, &start, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "the front ends");
		return 1;
	}
	/* A connection that sleeps would make libmicrohttpd abort. */
	if (front.peers.n > 0)
		_exit(0);
	serve_stop(&front);
	pool_done(&front.pool);
	arena_free(front.scratch);
	while (front.n_spare > 0)
		arena_free(front.spare[--front.n_spare]);
	role_start_done(&start);
	return 0;
}
