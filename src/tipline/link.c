#include "tipline/link.h"

#include "hash/digest.h"
#include "ncmec/xsd.h"
#include "sql_tipline_link.h"
#include "tipline/inside.h"

#define SHA256_BYTES 32
#define AGAIN 60 /* times ncmec_retry_s, when it did not come */

static bool
is_test(const struct house *h)
{
	return h->conf->ncmec == CONF_NCMEC_TEST;
}

static bool
hex_of(struct arena *a, str digest, str *ret)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(2 * SHA256_BYTES);

	if (digest.n != SHA256_BYTES)
		return false;
	buf_hex(&b, digest.p, digest.n);
	return arena_str(a, b.p, b.n, ret);
}

/* ---- reading ---- */

static bool
is_known(const struct sql_tipline_link_row *r)
{
	return r->schema_digest.n == r->known_digest.n &&
	       (r->known_digest.n == 0 ||
		   memcmp(r->schema_digest.p, r->known_digest.p,
		       r->known_digest.n) == 0);
}

bool
tipline_link_read(
    struct house *h, struct arena *a, struct tipline_link *ret, struct err *e)
{
	struct sql_tipline_link_row r;
	struct tipline_link l;

	if (!sql_tipline_link(h->db, a, is_test(h), &r, e))
		return err_wrap(e, "how it stands with NCMEC");
	l = (struct tipline_link){.wanted_at = r.wanted_at,
	    .status_at = r.status_at,
	    .well_at = r.well_at,
	    .schema_at = r.schema_at,
	    .schema_due_at = r.schema_due_at,
	    .lacks = r.schema_lacks,
	    .changed = !is_known(&r),
	    .known_at = r.known_at};
	if (!ncmec_sort_of(r.status_why, &l.status_why) ||
	    !ncmec_sort_of(r.schema_why, &l.schema_why) ||
	    (r.schema_digest.n > 0 && !hex_of(a, r.schema_digest, &l.digest)))
		return err_set(e, ERR_CORRUPT, "how it stands with NCMEC");
	*ret = l;
	return true;
}

/* As it was heard, from what the row keeps of it. */
static enum ncmec_sort
sort_of(const struct sql_tipline_link_of_case_row *r)
{
	const struct ncmec_answer said = {.code = r->code};
	struct egress_answer m = {
	    .outcome = EGRESS_BROKEN, .status = (uint32_t)r->status};
	struct ncmec_heard h = {
	    .status = m.status, .answer = r->code == DB_NULL ? NULL : &said};

	for (int o = 0; o < EGRESS_OUTCOMES; o++)
		if (str_eq(r->outcome,
			str_c(egress_outcome_word((enum egress_outcome)o))))
			m.outcome = (uint8_t)o;
	h.way = tipline_way(&m);
	return ncmec_status_sort(&h);
}

bool
tipline_link_of_case(const struct deed *d, int64_t case_file,
    struct tipline_link *io, struct err *e)
{
	struct sql_tipline_link_of_case_row r;
	bool found;

	if (!sql_tipline_link_of_case(d->house->db, d->arena, case_file,
		is_test(d->house), &found, &r, e))
		return err_wrap(e, "how it stands with NCMEC");
	if (!found || r.heard_at <= io->status_at)
		return true;
	io->status_at = r.heard_at;
	io->status_why = sort_of(&r);
	if (io->status_why == NCMEC_NO_TROUBLE)
		io->well_at = r.heard_at;
	return true;
}

/* ---- what people want ---- */

bool
tipline_link_want(const struct deed *d, struct err *e)
{
	int64_t rows;

	if (!tipline_on(d->house))
		return err_set(e, ERR_NOT_FOUND, "no reports to NCMEC");
	return sql_tipline_link_want(
	    d->house->db, d->now, is_test(d->house), &rows, e);
}

bool
tipline_link_known(const struct deed *d, str digest, struct err *e)
{
	const struct deed_about about = {.detail = digest};
	struct sql_tipline_link_row r;
	int64_t rows;
	str hex;

	if (!tipline_on(d->house))
		return err_set(e, ERR_NOT_FOUND, "no reports to NCMEC");
	if (!sql_tipline_link(d->house->db, d->arena, is_test(d->house), &r, e))
		return err_wrap(e, "how it stands with NCMEC");
	if (!hex_of(d->arena, r.schema_digest, &hex) || !str_eq(hex, digest))
		return err_set(e, ERR_CONFLICT, "another schema by now");
	return sql_tipline_link_known(d->house->db, d->now, is_test(d->house),
		   r.schema_digest, &rows, e) &&
	       deed_note(d, AUDIT_NCMEC_SCHEMA, &about, e);
}

