/* What people and browsers type: names, numbers, days, codes, languages. */
#include <assert.h>
#include <stdint.h>

#include "base/num.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "lang/lang.h"
#include "people/code.h"
#include "people/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
try_names(struct arena *a, str in)
{
	str once, twice;

	if (!utf8_clean(a, in, 200, false, &once))
		return;
	assert(utf8_valid(once) && utf8_length(once) <= 200);
	/* What is clean stays as it is. */
	assert(utf8_clean(a, once, 200, false, &twice) && str_eq(once, twice));
	assert(utf8_valid(fold_name(a, once)));
	assert(utf8_valid(fold_word(a, once)));
	(void)fold_phone(a, once);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OWNED(arena) a = arena_new(1u << 22);
	str in = {(const char *)p, n}, code;
	int64_t v = 5;

	try_names(a, in);
	if (num_i64(in, -9, 99, &v))
		assert(v >= -9 && v <= 99);
	if (day_parse(in, &v)) {
		struct civil c = day_to_civil(v);

		assert(day_from_civil(c.year, c.month, c.day) == v);
	}
	if (code_read(a, in, CODE_LETTER_SIGNS, &code))
		assert(code.n == CODE_LETTER_SIGNS);
	assert(lang_accept(in, LANG_EN) < LANGS);
	return 0;
}
