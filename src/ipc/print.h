/*
 * print — a document that a worker has set on paper, and what comes back.
 *
 * ASK brings a sealed memory file with the document: a head, then blocks in
 * their order.  MADE answers with the PDF in a sealed memory file, all but the
 * pictures: of each the printer knows how large it is and how many bytes its
 * JPEG has, and leaves a hole of that length.  Whoever sends the PDF puts the
 * JPEGs there as they are, so that neither side ever holds a picture.
 *
 * Of the same document the same printer makes the same bytes.
 */
#ifndef IPC_PRINT_H
#define IPC_PRINT_H

#include "base/buf.h"
#include "base/err.h"
#include "ipc/chan.h"
#include "ipc/read.h"

enum print_kind {
	PRINT_ASK = 1,  /* to the printer; fd 0: the document */
	PRINT_MADE = 2, /* to a worker; fd 0, when it went well: the PDF */
};

#define PRINT_DOCUMENT_MAX ((size_t)16 << 20)
#define PRINT_PDF_MAX ((size_t)64 << 20) /* without the pictures */
#define PRINT_TEXT_MAX 16384u            /* bytes of a block's text */
#define PRINT_PICTURES_MAX 20000u
#define PRINT_PICTURE_BYTES_MAX (64u << 20)
#define PRINT_SIDE_MAX 16384u
#define PRINT_FRAME_BYTES 23 /* no JPEG of a picture is shorter */

extern const struct chan_permit print_to_printer[];
extern const struct chan_permit print_to_worker[];

/* ---- the messages ---- */

void print_ask_write(struct buf *, uint32_t id);
bool print_ask_read(str, uint32_t *ret_id, struct err *) MUST_USE;

struct print_made {
	uint32_t id;    /* of the ASK */
	uint8_t failed; /* enum err_kind; 0: it was made */
};

void print_made_write(struct buf *, const struct print_made *);
bool print_made_read(
    str, size_t n_fds, struct print_made *ret, struct err *) MUST_USE;

/* ---- the document ---- */

/* What a document is made of.  Each is tagged as what it is, so that it is read
 * out as it is seen. */
enum print_block_kind {
	PRINT_TITLE,    /* the largest letters: of a cover */
	PRINT_SUBTITLE, /* under it */
	PRINT_HEADING,  /* with the block behind it on one page */
	PRINT_TEXT,
	PRINT_NOTE, /* small */
	PRINT_PICTURE,
	PRINT_PAGE,  /* a new page begins; no text */
	PRINT_NAME,  /* what a paper is called: no cover, on its first page */
	PRINT_LABEL, /* of the block behind it, on one page with it */
	PRINT_BLOCKS
};

struct print_block {
	enum print_block_kind kind;
	str text; /* of a picture: its caption, may be empty */
	str alt;  /* of a picture: instead of seeing it */
	uint32_t width, height, bytes; /* of a picture's JPEG */
	bool grey;                     /* of one part, else of three */
};

struct print_head {
	str lang;   /* of the document, "fr" */
	str title;  /* of the file */
	str footer; /* at the foot of each page but a cover, may be empty */
};

/* Of numbers and texts that are in their limits. */
void print_head_write(struct buf *, const struct print_head *);
void print_block_write(struct buf *, const struct print_block *);

/* Texts are views of the document, valid UTF-8. */
bool print_head_read(
    struct reader *, struct print_head *ret, struct err *) MUST_USE;
/* *ret_more false: there was none.  ERR_CORRUPT. */
bool print_block_read(struct reader *, bool *ret_more, struct print_block *ret,
    struct err *) MUST_USE;

/* ---- the PDF ---- */

/* Between byte at - 1 and byte at of what was printed stands this picture. */
struct print_hole {
	uint64_t at;
	uint32_t picture; /* of the document, from 0 */
};

struct print_pdf {
	uint32_t n_holes; /* one for each picture, by rising at */
	str text;         /* the PDF without them */
	struct reader holes;
};

void print_pdf_write(
    struct buf *, const struct print_hole *, uint32_t n, str text);
bool print_pdf_read(str whole, struct print_pdf *ret, struct err *) MUST_USE;
/* The next of them.  ERR_CORRUPT: out of order, or out of the text. */
bool print_hole_read(
    struct print_pdf *, struct print_hole *ret, struct err *) MUST_USE;

#endif
