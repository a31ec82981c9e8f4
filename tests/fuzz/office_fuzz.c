/* Whatever the bytes are, there is a verdict, a kind only with OFFICE_OK, and
 * what a worker says is taken or refused. */
#include "office/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str s = {(const char *)p, n};
	struct office_taken taken;
	struct office_take take;
	enum office_kind kind;
	struct err e;

	if ((archive_look(s, &kind) == OFFICE_OK) != (kind != OFFICE_NOTHING))
		__builtin_trap();
	(void)!office_taken_read(s, &taken, &e);
	(void)!office_take_read(s, &take, &e);
	return 0;
}
