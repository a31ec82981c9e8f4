#include "front/page.h"

#include <assert.h>

#include "base/buf.h"
#include "front/answer.h"
#include "front/exchange.h"
#include "lang/lang.h"
#include "web/asset.h"

struct text {
	unsigned status;
	const char *title[LANGS], *text[LANGS]; /* in the order of enum lang */
};

/* clang-format off */
static const struct text texts[PAGES] = {
	[PAGE_MALFORMED] = { 400,
	    { "Demande illisible", "Unreadable request" },
	    { "Nous n’avons pas compris ce que votre navigateur a envoyé. Revenez "
	    "en arrière et réessayez.",
	    "We could not make sense of what your browser sent. Go back and try "
	    "again." } },
	[PAGE_NOT_FOUND] = { 404,
	    { "Page introuvable", "Page not found" },
	    { "Cette page n’existe pas, ou plus.",
	    "This page does not exist, or no longer does." } },
	[PAGE_METHOD] = { 405,
	    { "Demande refusée", "Request refused" },
	    { "Cette adresse ne s’utilise pas de cette façon.",
	    "This address is not meant to be used that way." } },
	[PAGE_TUS] = { 412,
	    { "Envoi non reconnu", "Not understood" },
	    { "Cette adresse reçoit des envois en plusieurs fois, dans la "
	    "version 1.0.0 de tus.",
	    "This address takes uploads in pieces, in version 1.0.0 of tus." } },
	[PAGE_TOO_LARGE] = { 413,
	    { "Envoi trop volumineux", "Too large" },
	    { "C’est plus que ce que cette page peut recevoir. Rien n’a été "
	    "enregistré. Envoyez moins de fichiers à la fois, ou des fichiers "
	    "plus légers.",
	    "This is more than this page can take. Nothing was saved. Send fewer "
	    "files at a time, or smaller ones." } },
	[PAGE_TARGET_LONG] = { 414,
	    { "Adresse trop longue", "Address too long" },
	    { "L’adresse demandée est trop longue.",
	    "The address asked for is too long." } },
	[PAGE_TYPE] = { 415,
	    { "Envoi non reconnu", "Not understood" },
	    { "Cette page ne reçoit pas ce type de contenu.",
	    "This page does not take that kind of content." } },
	[PAGE_HEAD_LARGE] = { 431,
	    { "Demande trop longue", "Request too long" },
	    { "Votre navigateur a envoyé trop d’informations avec sa demande. "
	    "Effacez les cookies de ce site et réessayez.",
	    "Your browser sent too much along with its request. Clear the "
	    "cookies of this site and try again." } },
	[PAGE_ENOUGH] = { 429,
	    { "Un coffre est déjà en train de sortir", "A memory box is already on its way" },
	    { "Un seul coffre souvenirs à la fois par compte, et quelques-uns en "
	    "tout\302\240: attendez la fin du téléchargement en cours, ou "
	    "réessayez dans quelques minutes.",
	    "One memory box at a time for each account, and a few in all: wait "
	    "for the download under way to end, or try again in a few "
	    "minutes." } },
	[PAGE_BROKEN] = { 500,
	    { "Une erreur de notre côté", "Something went wrong on our side" },
	    { "Ce n’est pas de votre fait. Réessayez dans un instant\342\200\257; si "
	    "cela continue, prévenez votre structure.",
	    "It is not your doing. Try again in a moment; if it goes on, tell "
	    "your organisation." } },
	[PAGE_BUSY] = { 503,
	    { "Beaucoup de monde en ce moment", "Many visitors right now" },
	    { "Nous n’avons pas pu répondre tout de suite. Rien n’a été perdu ni "
	    "enregistré\302\240: réessayez dans quelques secondes.",
	    "We could not answer at once. Nothing was lost or saved: try again "
	    "in a few seconds." } },
	[PAGE_LOST] = { 503,
	    { "Réponse interrompue", "The answer was cut short" },
	    { "Le service s’est interrompu pendant qu’il traitait votre envoi. "
	    "Peut-être est-il enregistré, peut-être pas\302\240: revenez en "
	    "arrière et vérifiez avant de recommencer.",
	    "The service stopped while it was handling what you sent. It may or "
	    "may not have been saved: go back and look before you send it "
	    "again." } },
	[PAGE_VERSION] = { 505,
	    { "Version non prise en charge", "Version not supported" },
	    { "Votre navigateur parle une version que nous ne connaissons pas.",
	    "Your browser speaks a version that we do not know." } },
};
/* clang-format on */

/* One language of it, with the way home. */
static void
write_words(struct buf *b, const struct text *t, enum lang l, const char *h)
{
	static const char *const home[LANGS] = {
	    [LANG_FR] = "Revenir à l’accueil",
	    [LANG_EN] = "Back to the beginning",
	};

	buf_printf(b,
	    "<%s>%s</%s>\n<p>%s</p>\n"
	    "<p><a class=\"button\" href=\"/\">%s</a></p>\n",
	    h, t->title[l], h, t->text[l], home[l]);
}

static void
write_page(struct buf *b, const struct text *t, enum lang first)
{
	enum lang other = first == LANG_FR ? LANG_EN : LANG_FR;

	buf_printf(b,
	    "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1, viewport-fit=cover\">"
	    "<meta name=\"color-scheme\" content=\"light dark\">"
	    "<meta name=\"robots\" content=\"noindex, nofollow, noarchive\">"
	    "<title>%s</title>\n<link rel=\"icon\" href=\"" STR_FMT
	    "\" type=\"image/svg+xml\">"
	    "<link rel=\"stylesheet\" href=\"" STR_FMT "\"></head>\n"
	    "<body class=\"plain\"><main id=\"main\" class=\"narrow stack\">\n",
	    lang_codes[first], t->title[first],
	    STR_ARG(asset_named("mark.svg")->path),
	    STR_ARG(asset_named("app.css")->path));
	write_words(b, t, first, "h1");
	buf_printf(b, "<div class=\"stack\" lang=\"%s\">\n", lang_codes[other]);
	write_words(b, t, other, "h2");
	buf_printf(b, "</div>\n</main></body></html>\n");
}

struct MHD_Response *
page_make(const struct exchange *x, enum page page, unsigned *ret_status)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	struct MHD_Response *r;

	assert(page > PAGE_NONE && page < PAGES);
	write_page(
	    &b, &texts[page], lang_accept(x->q.accept_language, LANG_FR));
	r = MHD_create_response_from_buffer(b.n, b.p, MHD_RESPMEM_MUST_COPY);
	if (r == NULL)
		return NULL;
	answer_head(r, "Content-Type", "text/html; charset=utf-8");
	if (texts[page].status == 503)
		answer_head(r, "Retry-After", "2");
	if (page == PAGE_ENOUGH)
		answer_head(r, "Retry-After", "60");
	if (page == PAGE_METHOD)
		answer_head(r, "Allow",
		    x->takes == HTTP_TAKES_PIECES
			? "OPTIONS, POST, HEAD, PATCH, DELETE"
			: "GET, HEAD, POST");
	answer_house_heads(r, x->q.tls, false);
	*ret_status = texts[page].status;
	return r;
}

const char *
page_raw_too_large(void)
{
	return "HTTP/1.1 413 Content Too Large\r\n"
	       "Content-Type: text/plain; charset=utf-8\r\n"
	       "Cache-Control: private, no-store\r\n"
	       "Connection: close\r\n\r\n"
	       "Envoi trop volumineux. Rien n’a été enregistré.\n"
	       "Too large. Nothing was saved.\n";
}
