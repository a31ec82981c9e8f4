#include "report/filing.h"

#include <inttypes.h>

#include "base/buf.h"
#include "crypto/mac.h"
#include "report/filing_text.h"
#include "report/lock.h"
#include "sql_filing.h"
#include "sql_report.h"

#define HOUR ((int64_t)3600)
#define DAY (24 * HOUR)
#define VALUES "filing_version.values_enc"
#define RECEIPT "filing_version.receipt_enc"
#define ANSWERED "filing_version.answered_enc"

static const str stages[FILING_STAGES] = {
    [FILING_OPEN] = S("open"),
    [FILING_KEPT] = S("kept"),
    [FILING_OVER] = S("over"),
    [FILING_CLOSED] = S("closed"),
};

static bool
stage_of(str word, enum filing_stage *ret)
{
	for (int i = 0; i < FILING_STAGES; i++)
		if (str_eq(stages[i], word)) {
			*ret = (enum filing_stage)i;
			return true;
		}
	return false;
}

int64_t
filing_due(const struct filing_paper *p, int64_t known_at)
{
	return p->hours == 0 ? DB_NULL : known_at + p->hours * HOUR;
}

/* ---- digests ---- */

/* Over what is sealed: it can be asked when the key is destroyed. */
static void
digest_of(const struct organisation *org,
    const struct sql_filing_versions_row *v, uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, &org->chain, "preau filing 1");
	mac_i64(&m, v->filing);
	mac_i64(&m, v->number);
	mac_str(&m, v->lang);
	mac_str(&m, v->values_enc);
	mac_i64(&m, v->checked_by);
	mac_i64(&m, v->checked_at);
	mac_end(&m, ret);
}

static void
sent_digest_of(const struct organisation *org,
    const struct sql_filing_versions_row *v, uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, &org->chain, "preau sent 1");
	mac_str(&m, v->digest);
	mac_i64(&m, v->sent_at);
	mac_i64(&m, v->sent_by);
	mac_str(&m, v->route);
	mac_str(&m, v->receipt_enc);
	mac_str(&m, v->answered_enc);
	mac_end(&m, ret);
}

static bool
is_digest(str got, const uint8_t want[KEY_DIGEST_BYTES])
{
	return key_equal(got, (str){(const char *)want, KEY_DIGEST_BYTES});
}

static bool
is_whole(
    const struct organisation *org, const struct sql_filing_versions_row *v)
{
	uint8_t d[KEY_DIGEST_BYTES];

	digest_of(org, v, d);
	if (!is_digest(v->digest, d))
		return false;
	if (v->sent_at == DB_NULL)
		return true;
	sent_digest_of(org, v, d);
	return is_digest(v->sent_digest, d);
}

/* « fr-crip 2 9f86d0… » */
static str
detail_of(struct arena *a, str kind, int64_t number, const uint8_t *digest)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(2 * KEY_DIGEST_BYTES);

	buf_hex(&b, digest, KEY_DIGEST_BYTES);
	return arena_fmt(a, STR_FMT " %" PRId64 " " STR_FMT, STR_ARG(kind),
	    number, STR_ARG(buf_view(&b)));
}

/* ---- read ---- */

