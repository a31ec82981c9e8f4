/* A document with a JPEG in it as often as is asked, as a PDF on the standard
 * output: make JPEG WIDTH HEIGHT TIMES. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/num.h"
#include "print/print.h"

/* Pango looks for fonts in a thread of its own, which is still there at the
 * end, with what it found. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

#define TEXT_MAX ((size_t)1 << 26)

struct jpeg {
	char *p;
	struct print_block block;
};

static void
need(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "%s\n", what);
	exit(1);
}

static uint32_t
number(const char *s)
{
	int64_t n = 0;

	need(num_i64(str_c(s), 1, 100000, &n), "a number");
	return (uint32_t)n;
}

static struct jpeg
jpeg_read(char **arg)
{
	FILE *f = fopen(arg[0], "rb");
	struct stat st;
	struct jpeg j = {0};

	need(f != NULL && fstat(fileno(f), &st) == 0, arg[0]);
	j.p = malloc((size_t)st.st_size);
	need(j.p != NULL &&
		 fread(j.p, 1, (size_t)st.st_size, f) == (size_t)st.st_size,
	    arg[0]);
	(void)fclose(f);
	j.block = (struct print_block){.kind = PRINT_PICTURE,
	    .text = S("12 juillet 2026, 16 h 30 — Été, œuvre, Ελλάδα, Русский, "
		      "العربية, עברית, हिन्दी, ไทย, 中文字, 日本語, 한국어, "
		      "🦆"),
	    .alt = S("Photo : « canards » 🦆"),
	    .width = number(arg[1]),
	    .height = number(arg[2]),
	    .bytes = (uint32_t)st.st_size};
	return j;
}

static void
put_word(struct buf *b, enum print_block_kind kind, str text)
{
	const struct print_block k = {.kind = kind, .text = text};

	print_block_write(b, &k);
}

static void
write_document(struct buf *b, const struct jpeg *j, uint32_t times)
{
	const struct print_head h = {S("fr"), S("Le livre de Zoé"), S("Zoé")};

	print_head_write(b, &h);
	put_word(b, PRINT_TITLE, S("Zoé"));
	put_word(b, PRINT_SUBTITLE, S("2026-2027"));
	put_word(b, PRINT_NOTE, S("Centre de loisirs « Les Tilleuls »"));
	put_word(b, PRINT_PAGE, S(""));
	for (uint32_t i = 0; i < times; i++) {
		if (i % 6 == 0)
			put_word(b, PRINT_HEADING, S("juillet 2026"));
		print_block_write(b, &j->block);
	}
	for (int i = 0; i < 60; i++)
		put_word(b, PRINT_TEXT,
		    S("A paragraph that is long enough to go on on a second "
		      "line of the page, and then some more of it."));
}

static void
send(const struct print_pdf *pdf, struct print_pdf walk, const struct jpeg *j)
{
	struct print_hole h = {0};
	uint64_t at = 0;
	struct err e;

	for (uint32_t i = 0; i < pdf->n_holes; i++) {
		need(print_hole_read(&walk, &h, &e), "a hole");
		(void)fwrite(pdf->text.p + at, 1, (size_t)(h.at - at), stdout);
		(void)fwrite(j->p, 1, j->block.bytes, stdout);
		at = h.at;
	}
	(void)fwrite(pdf->text.p + at, 1, pdf->text.n - at, stdout);
}

int
main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf document = BUF_MAX(TEXT_MAX);
	CLEANUP(buf_done) struct buf out = BUF_MAX(PRINT_PDF_MAX);
	struct print_pdf pdf = {0};
	struct jpeg j;
	struct err e = {0};

	need(argc == 5, "make JPEG WIDTH HEIGHT TIMES");
	j = jpeg_read(argv + 1);
	write_document(&document, &j, number(argv[4]));
	need(print_make(buf_view(&document), &out, &e) &&
		 print_pdf_read(buf_view(&out), &pdf, &e),
	    e.msg);
	send(&pdf, pdf, &j);
	free(j.p);
	return fflush(stdout) == 0 ? 0 : 1;
}
