/* An answer of Shield: refused, or sound about every hash. */
#include "shield/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static uint8_t pdq[2][SHIELD_PDQ];
	struct shield_said said[2];
	struct err e;

	for (uint8_t i = 0; i < SHIELD_PDQ; i++)
		pdq[1][i] = i;
	if (!shield_query_read((str){(const char *)p, n},
		(const uint8_t(*)[SHIELD_PDQ])pdq, 2, said, &e))
		return 0;
	for (size_t i = 0; i < 2; i++) {
		str word = str_c(said[i].classification);

		if (word.n == 0 ||
		    said[i].known == str_eq(word, S("no-known-match")))
			__builtin_trap();
	}
	return 0;
}
