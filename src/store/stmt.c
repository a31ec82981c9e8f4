/* stmt — prepared statements of one connection, and the rows they give: from
 * SQLite or, while nothing has changed, from those kept (kept.h). */
#include <assert.h>
#include <stdlib.h>

#include "store/db_handle.h"

#define FIRST_SLOTS 64
#define COLUMNS_MAX 32 /* of an answer that is kept */

struct stmt {
	struct db *db;
	const char *sql; /* the literal whose address is the key */
	sqlite3_stmt *q;
	bool reads; /* changes nothing */
	bool lent, begun;
	bool never; /* its answers are too long to keep */
	bool late;  /* its parameters stand in key alone, so far */
	bool kept;  /* its rows come from those kept */
	const struct kept_row *row, *next;
	size_t key_n; /* of the parameters */
	char key[KEPT_KEY_BYTES];
};

void
stmts_init(struct db *db)
{
	db->slots = calloc(FIRST_SLOTS, sizeof(struct stmt *));
	if (db->slots == NULL)
		abort();
	db->slots_n = FIRST_SLOTS;
}

void
stmts_done(struct db *db)
{
	for (size_t i = 0; i < db->slots_n; i++) {
		if (db->slots[i] == NULL)
			continue;
		assert(!db->slots[i]->lent);
		(void)sqlite3_finalize(db->slots[i]->q);
		free(db->slots[i]);
	}
	free(db->slots);
	kept_free(db->kept);
}

static size_t
slot_of(struct stmt *const *slots, size_t n, const char *sql)
{
	uint64_t h = (uint64_t)(uintptr_t)sql * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h >> 32) & (n - 1);

	while (slots[i] != NULL && slots[i]->sql != sql)
		i = (i + 1) & (n - 1);
	return i;
}

static void
slots_grow(struct db *db)
{
	size_t n = db->slots_n * 2;
	struct stmt **slots = calloc(n, sizeof(struct stmt *));

	if (slots == NULL)
		abort();
	for (size_t i = 0; i < db->slots_n; i++)
		if (db->slots[i] != NULL)
			slots[slot_of(slots, n, db->slots[i]->sql)] =
			    db->slots[i];
	free(db->slots);
	db->slots = slots;
	db->slots_n = n;
}

static bool
stmt_new(struct db *db, const char *sql, struct stmt **ret, struct err *e)
{
	sqlite3_stmt *q = NULL;
	struct stmt *s;
	int rc = sqlite3_prepare_v3(
	    db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL);

	if (rc != SQLITE_OK)
		return db_fail(db, rc, e);
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		abort();
	*s = (struct stmt){.db = db,
	    .sql = sql,
	    .q = q,
	    .reads = sqlite3_stmt_readonly(q) != 0};
	*ret = s;
	return true;
}

bool
stmt_get(struct db *db, const char *sql, struct stmt **ret, struct err *e)
{
	size_t at = slot_of(db->slots, db->slots_n, sql);
	struct stmt *s = db->slots[at];

	if (!db_still_within(db, e))
		return false;
	if (s == NULL) {
		if (!stmt_new(db, sql, &s, e))
			return false;
		db->slots[at] = s;
		if (++db->used > db->slots_n / 2)
			slots_grow(db);
	}
	assert(!s->lent);
	if (db->look != NULL && !s->reads)
		db_look_end(db);
	s->lent = true;
	s->begun = s->kept = false;
	s->late = db->keeping && db->lent == 0 && !s->never && s->reads;
	s->key_n = 0;
	db->lent++;
	*ret = s;
	return true;
}

void
stmt_done(struct stmt **s)
{
	if (*s == NULL)
		return;
	if (!(*s)->late) {
		(void)sqlite3_reset((*s)->q);
		(void)sqlite3_clear_bindings((*s)->q);
	}
	(*s)->lent = false;
	(*s)->db->lent--;
	*s = NULL;
}

/* ---- parameters, by which an answer is kept ---- */

/* Before the bytes of each: no two lists of parameters give the same key. */
struct param {
	int32_t at, kind; /* 'i', 't', 'b' */
	int64_t n;        /* the number, or how many bytes; -1: NULL */
};

