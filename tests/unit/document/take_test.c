/* A PDF as intake takes it: pictures of its pages, a PDF made of nothing else,
 * its text; and those that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "document/folio.h"
#include "document/take.h"
#include "pdfs.h"
#include "store/blob.h"

#define FILE_MAX ((size_t)64 << 20)
#define HELLO                                                        \
	"BT /F 24 Tf 72 700 Td (Le programme de l'\xe9t\xe9) Tj ET " \
	"BT /F 12 Tf 72 650 Td (Lundi: la rivi\xe8re, avec des "     \
	"bottes.) Tj 0 -14 Td (Mardi: la for\xeat.) Tj ET"

/* Files of one take. */
struct room {
	int fd[DOCUMENT_TAKE_FDS];
	struct document_take job;
	struct document_taken said;
	struct buf file, pdf, text;
};

static void
room_open(struct room *r)
{
	*r = (struct room){.job.id = 7,
	    .file = BUF_MAX(FILE_MAX),
	    .pdf = BUF_MAX(FILE_MAX),
	    .text = BUF_MAX(FILE_MAX)};
	key_random(&r->job.original);
	key_random(&r->job.pdf);
	key_random(&r->job.text);
	for (size_t i = 0; i < DOCUMENT_TAKE_FDS; i++)
		assert_int_not_equal(
		    r->fd[i] = memfd_create("room", MFD_CLOEXEC), -1);
}

static void
room_close(struct room *r)
{
	for (size_t i = 0; i < DOCUMENT_TAKE_FDS; i++)
		(void)close(r->fd[i]);
	buf_done(&r->file);
	buf_done(&r->pdf);
	buf_done(&r->text);
}

static void
read_blob(int fd, const struct key *key, struct buf *to)
{
	struct err e;
	OWNED(blob_reader) r = blob_reader_new(fd, key, &e);
	static char chunk[BLOB_CHUNK];
	size_t n;

	assert_non_null(r);
	do {
		assert_true(
		    blob_read(r, (int64_t)to->n, chunk, sizeof(chunk), &n, &e));
		buf_put(to, chunk, n);
	} while (n > 0);
	assert_false(to->full);
}

/* What can be said travels. */
static void
say(struct room *r)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(DOCUMENT_MESSAGE_MAX);
	struct document_taken again;
	struct err e;

	document_taken_write(&b, &r->said);
	assert_false(b.full);
	assert_true(document_taken_read(buf_view(&b), &again, &e));
	assert_int_equal(again.n, r->said.n);
}

static enum document_verdict
take(struct room *r)
{
	struct err e;
	OWNED(blob_writer) w = blob_writer_new(r->fd[0], &r->job.original, &e);
	int64_t bytes;

	assert_non_null(w);
	assert_true(blob_write(w, r->file.p, r->file.n, &e));
	assert_true(blob_finish(w, &bytes, &e));
	if (!document_take(&r->job, r->fd, NULL, NULL, &r->said, &e))
		fail_msg("%s", e.msg);
	say(r);
	if (r->said.verdict == DOCUMENT_OK) {
		read_blob(r->fd[1], &r->job.pdf, &r->pdf);
		read_blob(r->fd[2], &r->job.text, &r->text);
	}
	return (enum document_verdict)r->said.verdict;
}

static bool
has(const struct buf *b, const char *what)
{
	return memmem(b->p, b->n, what, strlen(what)) != NULL;
}

