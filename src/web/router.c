/*
 * router — one request through session, need, token, transaction and handler.
 */
#include "web/router.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/num.h"
#include "html_error.h"
#include "people/session.h"
#include "sharing/viewer.h"
#include "sql_form_used.h"
#include "stop/circle.h"
#include "trace/show.h"
#include "web/seconds.h"
#include "web/token.h"

#define COOKIE_TLS "__Host-preau"
#define COOKIE_PLAIN "preau"
#define COOKIE_VISIT "preau-visit" /* before anybody signed in */
#define COOKIE_NOTE "preau-note"
#define COOKIE_LANG "preau-lang"

/* ---- the page that says what went wrong ---- */

struct failure {
	const char *title, *text;
};

/* clang-format off */
static const struct failure failures[ERR_KINDS] = {
	[ERR_INPUT]	= { N_("This request cannot be understood"),
	    N_("Nothing was changed. Go back, check what you sent and try again.") },
	[ERR_DENIED]	= { N_("This page was open for too long"),
	    N_("For your safety the form was not accepted. Nothing was changed. Open the page again and send it once more.") },
	[ERR_NOT_FOUND]	= { N_("There is nothing here for you"),
	    N_("This page does not exist, or is not meant for your account. If a letter or a person sent you here, ask the team.") },
	[ERR_CONFLICT]	= { N_("This was already done"),
	    N_("The form was sent before, or somebody changed the same thing meanwhile. Open the page again to see how it stands.") },
	[ERR_LIMIT]	= { N_("This is too much at once"),
	    N_("Nothing was changed. Send less at a time.") },
	[ERR_BUSY]	= { N_("Too many people at once"),
	    N_("Nothing was changed. Try again in a few seconds.") },
	[ERR_FULL]	= { N_("The storage of this server is full"),
	    N_("Nothing new can be kept for now; what was there is safe. Tell the person who looks after the server.") },
	[ERR_READ_ONLY]	= { N_("The storage of this server can only be read"),
	    N_("Nothing new can be kept for now; what was there is safe and can be looked at. Tell the person who looks after the server.") },
	[ERR_IO]	= { N_("Something broke on our side"),
	    N_("Nothing was changed. Try again; if it goes on, tell the person who looks after the server.") },
	[ERR_CORRUPT]	= { N_("Something broke on our side"),
	    N_("Nothing was changed. Try again; if it goes on, tell the person who looks after the server.") },
};
/* Of what is denied, what has another reason than time. */
static const struct failure from_elsewhere = { N_("This form came from another address"),
	N_("For your safety the form was not accepted. Nothing was changed. Open this place at its own address, the one of your letter, and send the form from there.") };
/* clang-format on */

static void
answer_failure(struct request *r, struct response *out, const struct err *e)
{
	const struct err_meaning *m = &err_meanings[e->kind];
	const struct failure *f =
	    r->elsewhere ? &from_elsewhere : &failures[e->kind];

	if (out->fd >= 0)
		(void)close(out->fd);
	*out = (struct response){.fd = -1, .rollback = true};
	buf_clear(r->view.out);
	html_error_page(&r->view, lang_text(r->view.lang, f->title),
	    lang_text(r->view.lang, f->text));
	(void)respond_page(r, out, m->http);
	if (m->retry)
		respond_header(r, out, "Retry-After", S("5"));
}

static void
log_failure(const struct request *r, const struct err *e)
{
	if (e->kind == ERR_IO || e->kind == ERR_CORRUPT ||
	    e->kind == ERR_FULL || e->kind == ERR_READ_ONLY)
		log_err(LOG_LEVEL_ERROR, e,
		    http_reads(r->http->method) ? "get" : "post");
}

/* ---- who asks ---- */

static str
session_cookie(const struct request *r)
{
	return request_cookie(r, r->http->tls ? COOKIE_TLS : COOKIE_PLAIN);
}

/* What a form token is bound to: the session, or the visit before it. */
static str
token_cookie(const struct request *r)
{
	return r->session.factor > 0 ? session_cookie(r)
				     : request_cookie(r, COOKIE_VISIT);
}

/* The last choice made in this browser: signing in and the account's page set
 * it too. */
static enum lang
lang_of(const struct request *r)
{
	enum lang ret;

	if (lang_of_code(request_cookie(r, COOKIE_LANG), &ret))
		return ret;
	if (r->viewer != NULL)
		return r->viewer->lang;
	return lang_accept(
	    r->http->accept_language, r->org == NULL ? LANG_FR : r->org->lang);
}

