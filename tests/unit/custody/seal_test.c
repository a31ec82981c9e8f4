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
#include "custody/work.h"
#include "ends/certificate.h"
#include "erasure/erasure.h"
#include "jobs/sweep.h"
#include "report/casefile.h"
#include "report/hide.h"
#include "sealing.h"
#include "sharing/blob_key.h"
#include "sql_seal.h"

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
	struct ceremony_file f = {.fd = -1};
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
	assert_true(f.fd >= 0);
	ceremony_file_done(&f);
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

	static const char *const orders[] = {
	    "'case', case_file FROM seal", "'medium', medium FROM seal",
	    "'post', post FROM medium", "'account', uploader FROM medium",
	    "'child', 1", /* for whose family the album is, too */
	};

	(void)state;
	village_sql(&v, "INSERT INTO post_audience (post, child, day_on) "
			"SELECT id, 1, 1 FROM post");
	DO(ceremony_release(&d, &c, S("Parquet"), S("26/118"), TODAY, &v.e));
	c = loaded(case_file);
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		village_sql(
		    &v, arena_fmt(v.arena,
			    "INSERT INTO hold_order (organisation, reason_enc, "
			    "placed_by, placed_at, until_at, subject_kind, "
			    "subject) SELECT 1, x'00', 1, 1, 9999999999, %s",
			    orders[i])
			    .p);
		DO(ceremony_destroy(&d, &c, &two, &v.e));
		assert_int_equal(answer, ERR_CONFLICT);
		village_sql(&v, "UPDATE hold_order SET released_at = until_at "
				"WHERE released_at IS NULL");
	}
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_NONE);
}

static void
what_was_destroyed_meanwhile_is_not_handed_over(void **state)
{
	int64_t medium, case_file = sealed_case(&medium), hand;
	struct deed d = village_deed(&v, SAFETY);
	struct custody before, c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);
	struct ceremony_hand h = {.authority = S("Gendarmerie"),
	    .person = S("Adj. Roux"),
	    .receipt = S("")};
	struct box_pair authority;
	struct key key;

	(void)state;
	(void)crypto_box_keypair(authority.public, authority.secret.b);
	memcpy(h.public, authority.public, BOX_PUBLIC);
	DO(ceremony_release(&d, &c, S("Parquet"), S("26/118"), TODAY, &v.e));
	before = c = loaded(case_file);
	DONE(ceremony_open(&d, &before, &two, &key, &v.e));
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DO(ceremony_hand(&d, &before, &two, &key, &h, &hand, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	assert_int_equal(count("seal_hand"), 0);
	key_done(&key);
}

static void
without_its_case_it_is_hidden_from_who_sent_it_and_whose_album_it_is(
    void **state)
{
	struct deed lead = village_deed(&v, SAFETY);
	struct deed director = village_deed(&v, DIRECTOR);
	int64_t medium, id = loaded(sealed_case(&medium)).id;
	struct custody c;

	(void)state;
	village_sql(&v, "UPDATE seal SET case_file = NULL");
	DONE(custody_load(&lead, id, &c, &v.e));
	DONE(custody_load(&director, id, &c, &v.e));
	village_sql(&v, "UPDATE post SET author = 4");
	assert_false(custody_load(&lead, id, &c, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	DONE(custody_load(&director, id, &c, &v.e));
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
	    cmocka_unit_test(
		a_death_at_any_step_leaves_it_hidden_or_sealed_and_never_twice),
	    test(a_full_disk_is_waited_for_and_it_goes_on_afterwards),
	    test(two_hand_it_over_to_the_authority_s_key),
	    test(one_custodian_typed_twice_is_not_two),
	    test(it_is_destroyed_on_an_authority_s_word_alone_and_certified),
	    test(an_order_holds_it_against_its_release),
	    test(what_was_destroyed_meanwhile_is_not_handed_over),
	    test(
		without_its_case_it_is_hidden_from_who_sent_it_and_whose_album_it_is),
	    test(restored_from_before_it_is_hidden_and_sealed_again),
	    test(restored_from_before_what_was_destroyed_is_destroyed_again),
	    test(the_data_itself_refuses_to_take_the_seal_off),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
