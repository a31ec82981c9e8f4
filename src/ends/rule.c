#include "ends/rule.h"

#include "base/zone.h"
#include "lang/lang.h"

#define FIXED(n) n, n, n

#define GDPR_LIMIT "RGPD art. 5(1)(e)"
#define CANADA_LIMIT \
	"RLRQ c. P-39.1, art. 10, 23 ; LPRPDE/PIPEDA, ann. 1, 4.5.3"

/* clang-format off */
const struct ends_row ends_rows[ENDS_RULES] = {
	[ENDS_PHOTOS] = { "photos",
		N_("Photos, videos and documents of the albums, and their originals"),
		N_("after the end of the season (of the year, outside of any season)"),
		N_("so that families see the life of the group and keep what they like"),
		90, 30, 365, true, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_DAYS] = { "days",
		N_("Events, programmes, menus, polls, lists and entries of the day, with their answers"),
		N_("after the end of the season"),
		N_("so that families find what is planned, and what was told"),
		31, 31, 365, true, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_NOTICES] = { "notices",
		N_("Notices of the team, and what is attached to them"),
		N_("after the day by which they were to be answered"),
		N_("so that it can be read again what was asked"),
		365, 31, 1096, true, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_ANSWERS] = { "answers",
		N_("Who read or signed a notice"),
		N_("after the end of the season"),
		N_("so that the team knows who has agreed to what"),
		31, 31, 365, false, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_ABSENCES] = { "absences",
		N_("Absences and their reasons"),
		N_("after the end of the season"),
		N_("so that the team does not wait for a child in vain"),
		31, 7, 365, false, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_CHILDREN] = { "children",
		N_("The record of a child: name, birth date, groups"),
		N_("after the last day of the last enrolment"),
		N_("so that the child can be enrolled again"),
		365, 30, 1095, true,
		{ GDPR_LIMIT " ; CNIL, activités extrascolaires", CANADA_LIMIT } },
	[ENDS_FAMILIES] = { "families",
		N_("Accounts and contact details of families who left"),
		N_("after the last day of the last enrolment of their children"),
		N_("so that families can still take their memories with them"),
		120, 30, 365, true, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_STAFF] = { "staff",
		N_("Names of accounts that were closed"),
		N_("after the account was closed"),
		N_("so that it can be told who did what"),
		365, 180, 1095, true, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_CONSENTS] = { "consents",
		N_("Proofs of consent, and the names of the adults who gave it"),
		N_("after the child’s record was erased"),
		N_("so that it can be proved that a publication was agreed to"),
		FIXED(1826), true,
		{ "RGPD art. 7(1), 17(3)(e) ; code civil art. 2224",
		  "RLRQ c. P-39.1, art. 14 ; CCQ art. 2925" } },
	[ENDS_REGISTER] = { "register",
		N_("The register of what was done, and of who looked"),
		N_("after the entry"),
		N_("so that families can read who looked, and that misuse is found"),
		365, 180, 1095, true,
		{ "RGPD art. 5(2), 32 ; CNIL, délibération 2021-122",
		  "RLRQ c. P-39.1, art. 10 ; LPRPDE/PIPEDA, ann. 1, 4.7" } },
	[ENDS_CLAIMS] = { "claims",
		N_("What was asked by right, and the answer"),
		N_("after the answer"),
		N_("so that it can be proved that it was answered in time"),
		1096, 365, 1826, true,
		{ "RGPD art. 5(2), 12", "RLRQ c. P-39.1, art. 36 ; "
		  "LPRPDE/PIPEDA, art. 8(8)" } },
	[ENDS_CASES] = { "cases",
		N_("Reports, what became of them, and what those who handle them wrote"),
		N_("after the case was decided"),
		N_("so that a decision can be looked at again, and what repeats itself is seen"),
		365, 183, 1826, true,
		{ GDPR_LIMIT ", 17(3)(e) ; DSA art. 20(1)",
		  "RLRQ c. P-39.1, art. 23 ; CCQ art. 2925 ; "
		  "LPRPDE/PIPEDA, ann. 1, 4.5.3" } },
	[ENDS_SAFES] = { "safes",
		N_("Evidence safes of families: screenshots, links and words of harassment"),
		N_("after something was last put in"),
		N_("so that a family can show what happened, also when it decides late"),
		730, 365, 1826, true,
		{ GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_CERTIFICATES] = { "certificates",
		N_("Certificates of what was erased, which name nobody"),
		N_("after they were made"),
		N_("so that the erasure can be proved"),
		FIXED(1826), false,
		{ "RGPD art. 5(2), 17 ; code civil art. 2224",
		  "RLRQ c. P-39.1, art. 23 ; CCQ art. 2925" } },
	[ENDS_COPIES] = { "copies",
		N_("Copies found outside, that are compared"),
		N_("after somebody brought them in"),
		N_("so that it is found through which account they left"),
		FIXED(90), false, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_WITHDRAWN] = { "withdrawn",
		N_("Fingerprints of pictures that nobody wants back"),
		N_("after the picture was withdrawn"),
		N_("so that the same picture is not sent again by mistake"),
		FIXED(1830), false, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_SESSIONS] = { "sessions",
		N_("Devices that were signed in, with address and port"),
		N_("after the session ended"),
		N_("so that you see from where somebody signed in, and an authority can find who did"),
		FIXED(365), false,
		{ "RGPD art. 32 ; LCEN art. 6 ; décret 2021-1362",
		  CANADA_LIMIT } },
	[ENDS_LETTERS] = { "letters",
		N_("Codes of letters that nobody used"),
		N_("after they stopped working"),
		N_("so that the team can tell why a letter does not work"),
		FIXED(90), false, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_SENDINGS] = { "sendings",
		N_("That a message was sent to you, never what stood in it, and urgent words"),
		N_("after it was written"),
		N_("so that the team sees whom nothing reaches"),
		FIXED(60), false, { GDPR_LIMIT, CANADA_LIMIT } },
	/* What reaches a device joins here: its rows go in end_channels. */
	[ENDS_CHANNELS] = { "channels",
		N_("How somebody wants to be told, and the secret address of a calendar"),
		N_("after the account was closed"),
		N_("so that what you chose is kept while you are here"),
		FIXED(1), false, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_PATTERNS] = { "patterns",
		N_("Forms that the team keeps to fill them in again"),
		N_("after they were kept"),
		N_("so that what repeats itself is written once"),
		1096, 365, 1826, false, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_UPLOADS] = { "uploads",
		N_("Files that were never sent to their end"),
		N_("after the last piece came"),
		N_("so that sending can go on after a cut"),
		FIXED(2), false, { GDPR_LIMIT, CANADA_LIMIT } },
	[ENDS_ORIGINS] = { "origins",
		N_("Address and port from which a file was sent"),
		N_("after the file was sent"),
		N_("so that an authority can find who sent something illegal"),
		FIXED(365), false,
		{ "LCEN art. 6 ; décret 2021-1362", CANADA_LIMIT } },
	[ENDS_RECEIVED] = { "received",
		N_("To which accounts a photo, a video or a document was sent: the first time and the last day"),
		N_("after the last day on which it was sent; with the file, when that goes earlier"),
		N_("so that, of something illegal, it can be told to an authority who was sent it"),
		365, 90, 365, false,
		{ GDPR_LIMIT ", 6(1)(f)", CANADA_LIMIT } },
	[ENDS_WAITING] = { "waiting",
		N_("Photos that wait on a device of the team, encrypted"),
		N_("after they were chosen, or at once when they have arrived"),
		N_("so that nothing is lost without a network"),
		FIXED(7), false, { "RGPD art. 32", CANADA_LIMIT } },
	[ENDS_BACKUPS] = { "backups",
		N_("Backups, kept by whoever looks after the server"),
		N_("after the backup was made"),
		N_("so that nothing is lost when a machine breaks"),
		90, 7, 365, false, { "RGPD art. 32(1)(c)", CANADA_LIMIT } },
};

static const struct ends_law laws[] = {
	{ "fr", 0, 1, 0, 2, 0, 15,
	    "RGPD art. 12(3), 15-18, 20, 21 ; loi 78-17 art. 48-56",
	    "2026-11-29" },
	{ "ca-qc", 1, 0, 30, 0, 0, 14,
	    "RLRQ c. P-39.1, art. 27, 28, 28.1, 32 ; CCQ art. 35-41",
	    "2026-11-29" },
	{ "ca", 1, 0, 30, 0, 30, 13,
	    "LPRPDE/PIPEDA, art. 8(3)-(5), ann. 1, 4.9", "2026-11-29" },
	{ "eu", 0, 1, 0, 2, 0, 16,
	    "GDPR art. 12(3), 15-18, 20, 21", "2026-11-29" },
};
/* Where a law has its own: three years of prescription in Canada, where no law
 * wants a sign-in kept for a year. */
static const struct {
	const char *profile;
	enum ends_rule rule;
	struct ends_span span;
} spans[] = {
	{ "ca-qc", ENDS_CASES, { 1096, 365, 1826 } },
	{ "ca", ENDS_CASES, { 1096, 365, 1826 } },
	{ "ca-qc", ENDS_SESSIONS, { FIXED(30) } },
	{ "ca", ENDS_SESSIONS, { FIXED(30) } },
};
/* clang-format on */

struct ends_span
ends_span_of(str profile, enum ends_rule rule)
{
	const struct ends_row *row = &ends_rows[rule];

	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++)
		if (spans[i].rule == rule &&
		    str_eq(profile, str_c(spans[i].profile)))
			return spans[i].span;
	return (struct ends_span){row->usual, row->least, row->most};
}

bool
ends_rule_of(str word, enum ends_rule *ret)
{
	for (int i = 0; i < ENDS_RULES; i++)
		if (str_eq(word, str_c(ends_rows[i].word))) {
			*ret = (enum ends_rule)i;
			return true;
		}
	return false;
}

const struct ends_law *
ends_law_of(str profile)
{
	for (size_t i = 0; i < sizeof(laws) / sizeof(*laws); i++)
		if (str_eq(profile, str_c(laws[i].profile)))
			return &laws[i];
	return &laws[1];
}

static int64_t
months_after(int64_t day, int months)
{
	struct civil c = day_to_civil(day);
	int64_t first = day_from_civil(c.year + (c.month - 1 + months) / 12,
	    (c.month - 1 + months) % 12 + 1, 1);
	int64_t next = day_from_civil(
	    c.year + (c.month + months) / 12, (c.month + months) % 12 + 1, 1);

	return first + c.day - 1 < next ? first + c.day - 1 : next - 1;
}

int64_t
ends_law_due(const struct ends_law *l, int64_t received_on, bool more)
{
	return months_after(received_on,
		   l->answer_months + (more ? l->more_months : 0)) +
	       l->answer_days + (more ? l->more_days : 0);
}
