#include "sharing/looked.h"

#include "sql_audit.h"

/* Entries that are looked through for one that says the same: where so much was
 * written in ten minutes, it is written again. */
#define NEAR 500

static bool
note_all(const struct deed *d, enum audit_action action,
    struct deed_about about, const struct post_facts *f, struct err *e)
{
	if (f->n_audience == 0)
		return deed_note(d, action, &about, e);
	for (size_t i = 0; i < f->n_audience; i++) {
		about.group = f->audience[i].group;
		about.child = f->audience[i].child;
		if (!deed_note(d, action, &about, e))
			return false;
	}
	return true;
}

bool
looked_note(const struct deed *d, enum audit_action action, const char *kind,
    int64_t subject, const struct grant *g, str detail, struct err *e)
{
	struct deed_about about = {
	    .kind = kind, .id = subject, .detail = detail};
	struct db *db = d->house->db;

	if (db_in_transaction(db))
		return note_all(d, action, about, grant_facts(g), e);
	if (!db_begin(db, e))
		return false;
	if (note_all(d, action, about, grant_facts(g), e) && db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

static bool
covers(const struct sql_audit_lately_rows *rows, int64_t group, int64_t child)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].activity_group == group &&
		    rows->v[i].child == child)
			return true;
	return false;
}

static bool
covers_all(const struct sql_audit_lately_rows *rows, const struct post_facts *f)
{
	if (f->n_audience == 0)
		return covers(rows, 0, 0);
	for (size_t i = 0; i < f->n_audience; i++)
		if (!covers(rows, f->audience[i].group, f->audience[i].child))
			return false;
	return true;
}

bool
looked_note_once(const struct deed *d, enum audit_action action,
    const char *kind, int64_t subject, const struct grant *g, struct err *e)
{
	struct sql_audit_lately_rows rows;

	if (!sql_audit_lately(d->house->db, d->arena, d->org->id, NEAR,
		d->now - LOOKED_ONCE_S, d->actor, str_c(audit_word(action)),
		str_c(kind), subject, &rows, e))
		return err_wrap(e, "what was written down");
	return covers_all(&rows, grant_facts(g)) ||
	       looked_note(d, action, kind, subject, g, S(""), e);
}
