/* ceremony — two custodians on one page: what is sealed is handed over, or
 * destroyed. */
#include "custody/ceremony.h"

#include <inttypes.h>

#include "base/num.h"
#include "erasure/erasure.h"
#include "html_seals.h"
#include "web/member.h"
#include "web/seals.h"

enum {
	F_ONE,
	F_PASS_ONE,
	F_OTHER,
	F_PASS_OTHER,
	F_AUTHORITY,
	F_PERSON,
	F_RECEIPT,
	F_KEY,
	F_PRINT,
	F_HAND
};
#define F_TWO F_AUTHORITY /* what every ceremony asks */

static const struct field hand_fields[] = {
    [F_AUTHORITY] = {"authority", N_("To which authority"), NULL, FIELD_LINE,
	true, 2, CEREMONY_TEXT_MAX, NULL, NULL},
    [F_PERSON] = {"person", N_("To whom: name and rank"), NULL, FIELD_LINE,
	true, 2, CEREMONY_TEXT_MAX, NULL, NULL},
    [F_RECEIPT] = {"receipt", N_("Number of the receipt or of the request"),
	NULL, FIELD_LINE, false, 0, CEREMONY_TEXT_MAX, NULL, NULL},
    [F_KEY] = {"key", N_("Public key of the authority"),
	N_("64 signs, made on the authority’s own machine."), FIELD_LINE, true,
	64, 200, NULL, NULL},
    [F_PRINT] = {"print", N_("Fingerprint, as the authority reads it out"),
	N_("16 signs, from its own screen: so both know that the key was not "
	   "exchanged on the way."),
	FIELD_LINE, true, 16, 40, NULL, NULL},
};

static bool
fill_fields(struct request *r, int64_t seal, struct field ret[F_HAND + 1],
    struct err *e)
{
	struct deed d = member_deed(r);
	struct ceremony_able able;
	struct field_option *o;

	if (!ceremony_able(&d, seal, &able, e))
		return false;
	o = NEW_N(r->arena, struct field_option, able.n + 2);
	if (o == NULL)
		return err_set(e, ERR_LIMIT, "too many custodians");
	o[0] = (struct field_option){"", N_("Choose…")};
	for (size_t i = 0; i < able.n; i++)
		o[i + 1] =
		    (struct field_option){arena_i64(r->arena, able.v[i].id).p,
			arena_cstr(r->arena, able.v[i].name)};
	memset(ret, 0, (F_HAND + 1) * sizeof(*ret));
	ret[F_ONE] = (struct field){"one", N_("First custodian"), NULL,
	    FIELD_CHOICE, true, 0, 0, NULL, o};
	ret[F_PASS_ONE] =
	    (struct field){"pass_one", N_("Passphrase for seals of the first"),
		NULL, FIELD_PASS, true, 1, 200, NULL, NULL};
	ret[F_OTHER] = (struct field){"other", N_("Second custodian"), NULL,
	    FIELD_CHOICE, true, 0, 0, NULL, o};
	ret[F_PASS_OTHER] = (struct field){"pass_other",
	    N_("Passphrase for seals of the second"), NULL, FIELD_PASS, true, 1,
	    200, NULL, NULL};
	return true;
}

static void
add_hand(struct field ret[F_HAND + 1])
{
	for (int i = F_TWO; i < F_HAND; i++)
		ret[i] = hand_fields[i];
}

struct asked {
	struct deed d;
	struct custody seal;
	struct field fields[F_HAND + 1];
	struct form form;
	struct ceremony_two two;
	int64_t wait_s;
};

static bool
begin(struct request *r, bool hand, struct asked *a, struct err *e)
{
	a->d = member_deed(r);
	a->wait_s = 0;
	if (!custody_load(&a->d, r->id[0], &a->seal, e) ||
	    !fill_fields(r, a->seal.id, a->fields, e))
		return false;
	if (hand)
		add_hand(a->fields);
	form_start(a->fields, &a->form);
	return true;
}

static bool
show(struct request *r, struct response *out, bool hand, struct asked *a)
{
	struct seal_form_page p = {&a->seal, &a->form, a->wait_s};

	if (hand)
		html_seals_hand(&r->view, &p);
	else
		html_seals_destroy(&r->view, &p);
	return a->form.bad || a->wait_s > 0 ? member_again(r, out)
					    : respond_page(r, out, 200);
}

