#include "erasure/report.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>

#include "base/num.h"
#include "crypto/mac.h"
#include "sql_erasure.h"

/* A report or a case, as the journal names it. */
struct named {
	enum erasure_kind kind;
	int64_t id, at, ended_at;
	str number;
};

static void
token_of(
    const struct house *h, const struct named *n, uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, &h->login,
	    n->kind == ERASURE_REPORT ? "preau report 1" : "preau case 1");
	mac_i64(&m, n->id);
	mac_i64(&m, n->at);
	mac_str(&m, n->number);
	mac_end(&m, ret);
}

static bool
find(struct house *h, struct arena *a, enum erasure_kind kind, int64_t id,
    bool *ret_found, struct named *ret, struct err *e)
{
	struct sql_erasure_report_at_row r;
	struct sql_erasure_case_at_row c;

	if (kind == ERASURE_REPORT) {
		if (!sql_erasure_report_at(h->db, a, id, ret_found, &r, e))
			return false;
		if (*ret_found)
			*ret = (struct named){
			    kind, r.id, r.made_at, r.ended_at, r.number};
		return true;
	}
	if (!sql_erasure_case_at(h->db, a, id, ret_found, &c, e))
		return false;
	if (*ret_found)
		*ret = (struct named){
		    kind, c.id, c.opened_at, c.ended_at, c.number};
	return true;
}

static bool
forget(struct house *h, const struct named *n, int64_t now, struct err *e)
{
	int64_t rows;

	return n->kind == ERASURE_REPORT
		   ? sql_erasure_report_row(h->db, now, n->id, &rows, e)
		   : sql_erasure_case_row(h->db, now, n->id, &rows, e);
}

/* To the journal, then out of the row. */
static bool
erase(struct house *h, struct arena *a, enum erasure_kind kind, int64_t id,
    int64_t now, struct err *e)
{
	char hex[2 * KEY_DIGEST_BYTES + 1];
	struct erasure_entry entry = {now, kind, id, {0}};
	uint8_t token[KEY_DIGEST_BYTES];
	struct named n;
	bool found;

	assert(db_in_transaction(h->db));
	if (!find(h, a, kind, id, &found, &n, e))
		return false;
	if (!found || n.ended_at != DB_NULL)
		return true;
	token_of(h, &n, token);
	(void)sodium_bin2hex(hex, sizeof(hex), token, sizeof(token));
	entry.token = str_c(hex);
	return (journal_add(h->conf->erasures, &h->master, &entry, 1, e) &&
		   forget(h, &n, now, e)) ||
	       err_wrap(e, "erase %s %" PRId64, erasure_words[kind], id);
}

/* ---- reports ---- */

static bool
erase_report(struct house *h, struct arena *a, int64_t report, int64_t now,
    bool *ret, struct err *e)
{
	struct sql_erasure_report_held_row row;
	bool held;
	int64_t rows;

	if (!sql_erasure_report_held(h->db, a, report, &held, &row, e))
		return err_wrap(e, "erase report %" PRId64, report);
	*ret = !held;
	return held ? sql_erasure_report_want(h->db, now, report, &rows, e)
		    : erase(h, a, ERASURE_REPORT, report, now, e);
}

bool
erasure_reports_by(struct house *h, struct arena *a, int64_t account,
    int64_t now, struct err *e)
{
	struct sql_erasure_reports_by_rows v;
	bool gone;

	if (!sql_erasure_reports_by(h->db, a, account, &v, e))
		return err_wrap(e, "reports of account %" PRId64, account);
	for (size_t i = 0; i < v.n; i++)
		if (!erase_report(h, a, v.v[i].id, now, &gone, e))
			return false;
	return true;
}

/* ---- cases ---- */

bool
erasure_case(struct house *h, struct arena *a, int64_t case_file, int64_t now,
    struct err *e)
{
	struct sql_erasure_case_reports_rows v;

	if (!sql_erasure_case_reports(h->db, a, case_file, &v, e))
		return err_wrap(e, "erase case %" PRId64, case_file);
	for (size_t i = 0; i < v.n; i++)
		if (!erase(h, a, ERASURE_REPORT, v.v[i].id, now, e))
			return false;
	return erase(h, a, ERASURE_CASE, case_file, now, e);
}

static bool
erase_case_when_free(struct house *h, struct arena *a, int64_t id, int64_t now,
    bool *ret, struct err *e)
{
	struct sql_erasure_case_stands_row row;
	bool stands;
	int64_t rows;

	if (!sql_erasure_case_stands(h->db, a, id, &stands, &row, e))
		return err_wrap(e, "erase case %" PRId64, id);
	*ret = !stands;
	return stands ? sql_erasure_case_want(h->db, now, id, &rows, e)
		      : erasure_case(h, a, id, now, e);
}

bool
erasure_cases_about(
    struct house *h, struct arena *a, int64_t child, int64_t now, struct err *e)
{
	struct sql_erasure_cases_about_rows v;
	bool gone;

	if (!sql_erasure_cases_about(h->db, a, child, &v, e))
		return err_wrap(e, "cases about child %" PRId64, child);
	for (size_t i = 0; i < v.n; i++)
		if (!erase_case_when_free(h, a, v.v[i].id, now, &gone, e))
			return false;
	return true;
}

bool
erasure_reports_wanted(struct house *h, struct arena *a, int64_t organisation,
    int64_t now, int64_t most, int64_t *ret_n, struct err *e)
{
	struct sql_erasure_wanted_reports_rows reports;
	struct sql_erasure_wanted_cases_rows cases;
	int64_t n = 0;
	bool gone;

	if (!sql_erasure_wanted_reports(
		h->db, a, organisation, most, &reports, e) ||
	    !sql_erasure_wanted_cases(h->db, a, organisation, most, &cases, e))
		return err_wrap(e, "reports that wait for their end");
	for (size_t i = 0; i < reports.n; i++) {
		if (!erase_report(h, a, reports.v[i].id, now, &gone, e))
			return false;
		n += gone;
	}
	for (size_t i = 0; i < cases.n; i++) {
		if (!erase_case_when_free(h, a, cases.v[i].id, now, &gone, e))
			return false;
		n += gone;
	}
	*ret_n = n;
	return true;
}

/* ---- the journal ---- */

/* The row of an entry, when it is there as it was then and not erased. */
static bool
of_entry(struct house *h, struct arena *a, const struct erasure_entry *v,
    bool *ret, struct named *ret_named, struct err *e)
{
	uint8_t want[KEY_DIGEST_BYTES], is[KEY_DIGEST_BYTES];

	if (!num_hex(v->token, want, sizeof(want)))
		return err_set(e, ERR_CORRUPT,
		    "erasure journal: %s %" PRId64 " has no token",
		    erasure_words[v->kind], v->id);
	if (!find(h, a, v->kind, v->id, ret, ret_named, e))
		return false;
	if (!*ret)
		return true;
	token_of(h, ret_named, is);
	*ret = ret_named->ended_at == DB_NULL &&
	       sodium_memcmp(want, is, sizeof(is)) == 0;
	return true;
}

bool
erasure_report_again(struct house *h, struct arena *a,
    const struct erasure_entry *v, bool *ret, struct err *e)
{
	struct named n;

	return of_entry(h, a, v, ret, &n, e) &&
	       (!*ret || forget(h, &n, v->at, e));
}

bool
erasure_report_pending(struct house *h, struct arena *a,
    const struct erasure_entry *v, bool *ret, struct err *e)
{
	struct named n;

	return of_entry(h, a, v, ret, &n, e);
}
