/*
 * feed — what one page costs, in processor time, as the house grows.
 *
 *	feed_bench photos families [rounds]
 *
 * A house of `photos` photos in albums of 24, groups of 20 families; then the
 * viewer, the journal (decided, opened, written as HTML), an album and the
 * permission of one photo are asked again and again for random families.
 * Prints microseconds each.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "../tests/unit/sharing/village.h"
#include "base/num.h"
#include "html_family.h"
#include "people/child.h"
#include "sharing/album.h"
#include "sharing/feed.h"
#include "sharing/viewer.h"
#include "web/family.h"

#define PER_ALBUM 24
#define PER_GROUP 20

static struct village v;
static int64_t families, albums, rounds = 3000;

static void
fill(int64_t photos)
{
	int64_t groups = families / PER_GROUP;
	char *sql = NULL;

	albums = photos / PER_ALBUM;
	if (asprintf(&sql,
		"DELETE FROM enrolment; DELETE FROM staff_group;"
		"WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM"
		" n WHERE i < %" PRId64 ") INSERT INTO activity_group (id,"
		" organisation, season, name, created_at) SELECT i, 1, 1,"
		" 'Groupe ' || i, 1 FROM n;"
		"WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 "
		"FROM"
		" n WHERE i < %" PRId64 ") INSERT INTO account (id,"
		" organisation, kind, state, login_digest, login_enc, name_enc,"
		" pass_hash, lang, created_at) SELECT i, 1, 'guardian',"
		" 'active', CAST(i AS BLOB), x'00', x'00', '', 'fr', 1 FROM n;"
		"INSERT INTO guardian (id, organisation, ref_digest, account,"
		" name_enc, lang, created_at) SELECT id, 1, CAST(id AS BLOB),"
		" id, x'00', 'fr', 1 FROM account WHERE id >= 1000;"
		"INSERT INTO child (id, organisation, created_at)"
		" SELECT id, 1, 1 FROM account WHERE id >= 1000;"
		"INSERT INTO child (id, organisation, created_at)"
		" SELECT id + 100000, 1, 1 FROM account WHERE id >= 1000;"
		"INSERT INTO authority (guardian, child, kind, rights, from_on,"
		" created_at) SELECT id, id, 'parental', 7, 20000, 1 FROM"
		" account WHERE id >= 1000;"
		"INSERT INTO authority (guardian, child, kind, rights, from_on,"
		" created_at) SELECT id, id + 100000, 'parental', 7, 20000, 1"
		" FROM account WHERE id >= 1000;"
		"INSERT INTO enrolment (child, activity_group, from_on, "
		"until_on)"
		" SELECT id, 10 + id %% %" PRId64 ", 20500, 20700 FROM child"
		" WHERE id >= 1000;",
		groups + 9, families + 999, groups) < 0)
		abort();
	village_sql(&v, sql);
	free(sql);
	if (asprintf(&sql,
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM "
		"n"
		" WHERE i < %" PRId64 ") INSERT INTO post (id, organisation,"
		" kind, author, state, title_enc, body_enc, day_on, publish_at,"
		" photos, created_at, changed_at) SELECT i, 1, 'album', 2,"
		" 'published', x'00', x'00', 20600 - i / %" PRId64
		", 1, %d, 1, 1 FROM n;"
		"INSERT INTO post_audience (post, activity_group, day_on)"
		" SELECT id, 10 + id %% %" PRId64 ", day_on FROM post;"
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM "
		"n"
		" WHERE i < %" PRId64 ") INSERT INTO medium (id, organisation,"
		" post, uploader, state, position, width, height, created_at,"
		" cleared) SELECT i, 1, 1 + (i - 1) / %d, 2, 'ready', i %% %d, "
		"4000, "
		"3000,"
		" 1, 1 FROM n;"
		"INSERT INTO blob (medium, side, name, key_wrapped, bytes, "
		"width,"
		" height, type, segments, created_at) SELECT id, 320, 'n' || "
		"id,"
		" zeroblob(72), 1, 1, 1, 'image/jpeg', 1, 1 FROM medium;",
		albums, groups, PER_ALBUM, groups, albums * PER_ALBUM,
		PER_ALBUM, PER_ALBUM) < 0)
		abort();
	village_sql(&v, sql);
	free(sql);
}

/* Real titles and first names: opening them is part of the cost. */
static void
name_all(void)
{
	struct deed d = village_deed(&v, SAMI);
	struct child_name n = {S("Léa"), S("Martin"), 17000};
	int64_t child;
	str title;
	char *sql = NULL;
	struct buf hex = BUF_MAX(4096);

	if (!text_seal(v.arena, &v.org->key, "post.title_enc",
		S("Atelier poterie au bord de l’eau"), &title, &v.e) ||
	    !db_begin(v.house.db, &v.e) ||
	    !child_create(&d, (str){0}, &n, &child, &v.e) ||
	    !db_commit(v.house.db, &v.e))
		fail_msg("%s", v.e.msg);
	buf_hex(&hex, title.p, title.n);
	if (asprintf(&sql,
		"UPDATE post SET title_enc = x'%.*s',"
		" body_enc = title_enc",
		(int)hex.n, hex.p) < 0)
		abort();
	village_sql(&v, sql);
	free(sql);
	buf_done(&hex);
}

