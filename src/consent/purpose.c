#include "consent/purpose.h"

#include <inttypes.h>

#include "sql_consent.h"

/* On the forms, after ours. */
#define OWN_AT 100
#define OUTINGS_AT 200
#define NAME_MAX_BYTES 200
#define ABOUT_MAX_BYTES 1000

static const char *const reaches[CONSENT_REACHES] = {
    [CONSENT_FAMILY] = "family",
    [CONSENT_GROUP] = "group",
    [CONSENT_EVERYBODY] = "everybody",
    [CONSENT_OUTSIDE] = "outside",
};

/* clang-format off */
static const struct ours {
	const char *word, *name, *about;
} ours[] = {
	{ "family", N_("For my family alone"),
		N_("Pictures of your child that only your own family sees here.") },
	{ "group", N_("The families of the group"),
		N_("Pictures of the day in this place, seen by the families whose child is in the same group. Nobody else can open them.") },
	{ "everybody", N_("All families"),
		N_("Pictures seen here by all families of the organisation, for a party or an outing together.") },
	{ "voice", N_("In the videos that are seen here"),
		N_("The voice of your child in videos, heard in this place by those who may see your child in them. Without a yes from all who are heard a video has no sound.") },
	{ "bulletin", N_("The printed bulletin"),
		N_("A picture in the bulletin on paper. What is printed and given out cannot be called back; a later issue is printed without it.") },
	{ "website", N_("The public website"),
		N_("A picture on the website of the organisation, that anybody can see and copy. Taken down within three days of a no.") },
	{ "press", N_("A newspaper or television"),
		N_("A picture, a recording or a first name given to journalists. What was published cannot be called back.") },
	{ "social", N_("A social network"),
		N_("A picture on a page of the organisation on a social network, that anybody can see, copy and share.") },
};

static const struct {
	unsigned media;
	const char *label;
} labels[] = {
	{ CONSENT_PHOTO | CONSENT_VIDEO, N_("photos and videos") },
	{ CONSENT_PHOTO, N_("photos") },
	{ CONSENT_VIDEO, N_("videos") },
	{ CONSENT_VOICE, N_("recordings of the voice") },
	{ CONSENT_NAME, N_("the first name") },
	{ CONSENT_MEDIA, N_("pictures, voice and name") },
};
/* clang-format on */

const char *
consent_media_label(unsigned media)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (labels[i].media == media)
			return labels[i].label;
	return N_("several kinds");
}

static bool
reach_of(str word, enum consent_reach *ret)
{
	for (int i = 0; i < CONSENT_REACHES; i++)
		if (str_eq(word, str_c(reaches[i]))) {
			*ret = (enum consent_reach)i;
			return true;
		}
	return false;
}

/* Ours speak through the catalogue, theirs say it in both languages. */
static void
name_it(struct consent_purpose *p, const struct sql_consent_purpose_list_row *r)
{
	if (p->own) {
		p->name[LANG_FR] = r->name_fr;
		p->name[LANG_EN] = r->name_en;
		p->about[LANG_FR] = r->about_fr;
		p->about[LANG_EN] = r->about_en;
		return;
	}
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		for (int l = 0;
		     str_eq(r->word, str_c(ours[i].word)) && l < LANGS; l++) {
			p->name[l] = lang_text((enum lang)l, ours[i].name);
			p->about[l] = lang_text((enum lang)l, ours[i].about);
		}
}

static bool
fill(struct consent_purpose *p, const struct sql_consent_purpose_list_row *r,
    struct err *e)
{
	bool decided = r->policy_asked != DB_NULL;
	str agree = decided ? r->policy_agree : r->agree;

	*p = (struct consent_purpose){.id = r->id,
	    .own = r->owner != DB_NULL,
	    .publication = r->publication != 0,
	    .every = r->publication != 0 || !str_eq(agree, S("one")),
	    .asked = (decided ? r->policy_asked : r->asked) != 0,
	    .media = (unsigned)r->media,
	    .apart = (unsigned)r->apart,
	    .renew_at = r->renew_at == DB_NULL ? 0 : r->renew_at,
	    .group = r->activity_group == DB_NULL ? 0 : r->activity_group,
	    .from_on = r->from_on,
	    .until_on = r->until_on,
	    .stopped = r->stopped_at != DB_NULL,
	    .stopped_enc = r->stopped_enc,
	    .word = r->word};
	if (!reach_of(r->reach, &p->reach))
		return err_set(e, ERR_CORRUPT, "purpose %" PRId64, r->id);
	name_it(p, r);
	return true;
}

bool
consent_purposes_load(struct house *h, struct arena *a,
    const struct organisation *org, struct consent_purposes *ret, struct err *e)
{
	struct sql_consent_purpose_list_rows rows;
	struct consent_purpose *v;

	if (!sql_consent_purpose_list(h->db, a, org->id, &rows, e))
		return err_wrap(e, "purposes");
	v = NEW_N(a, struct consent_purpose, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many purposes");
	for (size_t i = 0; i < rows.n; i++)
		if (!fill(&v[i], &rows.v[i], e))
			return false;
	*ret = (struct consent_purposes){v, rows.n};
	return true;
}

const struct consent_purpose *
consent_purpose_by_id(const struct consent_purposes *p, int64_t id)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].id == id)
			return &p->v[i];
	return NULL;
}

