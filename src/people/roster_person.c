/* roster_person — which adult of a sheet is which person. */
#include "base/rand.h"
#include "people/roster_known.h"

struct roster_link *
roster_link_of(const struct planning *g, size_t child, size_t person)
{
	size_t at = index_first(&g->child_link, roster_one(g->d->arena, child));

	for (; at != INDEX_NONE; at = index_next(&g->child_link, at)) {
		struct roster_link *t =
		    &g->p->link[index_value(&g->child_link, at)];

		if (t->person == person && !t->end)
			return t;
	}
	return NULL;
}

static bool
both_and_equal(str a, str b)
{
	return a.n > 0 && b.n > 0 && str_eq(a, b);
}

static bool
both_and_differ(str a, str b)
{
	return a.n > 0 && b.n > 0 && !str_eq(a, b);
}

/* How much speaks for being the same person; 0: nothing but the name. */
static int
evidence(const struct planning *g, const struct sheet_line *l, size_t child,
    const struct sheet_adult *a, size_t person)
{
	const struct roster_person *x = &g->p->person[person];
	const struct roster_link *t = roster_link_of(g, child, person);
	bool contact = both_and_equal(a->email_key, x->email_key) ||
		       both_and_equal(a->phone_key, x->phone_key);

	if (t != NULL)
		return t->kind == a->kind ? 5 : 3;
	if (contact)
		return 4;
	if (both_and_differ(a->email_key, x->email_key) ||
	    both_and_differ(a->phone_key, x->phone_key))
		return 0;
	return index_get(&g->household, roster_person_household(g->d->arena,
					    person, l->household)) != INDEX_NONE
		   ? 1
		   : 0;
}

bool
roster_taken(const size_t *who, size_t n, size_t person)
{
	for (size_t i = 0; i < n; i++)
		if (who[i] == person)
			return true;
	return false;
}

/* The best of those with this name that nobody else of the line is. */
static size_t
person_by_name(const struct planning *g, const struct sheet_line *l,
    size_t child, const struct sheet_adult *a, const size_t *who, size_t n_who,
    int *ret_evidence, bool *ret_homonym)
{
	size_t best = INDEX_NONE;
	size_t at = index_first(&g->person_name, a->name_key);

	*ret_evidence = 0;
	*ret_homonym = false;
	for (; at != INDEX_NONE; at = index_next(&g->person_name, at)) {
		size_t p = index_value(&g->person_name, at);
		int speaks;

		if (roster_taken(who, n_who, p) ||
		    (a->ref.n > 0 && g->p->person[p].has_ref))
			continue;
		speaks = evidence(g, l, child, a, p);
		*ret_homonym |= speaks == 0;
		if (speaks > *ret_evidence) {
			*ret_evidence = speaks;
			best = p;
		}
	}
	return best;
}

/* Not sealed by anything a stranger could guess, and never a real ref. */
static str
auto_ref(struct arena *a)
{
	uint8_t raw[ROSTER_AUTO_BYTES];
	str ret = {0};

	rand_bytes(raw, sizeof(raw));
	return arena_str(a, raw, sizeof(raw), &ret) ? ret : (str){0};
}

static size_t
new_person(struct planning *g, const struct sheet_line *l,
    const struct sheet_adult *a, str ref_digest)
{
	struct roster_person x = {.deed = ROSTER_NEW,
	    .name = a->name,
	    .email = a->email,
	    .phone = a->phone,
	    .lang = a->lang,
	    .name_key = a->name_key,
	    .email_key = a->email_key,
	    .phone_key = a->phone_key,
	    .has_ref = ref_digest.n > 0,
	    .line = l->line};

	x.ref_digest = x.has_ref ? ref_digest : auto_ref(g->d->arena);
	return roster_add_person(g, &x);
}

bool
roster_take_text(str *was, str now)
{
	if (now.n == 0 || str_eq(*was, now))
		return false;
	*was = now;
	return true;
}

/* What an empty cell does not say stays as it is. */
static void
change_person(struct planning *g, const struct sheet_line *l,
    const struct sheet_adult *a, size_t at, str ref_digest)
{
	struct roster_person *x = &g->p->person[at];
	bool differs = false;

	if (both_and_differ(a->email_key, x->email_key) && x->line != 0)
		roster_note(g->p, false, l->line, S(""),
		    N_("%1 has another e-mail address on another line; this "
		       "one is kept."))
		    ->arg[0] = x->name;
	differs |= roster_take_text(&x->name, a->name);
	differs |= roster_take_text(&x->email, a->email);
	differs |= roster_take_text(&x->phone, a->phone);
	x->email_key = a->email.n > 0 ? a->email_key : x->email_key;
	x->phone_key = a->phone.n > 0 ? a->phone_key : x->phone_key;
	if (a->has_lang && a->lang != x->lang) {
		x->lang = a->lang;
		differs = true;
	}
	if (!x->has_ref && ref_digest.n > 0) {
		x->ref_digest = ref_digest;
		x->has_ref = true;
		index_put(&g->person_ref, ref_digest, at);
		differs = true;
	}
	if (differs && x->deed == ROSTER_SAME)
		x->deed = ROSTER_CHANGED;
	if (x->line == 0)
		x->line = l->line;
}

size_t
roster_find_person(struct planning *g, const struct sheet_line *l, size_t child,
    const struct sheet_adult *a, const size_t *who, size_t n_who)
{
	str digest = {0};
	size_t at = INDEX_NONE;
	bool homonym = false;
	int speaks = 0;

	if (a->ref.n > 0) {
		digest = roster_person_ref(g->d, a->ref);
		at = index_get(&g->person_ref, digest);
	}
	if (at == INDEX_NONE)
		at = person_by_name(
		    g, l, child, a, who, n_who, &speaks, &homonym);
	if (at != INDEX_NONE) {
		g->p->person[at].by_name |= speaks == 1;
		change_person(g, l, a, at, digest);
		return at;
	}
	if (homonym && a->ref.n == 0)
		roster_note(g->p, false, l->line, S(""),
		    N_("%1 is taken for somebody else than the person of the "
		       "same name in another family. If it is the same person, "
		       "give both the same e-mail address, telephone or "
		       "adulte_ref."))
		    ->arg[0] = a->name;
	return new_person(g, l, a, digest);
}
