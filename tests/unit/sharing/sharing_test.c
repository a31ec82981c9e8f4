/* Sharing on a real database and real blobs: who sees what, and what goes. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "jobs/intake.h"
#include "jobs/sweep.h"
#include "sharing/album.h"
#include "sharing/feed.h"
#include "sharing/looked.h"
#include "sharing/upload.h"
#include "village.h"

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
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

static int64_t
published(int64_t group, int64_t child)
{
	int64_t post = village_draft(&v, group, child);

	village_publish(&v, post, NOW - 60);
	return post;
}

static str
read_blob(int64_t account, int64_t medium, int side, enum permit_want want)
{
	CLEANUP(key_done) struct key key = {{0}};
	OWNED(blob_reader) r = NULL;
	const struct grant *g;
	OWNED_FD fd = -1;
	char *p = NEW_N(v.arena, char, 4096);
	size_t n;

	DONE(permit_medium(&v.house, v.arena, village_viewer(&v, account),
	    medium, side, want, NOW, TODAY, &g, &v.e));
	DONE(grant_open_blob(&v.house, v.arena, v.org, g, &fd, &key, &v.e));
	r = blob_reader_new(fd, &key, &v.e);
	assert_non_null(r);
	assert_int_equal(blob_bytes(r), grant_blob(g)->bytes);
	DONE(blob_read(r, 0, p, 4096, &n, &v.e));
	return (str){p, n};
}

static void
a_photo_travels_from_the_sender_to_the_families(void **state)
{
	int64_t post = published(SQUIRRELS, 0);
	int64_t photo;
	str got;

	(void)state;
	assert_int_equal(
	    village_send(&v, post, S("the picture"), &photo), UPLOAD_QUEUED);
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_true(village_take_in(&v, photo, S("the picture")));
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	village_word(&v, post, photo);
	got = read_blob(MOTHER, photo, 2048, PERMIT_SEE);
	assert_true(str_starts(got, S("PREAUSG1")));
	assert_int_equal(village_count(&v, "job WHERE kind <> 'faces'"), 0);
	assert_int_equal(village_files(&v), 4);
	assert_int_equal(village_count(&v, "post WHERE photos = 1"), 1);
	/* 27 May 2026, 10:30 in Paris. */
	assert_int_equal(
	    village_count(&v, "medium WHERE taken_at = 1779870600"), 1);
}

/* ---- a picture of one's own ---- */

static const struct grant *
seen_by(int64_t account, int64_t photo, int side)
{
	const struct grant *g;

	DONE(permit_medium(&v.house, v.arena, village_viewer(&v, account),
	    photo, side, PERMIT_SEE, NOW, TODAY, &g, &v.e));
	return g;
}

static str
code_of(int64_t account, int64_t photo, int side)
{
	struct plan_choice c;

	DONE(grant_choice(
	    v.arena, v.org, seen_by(account, photo, side), &c, &v.e));
	return c.code;
}

static void
each_account_has_its_own_code_and_its_own_tag(void **state)
{
	int64_t photo = village_photo(&v, published(SQUIRRELS, 0), "1");
	str mother = code_of(MOTHER, photo, 2048);

	(void)state;
	/* 8 x 6 MCUs in twos. */
	assert_int_equal(
	    grant_blob(seen_by(MOTHER, photo, 2048))->segments, 24);
	assert_int_equal(mother.n, 3);
	assert_true(str_eq(mother, code_of(MOTHER, photo, 2048)));
	assert_false(str_eq(mother, code_of(GRANNY, photo, 2048)));
	assert_false(str_eq(mother, code_of(MOTHER, photo, 1024)));
	assert_true(
	    str_eq(grant_mark(v.arena, v.org, seen_by(MOTHER, photo, 2048)),
		grant_mark(v.arena, v.org, seen_by(MOTHER, photo, 2048))));
	assert_false(
	    str_eq(grant_mark(v.arena, v.org, seen_by(MOTHER, photo, 2048)),
		grant_mark(v.arena, v.org, seen_by(GRANNY, photo, 2048))));
}

static void
a_rendition_from_before_segments_is_given_to_nobody(void **state)
{
	int64_t photo = village_photo(&v, published(SQUIRRELS, 0), "1");

	(void)state;
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	DONE(db_exec(
	    v.house.db, "UPDATE blob SET segments = 0 WHERE side > 0", &v.e));
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_false(village_sees(&v, DIRECTOR, photo, PERMIT_SEE));
	assert_true(village_sees(&v, DIRECTOR, photo, PERMIT_ORIGINAL));
}

