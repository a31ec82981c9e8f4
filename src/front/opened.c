#include "front/opened.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>

#define UNIT ((size_t)65536) /* of the largest pages of memory */
#define STRIDE ((BLOB_WORK + UNIT - 1) / UNIT * UNIT)

/* Places in use of the system stand at the end of the list, and go first. */
static struct {
	uint8_t *base;
	size_t places;
	uint8_t **free;
	size_t n_free, n_rest; /* the first n_rest have no memory */
} all;

static void
undo(void)
{
	if (all.base != NULL)
		(void)munmap(all.base, all.places * STRIDE);
	free(all.free);
}

void
opened_init(size_t places)
{
	undo();
	all.places = places;
	all.n_free = all.n_rest = places;
	all.base = mmap(NULL, places * STRIDE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	all.free = calloc(places, sizeof(*all.free));
	if (all.base == MAP_FAILED || all.free == NULL)
		abort();
	for (size_t i = 0; i < places; i++)
		all.free[i] = all.base + i * STRIDE;
}

uint8_t *
opened_take(void)
{
	if (all.n_free == 0)
		return NULL;
	all.n_free--;
	if (all.n_rest > all.n_free)
		all.n_rest = all.n_free;
	return all.free[all.n_free];
}

void
opened_give(uint8_t *p)
{
	sodium_memzero(p, BLOB_WORK);
	all.free[all.n_free++] = p;
}

void
opened_rest(void)
{
	for (; all.n_rest < all.n_free; all.n_rest++)
		(void)madvise(all.free[all.n_rest], STRIDE, MADV_DONTNEED);
}

bool
opened_at_rest(void)
{
	return all.n_rest == all.n_free;
}
