#include "list/list.h"

#include <errno.h>
#include <sodium.h>

#include "sql_list.h"
#include "sql_list_entry.h"

bool
list_enable(struct db *db, struct arena *a, int64_t list, int64_t by,
    int64_t now, struct err *e)
{
	struct sql_list_by_id_row row;
	int64_t changed;

	if (!sql_list_by_id(db, a, list, &row, e))
		return false;
	if (row.enabled != 0)
		return err_set(e, ERR_CONFLICT, "the list is enabled already");
	if (row.generation == 0 || row.proposed_by == DB_NULL)
		return err_set(
		    e, ERR_CONFLICT, "nothing was imported into the list yet");
	if (row.proposed_by == by)
		return err_set(e, ERR_DENIED,
		    "whoever imported a list does not enable it: ask somebody "
		    "else");
	if (!sql_list_enable(db, by, now, list, &changed, e))
		return false;
	return changed == 1 ||
	       err_set(e, ERR_CONFLICT, "the list cannot be enabled");
}

bool
list_disable(struct db *db, int64_t list, int64_t by, str why, int64_t now,
    struct err *e)
{
	int64_t changed;

	if (str_trim(why).n == 0)
		return err_set(e, ERR_INPUT, "a reason is needed");
	if (!sql_list_disable(db, by, now, why, list, &changed, e))
		return false;
	return changed == 1 ||
	       err_set(e, ERR_CONFLICT, "the list is not enabled");
}

bool
list_path(struct arena *a, const char *data, str file, const char **ret,
    struct err *e)
{
	str path =
	    arena_fmt(a, "%s/" LISTS_FOLDER "/" STR_FMT, data, STR_ARG(file));

	if (path.p == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a path");
	*ret = path.p;
	return true;
}

static bool
copy(struct arena *a, str *io, struct err *e)
{
	str s;

	if (!arena_str(a, io->p, io->n, &s))
		return err_set(e, ERR_LIMIT, "no memory for an entry");
	*io = s;
	return true;
}

static bool
keep(struct arena *a, const struct entry *t, struct entry *ret, struct err *e)
{
	*ret = *t;
	return copy(a, &ret->value, e) && copy(a, &ret->id, e) &&
	       copy(a, &ret->scheme, e) && copy(a, &ret->category, e) &&
	       copy(a, &ret->detail, e);
}

bool
list_entry_at(struct arena *a, const char *data, str file, uint64_t number,
    struct entry *ret, struct err *e)
{
	OWNED(entries) f = NULL;
	const char *path;
	struct entry t;

	if (!list_path(a, data, file, &path, e))
		return false;
	f = entries_open(path, e);
	if (f == NULL && e->sys == ENOENT)
		return err_set(e, ERR_NOT_FOUND, "the list is another by now");
	return f != NULL && entries_at(f, number, &t, e) && keep(a, &t, ret, e);
}

static void
add_number(crypto_generichash_state *h, int64_t v)
{
	(void)crypto_generichash_update(h, (const uint8_t *)&v, sizeof(v));
}

static bool
add_list(crypto_generichash_state *h, struct db *db, struct arena *a,
    const struct sql_list_enabled_row *row, struct err *e)
{
	struct sql_list_kinds_rows kinds;

	if (!sql_list_kinds(db, a, row->id, &kinds, e))
		return false;
	add_number(h, row->id);
	add_number(h, row->generation);
	for (size_t i = 0; i < kinds.n; i++) {
		add_number(h, kinds.v[i].hash_kind);
		add_number(h, kinds.v[i].threshold);
	}
	add_number(h, -1);
	return true;
}

bool
list_stamp(struct db *db, struct arena *a, uint8_t ret[LIST_STAMP_BYTES],
    struct err *e)
{
	struct sql_list_enabled_rows rows;
	struct sql_list_off_state_rows off;
	crypto_generichash_state h;

	(void)crypto_generichash_init(&h, NULL, 0, LIST_STAMP_BYTES);
	if (!sql_list_enabled(db, a, &rows, e) ||
	    !sql_list_off_state(db, a, &off, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (!add_list(&h, db, a, &rows.v[i], e))
			return false;
	for (size_t i = 0; i < off.n; i++)
		add_number(&h, off.v[i].id);
	(void)crypto_generichash_final(&h, ret, LIST_STAMP_BYTES);
	return true;
}
