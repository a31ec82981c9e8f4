#include "consent/text.h"

#include <sodium.h>

#include "base/buf.h"
#include "base/zone.h"

#include "sql_consent.h"

#define BODY_MAX ((size_t)16 * 1024)

static const char *
who_agrees(const struct consent_purpose *p)
{
	if (p->every)
		return N_("It is done only if everyone who holds parental "
			  "authority says yes. One no is enough to stop it.");
	return N_("It is done if one holder of parental authority says yes "
		  "and nobody says no.");
}

static str
body_of(struct arena *a, const struct consent_text *t)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(BODY_MAX);
	str ret = {0};

	buf_str(&b, t->title);
	for (size_t i = 0; i < CONSENT_PARTS; i++) {
		buf_byte(&b, '\n');
		buf_str(&b, t->part[i]);
	}
	if (b.full || !arena_str(a, b.p, b.n, &ret))
		return (str){0};
	return ret;
}

static void
digest_of(enum lang lang, str body, uint8_t ret[32])
{
	crypto_hash_sha256_state h;

	(void)crypto_hash_sha256_init(&h);
	(void)crypto_hash_sha256_update(
	    &h, (const uint8_t *)lang_codes[lang], 2);
	(void)crypto_hash_sha256_update(&h, (const uint8_t *)"\n", 1);
	(void)crypto_hash_sha256_update(&h, (const uint8_t *)body.p, body.n);
	(void)crypto_hash_sha256_final(&h, ret);
}

/* « 12/07/2027 » in French, « 2027-07-12 » in English: no doubt about which is
 * the month. */
static str
day_text(struct arena *a, enum lang l, int64_t day)
{
	struct civil c = day_to_civil(day);

	return l == LANG_FR ? arena_fmt(a, "%02d/%02d/%04d", (int)c.day,
				  (int)c.month, (int)c.year)
			    : arena_fmt(a, "%04d-%02d-%02d", (int)c.year,
				  (int)c.month, (int)c.day);
}

static str
how_long(struct arena *a, const struct consent_purpose *p, enum lang l)
{
	str days[2];

	if (p->group == 0)
		return lang_text(l, N_("A yes holds until the end of the "
				       "season at the latest."));
	days[0] = day_text(a, l, p->from_on);
	days[1] = day_text(a, l, p->until_on);
	return lang_fill(a,
	    lang_text(l, N_("For this outing alone, on %1. A yes holds until "
			    "%2 and ends by itself.")),
	    days, 2);
}

/* What a no changes. */
static const char *
free_to_refuse(const struct consent_purpose *p, unsigned media)
{
	if (media == CONSENT_VOICE && !p->publication)
		return N_("You are free to say no: your child takes part in "
			  "everything all the same, and the sound is left "
			  "out.");
	return N_("You are free to say no: your child takes part in everything "
		  "all the same, and on pictures the face is covered.");
}

bool
consent_text_make(struct arena *a, const struct organisation *org,
    const struct consent_purpose *p, unsigned media, enum lang l,
    struct consent_text *ret, struct err *e)
{
	const str what[2] = {
	    p->name[l], lang_text(l, consent_media_label(media))};
	struct consent_text t = {.lang = l};
	str body;

	t.title = lang_fill(a, lang_text(l, N_("%1: %2")), what, 2);
	t.part[0] = p->about[l];
	t.part[1] =
	    lang_fill(a, lang_text(l, N_("Asked by %1, which answers for it.")),
		&org->name, 1);
	t.part[2] = lang_text(l, who_agrees(p));
	t.part[3] = how_long(a, p, l);
	t.part[4] = lang_text(l, free_to_refuse(p, media));
	t.part[5] = lang_text(l,
	    N_("You can change your mind at any time, here or by a word to the "
	       "team. It counts at once."));
	body = body_of(a, &t);
	if (body.n == 0)
		return err_set(e, ERR_LIMIT, "a text of consent is too long");
	digest_of(l, body, t.digest);
	*ret = t;
	return true;
}

/* By whom it lets see: what a child of six understands. */
static const char *const for_children[CONSENT_REACHES] = {
    [CONSENT_FAMILY] = N_("Your own family sees it."),
    [CONSENT_GROUP] = N_("The families of your group see it."),
    [CONSENT_EVERYBODY] = N_("All the families see it."),
    [CONSENT_OUTSIDE] = N_("People whom you do not know see it too."),
};

static const char *
child_asks(unsigned media)
{
	if (media == CONSENT_NAME)
		return N_("May we write your first name?");
	if (media == CONSENT_VOICE)
		return N_("May we let people hear your voice?");
	return N_("May we show a picture of you?");
}

bool
consent_text_child(struct arena *a, const struct organisation *org,
    const struct consent_purpose *p, unsigned media, enum lang l,
    struct consent_text *ret, struct err *e)
{
	struct consent_text t = {.lang = l};
	str body;

	(void)org;
	t.title = lang_text(l, child_asks(media));
	t.part[0] = p->name[l];
	t.part[1] = lang_text(l, media == CONSENT_VOICE && !p->publication
				     ? N_("Those who may see you in a video "
					  "here hear it.")
				     : for_children[p->reach]);
	t.part[2] = lang_text(l,
	    N_("You may say no. Nobody is cross. You may change your mind."));
	for (size_t i = 3; i < CONSENT_PARTS; i++)
		t.part[i] = S("");
	body = body_of(a, &t);
	if (body.n == 0)
		return err_set(e, ERR_LIMIT, "a text of consent is too long");
	digest_of(l, body, t.digest);
	*ret = t;
	return true;
}

bool
consent_text_keep(const struct deed *d, const struct consent_text *t,
    int64_t *ret_id, struct err *e)
{
	str digest = {(const char *)t->digest, sizeof(t->digest)};
	struct sql_consent_text_insert_row made;
	struct sql_consent_text_find_row row;
	bool found;

	if (!sql_consent_text_find(
		d->house->db, d->arena, d->org->id, digest, &found, &row, e))
		return err_wrap(e, "text of consent");
	if (!found) {
		if (!sql_consent_text_insert(d->house->db, d->arena, d->org->id,
			digest, str_c(lang_codes[t->lang]),
			body_of(d->arena, t), d->now, &made, e))
			return err_wrap(e, "text of consent");
		row.id = made.id;
	}
	*ret_id = row.id;
	return true;
}
