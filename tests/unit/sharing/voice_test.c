/* Voices: a video is heard by those alone who may hear everybody in it, seen
 * without its sound by the others, and by nobody where it was not made so. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "consent/facts.h"
#include "erasure/erasure.h"
#include "faces/voice.h"
#include "sharing/feed.h"
#include "village.h"

#define GROUPS 2 /* numbers of purposes */
#define VOICE 8
#define ROUNDS 600

static struct village v;
static int64_t post, video, still;
static struct deed sami;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)

__attribute__((format(printf, 1, 2))) static void
run(const char *format, ...)
{
	char sql[1024];
	va_list args;

	va_start(args, format);
	assert_in_range(
	    vsnprintf(sql, sizeof(sql), format, args), 1, (int)sizeof(sql) - 1);
	va_end(args);
	village_sql(&v, sql);
}

/* Of 480 lines; which file somebody gets shows in its width: side and all. */
static void
make_video(void)
{
	int64_t photo = village_bare_photo(&v, post, "a film");

	run("INSERT INTO medium (organisation, post, uploader, state, position,"
	    " kind, duration_ms, gaps, width, height, created_at, sound)"
	    " SELECT organisation, post, uploader, 'ready', 1, 'video', 72000,"
	    " 'looked', 854, 480, 1, 1 FROM medium WHERE id = %" PRId64,
	    photo);
	video = village_count(&v, "medium");
	run("UPDATE blob SET medium = %" PRId64
	    ", side = 480, segments = 0, width = 480 WHERE medium = %" PRId64
	    " AND side = 1024",
	    video, photo);
	still = video + 1;
	run("INSERT INTO medium (organisation, post, uploader, state, position,"
	    " kind, video, at_ms, width, height, created_at, cleared)"
	    " SELECT organisation, post, uploader, 'ready', 1, 'still',"
	    " %" PRId64
	    ", 0, width, height, 1, 1 FROM medium WHERE id = %" PRId64,
	    video, photo);
	run("UPDATE medium SET cleared = 1 WHERE id = %" PRId64
	    "; UPDATE blob SET medium = %" PRId64 " WHERE medium = %" PRId64
	    " AND side > 0;"
	    "DELETE FROM blob WHERE medium = %" PRId64
	    "; UPDATE medium SET state = 'deleted' WHERE id = %" PRId64,
	    video, still, photo, photo, photo);
}

static void
lines_are_there(int side, bool are)
{
	run("DELETE FROM blob WHERE medium = %" PRId64 " AND side = %d", video,
	    side);
	if (are)
		run("INSERT INTO blob (medium, side, name, key_wrapped, bytes,"
		    " width, height, type, created_at) SELECT medium, %d,"
		    " name || '%d', key_wrapped, bytes, %d, height, type, 1"
		    " FROM blob WHERE medium = %" PRId64 " AND side = 480",
		    side, side, side, video);
}

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	village_sql(&v,
	    "INSERT INTO authority (guardian, child, kind, rights, from_on,"
	    " created_at) VALUES (4, 2, 'tutor', 0, 20000, 1);"
	    "INSERT INTO consent_text (id, organisation, digest, lang, body,"
	    " made_at) VALUES (1, 1, x'01', 'fr', 'words', 1)");
	post = village_draft(&v, SQUIRRELS, 0);
	sami = village_deed(&v, SAMI);
	make_video();
	village_publish(&v, post, NOW - 60);
	run("UPDATE post SET state = 'published', publish_at = %" PRId64
	    " WHERE id = %" PRId64,
	    NOW - 60, post);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	if (db_in_transaction(v.house.db))
		db_rollback(v.house.db);
	village_close(&v);
	return 0;
}

