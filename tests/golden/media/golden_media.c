/*
 * golden_media [FOLDER] — files as people send them, of every mode that the
 * intake takes, have the hashes that the reference programs make of them: same
 * decoded pixels, same bits.  Folders and skipping as golden_test.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../hash/golden.h"
#include "hash/kind.h"
#include "ipc/hashes.h"
#include "media/intake.h"

#define ARENA_MAX ((size_t)64 << 20)
#define SKIPPED 77

static const char *const endings[] = {".jpg", ".png", ".webp"};

static bool
is_taken_in(str name)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_ends(name, str_c(endings[i])))
			return true;
	return false;
}

static str
hex(struct arena *a, str bytes)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(HASHES_VALUE_MAX * 2);
	str ret = {0};

	buf_hex(&b, bytes.p, bytes.n);
	(void)!arena_str(a, b.p, b.n, &ret);
	return ret;
}

static str
value_of(struct arena *a, const struct hashes *t, enum hash_kind kind)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind == kind && t->v[i].frame == 0)
			return hex(a, t->v[i].value);
	return S("missing");
}

static struct hashes
hashes_of(struct golden *g, struct arena *a, str name)
{
	str bytes = golden_file(g, arena_cstr(a, name));
	CLEANUP(intake_done) struct intake t = {0};
	struct hashes ret = {0};
	str table;
	struct err e;

	if (!intake_hash(bytes, 0, 0, &t, &e) || t.done.verdict != MEDIA_OK) {
		fprintf(stderr, STR_FMT ": %s\n", STR_ARG(name),
		    media_verdict_word((enum media_verdict)t.done.verdict));
		return ret;
	}
	if (!arena_str(a, t.hashes.p, t.hashes.n, &table) ||
	    !hashes_read(a, table, HASHES_ROWS_MAX, &ret, &e))
		exit(EXIT_FAILURE);
	return ret;
}

static void
check_pdq(struct golden *g, struct arena *a, const struct golden_table *t,
    str name, const struct hashes *h)
{
	str value = value_of(a, h, HASH_PDQ);
	str quality =
	    h->n == 0 ? S("none") : arena_fmt(a, "%u", h->v[0].quality);

	golden_same(
	    g, name, "pdq", golden_cell(t, "pdq"), str_sub(value, 0, PDQ_HEX));
	golden_same(g, name, "quality", golden_cell(t, "quality"), quality);
	/* Of 16 bits the reference decoder rounds, where the programs that make
	 * lists take the high byte, and so do we: a bit in 2,048 may differ. */
	if (str_ends(name, S("16.png")))
		return;
	for (size_t i = 1; i < PDQ_TURNS; i++) {
		str column = arena_fmt(a, "pdq_%s", pdq_turn_names[i]);

		golden_same(g, name, pdq_turn_names[i],
		    golden_cell(t, arena_cstr(a, column)),
		    str_sub(value, i * PDQ_HEX, PDQ_HEX));
	}
}

static bool
find(struct golden *g, const char *table, str file, struct golden_table *ret)
{
	*ret = golden_table(g, table);
	while (golden_next(ret))
		if (str_eq(golden_cell(ret, "file"), file))
			return true;
	return false;
}

static void
check_small(struct golden *g, struct arena *a, str pixels, str name,
    const struct hashes *h)
{
	static const struct {
		const char *table, *column;
		enum hash_kind kind;
	} all[] = {
	    {"imagehash.tsv", "phash", HASH_PHASH},
	    {"imagehash.tsv", "phash_simple", HASH_PHASH_SIMPLE},
	    {"imagehash.tsv", "phash16", HASH_PHASH16},
	    {"imagehash.tsv", "ahash", HASH_AHASH},
	    {"imagehash.tsv", "ahash16", HASH_AHASH16},
	    {"imagehash.tsv", "dhash", HASH_DHASH},
	    {"imagehash.tsv", "dhash16", HASH_DHASH16},
	    {"imagehash.tsv", "dhash_vertical", HASH_DHASH_VERTICAL},
	    {"phash_org.tsv", "ph_dct_imagehash", HASH_PHASH_ORG},
	};
	struct golden_table t;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (find(g, all[i].table, pixels, &t))
			golden_same(g, name, all[i].column,
			    golden_cell(&t, all[i].column),
			    value_of(a, h, all[i].kind));
}

static void
check_digests(
    struct golden *g, struct arena *a, str name, const struct hashes *h)
{
	struct golden_table t;

	if (!find(g, "crypto.tsv", name, &t))
		return;
	golden_same(
	    g, name, "md5", golden_cell(&t, "md5"), value_of(a, h, HASH_MD5));
	golden_same(g, name, "sha1", golden_cell(&t, "sha1"),
	    value_of(a, h, HASH_SHA1));
	golden_same(g, name, "sha256", golden_cell(&t, "sha256"),
	    value_of(a, h, HASH_SHA256));
}

static void
check_row(struct golden *g, const struct golden_table *t)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	str name = golden_cell(t, "encoded_file");
	struct hashes h;

	if (!is_taken_in(name) || !golden_exists(g, arena_cstr(a, name)))
		return;
	h = hashes_of(g, a, name);
	check_pdq(g, a, t, name, &h);
	check_small(g, a, golden_cell(t, "file"), name, &h);
	check_digests(g, a, name, &h);
}

int
main(int argc, char **argv)
{
	const char *set = getenv("PREAU_GOLDEN");
	OWNED(arena) arena = arena_new((size_t)512 << 20);
	struct golden g = {.arena = arena};
	struct golden_table t;
	struct err e;

	g.folder = argc > 1                      ? argv[1]
		   : set != NULL && *set != '\0' ? set
						 : WHOLE_SET;
	if (access(g.folder, R_OK) != 0)
		return SKIPPED;
	if (!intake_init(&e))
		return EXIT_FAILURE;
	for (t = golden_table(&g, "pdq.tsv"); golden_next(&t);)
		check_row(&g, &t);
	printf("%zu compared, %zu differ\n", g.rows, g.wrong);
	return g.rows > 0 && g.wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
