#include "demo/cast.h"

#include <stddef.h>

#include "lang/lang.h"
#include "people/child.h"

/* clang-format off */
const struct demo_staff demo_staff[] = {
	{ "claire", "sous les tilleuls 1", "Claire Morin", "director", { NULL, NULL },
	    N_("director") },
	{ "sami", "sous les tilleuls 2", "Sami Benali", "animateur", { DEMO_GROUP_SMALL, NULL },
	    N_("works with the little ones") },
	{ "jeanne", "sous les tilleuls 3", "Jeanne Roux", "animateur", { DEMO_GROUP_BIG, NULL },
	    N_("works with the older ones") },
	{ "thomas", "sous les tilleuls 4", "Thomas Girard", "safeguarding", { NULL, NULL },
	    N_("safeguarding lead: sees no picture unasked") },
	{ NULL },
};

const struct demo_family demo_families[] = {
	{ "nadia", "une pomme par jour 1", "Nadia Haddad",
	    N_("mother of Léa and Tom, brother and sister in both groups") },
	{ "karim", "une pomme par jour 2", "Karim Haddad",
	    N_("father of Léa and Tom, separated, an account of his own") },
	{ "monique", "une pomme par jour 3", "Monique Haddad",
	    N_("grandmother of Léa: may look, may not download") },
	{ "anne", "une pomme par jour 4", "Anne Lefèvre",
	    N_("mother of Noé") },
	{ "marc", "une pomme par jour 5", "Marc Petit",
	    N_("father of Noé with a no-contact order: sees nothing") },
	{ "sarah", "une pomme par jour 6", "Sarah Cohen",
	    N_("mother of Inès, reads English") },
	{ "luc", "une pomme par jour 7", "Luc Tremblay",
	    N_("father of Adam, whose enrolment is over") },
	{ NULL },
};

/* One child has a tutor, one an enrolment that is over, one a grandmother.  The
 * families of the little ones all agree with their own group (consents.c); of
 * the older ones some do not, and two people look at their photos. */
const char demo_sheet[] =
    "prénom;nom;date de naissance;groupe;début;fin;"
    "adulte1_nom;adulte1_lien;adulte1_langue;adulte1_téléphone;"
    "adulte2_nom;adulte2_lien;adulte2_langue;adulte2_téléphone;"
    "adulte3_nom;adulte3_lien;adulte3_langue;adulte3_droits\n"
    "Léa;Haddad;14/03/2019;" DEMO_GROUP_SMALL ";;;Nadia Haddad;parent;fr;06 00 00 00 01;Karim Haddad;parent;fr;06 00 00 00 02;Monique Haddad;proche;fr;voir\n"
    "Tom;Haddad;02/09/2015;" DEMO_GROUP_BIG ";;;Nadia Haddad;parent;fr;06 00 00 00 01;Karim Haddad;parent;fr;06 00 00 00 02;;;;\n"
    "Noé;Lefèvre;21/06/2018;" DEMO_GROUP_SMALL ";;;Anne Lefèvre;parent;fr;06 00 00 00 03;Marc Petit;interdit;fr;06 00 00 00 04;;;;\n"
    "Inès;Cohen;30/11/2018;" DEMO_GROUP_SMALL ";;;Sarah Cohen;parent;en;06 00 00 00 05;David Cohen;parent;en;06 00 00 00 06;;;;\n"
    "Adam;Tremblay;08/01/2016;" DEMO_GROUP_BIG ";@from;@until;Luc Tremblay;parent;fr;06 00 00 00 07;;;;;;;;\n"
    "Rose;Nguyen;17/05/2016;" DEMO_GROUP_BIG ";;;Linh Nguyen;parent;fr;06 00 00 00 08;;;;;;;;\n"
    "Malo;Le Gall;25/10/2015;" DEMO_GROUP_BIG ";;;Gwenaëlle Le Gall;parent;fr;06 00 00 00 09;Yann Le Gall;parent;fr;06 00 00 00 10;;;;\n"
    "Awa;Diallo;03/04/2016;" DEMO_GROUP_BIG ";;;Mariam Diallo;tutrice;fr;06 00 00 00 11;;;;;;;;\n"
    "Zoé;Martin;12/12/2018;" DEMO_GROUP_SMALL ";;;Julie Martin;parent;fr;06 00 00 00 12;Paul Martin;parent;fr;06 00 00 00 13;;;;\n"
    "Elio;Martin;28/02/2016;" DEMO_GROUP_BIG ";;;Julie Martin;parent;fr;06 00 00 00 12;Paul Martin;parent;fr;06 00 00 00 13;;;;\n";
/* clang-format on */

int64_t
cast_child(const struct deed *d, const struct sql_child_list_rows *children,
    const char *first)
{
	for (size_t i = 0; i < children->n; i++) {
		const struct sql_child_list_row *r = &children->v[i];
		const struct child_sealed sealed = {
		    r->id, r->key_wrapped, r->first_enc, {0}, {0}};

		if (str_eq(child_open(d->arena, d->org, &sealed).first,
			str_c(first)))
			return r->id;
	}
	return 0;
}
