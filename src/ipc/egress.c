#include "ipc/egress.h"

#include "ipc/write.h"

/* clang-format off */
const struct chan_permit egress_to_egress[] = {
	{ EGRESS_ASK, .max_bytes = EGRESS_ASK_BUF },
	{ EGRESS_MAIL, .max_bytes = EGRESS_MAIL_BUF },
	{ EGRESS_PUSH, .max_bytes = EGRESS_PUSH_BUF },
	{ 0 },
};

const struct chan_permit egress_to_jobs[] = {
	{ EGRESS_ANSWER, .max_bytes = EGRESS_ANSWER_BUF },
	{ 0 },
};
/* clang-format on */

static const char *const words[EGRESS_OUTCOMES] = {
    [EGRESS_ANSWERED] = "answered",
    [EGRESS_NOT_ALLOWED] = "not_allowed",
    [EGRESS_NO_ADDRESS] = "no_address",
    [EGRESS_UNREACHABLE] = "unreachable",
    [EGRESS_UNTRUSTED] = "untrusted",
    [EGRESS_TOO_SLOW] = "too_slow",
    [EGRESS_TOO_LARGE] = "too_large",
    [EGRESS_BROKEN] = "broken",
    [EGRESS_REFUSED] = "refused",
};

const char *
egress_outcome_word(enum egress_outcome o)
{
	return (unsigned)o < EGRESS_OUTCOMES ? words[o] : "broken";
}

void
egress_ask_write(struct buf *b, const struct egress_ask *a)
{
	write_u32(b, a->id);
	write_u8(b, a->method);
	write_u8(b, a->auth);
	write_u32(b, a->timeout_ms);
	write_u32(b, a->reply_max);
	write_bytes(b, a->url);
	write_bytes(b, a->body);
}

bool
egress_ask_read(str body, struct egress_ask *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct egress_ask a = {.id = read_u32(&r, UINT32_MAX)};

	a.method = read_u8(&r, EGRESS_METHODS - 1);
	a.auth = read_u8(&r, EGRESS_AUTHS - 1);
	a.timeout_ms = read_u32(&r, EGRESS_TIME_MAX_MS);
	a.reply_max = read_u32(&r, EGRESS_REPLY_MAX);
	a.url = read_str(&r, EGRESS_URL_MAX);
	a.body = read_str(&r, EGRESS_BODY_MAX);
	if (!read_end(&r) || a.timeout_ms == 0 || a.reply_max == 0 ||
	    (a.method <= EGRESS_GET_XML && a.body.n > 0))
		return err_set(e, ERR_CORRUPT, "egress question: malformed");
	*ret = a;
	return true;
}

void
egress_mail_write(struct buf *b, const struct egress_mail *m)
{
	write_u32(b, m->id);
	write_u32(b, m->timeout_ms);
	write_bytes(b, m->from);
	write_bytes(b, m->to);
	write_bytes(b, m->letter);
}

/* Whoever wrote it looked at the addresses; what would end a line of the
 * dialogue is refused here once more. */
static bool
is_plain(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '<' ||
		    s.p[i] == '>')
			return false;
	return s.n > 0;
}

bool
egress_mail_read(str body, struct egress_mail *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct egress_mail m = {.id = read_u32(&r, UINT32_MAX)};

	m.timeout_ms = read_u32(&r, EGRESS_TIME_MAX_MS);
	m.from = read_str(&r, EGRESS_ADDRESS_MAX);
	m.to = read_str(&r, EGRESS_ADDRESS_MAX);
	m.letter = read_str(&r, EGRESS_LETTER_MAX);
	if (!read_end(&r) || m.timeout_ms == 0 || m.letter.n == 0 ||
	    !is_plain(m.from) || !is_plain(m.to))
		return err_set(e, ERR_CORRUPT, "letter to egress: malformed");
	*ret = m;
	return true;
}

void
egress_push_write(struct buf *b, const struct egress_push *p)
{
	write_u32(b, p->id);
	write_u32(b, p->timeout_ms);
	write_u32(b, p->ttl_s);
	write_u8(b, p->urgent);
	write_bytes(b, p->url);
	write_bytes(b, p->token);
	write_bytes(b, p->sealed);
}

/* What would end a line of the head is in no token. */
static bool
is_printable(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

bool
egress_push_read(str body, struct egress_push *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct egress_push p = {.id = read_u32(&r, UINT32_MAX)};

	p.timeout_ms = read_u32(&r, EGRESS_TIME_MAX_MS);
	p.ttl_s = read_u32(&r, EGRESS_TTL_MAX_S);
	p.urgent = read_u8(&r, 1) == 1;
	p.url = read_str(&r, EGRESS_URL_MAX);
	p.token = read_str(&r, EGRESS_TOKEN_MAX);
	p.sealed = read_str(&r, EGRESS_SEALED_MAX);
	if (!read_end(&r) || p.timeout_ms == 0 || p.sealed.n == 0 ||
	    !is_printable(p.token))
		return err_set(
		    e, ERR_CORRUPT, "notification to egress: malformed");
	*ret = p;
	return true;
}

void
egress_answer_write(struct buf *b, const struct egress_answer *a)
{
	write_u32(b, a->id);
	write_u8(b, a->outcome);
	write_u32(b, a->status);
	write_u32(b, a->retry_s);
	write_bytes(b, a->trace);
	write_bytes(b, a->body);
}

/* Without an answer there is nothing that one could have said. */
static bool
holds_together(const struct egress_answer *a)
{
	if (a->outcome == EGRESS_ANSWERED)
		return a->status >= 100;
	return a->status == 0 && a->retry_s == 0 && a->body.n == 0 &&
	       a->trace.n == 0;
}

bool
egress_answer_read(str body, struct egress_answer *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct egress_answer a = {.id = read_u32(&r, UINT32_MAX)};

	a.outcome = read_u8(&r, EGRESS_OUTCOMES - 1);
	a.status = read_u32(&r, 599);
	a.retry_s = read_u32(&r, EGRESS_RETRY_MAX_S);
	a.trace = read_str(&r, EGRESS_TRACE_MAX);
	a.body = read_str(&r, EGRESS_REPLY_MAX);
	if (!read_end(&r) || !holds_together(&a) ||
	    (a.trace.n > 0 && !is_printable(a.trace)))
		return err_set(e, ERR_CORRUPT, "egress answer: malformed");
	*ret = a;
	return true;
}
