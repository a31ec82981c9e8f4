#include "report/filing_book.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/json.h"
#include "base/num.h"
#include "base/zone.h"

#define FORMAT S("preau-filings-1")

/* clang-format off */
static const struct { str word; const char *label; } froms[FILING_FROMS] = {
	[FILING_HAND] = { S("hand"), N_("to be written by hand") },
	[FILING_TODAY] = { S("today"), N_("today") },
	[FILING_ORGANISATION] = { S("organisation"), N_("the name of this place") },
	[FILING_NUMBER] = { S("number"), N_("the number of the case") },
	[FILING_AUTHOR] = { S("author"), N_("your account") },
	[FILING_REPORTED] = { S("reported"), N_("when it was first reported") },
	[FILING_CATEGORY] = { S("category"), N_("the category of the case") },
	[FILING_WORDS] = { S("words"), N_("the words of who reported, as they are") },
	[FILING_GROUP] = { S("group"), N_("the groups of the case") },
	[FILING_ABOUT] = { S("about"), N_("whom the case is about") },
	[FILING_PLACE] = { S("place"), N_("what was reported") },
	[FILING_DONE] = { S("done"), N_("what happened in the case since") },
	[FILING_URL] = { S("url"), N_("the address of this place") },
	[FILING_CHILD_LAST] = { S("child.last"), N_("the record of the child") },
	[FILING_CHILD_FIRST] = { S("child.first"), N_("the record of the child") },
	[FILING_CHILD_BORN] = { S("child.born"), N_("the record of the child") },
	[FILING_CHILD_PARENTS] = { S("child.parents"), N_("the record of the child") },
};

static const struct filing_route routes[] = {
	{ S("email"), N_("by e-mail") },
	{ S("telephone"), N_("by telephone") },
	{ S("post"), N_("by post") },
	{ S("webform"), N_("by a form on the web") },
	{ S("onthespot"), N_("on the spot, by hand") },
};
/* clang-format on */

static const str kinds[] = {
    [FILING_TEXT] = S("text"),
    [FILING_LINE] = S("line"),
    [FILING_DATE] = S("date"),
    [FILING_CHOICE] = S("choice"),
    [FILING_PERSON] = S("person"),
    [FILING_CHILD] = S("child"),
    [FILING_SIGN] = S("sign"),
};

const char *
filing_from_label(enum filing_from f)
{
	return froms[f].label;
}

const struct filing_route *
filing_route(str word)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (str_eq(routes[i].word, word))
			return &routes[i];
	return NULL;
}

bool
filing_has(str words, str word)
{
	bool more = true;

	while (more) {
		str one;

		more = str_cut(&words, ' ', &one);
		if (one.n > 0 && str_eq(one, word))
			return true;
	}
	return false;
}

const struct filing_paper *
filing_paper(const struct filing_book *b, str id)
{
	for (size_t i = 0; i < b->n_paper; i++)
		if (str_eq(b->paper[i].id, id))
			return &b->paper[i];
	return NULL;
}

int
filing_field(const struct filing_paper *p, str id)
{
	for (size_t i = 0; i < p->n_field; i++)
		if (str_eq(p->field[i].id, id))
			return (int)i;
	return -1;
}

/* ---- the format ---- */

struct reader {
	struct arena *arena;
	struct json *json;
	struct filing_book *book;
	str rest, format;
};

static bool
wrong(struct reader *r, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, "filings: line %" PRId64 ": %s",
	    json_line(r->json), why);
}

static bool
take_text(struct reader *r, str *ret, struct err *e)
{
	enum json_token t;
	str s;

	if (!json_next(r->json, &t, e))
		return false;
	s = json_text(r->json);
	if (t != JSON_STRING || json_cut(r->json) || s.n == 0)
		return wrong(r, "no text of that length", e);
	return arena_str(r->arena, s.p, s.n, ret) ||
	       err_set(e, ERR_LIMIT, "filings: too much");
}

