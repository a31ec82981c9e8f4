#include "fixture.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../store/fresh.h"
#include "audit/audit.h"
#include "backup/tree.h"
#include "base/buf.h"
#include "sharing/blob_key.h"
#include "sql_blob.h"

static struct err e;

#define OK(call)                                          \
	do {                                              \
		if (!(call))                              \
			fail_msg("%s: %s", #call, e.msg); \
	} while (0)

void
fixture_sql(struct fixture *f, const char *text)
{
	OK(db_exec(f->house.db, text, &e));
}

int64_t
fixture_count(struct fixture *f, const char *sql)
{
	CLEANUP(stmt_done) struct stmt *q = NULL;
	bool row = false;

	OK(stmt_get(f->house.db, sql, &q, &e));
	OK(stmt_step(q, &row, &e));
	assert_true(row);
	return stmt_i64(q, 0);
}

void
fixture_open(struct fixture *f)
{
	OK(house_open(&f->house, &f->conf, &f->master, DB_CREATE, &e));
	f->org = f->house.n_org == 0 ? NULL : &f->house.org[0];
}

void
fixture_close(struct fixture *f)
{
	house_close(&f->house);
}

/* A child with a key of its own and a first name under it. */
static void
seal_child(struct fixture *f, int64_t id)
{
	char sql[600];
	str wrapped, first;
	struct key k;
	struct buf b = BUF_MAX(sizeof(sql));

	key_random(&k);
	OK(key_wrap(f->arena, &f->org->key, &k,
	    arena_fmt(f->arena, "child %" PRId64, id), &wrapped, &e));
	OK(text_seal(f->arena, &k, "child.first", S("Sami"), &first, &e));
	buf_printf(&b, "UPDATE child SET key_wrapped = x'");
	buf_hex(&b, wrapped.p, wrapped.n);
	buf_printf(&b, "', first_enc = x'");
	buf_hex(&b, first.p, first.n);
	buf_printf(&b, "' WHERE id = %" PRId64, id);
	buf_byte(&b, '\0');
	fixture_sql(f, b.p);
	buf_done(&b);
}

static const char people[] =
    "INSERT INTO account (id, organisation, kind, role, state, login_digest,"
    " login_enc, name_enc, pass_hash, lang, created_at) VALUES"
    " (1, 1, 'staff', 'director', 'active', x'01', x'00', x'aa', '', 'fr', 1);"
    "INSERT INTO season (id, organisation, name, from_on, until_on)"
    " VALUES (1, 1, 's', 0, 90000);"
    "INSERT INTO activity_group (id, organisation, season, name, created_at)"
    " VALUES (1, 1, 1, 'g', 1);"
    "INSERT INTO child (id, organisation, created_at) VALUES"
    " (1, 1, 1), (2, 1, 1);"
    "INSERT INTO guardian (id, organisation, ref_digest, name_enc, lang,"
    " created_at) VALUES (1, 1, x'05', x'00', 'fr', 1);"
    "INSERT INTO authority (guardian, child, kind, rights, from_on,"
    " document_enc, created_at) VALUES (1, 1, 'parental', 7, 1, x'dd', 1);"
    "INSERT INTO post (id, organisation, kind, author, state, title_enc,"
    " body_enc, day_on, publish_at, created_at, changed_at) VALUES"
    " (1, 1, 'album', 1, 'published', x'00', x'00', 1, 1, 1, 1),"
    " (2, 1, 'album', 1, 'published', x'00', x'00', 1, 1, 1, 1);"
    "INSERT INTO post_audience (post, activity_group, child, day_on)"
    " VALUES (1, 1, NULL, 1), (2, NULL, 1, 1);";

static void
move_in(struct fixture *f)
{
	int64_t id = 0;

	fixture_open(f);
	OK(db_begin(f->house.db, &e));
	OK(house_org_create(&f->house, f->arena, S("Les Tilleuls"), S("fr"),
	    S("Europe/Paris"), LANG_FR, 1, &id, &e));
	OK(db_commit(f->house.db, &e));
	OK(house_reload(&f->house, &e));
	f->org = &f->house.org[0];
	fixture_sql(f, people);
	seal_child(f, 1);
	seal_child(f, 2);
	f->child = 1;
	f->other_child = 2;
	f->group_post = 1;
	f->child_post = 2;
}

int
fixture_begin(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char path[128];

	if (f == NULL || !crypto_init(&e))
		return -1;
	(void)snprintf(f->root, sizeof(f->root), "/tmp/preau-backup-XXXXXX");
	if (mkdtemp(f->root) == NULL)
		return -1;
	f->arena = arena_new((size_t)32 << 20);
	conf_defaults(&f->conf);
	(void)snprintf(f->out, sizeof(f->out), "%s/out", f->root);
	(void)snprintf(f->conf.data, sizeof(f->conf.data), "%s/data", f->root);
	(void)snprintf(f->conf.erasures, sizeof(f->conf.erasures),
	    "%s/erasures.log", f->root);
	(void)snprintf(f->conf.master_key, sizeof(f->conf.master_key),
	    "%s/master.key", f->root);
	(void)snprintf(path, sizeof(path), "%s/data", f->root);
	if (mkdir(path, 0700) == -1 || mkdir(f->out, 0700) == -1)
		return -1;
	key_random(&f->master);
	OK(journal_prepare(f->conf.erasures, &f->master, NULL, &e));
	OK(fresh_house(f->conf.data, &e));
	move_in(f);
	*state = f;
	return 0;
}

int
fixture_end(void **state)
{
	struct fixture *f = *state;

	fixture_close(f);
	(void)!tree_remove(-1, f->root, &e); /* an absolute path */
	arena_free(f->arena);
	free(f);
	return 0;
}

/* The bytes of a photo follow from the blob's name. */
static void
picture(str name, uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)((uint8_t)name.p[i % name.n] + i / 7);
}