static void
each_page_is_a_picture_and_its_text_stands_beside_it(void **state)
{
	struct room r;

	(void)state;
	room_open(&r);
	pdf_of(&r.file, 3, "", "", S(HELLO));
	assert_int_equal(take(&r), DOCUMENT_OK);
	assert_int_equal(r.said.n, 3);
	assert_true(r.said.worded);
	assert_false(r.said.tagged);
	assert_int_equal(r.said.pdf_bytes, r.pdf.n);
	for (uint32_t i = 0; i < r.said.n; i++) {
		const uint8_t *p = (const uint8_t *)r.pdf.p + r.said.page[i].at;
		uint32_t n = r.said.page[i].bytes;

		assert_true(p[0] == 0xff && p[1] == 0xd8);
		assert_true(p[n - 2] == 0xff && p[n - 1] == 0xd9);
	}
	buf_byte(&r.text, '\0');
	assert_string_equal(r.text.p,
	    "hLe programme de l'été\n"
	    "pLundi: la rivière, avec des bottes. Mardi: la forêt.\n\f"
	    "hLe programme de l'été\n"
	    "pLundi: la rivière, avec des bottes. Mardi: la forêt.\n\f"
	    "hLe programme de l'été\n"
	    "pLundi: la rivière, avec des bottes. Mardi: la forêt.\n\f");
	room_close(&r);
}

/* The made one is taken in turn: whoever reads it finds the same text. */
static void
the_text_of_the_made_pdf_is_that_of_the_original(void **state)
{
	struct room r, again;

	(void)state;
	room_open(&r);
	room_open(&again);
	pdf_of(&r.file, 2, "/Lang(fr-FR)", "", S(HELLO));
	assert_int_equal(take(&r), DOCUMENT_OK);
	buf_str(&again.file, buf_view(&r.pdf));
	assert_int_equal(take(&again), DOCUMENT_OK);
	assert_int_equal(again.said.n, 2);
	assert_true(again.said.tagged);
	assert_true(has(&r.pdf, "/Lang(fr-FR)"));
	assert_true(has(&again.text, "Le programme de l'été"));
	assert_true(has(&again.text, "la rivière, avec des bottes."));
	room_close(&r);
	room_close(&again);
}

#define EVIL                                                  \
	"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"   \
	"/AA<</WC<</S/Launch/F(evil.exe)>>>>"                 \
	"/Names<</EmbeddedFiles<</Names[(x)<</Type/Filespec/" \
	"F(virus.exe)>>]>>>>"                                 \
	"/AcroForm<</Fields[]/XFA(secretform)>>/Metadata 1 0 R"
#define LINKED                                                           \
	"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 100 100]/A<</S/URI" \
	"/URI(http://tracker.example/)>>>>]/AA<</O<</S/JavaScript/JS(spy)>>>>"

static void
nothing_that_acts_is_in_the_made_pdf(void **state)
{
	static const char *const never[] = {"JavaScript", "/JS", "Launch",
	    "evil", "EmbeddedFile", "virus", "AcroForm", "secretform", "URI",
	    "tracker", "spy", "/AA", "OpenAction", "Annot", "Metadata", "/Info",
	    "Author", "Sami"};
	struct room r;

	(void)state;
	room_open(&r);
	pdf_of(&r.file, 1, EVIL, LINKED, S(HELLO));
	buf_printf(&r.file, "trailer\n<</Root 1 0 R/Info<</Author(Sami)>>>>\n");
	assert_int_equal(take(&r), DOCUMENT_OK);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (has(&r.pdf, never[i]))
			fail_msg("%s is in the made PDF", never[i]);
	room_close(&r);
}

static enum document_verdict
verdict_of(void (*make)(struct buf *))
{
	enum document_verdict v;
	struct room r;

	room_open(&r);
	make(&r.file);
	v = take(&r);
	assert_int_equal(r.said.n, 0);
	assert_int_equal(r.said.pdf_bytes, 0);
	room_close(&r);
	return v;
}

static void
nonsense(struct buf *b)
{
	buf_printf(b, "%%PDF-1.7\n");
	for (int i = 0; i < 4000; i++)
		buf_byte(b, (char)(i * 37 % 251));
}

static void
many_pages(struct buf *b)
{
	pdf_of(b, DOCUMENT_PAGES_MAX + 1, "", "", S(HELLO));
}

/* One page that says to be a million of them. */
static void
million_of_pages(struct buf *b)
{
	buf_printf(b, "%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
		      "2 0 obj<</Type/Pages/Count 1000000/Kids[2 0 R]>>endobj\n"
		      "trailer<</Root 1 0 R>>\n");
}