static bool
take_number(struct reader *r, int64_t *ret, struct err *e)
{
	enum json_token t;

	return json_next(r->json, &t, e) &&
	       ((t == JSON_NUMBER &&
		    num_i64(json_text(r->json), 0, FILING_VALUE_MAX, ret)) ||
		   wrong(r, "no number in its bounds", e));
}

static bool
take_bool(struct reader *r, bool *ret, struct err *e)
{
	enum json_token t;

	if (!json_next(r->json, &t, e))
		return false;
	if (t != JSON_TRUE && t != JSON_FALSE)
		return wrong(r, "neither true nor false", e);
	*ret = t == JSON_TRUE;
	return true;
}

static bool
take_day(struct reader *r, int64_t *ret, struct err *e)
{
	str s;

	return take_text(r, &s, e) &&
	       (day_parse(s, ret) || wrong(r, "no day", e));
}

static bool
take_kind(struct reader *r, enum filing_field_kind *ret, struct err *e)
{
	str s;

	if (!take_text(r, &s, e))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(kinds[i], s)) {
			*ret = (enum filing_field_kind)i;
			return true;
		}
	return wrong(r, "no such kind", e);
}

static bool
take_from(struct reader *r, enum filing_from *ret, struct err *e)
{
	str s;

	if (!take_text(r, &s, e))
		return false;
	for (size_t i = 0; i < FILING_FROMS; i++)
		if (str_eq(froms[i].word, s)) {
			*ret = (enum filing_from)i;
			return true;
		}
	return wrong(r, "it comes from nowhere", e);
}

enum taken { TEXT, NUMBER, BOOL, DAY, KIND, FROM, FIELDS, CHOICES, WARNINGS };

struct member {
	str name;
	enum taken as;
	size_t at;
};

#define IN(s, m) offsetof(struct s, m)
#define BOTH(name, s, m)                                             \
	{S(name "fr"), TEXT, IN(s, m) + sizeof(str) * LANG_FR},      \
	{                                                            \
		S(name "en"), TEXT, IN(s, m) + sizeof(str) * LANG_EN \
	}

/* clang-format off */
static const struct member of_words[] = { BOTH("", filing_words, in), {{0}, TEXT, 0} };
static const struct member of_choice[] = {
	{ S("id"), TEXT, IN(filing_choice, id) },
	BOTH("", filing_choice, label), {{0}, TEXT, 0},
};
static const struct member of_field[] = {
	{ S("id"), TEXT, IN(filing_field, id) },
	{ S("kind"), KIND, IN(filing_field, kind) },
	{ S("from"), FROM, IN(filing_field, from) },
	BOTH("", filing_field, label),
	BOTH("hint_", filing_field, hint),
	{ S("required"), BOOL, IN(filing_field, required) },
	{ S("max"), NUMBER, IN(filing_field, max) },
	{ S("only"), TEXT, IN(filing_field, only) },
	{ S("choices"), CHOICES, 0 }, {{0}, TEXT, 0},
};
static const struct member of_paper[] = {
	{ S("id"), TEXT, IN(filing_paper, id) },
	{ S("profiles"), TEXT, IN(filing_paper, profiles) },
	BOTH("", filing_paper, name),
	BOTH("authority_", filing_paper, authority),
	BOTH("law_", filing_paper, law),
	BOTH("when_", filing_paper, when),
	BOTH("deadline_", filing_paper, deadline),
	{ S("source"), TEXT, IN(filing_paper, source) },
	{ S("source_on"), DAY, IN(filing_paper, source_on) },
	{ S("confirmed"), BOOL, IN(filing_paper, confirmed) },
	{ S("house"), BOOL, IN(filing_paper, house) },
	{ S("receipt"), BOOL, IN(filing_paper, receipt) },
	{ S("hours"), NUMBER, IN(filing_paper, hours) },
	{ S("keep_days"), NUMBER, IN(filing_paper, keep_days) },
	{ S("routes"), TEXT, IN(filing_paper, routes) },
	{ S("categories"), TEXT, IN(filing_paper, categories) },
	{ S("opens"), TEXT, IN(filing_paper, opens) },
	{ S("fields"), FIELDS, 0 },
	{ S("warnings"), WARNINGS, 0 }, {{0}, TEXT, 0},
};
/* clang-format on */