static bool
blob_of(struct fixture *f, int64_t medium, str *name, str *wrapped)
{
	CLEANUP(stmt_done) struct stmt *q = NULL;
	bool row = false;

	OK(stmt_get(f->house.db,
	    "SELECT name, key_wrapped FROM blob WHERE medium = ?"
	    " AND side > 0",
	    &q, &e));
	OK(stmt_bind_i64(q, 1, medium, &e));
	OK(stmt_step(q, &row, &e));
	if (!row)
		return false;
	OK(stmt_str(q, 0, f->arena, name, &e));
	OK(stmt_str(q, 1, f->arena, wrapped, &e));
	return true;
}

struct made {
	char name[BLOB_NAME_MAX];
	int64_t bytes;
	str wrapped;
};

static struct made
make_blob(struct fixture *f, size_t n)
{
	uint8_t *p = malloc(n + 1);
	struct made m = {.bytes = 0};
	struct key k;
	int fd = -1;

	assert_non_null(p);
	key_random(&k);
	OK(blob_create(f->house.blobs, m.name, &fd, &e));
	picture(str_c(m.name), p, n);
	{
		OWNED(blob_writer) w = blob_writer_new(fd, &k, &e);

		OK(w != NULL && blob_write(w, p, n, &e) &&
		    blob_finish(w, &m.bytes, &e));
	}
	(void)close(fd);
	free(p);
	OK(blob_keep(f->house.blobs, m.name, &e));
	OK(blob_key_wrap(f->arena, f->org, str_c(m.name), &k, &m.wrapped, &e));
	return m;
}

static void
add_blob(struct fixture *f, int64_t medium, int side, size_t n)
{
	struct made m = make_blob(f, n);
	struct sql_blob_add_row row;

	OK(sql_blob_add(f->house.db, f->arena, medium, side, str_c(m.name),
	    m.wrapped, m.bytes, 4, 3, S("image/jpeg"), 1, 1, &row, &e));
}

void
fixture_original(struct fixture *f, int64_t medium, size_t n)
{
	add_blob(f, medium, 0, n);
}

void
fixture_replace(struct fixture *f, int64_t medium, size_t n)
{
	struct made m = make_blob(f, n);
	str old, wrapped;
	int64_t rows;

	OK(blob_of(f, medium, &old, &wrapped));
	OK(sql_blob_replace(f->house.db, str_c(m.name), m.wrapped, m.bytes,
	    medium, 2048, old, &rows, &e));
	assert_int_equal(rows, 1);
	if (!blob_tidy(f->house.blobs))
		return;
	OK(blob_remove(f->house.blobs, arena_cstr(f->arena, old), &e));
	blob_release(f->house.blobs);
}

