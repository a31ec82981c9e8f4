#include "sealing.h"

#include "report/casefile.h"
#include "report/hide.h"

struct village v;
enum err_kind answer;

str
pass_of(int64_t account)
{
	return arena_fmt(v.arena, "la cour sous les tilleuls %d", (int)account);
}

void
name_custodian(int64_t by, int64_t account)
{
	struct deed director = village_deed(&v, by);
	struct deed own = village_deed(&v, account);

	DO(custodian_name(&director, account, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DO(custodian_set(&own, pass_of(account), &v.e));
	assert_int_equal(answer, ERR_NONE);
}

/* SAMI sent it. */
int64_t
shown(void)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t medium = village_photo(&v, post, PLAIN);

	village_sql(&v, "UPDATE medium SET uploader = 2");
	village_publish(&v, post, NOW);
	return medium;
}

/* The mother reports it. */
int64_t
reported_of(int64_t medium)
{
	struct report_new n = {.category = category_of(S("other")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Regardez cette photo."),
	    .subject_kind = REPORT_MEDIUM,
	    .subject = medium};
	struct deed d = village_deed(&v, MOTHER);
	struct report_made made;

	DONE(hide_matter(&d, &n, &v.e));
	DO(report_make(&d, &n, &made, &v.e));
	assert_int_equal(answer, ERR_NONE);
	return made.case_file;
}

int64_t
reported(int64_t *ret_medium)
{
	*ret_medium = shown();
	return reported_of(*ret_medium);
}

void
seal(int64_t case_file)
{
	struct deed d = village_deed(&v, SAFETY);
	int64_t n;

	DO(custody_seal_case(&d, case_file, S("La police l'a dit."), &n, &v.e));
	if (answer != ERR_NONE)
		fail_msg("%s", v.e.msg);
	assert_int_equal(n, 1);
}

bool
anybody_sees(int64_t medium)
{
	static const int64_t who[] = {
	    DIRECTOR, SAMI, FOX_STAFF, SAFETY, MOTHER, FATHER, GRANNY, FOX_MUM};

	for (size_t i = 0; i < sizeof(who) / sizeof(*who); i++)
		if (village_sees(&v, who[i], medium, PERMIT_SEE))
			return true;
	return false;
}

/* Until there is nothing to do, or it was stopped. */
bool
work(struct custody_work *w)
{
	bool more = true;

	w->not_before_ms = 0;
	for (int i = 0; i < 1000 && more; i++) {
		arena_reset(v.arena);
		if (!custody_work_turn(&v.house, w, v.arena, 1, &more, &v.e))
			return false;
	}
	assert_false(more);
	return true;
}

void
work_all(void)
{
	struct custody_work w = {0};

	DONE(work(&w));
	assert_null(w.now);
}

struct custody
loaded(int64_t case_file)
{
	struct deed d = village_deed(&v, SAFETY);
	struct custodies all;

	DONE(custody_of_case(&d, case_file, &all, &v.e));
	assert_int_equal(all.n, 1);
	return all.v[0];
}

struct ceremony_two
both(const struct deed *d, int64_t seal_id)
{
	struct ceremony_able able;

	DONE(ceremony_able(d, seal_id, &able, &v.e));
	assert_true(able.n >= 2);
	return (struct ceremony_two){able.v[1].id, able.v[0].id,
	    pass_of(able.v[1].account), pass_of(able.v[0].account)};
}

int64_t
sealed_case(int64_t *ret_medium)
{
	int64_t case_file;

	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	case_file = reported(ret_medium);
	seal(case_file);
	work_all();
	return case_file;
}
