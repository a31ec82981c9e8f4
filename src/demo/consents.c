#include "demo/consents.h"

#include "consent/record.h"
#include "demo/cast.h"
#include "people/account.h"
#include "sql_account.h"
#include "sql_activity_group.h"
#include "sql_child.h"
#include "sql_consent.h"

#define ASKED_DAYS 30 /* before today: the families were asked first of all */

/* yes, no: the numbers of our purposes, sql/migrations (family 1, group 2,
 * everybody 3, bulletin 4, website 5). */
static const struct said {
	const char *child, *guardian, *yes, *no;
} said[] = {
    {"Léa", "Nadia Haddad", "12345", ""},
    {"Léa", "Karim Haddad", "1234", "5"}, /* a contradiction */
    {"Tom", "Nadia Haddad", "1234", "5"}, /* his father has not answered */
    {"Noé", "Anne Lefèvre", "124", "35"},
    {"Inès", "Sarah Cohen", "12", "345"}, /* a refusal outside the group */
    {"Inès", "David Cohen", "12345", ""},
    {"Rose", "Linh Nguyen", "123", "45"}, /* is there another holder? */
    {"Malo", "Gwenaëlle Le Gall", "12345", ""},
    {"Malo", "Yann Le Gall", "12345", ""},
    {"Awa", "Mariam Diallo", "1", "2345"}, /* a refusal, in her own group */
    {"Zoé", "Julie Martin", "12345", ""},
    {"Zoé", "Paul Martin", "12345", ""},
    {"Elio", "Julie Martin", "1234", "5"},
    {"Elio", "Paul Martin", "1234", "5"},
};

/* Of the outing: "1" yes, "" no. */
static const struct said sea[] = {
    {"Zoé", "Julie Martin", "1", ""},
    {"Zoé", "Paul Martin", "1", ""},
    {"Léa", "Karim Haddad", "", ""},
};

struct cast {
	struct deed d;
	struct consent_purposes purposes;
	struct sql_child_list_rows children;
	int64_t claire, sami;
};

static bool
account_of(struct cast *c, const char *login, int64_t *ret, struct err *e)
{
	struct sql_account_by_login_row row;
	bool found;

	if (!sql_account_by_login(c->d.house->db, c->d.arena,
		account_login_digest(c->d.house, c->d.arena, str_c(login)),
		&found, &row, e))
		return false;
	*ret = found ? row.id : 0;
	return found || err_set(e, ERR_CORRUPT, "nobody is %s", login);
}

static int64_t
child_of(const struct cast *c, const char *first)
{
	return cast_child(&c->d, &c->children, first);
}

