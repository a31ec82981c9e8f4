/* StopNCII: hashes of adults' intimate pictures, and their withdrawals. */
#include "list/walk.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* clang-format off */
static const struct list_field fields[] = {
	{ "signaltype", DRAFT_TYPE },	{ "hashvalue", DRAFT_VALUE },
	{ "hashstatus", DRAFT_STATUS },	{ "lastmodtimestamp", DRAFT_STAMP },
};
/* clang-format on */

/* Numbers of cases and what others say of them is nothing that we need. */
static bool
inside(struct walk *w, str name, bool object, struct err *e)
{
	(void)name, (void)object;
	return json_skip_rest(w->j, e);
}

static bool
record(struct walk *w, struct err *e)
{
	draft_begin(w->g, json_line(w->j), json_offset(w->j));
	if (!walk_members(w, e))
		return false;
	walk_checkpoint(w);
	return draft_end(w->g, e);
}

static bool
root(struct walk *w, struct err *e)
{
	struct walk_name kept;
	enum json_token t;
	bool more, done, found = false;
	str name;

	for (;;) {
		if (!walk_member(w, &kept, &name, &t, &more, e))
			return false;
		if (!more)
			return found || walk_wrong(w, "no hashRecords", e);
		if (t == JSON_ARRAY && str_eq(name, S("hashRecords"))) {
			found = true;
			done = walk_records(w, record, e);
		} else {
			if (t == JSON_STRING && json_text(w->j).n > 0 &&
			    str_eq(name, S("nextPageToken")))
				w->g->more_pages = true;
			done = walk_skip(w, t, e);
		}
		if (!done)
			return false;
	}
}

bool
format_stopncii(struct reading *g, struct err *e)
{
	struct walk w = {
	    .fields = fields, .n_fields = COUNT(fields), .inside = inside};

	return walk_file(&w, g, root, NULL, e);
}