int64_t
fixture_photo(struct fixture *f, int64_t post, size_t n)
{
	char sql[512];
	int64_t medium;

	/* At once, as jobs do: no backup sees a photo that was not hashed. */
	(void)snprintf(sql, sizeof(sql),
	    "SAVEPOINT photo;"
	    "INSERT INTO medium (organisation, post, uploader, state, position,"
	    " caption_enc, created_at) VALUES (1, %" PRId64
	    ", 1, 'ready', 1, x'cc', 1);"
	    "INSERT INTO medium_hash VALUES (18, last_insert_rowid(), 0, 0, 0,"
	    " NULL, 0, zeroblob(32));"
	    "RELEASE photo",
	    post);
	fixture_sql(f, sql);
	medium = fixture_count(f, "SELECT max(id) FROM medium");
	add_blob(f, medium, 2048, n);
	return medium;
}

bool
fixture_photo_reads(struct fixture *f, int64_t medium)
{
	uint8_t *got, *want;
	str name, wrapped;
	struct err fault;
	OWNED_FD fd = -1;
	struct key k;
	size_t n = 0;
	bool same;

	if (!blob_of(f, medium, &name, &wrapped) || wrapped.p == NULL ||
	    !blob_key_unwrap(f->arena, f->org, name, wrapped, &k, &fault) ||
	    !blob_open(f->house.blobs, arena_cstr(f->arena, name), &fd, &fault))
		return false;
	OWNED(blob_reader) r = blob_reader_new(fd, &k, &fault);
	if (r == NULL)
		return false;
	got = malloc((size_t)blob_bytes(r) + 1);
	want = malloc((size_t)blob_bytes(r) + 1);
	same = blob_read(r, 0, got, (size_t)blob_bytes(r), &n, &fault);
	picture(name, want, n);
	same = same && memcmp(got, want, n) == 0;
	free(got);
	free(want);
	return same;
}

bool
fixture_child_reads(struct fixture *f, int64_t child)
{
	CLEANUP(stmt_done) struct stmt *q = NULL;
	str wrapped, first, text;
	struct err fault;
	bool row = false;
	struct key k;

	OK(stmt_get(f->house.db,
	    "SELECT key_wrapped, first_enc FROM child WHERE id = ?", &q, &e));
	OK(stmt_bind_i64(q, 1, child, &e));
	OK(stmt_step(q, &row, &e));
	assert_true(row);
	OK(stmt_str(q, 0, f->arena, &wrapped, &e));
	OK(stmt_str(q, 1, f->arena, &first, &e));
	return wrapped.p != NULL && first.p != NULL &&
	       key_unwrap(&f->org->key, wrapped,
		   arena_fmt(f->arena, "child %" PRId64, child), &k, &fault) &&
	       text_open(f->arena, &k, "child.first", first, &text, &fault) &&
	       str_eq(text, S("Sami"));
}

void
fixture_note(struct fixture *f)
{
	struct audit_event v = {.organisation = 1,
	    .at = FIXTURE_NOW,
	    .action = AUDIT_SIGN_IN,
	    .actor = 1};
	char path[CONF_TEXT_MAX + 16];

	(void)snprintf(path, sizeof(path), "%s/" AUDIT_HEAD_FILE, f->conf.data);
	OK(db_begin(f->house.db, &e));
	OK(audit_append(f->house.db, f->arena, &f->org->chain, &v, &e));
	OK(db_commit(f->house.db, &e));
	OK(audit_head_write(f->house.db, path, &e));
}

void
fixture_erase_photo(struct fixture *f, int64_t medium)
{
	OK(db_begin(f->house.db, &e));
	OK(erasure_medium(&f->house, f->arena, medium, FIXTURE_NOW, &e));
	OK(db_commit(f->house.db, &e));
	OK(erasure_files(&f->house, f->arena, medium, &e));
}

void
fixture_erase_child(struct fixture *f, int64_t child)
{
	int64_t held;

	OK(db_begin(f->house.db, &e));
	OK(erasure_child(&f->house, f->arena, child, FIXTURE_NOW, &held, &e));
	OK(db_commit(f->house.db, &e));
	OK(erasure_child_files(&f->house, f->arena, child, &e));
}

const char *
fixture_blob_path(struct fixture *f, int64_t medium)
{
	static char path[512];
	str name, wrapped;

	assert_true(blob_of(f, medium, &name, &wrapped));
	(void)snprintf(path, sizeof(path), "%s/blobs/%.2s/" STR_FMT,
	    f->conf.data, name.p, STR_ARG(name));
	return path;
}
