#include "front/serve.h"

#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "front/answer.h"
#include "front/body.h"
#include "front/head.h"

#define CONNECTION_MEMORY ((size_t)32 * 1024)
#define ANSWER_MS 60000
#define ANSWER_BYTES_PER_MS 4
#define IDLE_MS 30000
#define TLS_PRIORITIES \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

static void *
on_target(void *cls, const char *uri, struct MHD_Connection *c)
{
	return exchange_new(cls, c, uri);
}

/* Escapes are undone in target.c, where a NUL can be seen. */
static size_t
leave_escapes(void *cls, struct MHD_Connection *c, char *s)
{
	(void)cls, (void)c;
	return strlen(s);
}

static void
on_completed(void *cls, struct MHD_Connection *c, void **context,
    enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *context;

	(void)cls, (void)c, (void)why;
	if (x != NULL && x->peer != NULL)
		peer_allow(x->peer, IDLE_MS);
	exchange_free(x);
	*context = NULL;
}

static bool
has_body(const struct exchange *x)
{
	return x->content_length.n > 0 || x->transfer_encoding.n > 0;
}

int64_t
serve_answer_ms(uint64_t bytes)
{
	return ANSWER_MS + (int64_t)(bytes / ANSWER_BYTES_PER_MS);
}

static enum MHD_Result
send_answer(struct exchange *x)
{
	enum MHD_Result r;

	if (!x->body_ended && has_body(x))
		peer_linger(x->peer);
	if (x->front->draining || x->wasted > 0)
		answer_head(x->answer, "Connection", "close");
	tus_heads(x, x->answer, x->status);
	peer_allow(x->peer, serve_answer_ms(x->answer_bytes));
	r = MHD_queue_response(x->conn, x->status, x->answer);
	MHD_destroy_response(x->answer);
	x->answer = NULL;
	x->stage = STAGE_SENT;
	return r;
}

static enum MHD_Result
on_head(struct exchange *x, const char *method, const char *version)
{
	enum page p = head_read(x, method, version);

	if (p == PAGE_NONE)
		p = body_begin(x);
	if (p != PAGE_NONE) {
		x->stage = STAGE_HEAD;
		exchange_page(x, p);
		return send_answer(x);
	}
	if (!x->asleep)
		peer_allow(x->peer, x->front->conf->request_timeout_s * 1000);
	return MHD_YES;
}

/* A body that goes on for ever after it was refused: libmicrohttpd takes no
 * answer now, but nothing of its own is on the wire yet either. */
static enum MHD_Result
cut(struct exchange *x)
{
	const char *said = page_raw_too_large();

	if (!x->front->tls) {
		peer_linger(x->peer);
		(void)send(x->peer->fd, said, strlen(said),
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	return MHD_NO;
}

static enum MHD_Result
on_body(struct exchange *x, const char *p, size_t *n)
{
	peer_progress(x->front, x->peer, *n);
	while (*n > 0 && !x->asleep) {
		size_t took = body_feed(x, p, *n);

		p += took;
		*n -= took;
		if (x->refused)
			x->wasted += took;
		if (x->wasted > x->wasted_max)
			return cut(x);
	}
	return MHD_YES;
}

static enum MHD_Result
on_end(struct exchange *x)
{
	struct MHD_Response *own;
	unsigned status = 200;

	own = x->answer == NULL ? answer_own(x, &status) : NULL;
	if (own != NULL) {
		x->body_ended = true;
		exchange_answer(x, own, status);
	} else {
		body_end(x);
	}
	return x->stage == STAGE_ANSWER && !x->asleep ? send_answer(x)
						      : MHD_YES;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **context)
{
	struct exchange *x = *context;

	(void)cls, (void)c, (void)url;
	if (x == NULL)
		return MHD_NO;
	switch (x->stage) {
	case STAGE_HEAD:
		return on_head(x, method, version);
	case STAGE_LEAVE:
		x->stage = STAGE_BODY;
		return MHD_YES;
	case STAGE_BODY:
		return *n > 0 ? on_body(x, data, n) : on_end(x);
	case STAGE_ANSWER:
		return send_answer(x);
	default:
		return MHD_NO;
	}
}

static struct MHD_Daemon *
daemon_start(struct front *f, int fd, const char *cert, const char *key)
{
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
	unsigned timeout = (unsigned)f->conf->request_timeout_s;
	struct MHD_OptionItem tls[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, NULL},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, NULL},
	    {MHD_OPTION_HTTPS_PRIORITIES, 0, NULL},
	    {MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
	const char *texts[] = {cert, key, TLS_PRIORITIES};

	for (size_t i = 0; i < 3; i++)
		memcpy(&tls[i].ptr_value, &texts[i], sizeof(void *));
	if (cert != NULL)
		flags |= MHD_USE_TLS;
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, f,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)f->conf->connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
	    timeout < 10 ? 10 : timeout, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_URI_LOG_CALLBACK,
	    on_target, f, MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, NULL,
	    MHD_OPTION_NOTIFY_CONNECTION, peer_notify, f,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, f, MHD_OPTION_ARRAY,
	    cert != NULL ? tls : none, MHD_OPTION_END);
}

bool
serve_start(struct front *f, const int *listen_fd, size_t n, const char *cert,
    const char *key, struct err *e)
{
	f->tls = cert != NULL;
	for (size_t i = 0; i < n && i < CONTROL_LISTEN_MAX; i++) {
		const union MHD_DaemonInfo *info;

		f->daemon[i] = daemon_start(f, listen_fd[i], cert, key);
		if (f->daemon[i] == NULL)
			return err_set(e, ERR_IO,
			    "libmicrohttpd does not start%s",
			    f->tls ? ": are tls_certificate and tls_key PEM "
				     "files, and a pair?"
				   : "");
		f->n_daemon++;
		info =
		    MHD_get_daemon_info(f->daemon[i], MHD_DAEMON_INFO_EPOLL_FD);
		if (info == NULL ||
		    !front_watch(f, info->epoll_fd, WATCH_DAEMON, (uint32_t)i))
			return err_sys(e, "epoll");
	}
	return true;
}

int64_t
serve_timeout_ms(struct front *f)
{
	int64_t least = -1;

	for (size_t i = 0; i < f->n_daemon; i++) {
		MHD_UNSIGNED_LONG_LONG ms;

		if (MHD_get_timeout(f->daemon[i], &ms) == MHD_YES &&
		    (least == -1 || ms < (MHD_UNSIGNED_LONG_LONG)least))
			least = (int64_t)ms;
	}
	return least;
}

void
serve_run(struct front *f)
{
	for (size_t i = 0; i < f->n_daemon; i++)
		(void)MHD_run(f->daemon[i]);
}

void
serve_quiesce(struct front *f)
{
	for (size_t i = 0; i < f->n_daemon; i++) {
		int fd = MHD_quiesce_daemon(f->daemon[i]);

		if (fd != -1)
			(void)close(fd);
	}
}

void
serve_stop(struct front *f)
{
	for (size_t i = 0; i < f->n_daemon; i++)
		MHD_stop_daemon(f->daemon[i]);
	f->n_daemon = 0;
}