static bool read_list(
    struct reader *, enum taken what, void *owner, struct err *);

static bool
take(struct reader *r, const struct member *m, void *to, struct err *e)
{
	void *at = (char *)to + m->at;

	switch (m->as) {
	case TEXT:
		return take_text(r, at, e);
	case NUMBER:
		return take_number(r, at, e);
	case BOOL:
		return take_bool(r, at, e);
	case DAY:
		return take_day(r, at, e);
	case KIND:
		return take_kind(r, at, e);
	case FROM:
		return take_from(r, at, e);
	case FIELDS:
	case CHOICES:
	case WARNINGS:
		break;
	}
	return read_list(r, m->as, to, e);
}

/* An object that was begun. */
static bool
read_object(struct reader *r, const struct member *of, void *to, struct err *e)
{
	enum json_token t;

	for (;;) {
		const struct member *m = of;

		if (!json_next(r->json, &t, e))
			return false;
		if (t == JSON_OBJECT_END)
			return true;
		while (m->name.n > 0 && !str_eq(m->name, json_text(r->json)))
			m++;
		if (m->name.n == 0 ? !json_skip(r->json, e)
				   : !take(r, m, to, e))
			return false;
	}
}

/* The next object of an array that was begun; *ret_more false: its end. */
static bool
next_object(struct reader *r, bool *ret_more, struct err *e)
{
	enum json_token t;

	if (!json_next(r->json, &t, e))
		return false;
	*ret_more = t == JSON_OBJECT;
	return t == JSON_OBJECT || t == JSON_ARRAY_END ||
	       wrong(r, "no object", e);
}

struct list {
	void *v;
	size_t n, most, size;
	const struct member *of;
};

static bool
fill_list(struct reader *r, struct list *io, struct err *e)
{
	enum json_token t;
	bool more;

	io->v = arena_alloc(r->arena, io->most, io->size);
	if (io->v == NULL)
		return err_set(e, ERR_LIMIT, "filings: no room");
	if (!json_next(r->json, &t, e))
		return false;
	if (t != JSON_ARRAY)
		return wrong(r, "no array", e);
	for (;;) {
		if (!next_object(r, &more, e))
			return false;
		if (!more)
			return true;
		if (io->n == io->most)
			return err_set(e, ERR_LIMIT, "filings: too many");
		if (!read_object(
			r, io->of, (char *)io->v + io->n * io->size, e))
			return false;
		io->n++;
	}
}

static bool
read_list(struct reader *r, enum taken what, void *owner, struct err *e)
{
	struct filing_paper *paper = owner;
	struct filing_field *field = owner;
	struct list l = {
	    NULL, 0, FILING_FIELDS_MAX, sizeof(struct filing_field), of_field};

	if (what == CHOICES)
		l = (struct list){NULL, 0, FILING_CHOICES_MAX,
		    sizeof(struct filing_choice), of_choice};
	else if (what == WARNINGS)
		l = (struct list){NULL, 0, FILING_WARNINGS_MAX,
		    sizeof(struct filing_words), of_words};
	if (!fill_list(r, &l, e))
		return false;
	if (what == CHOICES) {
		field->choice = l.v;
		field->n_choice = l.n;
	} else if (what == WARNINGS) {
		paper->warning = l.v;
		paper->n_warning = l.n;
	} else {
		paper->field = l.v;
		paper->n_field = l.n;
	}
	return true;
}

/* ---- is it whole ---- */

static bool
has_both(const struct filing_words *w)
{
	return w->in[LANG_FR].n > 0 && w->in[LANG_EN].n > 0;
}

