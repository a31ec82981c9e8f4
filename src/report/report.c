#include "report/report.h"

#include <inttypes.h>

#include "people/code.h"
#include "report/hide.h"
#include "report/lock.h"
#include "report/matter.h"
#include "sql_report.h"

#define HOUR ((int64_t)3600)
#define NUMBER_SIGNS 6
#define RECEIPT "report.receipt"

static const str subjects[] = {
    [REPORT_NOTHING] = S("none"),
    [REPORT_MEDIUM] = S("medium"),
    [REPORT_POST] = S("post"),
    [REPORT_ACCOUNT] = S("account"),
};

/* ---- the case ---- */

static int
hours_of(const struct report_new *n)
{
	return n->hours_max > 0 && n->hours_max < n->category->hours
		   ? n->hours_max
		   : n->category->hours;
}

static bool
add_case(const struct deed *d, const struct report_new *n,
    struct report_made *io, struct err *e)
{
	str code = code_new(d->arena, NUMBER_SIGNS);
	struct sql_case_add_row row;
	struct lock lock;

	if (code.n == 0)
		return err_set(e, ERR_LIMIT, "no room for a number");
	io->number = code_grouped(d->arena, code, NUMBER_SIGNS / 2);
	if (!lock_new(d, LOCK_CASE, io->number, &lock, e) ||
	    !sql_case_add(d->house->db, d->arena, d->org->id, io->number,
		n->category->word, subjects[n->subject_kind], n->subject,
		d->now, d->now + hours_of(n) * HOUR, lock.wrapped, &row, e))
		return err_wrap(e, "new case");
	io->case_file = row.id;
	return true;
}

static bool
find_case(const struct deed *d, const struct report_new *n,
    struct report_made *io, struct err *e)
{
	struct sql_case_open_about_row row;
	struct sql_case_by_id_row seen;

	if (!sql_case_open_about(d->house->db, d->arena, d->org->id,
		subjects[n->subject_kind], n->subject, &io->joined, &row, e))
		return err_wrap(e, "open case");
	if (!io->joined)
		return add_case(d, n, io, e);
	io->case_file = row.id;
	if (!sql_case_by_id(d->house->db, d->arena, row.id, d->org->id,
		&io->joined, &seen, e))
		return false;
	io->number = seen.number;
	return true;
}

/* ---- whom it is about ---- */

static bool
add_people(const struct deed *d, int64_t case_file, const int64_t *v, size_t n,
    str part, struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < n; i++)
		if (!sql_case_person_add(
			d->house->db, case_file, v[i], part, d->now, &rows, e))
			return err_wrap(e, "case %" PRId64, case_file);
	return true;
}