static void
no_page(struct buf *b)
{
	buf_printf(b, "%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
		      "2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
		      "trailer<</Root 1 0 R>>\n");
}

/* Under a user's password that nobody here knows. */
static void
locked(struct buf *b)
{
	pdf_of(b, 1, "", "", S(HELLO));
	buf_printf(b,
	    "trailer\n<</Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard"
	    "/V 1/R 2/P -4/O<%s>/U<%s>>>>>\n",
	    "0102030405060708090a0b0c0d0e0f10"
	    "1112131415161718191a1b1c1d1e1f20",
	    "2122232425262728292a2b2c2d2e2f30"
	    "3132333435363738393a3b3c3d3e3f40");
}

static void
what_cannot_be_taken_has_a_word_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(verdict_of(nonsense), DOCUMENT_DAMAGED);
	assert_int_equal(verdict_of(many_pages), DOCUMENT_TOO_MANY);
	assert_int_equal(verdict_of(million_of_pages), DOCUMENT_TOO_MANY);
	assert_int_equal(verdict_of(no_page), DOCUMENT_EMPTY);
	assert_int_equal(verdict_of(locked), DOCUMENT_LOCKED);
}

static void
a_page_of_any_size_becomes_a_picture_that_fits(void **state)
{
	static const char *const boxes[] = {"/MediaBox[0 0 99999 99999]",
	    "/MediaBox[0 0 99999 2]", "/MediaBox[0 0 1 1]",
	    "/MediaBox[0 0 0 0]", "/MediaBox[5 5 -1e30 1e30]", "/MediaBox[(a)]",
	    "/UserUnit 1e9", "/Rotate 90"};

	(void)state;
	for (size_t i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++) {
		struct room r;

		room_open(&r);
		pdf_of(&r.file, 1, "", boxes[i], S(HELLO));
		assert_int_equal(take(&r), DOCUMENT_OK);
		room_close(&r);
	}
}

/* A form that draws itself twice in a form that draws itself twice …: 2 to the
 * power of 40 strokes. */
static void
bomb(struct buf *b)
{
	pdf_of(b, 1, "", "/Resources<</XObject<</A 500 0 R>>>>", S("/A Do"));
	for (unsigned i = 0; i < 40; i++)
		buf_printf(b,
		    "%u 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 600 900]"
		    "/Resources<</XObject<</A %u 0 R>>>>/Length 12>>\nstream\n"
		    "/A Do /A Do \nendstream\nendobj\n",
		    500 + i, 501 + i);
	buf_printf(b,
	    "540 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 600 900]"
	    "/Length 20>>\nstream\n0 0 100 100 re f    \nendstream\nendobj\n"
	    "trailer\n<</Root 1 0 R>>\n");
}

static void
tick(int signal)
{
	(void)signal;
	if (!folio_tick())
		_exit(3);
}

static void
a_page_that_does_not_end_is_ended(void **state)
{
	const struct itimerval every = {{0, 250000}, {0, 250000}}, none = {0};

	(void)state;
	assert_true(signal(SIGPROF, tick) != SIG_ERR);
	assert_int_equal(setitimer(ITIMER_PROF, &every, NULL), 0);
	assert_int_equal(verdict_of(bomb), DOCUMENT_TOO_HEAVY);
	assert_int_equal(setitimer(ITIMER_PROF, &none, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		each_page_is_a_picture_and_its_text_stands_beside_it),
	    cmocka_unit_test(the_text_of_the_made_pdf_is_that_of_the_original),
	    cmocka_unit_test(nothing_that_acts_is_in_the_made_pdf),
	    cmocka_unit_test(what_cannot_be_taken_has_a_word_of_its_own),
	    cmocka_unit_test(a_page_of_any_size_becomes_a_picture_that_fits),
	    cmocka_unit_test(a_page_that_does_not_end_is_ended),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
