#include "consent/profile.h"

#include "base/zone.h"

static const struct profile profiles[] = {
    {S("fr"), 15, 18, PROFILE_OWN_TOO,
	"RGPD art. 7, 8 ; loi 78-17 art. 45 ; code civil art. 371-1, 372-1 "
	"(loi 2024-120 du 19 février 2024), 373-2-6, 377, 388",
	"2026-11-28"},
    {S("ca-qc"), 14, 18, PROFILE_OWN_ALONE,
	"RLRQ c. P-39.1, art. 4.1, 14 ; Code civil du Québec art. 35, 36, 153",
	"2026-11-28"},
    {S("ca"), 13, 18, PROFILE_OWN_TOO,
	"PIPEDA (S.C. 2000, c. 5), sch. 1, 4.3; OPC guidelines on meaningful "
	"consent: under 13 by a parent or guardian",
	"2026-11-28"},
    {S("eu"), 16, 18, PROFILE_OWN_TOO, "GDPR art. 7, 8(1)", "2026-11-28"},
};

const struct profile *
profile_of(str word)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(*profiles); i++)
		if (str_eq(profiles[i].word, word))
			return &profiles[i];
	return &profiles[2];
}

int
profile_age(int64_t born_on, int64_t on)
{
	struct civil b = day_to_civil(born_on), t = day_to_civil(on);
	int age = t.year - b.year;

	return age -
	       (t.month < b.month || (t.month == b.month && t.day < b.day));
}

int64_t
profile_birthday(int64_t born_on, int years)
{
	struct civil b = day_to_civil(born_on);

	return day_from_civil(b.year + years, b.month, b.day);
}
