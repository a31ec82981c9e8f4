/* Entries that do not count: put off by a person or by the flood rule, and put
 * on again; what people say of entries. */
#include "list/list.h"

#include "sql_list_entry.h"

#define WHY_FLOOD "new, and stopped uploads of many people"

bool
list_entry_disable(struct db *db, int64_t list, enum hash_kind kind, str value,
    int64_t by, str why, int64_t now, struct err *e)
{
	int64_t changed;

	if (str_trim(why).n == 0)
		return err_set(e, ERR_INPUT, "a reason is needed");
	if (!sql_list_entry_off_insert(db, list, (int64_t)kind, value,
		S("person"), by, now, why, &changed, e))
		return false;
	return changed == 1 ||
	       err_set(e, ERR_CONFLICT, "the entry is off already");
}

bool
list_entry_restore(struct db *db, int64_t list, enum hash_kind kind, str value,
    int64_t by, int64_t now, struct err *e)
{
	int64_t changed;

	if (!sql_list_entry_on(
		db, by, now, list, (int64_t)kind, value, &changed, e))
		return false;
	return changed == 1 || err_set(e, ERR_CONFLICT, "the entry is not off");
}

bool
list_entry_is_off(struct db *db, struct arena *a, int64_t list,
    enum hash_kind kind, str value, bool *ret, struct err *e)
{
	struct sql_list_entry_off_now_row row;

	return sql_list_entry_off_now(
	    db, a, list, (int64_t)kind, value, ret, &row, e);
}

/* An entry that a person has put on again is not taken away a second time. */
static bool
quarantine(struct db *db, struct arena *a, int64_t list, const struct entry *t,
    int64_t now, bool *ret, struct err *e)
{
	struct sql_list_entry_restored_row row;
	int64_t changed;
	bool restored;

	if (!sql_list_entry_restored(
		db, a, list, t->kind, t->value, &restored, &row, e))
		return false;
	*ret = false;
	if (restored)
		return true;
	if (!sql_list_entry_off_insert(db, list, t->kind, t->value, S("flood"),
		DB_NULL, now, S(WHY_FLOOD), &changed, e))
		return false;
	*ret = changed == 1;
	return true;
}

bool
list_note_hit(struct db *db, struct arena *a, int64_t list,
    const struct entry *t, int64_t uploader, int64_t now, bool *ret_quarantined,
    struct err *e)
{
	struct sql_list_hit_uploaders_row hit;
	bool done = false;
	int64_t changed;

	if (!sql_list_hit_add(
		db, list, t->kind, t->value, uploader, now, &changed, e) ||
	    !sql_list_hit_uploaders(db, a, list, t->kind, t->value, &hit, e))
		return false;
	if (now - t->first_seen < LIST_NEW_S && hit.n > LIST_FLOOD_UPLOADERS &&
	    !quarantine(db, a, list, t, now, &done, e))
		return false;
	*ret_quarantined = done;
	return true;
}

bool
list_feedback(struct db *db, struct arena *a, int64_t list,
    const struct entry *t, enum list_verdict v, str why, int64_t by,
    int64_t now, struct err *e)
{
	static const char *const words[] = {
	    [LIST_RIGHT] = "right",
	    [LIST_WRONG] = "wrong",
	    [LIST_UNSURE] = "unsure",
	};
	str name = t->id.p == NULL ? S("") : t->id;
	int64_t changed;

	(void)a;
	return sql_list_feedback_insert(db, list, t->kind, t->value, name,
	    str_c(words[v]), why, by, now, &changed, e);
}

struct list_off {
	struct sql_list_entry_off_all_rows rows;
};

bool
list_off_read(struct db *db, struct arena *a, int64_t list,
    struct list_off **ret, struct err *e)
{
	struct list_off *off = NEW(a, struct list_off);

	if (off == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	if (!sql_list_entry_off_all(db, a, list, &off->rows, e))
		return false;
	*ret = off;
	return true;
}

static int
order(int64_t kind, str value, int64_t other_kind, str other)
{
	size_t n = value.n < other.n ? value.n : other.n;
	int c;

	if (kind != other_kind)
		return kind < other_kind ? -1 : 1;
	c = n == 0 ? 0 : memcmp(value.p, other.p, n);
	return c != 0 ? c : (value.n > other.n) - (value.n < other.n);
}

bool
list_off_has(const struct list_off *off, uint8_t kind, str value)
{
	size_t low = 0, high = off->rows.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = order(kind, value, off->rows.v[middle].hash_kind,
		    off->rows.v[middle].value);

		if (c == 0)
			return true;
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}
