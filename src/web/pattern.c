#include "web/pattern.h"

#include "base/num.h"
#include "web/share.h"

static void
take(const struct pattern_fields *l, struct form *io)
{
	for (int i = 0; io->field[i].name != NULL; i++) {
		const struct field *fd = &io->field[i];
		str value = pattern_value(l, fd->name);

		if (fd->kind == FIELD_CHECK)
			io->number[i] = value.n > 0;
		else if (value.n > 0)
			io->value[i] = value;
	}
}

bool
pattern_begin(struct request *r, str kind, struct form *io, struct err *e)
{
	str asked = request_query(r, "pattern");
	struct deed d = share_deed(r);
	struct pattern_fields l;
	int64_t id;

	if (asked.n == 0)
		return true;
	if (!num_i64(asked, 1, INT64_MAX, &id))
		return err_set(e, ERR_NOT_FOUND, "no such template");
	if (!pattern_load(&d, id, kind, &l, e))
		return false;
	take(&l, io);
	return true;
}

bool
pattern_of_form(struct request *r, const struct form *f,
    struct pattern_fields *ret, struct err *e)
{
	*ret = (struct pattern_fields){
	    NEW_N(r->arena, struct pattern_field, FORM_FIELDS_MAX), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "no room for a template");
	for (int i = 0; f->field[i].name != NULL; i++) {
		const struct field *fd = &f->field[i];
		str value = fd->kind == FIELD_CHECK && f->number[i] != 0
				? S("1")
				: f->value[i];

		if (fd->kind != FIELD_DAY && value.n > 0)
			ret->v[ret->n++] =
			    (struct pattern_field){str_c(fd->name), value};
	}
	return true;
}

static const struct field name_fields[] = {
    {"name", N_("Name of the template"), NULL, FIELD_LINE, true, 1,
	PATTERN_NAME_MAX, NULL, NULL},
    {0},
};

bool
pattern_save(struct request *r, struct response *out, str kind,
    const struct pattern_fields *l, struct err *e)
{
	struct deed d = share_deed(r);
	struct form f;

	if (!form_read(r, name_fields, &f)) {
		respond_notice(r, out, N_("A template needs a name."));
		out->rollback = true;
		return true;
	}
	if (!pattern_keep(&d, kind, f.value[0], l, e))
		return false;
	respond_notice(r, out,
	    N_("Kept as a template: you find it where you begin a new one."));
	return true;
}

static bool
drop(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);

	if (!pattern_drop(&d, r->id[0], e))
		return false;
	respond_notice(r, out, N_("The template is gone."));
	return respond_see_other(r, out, S("/week"));
}

const struct route pattern_routes[] = {
    {HTTP_POST, "/pattern/:id/drop", drop, NEED_STAFF},
    {0},
};