static void
the_original_is_for_those_who_may_change_the_album(void **state)
{
	int64_t photo = village_photo(&v, published(SQUIRRELS, 0), "raw");
	const struct grant *g;

	(void)state;
	assert_true(
	    str_eq(read_blob(SAMI, photo, 0, PERMIT_ORIGINAL), S("raw")));
	assert_true(village_sees(&v, DIRECTOR, photo, PERMIT_ORIGINAL));
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_ORIGINAL));
	assert_false(village_sees(&v, FOX_STAFF, photo, PERMIT_ORIGINAL));
	/* Leave to see is no leave to the original, whatever side is asked. */
	assert_false(permit_medium(&v.house, v.arena, village_viewer(&v, SAMI),
	    photo, 0, PERMIT_SEE, NOW, TODAY, &g, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
}

static void
each_viewer_of_the_village_sees_their_own(void **state)
{
	int64_t squirrels = village_photo(&v, published(SQUIRRELS, 0), "1");
	int64_t foxes = village_photo(&v, published(FOXES, 0), "2");

	(void)state;
	assert_true(village_sees(&v, MOTHER, squirrels, PERMIT_SEE));
	assert_true(village_sees(&v, MOTHER, squirrels, PERMIT_DOWNLOAD));
	assert_false(village_sees(&v, MOTHER, foxes, PERMIT_SEE));
	assert_true(village_sees(&v, GRANNY, squirrels, PERMIT_SEE));
	assert_false(village_sees(&v, GRANNY, squirrels, PERMIT_DOWNLOAD));
	assert_true(village_sees(&v, FOX_MUM, foxes, PERMIT_SEE));
	assert_false(village_sees(&v, FOX_MUM, squirrels, PERMIT_SEE));
	assert_true(village_sees(&v, DIRECTOR, foxes, PERMIT_SEE));
	assert_true(village_sees(&v, FOX_STAFF, foxes, PERMIT_SEE));
	assert_false(village_sees(&v, FOX_STAFF, squirrels, PERMIT_SEE));
	assert_false(village_sees(&v, SAFETY, squirrels, PERMIT_SEE));
	assert_false(village_sees(&v, MOTHER, 999, PERMIT_SEE));
}

static void
no_contact_hides_the_group_of_that_child_and_where_it_was(void **state)
{
	int64_t squirrels = village_photo(&v, published(SQUIRRELS, 0), "1");
	int64_t foxes = village_photo(&v, published(FOXES, 0), "2");
	int64_t lea = village_photo(&v, published(0, LEA), "3");
	int64_t noah = village_photo(&v, published(0, NOAH), "4");

	(void)state;
	assert_false(village_sees(&v, FATHER, squirrels, PERMIT_SEE));
	assert_true(village_sees(&v, FATHER, foxes, PERMIT_SEE));
	assert_true(village_sees(&v, FATHER, lea, PERMIT_SEE));
	assert_false(village_sees(&v, FATHER, noah, PERMIT_SEE));
	village_sql(
	    &v, "UPDATE enrolment SET until_on = 20599 WHERE child = 2");
	assert_false(village_sees(&v, FATHER, squirrels, PERMIT_SEE));
	/* Another right over the same child does not bring it back. */
	village_sql(&v,
	    "INSERT INTO authority (guardian, child, kind, rights,"
	    " from_on, created_at) VALUES (2, 2, 'parental', 7, 20000, 1)");
	assert_false(village_sees(&v, FATHER, noah, PERMIT_SEE));
	village_sql(&v, "UPDATE authority SET ended_at = 1"
			" WHERE kind = 'no_contact'");
	assert_true(village_sees(&v, FATHER, squirrels, PERMIT_SEE));
}

static void
rights_and_enrolments_hold_to_their_last_day(void **state)
{
	int64_t photo = village_photo(&v, published(SQUIRRELS, 0), "1");
	int64_t named = village_photo(&v, published(0, LEA), "2");

	(void)state;
	village_sql(
	    &v, "UPDATE enrolment SET until_on = 20600 WHERE child = 1");
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	village_sql(
	    &v, "UPDATE enrolment SET until_on = 20599 WHERE child = 1");
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_false(village_sees(&v, MOTHER, named, PERMIT_SEE));
	village_sql(&v, "UPDATE enrolment SET from_on = 20601,"
			" until_on = 20700 WHERE child = 1");
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	village_sql(&v, "UPDATE enrolment SET from_on = 20600 WHERE child = 1");
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	village_sql(
	    &v, "UPDATE authority SET until_on = 20600 WHERE guardian = 1");
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	village_sql(
	    &v, "UPDATE authority SET until_on = 20599 WHERE guardian = 1");
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	village_sql(&v, "UPDATE authority SET until_on = NULL, from_on = 20601"
			" WHERE guardian = 1");
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
}

static void
what_was_taken_away_is_gone_at_the_next_request(void **state)
{
	int64_t post = published(SQUIRRELS, 0);
	int64_t photo = village_photo(&v, post, "1");
	struct deed d = village_deed(&v, SAMI);

	(void)state;
	village_sql(&v, "UPDATE account SET state = 'suspended' WHERE id = 5");
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	village_sql(&v, "UPDATE account SET state = 'active' WHERE id = 5");
	DONE(db_begin(v.house.db, &v.e));
	DONE(post_withdraw(&d, village_edit(&v, SAMI, post), false, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_true(village_sees(&v, SAMI, photo, PERMIT_SEE));
	village_sql(&v, "DELETE FROM staff_group WHERE account = 2");
	assert_false(village_sees(&v, SAMI, photo, PERMIT_SEE));
}

static void
a_deleted_photo_leaves_neither_key_nor_file(void **state)
{
	int64_t post = published(SQUIRRELS, 0);
	int64_t photo = village_photo(&v, post, "1");
	int64_t other = village_photo(&v, post, "2");

	(void)state;
	DONE(village_delete(&v, SAMI, post, photo, false));
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_false(village_sees(&v, DIRECTOR, photo, PERMIT_EDIT));
	assert_true(village_sees(&v, MOTHER, other, PERMIT_SEE));
	assert_int_equal(village_files(&v), 4);
	assert_int_equal(
	    village_count(&v, "blob WHERE key_wrapped IS NULL"), 4);
	assert_int_equal(village_count(&v, "medium_hash"), 2);
	assert_int_equal(village_count(&v, "post WHERE photos = 1"), 1);
	assert_int_equal(
	    village_count(&v, "audit WHERE action = 'medium-deleted' OR"
			      " action = 'medium_deleted'"),
	    1);
}

static void
leave_for_one_album_is_none_for_another(void **state)
{
	int64_t post = published(SQUIRRELS, 0);
	int64_t photo = village_photo(&v, published(SQUIRRELS, 0), "1");
	const struct grant *g = village_edit(&v, SAMI, post);
	struct deed d = village_deed(&v, SAMI);

	(void)state;
	assert_false(village_delete(&v, SAMI, post, photo, false));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	assert_false(medium_move(&d, g, photo, MOVE_UP, 0, &v.e));
	assert_false(medium_caption(&d, g, photo, S("x"), &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
}

static void
leave_to_see_is_none_to_change(void **state)
{
	int64_t post = published(SQUIRRELS, 0);
	struct deed d = village_deed(&v, SAMI);
	struct post_text text = {S("x"), S(""), TODAY};
	struct http_file_go go;
	const struct grant *g;
	int fd;

	(void)state;
	DONE(permit_post(&v.house, v.arena, village_viewer(&v, SAMI), post,
	    PERMIT_SEE, NOW, TODAY, &g, &v.e));
	assert_false(post_edit(&d, g, &text, &v.e));
	assert_false(post_withdraw(&d, g, false, &v.e));
	assert_false(upload_open(&d, g, S("a.jpg"), &go, &fd, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	assert_int_equal(village_files(&v), 0);
}

/* ---- uploads ---- */

static void
the_same_bytes_are_taken_once_in_an_album(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0), one, two, three;

	(void)state;
	assert_int_equal(village_send(&v, post, S("a"), &one), UPLOAD_QUEUED);
	assert_int_equal(village_send(&v, post, S("a"), &two), UPLOAD_TWICE);
	assert_int_equal(village_send(&v, post, S("b"), &three), UPLOAD_QUEUED);
	assert_int_equal(village_count(&v, "medium"), 2);
	assert_int_equal(village_count(&v, "blob"), 2);
	assert_int_equal(village_files(&v), 2);
	assert_int_equal(
	    village_send(&v, village_draft(&v, FOXES, 0), S("a"), &one),
	    UPLOAD_QUEUED);
}

static void
end_file(int64_t account, int64_t post, uint64_t handle, int http_state,
    bool want, enum upload_fate want_fate)
{
	struct http_file f = {
	    .handle = handle, .bytes = 3, .state = (uint8_t)http_state};
	struct deed d = village_deed(&v, account);
	enum upload_fate fate;
	bool done;

	DONE(db_begin(v.house.db, &v.e));
	done = upload_end(&d, village_edit(&v, account, post), &f, &fate, &v.e);
	assert_int_equal(done, want);
	if (done) {
		assert_int_equal(fate, want_fate);
		DONE(db_commit(v.house.db, &v.e));
	} else {
		assert_int_equal(v.e.kind, ERR_NOT_FOUND);
		db_rollback(v.house.db);
	}
}

static uint64_t
open_file(int64_t account, int64_t post)
{
	struct deed d = village_deed(&v, account);
	struct http_file_go go = {0};
	int fd;

	DONE(upload_open(
	    &d, village_edit(&v, account, post), S("a.jpg"), &go, &fd, &v.e));
	(void)close(fd);
	return go.handle;
}

static void
a_file_that_did_not_arrive_leaves_nothing(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	static const struct {
		int state;
		enum upload_fate fate;
	} ends[] = {{HTTP_FILE_CUT, UPLOAD_CUT},
	    {HTTP_FILE_TOO_BIG, UPLOAD_TOO_BIG},
	    {HTTP_FILE_FAILED, UPLOAD_FAILED}};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		end_file(SAMI, post, open_file(SAMI, post), ends[i].state, true,
		    ends[i].fate);
	assert_int_equal(village_count(&v, "medium"), 0);
	assert_int_equal(village_count(&v, "blob"), 0);
	assert_int_equal(village_files(&v), 0);
}

static void
a_handle_is_good_for_its_sender_and_album_once(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t other = village_draft(&v, SQUIRRELS, 0);
	uint64_t handle = open_file(SAMI, post);

	(void)state;
	end_file(DIRECTOR, post, handle, HTTP_FILE_WHOLE, false, 0);
	end_file(SAMI, other, handle, HTTP_FILE_WHOLE, false, 0);
	end_file(SAMI, post, UINT64_MAX, HTTP_FILE_WHOLE, false, 0);
	end_file(SAMI, post, handle, HTTP_FILE_CUT, true, UPLOAD_CUT);
	end_file(SAMI, post, handle, HTTP_FILE_CUT, false, 0);
}

static void
a_full_album_takes_no_more(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	struct deed d = village_deed(&v, SAMI);
	struct http_file_go go;
	int fd;

	(void)state;
	village_sql(&v,
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT"
	    " i + 1 FROM n WHERE i < 300) INSERT INTO medium (organisation,"
	    " post, uploader, state, position, created_at)"
	    " SELECT 1, 1, 2, 'ready', i, 1 FROM n");
	assert_false(upload_open(
	    &d, village_edit(&v, SAMI, post), S("a"), &go, &fd, &v.e));
	assert_int_equal(v.e.kind, ERR_LIMIT);
	assert_int_equal(village_files(&v), 0);
}

static void
a_refused_file_leaves_its_reason_and_no_bytes(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0), id;

	(void)state;
	assert_int_equal(
	    village_send(&v, post, S("no picture"), &id), UPLOAD_QUEUED);
	DONE(intake_refuse(&v.house, v.arena, id, "unknown", NOW, &v.e));
	assert_int_equal(village_count(&v, "medium WHERE state = 'refused'"
					   " AND reason = 'unknown'"),
	    1);
	assert_int_equal(village_count(&v, "blob"), 0);
	assert_int_equal(village_count(&v, "job"), 0);
	assert_int_equal(village_files(&v), 0);
	/* Taken again by mistake, it is simply not there. */
	assert_false(
	    intake_refuse(&v.house, v.arena, id, "unknown", NOW, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
}

static void
a_rendition_that_is_not_what_it_says_is_not_kept(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0), id;
	struct media_done d = {
	    .verdict = MEDIA_OK, .format = 1, .width = 10, .height = 10};
	struct hashes none = {0};
	int fd[MEDIA_SIDES];

	(void)state;
	assert_int_equal(village_send(&v, post, S("x"), &id), UPLOAD_QUEUED);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		d.picture[i] = (struct media_picture){1, 1, 4};
		fd[i] = memfd_create("unsealed", MFD_CLOEXEC);
		assert_int_equal(write(fd[i], "\xff\xd8\xff\xe0", 4), 4);
	}
	assert_false(
	    intake_store(&v.house, v.arena, id, &d, &none, fd, NOW, &v.e));
	assert_int_equal(v.e.kind, ERR_CORRUPT);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		(void)close(fd[i]);
	assert_int_equal(village_files(&v), 1);
	assert_int_equal(village_count(&v, "medium WHERE state = 'queued'"), 1);
}

static void
what_a_crash_left_is_swept(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0), id;
	OWNED(blob_dir) backup = NULL;
	char name[BLOB_NAME_MAX], path[CONF_TEXT_MAX + 8];
	bool done = true, more;
	int fd;

	(void)state;
	assert_int_equal(village_send(&v, post, S("x"), &id), UPLOAD_QUEUED);
	/* Killed between a rendition's file and its row. */
	DONE(blob_create(v.house.blobs, name, &fd, &v.e));
	(void)close(fd);
	DONE(blob_keep(v.house.blobs, name, &v.e));
	/* An upload that never ended, and a job that was lost. */
	(void)open_file(SAMI, post);
	village_sql(&v, "UPDATE medium SET upload_seen_at = 1"
			" WHERE state = 'receiving'; DELETE FROM job");
	assert_int_equal(village_files(&v), 3);
	DONE(sweep_rows(&v.house, v.arena, NOW, &more, &v.e));
	(void)snprintf(path, sizeof(path), "%s/blobs", v.house.conf->data);
	backup = blob_dir_open(path, &v.e);
	DONE(backup != NULL && blob_hold(backup, &v.e));
	DONE(sweep_files(&v.house, v.arena, true, NULL, NULL, &done, &v.e));
	assert_false(done);
	assert_int_equal(village_files(&v), 2);
	blob_release(backup);
	DONE(sweep_files(&v.house, v.arena, true, NULL, NULL, &done, &v.e));
	assert_true(done);
	assert_int_equal(village_files(&v), 1);
	assert_int_equal(village_count(&v, "medium"), 1);
	assert_int_equal(village_count(&v, "job"), 1);
	assert_true(village_take_in(&v, id, S("x")));
}

/* ---- publishing ---- */

static enum publish_answer
publish(int64_t account, int64_t post, int64_t at)
{
	struct deed d = village_deed(&v, account);
	enum publish_answer ret;

	DONE(db_begin(v.house.db, &v.e));
	DONE(post_publish(&d, village_edit(&v, account, post), at, &ret, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	return ret;
}

static void
an_album_is_published_when_it_can_be(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t nobody = village_draft(&v, 0, 0);
	int64_t photo;

	(void)state;
	assert_int_equal(publish(SAMI, post, NOW), PUBLISH_NO_PHOTO);
	photo = village_photo(&v, post, "1");
	(void)village_photo(&v, nobody, "1");
	assert_int_equal(publish(SAMI, nobody, NOW), PUBLISH_NO_AUDIENCE);
	assert_int_equal(publish(SAMI, post, NOW - 1), PUBLISH_PAST);
	assert_int_equal(publish(SAMI, post, NOW + 3600), PUBLISH_DONE);
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_int_equal(publish(SAMI, post, NOW), PUBLISH_DONE);
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
}

static void
tonight_is_the_next_evening(void **state)
{
	int64_t evening =
	    ((int64_t)TODAY * 86400) + 16 * 3600; /* 18 h, Paris */

	(void)state;
	assert_int_equal(publish_evening(v.org, NOW), evening);
	assert_int_equal(publish_evening(v.org, evening - 1), evening);
	assert_int_equal(publish_evening(v.org, evening), evening + 86400);
	assert_int_equal(
	    publish_evening(v.org, evening + 3600), evening + 86400);
}

static void
set_audience(int64_t account, int64_t post, int64_t group)
{
	struct deed d = village_deed(&v, account);
	struct choices c;

	DONE(publish_choices(&d, village_viewer(&v, account), post, &c, &v.e));
	for (size_t i = 0; i < c.group.n; i++)
		c.group.v[i].chosen = c.group.v[i].id == group;
	DONE(db_begin(v.house.db, &v.e));
	DONE(post_set_audience(&d, village_edit(&v, account, post), &c, &v.e));
	DONE(db_commit(v.house.db, &v.e));
}

static void
staff_choose_among_their_own_groups(void **state)
{
	struct deed d = village_deed(&v, SAMI);
	int64_t post = village_draft(&v, FOXES, 0);
	struct choices c;

	(void)state;
	DONE(publish_choices(&d, village_viewer(&v, SAMI), post, &c, &v.e));
	assert_int_equal(c.group.n, 1);
	assert_int_equal(c.group.v[0].id, SQUIRRELS);
	assert_int_equal(c.group.v[0].families, 2);
	assert_int_equal(c.child.n, 2);
	/* What somebody else chose, and Sami may not, stays. */
	set_audience(SAMI, post, SQUIRRELS);
	assert_int_equal(village_count(&v, "post_audience"), 2);
	set_audience(DIRECTOR, post, 0);
	assert_int_equal(village_count(&v, "post_audience"), 0);
	assert_false(
	    publish_choices(&d, village_viewer(&v, MOTHER), 0, &c, &v.e));
}

static void
check_order(int64_t post, const int64_t *want, size_t n)
{
	struct album al;

	DONE(album_load(&v.house, v.arena, v.org, village_edit(&v, SAMI, post),
	    ALBUM_READY, &al, &v.e));
	assert_int_equal(al.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(al.v[i].id, want[i]);
}

static void
move(int64_t post, int64_t photo, enum move how, int64_t to)
{
	struct deed d = village_deed(&v, SAMI);

	DONE(db_begin(v.house.db, &v.e));
	DONE(medium_move(
	    &d, village_edit(&v, SAMI, post), photo, how, to, &v.e));
	DONE(db_commit(v.house.db, &v.e));
}

static void
photos_are_put_in_order_by_buttons(void **state)
{
	int64_t post = published(SQUIRRELS, 0);
	int64_t a = village_photo(&v, post, "a"),
		b = village_photo(&v, post, "b"),
		c = village_photo(&v, post, "c");
	struct album_place at;

	(void)state;
	check_order(post, (int64_t[]){a, b, c}, 3);
	move(post, a, MOVE_UP, 0);
	check_order(post, (int64_t[]){a, b, c}, 3);
	move(post, a, MOVE_DOWN, 0);
	check_order(post, (int64_t[]){b, a, c}, 3);
	move(post, c, MOVE_FIRST, 0);
	check_order(post, (int64_t[]){c, b, a}, 3);
	move(post, c, MOVE_TO, 99);
	check_order(post, (int64_t[]){b, a, c}, 3);
	move(post, c, MOVE_TO, 2);
	check_order(post, (int64_t[]){b, c, a}, 3);
	move(post, b, MOVE_LAST, 0);
	check_order(post, (int64_t[]){c, a, b}, 3);
	DONE(album_place(&v.house, v.arena, village_edit(&v, SAMI, post),
	    village_viewer(&v, SAMI), a, NOW, TODAY, &at, &v.e));
	assert_int_equal(at.at, 2);
	assert_int_equal(at.of, 3);
	assert_int_equal(at.prev, c);
	assert_int_equal(at.next, b);
}

/* ---- the feed ---- */

static struct feed
feed_of(int64_t account, int64_t child, int64_t day, int64_t post)
{
	struct feed_query q = {child, day, post, NOW, TODAY};
	struct feed f;

	DONE(feed_load(&v.house, v.arena, v.org, village_viewer(&v, account),
	    &q, &f, &v.e));
	return f;
}

static void
the_feed_shows_each_viewer_their_own_by_day(void **state)
{
	int64_t one = published(SQUIRRELS, 0), two = published(FOXES, 0);
	int64_t lea = published(0, LEA), old = published(SQUIRRELS, 0);
	struct feed f;

	(void)state;
	(void)village_photo(&v, one, "1");
	village_sql(&v,
	    "UPDATE post SET day_on = 20590 WHERE id = 4;"
	    "UPDATE post_audience SET day_on = 20590 WHERE post = 4");
	(void)village_draft(&v, SQUIRRELS, 0);
	f = feed_of(MOTHER, 0, FEED_NEWEST, FEED_NEWEST);
	assert_int_equal(f.n, 2);
	assert_int_equal(f.v[0].n, 2);
	assert_int_equal(f.v[0].v[0].id, lea);
	assert_int_equal(f.v[0].v[1].id, one);
	assert_int_equal(f.v[0].v[1].photos, 1);
	assert_int_equal(f.v[0].v[1].thumb.n, 1);
	assert_true(str_eq(f.v[0].v[1].title, S("Atelier poterie")));
	assert_true(str_eq(f.v[0].v[1].groups, S("Les Écureuils")));
	assert_int_equal(f.v[1].v[0].id, old);
	assert_false(f.more);
	/* One group of his two is barred, one child's family is not. */
	f = feed_of(FATHER, 0, FEED_NEWEST, FEED_NEWEST);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.v[0].n, 2);
	assert_int_equal(f.v[0].v[0].id, lea);
	assert_int_equal(f.v[0].v[1].id, two);
	assert_int_equal(
	    feed_of(FATHER, TOM, FEED_NEWEST, FEED_NEWEST).v[0].n, 1);
	assert_int_equal(feed_of(SAFETY, 0, FEED_NEWEST, FEED_NEWEST).n, 0);
	assert_int_equal(feed_of(DIRECTOR, 0, FEED_NEWEST, FEED_NEWEST).n, 2);
	assert_int_equal(feed_of(SAMI, 0, FEED_NEWEST, FEED_NEWEST).n, 2);
}

static void
the_feed_is_walked_to_its_end_without_gap_or_repeat(void **state)
{
	int64_t day = FEED_NEWEST, post = FEED_NEWEST, seen = 0, last = 999;
	bool more = true;

	(void)state;
	for (int i = 0; i < 30; i++)
		(void)published(
		    i % 3 == 0 ? 0 : SQUIRRELS, i % 3 == 0 ? LEA : 0);
	/* For the group and for the family as well: shown once. */
	village_sql(&v, "INSERT INTO post_audience (post, child, day_on)"
			" VALUES (2, 1, 20600)");
	for (int page = 0; more && page < 9; page++) {
		struct feed f = feed_of(MOTHER, 0, day, post);

		for (size_t d = 0; d < f.n; d++)
			for (size_t c = 0; c < f.v[d].n; c++) {
				assert_true(f.v[d].v[c].id < last);
				last = f.v[d].v[c].id;
				seen++;
			}
		more = f.more;
		day = f.next_day;
		post = f.next_post;
	}
	assert_false(more);
	assert_int_equal(seen, 30);
}

static void
who_looks_is_written_for_each_group_and_child(void **state)
{
	int64_t post = published(SQUIRRELS, 0);
	struct deed d = village_deed(&v, SAMI);

	(void)state;
	village_sql(&v, "INSERT INTO post_audience (post, child, day_on)"
			" VALUES (1, 3, 20600)");
	DONE(looked_note(&d, AUDIT_POST_VIEWED, "post", post,
	    village_edit(&v, SAMI, post), S(""), &v.e));
	assert_int_equal(village_count(&v, "audit WHERE activity_group = 1"
					   " AND actor = 2"),
	    1);
	assert_int_equal(village_count(&v, "audit WHERE child = 3"), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(a_photo_travels_from_the_sender_to_the_families),
	    T(each_account_has_its_own_code_and_its_own_tag),
	    T(a_rendition_from_before_segments_is_given_to_nobody),
	    T(the_original_is_for_those_who_may_change_the_album),
	    T(each_viewer_of_the_village_sees_their_own),
	    T(no_contact_hides_the_group_of_that_child_and_where_it_was),
	    T(rights_and_enrolments_hold_to_their_last_day),
	    T(what_was_taken_away_is_gone_at_the_next_request),
	    T(a_deleted_photo_leaves_neither_key_nor_file),
	    T(leave_for_one_album_is_none_for_another),
	    T(leave_to_see_is_none_to_change),
	    T(the_same_bytes_are_taken_once_in_an_album),
	    T(a_file_that_did_not_arrive_leaves_nothing),
	    T(a_handle_is_good_for_its_sender_and_album_once),
	    T(a_full_album_takes_no_more),
	    T(a_refused_file_leaves_its_reason_and_no_bytes),
	    T(a_rendition_that_is_not_what_it_says_is_not_kept),
	    T(what_a_crash_left_is_swept),
	    T(an_album_is_published_when_it_can_be),
	    T(tonight_is_the_next_evening),
	    T(staff_choose_among_their_own_groups),
	    T(photos_are_put_in_order_by_buttons),
	    T(the_feed_shows_each_viewer_their_own_by_day),
	    T(the_feed_is_walked_to_its_end_without_gap_or_repeat),
	    T(who_looks_is_written_for_each_group_and_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
