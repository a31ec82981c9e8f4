/* The numbers to call: whatever is read is whole, a profile's lines are found
 * together, and what is dialled is digits. */
#include "report/helpline.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect(bool good)
{
	if (!good)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OWNED(arena) a = arena_new((size_t)1 << 20);
	struct helpline_book b;
	struct err e;

	if (!helpline_read(a, (str){(const char *)p, n}, &b, &e))
		return 0;
	expect(b.n > 0 && b.n <= HELPLINE_LINES_MAX && b.reviewed_on > 0);
	for (size_t i = 0; i < b.n; i++) {
		struct helpline_list l = helpline_of(&b, b.v[i].profile);

		expect(l.v <= &b.v[i] && &b.v[i] < l.v + l.n);
		expect(b.v[i].number.n > 0 && b.v[i].what[LANG_FR].n > 0);
		for (size_t k = 0; k < b.v[i].tel.n; k++)
			expect(
			    b.v[i].tel.p[k] >= '0' && b.v[i].tel.p[k] <= '9');
	}
	return 0;
}