static bool
identify(struct request *r, struct err *e)
{
	struct viewer *viewer;
	struct session_found s;

	r->org = r->house->n_org > 0 ? &r->house->org[0] : NULL;
	if (!session_find(r->house, r->arena, session_cookie(r), r->now, &s, e))
		return false;
	if (s.info.factor > 0) {
		r->session = s.info;
		if (!house_org(r->house, s.organisation, &r->org, e))
			return false;
	}
	r->today = r->org == NULL ? 0 : day_of(r->org->zone, r->now);
	if (s.info.factor < 2)
		return true;
	if (!viewer_load(r->house, r->arena, r->org, s.info.account, r->today,
		&viewer, e))
		return false;
	r->viewer = viewer;
	return true;
}

/* Where a link of the page may lead back to: a form's own address is no page,
 * unless the form is shown there too. */
static str
page_path(const struct request *r)
{
	int64_t id[4];
	str word[4];
	bool other;

	if (http_reads(r->http->method) ||
	    route_find(HTTP_GET, r->http->path, id, word, &other) != NULL)
		return r->http->path;
	return S("/");
}

static void
view_start(struct request *r, struct buf *page)
{
	buf_clear(page);
	r->view = (struct view){
	    .out = page,
	    .arena = r->arena,
	    .lang = lang_of(r),
	    .now = r->now,
	    .org = r->org,
	    .viewer = r->viewer,
	    .path = page_path(r),
	    .weak_sandbox = r->house->weak_sandbox,
	    .office = r->house->conf->office[0] == '/',
	};
}

/* ---- may this request be made at all ---- */

static bool
has_need(const struct request *r, const struct route *t)
{
	const struct viewer *v = r->viewer;

	if (t->need == NEED_NOBODY)
		return true;
	if (t->need == NEED_FIRST)
		return r->session.factor >= 1;
	if (v == NULL || (r->session.locked && !(t->flags & ROUTE_LOCKED_TOO)))
		return false;
	if (t->need != NEED_MEMBER &&
	    (v->apart || (v->silenced && !http_reads(t->method))))
		return false;
	switch (t->need) {
	case NEED_MEMBER:
		return true;
	case NEED_FAMILY:
		return viewer_is_family(v);
	case NEED_STAFF:
		return viewer_is_staff(v);
	case NEED_DIRECTOR:
		return viewer_is_director(v);
	case NEED_NOBODY:
	case NEED_FIRST:
	case NEED_FORGOTTEN:
		break;
	}
	return false;
}

/* Signed out: to the way in, for a page; locked: to the lock.  Everything else
 * that is not allowed does not exist. */
static bool
send_away(struct request *r, const struct route *t, struct response *out,
    struct err *e)
{
	bool get = t->method == HTTP_GET && !(t->flags & ROUTE_QUIET);

	if (get && r->viewer != NULL && r->session.locked)
		return respond_see_other(r, out, S("/locked"));
	if (get && r->viewer != NULL && r->viewer->apart)
		return respond_see_other(r, out, S("/decisions"));
	if (get && r->session.factor == 1)
		return respond_see_other(r, out, S("/sign-in/second"));
	if (get && r->session.factor == 0)
		return respond_see_other(r, out, S("/sign-in"));
	return err_set(e, ERR_NOT_FOUND, "route needs more");
}

/* A wrong url refuses everybody's forms: the operator must not have to guess.
 * Once, for a stranger can send as many as he likes. */
static void
say_origin_once(void)
{
	static bool said;

	if (said)
		return;
	said = true;
	log_warn("a form was refused: its page is not at the address that the "
		 "option url says");
}

static bool
check_token(struct request *r, struct err *e)
{
	str token = request_field(r, "form");

	if (token.n == 0)
		token = r->http->csrf;
	if (!token_origin_fine(r->house, r->http)) {
		say_origin_once();
		r->elsewhere = true;
		return err_set(e, ERR_DENIED, "from another origin");
	}
	if (token_check(r->arena, r->house, token_cookie(r), r->now, token,
		r->http->path, &r->nonce) != TOKEN_FINE)
		return err_set(e, ERR_DENIED, "form token");
	return true;
}

static bool
spend_token(struct request *r, struct err *e)
{
	int64_t rows;

	r->spent = sql_form_used_add(r->house->db, r->nonce, r->now, &rows, e);
	return r->spent;
}

/* Early, so that neither a passphrase is compared nor a file let in for a form
 * that had its effect; it is the spending that decides. */
static bool
not_sent(struct request *r, struct err *e)
{
	struct sql_form_used_has_row row;

	return sql_form_used_has(r->house->db, r->arena, r->nonce, &row, e) &&
	       (row.sent == 0 ||
		   err_set(e, ERR_CONFLICT, "this form was sent before"));
}

bool
request_begin(struct request *r, struct err *e)
{
	if (!db_begin(r->house->db, e))
		return false;
	if (spend_token(r, e))
		return true;
	db_rollback(r->house->db);
	return false;
}