static void
one_says(int64_t child, int64_t guardian, int purpose, int media, bool yes)
{
	static int64_t at = NOW - 100000;
	enum consent_action a = yes ? CONSENT_GRANT : CONSENT_REFUSE;

	at++;
	run("INSERT INTO consent_event (organisation, child, who_digest,"
	    " purpose, media, speaker, guardian, action, from_on, text,"
	    " shown_at, acted_at, entered_at, method, actor, hash, said)"
	    " VALUES (1, %" PRId64 ", x'01', %d, %d, 'holder', %" PRId64
	    ", '%s', 20000, 1, %" PRId64 ", %" PRId64
	    ", 1, 'signed-in', 5, x'01', %" PRId64 ")",
	    child, purpose, media, guardian, yes ? "grant" : "refuse", at, at,
	    consent_said_number(CONSENT_HOLDER, a, CONSENT_SIGNED_IN));
}

/* All who hold authority. */
static void
they_say(int64_t child, int purpose, int media, bool yes)
{
	if (child == NOAH) {
		one_says(child, 4, purpose, media, yes);
		return;
	}
	one_says(child, 1, purpose, media, yes);
	one_says(child, 2, purpose, media, yes);
}

/* The file that the account gets for 480 lines; 0: none. */
static int
given(int64_t account)
{
	const struct grant *g;

	if (!permit_medium(&v.house, v.arena, village_viewer(&v, account),
		video, 480, PERMIT_SEE, NOW, TODAY, &g, &v.e)) {
		assert_int_equal(v.e.kind, ERR_NOT_FOUND);
		return 0;
	}
	return (int)grant_blob(g)->width;
}

static bool
in_an_album(int64_t account)
{
	struct feed_query q = {0, FEED_NEWEST, FEED_NEWEST, NOW, TODAY};
	struct feed f;

	DONE(feed_load(&v.house, v.arena, v.org, village_viewer(&v, account),
	    &q, &f, &v.e));
	return f.v[0].v[0].videos == 1;
}

/* ---- the law, written down once more ---- */

struct drawn {
	bool seen[TOM], heard[TOM]; /* said yes, by child */
	enum voice_heard said;
	bool named[TOM];
	bool boxed; /* NOAH, on a still */
	int veil;   /* 0: none, 1: with its sound, 2: without */
	bool quiet;
};

static bool
is_silent(const struct drawn *d, int64_t own)
{
	bool any = false;

	if (d->said == VOICE_NOBODY || d->said == VOICE_GONE)
		return d->said == VOICE_GONE;
	for (int64_t c = LEA; c <= NOAH; c++) {
		bool in = d->said == VOICE_UNKNOWN || d->named[c];

		any |= in;
		if (in && c != own && !(d->seen[c] && d->heard[c]))
			return true;
	}
	return !any;
}

static int
expected(const struct drawn *d, int64_t own)
{
	bool silent = is_silent(d, own);

	if (d->boxed && !d->seen[NOAH] && own != NOAH)
		return d->veil == 0 || (silent && d->veil == 1) ? 0 : 481;
	if (!silent)
		return 480;
	return d->quiet ? 482 : 0;
}

static bool
toss(void)
{
	return rand() % 2 == 0;
}

static void
draw_words(struct drawn *d)
{
	for (int64_t c = LEA; c <= NOAH; c++) {
		d->seen[c] = rand() % 4 > 0;
		d->heard[c] = rand() % 4 > 0;
		they_say(c, GROUPS, 3, d->seen[c]);
		they_say(c, VOICE, 4, d->heard[c]);
		d->named[c] = toss();
	}
	d->said = (enum voice_heard)(rand() % VOICES_HEARD);
	run("DELETE FROM voice_child; DELETE FROM voice");
	if (d->said == VOICE_UNKNOWN)
		return;
	run("INSERT INTO voice VALUES (%" PRId64 ", '%s', 2, 1)", video,
	    d->said == VOICE_NOBODY ? "nobody"
	    : d->said == VOICE_SOME ? "some"
				    : "gone");
	for (int64_t c = LEA; c <= NOAH && d->said == VOICE_SOME; c++)
		if (d->named[c])
			run("INSERT INTO voice_child VALUES (%" PRId64
			    ", %" PRId64 ")",
			    video, c);
}

