#include "web/printer.h"

#include "base/log.h"

#define ANSWER_MS 25000 /* the printer gives up before */

static bool
ask(struct chan *c, uint32_t id, str document, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(16);
	OWNED_FD fd = -1;

	if (!sealed_make(document, &fd, e))
		return false;
	print_ask_write(&b, id);
	return chan_send(c, PRINT_ASK, buf_view(&b), &fd, 1, e);
}

/* What an earlier request did not wait for is thrown away. */
static bool
hear(struct chan *c, uint32_t id, struct chan_msg *m, struct print_made *ret,
    struct err *e)
{
	static char bytes[64];

	for (;;) {
		if (!chan_recv(c, bytes, sizeof(bytes), ANSWER_MS, m, e))
			return false;
		if (!print_made_read(m->body, m->n_fds, ret, e)) {
			chan_msg_done(m);
			return false;
		}
		if (ret->id == id)
			return true;
		chan_msg_done(m);
	}
}

static bool
take(struct chan_msg *m, const struct print_made *made, struct printed *ret,
    struct err *e)
{
	struct printed p = {0};

	if (made->failed != 0)
		return err_set(e, (enum err_kind)made->failed,
		    "a document was not printed");
	if (!sealed_open(m->fd[0], PRINT_PDF_MAX, &p.whole, e))
		return false;
	if (!print_pdf_read(sealed_bytes(&p.whole), &p.pdf, e)) {
		printed_done(&p);
		return false;
	}
	*ret = p;
	return true;
}

/* It died, or is not ours any more: the monitor brings another. */
static bool
is_gone(struct chan *c, struct err *e)
{
	log_err(LOG_LEVEL_WARN, e, "the printer");
	if (e->kind == ERR_BUSY)
		return false;
	(void)close(c->fd);
	c->fd = -1;
	return err_set(e, ERR_BUSY, "the printer is gone");
}

bool
printer_print(
    struct request *r, str document, struct printed *ret, struct err *e)
{
	static uint32_t last;
	struct chan *c = r->house->printer;
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	struct print_made made;
	uint32_t id = ++last;

	if (c == NULL || c->fd < 0)
		return err_set(e, ERR_BUSY, "nobody prints");
	if (!ask(c, id, document, e) || !hear(c, id, &m, &made, e))
		return is_gone(c, e);
	return take(&m, &made, ret, e);
}

void
printed_done(struct printed *p)
{
	sealed_done(&p->whole);
}