/* ---- running the handler ---- */

static bool
had_effect(const struct response *out)
{
	return !out->rollback && out->status < 400;
}

static bool
run_own(struct request *r, const struct route *t, struct response *out,
    struct err *e)
{
	if (!(t->flags & ROUTE_SPENDS))
		return t->run(r, out, e);
	if (!not_sent(r, e) || !t->run(r, out, e))
		return false;
	return r->spent || !had_effect(out) ||
	       err_set(e, ERR_CORRUPT, "%s spent no form", t->path);
}

static bool
run_within(struct request *r, const struct route *t, struct response *out,
    struct err *e)
{
	struct db *db = r->house->db;

	/* Spent first: sent twice, the second finds the nonce and stops. */
	if (!(t->flags & ROUTE_REPEATABLE) && !spend_token(r, e))
		return false;
	if (!t->run(r, out, e))
		return false;
	if (had_effect(out))
		return db_commit(db, e);
	out->after = NULL;
	db_rollback(db);
	return true;
}

static bool
run_post(struct request *r, const struct route *t, struct response *out,
    struct err *e)
{
	struct db *db = r->house->db;

	if (!(t->flags & ROUTE_PROVEN) && !check_token(r, e))
		return false;
	if (t->flags & (ROUTE_NO_TRANSACTION | ROUTE_SPENDS))
		return run_own(r, t, out, e);
	if (!db_begin(db, e))
		return false;
	if (!run_within(r, t, out, e)) {
		db_rollback(db);
		return false;
	}
	return out->after == NULL || out->after(r, out->what, e);
}

static bool
needs_visit(const struct request *r)
{
	return r->session.factor == 0 && request_cookie(r, COOKIE_VISIT).n == 0;
}

/* A page with a form, for somebody who has no cookie yet, brings one. */
static void
prepare_token(struct request *r, str *ret_new_visit)
{
	str cookie = token_cookie(r);

	*ret_new_visit = (str){0};
	if (needs_visit(r)) {
		struct key k;

		key_random(&k);
		cookie = key_digest(r->arena, &k, "visit", S(""));
		key_done(&k);
		if (cookie.n > 0) {
			struct buf hex = BUF_MAX(64);

			buf_hex(&hex, cookie.p, 16);
			if (!arena_str(r->arena, hex.p, hex.n, &cookie))
				cookie = (str){0};
			buf_done(&hex);
		}
		*ret_new_visit = cookie;
	}
	r->view.form_token = token_make(r->arena, r->house, cookie, r->now);
}

static void
set_cookie(struct request *r, struct response *out, const char *name, str value,
    const char *more)
{
	respond_header(r, out, "Set-Cookie",
	    arena_fmt(r->arena,
		"%s=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax%s%s", name,
		STR_ARG(value), r->http->tls ? "; Secure" : "", more));
}

void
respond_session(
    struct request *r, struct response *out, str token, int64_t max_age_s)
{
	set_cookie(r, out, r->http->tls ? COOKIE_TLS : COOKIE_PLAIN, token,
	    token.n == 0
		? "; Max-Age=0"
		: arena_fmt(r->arena, "; Max-Age=%" PRId64, max_age_s).p);
}

void
respond_lang(struct request *r, struct response *out, enum lang lang)
{
	set_cookie(
	    r, out, COOKIE_LANG, str_c(lang_codes[lang]), "; Max-Age=31536000");
}

void
respond_device(struct request *r, struct response *out, str value)
{
	set_cookie(r, out, COOKIE_DEVICE, value, "; Max-Age=34560000");
}

/* The key travels in hexadecimal; it is shown only if the catalogue has it. */
void
respond_notice(struct request *r, struct response *out, const char *key)
{
	struct buf hex = BUF_MAX(1024);
	str value;

	buf_hex(&hex, key, strlen(key));
	if (arena_str(r->arena, hex.p, hex.n, &value))
		set_cookie(r, out, COOKIE_NOTE, value, "; Max-Age=60");
	buf_done(&hex);
}

static bool
take_notice(struct request *r)
{
	str hex = request_cookie(r, COOKIE_NOTE);
	char *key;

	if (hex.n == 0 || hex.n > 1024 || hex.n % 2 != 0)
		return false;
	key = NEW_N(r->arena, char, hex.n / 2 + 1);
	if (key == NULL || !num_hex(hex, (uint8_t *)key, hex.n / 2) ||
	    !lang_knows(key))
		return false;
	r->view.notice = lang_text(r->view.lang, key);
	return true;
}

static bool
run_get(struct request *r, const struct route *t, struct response *out,
    struct err *e)
{
	bool noticed = take_notice(r);
	str visit = {0};

