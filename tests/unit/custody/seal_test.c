/* What is sealed: who sees it, who opens it, and what a death at any step of
 * sealing leaves. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <sodium.h>

#include "backup/backup.h"
#include "base/buf.h"
#include "custody/ceremony.h"
#include "custody/record.h"
#include "custody/work.h"
#include "ends/certificate.h"
#include "ends/round.h"
#include "erasure/erasure.h"
#include "jobs/sweep.h"
#include "report/casefile.h"
#include "report/hide.h"
#include "sharing/blob_key.h"
#include "sharing/received.h"
#include "sql_seal.h"
#include "village.h"

static struct village v;
static enum err_kind answer;

#define DAY ((int64_t)86400)
#define PLAIN "un motif de carreaux bleus"

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)
#define DO(call)                                           \
	do {                                               \
		DONE(db_begin(v.house.db, &v.e));          \
		answer = (call) ? ERR_NONE : v.e.kind;     \
		if (answer == ERR_NONE)                    \
			DONE(db_commit(v.house.db, &v.e)); \
		else                                       \
			db_rollback(v.house.db);           \
	} while (0)

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

static str
pass_of(int64_t account)
{
	return arena_fmt(v.arena, "la cour sous les tilleuls %d", (int)account);
}

static void
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
static int64_t
shown(void)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t medium = village_photo(&v, post, PLAIN);

	village_sql(&v, "UPDATE medium SET uploader = 2");
	village_publish(&v, post, NOW);
	return medium;
}

/* The mother reports it. */
static int64_t
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

static int64_t
reported(int64_t *ret_medium)
{
	*ret_medium = shown();
	return reported_of(*ret_medium);
}

static void
seal(int64_t case_file)
{
	struct deed d = village_deed(&v, SAFETY);
	int64_t n;

	DO(custody_seal_case(&d, case_file, S("La police l'a dit."), &n, &v.e));
	if (answer != ERR_NONE)
		fail_msg("%s", v.e.msg);
	assert_int_equal(n, 1);
}

static bool
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
static bool
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

static void
work_all(void)
{
	struct custody_work w = {0};

	DONE(work(&w));
	assert_null(w.now);
}

/* All that a role of the house can make of the file of a medium: its bytes
 * under the keys that come from the master key. */
static void
house_reads(int64_t medium, struct buf *to)
{
	CLEANUP(key_done) struct key key = {{0}};
	OWNED(blob_reader) reader = NULL;
	struct sql_seal_file_row row;
	OWNED_FD fd = -1;
	size_t n = 1;
	bool found;

	DONE(sql_seal_file(v.house.db, v.arena, medium, &found, &row, &v.e));
	assert_true(found);
	DONE(blob_key_unwrap(
	    v.arena, v.org, row.name, row.key_wrapped, &key, &v.e));
	DONE(
	    blob_open(v.house.blobs, arena_cstr(v.arena, row.name), &fd, &v.e));
	reader = blob_reader_new(fd, &key, &v.e);
	assert_non_null(reader);
	for (int64_t at = 0; n > 0; at += (int64_t)n) {
		char piece[4096];

		DONE(blob_read(reader, at, piece, sizeof(piece), &n, &v.e));
		buf_put(to, piece, n);
	}
}

static bool
house_can_read(int64_t medium)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);

	house_reads(medium, &b);
	return b.n == strlen(PLAIN) && memcmp(b.p, PLAIN, b.n) == 0;
}

static struct custody
loaded(int64_t case_file)
{
	struct deed d = village_deed(&v, SAFETY);
	struct custodies all;

	DONE(custody_of_case(&d, case_file, &all, &v.e));
	assert_int_equal(all.n, 1);
	return all.v[0];
}

/* ---- the boxes of a whole house ---- */

struct source {
	const struct buf *b;
	size_t at;
};

static bool
get(void *ctx, void *p, size_t n, size_t *ret_n, struct err *e)
{
	struct source *s = ctx;

	(void)e;
	n = n < s->b->n - s->at ? n : s->b->n - s->at;
	memcpy(p, s->b->p + s->at, n);
	s->at += n;
	*ret_n = n;
	return true;
}

