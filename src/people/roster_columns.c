#include "people/roster_columns.h"

/* clang-format off */
const struct column roster_child_columns[CHILD_COLUMNS] = {
	[CHILD_REF]	= { "ref", false, { "ref", "enfantref", "childref", "identifiant", "id" } },
	[CHILD_FIRST]	= { "prénom", true, { "prenom", "enfantprenom", "firstname", "first", "givenname", "childfirstname" } },
	[CHILD_LAST]	= { "nom", true, { "nom", "enfantnom", "nomdefamille", "lastname", "last", "surname", "familyname", "childlastname" } },
	[CHILD_BORN]	= { "date de naissance", true, { "datedenaissance", "datenaissance", "naissance", "nele", "birthdate", "dateofbirth", "born", "birthday" } },
	[CHILD_GROUP]	= { "groupe", true, { "groupe", "group", "section", "classe", "class" } },
	[CHILD_FROM]	= { "début", false, { "debut", "debutinscription", "debutdinscription", "inscriptiondebut", "start", "enrolmentstart", "from" } },
	[CHILD_UNTIL]	= { "fin", false, { "fin", "fininscription", "findinscription", "inscriptionfin", "end", "enrolmentend", "until" } },
};

const struct column roster_adult_columns[ADULT_COLUMNS] = {
	[ADULT_NAME]	= { "nom", false, { "nom", "name", "nomprenom", "prenomnom", "fullname" } },
	[ADULT_LINK]	= { "lien", false, { "lien", "link", "relation", "kind", "authority", "autorite" } },
	[ADULT_LANG]	= { "langue", false, { "langue", "lang", "language" } },
	[ADULT_EMAIL]	= { "email", false, { "email", "mail", "courriel", "emailaddress", "adresseemail" } },
	[ADULT_PHONE]	= { "téléphone", false, { "telephone", "tel", "phone", "mobile", "portable", "telephonenumber" } },
	[ADULT_REF]	= { "ref", false, { "ref", "id", "identifiant" } },
	[ADULT_FROM]	= { "depuis", false, { "depuis", "apartirdu", "since", "from" } },
	[ADULT_UNTIL]	= { "jusqu’à", false, { "jusqua", "jusquau", "until", "to" } },
	[ADULT_DOCUMENT]= { "document", false, { "document", "jugement", "courtorder", "order" } },
	[ADULT_RIGHTS]	= { "droits", false, { "droits", "rights" } },
};

static const char *const adult_heads[] = { "adulte", "adult", "responsable", "guardian" };

const struct roster_word roster_links[] = {
	{ "parent", AUTHORITY_PARENTAL }, { "mere", AUTHORITY_PARENTAL }, { "pere", AUTHORITY_PARENTAL },
	{ "mother", AUTHORITY_PARENTAL }, { "father", AUTHORITY_PARENTAL }, { "parental", AUTHORITY_PARENTAL },
	{ "tuteur", AUTHORITY_TUTOR }, { "tutrice", AUTHORITY_TUTOR }, { "tutor", AUTHORITY_TUTOR }, { "legalguardian", AUTHORITY_TUTOR },
	{ "proche", AUTHORITY_RELATIVE }, { "relative", AUTHORITY_RELATIVE }, { "famille", AUTHORITY_RELATIVE },
	{ "grandparent", AUTHORITY_RELATIVE }, { "grandmere", AUTHORITY_RELATIVE }, { "grandpere", AUTHORITY_RELATIVE },
	{ "interdit", AUTHORITY_NO_CONTACT }, { "interdite", AUTHORITY_NO_CONTACT }, { "interdictiondecontact", AUTHORITY_NO_CONTACT },
	{ "aucuncontact", AUTHORITY_NO_CONTACT }, { "nocontact", AUTHORITY_NO_CONTACT }, { "forbidden", AUTHORITY_NO_CONTACT },
	{ 0 },
};
const struct roster_word roster_langs[] = {
	{ "fr", LANG_FR }, { "francais", LANG_FR }, { "french", LANG_FR },
	{ "en", LANG_EN }, { "anglais", LANG_EN }, { "english", LANG_EN },
	{ 0 },
};
const struct roster_word roster_rights[] = {
	{ "voir", AUTHORITY_SEE }, { "see", AUTHORITY_SEE }, { "photos", AUTHORITY_SEE },
	{ "telecharger", AUTHORITY_SEE | AUTHORITY_DOWNLOAD }, { "download", AUTHORITY_SEE | AUTHORITY_DOWNLOAD },
	{ "consultations", AUTHORITY_WHO_LOOKED }, { "quiaregarde", AUTHORITY_WHO_LOOKED }, { "wholooked", AUTHORITY_WHO_LOOKED },
	{ "absences", AUTHORITY_TELL }, { "absence", AUTHORITY_TELL },
	{ "aucun", 0 }, { "none", 0 },
	{ 0 },
};
/* clang-format on */

static bool
is_alias(const struct column *c, str word)
{
	for (int i = 0; i < ALIASES_MAX && c->alias[i] != NULL; i++)
		if (str_eq(str_c(c->alias[i]), word))
			return true;
	return false;
}

/* "adulte2telephone" → 1, "telephone"; false: not about an adult. */
static bool
adult_head(str word, size_t *ret_adult, str *ret_rest)
{
	for (size_t i = 0; i < sizeof(adult_heads) / sizeof(*adult_heads);
	     i++) {
		str head = str_c(adult_heads[i]);
		str rest = str_sub(word, head.n, word.n);

		if (!str_starts(word, head) || rest.n < 2 || rest.p[0] < '1' ||
		    rest.p[0] >= '1' + ROSTER_ADULTS)
			continue;
		*ret_adult = (size_t)(rest.p[0] - '1');
		*ret_rest = str_sub(rest, 1, rest.n);
		return true;
	}
	return false;
}

size_t
roster_column(str word)
{
	size_t adult;
	str rest;

	for (size_t i = 0; i < CHILD_COLUMNS; i++)
		if (is_alias(&roster_child_columns[i], word))
			return i;
	if (!adult_head(word, &adult, &rest))
		return COLUMNS;
	for (size_t i = 0; i < ADULT_COLUMNS; i++)
		if (is_alias(&roster_adult_columns[i], rest))
			return CHILD_COLUMNS + adult * ADULT_COLUMNS + i;
	return COLUMNS;
}

bool
roster_word(const struct roster_word *w, str folded, int64_t *ret)
{
	for (; w->word != NULL; w++)
		if (str_eq(str_c(w->word), folded)) {
			*ret = w->means;
			return true;
		}
	return false;
}