	/* What is no page has no form. */
	if (!(t->flags & ROUTE_QUIET))
		prepare_token(r, &visit);
	if (!t->run(r, out, e))
		return false;
	if (visit.n > 0 && out->http.content_type.n > 0 &&
	    str_starts(out->http.content_type, S("text/html")))
		set_cookie(r, out, COOKIE_VISIT, visit, "");
	if (noticed && out->status == 200)
		set_cookie(r, out, COOKIE_NOTE, S(""), "; Max-Age=0");
	return true;
}

/* What the bar and the first page say to who looks into what was stopped, or
 * may trace. */
static bool
count_stopped(struct request *r, const struct route *t, struct err *e)
{
	struct deed d = {
	    .house = r->house, .arena = r->arena, .org = r->org, .now = r->now};

	if (r->viewer == NULL || !viewer_is_staff(r->viewer) ||
	    (t->flags & ROUTE_QUIET))
		return true;
	d.actor = r->viewer->account;
	return circle_waiting(r->house, r->arena, r->org->id,
		   r->viewer->account, r->today, &r->view.handles,
		   &r->view.stopped, e) &&
	       trace_waiting(&d, &r->view.traces, e) &&
	       seconds_count(r, e);
}

static bool
run_route(struct request *r, struct response *out, struct err *e)
{
	bool other;
	const struct route *t =
	    route_find(r->http->method, r->http->path, r->id, r->word, &other);

	if (t == NULL)
		return err_set(e, ERR_NOT_FOUND, "no route");
	if (!has_need(r, t))
		return send_away(r, t, out, e);
	if (!count_stopped(r, t, e))
		return false;
	if (http_reads(t->method))
		return run_get(r, t, out, e);
	if (!(t->flags & ROUTE_QUIET)) {
		str visit;

		/* The form may be shown again: it needs its next token. */
		prepare_token(r, &visit);
	}
	return run_post(r, t, out, e);
}

/* A page shows one moment: that of the request before it, if this one was there
 * already.  What may change something begins its own. */
static bool
look(struct house *h, const struct http_request *http, struct err *e)
{
	if (http_reads(http->method))
		return db_looks(h->db) || house_look(h, e);
	db_look_end(h->db);
	return true;
}

static bool
request_start(struct request *r, struct house *h, struct arena *a,
    const struct http_request *http, struct buf *page, struct err *e)
{
	bool known;

	*r = (struct request){
	    .house = h, .arena = a, .http = http, .now = house_now(h)};
	known = look(h, http, e) && identify(r, e);
	view_start(r, page);
	return known;
}

static void
answer_error(struct request *r, struct response *out, const struct err *e)
{
	db_rollback(r->house->db);
	log_failure(r, e);
	answer_failure(r, out, e);
	out->http.tag = r->http->tag;
	out->http.status = (uint16_t)out->status;
}

void
route_request(struct house *h, struct arena *a, const struct http_request *http,
    str sheet, bool more, struct buf *page, struct response *out)
{
	struct request r;
	struct err e;
	bool done;

	*out = (struct response){.fd = -1};
	done = request_start(&r, h, a, http, page, &e);
	r.sheet = sheet;
	done = done && run_route(&r, out, &e);
	if (done && page->full)
		done = err_set(&e, ERR_LIMIT, "page too long");
	if (!done)
		answer_error(&r, out, &e);
	if (!more)
		db_look_end(h->db);
	out->http.tag = http->tag;
	out->http.status = (uint16_t)out->status;
}

static bool
run_file_open(struct request *r, struct http_file_go *ret, int *ret_fd,
    struct response *out, struct err *e)
{
	bool other;
	const struct route *t =
	    route_find(r->http->method, r->http->path, r->id, r->word, &other);

	if (t == NULL || t->open_file == NULL || !has_need(r, t))
		return err_set(e, ERR_NOT_FOUND, "no route for a file");
	return check_token(r, e) &&
	       ((t->flags & ROUTE_REPEATABLE) || not_sent(r, e)) &&
	       t->open_file(r, ret, ret_fd, out, e);
}

bool
route_file_open(struct house *h, struct arena *a,
    const struct http_request *http, struct buf *page, struct http_file_go *ret,
    int *ret_fd, struct response *out)
{
	struct request r;
	struct err e;

	*ret_fd = -1;
	*out = (struct response){.fd = -1};
	*ret = (struct http_file_go){.tag = http->tag};
	if (!request_start(&r, h, a, http, page, &e) ||
	    !run_file_open(&r, ret, ret_fd, out, &e))
		answer_error(&r, out, &e);
	out->http.tag = http->tag;
	out->http.status = (uint16_t)out->status;
	return *ret_fd != -1;
}