static bool
hand_show(struct request *r, struct response *out, struct err *e)
{
	struct asked *a = NEW(r->arena, struct asked);

	if (a == NULL)
		return err_set(e, ERR_LIMIT, "no room for a form");
	return begin(r, true, a, e) && show(r, out, true, a);
}

static bool
destroy_show(struct request *r, struct response *out, struct err *e)
{
	struct asked *a = NEW(r->arena, struct asked);

	if (a == NULL)
		return err_set(e, ERR_LIMIT, "no room for a form");
	return begin(r, false, a, e) && show(r, out, false, a);
}

static str
throttle_key(struct request *r, const struct asked *a)
{
	return arena_i64(r->arena, a->seal.id);
}

static bool
count_wrong(struct request *r, const struct asked *a, struct err *e)
{
	return db_begin(r->house->db, e) &&
	       member_settle(r,
		   throttle_fail(r->house, r->arena, THROTTLE_CUSTODY,
		       throttle_key(r, a), r->now, e),
		   e);
}

/* *ret: both passphrases are right.  False in it: the form says what is wrong.
 * Whatever the key is for, it is in *key, wiped by the caller. */
static bool
open_both(struct request *r, struct asked *a, struct key *key, bool *ret,
    struct err *e)
{
	*ret = false;
	(void)form_read(r, a->fields, &a->form);
	a->two.pass_one = a->form.value[F_PASS_ONE];
	a->two.pass_other = a->form.value[F_PASS_OTHER];
	if (!a->form.bad &&
	    (!num_i64(a->form.value[F_ONE], 1, INT64_MAX, &a->two.one) ||
		!num_i64(a->form.value[F_OTHER], 1, INT64_MAX, &a->two.other) ||
		a->two.one == a->two.other))
		form_fault(&a->form, F_OTHER, N_("It takes two people."));
	if (a->form.bad)
		return true;
	if (!throttle_wait(r->house, r->arena, THROTTLE_CUSTODY,
		throttle_key(r, a), r->now, &a->wait_s, e))
		return false;
	if (a->wait_s > 0)
		return true;
	*ret = ceremony_open(&a->d, &a->seal, &a->two, key, e);
	if (*ret || (e->kind != ERR_DENIED && e->kind != ERR_INPUT))
		return *ret;
	form_fault(&a->form, F_PASS_OTHER,
	    N_("One of the two passphrases is not right."));
	return count_wrong(r, a, e);
}

/* ---- handing over ---- */

static bool
same_print(str typed, const char print[BOX_FINGERPRINT])
{
	size_t n = 0;

	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];

		if (c == ' ' || c == '-')
			continue;
		while (print[n] == ' ')
			n++;
		c = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
		if (print[n] == '\0' || print[n++] != c)
			return false;
	}
	return print[n] == '\0';
}

static void
check_key(struct form *f, uint8_t ret[BOX_PUBLIC])
{
	char print[BOX_FINGERPRINT];
	struct err ignored;

	if (f->bad)
		return;
	if (!box_public_of(f->value[F_KEY], ret, &ignored)) {
		form_fault(f, F_KEY, N_("This is no public key."));
		return;
	}
	box_fingerprint(ret, print);
	if (!same_print(f->value[F_PRINT], print))
		form_fault(f, F_PRINT,
		    N_("That is not the fingerprint of this key: compare both "
		       "once more."));
}

static bool
hand_over(struct request *r, struct asked *a, const struct key *key,
    struct ceremony_hand *h, int64_t *ret_id, struct err *e)
{
	if (!request_begin(r, e))
		return false;
	h->authority = a->form.value[F_AUTHORITY];
	h->person = a->form.value[F_PERSON];
	h->receipt = a->form.value[F_RECEIPT];
	return member_settle(
	    r, ceremony_hand(&a->d, &a->seal, &a->two, key, h, ret_id, e), e);
}