static bool
put(void *ctx, const void *p, size_t n, struct err *e)
{
	(void)e;
	buf_put(ctx, p, n);
	return true;
}

static bool
opens(const struct buf *sealed, const struct key *k)
{
	CLEANUP(buf_done) struct buf got = BUF_MAX(1 << 20);
	struct source s = {sealed, 0};

	return object_read(k, get, &s, put, &got, &v.e) &&
	       got.n == strlen(PLAIN) && memcmp(got.p, PLAIN, got.n) == 0;
}

static void
custodian_pair(int64_t account, struct box_pair *ret)
{
	struct sql_custodian_of_row row;
	bool found;

	DONE(sql_custodian_of(
	    v.house.db, v.arena, account, 1, &found, &row, &v.e));
	assert_true(found);
	DONE(box_pair_of(
	    pass_of(account), (const uint8_t *)row.salt.p, ret, &v.e));
	assert_memory_equal(ret->public, row.public.p, BOX_PUBLIC);
}

/* As X25519 secrets, for both sides of each box, and as the key itself. */
static void
opens_with_none_of(
    int64_t medium, const struct box_pair *pair, size_t n, int64_t id)
{
	CLEANUP(buf_done) struct buf sealed = BUF_MAX(1 << 20);
	struct sql_seal_able_rows able;
	struct sql_seal_box_row box;
	struct key got;
	bool found;

	house_reads(medium, &sealed);
	DONE(sql_seal_able(v.house.db, v.arena, id, &able, &v.e));
	assert_true(able.n >= 2);
	for (size_t i = 0; i < n; i++)
		assert_false(opens(&sealed, &pair[i].secret));
	for (size_t in = 0; in < able.n; in++)
		for (size_t out = in + 1; out < able.n; out++) {
			DONE(sql_seal_box(v.house.db, v.arena, id,
			    able.v[in].id, able.v[out].id, &found, &box, &v.e));
			assert_true(found);
			for (size_t i = 0; i < n; i++)
				for (size_t k = 0; k < n; k++)
					assert_false(box_open_two(box.box,
					    &pair[i], &pair[k], &got, &v.e));
		}
}

static void
no_role_s_keys_open_it_nor_any_one_custodian_with_them(void **state)
{
	static const char *const uses[] = {"certificate", "parcel.box",
	    "parcel.sign", "digest", "chain", "mark", "login", "form", "audit"};
	struct box_pair pair[32];
	int64_t medium, case_file;
	size_t n = 0;

	(void)state;
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	name_custodian(DIRECTOR, DIRECTOR);
	case_file = reported(&medium);
	seal(case_file);
	work_all();
	/* Monitor, workers and jobs hold the master key and what comes of it;
	 * media, front and egress hold less. */
	pair[n++].secret = v.house.master;
	pair[n++].secret = v.house.login;
	pair[n++].secret = v.house.form;
	pair[n++].secret = v.org->key;
	pair[n++].secret = v.org->digest;
	pair[n++].secret = v.org->chain;
	pair[n++].secret = v.org->mark;
	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++) {
		key_derive(&v.house.master, uses[i], &pair[n++].secret);
		key_derive(&v.org->key, uses[i], &pair[n++].secret);
	}
	for (size_t i = 0; i < n; i++)
		(void)crypto_scalarmult_base(pair[i].public, pair[i].secret.b);
	opens_with_none_of(medium, pair, n, loaded(case_file).id);
	/* And beside them one custodian, whoever it is. */
	custodian_pair(SAFETY, &pair[n]);
	opens_with_none_of(medium, pair, n + 1, loaded(case_file).id);
	custodian_pair(FOX_STAFF, &pair[n]);
	opens_with_none_of(medium, pair, n + 1, loaded(case_file).id);
	custodian_pair(DIRECTOR, &pair[n]);
	opens_with_none_of(medium, pair, n + 1, loaded(case_file).id);
}

/* ---- sealing ---- */

