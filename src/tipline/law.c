#include "tipline/law.h"

#define READ_ON "2026-11-29"

/* A finished report is a request to keep its content for a year; before that
 * act it was 90 days.  Who reports there from elsewhere takes the same upon
 * itself. */
#define YEAR_DAYS 365
#define KEEPING "18 USC 2258A(h), P.L. 118-59 (2024-05-07)"

/* A draft ends there after a day: who handles the case hears of trouble before
 * that, and can take another way. */
#define TOLD_HOURS 12

/* clang-format off */
static const struct tipline_law laws[] = {
	{ S("fr"), YEAR_DAYS, TOLD_HOURS, "Code pénal, art. 227-23", KEEPING, READ_ON },
	{ S("ca-qc"), YEAR_DAYS, TOLD_HOURS, "L.C. 2011, ch. 4, art. 2", KEEPING, READ_ON },
	{ S("ca"), YEAR_DAYS, TOLD_HOURS, "S.C. 2011, c. 4, s. 2", KEEPING, READ_ON },
	{ S("eu"), YEAR_DAYS, TOLD_HOURS, "Regulation (EU) 2022/2065, art. 18", KEEPING, READ_ON },
};
/* clang-format on */

const struct tipline_law *
tipline_law_of(str profile)
{
	for (size_t i = 0; i < sizeof(laws) / sizeof(*laws); i++)
		if (str_eq(laws[i].profile, profile))
			return &laws[i];
	return &laws[0];
}
