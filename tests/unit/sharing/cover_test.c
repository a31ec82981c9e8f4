/* Boxes drawn into what is stored: when they hide, when they go, when not. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "erasure/erasure.h"
#include "jobs/cover.h"
#include "jobs/redraw.h"
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

static const struct grant *
seen_by(int64_t account, int64_t photo, int side)
{
	const struct grant *g;

	DONE(permit_medium(&v.house, v.arena, village_viewer(&v, account),
	    photo, side, PERMIT_SEE, NOW, TODAY, &g, &v.e));
	return g;
}

static const struct cover_area box = {1000, 2000, 30000, 40000};
static const struct cover_area corner = {5, 5, 5, 5};

/* What covers are for: a region of that size. */
static void
have_region(int64_t photo, const struct cover_area *b)
{
	str q = arena_fmt(v.arena,
	    "INSERT INTO region (medium, x, y, w, h, kind, state, drawn_at,"
	    " resolved_at) VALUES (%" PRId64 ", %" PRId64 ", %" PRId64
	    ", %" PRId64 ", %" PRId64 ", 'drawn', 'adult', 1, 1)",
	    photo, b->x, b->y, b->w, b->h);

	DONE(db_exec(v.house.db, arena_cstr(v.arena, q), &v.e));
}

static bool
is_hidden(int64_t photo)
{
	uint8_t hidden[PLAN_HIDDEN_BYTES] = {0};
	bool waits;

	DONE(cover_slots(
	    &v.house, v.arena, photo, &box, 1, hidden, &waits, &v.e));
	if (waits)
		return false;
	assert_int_equal(hidden[0], 1);
	return true;
}

/* A media worker's answer, with these regions in it. */
static bool
answer_cover(
    int64_t photo, const struct segment_region *r, size_t n, uint32_t cut)
{
	struct media_picture p = {.width = 64, .height = 48};
	struct media_covered d = {.id = (uint32_t)photo};
	int fd[MEDIA_SIDES];
	bool done;

	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		fd[i] = village_rendition(&p, S("1"), r, n, &d.bytes[i]);
		d.bytes[i] -= cut;
	}
	done = cover_store(&v.house, v.arena, photo, &d, fd, NOW, &v.e);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		(void)close(fd[i]);
	return done;
}

static void
a_box_is_hidden_once_it_is_drawn_and_not_before(void **state)
{
	int64_t photo = village_photo(&v, published(SQUIRRELS, 0), "1");
	struct segment_region r = {0, 1000, 2000, 31000, 42000};
	str before = grant_mark(v.arena, v.org, seen_by(MOTHER, photo, 320));
	struct media_cover job;
	int fd[MEDIA_SIDES];

	(void)state;
	assert_false(is_hidden(photo));
	have_region(photo, &box);
	DONE(cover_want(&v.house, v.arena, photo, &box, NOW, &v.e));
	DONE(cover_want(&v.house, v.arena, photo, &box, NOW, &v.e));
	assert_int_equal(village_count(&v, "cover"), 1);
	assert_int_equal(village_count(&v, "job WHERE kind = 'cover'"), 1);
	assert_false(is_hidden(photo));
	DONE(cover_open(&v.house, v.arena, photo, fd, &job, &v.e));
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		(void)close(fd[i]);
	assert_int_equal(job.n, 1);
	assert_int_equal(job.region[0].x1, 31000);
	/* Another box came meanwhile: it has its turn. */
	have_region(photo, &corner);
	DONE(cover_want(&v.house, v.arena, photo, &corner, NOW, &v.e));
	assert_true(answer_cover(photo, &r, 1, 0));
	assert_true(is_hidden(photo));
	assert_int_equal(village_count(&v, "job WHERE kind = 'cover'"), 1);
	assert_int_equal(village_count(&v, "cover WHERE drawn = 0"), 1);
	assert_int_equal(village_files(&v), 4);
	assert_false(str_eq(
	    before, grant_mark(v.arena, v.org, seen_by(MOTHER, photo, 320))));
	(void)seen_by(MOTHER, photo, 1024);
}

static void
covers_that_are_not_what_they_say_change_nothing(void **state)
{
	int64_t photo = village_photo(&v, published(SQUIRRELS, 0), "1");
	struct segment_region r = {0, 1000, 2000, 31000, 42000};

	(void)state;
	have_region(photo, &box);
	DONE(cover_want(&v.house, v.arena, photo, &box, NOW, &v.e));
	assert_false(answer_cover(photo, &r, 1, 1));
	assert_int_equal(v.e.kind, ERR_CORRUPT);
	assert_false(is_hidden(photo));
	assert_int_equal(village_files(&v), 4);
	(void)seen_by(MOTHER, photo, 1024);
	/* Without the box that was wanted: it is wanted still. */
	assert_true(answer_cover(photo, NULL, 0, 0));
	assert_false(is_hidden(photo));
	assert_int_equal(village_count(&v, "job WHERE kind = 'cover'"), 1);
}