/* « Whoever directs » is each of them. */
static bool
add_function(const struct deed *d, int64_t case_file, str role, struct err *e)
{
	struct sql_case_of_function_rows rows;
	int64_t changed;

	if (!sql_case_of_function(
		d->house->db, d->arena, d->org->id, role, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (!sql_case_person_add(d->house->db, case_file, rows.v[i].id,
			S("named"), d->now, &changed, e))
			return false;
	return true;
}

static bool
add_places(const struct deed *d, const struct report_new *n, int64_t case_file,
    struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < n->n_group; i++)
		if (!sql_case_place_group(
			d->house->db, case_file, n->group[i], &rows, e))
			return err_wrap(e, "case %" PRId64, case_file);
	for (size_t i = 0; i < n->n_child; i++)
		if (!sql_case_place_child(
			d->house->db, case_file, n->child[i], &rows, e))
			return err_wrap(e, "case %" PRId64, case_file);
	return true;
}

static bool
add_matter(const struct deed *d, const struct report_new *n, int64_t case_file,
    struct err *e)
{
	return add_people(d, case_file, n->named, n->n_named, S("named"), e) &&
	       add_people(
		   d, case_file, n->implied, n->n_implied, S("implied"), e) &&
	       ((n->functions & REPORT_OF_DIRECTOR) == 0 ||
		   add_function(d, case_file, S("director"), e)) &&
	       ((n->functions & REPORT_OF_LEAD) == 0 ||
		   add_function(d, case_file, S("safeguarding"), e)) &&
	       add_places(d, n, case_file, e);
}

/* ---- the report ---- */

static bool
add_report(const struct deed *d, const struct report_new *n,
    struct report_made *io, struct err *e)
{
	struct sql_report_add_row row;
	str words, contact, digest = {0};
	struct lock lock;

	if (n->reporter == 0) {
		io->receipt = code_new(d->arena, REPORT_RECEIPT_SIGNS);
		digest =
		    key_digest(d->arena, &d->org->digest, RECEIPT, io->receipt);
		if (digest.n == 0)
			return err_set(e, ERR_LIMIT, "no room for a receipt");
	}
	return lock_new(d, LOCK_REPORT, io->number, &lock, e) &&
	       lock_seal(d, &lock, "report.words_enc", n->words, &words, e) &&
	       lock_seal(
		   d, &lock, "report.contact_enc", n->contact, &contact, e) &&
	       sql_report_add(d->house->db, d->arena, d->org->id, io->case_file,
		   n->reporter == 0 ? DB_NULL : n->reporter, n->who, digest,
		   n->category->word, str_c(lang_codes[n->lang]), words,
		   contact, d->now, lock.wrapped, &row, e);
}

/* At once, before anybody has looked: as its category says. */
static bool
hide(const struct deed *d, const struct report_new *n,
    const struct report_made *made, struct err *e)
{
	bool hidden;

	if (!n->category->hides)
		return true;
	return hide_subject(d, made->case_file, n->subject_kind, n->subject,
		   &hidden, e) &&
	       (!hidden || story_add(d, made->case_file, STORY_HIDDEN,
			       STORY_TOLD_ALL, S(""), (str){0}, e));
}

bool
report_make(const struct deed *d, const struct report_new *n,
    struct report_made *ret, struct err *e)
{
	struct report_made made = {0};
	struct matter_house mh;
	struct route path;
	struct deed nobody = *d;

	nobody.actor = -1;
	if (!find_case(d, n, &made, e) ||
	    !add_matter(d, n, made.case_file, e) ||
	    !add_report(d, n, &made, e) ||
	    !story_add(&nobody, made.case_file,
		made.joined ? STORY_JOINED : STORY_OPENED, STORY_INSIDE,
		n->category->word, (str){0}, e) ||
	    !hide(&nobody, n, &made, e) ||
	    !matter_house(d->house, d->arena, d->org->id, d->today, &mh, e) ||
	    !matter_bar(d, &mh, made.case_file, n->unsaid, e) ||
	    ((n->functions & REPORT_OF_TEAM) != 0 &&
		!matter_bar_team(d, &mh, made.case_file, e)) ||
	    !matter_path(d->house, d->arena, &mh, made.case_file, &path, e))
		return err_wrap(e, "report");
	made.nobody = path.n == 0;
	*ret = made;
	return true;
}

/* ---- what its reporter reads ---- */

static void
count_reads(struct report_seen *io)
{
	io->reads = 0;
	io->read_at = DB_NULL;
	for (size_t i = 0; i < io->story.n; i++) {
		const struct story_event *v = &io->story.v[i];

		if (v->deed != STORY_READ || v->at < io->made_at)
			continue;
		io->reads++;
		io->read_at = v->at;
	}
}

static void
keep_told(int64_t report, struct story *io)
{
	size_t n = 0;

	for (size_t i = 0; i < io->n; i++) {
		if (io->v[i].told != STORY_TOLD_ALL && io->v[i].told != report)
			continue;
		io->v[n] = io->v[i];
		io->v[n++].actor = S("");
	}
	io->n = n;
}

static bool
fill_seen(struct house *h, struct arena *a, const struct organisation *org,
    str category, str words_enc, str key, struct report_seen *io, struct err *e)
{
	struct sql_case_by_id_row c;
	struct lock lock;
	bool found;

	if (!sql_case_by_id(h->db, a, io->case_file, org->id, &found, &c, e) ||
	    !story_load(h, a, org, io->case_file, &io->story, e))
		return false;
	io->category = category_of(category);
	if (!found || io->category == NULL)
		return err_set(e, ERR_CORRUPT, "report %" PRId64, io->id);
	lock = (struct lock){LOCK_REPORT, c.number, key};
	io->words = lock_text(a, org, &lock, "report.words_enc", words_enc);
	io->decided = c.outcome.p != NULL;
	io->outcome = c.outcome;
	io->again_wanted = c.again_at != DB_NULL;
	io->again_done = c.again_done_at != DB_NULL;
	count_reads(io);
	keep_told(io->id, &io->story);
	return true;
}

bool
report_by_receipt(struct house *h, struct arena *a,
    const struct organisation *org, str typed, struct report_seen *ret,
    struct err *e)
{
	struct sql_report_of_receipt_row r;
	bool found = false;
	str code;

	if (code_read(a, typed, REPORT_RECEIPT_SIGNS, &code) &&
	    !sql_report_of_receipt(h->db, a,
		key_digest(a, &org->digest, RECEIPT, code), &found, &r, e))
		return err_wrap(e, "receipt");
	if (!found || r.organisation != org->id)
		return err_set(e, ERR_NOT_FOUND, "no such receipt");
	*ret = (struct report_seen){
	    .id = r.id, .case_file = r.case_file, .made_at = r.made_at};
	return fill_seen(
	    h, a, org, r.category, r.words_enc, r.key_wrapped, ret, e);
}

bool
report_by_reporter(struct house *h, struct arena *a,
    const struct organisation *org, int64_t account, int64_t report,
    struct report_seen *ret, struct err *e)
{
	struct sql_report_of_reporter_row r;
	bool found;

	if (!sql_report_of_reporter(h->db, a, report, account, &found, &r, e))
		return err_wrap(e, "report %" PRId64, report);
	if (!found || r.organisation != org->id)
		return err_set(e, ERR_NOT_FOUND, "no such report");
	*ret = (struct report_seen){
	    .id = r.id, .case_file = r.case_file, .made_at = r.made_at};
	return fill_seen(
	    h, a, org, r.category, r.words_enc, r.key_wrapped, ret, e);
}

bool
report_answer(
    const struct deed *d, const struct report_seen *s, str words, struct err *e)
{
	struct deed nobody = *d;

	nobody.actor = -1;
	return story_add(
	    &nobody, s->case_file, STORY_ANSWERED, s->id, S(""), words, e);
}

bool
report_ask_again(
    const struct deed *d, const struct report_seen *s, str words, struct err *e)
{
	struct deed nobody = *d;
	int64_t rows;

	nobody.actor = -1;
	if (!sql_case_ask_again(d->house->db, d->now, s->case_file, &rows, e))
		return err_wrap(e, "case %" PRId64, s->case_file);
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "no decision to look at again");
	return story_add(
	    &nobody, s->case_file, STORY_AGAIN, s->id, S(""), words, e);
}