static int64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t
family(int64_t i)
{
	return 1000 + (i * 7919) % families;
}

static void
load(struct arena *a, int64_t account, struct viewer **ret)
{
	if (!viewer_load(&v.house, a, v.org, account, TODAY, ret, &v.e))
		fail_msg("%s", v.e.msg);
}

static size_t
journal(struct arena *a, const struct viewer *w, struct buf *page)
{
	struct feed_query q = {0, FEED_NEWEST, FEED_NEWEST, NOW, TODAY};
	struct view view = {.out = page,
	    .arena = a,
	    .lang = LANG_FR,
	    .now = NOW,
	    .org = v.org,
	    .viewer = w,
	    .path = S("/")};
	struct journal j = {.newest = true, .enrolled = true};
	struct feed f;

	if (!feed_load(&v.house, a, v.org, w, &q, &f, &v.e))
		fail_msg("%s", v.e.msg);
	j.feed = &f;
	buf_clear(page);
	html_journal_page(&view, &j);
	return f.n == 0 ? 0 : page->n;
}

static void
measure(void)
{
	OWNED(arena) a = arena_new((size_t)16 << 20);
	CLEANUP(buf_done) struct buf page = BUF_MAX((size_t)1 << 20);
	int64_t spent[4] = {0}, opened = 0;
	size_t bytes = 0;

	for (int64_t i = 0; i < rounds; i++) {
		int64_t account = family(i), t0 = now_ns(), t1, t2;
		const struct grant *g;
		struct viewer *w;
		struct album al;
		int64_t post;

		arena_reset(a);
		load(a, account, &w);
		t1 = now_ns();
		bytes = journal(a, w, &page);
		t2 = now_ns();
		spent[0] += t1 - t0;
		spent[1] += t2 - t1;
		/* An album of one of the viewer's groups. */
		post = w->group[0].id - 10 +
		       families / PER_GROUP *
			   (1 + i % (albums * PER_GROUP / families - 1));
		t0 = now_ns();
		if (!permit_medium(&v.house, a, w, post * PER_ALBUM, 320,
			PERMIT_SEE, NOW, TODAY, &g, &v.e))
			fail_msg("%s", v.e.msg);
		t1 = now_ns();
		if (!album_load(&v.house, a, v.org, g, ALBUM_SHOWN, &al, &v.e))
			fail_msg("%s", v.e.msg);
		spent[2] += t1 - t0;
		spent[3] += now_ns() - t1;
		opened++;
	}
	printf("viewer %.1f us  journal %.1f us (%zu bytes)  permit+album %.1f"
	       " + %.1f us\n",
	    (double)spent[0] / (double)rounds / 1e3,
	    (double)spent[1] / (double)rounds / 1e3, bytes,
	    (double)spent[2] / (double)opened / 1e3,
	    (double)spent[3] / (double)opened / 1e3);
}

int
main(int argc, char **argv)
{
	int64_t photos;

	if (argc < 3 || !num_i64(str_c(argv[1]), 240, 10000000, &photos) ||
	    !num_i64(str_c(argv[2]), 40, 90000, &families) ||
	    (argc > 3 && !num_i64(str_c(argv[3]), 1, 1000000, &rounds))) {
		(void)fprintf(stderr, "usage: feed_bench photos families"
				      " [rounds]\n");
		return 64;
	}
	village_open(&v);
	fill(photos);
	name_all();
	/* As a request has it: one snapshot of the database. */
	village_sql(&v, "BEGIN");
	measure();
	measure();
	village_close(&v);
	return 0;
}