static int64_t
covered_photo(void)
{
	int64_t photo = village_photo(&v, published(SQUIRRELS, 0), "1");
	struct segment_region r = {0, 1000, 2000, 31000, 42000, 0};

	have_region(photo, &box);
	DONE(cover_want(&v.house, v.arena, photo, &box, NOW, &v.e));
	assert_true(answer_cover(photo, &r, 1, 0));
	assert_true(is_hidden(photo));
	assert_int_equal(village_count(&v, "job WHERE kind <> 'faces'"), 0);
	return photo;
}

/* Its slot, too, may be given to another box, of which nothing is drawn yet. */
static void
a_cover_that_no_box_uses_is_erased_when_it_is_drawn_anew(void **state)
{
	int64_t photo = covered_photo();
	struct segment_region r = {0, 1000, 2000, 31000, 42000, 0};
	struct media_cover job;
	int fd[MEDIA_SIDES];

	(void)state;
	DONE(db_exec(v.house.db, "DELETE FROM region", &v.e));
	DONE(cover_regions(&v.house, v.arena, photo, NOW, &v.e));
	assert_int_equal(village_count(&v, "job WHERE kind = 'redraw'"), 1);
	DONE(cover_open(&v.house, v.arena, photo, fd, &job, &v.e));
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		(void)close(fd[i]);
	assert_int_equal(job.n, 0);
	/* It is wanted again while it is drawn without: withheld, not shown. */
	have_region(photo, &box);
	assert_true(answer_cover(photo, NULL, 0, 0));
	assert_false(is_hidden(photo));
	assert_int_equal(village_count(&v, "job WHERE kind = 'cover'"), 1);
	assert_true(answer_cover(photo, &r, 1, 0));
	assert_true(is_hidden(photo));
	DONE(db_exec(v.house.db, "DELETE FROM region", &v.e));
	assert_true(answer_cover(photo, NULL, 0, 0));
	assert_int_equal(village_count(&v, "cover"), 0);
	assert_int_equal(village_count(&v, "job WHERE kind <> 'faces'"), 0);
	assert_int_equal(village_files(&v), 4);
	have_region(photo, &corner);
	DONE(cover_want(&v.house, v.arena, photo, &corner, NOW, &v.e));
	assert_int_equal(village_count(&v, "cover WHERE drawn = 0"), 1);
}

/* As jobs do it, but for the drawing. */
static int64_t
give_to_the_queue(void)
{
	bool more = true;

	while (more)
		DONE(redraw_turn(&v.house, v.arena, &more, &v.e));
	return village_count(&v, "job WHERE kind = 'redraw'");
}

/* The answer says which shape it has; one from before the change is drawn
 * again. */
static void
another_shape_draws_every_covered_photo_anew(void **state)
{
	int64_t photo = covered_photo();
	struct segment_region r = {0, 1000, 2000, 31000, 42000, 0};
	struct media_cover job;
	int fd[MEDIA_SIDES];

	(void)state;
	(void)village_photo(&v, published(SQUIRRELS, 0), "no box");
	DONE(cover_shape_set(&v.house, v.org->id, REGION_CAT, &v.e));
	assert_int_equal(give_to_the_queue(), 1);
	assert_int_equal(village_count(&v, "cover_redraw"), 0);
	assert_int_equal(village_count(&v, "job WHERE kind = 'redraw'"), 1);
	assert_true(is_hidden(photo));
	DONE(cover_open(&v.house, v.arena, photo, fd, &job, &v.e));
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		(void)close(fd[i]);
	assert_int_equal(job.shape, REGION_CAT);
	assert_true(answer_cover(photo, &r, 1, 0));
	assert_int_equal(village_count(&v, "job WHERE kind = 'redraw'"), 1);
	assert_true(is_hidden(photo));
	DONE(cover_shape_set(&v.house, v.org->id, REGION_ROUND, &v.e));
	assert_int_equal(give_to_the_queue(), 1);
	assert_true(answer_cover(photo, &r, 1, 0));
	assert_int_equal(village_count(&v, "job WHERE kind = 'redraw'"), 0);
}

#define MANY 2300

