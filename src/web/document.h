/* document — a document among the photos of an album. */
#ifndef WEB_DOCUMENT_H
#define WEB_DOCUMENT_H

#include "sharing/document.h"
#include "web/family.h"
#include "web/web.h"

struct document_show {
	const struct photo_page *photo;
	struct document_facts facts;
	int64_t page;          /* the one shown, from 1 */
	int64_t width, height; /* of its picture; 0: it is being prepared */
	struct document_text text;
	str query; /* "" */
	struct document_found found;
	bool family; /* it is said that the team sees who opened it */
	struct document_readers readers; /* for the team */
};

/* The page of one document: leave for it was given. */
bool document_show(struct request *, struct response *,
    const struct photo_page *, struct err *) MUST_USE;

/* The PDF of document r->id[0], as a file; asks for leave itself. */
bool document_download(
    struct request *, struct response *, struct err *) MUST_USE;

/* « Document 2 sur 5, … », for its picture in an album. */
str document_words(
    struct view *, int64_t at, int64_t of, str caption, str album);

#endif
