#include "line/joining.h"

#include <stdbool.h>

#include "line/words.h"

/* Shapes stand in the order alone, last, first, middle; a letter of two does
 * not hold on to what follows it. */
struct letter {
	uint16_t code, form;
	uint8_t shapes;
};

static const struct letter letters[] = {
    {0x0621, 0xfe80, 1},
    {0x0622, 0xfe81, 2},
    {0x0623, 0xfe83, 2},
    {0x0624, 0xfe85, 2},
    {0x0625, 0xfe87, 2},
    {0x0626, 0xfe89, 4},
    {0x0627, 0xfe8d, 2},
    {0x0628, 0xfe8f, 4},
    {0x0629, 0xfe93, 2},
    {0x062a, 0xfe95, 4},
    {0x062b, 0xfe99, 4},
    {0x062c, 0xfe9d, 4},
    {0x062d, 0xfea1, 4},
    {0x062e, 0xfea5, 4},
    {0x062f, 0xfea9, 2},
    {0x0630, 0xfeab, 2},
    {0x0631, 0xfead, 2},
    {0x0632, 0xfeaf, 2},
    {0x0633, 0xfeb1, 4},
    {0x0634, 0xfeb5, 4},
    {0x0635, 0xfeb9, 4},
    {0x0636, 0xfebd, 4},
    {0x0637, 0xfec1, 4},
    {0x0638, 0xfec5, 4},
    {0x0639, 0xfec9, 4},
    {0x063a, 0xfecd, 4},
    {0x0640, 0, 4}, /* a stroke that joins on both sides */
    {0x0641, 0xfed1, 4},
    {0x0642, 0xfed5, 4},
    {0x0643, 0xfed9, 4},
    {0x0644, 0xfedd, 4},
    {0x0645, 0xfee1, 4},
    {0x0646, 0xfee5, 4},
    {0x0647, 0xfee9, 4},
    {0x0648, 0xfeed, 2},
    {0x0649, 0xfeef, 2},
    {0x064a, 0xfef1, 4},
    {0x067e, 0xfb56, 4},
    {0x0686, 0xfb7a, 4},
    {0x0698, 0xfb8a, 2},
    {0x06a9, 0xfb8e, 4},
    {0x06af, 0xfb92, 4},
    {0x06cc, 0xfbfc, 4},
};

#define LAM 0x0644

static const struct {
	uint16_t alef, form; /* alone, and then last */
} with_lam[] = {
    {0x0622, 0xfef5}, {0x0623, 0xfef7}, {0x0625, 0xfef9}, {0x0627, 0xfefb}};

static const struct letter *
letter_of(uint32_t code)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].code == code)
			return &letters[i];
	return NULL;
}

static bool
holds_next(uint32_t code)
{
	const struct letter *l = letter_of(code);

	return l != NULL && l->shapes == 4;
}

static bool
holds_former(uint32_t code)
{
	const struct letter *l = letter_of(code);

	return l != NULL && l->shapes > 1;
}

/* The letter beside `at`, marks left out; 0: none. */
static uint32_t
beside(const uint32_t *v, size_t n, size_t at, bool next)
{
	while (next ? ++at < n : at-- > 0)
		if (!words_is_mark(v[at]))
			return v[at];
	return 0;
}

static uint32_t
form_with_lam(uint32_t alef)
{
	for (size_t i = 0; i < sizeof(with_lam) / sizeof(with_lam[0]); i++)
		if (with_lam[i].alef == alef)
			return with_lam[i].form;
	return 0;
}

static uint32_t
shape(const struct letter *l, bool former, bool next)
{
	bool to_former = former && l->shapes > 1;
	bool to_next = next && l->shapes == 4;

	if (l->form == 0)
		return l->code;
	return l->form + (to_next ? 2u + to_former : to_former);
}

size_t
joining_shape(uint32_t *io, size_t n)
{
	uint32_t former = 0; /* the letter before, as it was */
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t code = io[i], lam = 0;
		const struct letter *l = letter_of(code);
		bool held = holds_next(former);

		if (code == LAM && i + 1 < n)
			lam = form_with_lam(io[i + 1]);
		if (lam != 0) {
			io[to++] = lam + held;
			former = io[++i];
			continue;
		}
		if (l != NULL)
			code = shape(
			    l, held, holds_former(beside(io, n, i, true)));
		if (!words_is_mark(io[i]))
			former = io[i];
		io[to++] = code;
	}
	return to;
}
