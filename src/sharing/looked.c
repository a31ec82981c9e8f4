#include "sharing/looked.h"

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
