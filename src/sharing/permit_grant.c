/* permit_grant — what a grant says, and the bytes that it opens. */
#include <inttypes.h>

#include "base/buf.h"
#include "line/line.h"
#include "mark/code.h"
#include "sharing/blob_key.h"
#include "sharing/permit_inside.h"
#include "sharing/received.h"

int64_t
grant_post(const struct grant *g)
{
	return g->post;
}

const struct post_facts *
grant_facts(const struct grant *g)
{
	return &g->facts;
}

enum permit_want
grant_want(const struct grant *g)
{
	return g->want;
}

int64_t
grant_hidden(const struct grant *g, bool *ret_waits)
{
	*ret_waits = g->waits;
	return g->masked;
}

bool
grant_withheld(const struct grant *g)
{
	return g->withheld;
}

bool
grant_silent(const struct grant *g)
{
	return g->silent;
}

enum medium_kind
grant_kind(const struct grant *g)
{
	return g->facts.kind;
}

bool
grant_may_change(const struct grant *g)
{
	return g->want == PERMIT_EDIT || g->want == PERMIT_PAPER_EDIT ||
	       g->want == PERMIT_SAFE_EDIT;
}

const struct grant_blob *
grant_blob(const struct grant *g)
{
	return &g->blob;
}

/* Empty when nothing is hidden. */
static str
hidden_hex(struct arena *a, const struct grant *g)
{
	static const uint8_t none[PLAN_HIDDEN_BYTES];
	CLEANUP(buf_done) struct buf b = BUF_MAX(2 * PLAN_HIDDEN_BYTES);
	str ret = S("");

	if (memcmp(g->hidden, none, sizeof(none)) == 0)
		return ret;
	buf_hex(&b, g->hidden, sizeof(g->hidden));
	return arena_str(a, b.p, b.n, &ret) ? ret : (str){0};
}

bool
grant_choice(struct arena *a, const struct organisation *org,
    const struct grant *g, struct plan_choice *ret, struct err *e)
{
	size_t n = (size_t)g->blob.segments;
	CLEANUP(mark_code_done) struct mark_code code;
	uint8_t *bits, *packed;

	*ret = (struct plan_choice){
	    {0}, {(const char *)g->hidden, sizeof(g->hidden)}};
	if (n == 0)
		return true;
	bits = NEW_N(a, uint8_t, n);
	packed = NEW_N(a, uint8_t, (n + 7) / 8);
	if (n > FILE_SEGMENTS_MAX || bits == NULL || packed == NULL)
		return err_set(e, ERR_LIMIT, "no room for a code");
	mark_code_init(&code, &org->mark, g->medium, (uint32_t)g->side);
	mark_code_bits(&code, g->account, n, bits);
	for (size_t i = 0; i < n; i++)
		packed[i / 8] |= (uint8_t)(bits[i] << i % 8);
	ret->code = (str){(const char *)packed, (n + 7) / 8};
	return true;
}

/* Whole code points. */
static str
cut(str s, size_t max)
{
	size_t n = s.n < max ? s.n : max;

	while (n > 0 && n < s.n && ((uint8_t)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

bool
grant_line(struct arena *a, const struct organisation *org,
    const struct grant *g, str *ret, struct err *e)
{
	str name, line;

	*ret = S("");
	if (!g->lined)
		return true;
	name = house_text(a, org, "account.name_enc", g->viewer_enc);
	if (name.n == 0)
		return err_set(e, ERR_CORRUPT,
		    "account %" PRId64 " has no name to show", g->account);
	line = arena_fmt(
	    a, STR_FMT " · " STR_FMT, STR_ARG(name), STR_ARG(org->name));
	if (line.n == 0)
		return err_set(e, ERR_LIMIT, "no room for a line");
	*ret = cut(line, LINE_BYTES_MAX);
	return true;
}

/* What of the bytes is this viewer's alone; {0}: nobody can say. */
static str
whose(struct arena *a, const struct organisation *org, const struct grant *g)
{
	str line;
	struct err ignored;

	if (!grant_line(a, org, g, &line, &ignored))
		return (str){0};
	return arena_fmt(a, "%" PRId64 " " STR_FMT " " STR_FMT " %d " STR_FMT,
	    g->side == 0 ? 0 : g->account, STR_ARG(g->name),
	    STR_ARG(hidden_hex(a, g)), LINE_LOOK, STR_ARG(line));
}

str
grant_mark(
    struct arena *a, const struct organisation *org, const struct grant *g)
{
	str who = whose(a, org, g);
	str digest = key_digest(a, &org->digest, "blob.mark", who);
	struct buf b = BUF_MAX(64);
	str ret = {0};

	if (digest.p != NULL && who.p != NULL) {
		buf_byte(&b, '"');
		buf_hex(&b, digest.p, 16);
		buf_byte(&b, '"');
		if (!arena_str(a, b.p, b.n, &ret))
			ret = (str){0};
	}
	buf_done(&b);
	return ret;
}

bool
grant_open_blob(struct house *h, struct arena *a,
    const struct organisation *org, const struct grant *g, int *ret_fd,
    struct key *ret_key, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	char *name = arena_cstr(a, g->name);
	int fd;

	if (g->name.p == NULL || g->key_wrapped.p == NULL || name == NULL ||
	    org->id != g->facts.organisation)
		return permit_refuse(e);
	if (!blob_key_unwrap(a, org, g->name, g->key_wrapped, &k, e) ||
	    !blob_open(h->blobs, name, &fd, e))
		return err_wrap(e, "post %" PRId64, g->post);
	if (!g->facts.safe)
		received_note(h->received, g->account,
		    g->video != 0 ? g->video : g->medium, g->at,
		    day_of(org->zone, g->at));
	*ret_key = k;
	*ret_fd = fd;
	return true;
}
