#include "village.h"
#include "faces/word.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <openssl/sha.h>

#include "../store/fresh.h"
#include "erasure/journal.h"
#include "hash/kind.h"
#include "jobs/intake.h"
#include "sharing/publish.h"
#include "sharing/upload.h"
#include "sharing/viewer.h"

#define CHECK(v, done)                              \
	do {                                        \
		if (!(done))                        \
			fail_msg("%s", (v)->e.msg); \
	} while (0)

static const char rows[] =
    "INSERT INTO account (id, organisation, kind, role, state, login_digest,"
    " login_enc, name_enc, pass_hash, lang, created_at) VALUES"
    " (1, 1, 'staff', 'director', 'active', x'01', x'00', x'00', '', 'fr', 1),"
    " (2, 1, 'staff', 'animateur', 'active', x'02', x'00', x'00', '', 'fr', 1),"
    " (3, 1, 'staff', 'animateur', 'active', x'03', x'00', x'00', '', 'fr', 1),"
    " (4, 1, 'staff', 'safeguarding', 'active', x'04', x'00', x'00', '', 'fr', "
    "1),"
    " (5, 1, 'guardian', NULL, 'active', x'05', x'00', x'00', '', 'fr', 1),"
    " (6, 1, 'guardian', NULL, 'active', x'06', x'00', x'00', '', 'fr', 1),"
    " (7, 1, 'relative', NULL, 'active', x'07', x'00', x'00', '', 'fr', 1),"
    " (8, 1, 'guardian', NULL, 'active', x'08', x'00', x'00', '', 'fr', 1);"
    "INSERT INTO season (id, organisation, name, from_on, until_on)"
    " VALUES (1, 1, 's', 20500, 20700);"
    "INSERT INTO activity_group (id, organisation, season, name, created_at)"
    " VALUES (1, 1, 1, 'Les Écureuils', 1), (2, 1, 1, 'Les Renards', 1);"
    "INSERT INTO staff_group (account, activity_group) "
    "VALUES (2, 1), (3, 2);"
    "INSERT INTO child (id, organisation, created_at)"
    " VALUES (1, 1, 1), (2, 1, 1), (3, 1, 1);"
    "INSERT INTO enrolment (child, activity_group, from_on, until_on) VALUES"
    " (1, 1, 20500, 20700), (2, 1, 20500, 20700), (3, 2, 20500, 20700);"
    "INSERT INTO guardian (id, organisation, ref_digest, account, name_enc,"
    " lang, created_at) VALUES (1, 1, x'01', 5, x'00', 'fr', 1),"
    " (2, 1, x'02', 6, x'00', 'fr', 1), (3, 1, x'03', 7, x'00', 'fr', 1),"
    " (4, 1, x'04', 8, x'00', 'fr', 1);"
    "INSERT INTO authority (guardian, child, kind, rights, from_on, created_at)"
    " VALUES (1, 1, 'parental', 7, 20000, 1), (2, 1, 'parental', 7, 20000, 1),"
    " (2, 3, 'parental', 7, 20000, 1), (2, 2, 'no_contact', 0, 20000, 1),"
    " (3, 1, 'relative', 1, 20000, 1), (4, 3, 'tutor', 7, 20000, 1);";

static void
make_organisation(struct village *v)
{
	int64_t id;

	CHECK(v, db_begin(v->house.db, &v->e));
	CHECK(v, house_org_create(&v->house, v->arena, S("Les Tilleuls"),
		     S("fr"), S("Europe/Paris"), LANG_FR, 1, &id, &v->e));
	CHECK(v, db_commit(v->house.db, &v->e));
	CHECK(v, house_reload(&v->house, &v->e));
	CHECK(v, house_org(&v->house, id, &v->org, &v->e));
	assert_int_equal(id, 1);
}

