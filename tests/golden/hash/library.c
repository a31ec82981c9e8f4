/* A program of somebody else: hashes a picture from standard input with what
 * is installed of libpreau-hash, nothing of this repository. */
#include <stdio.h>
#include <stdlib.h>

#include <hash/hash.h>

int
main(void)
{
	static char file[1 << 22];
	size_t n = fread(file, 1, sizeof(file), stdin), work_bytes;
	struct arena *a = arena_new((size_t)64 << 20);
	static struct hash_all all;
	char text[PDQ_HEX + 1];
	struct pixels px;
	struct err e;
	void *work;

	if (a == NULL || !pnm_read(a, (str){file, n}, &px, &e)) {
		fprintf(stderr, "%s\n", a == NULL ? "no memory" : e.msg);
		return EXIT_FAILURE;
	}
	work_bytes = hash_all_work_bytes(px.width, px.height);
	work =
	    aligned_alloc(HASH_ALL_ALIGN, (work_bytes + HASH_ALL_ALIGN - 1) /
					      HASH_ALL_ALIGN * HASH_ALL_ALIGN);
	if (work == NULL || !hash_all(&px, PDQ_CORE, HASH_ALL_USUAL, work,
				work_bytes, &all, &e))
		return EXIT_FAILURE;
	pdq_text(&all.turn[PDQ_ORIGINAL], text);
	printf("%s\t%d\n", text, all.quality);
	free(work);
	arena_free(a);
	return EXIT_SUCCESS;
}
