#include "web/help.h"

#include "lang/lang.h"

/* Reviewed 2026-11; review twice a year. */
/* clang-format off */
static const struct helpline fr[] = {
	{ S("17"), S("17"), N_("The police, in an emergency, day and night (112 works too)"), true, N_("The police come and help.") },
	{ S("119"), S("119"), N_("A child in danger or who may be: free, day and night, for everybody"), true, N_("For children. Free, day and night. It is not on the telephone bill.") },
	{ S("3018"), S("3018"), N_("Harassment and pictures on the Internet: free, every day from 9 am to 11 pm"), true, N_("Somebody is mean to you, at school or on a screen. Free, from 9 to 23.") },
	{ S("114"), S("114"), N_("For people who do not hear well: by text message, day and night"), false, NULL },
};
static const struct helpline ca[] = {
	{ S("911"), S("911"), N_("Police, fire, ambulance: day and night"), true, N_("The police come and help.") },
	{ S("1-800-668-6868"), S("18006686868"), N_("Kids Help Phone: for young people, day and night"), true, N_("They listen to children, day and night.") },
};
static const struct helpline qc[] = {
	{ S("911"), S("911"), N_("Police, fire, ambulance: day and night"), true, N_("The police come and help.") },
	{ S("1-800-263-2266"), S("18002632266"), N_("Tel-jeunes: for young people and parents"), true, N_("They listen to children.") },
	{ S("1-800-668-6868"), S("18006686868"), N_("Kids Help Phone: for young people, day and night"), true, N_("They listen to children, day and night.") },
};
static const struct helpline eu[] = {
	{ S("112"), S("112"), N_("Police, fire, ambulance: day and night"), true, N_("The police come and help.") },
	{ S("116 111"), S("116111"), N_("Helpline for children and young people"), true, N_("They listen to children.") },
};

static const struct {
	str profile;
	struct helpline_list list;
} profiles[] = {
	{ S("fr"), { fr, sizeof(fr) / sizeof(*fr) } },
	{ S("ca"), { ca, sizeof(ca) / sizeof(*ca) } },
	{ S("ca-qc"), { qc, sizeof(qc) / sizeof(*qc) } },
	{ S("eu"), { eu, sizeof(eu) / sizeof(*eu) } },
};
/* clang-format on */

struct helpline_list
helplines(str profile)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(*profiles); i++)
		if (str_eq(profiles[i].profile, profile))
			return profiles[i].list;
	return profiles[0].list;
}