/* The bytes outlive the statement's use: it is reset before its caller
 * returns, so SQLite needs no copy. */
static int
bind(struct stmt *s, const struct param *p, const char *bytes)
{
	if (p->kind == 'i')
		return p->n == DB_NULL ? sqlite3_bind_null(s->q, p->at)
				       : sqlite3_bind_int64(s->q, p->at, p->n);
	if (p->n == -1)
		return sqlite3_bind_null(s->q, p->at);
	return p->kind == 't' ? sqlite3_bind_text64(s->q, p->at, bytes,
				    (uint64_t)p->n, SQLITE_STATIC, SQLITE_UTF8)
			      : sqlite3_bind_blob64(s->q, p->at, bytes,
				    (uint64_t)p->n, SQLITE_STATIC);
}

/* Those that stand in key, now that SQLite is asked. */
static bool
bind_late(struct stmt *s, struct err *e)
{
	size_t at = 0;

	if (!s->late)
		return true;
	s->late = false;
	while (at < s->key_n) {
		struct param p;
		int rc;

		memcpy(&p, s->key + at, sizeof(p));
		at += sizeof(p);
		rc = bind(s, &p, s->key + at);
		if (rc != SQLITE_OK)
			return db_fail(s->db, rc, e);
		at += p.kind == 'i' || p.n < 0 ? 0 : (size_t)p.n;
	}
	return true;
}

static bool
key_put(struct stmt *s, const struct param *p, str bytes)
{
	if (s->key_n > KEPT_KEY_BYTES - sizeof(*p) ||
	    bytes.n > KEPT_KEY_BYTES - sizeof(*p) - s->key_n)
		return false;
	memcpy(s->key + s->key_n, p, sizeof(*p));
	s->key_n += sizeof(*p);
	if (bytes.n > 0)
		memcpy(s->key + s->key_n, bytes.p, bytes.n);
	s->key_n += bytes.n;
	return true;
}

/* What no longer fits the key is bound at once, after what stands in it. */
static bool
take(struct stmt *s, const struct param *p, str bytes, struct err *e)
{
	int rc;

	if (s->late && key_put(s, p, bytes))
		return true;
	if (!bind_late(s, e))
		return false;
	rc = bind(s, p, bytes.p);
	return rc == SQLITE_OK || db_fail(s->db, rc, e);
}

bool
stmt_bind_i64(struct stmt *s, int at, int64_t v, struct err *e)
{
	const struct param p = {at, 'i', v};

	return take(s, &p, (str){0}, e);
}

static bool
bind_bytes(struct stmt *s, int at, char kind, str v, struct err *e)
{
	const struct param p = {at, kind, v.p == NULL ? -1 : (int64_t)v.n};

	return take(s, &p, v.p == NULL ? (str){0} : v, e);
}

bool
stmt_bind_text(struct stmt *s, int at, str v, struct err *e)
{
	return bind_bytes(s, at, 't', v, e);
}

bool
stmt_bind_blob(struct stmt *s, int at, str v, struct err *e)
{
	return bind_bytes(s, at, 'b', v, e);
}

/* ---- rows ---- */

static bool
read_value(sqlite3_value *v, struct kept_value *ret)
{
	switch (sqlite3_value_type(v)) {
	case SQLITE_NULL:
		*ret = (struct kept_value){NULL, 0};
		return true;
	case SQLITE_INTEGER:
		*ret = (struct kept_value){kept_number, sqlite3_value_int64(v)};
		return true;
	case SQLITE_TEXT:
		ret->p = (const char *)sqlite3_value_text(v);
		break;
	case SQLITE_BLOB:
		ret->p = sqlite3_value_blob(v);
		break;
	default:
		return false;
	}
	ret->n = sqlite3_value_bytes(v);
	if (ret->p == NULL) /* an empty blob */
		ret->p = "";
	return true;
}

static bool
keep_row(struct stmt *s)
{
	struct kept_value v[COLUMNS_MAX];
	int n = sqlite3_column_count(s->q);

	if (n > COLUMNS_MAX)
		return false;
	for (int i = 0; i < n; i++)
		if (!read_value(sqlite3_column_value(s->q, i), &v[i]))
			return false;
	return kept_add_row(s->db->kept, v, (size_t)n);
}