static void
draw_picture(struct drawn *d)
{
	d->boxed = toss();
	d->veil = rand() % 3;
	d->quiet = toss();
	run("DELETE FROM veil; DELETE FROM veil_box; DELETE FROM region");
	lines_are_there(242, d->quiet);
	lines_are_there(482, d->quiet);
	lines_are_there(481, d->veil > 0);
	if (d->boxed)
		run("INSERT INTO region (medium, x, y, w, h, kind, state, "
		    "child,"
		    " drawn_at, resolved_by, resolved_at) VALUES (%" PRId64
		    ", 1, 1, 9000, 9000, 'drawn', 'child', 2, 1, 2, 1)",
		    still);
	if (d->veil > 0)
		run("INSERT INTO veil (video, state, round, silent, asked_by,"
		    " asked_at, shown_by, shown_at) VALUES (%" PRId64
		    ", 'shown', 1, %d, 2, 1, 2, 1);"
		    "INSERT INTO veil_box VALUES (%" PRId64 ", %" PRId64
		    ", 1, 1, 9000, 9000)",
		    video, d->veil == 2, video, still);
}

static void
a_video_is_heard_by_those_alone_who_may_hear_everybody_in_it(void **state)
{
	int got[500] = {0};

	(void)state;
	srand(29);
	for (int i = 0; i < ROUNDS; i++) {
		struct drawn d;
		int mother, team;

		draw_words(&d);
		draw_picture(&d);
		mother = given(MOTHER);
		team = given(SAMI);
		assert_int_equal(mother, expected(&d, LEA));
		assert_int_equal(team, expected(&d, 0));
		assert_int_equal(given(FOX_MUM), 0);
		if (i % 8 == 0)
			assert_int_equal(in_an_album(MOTHER), mother != 0);
		got[mother]++;
		got[team]++;
		arena_reset(v.arena);
		sami = village_deed(&v, SAMI);
	}
	/* All of it was met. */
	assert_true(
	    got[0] > 50 && got[480] > 50 && got[481] > 50 && got[482] > 50);
}

/* ---- sentences ---- */

static void
everybody_agrees(void)
{
	for (int64_t c = LEA; c <= NOAH; c++) {
		they_say(c, GROUPS, 3, true);
		they_say(c, VOICE, 4, true);
	}
	lines_are_there(242, true);
	lines_are_there(482, true);
}

static const struct face_voice *
asked(void)
{
	struct face_voices *l = NEW(v.arena, struct face_voices);

	DONE(face_voices(&sami, post, false, l, &v.e));
	assert_int_equal(l->n, 1);
	return &l->v[0];
}

static void
say(enum voice_heard heard, int64_t child)
{
	const struct face_voice *q = asked();

	DONE(db_begin(v.house.db, &v.e));
	DONE(face_voice_say(&sami, post, q, heard, &child, 1, &v.e));
	DONE(db_commit(v.house.db, &v.e));
}

static void
nobody_knows_is_heard_when_all_of_that_day_may_be(void **state)
{
	(void)state;
	lines_are_there(242, true);
	lines_are_there(482, true);
	assert_int_equal(given(SAMI), 482); /* nobody was asked yet */
	everybody_agrees();
	assert_int_equal(given(SAMI), 480);
	assert_false(asked()->silent);
	/* A yes to pictures is none to the voice, nor the other way round. */
	they_say(NOAH, VOICE, 4, false);
	assert_int_equal(given(SAMI), 482);
	they_say(NOAH, VOICE, 4, true);
	they_say(NOAH, GROUPS, 3, false);
	assert_int_equal(given(SAMI), 482);
	assert_true(asked()->silent);
}