static bool
knows_routes(str words)
{
	bool more = true;

	while (more) {
		str one;

		more = str_cut(&words, ' ', &one);
		if (filing_route(one) == NULL)
			return false;
	}
	return true;
}

static bool
field_is_whole(const struct filing_field *f)
{
	bool offered = f->only.n == 0;

	for (size_t i = 0; i < f->n_choice; i++) {
		if (f->choice[i].id.n == 0 || !has_both(&f->choice[i].label))
			return false;
		offered |= str_eq(f->choice[i].id, f->only);
	}
	return f->id.n > 0 && has_both(&f->label) &&
	       (f->hint.in[LANG_FR].n > 0) == (f->hint.in[LANG_EN].n > 0) &&
	       (f->kind == FILING_CHOICE) == (f->n_choice > 0) && offered &&
	       !(f->kind == FILING_SIGN && f->required);
}

static bool
paper_is_whole(const struct filing_paper *p)
{
	for (size_t i = 0; i < p->n_field; i++)
		if (!field_is_whole(&p->field[i]) ||
		    filing_field(p, p->field[i].id) != (int)i)
			return false;
	for (size_t i = 0; i < p->n_warning; i++)
		if (!has_both(&p->warning[i]))
			return false;
	return p->id.n > 0 && p->profiles.n > 0 && has_both(&p->name) &&
	       has_both(&p->authority) && has_both(&p->law) &&
	       has_both(&p->when) && has_both(&p->deadline) &&
	       p->source.n > 0 && p->source_on > 0 && p->categories.n > 0 &&
	       knows_routes(p->routes) && (p->opens.n > 0) == (p->n_field == 0);
}

/* ---- the whole ---- */

static bool
read_papers(struct reader *r, struct err *e)
{
	struct list l = {
	    NULL, 0, FILING_PAPERS_MAX, sizeof(struct filing_paper), of_paper};
	struct filing_book *b = r->book;

	if (!fill_list(r, &l, e))
		return false;
	b->paper = l.v;
	b->n_paper = l.n;
	for (size_t i = 0; i < l.n; i++)
		if (!paper_is_whole(&b->paper[i]) ||
		    filing_paper(b, b->paper[i].id) != &b->paper[i])
			return err_set(e, ERR_INPUT,
			    "filings: paper " STR_FMT
			    " is not whole, or there twice",
			    STR_ARG(b->paper[i].id));
	return true;
}

static bool
read_all(struct reader *r, struct err *e)
{
	enum json_token t;

	if (!json_next(r->json, &t, e))
		return false;
	if (t != JSON_OBJECT)
		return wrong(r, "no object", e);
	for (;;) {
		str name;
		bool done;

		if (!json_next(r->json, &t, e))
			return false;
		if (t == JSON_OBJECT_END)
			break;
		name = json_text(r->json);
		if (str_eq(name, S("format")))
			done = take_text(r, &r->format, e);
		else if (str_eq(name, S("reviewed")))
			done = take_day(r, &r->book->reviewed_on, e);
		else
			done = str_eq(name, S("papers"))
				   ? read_papers(r, e)
				   : json_skip(r->json, e);
		if (!done)
			return false;
	}
	return json_next(r->json, &t, e) &&
	       ((t == JSON_END && str_eq(r->format, FORMAT) &&
		    r->book->reviewed_on > 0 && r->book->n_paper > 0) ||
		   err_set(e, ERR_INPUT, "filings: not of the format"));
}

bool
filing_book_read(
    struct arena *a, str json, struct filing_book *ret, struct err *e)
{
	struct filing_book book = {0};
	struct reader r = {.arena = a, .book = &book, .rest = json};
	bool done;

	if (json.n > FILING_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "filings: too much");
	r.json = json_new(json_read_str, &r.rest, FILING_TEXT_MAX);
	if (r.json == NULL)
		return err_set(e, ERR_LIMIT, "filings: no room");
	done = read_all(&r, e);
	json_free(r.json);
	if (done)
		*ret = book;
	return done;
}
