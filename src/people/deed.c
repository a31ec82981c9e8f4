#include "people/deed.h"

bool
deed_note(const struct deed *d, enum audit_action action,
    const struct deed_about *about, struct err *e)
{
	struct audit_event event = {
	    .organisation = d->org->id,
	    .at = d->now,
	    .actor = d->actor,
	    .action = action,
	    .subject_kind = about->kind == NULL ? "" : about->kind,
	    .subject = about->id,
	    .child = about->child,
	    .activity_group = about->group,
	    .detail = about->detail.p == NULL ? S("") : about->detail,
	};

	return audit_append(d->house->db, d->arena, &d->org->chain, &event, e);
}

bool
deed_note_account(const struct deed *d, enum audit_action action,
    int64_t account, struct err *e)
{
	struct deed_about about = {.kind = "account", .id = account};

	return deed_note(d, action, &about, e);
}

bool
deed_seal(
    const struct deed *d, const char *column, str text, str *ret, struct err *e)
{
	if (text.n == 0)
		text = (str){0};
	return text_seal(d->arena, &d->org->key, column, text, ret, e);
}

int64_t
deed_author(const struct deed *d)
{
	return d->actor > 0 ? d->actor : DB_NULL;
}
