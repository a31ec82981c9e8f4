#include "people/authority.h"

#include <inttypes.h>

#include "base/rand.h"
#include "people/child.h"
#include "sql_account.h"
#include "sql_authority.h"
#include "sql_child.h"
#include "sql_guardian.h"

static const struct kind {
	str word;
	const char *label;
	int64_t rights;
} kinds[AUTHORITY_KINDS] = {
    [AUTHORITY_PARENTAL] = {S("parental"), N_("parent"), AUTHORITY_ALL},
    [AUTHORITY_TUTOR] = {S("tutor"), N_("tutor"), AUTHORITY_ALL},
    [AUTHORITY_RELATIVE] = {S("relative"), N_("relative"), AUTHORITY_SEE},
    [AUTHORITY_NO_CONTACT] = {S("no_contact"), N_("no contact"), 0},
};

str
authority_word(enum authority_kind k)
{
	return kinds[k].word;
}

bool
authority_of_word(str word, enum authority_kind *ret)
{
	for (int i = 0; i < AUTHORITY_KINDS; i++)
		if (str_eq(kinds[i].word, word)) {
			*ret = (enum authority_kind)i;
			return true;
		}
	return false;
}

const char *
authority_label(enum authority_kind k)
{
	return kinds[k].label;
}

int64_t
authority_usual_rights(enum authority_kind k)
{
	return kinds[k].rights;
}

static bool
note(const struct deed *d, int64_t id, const struct authority *t,
    const char *what, struct err *e)
{
	struct deed_about about = {
	    .kind = "authority", .id = id, .child = t->child};

	about.detail = arena_fmt(d->arena, "%s " STR_FMT " %" PRId64, what,
	    STR_ARG(kinds[t->kind].word), t->rights);
	return deed_note(d, AUDIT_AUTHORITY_CHANGED, &about, e);
}

static bool
seal_document(
    const struct deed *d, const struct authority *t, str *ret, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct sql_child_by_id_row child;

	*ret = (str){0};
	if (t->document.n == 0)
		return true;
	return sql_child_by_id(
		   d->house->db, d->arena, t->child, d->org->id, &child, e) &&
	       child_key(
		   d->arena, d->org, child.id, child.key_wrapped, &k, e) &&
	       text_seal(
		   d->arena, &k, "authority.document_enc", t->document, ret, e);
}

str
authority_document(struct arena *a, const struct key *child, str sealed)
{
	struct err ignored;
	str ret;

	if (sealed.p == NULL || !text_open(a, child, "authority.document_enc",
				    sealed, &ret, &ignored))
		return S("");
	return ret;
}

/* The account follows: holding authority makes a guardian. */
static bool
refresh(const struct deed *d, int64_t guardian, struct err *e)
{
	int64_t rows;

	return sql_account_set_kind_of_guardian(
	    d->house->db, guardian, &rows, e);
}

bool
authority_add(const struct deed *d, const struct authority *t, int64_t *ret_id,
    struct err *e)
{
	struct sql_authority_insert_row row;
	str document;

	if (!seal_document(d, t, &document, e) ||
	    !sql_authority_insert(d->house->db, d->arena, t->guardian, t->child,
		kinds[t->kind].word, t->rights, t->from_on, t->until_on,
		document, d->now, &row, e))
		return err_wrap(e, "authority over child %" PRId64, t->child);
	*ret_id = row.id;
	return refresh(d, t->guardian, e) && note(d, row.id, t, "given", e);
}

bool
authority_change(
    const struct deed *d, int64_t id, const struct authority *t, struct err *e)
{
	int64_t rows;
	str document;

	if (!seal_document(d, t, &document, e) ||
	    !sql_authority_set(d->house->db, t->rights, t->from_on, t->until_on,
		document, id, &rows, e))
		return err_wrap(e, "authority %" PRId64, id);
	if (rows == 0)
		return err_set(
		    e, ERR_CONFLICT, "authority %" PRId64 " ended", id);
	return note(d, id, t, "changed", e);
}

bool
authority_end(const struct deed *d, int64_t id, struct err *e)
{
	struct sql_authority_by_id_row row;
	struct authority t;
	int64_t rows;

	if (!sql_authority_by_id(
		d->house->db, d->arena, id, d->org->id, &row, e) ||
	    !sql_authority_end(d->house->db, d->now, id, &rows, e))
		return err_wrap(e, "authority %" PRId64, id);
	if (rows == 0)
		return err_set(
		    e, ERR_CONFLICT, "authority %" PRId64 " ended", id);
	t = (struct authority){
	    .guardian = row.guardian, .child = row.child, .rights = row.rights};
	if (!authority_of_word(row.kind, &t.kind))
		return err_set(e, ERR_CORRUPT, "authority %" PRId64, id);
	return refresh(d, t.guardian, e) && note(d, id, &t, "ended", e);
}

bool
authority_person(const struct deed *d, const struct person_new *p, int64_t *ret,
    struct err *e)
{
	struct sql_guardian_insert_row row;
	uint8_t nobody[KEY_DIGEST_BYTES];
	str ref = p->ref_digest, name, email, phone;

	if (ref.n == 0) {
		rand_bytes(nobody, sizeof(nobody));
		ref = (str){(const char *)nobody, sizeof(nobody)};
	}
	if (p->name.n == 0)
		return err_set(e, ERR_INPUT, "an adult needs a name");
	if (!deed_seal(d, "guardian.name_enc", p->name, &name, e) ||
	    !deed_seal(d, "guardian.email_enc", p->email, &email, e) ||
	    !deed_seal(d, "guardian.phone_enc", p->phone, &phone, e) ||
	    !sql_guardian_insert(d->house->db, d->arena, d->org->id, ref, name,
		email, phone, str_c(lang_codes[p->lang]), d->now, &row, e))
		return err_wrap(e, "new adult");
	*ret = row.id;
	return true;
}
