#include "life/notice.h"

#include <inttypes.h>

#include "crypto/sum.h"
#include "sharing/looked.h"
#include "sql_notice.h"

/* Columns of notice_text, by language. */
static const char *const title_column[LANGS] = {
    [LANG_FR] = "notice_text.title_fr_enc",
    [LANG_EN] = "notice_text.title_en_enc"};
static const char *const body_column[LANGS] = {
    [LANG_FR] = "notice_text.body_fr_enc",
    [LANG_EN] = "notice_text.body_en_enc"};

enum lang
notice_lang(const struct notice_words *w, enum lang l)
{
	if (w->title[l].n > 0)
		return l;
	return l == LANG_FR ? LANG_EN : LANG_FR;
}

/* Lengths go in too: no two texts have the same bytes. */
static void
add_part(struct sum *s, str part)
{
	uint64_t n = part.n;

	sum_add(s, &n, sizeof(n));
	if (n > 0)
		sum_add(s, part.p, part.n);
}

static void
digest_of(const struct notice_words *w, uint8_t ret[NOTICE_DIGEST_BYTES])
{
	OWNED(sum) s = sum_new(SUM_SHA256);

	for (int l = 0; l < LANGS; l++) {
		add_part(s, w->title[l]);
		add_part(s, w->body[l]);
	}
	sum_end(s, ret);
}

/* ---- reading ---- */

static void
open_words(const struct deed *d, const struct sql_notice_by_post_row *r,
    struct notice_words *ret)
{
	const str title[LANGS] = {
	    [LANG_FR] = r->title_fr_enc, [LANG_EN] = r->title_en_enc};
	const str body[LANGS] = {
	    [LANG_FR] = r->body_fr_enc, [LANG_EN] = r->body_en_enc};

	for (int l = 0; l < LANGS; l++) {
		ret->title[l] =
		    house_text(d->arena, d->org, title_column[l], title[l]);
		ret->body[l] =
		    house_text(d->arena, d->org, body_column[l], body[l]);
	}
}

bool
notice_load(const struct deed *d, const struct grant *g, struct notice *ret,
    struct err *e)
{
	struct sql_notice_by_post_row r;
	int64_t id = grant_post(g);
	bool found;

	if (!grant_facts(g)->notice)
		return err_set(e, ERR_NOT_FOUND, "not a notice");
	if (!sql_notice_by_post(d->house->db, d->arena, id, &found, &r, e))
		return err_wrap(e, "notice %" PRId64, id);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "not a notice");
	if (r.digest.n != NOTICE_DIGEST_BYTES)
		return err_set(e, ERR_CORRUPT, "notice %" PRId64, id);
	*ret = (struct notice){.id = id,
	    .is = {.sign = r.sign != 0,
		.each = r.each_holder != 0,
		.by_on = r.by_on},
	    .version = r.version,
	    .made_at = r.made_at,
	    .asked_until = r.asked_until,
	    .reminded_at = r.reminded_at,
	    .state = words_state(r.state),
	    .publish_at = r.publish_at,
	    .author = r.author,
	    .author_name = house_text(
		d->arena, d->org, "account.name_enc", r.author_name_enc)};
	if (grant_want(g) != PERMIT_NOTICE_GONE)
		open_words(d, &r, &ret->is.words);
	memcpy(ret->digest, r.digest.p, NOTICE_DIGEST_BYTES);
	return true;
}

/* ---- writing ---- */

static bool
note(const struct deed *d, const struct grant *g, enum audit_action action,
    int64_t version, struct err *e)
{
	return looked_note(d, action, "notice", grant_post(g), g,
	    arena_i64(d->arena, version), e);
}

struct sealed {
	str title[LANGS], body[LANGS], digest;
	uint8_t room[NOTICE_DIGEST_BYTES];
};

/* What a language lacks stays NULL. */
static bool
seal_words(const struct deed *d, const struct notice_words *w,
    struct sealed *ret, struct err *e)
{
	*ret = (struct sealed){0};
	for (int l = 0; l < LANGS; l++)
		if (w->title[l].n > 0 && (!deed_seal(d, title_column[l],
					      w->title[l], &ret->title[l], e) ||
					     !deed_seal(d, body_column[l],
						 w->body[l], &ret->body[l], e)))
			return false;
	digest_of(w, ret->room);
	ret->digest = (str){(const char *)ret->room, sizeof(ret->room)};
	return true;
}

