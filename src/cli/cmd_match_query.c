/* preau match query — which entries of an index are near hashes. */
#include <fcntl.h>
#include <stdlib.h>

#include "base/num.h"
#include "cli/cli.h"
#include "cli/match_input.h"
#include "cli/match_tmk.h"
#include "hash/query.h"
#include "match/video.h"

#define BATCH 65536    /* lines looked for at once */
#define JOIN_FROM 4096 /* of them: by a join */
#define HITS_MAX ((size_t)1 << 27)

/* Lines of one kind that wait to be looked for. */
struct batch {
	uint8_t *values;
	uint64_t *number; /* of their lines */
	const char **transform, **hypothesis;
	size_t n;
};

struct asking {
	struct cli *c;
	struct match_live *live;
	const struct match_index *index; /* of live */
	struct match_index_scope scope;
	struct batch batch[HASH_KINDS];
	struct match_index_hits hits;
	FILE *out;
	size_t said;
};

static void
asking_done(struct asking *a)
{
	for (size_t k = 0; k < HASH_KINDS; k++) {
		free(a->batch[k].values);
		free(a->batch[k].number);
		free(a->batch[k].transform);
		free(a->batch[k].hypothesis);
	}
	match_index_hits_done(&a->hits);
}

static const char *
list_name(const struct asking *a, uint32_t number)
{
	const struct match_index_list *v;
	size_t n = match_index_lists(a->index, &v);

	for (size_t i = 0; i < n; i++)
		if (v[i].number == number)
			return v[i].provenance;
	return "";
}

/* A list is called by the number of its first line among all lines. */
static void
say(struct asking *a, const struct batch *b, const char *kind,
    const struct match_index_hit *h)
{
	unsigned long long query = b->number[h->query];
	unsigned long long entry = (unsigned long long)h->list + h->entry;
	const char *supposed = b->hypothesis[h->query];
	bool as_is = str_eq(str_c(supposed), str_c(query_names[QUERY_AS_IS]));

	if (!a->c->json) {
		fprintf(a->out, "%llu\t%llu\t%u\t%s%s%s\n", query, entry,
		    h->distance, b->transform[h->query], as_is ? "" : "+",
		    as_is ? "" : supposed);
		return;
	}
	fprintf(a->out,
	    "%s{\"query\":%llu,\"entry\":%llu,\"distance\":%u,"
	    "\"transform\":\"%s\",\"hypothesis\":\"%s\",\"kind\":\"%s\","
	    "\"line\":%u,\"list\":",
	    a->said++ == 0 ? "" : ",", query, entry, h->distance,
	    b->transform[h->query], supposed, kind, h->entry);
	json_str(a->out, str_c(list_name(a, h->list)));
	fprintf(a->out, "}");
}

static bool
look(struct asking *a, enum hash_kind kind, struct err *e)
{
	struct batch *b = &a->batch[kind];
	size_t n = b->n;

	b->n = 0;
	a->hits.n = 0;
	if (n == 0)
		return true;
	if (n < JOIN_FROM ? !match_index_query(a->index, kind, b->values, n,
				&a->scope, &a->hits, e)
			  : !match_index_join(a->index, kind, b->values, n,
				&a->scope, &a->hits, e))
		return false;
	match_index_hits_sort(&a->hits);
	for (size_t i = 0; i < a->hits.n; i++)
		say(a, b, hash_kind_facts(kind)->name, &a->hits.v[i]);
	return true;
}

static bool
add(struct asking *a, const struct match_line *line, uint64_t number,
    struct err *e)
{
	struct batch *b = &a->batch[line->kind];
	size_t bytes = hash_kind_facts(line->kind)->bytes;

	if (b->values == NULL) {
		b->values = calloc(BATCH, bytes);
		b->number = calloc(BATCH, sizeof(*b->number));
		b->transform = calloc(BATCH, sizeof(*b->transform));
		b->hypothesis = calloc(BATCH, sizeof(*b->hypothesis));
	}
	if (b->values == NULL || b->number == NULL || b->transform == NULL ||
	    b->hypothesis == NULL)
		return err_sys(e, "match query");
	memcpy(b->values + b->n * bytes, line->value, bytes);
	b->number[b->n] = number;
	b->hypothesis[b->n] = line->hypothesis;
	b->transform[b->n++] = line->transform;
	return b->n < BATCH || look(a, line->kind, e);
}

static bool
ask_lines(struct asking *a, struct match_input *in, struct err *e)
{
	struct match_line line;
	uint64_t number;
	bool more = true;

	while (more) {
		if (!match_input_next(in, &line, &number, &more, e))
			return false;
		if (more && !add(a, &line, number, e))
			return false;
	}
	for (int k = 0; k < HASH_KINDS; k++)
		if (!look(a, (enum hash_kind)k, e))
			return false;
	match_input_report(in);
	return true;
}

