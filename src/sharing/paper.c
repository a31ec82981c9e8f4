#include "sharing/paper.h"

#include <inttypes.h>

#include "hash/kind.h"
#include "sql_consent_paper.h"
#include "sql_post_audience.h"

#define SEEN_MOST 50

static int64_t
null_if_0(int64_t id)
{
	return id == 0 ? DB_NULL : id;
}

/* ---- a new sheet ---- */

/* Seen where a case is about one of its pictures, in the house's language. */
static bool
make_post(const struct deed *d, int64_t paper, int64_t day, int64_t *ret,
    struct err *e)
{
	struct sql_consent_paper_post_row row;
	str title, body;

	if (!text_seal(d->arena, &d->org->key, "post.title_enc",
		lang_text(d->org->lang, N_("A signed paper")), &title, e) ||
	    !text_seal(
		d->arena, &d->org->key, "post.body_enc", S(""), &body, e) ||
	    !sql_consent_paper_post(d->house->db, d->arena, d->org->id,
		d->actor, title, body, day, d->now, paper, &row, e))
		return false;
	*ret = row.id;
	return true;
}

static bool
make(const struct deed *d, const struct consent_word *w, int64_t *ret,
    struct err *e)
{
	struct sql_consent_paper_insert_row row;
	int64_t rows;

	return sql_consent_paper_insert(d->house->db, d->arena, d->org->id,
		   w->child, null_if_0(w->guardian), w->from_on, w->witness,
		   d->now, &row, e) &&
	       make_post(d, row.id, w->from_on, ret, e) &&
	       sql_audience_add(
		   d->house->db, *ret, DB_NULL, w->child, w->from_on, &rows, e);
}

bool
paper_of_word(const struct deed *d, const struct consent_word *w,
    int64_t *ret_post, struct err *e)
{
	struct sql_consent_paper_find_row row;
	bool found;

	if (!sql_consent_paper_find(d->house->db, d->arena, w->child,
		w->from_on, w->witness, null_if_0(w->guardian), &found, &row,
		e))
		return err_wrap(e, "papers about child %" PRId64, w->child);
	if (!found)
		return make(d, w, ret_post, e) ||
		       err_wrap(e, "a paper about child %" PRId64, w->child);
	*ret_post = row.post;
	return true;
}

/* ---- one sheet ---- */

static str
child_of(const struct deed *d, const struct child_sealed *sealed)
{
	struct child_name n = child_open(d->arena, d->org, sealed);

	return child_full_name(d->arena, &n);
}

/* What was cut off while it came is swept, and not told. */
static enum paper_state
state_of(str word)
{
	static const struct {
		const char *word;
		enum paper_state state;
	} table[] = {
	    {"ready", PAPER_READY},
	    {"receiving", PAPER_COMING},
	    {"queued", PAPER_COMING},
	    {"refused", PAPER_REFUSED},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (str_eq(word, str_c(table[i].word)))
			return table[i].state;
	return PAPER_STOPPED;
}

static bool
load_scans(const struct deed *d, struct paper *p, struct err *e)
{
	struct sql_consent_paper_scans_rows rows;

	if (!sql_consent_paper_scans(
		d->house->db, d->arena, HASH_SHA256, p->post, &rows, e))
		return false;
	p->v = NEW_N(d->arena, struct paper_scan, rows.n + 1);
	if (p->v == NULL)
		return err_set(e, ERR_LIMIT, "too many pictures of a paper");
	for (size_t i = 0; i < rows.n; i++)
		p->v[p->n++] =
		    (struct paper_scan){rows.v[i].id, state_of(rows.v[i].state),
			rows.v[i].reason, rows.v[i].sha256};
	return true;
}

bool
paper_load(const struct deed *d, const struct grant *g, struct paper *ret,
    struct err *e)
{
	struct sql_consent_paper_by_post_row r;
	struct child_sealed sealed;
	bool found;

	if (!grant_facts(g)->paper)
		return err_set(e, ERR_NOT_FOUND, "no paper");
	if (!sql_consent_paper_by_post(
		d->house->db, d->arena, grant_post(g), &found, &r, e))
		return err_wrap(e, "paper %" PRId64, grant_post(g));
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no paper");
	sealed = (struct child_sealed){.id = r.child,
	    .key_wrapped = r.key_wrapped,
	    .first_enc = r.first_enc,
	    .last_enc = r.last_enc};
	*ret = (struct paper){.post = grant_post(g),
	    .child = r.child,
	    .signed_on = r.signed_on,
	    .child_name = child_of(d, &sealed),
	    .guardian_name = house_text(
		d->arena, d->org, "guardian.name_enc", r.guardian_name),
	    .witness = house_text(
		d->arena, d->org, "account.name_enc", r.witness_name)};
	return load_scans(d, ret, e) ||
	       err_wrap(e, "paper %" PRId64, grant_post(g));
}

/* ---- several ---- */

bool
paper_of_child(
    const struct deed *d, int64_t child, struct paper_list *ret, struct err *e)
{
	struct sql_consent_papers_of_child_rows rows;

	if (!sql_consent_papers_of_child(
		d->house->db, d->arena, child, &rows, e))
		return err_wrap(e, "papers about child %" PRId64, child);
	*ret = (struct paper_list){
	    NEW_N(d->arena, struct paper_line, rows.n + 1), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many papers");
	for (size_t i = 0; i < rows.n; i++)
		ret->v[ret->n++] = (struct paper_line){.post = rows.v[i].post,
		    .child = child,
		    .signed_on = rows.v[i].signed_on,
		    .scans = rows.v[i].scans,
		    .name = house_text(d->arena, d->org, "guardian.name_enc",
			rows.v[i].guardian_name),
		    .witness = house_text(d->arena, d->org, "account.name_enc",
			rows.v[i].witness_name)};
	return true;
}

bool
paper_seen(const struct deed *d, struct paper_list *ret, struct err *e)
{
	struct sql_consent_papers_seen_rows rows;

	if (!sql_consent_papers_seen(
		d->house->db, d->arena, d->actor, SEEN_MOST, &rows, e))
		return err_wrap(e, "papers that were seen");
	*ret = (struct paper_list){
	    NEW_N(d->arena, struct paper_line, rows.n + 1), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many papers");
	for (size_t i = 0; i < rows.n; i++) {
		struct child_sealed sealed = {.id = rows.v[i].child,
		    .key_wrapped = rows.v[i].key_wrapped,
		    .first_enc = rows.v[i].first_enc,
		    .last_enc = rows.v[i].last_enc};

		ret->v[ret->n++] = (struct paper_line){.post = rows.v[i].post,
		    .child = rows.v[i].child,
		    .signed_on = rows.v[i].signed_on,
		    .name = child_of(d, &sealed)};
	}
	return true;
}