static bool
add_text(const struct deed *d, int64_t post, int64_t version,
    const struct sealed *s, struct err *e)
{
	int64_t rows;

	return sql_notice_text_add(d->house->db, post, version,
	    s->title[LANG_FR], s->body[LANG_FR], s->title[LANG_EN],
	    s->body[LANG_EN], s->digest, d->actor, d->now, &rows, e);
}

static bool
set_text(const struct deed *d, const struct notice *n, const struct sealed *s,
    struct err *e)
{
	int64_t rows;

	return sql_notice_text_set(d->house->db, s->title[LANG_FR],
	    s->body[LANG_FR], s->title[LANG_EN], s->body[LANG_EN], s->digest,
	    d->actor, d->now, n->id, n->version, &rows, e);
}

bool
notice_create(const struct deed *d, const struct notice_new *n, int64_t *ret_id,
    struct err *e)
{
	struct sealed s;
	int64_t rows, id;

	if (!seal_words(d, &n->words, &s, e) || !words_post(d, &id, e) ||
	    !sql_notice_create(d->house->db, id, d->org->id, n->sign, n->each,
		n->by_on, &rows, e) ||
	    !add_text(d, id, 1, &s, e))
		return err_wrap(e, "new notice");
	*ret_id = id;
	return true;
}

bool
notice_change(const struct deed *d, const struct grant *g,
    const struct notice_new *n, struct err *e)
{
	struct notice was;
	struct sealed s;
	int64_t rows, version;
	bool other, draft;

	if (!words_may_change(g, e) || !notice_load(d, g, &was, e) ||
	    !seal_words(d, &n->words, &s, e))
		return false;
	draft = was.state == POST_DRAFT;
	other = memcmp(was.digest, s.room, sizeof(s.room)) != 0;
	version = was.version + (other && !draft);
	if ((other && !(draft ? set_text(d, &was, &s, e)
			      : add_text(d, was.id, version, &s, e))) ||
	    !sql_notice_set(d->house->db, draft ? n->sign : was.is.sign,
		draft ? n->each : was.is.each, n->by_on, n->by_on, version,
		was.id, &rows, e))
		return err_wrap(e, "notice %" PRId64, was.id);
	return draft || note(d, g, AUDIT_NOTICE_CHANGED, version, e);
}

bool
notice_publish(const struct deed *d, const struct grant *g, int64_t at,
    enum words_hour *ret, struct err *e)
{
	struct notice n;

	if (!notice_load(d, g, &n, e) ||
	    !words_publish(d, g, at, n.is.by_on, ret, e))
		return err_wrap(e, "notice %" PRId64, grant_post(g));
	return *ret != WORDS_DONE ||
	       note(d, g, AUDIT_NOTICE_PUBLISHED, n.version, e);
}

bool
notice_discard(const struct deed *d, const struct grant *g, struct err *e)
{
	int64_t rows, id = grant_post(g);
	struct db *db = d->house->db;

	return (words_is_draft(g, e) &&
		   sql_notice_drop_text(db, id, &rows, e) &&
		   sql_notice_drop(db, id, &rows, e) && words_drop(d, g, e)) ||
	       err_wrap(e, "notice %" PRId64, id);
}

bool
notice_withdraw(const struct deed *d, const struct grant *g, struct err *e)
{
	struct notice n;

	return notice_load(d, g, &n, e) && words_withdraw(d, g, e) &&
	       note(d, g, AUDIT_NOTICE_WITHDRAWN, n.version, e);
}

bool
notice_remind(const struct deed *d, const struct grant *g, struct err *e)
{
	struct notice n;
	int64_t rows, until = d->today + NOTICE_REMIND_DAYS;

	if (!words_may_change(g, e) || !notice_load(d, g, &n, e))
		return false;
	if (n.state != POST_PUBLISHED || n.publish_at > d->now)
		return err_set(e, ERR_CONFLICT,
		    "notice %" PRId64 " is not to be read", n.id);
	if (n.asked_until > until)
		until = n.asked_until;
	return sql_notice_remind(d->house->db, until, d->now, n.id, &rows, e) &&
	       note(d, g, AUDIT_NOTICE_REMINDED, n.version, e);
}