static void
a_withdrawn_consent_to_the_voice_silences_the_next_request(void **state)
{
	(void)state;
	everybody_agrees();
	say(VOICE_SOME, LEA);
	they_say(NOAH, VOICE, 4, false); /* who is not heard */
	assert_int_equal(given(SAMI), 480);
	they_say(LEA, VOICE, 4, false);
	assert_int_equal(given(SAMI), 482);
	assert_int_equal(given(MOTHER), 480); /* her own child */
	assert_true(asked()->silent);
	say(VOICE_NOBODY, 0);
	assert_int_equal(given(SAMI), 480);
}

static void
without_lines_that_are_silent_nobody_gets_it_and_a_job_makes_them(void **state)
{
	char job[64];

	(void)state;
	everybody_agrees();
	they_say(LEA, VOICE, 4, false);
	lines_are_there(242, false);
	lines_are_there(482, false);
	run("DELETE FROM job");
	say(VOICE_SOME, LEA);
	assert_int_equal(given(SAMI), 0);
	assert_int_equal(given(MOTHER), 480);
	(void)snprintf(job, sizeof(job),
	    "job WHERE kind = 'veil' AND subject = %" PRId64, video);
	assert_int_equal(village_count(&v, job), 1);
	assert_false(asked()->lost);
	/* Given up: that is said, and saying it once more tries again. */
	run("DELETE FROM job");
	assert_true(asked()->lost);
	say(VOICE_SOME, LEA);
	assert_int_equal(village_count(&v, job), 1);
	assert_false(asked()->lost);
	run("DELETE FROM job");
	lines_are_there(242, true);
	assert_false(asked()->lost);
}

static void
an_erased_child_stays_heard_and_takes_the_sound_away(void **state)
{
	int64_t held;

	(void)state;
	everybody_agrees();
	run("UPDATE child SET erasure_token = x'%s' WHERE id = %d",
	    "01010101010101010101010101010101", LEA);
	say(VOICE_SOME, LEA);
	run("INSERT INTO voice_child VALUES (%" PRId64 ", %d)", video, NOAH);
	assert_int_equal(given(SAMI), 480);
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_child(&v.house, v.arena, LEA, NOW, &held, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(village_count(&v, "voice_child WHERE child = 1"), 0);
	assert_int_equal(given(SAMI), 482);
	assert_int_equal(asked()->heard, VOICE_GONE);
	assert_true(asked()->silent);
}

static void
who_is_seen_comes_ticked_until_somebody_says_who_is_heard(void **state)
{
	const struct face_voice *q;

	(void)state;
	run("INSERT INTO region (medium, x, y, w, h, kind, state, child,"
	    " drawn_at, resolved_by, resolved_at) VALUES (%" PRId64
	    ", 1, 1, 9000, 9000, 'drawn', 'child', 2, 1, 2, 1)",
	    still);
	q = asked();
	assert_int_equal(q->heard, VOICE_UNKNOWN);
	assert_int_equal(q->children.n, 2);
	for (size_t i = 0; i < q->children.n; i++)
		assert_int_equal(
		    q->children.v[i].heard, q->children.v[i].child->id == NOAH);
	say(VOICE_SOME, TOM); /* who was not there */
	assert_int_equal(asked()->heard, VOICE_UNKNOWN);
	say(VOICE_SOME, LEA);
	q = asked();
	for (size_t i = 0; i < q->children.n; i++)
		assert_int_equal(
		    q->children.v[i].heard, q->children.v[i].child->id == LEA);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_video_is_heard_by_those_alone_who_may_hear_everybody_in_it),
	    T(nobody_knows_is_heard_when_all_of_that_day_may_be),
	    T(a_withdrawn_consent_to_the_voice_silences_the_next_request),
	    T(without_lines_that_are_silent_nobody_gets_it_and_a_job_makes_them),
	    T(an_erased_child_stays_heard_and_takes_the_sound_away),
	    T(who_is_seen_comes_ticked_until_somebody_says_who_is_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
