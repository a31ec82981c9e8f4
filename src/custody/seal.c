#include "custody/seal.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <sodium.h>

#include "custody/record.h"
#include "erasure/erasure.h"
#include "erasure/sealed.h"
#include "report/casefile.h"
#include "report/matter.h"
#include "sql_erasure.h"
#include "sql_glance.h"
#include "sql_post.h"
#include "sql_seal.h"
#include "stop/circle.h"

static const str states[] = {
    [CUSTODY_WANTED] = S("wanted"),
    [CUSTODY_SEALED] = S("sealed"),
    [CUSTODY_RELEASED] = S("released"),
    [CUSTODY_DESTROYED] = S("destroyed"),
};

/* ---- what is known of it ---- */

bool
custody_from(const struct deed *d, int64_t medium, const uint8_t address[16],
    uint16_t port, struct err *e)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool four = memcmp(address, mapped, sizeof(mapped)) == 0;
	char text[INET6_ADDRSTRLEN];
	int64_t rows;
	str enc;

	if (inet_ntop(four ? AF_INET : AF_INET6, four ? address + 12 : address,
		text, sizeof(text)) == NULL)
		return true;
	return deed_seal(d, "medium.from_enc",
		   port == 0 ? str_c(text)
			     : arena_fmt(d->arena, "%s port %u", text, port),
		   &enc, e) &&
	       sql_seal_from(d->house->db, enc, medium, &rows, e);
}

/* ---- wanting it ---- */

/* A still or a page waits for nothing more. */
static bool
drop_work(const struct deed *d, int64_t whole, struct err *e)
{
	struct sql_seal_stills_rows stills;
	int64_t rows;

	if (!sql_seal_stills(d->house->db, d->arena, whole, &stills, e) ||
	    !sql_erasure_jobs(d->house->db, whole, &rows, e))
		return false;
	for (size_t i = 0; i < stills.n; i++)
		if (!sql_erasure_jobs(d->house->db, stills.v[i].id, &rows, e))
			return false;
	return true;
}

static bool
lock(const struct deed *d, const struct sql_seal_medium_row *m, int64_t id,
    struct err *e)
{
	struct db *db = d->house->db;
	int64_t rows;

	return erasure_seal_note(
		   d->house, ERASURE_SEAL, id, m->name, d->now, e) &&
	       sql_seal_lock(db, m->whole, &rows, e) &&
	       sql_glance_gone_medium(db, m->whole, &rows, e) &&
	       drop_work(d, m->whole, e) &&
	       sql_seal_leavings(db, d->org->id, &rows, e) &&
	       sql_post_recount(db, m->post, &rows, e);
}

/* It was stopped and nobody has said yet whether rightly: that first. */
static bool
check_decided(const struct deed *d, int64_t medium, struct err *e)
{
	struct sql_seal_open_stop_row row;
	bool found;

	return sql_seal_open_stop(
		   d->house->db, d->arena, medium, &found, &row, e) &&
	       (!found || err_set(e, ERR_CONFLICT, "it is not decided yet"));
}