void
village_open(struct village *v)
{

	*v = (struct village){.folder = "/tmp/preau-test-XXXXXX",
	    .arena = arena_new((size_t)64 << 20)};
	assert_non_null(mkdtemp(v->folder));
	CHECK(v, crypto_init(&v->e));
	conf_defaults(&v->conf);
	(void)snprintf(
	    v->conf.data, sizeof(v->conf.data), "%s/data", v->folder);
	(void)snprintf(v->conf.erasures, sizeof(v->conf.erasures),
	    "%s/erasures.log", v->folder);
	assert_int_equal(mkdir(v->conf.data, 0700), 0);
	key_random(&v->master);
	CHECK(v, journal_prepare(v->conf.erasures, &v->master, NULL, &v->e));
	CHECK(v, fresh_house(v->conf.data, &v->e));
	CHECK(v, house_open(&v->house, &v->conf, &v->master, DB_CREATE, &v->e));
	make_organisation(v);
	village_sql(v, rows);
}

void
village_shut(struct village *v)
{
	house_close(&v->house);
}

void
village_reopen(struct village *v)
{
	CHECK(v, house_open(&v->house, &v->conf, &v->master, DB_WRITE, &v->e));
	CHECK(v, house_org(&v->house, 1, &v->org, &v->e));
}

static int
drop_one(const char *path, const struct stat *st, int flag, struct FTW *walk)
{
	(void)st;
	(void)flag;
	(void)walk;
	return remove(path);
}

void
village_close(struct village *v)
{
	house_close(&v->house);
	for (size_t i = 0; i < v->n_sql; i++)
		free(v->sql[i]);
	arena_free(v->arena);
	(void)nftw(v->folder, drop_one, 8, FTW_DEPTH | FTW_PHYS);
}

void
village_sql(struct village *v, const char *sql)
{
	if (!db_exec(v->house.db, sql, &v->e))
		fail_msg("%s: %s", sql, v->e.msg);
}

/* The statement cache goes by the address of its text: one of each. */
static const char *
count_text(struct village *v, const char *what)
{
	char *sql = NULL;

	assert_true(asprintf(&sql, "SELECT count(*) FROM %s", what) > 0);
	for (size_t i = 0; i < v->n_sql; i++)
		if (strcmp(v->sql[i], sql) == 0) {
			free(sql);
			return v->sql[i];
		}
	assert_true(v->n_sql < VILLAGE_COUNTS);
	return v->sql[v->n_sql++] = sql;
}

int64_t
village_count(struct village *v, const char *what)
{
	struct stmt *st;
	int64_t n;
	bool row;

	CHECK(v, stmt_get(v->house.db, count_text(v, what), &st, &v->e));
	CHECK(v, stmt_step(st, &row, &v->e));
	n = stmt_i64(st, 0);
	stmt_done(&st);
	return n;
}

static bool
count_file(
    void *ctx, const char *name, bool incoming, int64_t age_s, struct err *e)
{
	(void)name;
	(void)incoming;
	(void)age_s;
	(void)e;
	++*(size_t *)ctx;
	return true;
}

size_t
village_files(struct village *v)
{
	size_t n = 0;

	CHECK(v, blob_each(v->house.blobs, count_file, &n, &v->e));
	return n;
}

struct deed
village_deed(struct village *v, int64_t actor)
{
	return (struct deed){.house = &v->house,
	    .arena = v->arena,
	    .org = v->org,
	    .actor = actor,
	    .now = NOW,
	    .today = TODAY};
}

struct viewer *
village_viewer(struct village *v, int64_t account)
{
	struct viewer *ret;

	CHECK(v, viewer_load(
		     &v->house, v->arena, v->org, account, TODAY, &ret, &v->e));
	return ret;
}

const struct grant *
village_edit(struct village *v, int64_t account, int64_t post)
{
	const struct grant *g;

	CHECK(v, permit_post(&v->house, v->arena, village_viewer(v, account),
		     post, PERMIT_EDIT, NOW, TODAY, &g, &v->e));
	return g;
}

