#include "life/pattern.h"

#include <inttypes.h>

#include "base/buf.h"
#include "sql_pattern.h"

#define BETWEEN '\x1e' /* of two fields; no typed text holds these two */
#define IS '\x1f'
#define FIELDS_BYTES 65536

bool
pattern_list(
    const struct deed *d, str kind, struct patterns *ret, struct err *e)
{
	struct sql_pattern_list_rows rows;
	struct patterns l = {0};

	if (!sql_pattern_list(
		d->house->db, d->arena, d->org->id, kind, &rows, e))
		return err_wrap(e, "templates");
	l.v = NEW_N(d->arena, struct pattern, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many templates");
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = (struct pattern){
		    rows.v[i].id, house_text(d->arena, d->org,
				      "pattern.name_enc", rows.v[i].name_enc)};
	*ret = l;
	return true;
}

bool
pattern_load(const struct deed *d, int64_t id, str kind,
    struct pattern_fields *ret, struct err *e)
{
	struct pattern_fields l = {
	    NEW_N(d->arena, struct pattern_field, PATTERN_FIELDS_MAX), 0};
	struct sql_pattern_by_id_row row;
	str text, one;
	bool found;

	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "no room for a template");
	if (!sql_pattern_by_id(
		d->house->db, d->arena, id, d->org->id, &found, &row, e))
		return err_wrap(e, "template %" PRId64, id);
	if (!found || !str_eq(row.kind, kind))
		return err_set(e, ERR_NOT_FOUND, "no such template");
	text =
	    house_text(d->arena, d->org, "pattern.fields_enc", row.fields_enc);
	while (text.n > 0 && l.n < PATTERN_FIELDS_MAX) {
		struct pattern_field *f = &l.v[l.n++];

		(void)str_cut(&text, BETWEEN, &one);
		(void)str_cut(&one, IS, &f->name);
		f->value = one;
	}
	*ret = l;
	return true;
}

str
pattern_value(const struct pattern_fields *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].name, str_c(name)))
			return l->v[i].value;
	return S("");
}

bool
pattern_keep(const struct deed *d, str kind, str name,
    const struct pattern_fields *l, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(FIELDS_BYTES);
	struct sql_pattern_add_row row;
	str name_enc, fields_enc;

	for (size_t i = 0; i < l->n; i++) {
		buf_str(&b, l->v[i].name);
		buf_byte(&b, IS);
		buf_str(&b, l->v[i].value);
		buf_byte(&b, BETWEEN);
	}
	if (b.full || l->n > PATTERN_FIELDS_MAX)
		return err_set(e, ERR_LIMIT, "too long for a template");
	return (text_seal(d->arena, &d->org->key, "pattern.name_enc", name,
		    &name_enc, e) &&
		   text_seal(d->arena, &d->org->key, "pattern.fields_enc",
		       buf_view(&b), &fields_enc, e) &&
		   sql_pattern_add(d->house->db, d->arena, d->org->id, d->actor,
		       kind, name_enc, fields_enc, d->now, &row, e)) ||
	       err_wrap(e, "template");
}

bool
pattern_drop(const struct deed *d, int64_t id, struct err *e)
{
	int64_t rows;

	if (!sql_pattern_drop(d->house->db, id, d->org->id, &rows, e))
		return err_wrap(e, "template %" PRId64, id);
	return rows > 0 || err_set(e, ERR_NOT_FOUND, "no such template");
}