/* Never without ours; nobody ever said yes to this one. */
static const struct consent_purpose none = {.publication = true, .every = true};

static bool
is_voice(const struct consent_purpose *p)
{
	return !p->own && p->media == CONSENT_VOICE;
}

const struct consent_purpose *
consent_purpose_for(const struct consent_purposes *p, enum consent_reach reach)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->v[i].own && p->v[i].reach == reach &&
		    !is_voice(&p->v[i]))
			return &p->v[i];
	return &none;
}

const struct consent_purpose *
consent_purpose_voice(const struct consent_purposes *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (is_voice(&p->v[i]))
			return &p->v[i];
	return &none;
}

static bool
note(const struct deed *d, int64_t purpose, int64_t group, str detail,
    struct err *e)
{
	struct deed_about about = {
	    .kind = "purpose", .id = purpose, .group = group, .detail = detail};

	return deed_note(d, AUDIT_CONSENT_ASKED, &about, e);
}

static bool
is_outing(const struct deed *d, const struct consent_purpose_new *n)
{
	return n->until_on >= n->from_on && n->until_on >= d->today &&
	       n->until_on <= n->from_on + CONSENT_OUTING_DAYS;
}

bool
consent_purpose_add(const struct deed *d, const struct consent_purpose_new *n,
    int64_t *ret_id, struct err *e)
{
	struct sql_consent_purpose_insert_row row;
	bool outside = n->reach == CONSENT_OUTSIDE;

	for (int l = 0; l < LANGS; l++)
		if (n->name[l].n == 0 || n->name[l].n > NAME_MAX_BYTES ||
		    n->about[l].n == 0 || n->about[l].n > ABOUT_MAX_BYTES)
			return err_set(e, ERR_INPUT,
			    "a purpose says what it is in both languages");
	if ((n->media | n->apart) == 0 || (n->media & n->apart) != 0 ||
	    ((n->media | n->apart) & ~CONSENT_MEDIA) != 0)
		return err_set(e, ERR_INPUT, "media of a purpose");
	if (n->group != 0 && !is_outing(d, n))
		return err_set(e, ERR_INPUT, "days of an outing");
	if (!sql_consent_purpose_insert(d->house->db, d->arena, d->org->id,
		str_c(reaches[n->reach]), outside, S("every"), n->media,
		n->apart, n->group != 0 ? OUTINGS_AT : OWN_AT, n->name[LANG_FR],
		n->name[LANG_EN], n->about[LANG_FR], n->about[LANG_EN],
		n->group != 0 ? n->group : DB_NULL,
		n->group != 0 ? n->from_on : DB_NULL,
		n->group != 0 ? n->until_on : DB_NULL, d->now, &row, e))
		return err_wrap(e, "new purpose");
	*ret_id = row.id;
	return note(
	    d, row.id, n->group, n->group != 0 ? S("outing") : S("added"), e);
}

bool
consent_outing_stop(const struct deed *d, const struct consent_purpose *p,
    str why, struct err *e)
{
	int64_t rows;
	str sealed;

	if (p->group == 0 || why.n == 0 || why.n > CONSENT_WHY_MAX)
		return err_set(e, ERR_INPUT,
		    "an outing is called off for a "
		    "reason");
	if (!text_seal(d->arena, &d->org->key, "consent_purpose.stopped_enc",
		why, &sealed, e) ||
	    !sql_consent_purpose_stop(d->house->db, d->now, deed_author(d),
		sealed, p->id, d->org->id, &rows, e))
		return err_wrap(e, "outing %" PRId64, p->id);
	if (rows == 0)
		return err_set(e, ERR_CONFLICT,
		    "outing %" PRId64 " was called off", p->id);
	return note(d, p->id, p->group, S("called-off"), e);
}

str
consent_stopped_why(struct arena *a, const struct organisation *org,
    const struct consent_purpose *p)
{
	return house_text(
	    a, org, "consent_purpose.stopped_enc", p->stopped_enc);
}

bool
consent_policy_set(const struct deed *d, const struct consent_purpose *p,
    bool asked, bool every, bool renew, struct err *e)
{
	int64_t rows;
	str detail =
	    arena_fmt(d->arena, "%s %s%s", asked ? "asked" : "not-asked",
		every ? "every" : "one", renew ? " renewed" : "");

	if (!every && p->publication)
		return err_set(
		    e, ERR_INPUT, "a publication needs every holder");
	return (sql_consent_policy_set(d->house->db, d->org->id, p->id, asked,
		    every ? S("every") : S("one"), renew ? d->now : DB_NULL,
		    &rows, e) &&
		   note(d, p->id, p->group, detail, e)) ||
	       err_wrap(e, "purpose %" PRId64, p->id);
}