static bool
group_of(struct cast *c, const char *name, int64_t *ret, struct err *e)
{
	struct sql_activity_group_list_rows rows;

	if (!sql_activity_group_list(
		c->d.house->db, c->d.arena, c->d.today, c->d.org->id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (str_eq(rows.v[i].name, str_c(name))) {
			*ret = rows.v[i].id;
			return true;
		}
	return err_set(e, ERR_CORRUPT, "no group %s", name);
}

static bool
holder_of(struct cast *c, int64_t child, const char *name,
    struct sql_consent_holders_row *ret, struct err *e)
{
	struct sql_consent_holders_rows rows;

	if (!sql_consent_holders(c->d.house->db, c->d.arena, child, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (str_eq(house_text(c->d.arena, c->d.org, "guardian.name_enc",
			       rows.v[i].name_enc),
			str_c(name))) {
			*ret = rows.v[i];
			return true;
		}
	return err_set(e, ERR_CORRUPT, "no %s decides", name);
}

/* Who has an account answered there, the others on paper. */
static bool
answer(struct cast *c, int64_t child, const struct sql_consent_holders_row *g,
    const struct consent_purpose *p, unsigned media, bool yes, struct err *e)
{
	bool online = g->account != DB_NULL;
	struct deed d = c->d;
	enum lang lang = LANG_FR;
	struct consent_text text;
	int64_t acted_at = d.now - ASKED_DAYS * (int64_t)86400;
	struct consent_word w = {.child = child,
	    .guardian = g->guardian,
	    .purpose = p->id,
	    .group = p->group,
	    .media = media,
	    .speaker = CONSENT_HOLDER,
	    .action = yes ? CONSENT_GRANT : CONSENT_REFUSE,
	    .method = online ? CONSENT_SIGNED_IN : CONSENT_PAPER,
	    .from_on = d.today - ASKED_DAYS,
	    .until_on = DB_NULL,
	    .shown_at = acted_at - 60,
	    .acted_at = acted_at,
	    .witness = online ? 0 : c->sami};
	int64_t id;

	d.actor = online ? g->account : c->claire;
	if (!lang_of_code(g->lang, &lang))
		lang = LANG_FR;
	return (!yes || consent_until(&d, child, p, &w.until_on, e)) &&
	       consent_text_make(d.arena, d.org, p, media, lang, &text, e) &&
	       consent_text_keep(&d, &text, &w.text, e) &&
	       consent_record(&d, &w, &id, e);
}

/* Each of the questions about those purposes. */
static bool
answer_all(struct cast *c, int64_t child,
    const struct sql_consent_holders_row *g, const char *numbers, bool yes,
    struct err *e)
{
	for (const char *n = numbers; *n != '\0'; n++) {
		const struct consent_purpose *p =
		    consent_purpose_by_id(&c->purposes, *n - '0');

		if (p == NULL || !answer(c, child, g, p, p->media, yes, e))
			return false;
		for (unsigned m = 1; m <= CONSENT_MEDIA; m <<= 1)
			if ((p->apart & m) != 0 &&
			    !answer(c, child, g, p, m, yes, e))
				return false;
	}
	return true;
}

static bool
say(struct cast *c, const struct said *s, struct err *e)
{
	struct sql_consent_holders_row g;
	int64_t child = child_of(c, s->child);

	return holder_of(c, child, s->guardian, &g, e) &&
	       answer_all(c, child, &g, s->yes, true, e) &&
	       answer_all(c, child, &g, s->no, false, e);
}

/* Noé's father may have no contact: a judgment says who decides. */
static bool
stand(struct cast *c, struct err *e)
{
	struct sql_consent_holders_row g;
	struct consent_standing_new n = {.child = child_of(c, "Noé"),
	    .from_on = c->d.today - ASKED_DAYS,
	    .until_on = DB_NULL,
	    .document = S("Jugement du 3 mars 2026, tribunal judiciaire")};
	struct deed d = c->d;
	int64_t id;

	d.actor = c->claire;
	if (!holder_of(c, n.child, "Anne Lefèvre", &g, e))
		return false;
	n.guardian = g.guardian;
	return consent_standing_add(&d, &n, &id, e);
}

/* The little ones go to the sea: two families have answered. */
static bool
outing(struct cast *c, struct err *e)
{
	struct consent_purpose_new n = {.from_on = c->d.today + 12,
	    .until_on = c->d.today + 42,
	    .reach = CONSENT_OUTSIDE,
	    .media = CONSENT_PHOTO,
	    .name = {S("Sortie à la mer"), S("A day by the sea")},
	    .about = {S("Des photos de la sortie sur le site de la ville, que "
			"tout le monde peut voir. Retirées dans les trois "
			"jours après un non."),
		S("Photos of the outing on the website of the town, that "
		  "anybody can see. Taken down within three days of a "
		  "no.")}};
	struct deed d = c->d;
	struct sql_consent_holders_row g;
	int64_t id;

	d.actor = c->sami;
	if (!group_of(c, DEMO_GROUP_SMALL, &n.group, e) ||
	    !consent_purpose_add(&d, &n, &id, e) ||
	    !consent_purposes_load(d.house, d.arena, d.org, &c->purposes, e))
		return false;
	for (size_t i = 0; i < sizeof(sea) / sizeof(*sea); i++)
		if (!holder_of(
			c, child_of(c, sea[i].child), sea[i].guardian, &g, e) ||
		    !answer(c, child_of(c, sea[i].child), &g,
			consent_purpose_by_id(&c->purposes, id), CONSENT_PHOTO,
			str_eq(str_c(sea[i].yes), S("1")), e))
			return false;
	return true;
}

bool
demo_consents(const struct deed *d, struct err *e)
{
	struct cast c = {.d = *d};

	if (!account_of(&c, "claire", &c.claire, e) ||
	    !account_of(&c, "sami", &c.sami, e) ||
	    !consent_purposes_load(
		d->house, d->arena, d->org, &c.purposes, e) ||
	    !sql_child_list(
		d->house->db, d->arena, d->org->id, &c.children, e) ||
	    !stand(&c, e))
		return false;
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		if (!say(&c, &said[i], e))
			return err_wrap(e, "consent of %s", said[i].guardian);
	return outing(&c, e);
}
