/*
 * golden_test [FOLDER] — every row of the reference tables is reproduced on the
 * same pixels.  Without a folder it is the whole set, of $PREAU_GOLDEN or
 * beside the repository; 77, « skipped », when there is none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <vips/vips.h>

#include "checks.h"

#define ARENA_MAX ((size_t)256 << 20)
#define SKIPPED 77

static const struct {
	const char *name;
	void (*run)(struct golden *);
} checks[] = {
    {"pdq.tsv", check_pdq},
    {"floats", check_floats},
    {"imagehash.tsv", check_imagehash},
    {"phash_org.tsv", check_phash_org},
    {"crypto.tsv", check_digests},
    {"tmk", check_tmk},
    {"vpdq", check_vpdq},
};

int
main(int argc, char **argv)
{
	const char *set = getenv("PREAU_GOLDEN");
	OWNED(arena) arena = arena_new(ARENA_MAX);
	struct golden g = {.arena = arena};
	size_t wrong = 0;

	g.folder = argc > 1                      ? argv[1]
		   : set != NULL && *set != '\0' ? set
						 : WHOLE_SET;
	if (access(g.folder, R_OK) != 0)
		return SKIPPED;
	if (VIPS_INIT(argv[0]) != 0)
		return EXIT_FAILURE;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		g.rows = g.wrong = 0;
		checks[i].run(&g);
		printf("%s: %zu compared, %zu differ\n", checks[i].name, g.rows,
		    g.wrong);
		wrong += g.wrong + (g.rows == 0);
	}
	vips_shutdown();
	return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