static bool
want(const struct deed *d, int64_t medium, int64_t case_file, int64_t stopping,
    str reason, struct custody_record_album *album, bool *ret, struct err *e)
{
	struct sql_seal_medium_row m;
	struct sql_seal_add_row row;
	str reason_enc, record_enc;

	if (!sql_seal_medium(
		d->house->db, d->arena, medium, d->org->id, ret, &m, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (!*ret)
		return true;
	return check_decided(d, m.whole, e) &&
	       custody_record_write(d, &m, album, &record_enc, e) &&
	       deed_seal(d, "seal.reason_enc", reason, &reason_enc, e) &&
	       sql_seal_add(d->house->db, d->arena, d->org->id, m.whole, m.name,
		   case_file, stopping, deed_author(d), d->now, reason_enc,
		   record_enc, &row, e) &&
	       lock(d, &m, row.id, e);
}

static bool
want_post(const struct deed *d, int64_t post, int64_t case_file, str reason,
    int64_t *io_n, struct err *e)
{
	struct sql_seal_media_of_post_rows media;
	struct custody_record_album album = {0};
	bool did;

	if (!sql_seal_media_of_post(
		d->house->db, d->arena, post, d->org->id, &media, e))
		return err_wrap(e, "post %" PRId64, post);
	for (size_t i = 0; i < media.n; i++) {
		if (!want(d, media.v[i].id, case_file, DB_NULL, reason, &album,
			&did, e))
			return false;
		*io_n += did;
	}
	return true;
}

bool
custody_seal_case(const struct deed *d, int64_t case_file, str reason,
    int64_t *ret_n, struct err *e)
{
	struct custody_record_album album = {0};
	struct case_head head;
	int64_t n = 0;
	bool did = false;

	if (!case_enter(d, case_file, &head, e))
		return false;
	if (head.subject_kind == REPORT_MEDIUM &&
	    !want(d, head.subject, case_file, DB_NULL, reason, &album, &did, e))
		return false;
	n += did;
	if (head.subject_kind == REPORT_POST &&
	    !want_post(d, head.subject, case_file, reason, &n, e))
		return false;
	*ret_n = n;
	return n == 0 || story_add(d, case_file, STORY_SEAL_WANTED,
			     STORY_INSIDE, arena_i64(d->arena, n), reason, e);
}

static bool
in_circle(const struct deed *d, int64_t stopping, struct err *e)
{
	struct circle circle;

	return circle_of(d->house, d->arena, d->org, stopping, d->today,
		   &circle, e) &&
	       (circle_has(&circle, d->actor) ||
		   err_set(e, ERR_NOT_FOUND, "not in the circle"));
}

bool
custody_seal_stopped(
    const struct deed *d, int64_t stopping, str reason, struct err *e)
{
	struct custody_record_album album = {0};
	struct sql_seal_stopped_row row;
	bool found, did;

	if (!in_circle(d, stopping, e) ||
	    !sql_seal_stopped(
		d->house->db, d->arena, stopping, d->org->id, &found, &row, e))
		return false;
	if (!found)
		return err_set(e, ERR_CONFLICT, "it is not confirmed");
	return want(
		   d, row.medium, DB_NULL, stopping, reason, &album, &did, e) &&
	       (did || err_set(e, ERR_CONFLICT, "it is sealed already"));
}

/* ---- reading ---- */

/* Sealed again after a restore, or its case has ended: whom it was about is not
 * known any more, but who sent it and whose album it is. */
static bool
leads(const struct deed *d, const struct sql_seal_by_id_row *r, struct err *e)
{
	struct matter_house mh;

	if (d->actor == r->uploader || d->actor == r->author)
		return err_set(e, ERR_NOT_FOUND, "no such seal");
	if (!matter_house(d->house, d->arena, d->org->id, d->today, &mh, e))
		return false;
	for (size_t i = 0; i < mh.is.n_person; i++) {
		const struct route_person *p = &mh.is.person[i];

		if (p->account == d->actor && p->handles &&
		    (p->rank == ROUTE_LEAD || p->rank == ROUTE_DIRECTOR))
			return true;
	}
	return err_set(e, ERR_NOT_FOUND, "no such seal");
}

static bool
may(const struct deed *d, int64_t case_file, int64_t stopping, struct err *e)
{
	struct case_head head;

	return case_file != DB_NULL ? case_enter(d, case_file, &head, e)
				    : in_circle(d, stopping, e);
}

static bool
may_load(
    const struct deed *d, const struct sql_seal_by_id_row *r, struct err *e)
{
	if (r->case_file == DB_NULL && r->stopping == DB_NULL)
		return leads(d, r, e);
	return may(d, r->case_file, r->stopping, e);
}

static enum custody_state
state_of(str word)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (str_eq(states[i], word))
			return (enum custody_state)i;
	return CUSTODY_WANTED;
}

static str
hex_of(const struct deed *d, str bytes)
{
	char *p = arena_alloc(d->arena, 1, 2 * bytes.n + 1);

	if (p == NULL)
		return S("");
	(void)sodium_bin2hex(
	    p, 2 * bytes.n + 1, (const uint8_t *)bytes.p, bytes.n);
	return (str){p, 2 * bytes.n};
}

static str
text(const struct deed *d, const char *column, str enc)
{
	return house_text(d->arena, d->org, column, enc);
}

static void
fill(const struct deed *d, const struct sql_seal_by_id_row *r,
    struct custody *ret)
{
	*ret = (struct custody){.id = r->id,
	    .medium = r->medium,
	    .post = r->post,
	    .case_file = r->case_file,
	    .stopping = r->stopping,
	    .state = state_of(r->state),
	    .wanted_at = r->wanted_at,
	    .sealed_at = r->sealed_at,
	    .bytes = r->bytes,
	    .released_on = r->released_on,
	    .destroyed_at = r->destroyed_at,
	    .waits = r->waits.p == NULL ? S("") : r->waits,
	    .by = text(d, "account.name_enc", r->name_enc),
	    .reason = text(d, "seal.reason_enc", r->reason_enc),
	    .record = text(d, "seal.record_enc", r->record_enc),
	    .type = r->type,
	    .sha256 = hex_of(d, r->sha256),
	    .authority = text(d, "seal.authority_enc", r->authority_enc),
	    .reference = text(d, "seal.reference_enc", r->reference_enc),
	    .certificate = r->certificate,
	    .signature = r->signature,
	    .was = r->was,
	    .boxes = r->boxes};
}

bool
custody_load(
    const struct deed *d, int64_t id, struct custody *ret, struct err *e)
{
	struct sql_seal_by_id_row row;
	bool found;

	if (!sql_seal_by_id(
		d->house->db, d->arena, id, d->org->id, &found, &row, e))
		return err_wrap(e, "seal %" PRId64, id);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such seal");
	if (!may_load(d, &row, e))
		return false;
	fill(d, &row, ret);
	return true;
}

static bool
load_all(const struct deed *d, const int64_t *id, size_t n,
    struct custodies *ret, struct err *e)
{
	*ret = (struct custodies){NEW_N(d->arena, struct custody, n + 1), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many seals");
	for (size_t i = 0; i < n; i++)
		if (!custody_load(d, id[i], &ret->v[ret->n++], e))
			return false;
	return true;
}

bool
custody_of_case(const struct deed *d, int64_t case_file, struct custodies *ret,
    struct err *e)
{
	struct sql_seal_of_case_rows rows;

	_Static_assert(sizeof(rows.v[0]) == sizeof(int64_t), "ids alone");
	if (!may(d, case_file, DB_NULL, e))
		return false;
	return sql_seal_of_case(d->house->db, d->arena, case_file, &rows, e) &&
	       load_all(d, (const int64_t *)rows.v, rows.n, ret, e);
}

bool
custody_of_stopping(const struct deed *d, int64_t stopping,
    struct custodies *ret, struct err *e)
{
	struct sql_seal_of_stopping_rows rows;

	_Static_assert(sizeof(rows.v[0]) == sizeof(int64_t), "ids alone");
	if (!may(d, DB_NULL, stopping, e))
		return false;
	return sql_seal_of_stopping(
		   d->house->db, d->arena, stopping, &rows, e) &&
	       load_all(d, (const int64_t *)rows.v, rows.n, ret, e);
}

bool
custody_write(const struct deed *d, const struct custody *c,
    enum story_deed deed, str detail, str words, struct err *e)
{
	return c->case_file == DB_NULL ||
	       story_add(d, c->case_file, deed, STORY_INSIDE, detail, words, e);
}
