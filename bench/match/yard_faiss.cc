/* The exact searches of FAISS: a scan, and sixteen tables of 16 bits that are
 * looked up with one bit flipped. */
#include "yard.h"

#include <faiss/IndexBinaryFlat.h>
#include <faiss/IndexBinaryHash.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <omp.h>

void *
yard_new(enum yard y, size_t n, const uint8_t *rows)
{
	omp_set_num_threads(1);
	faiss::IndexBinary *index;

	if (y == YARD_FLAT) {
		index = new faiss::IndexBinaryFlat(256);
	} else {
		auto *hash = new faiss::IndexBinaryMultiHash(256, 16, 16);

		hash->nflip = 1;
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
