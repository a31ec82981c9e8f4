#include "life/entry.h"

#include <inttypes.h>

#include "life/item_words.h"
#include "people/child.h"
#include "sharing/looked.h"
#include "sql_child.h"
#include "sql_item.h"
#include "sql_post.h"
#include "sql_post_audience.h"

bool
entry_is_by_name(const struct post_facts *f)
{
	for (size_t i = 0; i < f->n_audience; i++)
		if (f->audience[i].group != 0)
			return false;
	return f->n_audience > 0;
}

bool
entry_seal(const struct deed *d, int64_t child, const struct item_new *n,
    str ret[LANGS], struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct sql_child_by_id_row row;

	return sql_child_by_id(
		   d->house->db, d->arena, child, d->org->id, &row, e) &&
	       child_key(d->arena, d->org, child, row.key_wrapped, &k, e) &&
	       item_words_seal(d, &k, n, ret, e);
}

static bool
make_theirs(const struct deed *d, int64_t post, int64_t child,
    const struct item *i, struct err *e)
{
	struct db *db = d->house->db;
	str sealed[LANGS];
	int64_t rows;

	return entry_seal(d, child, &i->is, sealed, e) &&
	       sql_item_about(db, child, sealed[LANG_FR], sealed[LANG_EN], post,
		   &rows, e) &&
	       sql_audience_clear(db, post, &rows, e) &&
	       sql_audience_add(
		   db, post, DB_NULL, child, i->is.from_on, &rows, e);
}

/* Never under the organisation's key, not for a moment: a draft without words
 * gets them. */
static bool
copy_for(const struct deed *d, const struct item *i, int64_t child, int64_t at,
    struct err *e)
{
	struct item_new bare = i->is;
	int64_t id, rows;

	memset(bare.words, 0, sizeof(bare.words));
	return item_create(d, &bare, &id, e) &&
	       make_theirs(d, id, child, i, e) &&
	       sql_post_publish(d->house->db, at, d->now, id, &rows, e);
}

bool
entry_publish(const struct deed *d, const struct grant *g, const struct item *i,
    int64_t at, enum words_hour *ret, struct err *e)
{
	const struct post_facts *f = grant_facts(g);

	if (!words_publish(d, g, at, INT64_MAX, ret, e))
		return false;
	if (*ret != WORDS_DONE)
		return true;
	if (!make_theirs(d, i->id, f->audience[0].child, i, e))
		return err_wrap(e, "entry %" PRId64, i->id);
	for (size_t k = 1; k < f->n_audience; k++)
		if (!copy_for(d, i, f->audience[k].child, at, e))
			return err_wrap(e, "entry %" PRId64, i->id);
	return looked_note(d, AUDIT_ITEM_PUBLISHED, "item", i->id, g,
	    item_word(i->is.kind), e);
}
