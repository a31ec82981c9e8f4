/* What anybody hands in as a bundle of evidence. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "evidence/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OWNED(arena) a = arena_new((size_t)2 << 20);
	struct evidence_report r;
	struct err e;

	if (evidence_check(a, (str){(const char *)p, n}, &r, &e))
		assert(r.n <= EVIDENCE_FINDINGS &&
		       (r.n > 0 || r.key.n == 2 * EVIDENCE_KEY_BYTES));
	return 0;
}
