#include "front/page.h"

#include <assert.h>

#include "base/buf.h"
#include "front/answer.h"
#include "front/exchange.h"

struct text {
	unsigned status;
	const char *fr_title, *fr, *en_title, *en;
};

/* clang-format off */
static const struct text texts[PAGES] = {
	[PAGE_MALFORMED] = { 400,
	    "Demande illisible",
	    "Nous n’avons pas compris ce que votre navigateur a envoyé. Revenez "
	    "en arrière et réessayez.",
	    "Unreadable request",
	    "We could not make sense of what your browser sent. Go back and try "
	    "again." },
	[PAGE_NOT_FOUND] = { 404,
	    "Page introuvable",
	    "Cette page n’existe pas, ou plus.",
	    "Page not found",
	    "This page does not exist, or no longer does." },
	[PAGE_METHOD] = { 405,
	    "Demande refusée",
	    "Cette adresse ne s’utilise pas de cette façon.",
	    "Request refused",
	    "This address is not meant to be used that way." },
	[PAGE_TUS] = { 412,
	    "Envoi non reconnu",
	    "Cette adresse reçoit des envois en plusieurs fois, dans la "
	    "version 1.0.0 de tus.",
	    "Not understood",
	    "This address takes uploads in pieces, in version 1.0.0 of tus." },
	[PAGE_TOO_LARGE] = { 413,
	    "Envoi trop volumineux",
	    "C’est plus que ce que cette page peut recevoir. Rien n’a été "
	    "enregistré. Envoyez moins de fichiers à la fois, ou des fichiers "
	    "plus légers.",
	    "Too large",
	    "This is more than this page can take. Nothing was saved. Send fewer "
	    "files at a time, or smaller ones." },
	[PAGE_TARGET_LONG] = { 414,
	    "Adresse trop longue",
	    "L’adresse demandée est trop longue.",
	    "Address too long",
	    "The address asked for is too long." },
	[PAGE_TYPE] = { 415,
	    "Envoi non reconnu",
	    "Cette page ne reçoit pas ce type de contenu.",
	    "Not understood",
	    "This page does not take that kind of content." },
	[PAGE_HEAD_LARGE] = { 431,
	    "Demande trop longue",
	    "Votre navigateur a envoyé trop d’informations avec sa demande. "
	    "Effacez les cookies de ce site et réessayez.",
	    "Request too long",
	    "Your browser sent too much along with its request. Clear the "
	    "cookies of this site and try again." },
	[PAGE_ENOUGH] = { 429,
	    "Un coffre est déjà en train de sortir",
	    "Un seul coffre souvenirs à la fois par compte, et quelques-uns en "
	    "tout\302\240: attendez la fin du téléchargement en cours, ou "
	    "réessayez dans quelques minutes.",
	    "A memory box is already on its way",
	    "One memory box at a time for each account, and a few in all: wait "
	    "for the download under way to end, or try again in a few "
	    "minutes." },
	[PAGE_BROKEN] = { 500,
	    "Une erreur de notre côté",
	    "Ce n’est pas de votre fait. Réessayez dans un instant\342\200\257; si "
	    "cela continue, prévenez votre structure.",
	    "Something went wrong on our side",
	    "It is not your doing. Try again in a moment; if it goes on, tell "
	    "your organisation." },
	[PAGE_BUSY] = { 503,
	    "Beaucoup de monde en ce moment",
	    "Nous n’avons pas pu répondre tout de suite. Rien n’a été perdu ni "
	    "enregistré\302\240: réessayez dans quelques secondes.",
	    "Many visitors right now",
	    "We could not answer at once. Nothing was lost or saved: try again "
	    "in a few seconds." },
	[PAGE_LOST] = { 503,
	    "Réponse interrompue",
	    "Le service s’est interrompu pendant qu’il traitait votre envoi. "
	    "Peut-être est-il enregistré, peut-être pas\302\240: revenez en "
	    "arrière et vérifiez avant de recommencer.",
	    "The answer was cut short",
	    "The service stopped while it was handling what you sent. It may or "
	    "may not have been saved: go back and look before you send it "
	    "again." },
	[PAGE_VERSION] = { 505,
	    "Version non prise en charge",
	    "Votre navigateur parle une version que nous ne connaissons pas.",
	    "Version not supported",
	    "Your browser speaks a version that we do not know." },
};
/* clang-format on */

static void
write_page(struct buf *b, const struct text *t)
{
	buf_printf(b,
	    "<!doctype html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\">"
	    "<title>%s – %s</title></head>\n<body><main>\n"
	    "<h1>%s</h1>\n<p>%s</p>\n<hr>\n"
	    "<div lang=\"en\"><h2>%s</h2>\n<p>%s</p></div>\n"
	    "</main></body></html>\n",
	    t->fr_title, t->en_title, t->fr_title, t->fr, t->en_title, t->en);
}

struct MHD_Response *
page_make(const struct exchange *x, enum page page, unsigned *ret_status)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	struct MHD_Response *r;

	assert(page > PAGE_NONE && page < PAGES);
	write_page(&b, &texts[page]);
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