static void
from_the_hour_that_it_is_wanted_nobody_sees_it(void **state)
{
	int64_t medium, case_file = reported(&medium);
	struct custody c;

	(void)state;
	seal(case_file);
	assert_false(anybody_sees(medium));
	/* Too few custodians: it waits, and stays away. */
	work_all();
	c = loaded(case_file);
	assert_int_equal(c.state, CUSTODY_WANTED);
	assert_true(str_eq(c.waits, S("custodians")));
	assert_false(anybody_sees(medium));
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	work_all();
	c = loaded(case_file);
	assert_int_equal(c.state, CUSTODY_SEALED);
	assert_int_equal(c.bytes, strlen(PLAIN));
	assert_int_equal(c.boxes, 1);
	assert_true(str_starts(c.record, S("sent-by: ")));
	assert_false(house_can_read(medium));
	/* One file is left, and no rendition. */
	assert_int_equal(count("blob WHERE key_wrapped IS NOT NULL"), 1);
	assert_int_equal(village_files(&v), 1);
	/* Found again all the same, should it come once more. */
	assert_true(count("medium_hash") > 0);
}

static void
it_is_never_shown_again(void **state)
{
	int64_t medium, case_file = reported(&medium);
	struct deed d = village_deed(&v, SAFETY);

	(void)state;
	seal(case_file);
	DO(case_decide(&d, case_file, CASE_UNFOUNDED, S("Rien."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_false(anybody_sees(medium));
	assert_int_equal(
	    count("medium WHERE state = 'locked' AND sealed = 1"), 1);
}

static void
who_is_not_in_the_path_seals_nothing_and_reads_nothing(void **state)
{
	int64_t medium, case_file = reported(&medium), n;
	struct deed sami = village_deed(&v, SAMI);
	struct custodies all;

	(void)state;
	DO(custody_seal_case(&sami, case_file, S("Non."), &n, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
	seal(case_file);
	assert_false(custody_of_case(&sami, case_file, &all, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
}

static void
nobody_makes_both_halves(void **state)
{
	struct deed director = village_deed(&v, DIRECTOR);

	(void)state;
	village_sql(&v,
	    "INSERT INTO invitation (organisation, code_digest, staff_role, "
	    "created_by, created_at, expires_at, used_at, used_by) VALUES "
	    "(1, x'01', 'animateur', 1, 1, 2, 1, 2), "
	    "(1, x'02', 'animateur', 1, 1, 2, 1, 3)");
	DO(custodian_name(&director, SAMI, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DO(custodian_name(&director, FOX_STAFF, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DO(custodian_name(&director, DIRECTOR, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	/* Whom somebody else brought in is nobody's half. */
	DO(custodian_name(&director, SAFETY, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DO(custodian_name(&director, MOTHER, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
	assert_int_equal(count("audit WHERE action = 'custodian-named'"), 2);
}

static void
whom_it_is_about_gets_no_part_of_its_key(void **state)
{
	int64_t medium, case_file;

	(void)state;
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	name_custodian(DIRECTOR, SAMI); /* who sent it */
	case_file = reported(&medium);
	seal(case_file);
	work_all();
	assert_int_equal(loaded(case_file).boxes, 1);
	assert_int_equal(count("seal_box x JOIN custodian c ON c.id IN "
			       "(x.inner_custodian, x.outer_custodian) "
			       "WHERE c.account = 2"),
	    0);
}

/* ---- who could see it, and who was sent it ---- */

static void
is_sent(int64_t account, int64_t medium)
{
	CLEANUP(key_done) struct key key = {{0}};
	const struct grant *g;
	OWNED_FD fd = -1;

	DONE(permit_medium(&v.house, v.arena, village_viewer(&v, account),
	    medium, 320, PERMIT_SEE, NOW, TODAY, &g, &v.e));
	DONE(grant_open_blob(&v.house, v.arena, v.org, g, &fd, &key, &v.e));
}

static bool
says(str record, const char *word, int64_t account)
{
	str tail = arena_fmt(v.arena, " (%d)", (int)account);
	str line;

	while (record.n > 0) {
		(void)str_cut(&record, '\n', &line);
		if (str_starts(line, str_c(word)) && str_ends(line, tail))
			return true;
	}
	return false;
}

static void
its_record_says_who_could_see_it_and_to_whom_it_was_sent(void **state)
{
	OWNED(received) sent = v.house.received = received_new();
	int64_t medium = shown(), case_file;
	str record;

	(void)state;
	assert_non_null(sent);
	is_sent(MOTHER, medium);
	is_sent(SAMI, medium);
	case_file = reported_of(medium);
	/* Hidden by the report, and nothing was written down yet. */
	village_sql(&v, "UPDATE medium SET state = 'held', reported = 1");
	assert_false(anybody_sees(medium));
	assert_int_equal(count("received"), 0);
	seal(case_file);
	record = loaded(case_file).record;
	assert_true(says(record, "sent-to: ", MOTHER));
	assert_true(says(record, "sent-to: ", SAMI));
	assert_false(says(record, "sent-to: ", GRANNY));
	assert_true(says(record, "could-see: ", GRANNY));
	/* An order of no contact with a child of that group. */
	assert_false(says(record, "could-see: ", FATHER));
	assert_true(says(record, "could-see: ", MOTHER));
	assert_true(says(record, "could-see: ", DIRECTOR));
	assert_false(says(record, "could-see: ", FOX_MUM));
	assert_false(says(record, "could-see: ", FOX_STAFF));
	v.house.received = NULL;
}

static void
its_record_is_written_once_and_its_digest_is_in_the_story(void **state)
{
	OWNED(received) sent = v.house.received = received_new();
	int64_t medium = shown(), case_file;
	struct deed d = village_deed(&v, SAFETY);
	bool known, same;
	struct custody c;
	char before[2000];

	(void)state;
	is_sent(MOTHER, medium);
	DONE(received_write(&v.house, &v.e));
	case_file = reported_of(medium);
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	seal(case_file);
	c = loaded(case_file);
	(void)snprintf(before, sizeof(before), STR_FMT, STR_ARG(c.record));
	DONE(custody_record_check(
	    &d, case_file, c.id, c.record, &known, &same, &v.e));
	assert_false(known); /* from the moment at which it is sealed */
	work_all();
	/* Who received it is erased: the record stays, and so does the line. */
	DO(erasure_account(&v.house, v.arena, MOTHER, NOW, &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(count("received WHERE account = 5"), 1);
	c = loaded(case_file);
	assert_true(str_eq(str_c(before), c.record));
	DONE(custody_record_check(
	    &d, case_file, c.id, c.record, &known, &same, &v.e));
	assert_true(known && same);
	DONE(custody_record_check(&d, case_file, c.id,
	    str_sub(c.record, 0, c.record.n - 1), &known, &same, &v.e));
	assert_true(known && !same);
	assert_non_null(sent);
	v.house.received = NULL;
}

static struct ceremony_two
both(const struct deed *d, int64_t seal_id)
{
	struct ceremony_able able;

	DONE(ceremony_able(d, seal_id, &able, &v.e));
	assert_true(able.n >= 2);
	return (struct ceremony_two){able.v[1].id, able.v[0].id,
	    pass_of(able.v[1].account), pass_of(able.v[0].account)};
}

static int64_t
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

/* ---- custodians who leave ---- */

static void
round_ends(int64_t now)
{
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 100);
		DONE(ends_round(&v.house, v.arena, now, &more, &v.e));
	}
}

static void
who_is_suspended_or_concerned_opens_nothing_and_who_left_may_come_back(
    void **state)
{
	int64_t medium, case_file = sealed_case(&medium);
	struct deed d = village_deed(&v, SAFETY);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);
	struct ceremony_able able;
	struct custodians all;
	struct key key;

	(void)state;
	village_sql(&v, "UPDATE account SET state = 'suspended' WHERE id = 3");
	assert_false(ceremony_open(&d, &c, &two, &key, &v.e));
	assert_int_equal(v.e.kind, ERR_INPUT);
	DONE(ceremony_able(&d, c.id, &able, &v.e));
	assert_int_equal(able.n, 1);
	assert_int_equal(able.pairs, 0);
	DONE(custodian_list(&v.house, v.arena, v.org, &all, &v.e));
	assert_int_equal(all.ready, 1);
	village_sql(&v, "UPDATE account SET state = 'closed' WHERE id = 3");
	DONE(ceremony_open(&d, &c, &two, &key, &v.e));
	key_done(&key);
	DONE(custodian_list(&v.house, v.arena, v.org, &all, &v.e));
	assert_int_equal(all.ready, 1);
	village_sql(&v, "UPDATE account SET state = 'active' WHERE id = 3;"
			"INSERT INTO case_person (case_file, account, part, since) "
	    "SELECT case_file, 3, 'named', 1 FROM seal");
	assert_false(ceremony_open(&d, &c, &two, &key, &v.e));
	assert_int_equal(v.e.kind, ERR_INPUT);
}

static void
a_custodian_s_row_ends_with_the_last_seal_that_she_could_open(void **state)
{
	int64_t medium, case_file = sealed_case(&medium);
	struct deed d = village_deed(&v, SAFETY);
	struct deed director = village_deed(&v, DIRECTOR);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);

	(void)state;
	village_sql(&v, "INSERT INTO ends_begun VALUES (1, 1)");
	/* One who never could open anything, and goes. */
	name_custodian(DIRECTOR, DIRECTOR);
	DO(custodian_end(&director, 3, &v.e));
	DO(custodian_end(&director, 2, &v.e));
	assert_int_equal(answer, ERR_NONE);
	round_ends(NOW);
	assert_int_equal(count("custodian"), 2);
	/* She is not one any more, and opens what was sealed to her. */
	DO(ceremony_release(&d, &c, S("Parquet"), S("26/118"), TODAY, &v.e));
	c = loaded(case_file);
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_NONE);
	round_ends(NOW);
	assert_int_equal(count("custodian WHERE account = 3"), 0);
	assert_int_equal(count("custodian WHERE account = 4"), 1);
}

static void
the_record_of_what_a_list_stopped_ends_by_the_rule_of_cases(void **state)
{
	int64_t medium, case_file = sealed_case(&medium);
	struct deed d = village_deed(&v, SAFETY);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);

	(void)state;
	village_sql(&v,
	    "INSERT INTO ends_begun VALUES (1, 1);"
	    "INSERT INTO stopping (id, organisation, medium, post, uploader, "
	    "cause, stage, stopped_at, outcome, outcome_at) SELECT 1, 1, id, "
	    "post, uploader, 'list', 'rescan', 1, 'confirmed', 1 FROM medium;"
	    "INSERT INTO seal_hand (object, at, by_account, one, other, "
	    "authority_enc, person_enc, public, box) "
	    "SELECT id, 1, 1, 1, 2, x'00', x'00', x'00', x'00' FROM seal");
	DO(ceremony_release(&d, &c, S("Parquet"), S("26/118"), TODAY, &v.e));
	c = loaded(case_file);
	village_sql(&v, "UPDATE seal SET case_file = NULL, stopping = 1");
	c.case_file = DB_NULL;
	/* Sealed, it has no end. */
	round_ends(NOW + 4000 * DAY);
	assert_int_equal(count("seal WHERE record_enc IS NOT NULL"), 1);
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_NONE);
	round_ends(NOW + 365 * DAY);
	assert_int_equal(count("seal WHERE record_enc IS NOT NULL"), 1);
	assert_int_equal(count("seal_hand"), 1);
	/* An order keeps it, until it is released. */
	village_sql(&v,
	    "INSERT INTO hold_order (organisation, subject_kind, subject, "
	    "reason_enc, placed_by, placed_at, until_at) "
	    "SELECT 1, 'medium', medium, x'00', 1, 1, 9999999999 FROM seal");
	round_ends(NOW + 367 * DAY);
	assert_int_equal(count("seal WHERE record_enc IS NOT NULL"), 1);
	village_sql(
	    &v, "UPDATE hold_order SET released_at = until_at");
	round_ends(NOW + 367 * DAY);
	assert_int_equal(count("seal WHERE record_enc IS NULL "
			       "AND reason_enc IS NULL "
			       "AND authority_enc IS NULL "
			       "AND sha256 IS NOT NULL "
			       "AND certificate IS NOT NULL"),
	    1);
	assert_int_equal(count("seal_hand"), 0);
}

/* ---- dead at any step ---- */

struct death {
	int at, n;
};

static bool
lives(void *ctx, const char *step)
{
	struct death *d = ctx;

	(void)step;
	return d->n++ != d->at;
}

static void
check_after_death(int64_t medium, int64_t case_file)
{
	struct custody c = loaded(case_file);

	assert_false(anybody_sees(medium));
	assert_int_equal(
	    count("blob WHERE side = 0 AND key_wrapped IS NOT NULL"), 1);
	assert_true(c.state == CUSTODY_WANTED || c.state == CUSTODY_SEALED);
	/* Hidden and as it was, or sealed: never both. */
	assert_int_equal(house_can_read(medium), c.state == CUSTODY_WANTED);
	assert_int_equal(count("seal_box") > 0, c.state == CUSTODY_SEALED);
}

/* True: it died. */
static bool
dies_at(int step)
{
	struct death death = {step, 0};
	struct custody_work w = {.step = lives, .ctx = &death};
	int64_t medium, case_file;
	bool died, tidy;

	village_open(&v);
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	case_file = reported(&medium);
	seal(case_file);
	died = !work(&w);
	custody_work_done(&w);
	village_shut(&v);
	village_reopen(&v);
	check_after_death(medium, case_file);
	/* The clock is set back meanwhile: nothing minds. */
	v.house.told_at -= 3600;
	work_all();
	assert_int_equal(loaded(case_file).state, CUSTODY_SEALED);
	assert_false(house_can_read(medium));
	DONE(sweep_files(&v.house, v.arena, true, NULL, NULL, &tidy, &v.e));
	assert_true(tidy);
	check_after_death(medium, case_file);
	/* What is left beside it was begun less than an hour ago, and opens
	 * with a key that is nowhere. */
	assert_true(village_files(&v) <= 2);
	village_close(&v);
	return died;
}

static void
a_death_at_any_step_leaves_it_hidden_or_sealed_and_never_twice(void **state)
{
	int step = 0;

	(void)state;
	while (dies_at(step))
		step++;
	assert_int_equal(step, 7);
}

static void
limit_files(rlim_t bytes)
{
	struct rlimit l;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void
a_full_disk_is_waited_for_and_it_goes_on_afterwards(void **state)
{
	struct custody_work w = {0};
	int64_t medium, case_file;
	size_t files;

	(void)state;
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	case_file = reported(&medium);
	seal(case_file);
	files = village_files(&v);
	(void)signal(SIGXFSZ, SIG_IGN);
	limit_files(16);
	assert_false(work(&w));
	limit_files(RLIM_INFINITY);
	assert_null(w.now);
	assert_int_equal(loaded(case_file).state, CUSTODY_WANTED);
	assert_false(anybody_sees(medium));
	assert_int_equal(village_files(&v), files);
	/* Behind the last one there is none; then it begins anew. */
	DONE(work(&w));
	DONE(work(&w));
	assert_int_equal(loaded(case_file).state, CUSTODY_SEALED);
}

/* ---- handing over, and the end ---- */

static void
two_hand_it_over_to_the_authority_s_key(void **state)
{
	CLEANUP(buf_done) struct buf file = BUF_MAX(1 << 20);
	CLEANUP(buf_done) struct buf got = BUF_MAX(1 << 20);
	int64_t medium, case_file = sealed_case(&medium), hand;
	struct deed d = village_deed(&v, SAFETY);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);
	struct ceremony_hand h = {
	    S("Gendarmerie"), S("Adj. Roux"), S("12/26"), {0}};
	struct box_pair authority;
	struct ceremony_file f;
	struct source s = {&file, 0};
	struct key key;
	str right = two.pass_one;

	(void)state;
	(void)crypto_box_keypair(authority.public, authority.secret.b);
	memcpy(h.public, authority.public, BOX_PUBLIC);
	two.pass_one = S("pas la bonne, celle-ci");
	assert_false(ceremony_open(&d, &c, &two, &key, &v.e));
	assert_int_equal(v.e.kind, ERR_DENIED);
	two.pass_one = right;
	DONE(ceremony_open(&d, &c, &two, &key, &v.e));
	DO(ceremony_hand(&d, &c, &two, &key, &h, &hand, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DO(ceremony_file(&d, &c, hand, &f, &v.e));
	assert_int_equal(answer, ERR_NONE);
	(void)close(f.fd);
	buf_put(&file, f.front, sizeof(f.front));
	house_reads(medium, &file);
	assert_int_equal(file.n, (int64_t)OBJECT_FRONT + f.bytes);
	DONE(object_read_handed(&authority, get, &s, put, &got, &v.e));
	assert_int_equal(got.n, strlen(PLAIN));
	assert_memory_equal(got.p, PLAIN, got.n);
	/* Later it is fetched no more. */
	d.now += CEREMONY_FETCH_S + 1;
	DO(ceremony_file(&d, &c, hand, &f, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
}

static void
one_custodian_typed_twice_is_not_two(void **state)
{
	int64_t medium, case_file = sealed_case(&medium);
	struct deed d = village_deed(&v, SAFETY);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);
	struct key key;

	(void)state;
	two.other = two.one;
	two.pass_other = two.pass_one;
	assert_false(ceremony_open(&d, &c, &two, &key, &v.e));
	assert_int_equal(v.e.kind, ERR_INPUT);
}

static void
it_is_destroyed_on_an_authority_s_word_alone_and_certified(void **state)
{
	int64_t medium, case_file = sealed_case(&medium), number;
	struct deed d = village_deed(&v, SAFETY);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);
	str file;

	(void)state;
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DO(ceremony_release(&d, &c, S("Parquet"), S("26/118"), TODAY, &v.e));
	assert_int_equal(answer, ERR_NONE);
	c = loaded(case_file);
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(count("blob WHERE key_wrapped IS NOT NULL"), 0);
	assert_int_equal(count("seal_box"), 0);
	assert_int_equal(count("medium_hash"), 0);
	c = loaded(case_file);
	assert_int_equal(c.state, CUSTODY_DESTROYED);
	file = ceremony_certificate(&d, &c);
	DONE(certificate_verify(&d, file, &number, &v.e));
	assert_int_equal(number, c.id);
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
}

static void
an_order_holds_it_against_its_release(void **state)
{
	int64_t medium, case_file = sealed_case(&medium);
	struct deed d = village_deed(&v, SAFETY);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);

	(void)state;
	DO(ceremony_release(&d, &c, S("Parquet"), S("26/118"), TODAY, &v.e));
	village_sql(&v,
	    "INSERT INTO hold_order (organisation, subject_kind, subject, "
	    "reason_enc, placed_by, placed_at, until_at) "
	    "SELECT 1, 'case', case_file, x'00', 1, 1, 9999999999 FROM seal");
	c = loaded(case_file);
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
}

/* ---- a backup from before ---- */

/* Its folder below the village's own. */
static const char *
backed_up(void)
{
	static char path[160];
	struct backup_report made;
	char out[96];

	(void)snprintf(out, sizeof(out), "%s/out", v.folder);
	DONE(backup_make(&v.house, out, NOW, &made, &v.e));
	(void)snprintf(path, sizeof(path), "%s/%s", out, made.name);
	return path;
}

static void
restore(const char *from)
{
	struct restore_report report = {.files = -1};

	village_shut(&v);
	DONE(backup_restore(&(struct restore_call){.from = from,
				.conf = &v.conf,
				.master = &v.master,
				.force = true,
				.now = NOW + 1000},
	    &report, &v.e));
	village_reopen(&v);
}

static void
restored_from_before_it_is_hidden_and_sealed_again(void **state)
{
	int64_t medium, case_file;
	const char *from;

	(void)state;
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	case_file = reported(&medium);
	village_sql(&v, "UPDATE medium SET reported = 0");
	from = backed_up();
	assert_true(anybody_sees(medium));
	seal(case_file);
	work_all();
	restore(from);
	/* Before anything is done. */
	assert_int_equal(count("seal WHERE state = 'wanted'"), 1);
	assert_false(anybody_sees(medium));
	work_all();
	assert_int_equal(count("seal WHERE state = 'sealed'"), 1);
	assert_int_equal(count("seal_box"), 1);
	assert_false(anybody_sees(medium));
	assert_false(house_can_read(medium));
}

static void
restored_from_before_what_was_destroyed_is_destroyed_again(void **state)
{
	int64_t medium, case_file;
	struct ceremony_two two;
	struct custody c;
	const char *from;
	struct deed d;

	(void)state;
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	case_file = reported(&medium);
	from = backed_up();
	seal(case_file);
	work_all();
	d = village_deed(&v, SAFETY);
	c = loaded(case_file);
	two = both(&d, c.id);
	DO(ceremony_release(&d, &c, S("Parquet"), S("26/118"), TODAY, &v.e));
	c = loaded(case_file);
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_NONE);
	restore(from);
	assert_false(anybody_sees(medium));
	assert_int_equal(count("blob WHERE key_wrapped IS NOT NULL"), 0);
	assert_int_equal(count("medium_hash"), 0);
	assert_int_equal(count("seal WHERE state = 'destroyed'"), 1);
}

static void
the_data_itself_refuses_to_take_the_seal_off(void **state)
{
	static const char *const tries[] = {
	    "UPDATE medium SET sealed = 0 WHERE sealed = 1",
	    "UPDATE medium SET state = 'ready' WHERE sealed = 1",
	    "UPDATE medium SET state = 'deleted' WHERE sealed = 1",
	    "UPDATE blob SET key_wrapped = NULL",
	    "DELETE FROM blob",
	    "DELETE FROM seal",
	    "UPDATE seal SET state = 'destroyed'",
	    "UPDATE seal SET sha256 = x'00'",
	    "DELETE FROM medium_hash",
	};
	int64_t medium;

	(void)state;
	(void)sealed_case(&medium);
	for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++)
		assert_false(db_exec(v.house.db, tries[i], &v.e));
}

int
main(void)
{
#define test(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    test(no_role_s_keys_open_it_nor_any_one_custodian_with_them),
	    test(from_the_hour_that_it_is_wanted_nobody_sees_it),
	    test(it_is_never_shown_again),
	    test(who_is_not_in_the_path_seals_nothing_and_reads_nothing),
	    test(nobody_makes_both_halves),
	    test(whom_it_is_about_gets_no_part_of_its_key),
	    test(its_record_says_who_could_see_it_and_to_whom_it_was_sent),
	    test(its_record_is_written_once_and_its_digest_is_in_the_story),
	    test(
		who_is_suspended_or_concerned_opens_nothing_and_who_left_may_come_back),
	    test(a_custodian_s_row_ends_with_the_last_seal_that_she_could_open),
	    test(the_record_of_what_a_list_stopped_ends_by_the_rule_of_cases),
	    cmocka_unit_test(
		a_death_at_any_step_leaves_it_hidden_or_sealed_and_never_twice),
	    test(a_full_disk_is_waited_for_and_it_goes_on_afterwards),
	    test(two_hand_it_over_to_the_authority_s_key),
	    test(one_custodian_typed_twice_is_not_two),
	    test(it_is_destroyed_on_an_authority_s_word_alone_and_certified),
	    test(an_order_holds_it_against_its_release),
	    test(restored_from_before_it_is_hidden_and_sealed_again),
	    test(restored_from_before_what_was_destroyed_is_destroyed_again),
	    test(the_data_itself_refuses_to_take_the_seal_off),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