static void
say_video(struct asking *a, const struct match_tmk_hit *h)
{
	unsigned long long entry = (unsigned long long)h->list + h->entry;

	if (!a->c->json) {
		fprintf(a->out, "0\t%llu\t%.4f\t%s\n", entry, (double)h->level2,
		    pdq_turn_names[h->turn]);
		return;
	}
	fprintf(a->out,
	    "%s{\"query\":0,\"entry\":%llu,\"level1\":%.4f,"
	    "\"level2\":%.4f,\"transform\":\"%s\",\"kind\":\"tmk\","
	    "\"line\":%u,\"list\":",
	    a->said++ == 0 ? "" : ",", entry, (double)h->level1,
	    (double)h->level2, pdq_turn_names[h->turn], h->entry);
	json_str(a->out, str_c(list_name(a, h->list)));
	fprintf(a->out, "}");
}

static int
best_first(const void *a, const void *b)
{
	const struct match_tmk_hit *x = a, *y = b;

	if (x->level2 != y->level2)
		return x->level2 > y->level2 ? -1 : 1;
	return (x->list > y->list) - (x->list < y->list);
}

static bool
ask_video(struct asking *a, const char *name, struct err *e)
{
	OWNED(arena) arena = arena_new((size_t)64 << 20);
	struct tmk *t = NEW(arena, struct tmk);
	struct match_tmk_hit *v;
	size_t n;
	str file;

	if (t == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	if (a->scope.one_distance)
		return err_set(
		    e, ERR_INPUT, "a .tmk file has scores, and no --distance");
	if (!match_tmk_read(arena, name, &file, e) || !tmk_read(file, t, e))
		return false;
	if (!match_live_tmk(a->live, arena, t, NULL, &v, &n, e))
		return false;
	qsort(v, n, sizeof(*v), best_first);
	for (size_t i = 0; i < n; i++)
		say_video(a, &v[i]);
	return true;
}

static bool
ask_file(struct asking *a, const char *name, struct err *e)
{
	CLEANUP(match_input_close) struct match_input in = {.file = NULL};
	const char *alg = cli_option(a->c, "alg");
	enum hash_kind kind = HASH_PDQ;

	if (alg != NULL &&
	    (!hash_kind_of(str_c(alg), &kind) || !hash_kind_is_fixed(kind)))
		return err_set(e, ERR_INPUT, "no such hash: %s", alg);
	if (match_tmk_is(name))
		return ask_video(a, name, e);
	if (!match_input_open(&in, name, kind, e))
		return false;
	return ask_lines(a, &in, e);
}

static bool
read_distance(struct asking *a, struct err *e)
{
	const char *text = cli_option(a->c, "distance");
	int64_t v;

	if (text == NULL)
		return true;
	if (!num_i64(str_c(text), 0, 1000000, &v))
		return err_set(e, ERR_INPUT, "no such distance: %s", text);
	a->scope.one_distance = true;
	a->scope.distance = (uint32_t)v;
	return true;
}

/* JSON is one value: the list when all went well, else the error alone. */
static bool
ask_as_json(struct asking *a, const char *name, struct err *e)
{
	char *text = NULL;
	size_t n = 0;
	bool done;

	a->out = open_memstream(&text, &n);
	if (a->out == NULL)
		return err_sys(e, "match query");
	done = ask_file(a, name, e);
	if (fclose(a->out) != 0)
		done = done && err_sys(e, "match query");
	if (done)
		fprintf(a->c->out, "[%s]\n", text);
	free(text);
	return done;
}

static bool
run(struct cli *c, struct err *e)
{
	CLEANUP(asking_done)
	struct asking a = {
	    .c = c, .out = c->out, .hits = MATCH_INDEX_HITS(HITS_MAX)};
	const char *name = c->argc > 1 ? c->argv[1] : "-";
	OWNED_FD fd = open(c->argv[0], O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "%s", c->argv[0]);
	if (!read_distance(&a, e))
		return false;
	OWNED(match_live) live = match_live_new(e);
	if (live == NULL)
		return false;
	OWNED(match_index) index = match_index_open(fd, MATCH_INDEX_MAPPED, e);
	if (index == NULL)
		return err_wrap(e, "%s", c->argv[0]);
	a.index = index;
	a.live = live;
	match_live_swap(live, TAKE(index), false);
	return c->json ? ask_as_json(&a, name, e) : ask_file(&a, name, e);
}

const struct command cmd_match_query = {
    .name = "match query",
    .args = "INDEX [HASHFILE]",
    .help = "Print what of an index is near the hashes of a file (- or "
	    "nothing: standard input): a line each of query, entry, distance "
	    "and transform (with + and the hypothesis, when the hash is of "
	    "one), between tabs; query and entry count lines of the "
	    "inputs from 0.  Of a .tmk file the distance is the score of level "
	    "2, at least 0.7.",
    .min = 1,
    .max = 2,
    .need = CLI_NOTHING,
    .run = run,
    .options =
	{
	    {"distance", "N",
		"how far a match may be; unless given, what is usual for the "
		"kind: 31 of PDQ's 256 bits"},
	    {"alg", "KIND",
		"what the lines are when they do not say it, pdq unless given"},
	},
};