int64_t
village_draft(struct village *v, int64_t group, int64_t child)
{
	struct deed d = village_deed(v, SAMI);
	struct post_text text = {S("Atelier poterie"), S("Des bols."), TODAY};
	char sql[200];
	int64_t id;

	CHECK(v, db_begin(v->house.db, &v->e));
	CHECK(v, post_create(&d, &text, &id, &v->e));
	CHECK(v, db_commit(v->house.db, &v->e));
	if (group != 0 || child != 0) {
		(void)snprintf(sql, sizeof(sql),
		    "INSERT INTO post_audience (post, activity_group, child,"
		    " day_on) VALUES (%" PRId64 ", nullif(%" PRId64
		    ", 0), nullif(%" PRId64 ", 0), %d)",
		    id, group, child, TODAY);
		village_sql(v, sql);
	}
	return id;
}

void
village_publish(struct village *v, int64_t post, int64_t at)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql),
	    "UPDATE post SET state = 'published', publish_at = %" PRId64
	    " WHERE id = %" PRId64,
	    at, post);
	village_sql(v, sql);
}

int
village_send(struct village *v, int64_t post, str bytes, int64_t *ret_id)
{
	struct deed d = village_deed(v, DIRECTOR);
	const struct grant *g = village_edit(v, DIRECTOR, post);
	struct http_file f = {
	    .name = S("IMG_1.jpg"), .bytes = bytes.n, .state = HTTP_FILE_WHOLE};
	struct http_file_go go = {0};
	OWNED(blob_writer) w = NULL;
	enum upload_fate fate;
	OWNED_FD fd = -1;
	int64_t n;

	CHECK(v, upload_open(&d, g, f.name, &go, &fd, &v->e));
	w = blob_writer_new(fd, &go.key, &v->e);
	assert_non_null(w);
	CHECK(v, blob_write(w, bytes.p, bytes.n, &v->e));
	CHECK(v, blob_finish(w, &n, &v->e));
	f.handle = go.handle;
	(void)SHA256((const uint8_t *)bytes.p, bytes.n, f.digest);
	CHECK(v, db_begin(v->house.db, &v->e));
	CHECK(v, upload_end(&d, g, &f, &fate, &v->e));
	CHECK(v, db_commit(v->house.db, &v->e));
	*ret_id = (int64_t)go.handle;
	return (int)fate;
}

/* A ramp, and what bytes say of its shade. */
int
village_rendition(const struct media_picture *p, str bytes,
    const struct segment_region *region, size_t regions, uint32_t *ret_n)
{
	struct cut_recipe recipe = {
	    .interval = 2, .region = region, .regions = regions};
	CLEANUP(buf_done) struct buf file = BUF_MAX((size_t)1 << 20);
	struct segment_samples s = {
	    .width = p->width, .height = p->height, .parts = 1};
	size_t n = (size_t)p->width * p->height;
	struct segment_picture picture;
	uint8_t *grey = malloc(n);
	struct err e;
	int fd = memfd_create("rendition", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0 && grey != NULL);
	for (size_t i = 0; i < n; i++)
		grey[i] = (uint8_t)(i % p->width + (uint8_t)bytes.p[0]);
	s.plane[0] =
	    (struct segment_plane){grey, p->width, p->height, p->width};
	assert_true(segment_picture_of(&s, 80, &picture, &e));
	assert_true(segment_cut(&picture, &recipe, &file, &e));
	segment_picture_done(&picture);
	free(grey);
	assert_int_equal(write(fd, file.p, file.n), (ssize_t)file.n);
	assert_int_equal(
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
	    0);
	*ret_n = (uint32_t)file.n;
	return fd;
}

static bool
holds(int fd, str bytes)
{
	char *got = calloc(1, bytes.n + 2);
	ssize_t n = pread(fd, got, bytes.n + 1, 0);
	bool same = n == (ssize_t)bytes.n && memcmp(got, bytes.p, bytes.n) == 0;

	free(got);
	return same;
}

