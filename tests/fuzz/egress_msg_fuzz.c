/* Questions to egress, its answers, and the addresses and hosts in them: what
 * is accepted writes and reads back the same. */
#include "conf/hosts.h"
#include "ipc/egress.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect(bool good)
{
	if (!good)
		__builtin_trap();
}

static void
try_ask(str in)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_ASK_BUF);
	struct conf_host host;
	struct egress_ask a;
	struct err e;
	str path;

	if (!egress_ask_read(in, &a, &e))
		return;
	egress_ask_write(&b, &a);
	expect(str_eq(buf_view(&b), in));
	if (conf_url_read(a.url, &host, &path, &e))
		expect(host.port != 0 && host.name[0] != '\0' &&
		       (path.n == 0 || path.p[0] == '/'));
}

static void
try_mail(str in)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_MAIL_BUF);
	struct egress_mail m;
	struct err e;

	if (!egress_mail_read(in, &m, &e))
		return;
	expect(m.to.n > 0 && memchr(m.to.p, '\n', m.to.n) == NULL);
	egress_mail_write(&b, &m);
	expect(str_eq(buf_view(&b), in));
}

static void
try_push(str in)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_PUSH_BUF);
	struct egress_push p;
	struct err e;

	if (!egress_push_read(in, &p, &e))
		return;
	expect(p.token.n > 0 && memchr(p.token.p, '\n', p.token.n) == NULL);
	egress_push_write(&b, &p);
	expect(str_eq(buf_view(&b), in));
}

static void
try_answer(str in)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_ANSWER_BUF);
	struct egress_answer a;
	struct err e;

	if (!egress_answer_read(in, &a, &e))
		return;
	expect(a.outcome == EGRESS_ANSWERED || a.body.n == 0);
	egress_answer_write(&b, &a);
	expect(str_eq(buf_view(&b), in));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str in = {(const char *)p, n};
	struct conf_hosts hosts;
	struct err e;

	try_ask(in);
	try_mail(in);
	try_push(in);
	try_answer(in);
	if (conf_hosts_read(in, &hosts, &e))
		for (size_t i = 0; i < hosts.n; i++)
			expect(conf_hosts_find(&hosts, &hosts.v[i]) ==
			       &hosts.v[i]);
	return 0;
}
