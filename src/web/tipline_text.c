/* tipline_text — what a report to NCMEC says, and what was said of it, as
 * people read it. */
#include "web/tipline.h"

#include "base/num.h"
#include "sql_tipline.h"
#include "web/member.h"

#define LINES_MAX 512

/* clang-format off */
static const struct { str name; const char *label; } labels[] = {
	{ S("incidentType"), N_("What happened") },
	{ S("platform"), N_("On which platform") },
	{ S("escalateToHighPriority"), N_("Why it is urgent") },
	{ S("incidentDateTime"), N_("When it happened") },
	{ S("url"), N_("Where it happened") },
	{ S("email"), N_("Who can be reached") },
	{ S("espIdentifier"), N_("The account that sent it") },
	{ S("espService"), N_("On which platform") },
	{ S("ipAddress"), N_("Sent from the internet address") },
	{ S("additionalInfo"), N_("What happened, in your words") },
};

/* The name of a step as it is stored. */
static const struct { str step; const char *label; } steps[] = {
	{ S("status"), N_("Asked whether it works") },
	{ S("submit"), N_("The report") },
	{ S("upload"), N_("The list of digests") },
	{ S("fileinfo"), N_("What the list is") },
	{ S("finish"), N_("The end: from here it is a report") },
	{ S("retract"), N_("Taken back") },
	{ S("drop"), N_("Taken back, to begin anew") },
};
/* clang-format on */

static str
label_of(enum lang l, str name)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (str_eq(labels[i].name, name))
			return lang_text(l, labels[i].label);
	return name;
}

static str
plain_of(struct arena *a, str s)
{
	static const struct {
		str sign;
		char is;
	} signs[] = {{S("&amp;"), '&'}, {S("&lt;"), '<'}, {S("&gt;"), '>'},
	    {S("&quot;"), '"'}, {S("&#13;"), '\r'}};
	char *to = arena_alloc(a, s.n + 1, 1);
	size_t n = 0;

	if (to == NULL)
		return (str){0};
	while (s.n > 0) {
		size_t took = 1;
		char c = s.p[0];

		for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
			if (str_starts(s, signs[i].sign)) {
				took = signs[i].sign.n;
				c = signs[i].is;
			}
		to[n++] = c;
		s = str_sub(s, took, s.n);
	}
	return (str){to, n};
}

static str
value_of(struct request *r, str name, str value)
{
	str plain = plain_of(r->arena, value);
	int64_t at;

	if ((str_eq(name, S("incidentDateTime")) ||
		str_eq(name, S("dateTime"))) &&
	    ncmec_time_read(plain, &at))
		return say_when(&r->view, at);
	for (size_t i = 0; i < ncmec_incidents_n; i++)
		if (str_eq(plain, str_c(ncmec_incidents[i].word)))
			return lang_text(
			    r->view.lang, ncmec_incidents[i].label);
	return plain;
}

static str
with(struct request *r, str before, const char *key, str more)
{
	str args[] = {before, more};

	return lang_fill(r->arena, lang_text(r->view.lang, key), args, 2);
}

/* When and by which port stand behind the address. */
static void
add_line(struct request *r, struct tipline_lines *io, str name, str value)
{
	struct tipline_line *last = io->n > 0 ? &io->v[io->n - 1] : NULL;

	if (str_eq(name, S("eventName")))
		return;
	if (last != NULL && str_eq(name, S("dateTime")))
		last->value = with(r, last->value, N_("%1, %2"), value);
	else if (last != NULL && str_eq(name, S("port")))
		last->value = with(r, last->value, N_("%1, port %2"), value);
	else
		io->v[io->n++] =
		    (struct tipline_line){label_of(r->view.lang, name), value};
}

/* Our own writing (ncmec/doc.c): an element that has others inside has a line
 * end and blanks behind its name, and no text begins with those. */
static bool
is_group(str rest)
{
	str inside = str_trim(rest);

	return rest.n > 0 && rest.p[0] == '\n' && inside.n > 0 &&
	       inside.p[0] == '<';
}

bool
tipline_text_lines(
    struct request *r, str doc, struct tipline_lines *ret, struct err *e)
{
	struct tipline_lines l = {
	    NEW_N(r->arena, struct tipline_line, LINES_MAX), 0};
	str before, name, value;

	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too long a report");
	while (str_cut(&doc, '<', &before) && str_cut(&doc, '>', &name)) {
		if (name.n == 0 || name.p[0] == '/' || name.p[0] == '?' ||
		    is_group(doc))
			continue;
		if (l.n == LINES_MAX)
			return err_set(e, ERR_LIMIT, "too long a report");
		(void)str_cut(&doc, '<', &value);
		add_line(r, &l, name, value_of(r, name, value));
		(void)str_cut(&doc, '>', &name); /* its end */
	}
	*ret = l;
	return true;
}

/* ---- its calls ---- */

static const char *
step_label(str step)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (str_eq(steps[i].step, step))
			return steps[i].label;
	return N_("A call");
}

static const char *
how_label(const struct sql_tipline_calls_row *c)
{
	if (c->heard_at == DB_NULL)
		return N_("no answer yet");
	if (c->code == 0 && c->status == 200)
		return N_("well received");
	if (!str_eq(c->outcome, S("answered")))
		return N_("no answer came");
	return c->code == DB_NULL ? N_("an answer that says nothing")
				  : N_("not taken");
}

bool
tipline_text_calls(const struct deed *d, const struct tipline *f,
    struct tipline_saids *ret, struct err *e)
{
	struct sql_tipline_calls_rows rows;
	struct tipline_saids l;

	if (!sql_tipline_calls(d->house->db, d->arena, f->id, &rows, e))
		return err_wrap(e, "calls of a report");
	l = (struct tipline_saids){
	    NEW_N(d->arena, struct tipline_said, rows.n + 1), 0};
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many calls");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_tipline_calls_row *c = &rows.v[i];

		l.v[l.n++] = (struct tipline_said){.at = c->asked_at,
		    .what = step_label(c->step),
		    .how = how_label(c),
		    .well = c->code == 0 && c->status == 200,
		    .words = tipline_words(d, f, c->reply_enc),
		    .trace = c->request_word};
	}
	*ret = l;
	return true;
}
