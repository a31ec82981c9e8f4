#include "report/category.h"

#include "lang/lang.h"

#define MINORS "STATEMENT_CATEGORY_PROTECTION_OF_MINORS"
#define PRIVACY "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
#define VIOLENCE "STATEMENT_CATEGORY_CYBER_VIOLENCE"
#define SPEECH "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
#define FRAUD "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"
#define OTHER "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"

/* clang-format off */
static const struct category all[] = {
	{ S("picture"), N_("A picture that should not be here"),
	  N_("My child or I did not agree, or it is embarrassing."),
	  RISK_CONTENT, PRIVACY, true, false, 24 },
	{ S("mean"), N_("Somebody is mean"),
	  N_("Insults, mockery, threats, or somebody is left out on purpose."),
	  RISK_CONDUCT, VIOLENCE, true, false, 24 },
	{ S("adult"), N_("An adult does something that is not right"),
	  N_("Secrets, presents, questions that are too private, wanting to meet alone."),
	  RISK_CONTACT, MINORS, true, true, 4 },
	{ S("worry"), N_("I am worried about a child"),
	  N_("A child seems to be hurt, very sad or in danger, here or elsewhere."),
	  RISK_CONTACT, MINORS, false, true, 4 },
	{ S("shock"), N_("Something that is not for children"),
	  N_("Violence, hatred, or a child undressed."),
	  RISK_CONTENT, SPEECH, true, true, 4 },
	{ S("team"), N_("How the place is run"),
	  N_("A rule that is not kept, somebody of the team, an accident that was not told."),
	  RISK_CONDUCT, MINORS, false, false, 24 },
	{ S("money"), N_("Money, advertising or a stolen account"),
	  N_("Somebody asks for money, sells something or uses the account of another."),
	  RISK_COMMERCE, FRAUD, false, false, 24 },
	{ S("other"), N_("Something else"),
	  N_("Say it in your own words."),
	  RISK_CONDUCT, OTHER, false, false, 72 },
};
/* clang-format on */

struct category_list
categories(void)
{
	return (struct category_list){all, sizeof(all) / sizeof(all[0])};
}

const struct category *
category_of(str word)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (str_eq(all[i].word, word))
			return &all[i];
	return NULL;
}
