/* What a document worker says, and what is said to it: taken or refused, and
 * what is taken is written again as it came. */
#include "ipc/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
same(str was, const struct buf *b)
{
	if (!str_eq(was, buf_view(b)))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(DOCUMENT_MESSAGE_MAX);
	str body = {(const char *)p, n};
	static struct document_taken said;
	struct document_progress progress;
	struct document_take take;
	struct err e;

	if (document_taken_read(body, &said, &e)) {
		document_taken_write(&b, &said);
		same(body, &b);
	}
	buf_clear(&b);
	if (document_take_read(body, &take, &e)) {
		document_take_write(&b, &take);
		same(body, &b);
	}
	buf_clear(&b);
	if (document_progress_read(body, &progress, &e)) {
		document_progress_write(&b, &progress);
		same(body, &b);
	}
	return 0;
}
