#include "custody/record.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/buf.h"
#include "crypto/sum.h"
#include "sharing/permit.h"
#include "sharing/received.h"
#include "sql_received.h"

#define RECORD_MAX ((size_t)4 << 20)
#define ONE_MAX ((size_t)4 << 20) /* what one account's rights take */

static void
put(struct buf *b, const char *word, str value)
{
	buf_printf(b, "%s: ", word);
	for (size_t i = 0; i < value.n; i++)
		buf_byte(b, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
	buf_byte(b, '\n');
}

static void
put_time(struct buf *b, const char *word, int64_t at)
{
	struct civil c;

	if (at == DB_NULL)
		return;
	c = zone_local(NULL, at);
	buf_printf(b, "%s: %04d-%02d-%02dT%02d:%02d:%02dZ\n", word, c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
}

static void
put_person(const struct deed *d, struct buf *b, const char *word, int64_t id,
    str name_enc)
{
	str name = house_text(d->arena, d->org, "account.name_enc", name_enc);

	put(b, word,
	    arena_fmt(d->arena, STR_FMT " (%" PRId64 ")", STR_ARG(name), id));
}

static bool
put_audience(const struct deed *d, int64_t post, struct buf *b, struct err *e)
{
	struct sql_seal_children_rows children;
	struct sql_seal_groups_rows groups;

	if (!sql_seal_groups(d->house->db, d->arena, post, &groups, e) ||
	    !sql_seal_children(d->house->db, d->arena, post, &children, e))
		return false;
	for (size_t i = 0; i < groups.n; i++)
		put(b, "for-group", groups.v[i].name);
	for (size_t i = 0; i < children.n; i++)
		put(b, "for-child", arena_i64(d->arena, children.v[i].child));
	return true;
}

static bool
put_readers(const struct deed *d, int64_t medium, struct buf *b, struct err *e)
{
	struct sql_seal_readers_rows rows;

	if (!sql_seal_readers(
		d->house->db, d->arena, d->org->id, medium, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		put_person(
		    d, b, "received-by", rows.v[i].id, rows.v[i].name_enc);
		put_time(b, "received-at", rows.v[i].first_at);
	}
	return true;
}

/* ---- who could see it ---- */

/* Whatever the album is: a notice, a paper and a safe are asked for as such. */
static bool
could_see(const struct deed *d, struct arena *a, int64_t account, int64_t post,
    bool *ret, struct err *e)
{
	static const enum permit_want wants[] = {
	    PERMIT_SEE, PERMIT_NOTICE, PERMIT_PAPER, PERMIT_SAFE};
	const struct grant *g;
	struct viewer *v;

	*ret = false;
	if (!viewer_load(d->house, a, d->org, account, d->today, &v, e))
		return false;
	for (size_t i = 0; i < sizeof(wants) / sizeof(*wants) && !*ret; i++) {
		*ret = permit_post(
		    d->house, a, v, post, wants[i], d->now, d->today, &g, e);
		if (!*ret && e->kind != ERR_NOT_FOUND)
			return false;
	}
	return true;
}

static bool
put_could_see(const struct deed *d, int64_t post, struct buf *b, struct err *e)
{
	OWNED(arena) a = arena_new(ONE_MAX);
	struct sql_seal_accounts_rows all;
	bool sees;

	if (!sql_seal_accounts(d->house->db, d->arena, d->org->id, &all, e))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		arena_reset(a);
		if (!could_see(d, a, all.v[i].id, post, &sees, e))
			return err_wrap(e, "account %" PRId64, all.v[i].id);
		if (sees)
			put_person(
			    d, b, "could-see", all.v[i].id, all.v[i].name_enc);
	}
	return true;
}

static bool
ask_album(const struct deed *d, int64_t post, struct custody_record_album *io,
    struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(RECORD_MAX);

	if (io->post == post)
		return true;
	if (!put_could_see(d, post, &b, e))
		return err_wrap(e, "who could see post %" PRId64, post);
	if (b.full || !arena_str(d->arena, b.p, b.n, &io->lines))
		return err_set(e, ERR_LIMIT, "too many could see it");
	io->post = post;
	return true;
}

/* ---- to whom it was sent ---- */

static void
put_day(struct buf *b, const char *word, int64_t day)
{
	struct civil c = day_to_civil(day);

	buf_printf(b, "%s: %04d-%02d-%02d\n", word, c.year, c.month, c.day);
}

static bool
put_received(const struct deed *d, int64_t medium, struct buf *b, struct err *e)
{
	struct sql_received_of_medium_rows rows;

	if (!received_write_also(d->house, e) ||
	    !sql_received_of_medium(d->house->db, d->arena, medium, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		put_person(
		    d, b, "sent-to", rows.v[i].account, rows.v[i].name_enc);
		put_time(b, "sent-first", rows.v[i].first_at);
		put_day(b, "sent-last", rows.v[i].last_on);
	}
	return true;
}

/* ---- all of it ---- */

bool
custody_record_write(const struct deed *d, const struct sql_seal_medium_row *m,
    struct custody_record_album *io, str *ret_enc, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(RECORD_MAX);

	put_person(d, &b, "sent-by", m->uploader, m->name_enc);
	put_time(&b, "sent-at", m->created_at);
	put(&b, "sent-from",
	    m->from_enc.p == NULL
		? S("unknown")
		: house_text(d->arena, d->org, "medium.from_enc", m->from_enc));
	put(&b, "album",
	    house_text(d->arena, d->org, "post.title_enc", m->title_enc));
	put(&b, "album-number", arena_i64(d->arena, m->post));
	put(&b, "album-state", m->post_state);
	put_time(&b, "shown-from", m->publish_at);
	put(&b, "file-state", m->state);
	if (!put_audience(d, m->post, &b, e) ||
	    !put_readers(d, m->whole, &b, e) ||
	    !put_received(d, m->whole, &b, e) || !ask_album(d, m->post, io, e))
		return err_wrap(e, "record of medium %" PRId64, m->whole);
	buf_str(&b, io->lines);
	if (b.full)
		return err_set(e, ERR_LIMIT, "record too long");
	return deed_seal(d, "seal.record_enc", buf_view(&b), ret_enc, e);
}

/* ---- its digest ---- */

void
custody_record_digest(str record, char ret[RECORD_DIGEST])
{
	OWNED(sum) s = sum_new(SUM_SHA256);
	uint8_t sha256[SUM_MAX];

	if (record.n > 0)
		sum_add(s, record.p, record.n);
	sum_end(s, sha256);
	(void)sodium_bin2hex(ret, RECORD_DIGEST, sha256, 32);
}

static str
detail_of(const struct deed *d, int64_t seal, str record)
{
	char hex[RECORD_DIGEST];

	custody_record_digest(record, hex);
	return arena_fmt(d->arena, "%" PRId64 " %s", seal, hex);
}

bool
custody_record_detail(
    const struct deed *d, int64_t seal, str *ret, struct err *e)
{
	struct sql_seal_record_row row;

	if (!sql_seal_record(d->house->db, d->arena, seal, &row, e))
		return err_wrap(e, "record of seal %" PRId64, seal);
	*ret = detail_of(d, seal,
	    house_text(d->arena, d->org, "seal.record_enc", row.record_enc));
	return true;
}

bool
custody_record_check(const struct deed *d, int64_t case_file, int64_t seal,
    str record, bool *ret_known, bool *ret_same, struct err *e)
{
	str head = arena_fmt(d->arena, "%" PRId64 " ", seal);
	str is = detail_of(d, seal, record);
	struct sql_seal_sealed_rows rows;

	*ret_known = *ret_same = false;
	if (case_file == DB_NULL)
		return true;
	if (!sql_seal_sealed(d->house->db, d->arena, case_file, &rows, e))
		return err_wrap(e, "story of seal %" PRId64, seal);
	for (size_t i = 0; i < rows.n; i++)
		if (str_starts(rows.v[i].detail, head)) {
			*ret_known = true;
			*ret_same = str_eq(rows.v[i].detail, is);
		}
	return true;
}