/* ---- asking ---- */

bool
tipline_link_due(struct house *h, struct arena *a, int64_t now,
    enum tipline_link_call *ret, int64_t *ret_at, struct err *e)
{
	struct tipline_link l;

	if (!tipline_link_read(h, a, &l, e))
		return false;
	*ret = l.wanted_at != DB_NULL ? LINK_STATUS : LINK_SCHEMA;
	*ret_at = l.wanted_at != DB_NULL ? now : l.schema_due_at;
	/* Noted by a clock that was wrong. */
	if (*ret_at > now + TIPLINE_SCHEMA_EVERY_S)
		*ret_at = now;
	return true;
}

const char *
tipline_link_path(enum tipline_link_call c)
{
	return c == LINK_SCHEMA ? "/xsd" : "/status";
}

/* Another schema than an answer with a code: what has none is judged by its
 * status, and a status of 200 is no trouble here. */
static enum ncmec_sort
trouble_of(const struct egress_answer *m)
{
	const struct ncmec_heard h = {
	    .way = tipline_way(m), .status = m->status};

	if (h.way == NCMEC_CAME && m->status == 200)
		return NCMEC_NO_TROUBLE;
	return ncmec_judge(&h).sort;
}

static bool
schema_failed(struct house *h, enum ncmec_sort why, int64_t now, struct err *e)
{
	int64_t rows, due = now + AGAIN * h->conf->ncmec_retry_s;

	return sql_tipline_link_schema_failed(
	    h->db, str_c(ncmec_sort_word(why)), due, is_test(h), &rows, e);
}

static bool
take_schema(struct house *h, const struct egress_answer *m, int64_t now,
    enum ncmec_sort *ret_why, struct err *e)
{
	uint8_t all[DIGEST_KINDS][DIGEST_BYTES_MAX];
	OWNED(digest) g = digest_new(e);
	const char *lacks = NULL;
	struct err ignored;
	int64_t rows;

	*ret_why = trouble_of(m);
	if (*ret_why == NCMEC_NO_TROUBLE &&
	    !ncmec_xsd_read(m->body, &lacks, &ignored))
		*ret_why = NCMEC_SERVER;
	if (*ret_why != NCMEC_NO_TROUBLE)
		return schema_failed(h, *ret_why, now, e);
	return g != NULL && digest_add(g, m->body.p, m->body.n, e) &&
	       digest_end(g, all, e) &&
	       sql_tipline_link_schema(h->db, now, now + TIPLINE_SCHEMA_EVERY_S,
		   (str){(const char *)all[DIGEST_SHA256], SHA256_BYTES},
		   lacks == NULL ? S("") : str_c(lacks), is_test(h), &rows, e);
}

static bool
take_status(struct house *h, const struct egress_answer *m, int64_t now,
    enum ncmec_sort *ret_why, struct err *e)
{
	struct ncmec_answer said;
	struct ncmec_heard heard = tipline_heard(m, &said);
	enum ncmec_sort why = ncmec_status_sort(&heard);
	int64_t rows, well_at = why == NCMEC_NO_TROUBLE ? now : DB_NULL;

	*ret_why = why;
	return sql_tipline_link_status(h->db, now, str_c(ncmec_sort_word(why)),
	    well_at, is_test(h), &rows, e);
}

bool
tipline_link_said(struct house *h, struct arena *a, enum tipline_link_call c,
    const struct egress_answer *m, int64_t now, const char **ret_why,
    struct err *e)
{
	enum ncmec_sort why = NCMEC_NO_TROUBLE;
	bool done;

	(void)a;
	if (!db_begin(h->db, e))
		return err_wrap(e, "how it stands with NCMEC");
	done = c == LINK_SCHEMA ? take_schema(h, m, now, &why, e)
				: take_status(h, m, now, &why, e);
	if (!done || !db_commit(h->db, e)) {
		db_rollback(h->db);
		return err_wrap(e, "how it stands with NCMEC");
	}
	*ret_why = ncmec_sort_word(why);
	return true;
}
