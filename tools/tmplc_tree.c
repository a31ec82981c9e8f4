/*
 * Which elements are open.  What is opened is closed, in order, in the same
 * page and the same branch: the browser would mend the rest by guessing, and a
 * screen reader reads what it guessed.
 */
#include "tmplc.h"

static bool
is_void(const char *tag)
{
	static const char *const voids[] = {"area", "br", "col", "hr", "img",
	    "input", "link", "meta", "source", "track", "wbr"};

	for (size_t i = 0; i < sizeof(voids) / sizeof(voids[0]); i++)
		if (strcmp(tag, voids[i]) == 0)
			return true;
	return false;
}

static bool
close_element(struct tmplc *t, size_t at)
{
	struct state *st = &t->st;
	const struct element *last;

	if (is_void(st->tag))
		return tmplc_fail(t, at, "<%s> is never closed", st->tag);
	if (st->n_open == 0)
		return tmplc_fail(t, at, "</%s> closes nothing", st->tag);
	last = &st->open[st->n_open - 1];
	if (strcmp(last->tag, st->tag) != 0)
		return tmplc_fail(t, at, "</%s> while <%s> of line %d is open",
		    st->tag, last->tag, tmplc_line(t, last->at));
	st->n_open--;
	return true;
}

bool
tree_tag(struct tmplc *t, size_t at)
{
	struct state *st = &t->st;
	struct element *new;

	if (st->closing)
		return close_element(t, at);
	if (st->slash || is_void(st->tag))
		return true;
	if (st->n_open == ELEMENTS_MAX)
		return tmplc_fail(t, at, "elements nested too deep");
	new = &st->open[st->n_open++];
	*new = (struct element){.at = at};
	memcpy(new->tag, st->tag, sizeof(new->tag));
	return true;
}

bool
tree_same(const struct state *a, const struct state *b)
{
	if (a->n_open != b->n_open)
		return false;
	for (size_t i = 0; i < a->n_open; i++)
		if (strcmp(a->open[i].tag, b->open[i].tag) != 0)
			return false;
	return true;
}

bool
tree_ends(struct tmplc *t, const struct state *before, size_t at)
{
	const struct element *last;

	if (tree_same(&t->st, before))
		return true;
	if (t->st.n_open == before->n_open)
		return tmplc_fail(t, at, "other elements are open than before");
	if (t->st.n_open < before->n_open)
		return tmplc_fail(t, at, "this closes an element from outside");
	last = &t->st.open[t->st.n_open - 1];
	return tmplc_fail(t, at, "<%s> of line %d is still open", last->tag,
	    tmplc_line(t, last->at));
}