static bool
lock_of(
    const struct deed *d, int64_t case_file, struct lock *ret, struct err *e)
{
	struct sql_case_keys_row row;
	bool found;

	if (!sql_case_keys(
		d->house->db, d->arena, DB_NULL, case_file, &found, &row, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such case");
	*ret = (struct lock){LOCK_CASE, row.number, row.key_wrapped};
	return true;
}

static bool
fill_version(const struct deed *d, const struct lock *lock,
    const struct sql_filing_versions_row *r, struct filing_version *ret,
    struct err *e)
{
	str text = lock_text(d->arena, d->org, lock, VALUES, r->values_enc);

	*ret = (struct filing_version){.id = r->id,
	    .number = r->number,
	    .checked_at = r->checked_at,
	    .sent_at = r->sent_at,
	    .checked_by = house_text(
		d->arena, d->org, "account.name_enc", r->checked_by_name_enc),
	    .sent_by = house_text(
		d->arena, d->org, "account.name_enc", r->sent_by_name_enc),
	    .route = r->route,
	    .receipt =
		lock_text(d->arena, d->org, lock, RECEIPT, r->receipt_enc),
	    .answered =
		lock_text(d->arena, d->org, lock, ANSWERED, r->answered_enc),
	    .whole = is_whole(d->org, r)};
	if (!lang_of_code(r->lang, &ret->lang) ||
	    r->digest.n != KEY_DIGEST_BYTES)
		return err_set(e, ERR_CORRUPT, "version %" PRId64, r->id);
	memcpy(ret->digest, r->digest.p, KEY_DIGEST_BYTES);
	return filing_text_read(d->arena, text, &ret->lines, e);
}

static bool
fill_versions(const struct deed *d, int64_t case_file, const struct lock *lock,
    struct filings *io, struct err *e)
{
	struct sql_filing_versions_rows rows;
	struct filing_version *v;
	struct filing *f = io->v;

	if (!sql_filing_versions(d->house->db, d->arena, case_file, &rows, e))
		return false;
	v = NEW_N(d->arena, struct filing_version, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many papers");
	for (size_t i = 0; i < rows.n; i++) {
		while (f->id != rows.v[i].filing)
			f++;
		if (f->n_version++ == 0)
			f->version = &v[i];
		if (!fill_version(d, lock, &rows.v[i], &v[i], e))
			return false;
	}
	return true;
}

bool
filing_of_case(
    const struct deed *d, int64_t case_file, struct filings *ret, struct err *e)
{
	struct sql_filing_of_case_rows rows;
	struct filings l = {0};
	struct lock lock;

	if (!lock_of(d, case_file, &lock, e) ||
	    !sql_filing_of_case(d->house->db, d->arena, case_file, &rows, e))
		return false;
	l.v = NEW_N(d->arena, struct filing, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many papers");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_filing_of_case_row *r = &rows.v[i];
		struct filing *f = &l.v[l.n++];

		*f = (struct filing){.id = r->id,
		    .begun_at = r->begun_at,
		    .next_at = r->next_at,
		    .dropped_at = r->dropped_at,
		    .child = r->child,
		    .kind = r->kind,
		    .begun_by = house_text(d->arena, d->org, "account.name_enc",
			r->begun_by_name_enc)};
		if (!stage_of(r->stage, &f->stage))
			return err_set(e, ERR_CORRUPT, "paper %" PRId64, r->id);
	}
	if (!fill_versions(d, case_file, &lock, &l, e))
		return err_wrap(e, "papers of case %" PRId64, case_file);
	*ret = l;
	return true;
}

const struct filing *
filing_find(const struct filings *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			return &l->v[i];
	return NULL;
}

bool
filing_next(struct house *h, struct arena *a, int64_t case_file,
    struct filing_next *ret, struct err *e)
{
	struct sql_filing_next_row r;
	bool found;

	*ret = (struct filing_next){0};
	if (!sql_filing_next(h->db, a, case_file, &found, &r, e))
		return err_wrap(e, "papers of case %" PRId64, case_file);
	if (!found)
		return true;
	*ret = (struct filing_next){
	    .any = true, .kind = r.kind, .next_at = r.next_at};
	return stage_of(r.stage, &ret->stage) ||
	       err_set(e, ERR_CORRUPT, "papers of case %" PRId64, case_file);
}

/* ---- steps ---- */

static bool
find(const struct deed *d, int64_t case_file, int64_t id,
    const struct filing **ret, struct err *e)
{
	struct case_head c;
	struct filings all;

	if (!case_enter(d, case_file, &c, e) ||
	    !filing_of_case(d, case_file, &all, e))
		return false;
	*ret = filing_find(&all, id);
	return *ret != NULL || err_set(e, ERR_NOT_FOUND, "no such paper");
}

static bool
is_child_of(
    const struct deed *d, int64_t case_file, int64_t child, struct err *e)
{
	struct sql_filing_children_rows rows;

	if (child == DB_NULL)
		return true;
	if (!sql_filing_children(d->house->db, d->arena, case_file, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].id == child)
			return true;
	return err_set(e, ERR_NOT_FOUND, "a child of no part of the case");
}

bool
filing_begin(const struct deed *d, int64_t case_file,
    const struct filing_paper *p, int64_t child, int64_t *ret_id, struct err *e)
{
	struct sql_filing_add_row row;
	struct case_head c;
	struct filings all;

	if (!case_enter(d, case_file, &c, e) ||
	    !filing_of_case(d, case_file, &all, e) ||
	    !is_child_of(d, case_file, child, e))
		return false;
	if (p->opens.n > 0)
		return err_set(e, ERR_INPUT, "written elsewhere");
	if (all.n >= FILING_OF_CASE_MAX)
		return err_set(e, ERR_LIMIT, "too many papers");
	if (!sql_filing_add(d->house->db, d->arena, d->org->id, case_file,
		p->id, child, d->actor, d->now, filing_due(p, c.opened_at),
		&row, e) ||
	    !story_add(d, case_file, STORY_PAPER_BEGUN, STORY_INSIDE, p->id,
		p->name.in[d->org->lang], e))
		return err_wrap(e, "case %" PRId64, case_file);
	*ret_id = row.id;
	return true;
}

/* The title as it stands on paper. */
static str
title_of(const struct filing_lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].id, S("@title")))
			return l->v[i].shown;
	return S("");
}

