#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "checks.h"
#include "hash/digest.h"
#include "hash/phash.h"

#define PICTURE_MAX ((size_t)128 << 20)

struct column {
	const char *name;
	enum phash_kind kind;
};

static void
make_all(
    struct golden *g, struct arena *a, str name, struct phash ret[PHASH_KINDS])
{
	struct pixels px = golden_pixels(g, a, name);
	size_t n = phash_work_bytes(px.width, px.height);
	void *work = aligned_alloc(PHASH_WORK_ALIGN, n);
	struct err e;

	if (work == NULL || !phash_all(&px, PHASH_ALL, work, n, ret, &e))
		exit(EXIT_FAILURE);
	free(work);
}

static void
check_table(
    struct golden *g, const char *file, const struct column *column, size_t n)
{
	struct golden_table t = golden_table(g, file);

	while (golden_next(&t)) {
		OWNED(arena) a = arena_new(PICTURE_MAX);
		str name = golden_cell(&t, "file");
		struct phash h[PHASH_KINDS];
		char text[PHASH_HEX_MAX + 1];

		make_all(g, a, name, h);
		for (size_t i = 0; i < n; i++) {
			phash_text(&h[column[i].kind], text);
			golden_same(g, name, column[i].name,
			    golden_cell(&t, column[i].name), str_c(text));
		}
	}
}

void
check_imagehash(struct golden *g)
{
	static const struct column columns[] = {{"phash", PHASH},
	    {"phash_simple", PHASH_SIMPLE}, {"ahash", AHASH}, {"dhash", DHASH},
	    {"dhash_vertical", DHASH_VERTICAL}, {"phash16", PHASH16},
	    {"ahash16", AHASH16}, {"dhash16", DHASH16}};

	check_table(
	    g, "imagehash.tsv", columns, sizeof(columns) / sizeof(columns[0]));
}

void
check_phash_org(struct golden *g)
{
	static const struct column column = {"ph_dct_imagehash", PHASH_ORG};

	check_table(g, "phash_org.tsv", &column, 1);
}

void
check_digests(struct golden *g)
{
	struct golden_table t = golden_table(g, "crypto.tsv");

	while (golden_next(&t)) {
		OWNED(arena) a = arena_new(PICTURE_MAX);
		str name = golden_cell(&t, "file");
		str file = golden_file(g, arena_cstr(a, name));
		uint8_t bytes[DIGEST_KINDS][DIGEST_BYTES_MAX];
		struct err e;
		OWNED(digest) d = digest_new(&e);

		if (d == NULL || !digest_add(d, file.p, file.n, &e) ||
		    !digest_end(d, bytes, &e))
			exit(EXIT_FAILURE);
		for (int i = 0; i < DIGEST_KINDS; i++) {
			CLEANUP(buf_done)
			struct buf b = BUF_MAX(DIGEST_HEX_MAX);

			buf_hex(&b, bytes[i], digest_bytes[i]);
			golden_same(g, name, digest_names[i],
			    golden_cell(&t, digest_names[i]), buf_view(&b));
		}
	}
}