/* Not what such a picture would have, but always the same. */
static struct hashes
hashes_of(struct village *v, str bytes)
{
	static uint8_t value[2][HASHES_VALUE_MAX];
	static struct hash_row row[] = {
	    {.kind = HASH_PDQ,
		.quality = 100,
		.value = {(const char *)value[0], HASHES_VALUE_MAX}},
	    {.kind = HASH_SHA256,
		.quality = HASHES_NO_QUALITY,
		.value = {(const char *)value[1], 32}},
	};

	(void)v;
	for (size_t i = 0; i < sizeof(value); i++)
		value[i / HASHES_VALUE_MAX][i % HASHES_VALUE_MAX] =
		    (uint8_t)((unsigned char)bytes.p[i % bytes.n] * 31u + i);
	return (struct hashes){row, 2};
}

bool
village_take_in(struct village *v, int64_t medium, str bytes)
{
	struct media_done d = {.id = (uint32_t)medium,
	    .verdict = MEDIA_OK,
	    .format = 1,
	    .width = 4000,
	    .height = 3000,
	    .has_taken = true,
	    .taken = {2026, 5, 27, 10, 30, 0}};
	struct key place[MEDIA_SIDES];
	int fd[MEDIA_SIDES];
	struct hashes hashes = hashes_of(v, bytes);
	OWNED_FD plain = -1;
	bool same;

	CHECK(
	    v, intake_open(&v->house, v->arena, medium, &plain, place, &v->e));
	same = holds(plain, bytes);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		d.picture[i] =
		    (struct media_picture){.width = 64, .height = 48};
		fd[i] = village_rendition(
		    &d.picture[i], bytes, NULL, 0, &d.picture[i].bytes);
	}
	CHECK(v, intake_store(
		     &v->house, v->arena, medium, &d, &hashes, fd, NOW, &v->e));
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		(void)close(fd[i]);
	return same;
}

int64_t
village_bare_photo(struct village *v, int64_t post, const char *bytes)
{
	int64_t id;

	assert_int_equal(
	    village_send(v, post, str_c(bytes), &id), UPLOAD_QUEUED);
	assert_true(village_take_in(v, id, str_c(bytes)));
	return id;
}

void
village_word(struct village *v, int64_t post, int64_t medium)
{
	struct deed d = village_deed(v, SAMI);
	struct deed second = village_deed(v, DIRECTOR);
	enum word_answer answer;

	CHECK(v, db_begin(v->house.db, &v->e));
	CHECK(v, word_nobody(&d, post, medium, &answer, &v->e));
	if (answer == WORD_SECOND)
		CHECK(v, word_nobody(&second, post, medium, &answer, &v->e));
	CHECK(v, db_commit(v->house.db, &v->e));
	assert_int_equal(answer, WORD_DONE);
}

int64_t
village_photo(struct village *v, int64_t post, const char *bytes)
{
	int64_t id = village_bare_photo(v, post, bytes);

	village_word(v, post, id);
	return id;
}

bool
village_delete(struct village *v, int64_t account, int64_t post, int64_t medium,
    bool not_again)
{
	const struct grant *g = village_edit(v, account, post);
	struct deed d = village_deed(v, account);
	struct photos_gone gone;

	CHECK(v, db_begin(v->house.db, &v->e));
	if (medium_delete(&d, g, medium, not_again, &gone, &v->e) &&
	    db_commit(v->house.db, &v->e))
		return photos_gone(&d, &gone, &v->e);
	db_rollback(v->house.db);
	return false;
}

bool
village_sees(
    struct village *v, int64_t account, int64_t medium, enum permit_want want)
{
	int side = want == PERMIT_ORIGINAL ? 0 : 320;
	const struct grant *g;
	bool done =
	    permit_medium(&v->house, v->arena, village_viewer(v, account),
		medium, side, want, NOW, TODAY, &g, &v->e);

	if (!done)
		assert_int_equal(v->e.kind, ERR_NOT_FOUND);
	return done;
}
