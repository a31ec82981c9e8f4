#include "pdfs.h"

/* Without a table of objects: whoever reads it finds them, as for many a file
 * of the world. */
void
pdf_of(struct buf *to, unsigned pages, const char *more, const char *page,
    str content)
{
	buf_printf(to,
	    "%%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R %s>>\nendobj\n"
	    "2 0 obj\n<</Type/Pages/Count %u/Kids[",
	    more, pages);
	for (unsigned i = 0; i < pages; i++)
		buf_printf(to, "%u 0 R ", 10 + i);
	buf_printf(to,
	    "]>>\nendobj\n3 0 obj\n<</Type/Font/Subtype/Type1/BaseFont"
	    "/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n"
	    "4 0 obj\n<</Length %zu>>\nstream\n",
	    content.n);
	buf_str(to, content);
	buf_printf(to, "\nendstream\nendobj\n");
	for (unsigned i = 0; i < pages; i++)
		buf_printf(to,
		    "%u 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
		    "/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>> %s>>\n"
		    "endobj\n",
		    10 + i, page);
	buf_printf(to, "trailer\n<</Root 1 0 R>>\n%%%%EOF\n");
}
