#include "base/num.h"

bool
num_i64(str s, int64_t min, int64_t max, int64_t *ret)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	int64_t v = 0;
	size_t i = minus;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		int digit = s.p[i] - '0';

		if (digit < 0 || digit > 9 ||
		    __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, digit, &v))
			return false;
	}
	/* Counted downwards, so that INT64_MIN can be read. */
	if (!minus && __builtin_sub_overflow(0, v, &v))
		return false;
	if (v < min || v > max)
		return false;
	*ret = v;
	return true;
}

/* One more than a digit is worth; 0: no digit.  A table, since random digits
 * cannot be foretold by a branch. */
/* clang-format off */
static const uint8_t nibbles[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5,
	['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};
/* clang-format on */

bool
num_hex(str s, uint8_t *ret, size_t n)
{
	if (s.n != 2 * n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (nibbles[(uint8_t)s.p[i]] == 0)
			return false;
	for (size_t i = 0; i < n; i++) {
		unsigned high = nibbles[(uint8_t)s.p[2 * i]] - 1u;
		unsigned low = nibbles[(uint8_t)s.p[2 * i + 1]] - 1u;

		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

str
num_digits(int64_t v, char room[NUM_DIGITS])
{
	size_t at = NUM_DIGITS;
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		room[--at] = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		room[--at] = '-';
	return (str){room + at, NUM_DIGITS - at};
}
