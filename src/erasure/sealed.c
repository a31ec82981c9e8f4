#include "erasure/sealed.h"

#include "erasure/erasure.h"
#include "sql_erasure.h"
#include "sql_medium_hash.h"
#include "sql_seal.h"

bool
erasure_seal_note(struct house *h, enum erasure_kind kind, int64_t seal,
    str was, int64_t now, struct err *e)
{
	const struct erasure_entry entry = {now, kind, seal, was};

	return journal_add(h->conf->erasures, &h->master, &entry, 1, e);
}

static bool
hide_again(
    struct house *h, const struct erasure_entry *v, bool *ret, struct err *e)
{
	int64_t n, rows;

	if (!sql_seal_again(h->db, v->at, v->token, &n, e) ||
	    !sql_seal_lock_again(h->db, v->token, &rows, e))
		return false;
	*ret = n > 0;
	return true;
}

static bool
was(struct house *h, struct arena *a, str token, bool *ret,
    struct sql_seal_was_row *row, struct err *e)
{
	return sql_seal_was(h->db, a, token, ret, row, e);
}

/* The orders to erase its file stand in the journal as well, but what is locked
 * keeps its key from those. */
static bool
destroy_again(struct house *h, struct arena *a, const struct erasure_entry *v,
    bool *ret, struct err *e)
{
	struct sql_seal_was_row row;
	int64_t rows;

	if (!was(h, a, v->token, ret, &row, e) || !*ret)
		return !*ret;
	return sql_seal_release_again(h->db, row.id, &rows, e) &&
	       sql_erasure_blob_keys(h->db, row.medium, &rows, e) &&
	       sql_erasure_medium_row(h->db, v->at, row.medium, &rows, e) &&
	       sql_medium_hash_forget(h->db, row.medium, &rows, e) &&
	       erasure_made_of(h, row.medium, e) &&
	       sql_seal_drop_boxes(h->db, row.id, &rows, e) &&
	       sql_seal_destroyed(
		   h->db, v->at, (str){0}, (str){0}, row.id, &rows, e);
}

bool
erasure_sealed_again(struct house *h, struct arena *a,
    const struct erasure_entry *v, bool *ret, struct err *e)
{
	*ret = false;
	if (v->kind == ERASURE_SEAL)
		return hide_again(h, v, ret, e) || err_wrap(e, "seal");
	if (v->kind == ERASURE_SEAL_END)
		return destroy_again(h, a, v, ret, e) || err_wrap(e, "seal");
	return true;
}

bool
erasure_sealed_pending(struct house *h, struct arena *a,
    const struct erasure_entry *v, bool *ret, struct err *e)
{
	struct sql_seal_to_do_again_row wanted;
	struct sql_seal_was_row row;

	*ret = false;
	if (v->kind == ERASURE_SEAL)
		return sql_seal_to_do_again(
		    h->db, a, v->token, ret, &wanted, e);
	if (v->kind == ERASURE_SEAL_END)
		return was(h, a, v->token, ret, &row, e);
	return true;
}
