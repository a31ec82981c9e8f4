#include "web/card.h"

#include "house/opened.h"
#include "html_family.h"

static const char kept_as[] = "card";

/* Without holes: it is a key. */
struct thumb_look {
	int64_t medium, masked, withheld;
};

/* What is not here follows from the album and the version of the database. */
struct look {
	int64_t post, lang, photos, videos, documents, waits, thumbs;
	struct thumb_look thumb[FEED_THUMBS];
};

_Static_assert(sizeof(struct look) <= KEPT_KEY_BYTES, "a key that fits");
_Static_assert(
    sizeof(struct feed_card) == 344 && sizeof(struct feed_thumb) == 40,
    "a card says more: does it differ between viewers? then it is in the key");

static struct look
look_of(const struct view *v, const struct feed_card *c)
{
	struct look l = {.post = c->id,
	    .lang = v->lang,
	    .photos = c->photos,
	    .videos = c->videos,
	    .documents = c->documents,
	    .waits = c->waits,
	    .thumbs = (int64_t)c->thumb.n};

	for (size_t i = 0; i < c->thumb.n; i++) {
		const struct hidden_photo *h = &c->thumb.v[i].hidden;

		l.thumb[i] = (struct thumb_look){
		    h->medium, h->masked, h->withheld << 1 | h->waits};
	}
	return l;
}

/* What says when it will be seen is another one when that has come. */
static struct kept *
kept_of(const struct view *v, const struct feed_card *c)
{
	return c->publish_at > v->now ? NULL : v->org->opened;
}

html
card_html(struct view *v, const struct feed_card *c)
{
	struct kept *k = kept_of(v, c);
	struct look l = look_of(v, c);
	str key = {(const char *)&l, sizeof(l)};
	size_t from = v->out->n;
	const struct kept_answer *a;

	a = k == NULL ? NULL : kept_find(k, kept_as, key);
	if (a != NULL)
		return html_raw(
		    (str){a->first->v[0].p, (size_t)a->first->v[0].n});
	html_album_card(v, c);
	if (!v->out->full)
		opened_keep(
		    k, kept_as, key, (str){v->out->p + from, v->out->n - from});
	return html_raw(S(""));
}
