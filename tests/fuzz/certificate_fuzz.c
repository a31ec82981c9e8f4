/* A certificate of erasure as somebody else hands it in: read before its
 * signature is known to be right. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "ends/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str file = {(const char *)p, n}, word, value;
	struct certificate_parts parts;
	struct err e;

	if (!certificate_read(file, &parts, &e))
		return 0;
	assert(parts.body.n < n && parts.number > 0);
	while (certificate_line(&parts.body, &word, &value))
		assert(word.n + value.n < n);
	return 0;
}