bool
filing_check(const struct deed *d, int64_t case_file, int64_t id,
    enum lang lang, const struct filing_lines *lines, struct err *e)
{
	struct sql_filing_versions_row v = {.filing = id,
	    .lang = str_c(lang_codes[lang]),
	    .checked_by = d->actor,
	    .checked_at = d->now};
	struct sql_filing_version_add_row row;
	uint8_t digest[KEY_DIGEST_BYTES];
	const struct filing *f;
	struct lock lock;
	str text;

	if (!find(d, case_file, id, &f, e) ||
	    !lock_of(d, case_file, &lock, e) ||
	    !filing_text_write(d->arena, lines, &text, e) ||
	    !lock_seal(d, &lock, VALUES, text, &v.values_enc, e))
		return false;
	if (f->dropped_at != DB_NULL)
		return err_set(e, ERR_CONFLICT, "it is not to be sent");
	v.number = (int64_t)f->n_version + 1;
	digest_of(d->org, &v, digest);
	return (sql_filing_version_add(d->house->db, d->arena, id, v.number,
		    v.lang, v.values_enc, d->actor, d->now,
		    (str){(const char *)digest, sizeof(digest)}, &row, e) &&
		   story_add(d, case_file, STORY_PAPER_CHECKED, STORY_INSIDE,
		       detail_of(d->arena, f->kind, v.number, digest),
		       title_of(lines), e)) ||
	       err_wrap(e, "paper %" PRId64, id);
}

static bool
set(const struct deed *d, int64_t id, enum filing_stage s, int64_t next_at,
    int64_t dropped_at, struct err *e)
{
	int64_t rows;

	return sql_filing_set(
	    d->house->db, stages[s], next_at, dropped_at, id, &rows, e);
}

/* What the story says of it: the title, and what it is known by there. */
static str
words_of(const struct deed *d, const struct filing_version *v,
    const struct filing_sending *s)
{
	const str arg[] = {title_of(&v->lines),
	    lang_text(v->lang, filing_route(s->route)->label), s->receipt,
	    s->answered};
	const char *key = N_("%1, %2. Receipt: %3. Answered by: %4.");

	if (s->receipt.n == 0 || s->answered.n == 0)
		key = s->receipt.n > 0    ? N_("%1, %2. Receipt: %3.")
		      : s->answered.n > 0 ? N_("%1, %2. Answered by: %4.")
					  : N_("%1, %2.");
	return lang_fill(d->arena, lang_text(v->lang, key), arg, 4);
}

static const struct filing_version *
version_of(const struct filing *f, int64_t id)
{
	for (size_t i = 0; i < f->n_version; i++)
		if (f->version[i].id == id)
			return &f->version[i];
	return NULL;
}

static bool
write_sent(const struct deed *d, int64_t case_file,
    const struct filing_version *v, const struct filing_sending *s,
    uint8_t ret[KEY_DIGEST_BYTES], struct err *e)
{
	struct sql_filing_versions_row r = {
	    .digest = {(const char *)v->digest, KEY_DIGEST_BYTES},
	    .sent_at = s->sent_at,
	    .sent_by = d->actor,
	    .route = s->route};
	struct lock lock;
	int64_t rows;

	if (!lock_of(d, case_file, &lock, e) ||
	    !lock_seal(d, &lock, RECEIPT,
		s->receipt.n == 0 ? (str){0} : s->receipt, &r.receipt_enc, e) ||
	    !lock_seal(d, &lock, ANSWERED,
		s->answered.n == 0 ? (str){0} : s->answered, &r.answered_enc,
		e))
		return false;
	sent_digest_of(d->org, &r, ret);
	if (!sql_filing_version_send(d->house->db, s->sent_at, d->actor,
		s->route, r.receipt_enc, r.answered_enc,
		(str){(const char *)ret, KEY_DIGEST_BYTES}, v->id, &rows, e))
		return false;
	return rows == 1 || err_set(e, ERR_CONFLICT, "it was sent");
}