/* The whole answer at once.  *ret NULL: it is not one to keep, the statement
 * begins again. */
static bool
keep_answer(struct stmt *s, const struct kept_answer **ret, struct err *e)
{
	struct kept *k = s->db->kept;
	bool fits;
	int rc = SQLITE_DONE;

	if (!bind_late(s, e))
		return false;
	fits = kept_begin(k, s->sql, (str){s->key, s->key_n});
	while (fits && (rc = sqlite3_step(s->q)) == SQLITE_ROW)
		fits = keep_row(s);
	if (fits && rc == SQLITE_DONE) {
		*ret = kept_end(k);
		return true;
	}
	kept_give_up(k);
	if (fits)
		return db_fail(s->db, rc, e);
	s->never = true;
	(void)sqlite3_reset(s->q);
	*ret = NULL;
	return true;
}

/* What the rows come from is settled at the first of them.  Another statement
 * in use might take the place of the rows, then this one asks SQLite. */
static bool
begin(struct stmt *s, struct err *e)
{
	const struct kept_answer *a;

	s->begun = true;
	if (!s->late || !s->db->keeping || s->db->lent != 1)
		return bind_late(s, e);
	a = kept_find(s->db->kept, s->sql, (str){s->key, s->key_n});
	if (a == NULL && !keep_answer(s, &a, e))
		return false;
	s->kept = a != NULL;
	s->next = a == NULL ? NULL : a->first;
	return true;
}

bool
stmt_step(struct stmt *s, bool *ret_row, struct err *e)
{
	int rc;

	if (!s->begun && !begin(s, e))
		return false;
	if (s->kept) {
		s->row = s->next;
		s->next = s->row == NULL ? NULL : s->row->next;
		*ret_row = s->row != NULL;
		return true;
	}
	rc = sqlite3_step(s->q);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return db_fail(s->db, rc, e);
	if (rc == SQLITE_DONE && !s->reads && !s->db->in_transaction)
		db_took(s->db);
	*ret_row = rc == SQLITE_ROW;
	return true;
}

bool
stmt_end(struct stmt *s, struct err *e)
{
	bool row = false;

	if (!stmt_step(s, &row, e))
		return false;
	return !row || err_set(e, ERR_CORRUPT, "more rows than expected");
}

/* A value of a row that SQLite holds or of one kept. */
static bool
value_of(const struct stmt *s, int col, struct kept_value *ret)
{
	if (!s->kept)
		return read_value(sqlite3_column_value(s->q, col), ret);
	*ret = s->row->v[col];
	return true;
}

int64_t
stmt_i64(const struct stmt *s, int col)
{
	struct kept_value v;
	int64_t n;

	if (!s->kept) { /* one call for what is not 0, nearly everything */
		n = sqlite3_column_int64(s->q, col);
		return n == 0 && sqlite3_column_type(s->q, col) == SQLITE_NULL
			   ? DB_NULL
			   : n;
	}
	v = s->row->v[col];
	return v.p == NULL ? DB_NULL : v.p == kept_number ? v.n : 0;
}

bool
stmt_str(
    const struct stmt *s, int col, struct arena *a, str *ret, struct err *e)
{
	struct kept_value v;

	if (!value_of(s, col, &v) || v.p == kept_number)
		return err_set(e, ERR_CORRUPT, "column %d is a number", col);
	if (v.p == NULL)
		*ret = (str){0};
	else if (!arena_str(a, v.p, (size_t)v.n, ret))
		return err_set(e, ERR_LIMIT, "column %d is too long", col);
	return true;
}

void *
stmt_room(
    struct arena *a, void *v, size_t n, size_t *cap, size_t size, struct err *e)
{
	size_t want = *cap == 0 ? 4 : *cap * 2;
	void *more;

	if (n < *cap)
		return v;
	more = arena_alloc(a, want, size);
	if (more == NULL) {
		(void)err_set(e, ERR_LIMIT, "more than %zu rows", n);
		return NULL;
	}
	if (n > 0)
		memcpy(more, v, n * size);
	*cap = want;
	return more;
}

int64_t
db_changes(const struct db *db)
{
	return sqlite3_changes64(db->h);
}
