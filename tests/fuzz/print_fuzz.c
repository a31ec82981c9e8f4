/* A document as the printer gets it, and what a worker reads of the answer. */
#include "print/print.h"

/* Pango looks for fonts in a thread of its own, which is still there at the
 * end, with what it found. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
read_back(str whole)
{
	struct print_hole h = {0};
	struct print_pdf pdf;
	struct err e;

	if (!print_pdf_read(whole, &pdf, &e))
		__builtin_trap();
	for (uint32_t i = 0; i < pdf.n_holes; i++)
		if (!print_hole_read(&pdf, &h, &e))
			__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *s, size_t n)
{
	CLEANUP(buf_done) struct buf out = BUF_MAX(PRINT_PDF_MAX);
	struct print_hole h = {0};
	struct print_pdf pdf;
	struct err e;

	if (print_pdf_read((str){(const char *)s, n}, &pdf, &e))
		(void)!print_hole_read(&pdf, &h, &e);
	if (n < 4096 && print_make((str){(const char *)s, n}, &out, &e))
		read_back(buf_view(&out));
	return 0;
}