bool
filing_send(const struct deed *d, int64_t case_file, int64_t id,
    const struct filing_paper *p, const struct filing_sending *s,
    int64_t *ret_keep_on, struct err *e)
{
	int64_t keep_until = s->sent_at + p->keep_days * DAY;
	uint8_t digest[KEY_DIGEST_BYTES];
	const struct filing_version *v;
	const struct filing *f;

	if (!find(d, case_file, id, &f, e))
		return false;
	v = version_of(f, s->version);
	if (v == NULL || filing_route(s->route) == NULL)
		return err_set(e, ERR_NOT_FOUND, "no such version or route");
	if (f->dropped_at != DB_NULL)
		return err_set(e, ERR_CONFLICT, "it is not to be sent");
	if (!write_sent(d, case_file, v, s, digest, e) ||
	    !story_add(d, case_file, STORY_PAPER_SENT, STORY_INSIDE,
		detail_of(d->arena, f->kind, v->number, digest),
		words_of(d, v, s), e))
		return err_wrap(e, "paper %" PRId64, id);
	/* An earlier version that was sent later keeps it for longer. */
	if (f->stage == FILING_KEPT && f->next_at > keep_until)
		keep_until = f->next_at;
	*ret_keep_on =
	    p->keep_days == 0 ? DB_NULL : day_of(d->org->zone, keep_until);
	return p->keep_days == 0
		   ? set(d, id, FILING_CLOSED, DB_NULL, DB_NULL, e)
		   : set(d, id, FILING_KEPT, keep_until, DB_NULL, e);
}

bool
filing_drop(
    const struct deed *d, int64_t case_file, int64_t id, str why, struct err *e)
{
	const struct filing *f;

	if (!find(d, case_file, id, &f, e))
		return false;
	if (f->stage != FILING_OPEN)
		return err_set(e, ERR_CONFLICT, "it was sent");
	return set(d, id, FILING_CLOSED, DB_NULL, d->now, e) &&
	       story_add(d, case_file, STORY_PAPER_DROPPED, STORY_INSIDE,
		   f->kind, why, e);
}

bool
filing_finish(const struct deed *d, int64_t case_file, int64_t id, str words,
    struct err *e)
{
	const struct filing *f;

	if (!find(d, case_file, id, &f, e))
		return false;
	if (f->stage != FILING_OVER)
		return err_set(e, ERR_CONFLICT, "its time is not over");
	return set(d, id, FILING_CLOSED, DB_NULL, DB_NULL, e) &&
	       story_add(d, case_file, STORY_PAPER_CLOSED, STORY_INSIDE,
		   f->kind, words, e);
}

/* ---- is it as it was ---- */

static bool
is_told(const struct story *s, enum story_deed deed, str digest)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(2 * KEY_DIGEST_BYTES);

	buf_hex(&b, digest.p, digest.n);
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].deed == deed &&
		    str_ends(s->v[i].detail, buf_view(&b)))
			return true;
	return false;
}

bool
filing_verify(struct house *h, struct arena *a, const struct organisation *org,
    int64_t case_file, const struct story *s, int64_t *ret_bad, struct err *e)
{
	struct sql_filing_versions_rows rows;

	*ret_bad = 0;
	if (!sql_filing_versions(h->db, a, case_file, &rows, e))
		return err_wrap(e, "papers of case %" PRId64, case_file);
	for (size_t i = 0; i < rows.n && *ret_bad == 0; i++) {
		const struct sql_filing_versions_row *v = &rows.v[i];

		if (!is_whole(org, v) ||
		    !is_told(s, STORY_PAPER_CHECKED, v->digest) ||
		    (v->sent_at != DB_NULL &&
			!is_told(s, STORY_PAPER_SENT, v->sent_digest)))
			*ret_bad = v->id;
	}
	return true;
}

/* ---- without anybody ---- */

bool
filing_sweep(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	struct sql_filing_over_rows rows;

	if (!sql_filing_over(h->db, a, now, &rows, e))
		return err_wrap(e, "papers");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_filing_over_row *r = &rows.v[i];
		struct deed d = {.house = h, .arena = a, .now = now};

		if (!house_org(h, r->organisation, &d.org, e) ||
		    !set(&d, r->id, FILING_OVER, r->next_at, DB_NULL, e) ||
		    !story_add(&d, r->case_file, STORY_PAPER_OVER, STORY_INSIDE,
			r->kind, (str){0}, e))
			return err_wrap(e, "paper %" PRId64, r->id);
	}
	return true;
}