static bool
hand_do(struct request *r, struct response *out, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	struct asked *a = NEW(r->arena, struct asked);
	struct ceremony_hand h = {0};
	bool right = false;
	int64_t id;

	if (a == NULL)
		return err_set(e, ERR_LIMIT, "no room for a form");
	if (!begin(r, true, a, e))
		return false;
	(void)form_read(r, a->fields, &a->form);
	check_key(&a->form, h.public);
	if (a->form.bad)
		return show(r, out, true, a);
	if (!open_both(r, a, &key, &right, e))
		return false;
	if (!right)
		return show(r, out, true, a);
	if (!hand_over(r, a, &key, &h, &id, e))
		return false;
	return respond_see_other(r, out,
	    arena_fmt(
		r->arena, "/seals/%" PRId64 "/hand/%" PRId64, a->seal.id, id));
}

static bool
find_hand(const struct ceremony_handeds *all, int64_t id,
    const struct ceremony_handed **ret, struct err *e)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].id == id) {
			*ret = &all->v[i];
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "no such handing over");
}

static bool
handed_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct ceremony_handeds all;
	struct custody c;
	struct seal_handed_page p = {.seal = &c};

	if (!custody_load(&d, r->id[0], &c, e) ||
	    !ceremony_handed(&d, &c, &all, e) ||
	    !find_hand(&all, r->id[1], &p.hand, e))
		return false;
	p.open = r->now - p.hand->at <= CEREMONY_FETCH_S &&
		 c.state != CUSTODY_DESTROYED;
	html_seals_handed(&r->view, &p);
	return respond_page(r, out, 200);
}

static bool
file_show(struct request *r, struct response *out, struct err *e)
{
	CLEANUP(ceremony_file_done) struct ceremony_file f = {.fd = -1};
	struct deed d = member_deed(r);
	struct custody c;
	str front;

	if (!custody_load(&d, r->id[0], &c, e) || !db_begin(r->house->db, e) ||
	    !member_settle(r, ceremony_file(&d, &c, r->id[1], &f, e), e))
		return false;
	if (!arena_str(
		r->arena, (const char *)f.front, sizeof(f.front), &front))
		return err_set(e, ERR_LIMIT, "no room for a file");
	out->status = 200;
	out->http.body = HTTP_BODY_BLOB;
	out->http.inline_bytes = front;
	out->http.total = front.n + (uint64_t)f.bytes;
	out->http.ranges = HTTP_RANGES_NONE;
	out->http.content_type = S("application/octet-stream");
	out->http.key = f.key;
	out->fd = f.fd;
	f.fd = -1;
	respond_header(r, out, "Content-Disposition",
	    arena_fmt(r->arena,
		"attachment; filename=\"scelle-%" PRId64 ".preau\"", c.id));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return true;
}

/* ---- destroying ---- */

static bool
destroy(struct request *r, struct asked *a, struct err *e)
{
	return request_begin(r, e) &&
	       member_settle(
		   r, ceremony_destroy(&a->d, &a->seal, &a->two, e), e) &&
	       erasure_files(r->house, r->arena, a->seal.medium, e);
}

static bool
destroy_do(struct request *r, struct response *out, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	struct asked *a = NEW(r->arena, struct asked);
	bool right = false;

	if (a == NULL)
		return err_set(e, ERR_LIMIT, "no room for a form");
	if (!begin(r, false, a, e) || !open_both(r, a, &key, &right, e))
		return false;
	if (!right)
		return show(r, out, false, a);
	if (!destroy(r, a, e))
		return false;
	respond_notice(
	    r, out, N_("It is destroyed. The certificate is below."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/seals/%" PRId64, a->seal.id));
}

const struct route ceremony_routes[] = {
    {HTTP_GET, "/seals/:id/hand", hand_show, NEED_STAFF},
    {HTTP_POST, "/seals/:id/hand", hand_do, NEED_STAFF, ROUTE_SPENDS},
    {HTTP_GET, "/seals/:id/hand/:id", handed_show, NEED_STAFF},
    {HTTP_GET, "/seals/:id/hand/:id/file", file_show, NEED_STAFF},
    {HTTP_GET, "/seals/:id/destroy", destroy_show, NEED_STAFF},
    {HTTP_POST, "/seals/:id/destroy", destroy_do, NEED_STAFF, ROUTE_SPENDS},
    {0},
};