/* Photos with a box, as rows alone. */
static void
have_many_covered(int64_t like)
{
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < %d) INSERT INTO medium (organisation, post, uploader,"
	    " state, position, created_at) SELECT m.organisation, m.post,"
	    " m.uploader, m.state, n.i, m.created_at FROM n, medium m"
	    " WHERE m.id = %" PRId64,
	    MANY - 1, like);
	DONE(db_exec(v.house.db, sql, &v.e));
	DONE(db_exec(v.house.db,
	    "INSERT INTO cover (medium, slot, x, y, w, h, drawn)"
	    " SELECT m.id, 0, 1000, 2000, 30000, 40000, 1 FROM medium m"
	    " WHERE NOT EXISTS (SELECT 1 FROM cover c WHERE c.medium = m.id)",
	    &v.e));
}

static void
a_large_house_is_drawn_anew_a_page_at_a_time(void **state)
{
	int64_t drawn = 0;

	(void)state;
	have_many_covered(covered_photo());
	DONE(cover_shape_set(&v.house, v.org->id, REGION_CAT, &v.e));
	for (int i = 0; village_count(&v, "cover_redraw") > 0; i++) {
		int64_t n = give_to_the_queue();

		assert_true(i < MANY);
		assert_in_range(n, 0, REDRAW_MOST + REDRAW_PAGE);
		/* While enough wait, the place stays. */
		assert_int_equal(give_to_the_queue(), n);
		drawn += n;
		DONE(db_exec(v.house.db, "DELETE FROM job", &v.e));
	}
	assert_int_equal(drawn, MANY);
}

static void
another_shape_in_the_middle_begins_with_the_first_photo_again(void **state)
{
	(void)state;
	have_many_covered(covered_photo());
	DONE(cover_shape_set(&v.house, v.org->id, REGION_CAT, &v.e));
	assert_true(give_to_the_queue() > 0);
	assert_int_equal(village_count(&v, "cover_redraw WHERE medium > 0"), 1);
	DONE(cover_shape_set(&v.house, v.org->id, REGION_BEAR, &v.e));
	assert_int_equal(village_count(&v, "cover_redraw WHERE medium = 0"), 1);
}

static void
an_erased_photo_leaves_nothing_to_be_done_with_it(void **state)
{
	int64_t photo = covered_photo();

	(void)state;
	DONE(db_exec(v.house.db,
	    "INSERT INTO job (kind, subject, run_at) SELECT k.column1, m.id, 0"
	    " FROM medium m, (VALUES ('cover'), ('redraw'), ('known')) k"
	    " WHERE true ON CONFLICT DO NOTHING",
	    &v.e));
	assert_int_equal(village_count(&v, "job WHERE kind = 'redraw'"), 1);
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_medium(&v.house, v.arena, photo, NOW, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(village_count(&v, "job"), 0);
}

static void
a_photo_that_cannot_be_covered_is_given_up_and_stays_withheld(void **state)
{
	int64_t photo = covered_photo();

	(void)state;
	have_region(photo, &corner);
	DONE(cover_want(&v.house, v.arena, photo, &corner, NOW, &v.e));
	for (int i = 0; i < 100; i++)
		DONE(cover_failed(
		    &v.house, v.arena, photo, false, "disk", NOW, &v.e));
	for (int i = 0; i < COVER_TRIES_MAX; i++) {
		assert_int_equal(
		    village_count(&v, "job WHERE kind = 'cover'"), 1);
		assert_int_equal(
		    village_count(&v, "medium WHERE cover_lost_at > 0"), 0);
		DONE(cover_failed(
		    &v.house, v.arena, photo, true, "corrupt", NOW, &v.e));
	}
	assert_int_equal(village_count(&v, "job WHERE kind = 'cover'"), 0);
	assert_int_equal(
	    village_count(&v, "medium WHERE cover_lost_at > 0"), 1);
	assert_int_equal(village_count(&v, "cover WHERE drawn = 0"), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(a_box_is_hidden_once_it_is_drawn_and_not_before),
	    T(covers_that_are_not_what_they_say_change_nothing),
	    T(a_cover_that_no_box_uses_is_erased_when_it_is_drawn_anew),
	    T(another_shape_draws_every_covered_photo_anew),
	    T(a_large_house_is_drawn_anew_a_page_at_a_time),
	    T(another_shape_in_the_middle_begins_with_the_first_photo_again),
	    T(an_erased_photo_leaves_nothing_to_be_done_with_it),
	    T(a_photo_that_cannot_be_covered_is_given_up_and_stays_withheld),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
