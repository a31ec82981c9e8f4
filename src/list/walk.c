#include "list/walk.h"

#include <stdio.h>

bool
walk_next(struct walk *w, enum json_token *t, struct err *e)
{
	return json_next(w->j, t, e);
}

bool
walk_wrong(const struct walk *w, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT, "line %lld, byte %lld: %s",
	    (long long)json_line(w->j), (long long)json_offset(w->j), what);
}

bool
walk_is_in(str name, const char *const *v)
{
	for (; *v != NULL; v++)
		if (str_eq(name, str_c(*v)))
			return true;
	return false;
}

bool
walk_member(struct walk *w, struct walk_name *kept, str *ret_name,
    enum json_token *ret, bool *ret_more, struct err *e)
{
	str s;

	if (!walk_next(w, ret, e))
		return false;
	*ret_more = *ret != JSON_OBJECT_END;
	if (!*ret_more)
		return true;
	s = str_sub(json_text(w->j), 0, sizeof(kept->p));
	memcpy(kept->p, s.p == NULL ? "" : s.p, s.n);
	kept->n = s.n;
	*ret_name = (str){kept->p, kept->n};
	return walk_next(w, ret, e);
}

bool
walk_skip(struct walk *w, enum json_token t, struct err *e)
{
	if (t != JSON_OBJECT && t != JSON_ARRAY)
		return true;
	return json_skip_rest(w->j, e);
}

str
walk_text(const struct walk *w, enum json_token t)
{
	if (t == JSON_STRING || t == JSON_NUMBER)
		return json_text(w->j);
	return t == JSON_TRUE    ? S("true")
	       : t == JSON_FALSE ? S("false")
				 : S("");
}

static bool
set_field(struct walk *w, str name, enum json_token t, struct err *e)
{
	const struct list_field *f =
	    reading_field(w->fields, w->n_fields, name);

	if (f == NULL)
		return true;
	if (!json_cut(w->j))
		return draft_set(w->g, f, walk_text(w, t), e);
	if (f->what == DRAFT_HASH || f->what == DRAFT_VALUE)
		draft_fault(w->g, LIST_FAULT_VALUE, f->kind);
	return true;
}

bool
walk_members(struct walk *w, struct err *e)
{
	struct walk_name kept;
	enum json_token t;
	bool more, done;
	str name;

	for (;;) {
		if (!walk_member(w, &kept, &name, &t, &more, e))
			return false;
		if (!more)
			return true;
		if (t == JSON_OBJECT || t == JSON_ARRAY)
			done = w->inside(w, name, t == JSON_OBJECT, e);
		else
			done = set_field(w, name, t, e);
		if (!done)
			return false;
	}
}

bool
walk_record(struct walk *w, struct err *e)
{
	draft_begin(w->g, json_line(w->j), json_offset(w->j));
	return walk_members(w, e) && draft_end(w->g, e);
}

bool
walk_records(struct walk *w, walk_fn *record, struct err *e)
{
	enum json_token t;

	for (;;) {
		if (!walk_next(w, &t, e))
			return false;
		if (t == JSON_ARRAY_END)
			return true;
		if (t == JSON_OBJECT) {
			if (!record(w, e))
				return false;
			continue;
		}
		draft_begin(w->g, json_line(w->j), json_offset(w->j));
		draft_fault(w->g, LIST_FAULT_ROW, HASH_NONE);
		if (!walk_skip(w, t, e))
			return false;
	}
}

void
walk_checkpoint(struct walk *w)
{
	struct text *t = &w->g->checkpoint;

	if (w->g->draft.stamp <= w->latest)
		return;
	w->latest = w->g->draft.stamp;
	t->n =
	    (size_t)snprintf(t->p, sizeof(t->p), "%lld", (long long)w->latest);
}

static bool
walk_end(struct walk *w, struct err *e)
{
	enum json_token t;

	return walk_next(w, &t, e) &&
	       (t == JSON_END || walk_wrong(w, "more after the end", e));
}

static bool
walk_root(struct walk *w, walk_fn *object, walk_fn *array, struct err *e)
{
	enum json_token t;

	if (!walk_next(w, &t, e))
		return false;
	if (t == JSON_OBJECT)
		return object(w, e);
	if (t == JSON_ARRAY && array != NULL)
		return array(w, e);
	return walk_wrong(
	    w, array == NULL ? "no object" : "no object and no array", e);
}

bool
walk_file(struct walk *w, struct reading *g, walk_fn *object, walk_fn *array,
    struct err *e)
{
	bool done;

	w->g = g;
	w->j = json_new(source_read, g->source, WALK_TEXT_MAX);
	if (w->j == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	done = walk_root(w, object, array, e) && walk_end(w, e);
	json_free(w->j);
	w->j = NULL;
	return done;
}
