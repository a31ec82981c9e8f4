#include "tell/letter.h"

#include <inttypes.h>

#include "mail/letter.h"
#include "tell/news.h"

#define BODY_MAX ((size_t)16 * 1024)
#define ID_BYTES 16

static const struct {
	const char *word, *subject, *first;
} texts[LETTER_KINDS] = {
    [LETTER_CONFIRM] = {"confirm", N_("%1: is this your address?"),
	N_("Somebody with an account at %1 wishes to be written to at this "
	   "address.")},
    [LETTER_DIGEST] = {"digest", N_("%1: something new"),
	N_("There is something new for you at %1:")},
    [LETTER_URGENT] = {"urgent", N_("%1: urgent message"),
	N_("The team of %1 has an urgent message for you.")},
    [LETTER_WAITS] = {"waits", N_("%1: something waits for you"),
	N_("Something at %1 waits for you, and it should not wait long.")},
};

bool
letter_kind_of(str word, enum letter_kind *ret)
{
	for (int k = 0; k < LETTER_KINDS; k++)
		if (str_eq(word, str_c(texts[k].word))) {
			*ret = (enum letter_kind)k;
			return true;
		}
	return false;
}

/* What a letter is written with. */
struct pen {
	struct buf *b;
	struct arena *arena;
	const struct house *house;
	const struct organisation *org;
	const struct letter_of *l;
};

static str
say(const struct pen *p, const char *key, str arg)
{
	return lang_fill(p->arena, lang_text(p->l->lang, key), &arg, 1);
}

static void
put(const struct pen *p, const char *key, str arg)
{
	buf_str(p->b, say(p, key, arg));
	buf_byte(p->b, '\n');
}

static void
put_link(const struct pen *p, const char *key, str path)
{
	buf_byte(p->b, '\n');
	put(p, key, S(""));
	buf_printf(p->b, "%s" STR_FMT "\n", p->house->conf->url, STR_ARG(path));
}

static void
put_news(const struct pen *p)
{
	struct news n = news_of_word(p->l->what);

	for (size_t k = 0; k < NEWS_KINDS; k++) {
		str number = arena_i64(p->arena, n.n[k]);

		if (n.n[k] == 0)
			continue;
		buf_str(p->b, S("- "));
		buf_str(p->b, lang_fill(p->arena,
				  lang_plural(p->l->lang, news_texts[k].one,
				      news_texts[k].many, n.n[k]),
				  &number, 1));
		buf_byte(p->b, '\n');
	}
}

/* Digits alone: a letter says no day of the week. */
static str
day_text(const struct pen *p, int64_t day)
{
	struct civil c = day_to_civil(day);

	return p->l->lang == LANG_FR ? arena_fmt(p->arena, "%02d/%02d/%04d",
					   c.day, c.month, c.year)
				     : arena_fmt(p->arena, "%04d-%02d-%02d",
					   c.year, c.month, c.day);
}

/* Until when, and where what ends is offered. */
static void
put_farewell(const struct pen *p)
{
	struct news n = news_of_word(p->l->what);

	if (n.n[NEWS_FAREWELL] == 0)
		return;
	buf_byte(p->b, '\n');
	if (n.end_on > 0)
		put(p,
		    N_("The photos that end first are here until %1: "
		       "afterwards nobody can bring them back."),
		    day_text(p, n.end_on));
	put(p,
	    N_("The memory box of each child, to download or to print, is on "
	       "your first page."),
	    S(""));
}

static str
stop_path(const struct pen *p)
{
	return arena_fmt(p->arena, "/told/stop/%" PRId64 "/" STR_FMT,
	    p->l->account, STR_ARG(p->l->stop));
}

static void
put_end(const struct pen *p)
{
	put_link(
	    p, N_("Hours, quiet hours and pauses:"), S("/account/telling"));
	put_link(p, N_("No daily message any more:"), stop_path(p));
}

static void
write_body(const struct pen *p)
{
	put(p, N_("Hello,"), S(""));
	buf_byte(p->b, '\n');
	put(p, texts[p->l->kind].first, p->org->name);
	switch (p->l->kind) {
	case LETTER_CONFIRM:
		put_link(p, N_("If that is you, open this page and say so:"),
		    arena_fmt(p->arena, "/told/confirm/%" PRId64 "/" STR_FMT,
			p->l->account, STR_ARG(p->l->confirm)));
		buf_byte(p->b, '\n');
		put(p, N_("If it is not, do nothing: no other message comes."),
		    S(""));
		break;
	case LETTER_DIGEST:
		put_news(p);
		put_farewell(p);
		put_link(p, N_("It is here:"), S("/"));
		put_end(p);
		break;
	case LETTER_URGENT:
		put_link(p, N_("Please read it now:"), S("/"));
		break;
	case LETTER_WAITS:
		put_link(p, N_("It is here:"), S("/"));
		break;
	case LETTER_KINDS:
		break;
	}
}

static str
id_of(const struct pen *p)
{
	CLEANUP(buf_done) struct buf hex = BUF_MAX(2 * ID_BYTES);
	str ret = {0}, digest, what;

	what = arena_fmt(p->arena,
	    "%s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
	    texts[p->l->kind].word, p->l->account, p->l->day_on, p->l->urgent,
	    p->l->kind == LETTER_CONFIRM || p->l->kind == LETTER_WAITS
		? p->l->now
		: 0);
	digest = key_digest(p->arena, &p->org->digest, "message.id", what);
	if (digest.p == NULL)
		return (str){0};
	buf_hex(&hex, digest.p, ID_BYTES);
	return arena_str(p->arena, hex.p, hex.n, &ret) ? ret : (str){0};
}

str
letter_subject(struct arena *a, const struct organisation *o,
    enum letter_kind kind, enum lang lang)
{
	return lang_fill(a, lang_text(lang, texts[kind].subject), &o->name, 1);
}

bool
letter_write(struct buf *ret, struct arena *a, const struct house *h,
    const struct organisation *o, const struct letter_of *l, struct err *e)
{
	CLEANUP(buf_done) struct buf body = BUF_MAX(BODY_MAX);
	const struct pen p = {&body, a, h, o, l};
	struct mail_letter m = {.from = str_c(h->conf->mail_from),
	    .to = l->to,
	    .from_name = o->name,
	    .lang = str_c(lang_codes[l->lang]),
	    .date = l->now,
	    .urgent = l->kind == LETTER_URGENT};

	write_body(&p);
	if (body.full)
		return err_set(e, ERR_LIMIT, "letter: too long");
	m.body = buf_view(&body);
	m.subject = letter_subject(a, o, l->kind, l->lang);
	m.id = id_of(&p);
	if (l->kind == LETTER_DIGEST)
		m.stop_url = arena_fmt(
		    a, "%s" STR_FMT, h->conf->url, STR_ARG(stop_path(&p)));
	return mail_letter_write(ret, &m, e);
}
