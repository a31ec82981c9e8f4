/*
 * preau-list-reader — parses one list file of a stranger, and knows nothing
 * else: the bytes come by one pipe, what they say goes by another.
 *
 * One file, one life.  What it says is checked by whoever asked, since a
 * parser that was overcome may say anything.
 */
#include <stdio.h>

#include "base/log.h"
#include "ipc/list.h"
#include "list/reading.h"
#include "proc/start.h"

#define WAIT_MS 60000
#define MESSAGE_MAX 1024

struct pipes {
	int in, out;
};

static void
pipes_done(struct pipes *p)
{
	if (p->in >= 0)
		(void)close(p->in);
	if (p->out >= 0)
		(void)close(p->out);
}

static bool
put_out(void *ctx, str s, struct err *e)
{
	const struct pipes *p = ctx;

	while (s.n > 0) {
		ssize_t n = write(p->out, s.p, s.n);

		if (n == -1 && errno != EINTR)
			return err_sys(e, "pipe");
		if (n > 0)
			s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

/* Why nothing of the file is to be taken; the text is ours, but it may quote
 * what a library says of the file. */
static bool
refuse(struct pipes *p, const struct err *why, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(WIRE_FRAME_MAX);
	struct wire_frame f = {
	    .type = WIRE_REFUSED, .kind = (uint8_t)why->kind};
	char text[WIRE_TEXT_MAX];
	size_t n = 0;

	for (const char *c = why->msg; *c != '\0' && n < sizeof(text); c++)
		text[n++] = *c >= 0x20 && *c < 0x7f ? *c : '?';
	f.text = (str){text, n};
	wire_put(&b, &f);
	return put_out(p, buf_view(&b), e);
}

static bool
read_list(const struct list_read *q, struct pipes *p, struct err *e)
{
	const struct list_ask ask = {
	    q->format, q->kind, q->scheme, q->categories};
	OWNED(source) s = source_open(p->in, e);
	struct reading g;
	bool done;

	if (s == NULL)
		return false;
	done = reading_init(&g, &ask, s, put_out, p, e) && reading_run(&g, e);
	reading_done(&g);
	return done;
}

static bool
serve(struct chan *c, struct err *e)
{
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	CLEANUP(pipes_done) struct pipes p = {-1, -1};
	char bytes[MESSAGE_MAX];
	struct list_read q;
	struct err why = {0};

	if (!chan_recv(c, bytes, sizeof(bytes), WAIT_MS, &m, e) ||
	    !list_read_read(m.body, &q, e))
		return false;
	p.in = chan_msg_take(&m, 0);
	p.out = chan_msg_take(&m, 1);
	return read_list(&q, &p, &why) || refuse(&p, &why, e);
}

static bool
run(struct role_start *s, struct err *e)
{
	struct role_news news;
	struct chan c;
	bool weak = false, done;

	if (!role_start(ROLE_LIST, s, e) ||
	    !sandbox_enter(ROLE_LIST, &s->conf, &weak, e) ||
	    !role_ready(s, weak, e) || !role_news(s, WAIT_MS, &news, e))
		return false;
	if (news.kind != NEWS_PEER)
		return true;
	c = (struct chan){news.fd, list_to_reader};
	done = serve(&c, e);
	(void)close(c.fd);
	return done;
}

int
main(void)
{
	static struct role_start s;
	struct err e = {0};

	if (run(&s, &e) || e.kind == ERR_NONE) {
		/* Nothing to tidy that the kernel does not. */
		(void)fflush(NULL);
		_exit(0);
	}
	log_err(LOG_LEVEL_ERROR, &e, "list-reader");
	return 1;
}
