/* filing_form — a form whose fields are data: read, checked, and made the lines
 * of a paper. */
#include "base/utf8.h"
#include "web/filing.h"

#define SHORT_MAX 300 /* code points, where the paper says nothing */

static int64_t
longest(const struct filing_field *f)
{
	if (f->max > 0)
		return f->max;
	return f->kind == FILING_TEXT ? FILING_VALUE_MAX : SHORT_MAX;
}

static const struct filing_choice *
choice_of(const struct filing_field *f, str id)
{
	for (size_t i = 0; i < f->n_choice; i++)
		if (str_eq(f->choice[i].id, id))
			return &f->choice[i];
	return NULL;
}

static const char *
check(const struct filing_field *f, str value)
{
	int64_t day;

	if ((int64_t)utf8_length(value) > longest(f))
		return N_("This is too long.");
	if (f->kind == FILING_DATE && !day_parse(value, &day))
		return N_("Write the date as day, month and year.");
	if (f->kind == FILING_CHOICE && choice_of(f, value) == NULL)
		return N_("Choose one of the answers.");
	if (f->only.n > 0 && !str_eq(f->only, value))
		return N_("Then this is not the right paper: choose another "
			  "one of this case.");
	return NULL;
}

static void
read_input(struct request *r, struct filing_form *f, struct filing_input *in)
{
	const struct filing_field *is = in->is;
	const char *name = arena_cstr(r->arena, is->id);

	if (is->kind == FILING_SIGN || name == NULL)
		return;
	if (!utf8_clean(r->arena, request_field(r, name), HTTP_VALUE_MAX,
		is->kind == FILING_TEXT, &in->value)) {
		in->fault = N_("This text cannot be read.");
	} else if (in->value.n == 0) {
		in->missing = is->required;
		in->fault = is->required ? N_("Fill in this field.") : NULL;
	} else {
		in->fault = check(is, in->value);
	}
	f->n_missing += in->missing;
	f->bad |= in->fault != NULL;
}

bool
filing_read(
    struct request *r, const struct filing_paper *p, struct filing_form *ret)
{
	*ret = (struct filing_form){.n = p->n_field};
	for (size_t i = 0; i < p->n_field; i++) {
		ret->v[i].is = &p->field[i];
		read_input(r, ret, &ret->v[i]);
	}
	return !ret->bad;
}

void
filing_refill(const struct filing_paper *p, const struct filing_lines *l,
    struct filing_form *ret)
{
	*ret = (struct filing_form){.n = p->n_field};
	for (size_t i = 0; i < p->n_field; i++) {
		struct filing_input *in = &ret->v[i];

		in->is = &p->field[i];
		for (size_t k = 0; k < l->n; k++)
			if (str_eq(l->v[k].id, in->is->id))
				in->value = l->v[k].raw;
		in->missing = in->is->required && in->value.n == 0;
		ret->n_missing += in->missing;
	}
}

/* ---- the lines of a paper ---- */

static str
shown(struct view *v, const struct filing_input *in)
{
	int64_t day;

	if (in->is->kind == FILING_CHOICE && in->value.n > 0)
		return choice_of(in->is, in->value)->label.in[v->lang];
	if (in->is->kind == FILING_DATE && day_parse(in->value, &day))
		return say_date(v, day);
	return in->value;
}

static bool
put_head(struct request *r, struct view *v, const struct filing_paper *p,
    const struct case_head *c, struct filing_lines *io, struct err *e)
{
	str author;

	if (!filing_author(r, &author, e))
		return false;
	io->v[io->n++] = (struct filing_line){
	    S("@title"), S(""), S(""), p->name.in[v->lang]};
	io->v[io->n++] = (struct filing_line){
	    S("@authority"), S(""), S(""), p->authority.in[v->lang]};
	io->v[io->n++] =
	    (struct filing_line){S("@law"), S(""), S(""), p->law.in[v->lang]};
	io->v[io->n++] =
	    (struct filing_line){S("@from"), S(""), S(""), r->org->name};
	io->v[io->n++] =
	    (struct filing_line){S("@case"), S(""), S(""), c->number};
	io->v[io->n++] = (struct filing_line){S("@by"), S(""), S(""), author};
	return true;
}

#define HEAD_MAX 6

bool
filing_lines_of(struct request *r, const struct filing_paper *p,
    const struct case_head *c, const struct filing_form *f,
    struct filing_lines *ret, struct err *e)
{
	struct view v = filing_view(r);
	struct filing_lines l = {
	    NEW_N(r->arena, struct filing_line, f->n + HEAD_MAX), 0};

	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too long a paper");
	if (!put_head(r, &v, p, c, &l, e))
		return false;
	for (size_t i = 0; i < f->n; i++) {
		const struct filing_input *in = &f->v[i];

		l.v[l.n++] =
		    (struct filing_line){in->is->id, in->is->label.in[v.lang],
			in->is->kind == FILING_SIGN ? FILING_ROOM : in->value,
			shown(&v, in)};
	}
	*ret = l;
	return true;
}
