/* The exact searches of FAISS, one thread. */
#include "yard.h"

#include <faiss/IndexBinaryFlat.h>
#include <faiss/IndexBinaryHash.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <omp.h>

static const struct {
	int n, bits, flips;
} tables[YARDS] = {{0, 0, 0}, {16, 16, 1}, {11, 23, 2}, {8, 32, 3}};

void *
yard_new(enum yard y, size_t n, const uint8_t *rows)
{
	omp_set_num_threads(1);
	faiss::IndexBinary *index;

	if (y == YARD_FLAT) {
		index = new faiss::IndexBinaryFlat(256);
	} else {
		const auto &t = tables[y];
		auto *hash = new faiss::IndexBinaryMultiHash(256, t.n, t.bits);

		hash->nflip = t.flips;
		index = hash;
	}
	index->add(static_cast<faiss::Index::idx_t>(n), rows);
	return index;
}

void
yard_free(enum yard, void *index)
{
	delete static_cast<faiss::IndexBinary *>(index);
}

size_t
yard_search(enum yard, void *index, size_t n, const uint8_t *queries)
{
	faiss::RangeSearchResult found(n);

	/* A range is below its radius there. */
	static_cast<faiss::IndexBinary *>(index)->range_search(
	    static_cast<faiss::Index::idx_t>(n), queries, 32, &found);
	return found.lims[n];
}
