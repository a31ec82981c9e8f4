#include "list/gone.h"

#include <sodium.h>
#include <stdlib.h>

#include "sql_list_gone.h"

#define DIGEST 16
#define GONE_MAX ((size_t)4 << 20) /* withdrawals of one import: 96 MB */
#define LOOK_ARENA ((size_t)64 << 10)

struct withdrawn {
	uint8_t digest[DIGEST];
	int64_t stamp;
};

struct gone {
	struct db *db;
	struct arena *arena; /* of one look */
	int64_t list;
	bool any; /* something was withdrawn before */
	struct merge_past past;
	struct withdrawn *v;
	size_t n, cap;
};

/* As merge.c groups them: by the name, or by kind and value. */
static void
digest_of(const struct entry *t, uint8_t ret[DIGEST])
{
	crypto_generichash_state h;
	uint8_t kind = t->id.n > 0 ? 0 : t->kind;
	str s = t->id.n > 0 ? t->id : t->value;

	(void)crypto_generichash_init(&h, NULL, 0, DIGEST);
	(void)crypto_generichash_update(&h, &kind, 1);
	(void)crypto_generichash_update(&h, (const uint8_t *)s.p, s.n);
	(void)crypto_generichash_final(&h, ret, DIGEST);
}

static bool
gone_at(void *ctx, const struct entry *t, int64_t *ret, struct err *e)
{
	struct gone *g = ctx;
	struct sql_list_gone_of_row row;
	uint8_t digest[DIGEST];
	bool found;

	*ret = 0;
	if (!g->any)
		return true;
	arena_reset(g->arena);
	digest_of(t, digest);
	if (!sql_list_gone_of(g->db, g->arena, g->list,
		(str){(const char *)digest, DIGEST}, &found, &row, e))
		return false;
	if (found)
		*ret = row.withdrawn_at;
	return true;
}

static bool
goes(void *ctx, const struct entry *t, struct err *e)
{
	struct gone *g = ctx;
	size_t cap = g->cap == 0 ? 256 : 2 * g->cap;
	struct withdrawn *v;

	if (g->n == GONE_MAX)
		return err_set(e, ERR_LIMIT, "too many withdrawals at once");
	if (g->n == g->cap) {
		v = reallocarray(g->v, cap, sizeof(*v));
		if (v == NULL)
			return err_sys(e, "withdrawals");
		g->v = v;
		g->cap = cap;
	}
	g->v[g->n].stamp = t->stamp;
	digest_of(t, g->v[g->n++].digest);
	return true;
}

struct gone *
gone_new(struct db *db, struct arena *a, int64_t list, struct err *e)
{
	OWNED(gone) g = calloc(1, sizeof(*g));
	struct sql_list_gone_any_row row;

	if (g == NULL) {
		(void)err_sys(e, "withdrawals");
		return NULL;
	}
	g->db = db;
	g->list = list;
	g->arena = arena_new(LOOK_ARENA);
	g->past = (struct merge_past){g, gone_at, goes};
	if (!sql_list_gone_any(db, a, list, &g->any, &row, e))
		return NULL;
	return TAKE(g);
}

void
gone_free(struct gone *g)
{
	if (g == NULL)
		return;
	arena_free(g->arena);
	free(g->v);
	free(g);
}

const struct merge_past *
gone_past(struct gone *g)
{
	return &g->past;
}

bool
gone_keep(struct gone *g, struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < g->n; i++)
		if (!sql_list_gone_add(g->db, g->list,
			(str){(const char *)g->v[i].digest, DIGEST},
			g->v[i].stamp, &rows, e))
			return false;
	return true;
}
