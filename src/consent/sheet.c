#include "consent/sheet.h"

#include "store/db.h"

#define BITS 4

static size_t
count(const struct consent_purposes *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->v[i].asked ? 1 + BITS : 0;
	return n;
}

static struct consent_question
question(const struct deed *d, const struct consent_purpose *p, unsigned medium)
{
	return (struct consent_question){
	    .purpose = p, .medium = medium, .now = d->now, .today = d->today};
}

/* Of the media that are asked about together, the one that is least allowed. */
static void
hear(const struct deed *d, const struct consent_child *c, int64_t guardian,
    struct consent_line *l)
{
	l->now = (struct consent_answer){true, CONSENT_YES, 0};
	l->mine = CONSENT_SAID_YES;
	for (unsigned m = 1; m <= CONSENT_MEDIA; m <<= 1) {
		struct consent_question q = question(d, l->purpose, m);
		const struct consent_event *last;
		enum consent_said said;

		if ((l->media & m) == 0)
			continue;
		if (l->now.yes)
			l->now = consent_effective(c, &q);
		said = consent_last_word(c, &q, guardian, &last);
		if (l->mine == CONSENT_SAID_YES) {
			l->mine = said;
			l->mine_at = last == NULL ? 0 : last->acted_at;
		}
	}
}

static bool
is_missing(const struct deed *d, const struct consent_child *c,
    const struct consent_line *l, int64_t guardian)
{
	struct consent_question q =
	    question(d, l->purpose, l->media & (0u - l->media));
	const struct consent_event *last;

	return guardian != 0 &&
	       consent_is_required(
		   c, guardian, l->purpose->id, d->now, d->today) &&
	       consent_last_word(c, &q, guardian, &last) == CONSENT_SILENT;
}

static bool
others_missing(const struct deed *d, const struct consent_child *c,
    const struct consent_line *l, int64_t guardian)
{
	for (size_t i = 0; i < c->n_holder; i++)
		if (c->holder[i].guardian != guardian &&
		    is_missing(d, c, l, c->holder[i].guardian))
			return true;
	for (size_t i = 0; i < c->n_stands; i++)
		if (c->stands[i].guardian != guardian &&
		    is_missing(d, c, l, c->stands[i].guardian))
			return true;
	return false;
}

static bool
add(const struct deed *d, struct consent_sheet *s,
    const struct consent_purpose *p, unsigned media, int64_t guardian,
    enum lang lang, struct err *e)
{
	struct consent_line *l = &s->v[s->n];

	if (media == 0)
		return true;
	l->purpose = p;
	l->media = media;
	if (!(guardian == 0 ? consent_text_child(
				  d->arena, d->org, p, media, lang, &l->text, e)
			    : consent_text_make(d->arena, d->org, p, media,
				  lang, &l->text, e)))
		return false;
	hear(d, &s->child, guardian, l);
	l->others_missing = others_missing(d, &s->child, l, guardian);
	s->n++;
	return true;
}

bool
consent_sheet_make(const struct deed *d, int64_t child, int64_t guardian,
    enum lang lang, struct consent_sheet *ret, struct err *e)
{
	struct consent_sheet s = {0};

	if (!consent_facts(
		d->house, d->arena, d->org, child, d->today, &s.child, e) ||
	    !consent_purposes_load(d->house, d->arena, d->org, &s.purposes, e))
		return false;
	s.v = NEW_N(d->arena, struct consent_line, count(&s.purposes) + 1);
	if (s.v == NULL)
		return err_set(e, ERR_LIMIT, "too many purposes");
	for (size_t i = 0; i < s.purposes.n; i++) {
		const struct consent_purpose *p = &s.purposes.v[i];

		if (!consent_is_asked(&s.child, p, d->today) ||
		    (guardian > 0 && !consent_may_speak(&s.child, guardian,
					 p->id, d->now, d->today)))
			continue;
		if (!add(d, &s, p, p->media, guardian, lang, e))
			return false;
		for (unsigned m = 1; m <= CONSENT_MEDIA; m <<= 1)
			if ((p->apart & m) != 0 &&
			    !add(d, &s, p, m, guardian, lang, e))
				return false;
	}
	*ret = s;
	return true;
}

const struct consent_line *
consent_sheet_line(
    const struct consent_sheet *s, int64_t purpose, unsigned media)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].purpose->id == purpose && s->v[i].media == media)
			return &s->v[i];
	return NULL;
}
