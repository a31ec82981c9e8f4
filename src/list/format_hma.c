/* HMA and ThreatExchange: what changed since a checkpoint, as JSON. */
#include "list/walk.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* clang-format off */
static const struct list_field fields[] = {
	{ "id", DRAFT_ID },		{ "indicator", DRAFT_VALUE },
	{ "signalvalue", DRAFT_VALUE },	{ "value", DRAFT_VALUE },
	{ "hash", DRAFT_VALUE },	{ "type", DRAFT_TYPE },
	{ "signaltype", DRAFT_TYPE },	{ "status", DRAFT_STATUS },
	{ "lastupdated", DRAFT_STAMP },	{ "updatedat", DRAFT_STAMP },
	{ "shoulddelete", DRAFT_GONE },	{ "isexpired", DRAFT_GONE },
	{ "category", DRAFT_CATEGORY },	{ "quality", DRAFT_QUALITY },
};
/* clang-format on */

static const struct list_field tag = {.what = DRAFT_DETAIL, .word = "tag"};

/* « tags »: an array of texts, or {"data": [{"text": …}]}. */
static bool
read_tags(struct walk *w, struct err *e)
{
	unsigned depth = json_depth(w->j);
	bool wanted = true;
	enum json_token t;

	while (json_depth(w->j) >= depth) {
		if (!walk_next(w, &t, e))
			return false;
		if (t == JSON_NAME)
			wanted = str_eq(json_text(w->j), S("text")) ||
				 str_eq(json_text(w->j), S("name"));
		else if (t == JSON_STRING && wanted && !json_cut(w->j) &&
			 !draft_set(w->g, &tag, json_text(w->j), e))
			return false;
	}
	return true;
}

/* Opinions of the owners: only what all of them hold harmless is left out. */
static bool
read_opinions(struct walk *w, struct err *e)
{
	unsigned depth = json_depth(w->j);
	bool wanted = false;
	enum json_token t;

	while (json_depth(w->j) >= depth) {
		if (!walk_next(w, &t, e))
			return false;
		if (t == JSON_NAME) {
			wanted = str_eq(json_text(w->j), S("status"));
		} else if (t == JSON_STRING && wanted) {
			w->owners++;
			w->owners_against +=
			    str_eq(json_text(w->j), S("NON_MALICIOUS"));
		}
	}
	return true;
}

/* « signals »: {"pdq": "…", "video_md5": "…"} of a bank of HMA. */
static bool
read_signals(struct walk *w, struct err *e)
{
	static const struct list_field type = {.what = DRAFT_TYPE},
				       value = {.what = DRAFT_VALUE};
	struct walk_name kept;
	enum json_token t;
	bool more;
	str name;

	for (;;) {
		if (!walk_member(w, &kept, &name, &t, &more, e))
			return false;
		if (!more)
			return true;
		if (t != JSON_STRING || json_cut(w->j)) {
			if (!walk_skip(w, t, e))
				return false;
			continue;
		}
		if (!draft_set(w->g, &type, name, e) ||
		    !draft_set(w->g, &value, json_text(w->j), e) ||
		    !draft_resolve(w->g, e))
			return false;
	}
}

static bool
inside(struct walk *w, str name, bool object, struct err *e)
{
	bool done;

	if (str_eq(name, S("tags")))
		return read_tags(w, e);
	if (str_eq(name, S("descriptors")))
		return read_opinions(w, e);
	if (object && str_eq(name, S("signals")))
		return read_signals(w, e);
	if (!object || !str_eq(name, S("indicator")) || w->level > 0)
		return json_skip_rest(w->j, e);
	w->level++; /* the same names, one deeper */
	done = walk_members(w, e);
	w->level--;
	return done;
}

static bool
record(struct walk *w, struct err *e)
{
	w->owners = w->owners_against = 0;
	draft_begin(w->g, json_line(w->j), json_offset(w->j));
	if (!walk_members(w, e))
		return false;
	if (w->owners > 0 && w->owners == w->owners_against)
		w->g->draft.left_out = true;
	walk_checkpoint(w);
	return draft_end(w->g, e);
}

static bool
read_paging(struct walk *w, struct err *e)
{
	struct walk_name kept;
	enum json_token t;
	bool more;
	str name;

	for (;;) {
		if (!walk_member(w, &kept, &name, &t, &more, e))
			return false;
		if (!more)
			return true;
		if (t == JSON_STRING && str_eq(name, S("next")) &&
		    json_text(w->j).n > 0)
			w->g->more_pages = true;
		if (!walk_skip(w, t, e))
			return false;
	}
}

static bool
root(struct walk *w, struct err *e)
{
	static const char *const arrays[] = {
	    "data", "updates", "signals", "items", "contents", "entries", NULL};
	struct walk_name kept;
	enum json_token t;
	bool more, done, found = false;
	str name;

	for (;;) {
		if (!walk_member(w, &kept, &name, &t, &more, e))
			return false;
		if (!more)
			return found || walk_wrong(w, "no array of signals", e);
		if (t == JSON_ARRAY && walk_is_in(name, arrays)) {
			found = true;
			done = walk_records(w, record, e);
		} else if (t == JSON_OBJECT && str_eq(name, S("paging"))) {
			done = read_paging(w, e);
		} else {
			done = walk_skip(w, t, e);
		}
		if (!done)
			return false;
	}
}

static bool
records(struct walk *w, struct err *e)
{
	return walk_records(w, record, e);
}

bool
format_hma(struct reading *g, struct err *e)
{
	struct walk w = {
	    .fields = fields, .n_fields = COUNT(fields), .inside = inside};

	return walk_file(&w, g, root, records, e);
}
