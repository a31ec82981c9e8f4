/* What an antivirus says: whatever it is, there is a verdict that can be said,
 * and what a scan worker says of it is taken or refused. */
#include "scan/clamd.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(SCAN_MESSAGE_MAX);
	str s = {(const char *)p, n};
	struct scan_said said = {.id = 1}, again;
	struct scan_ask ask;
	struct err e;

	clamd_answer(s, &said);
	scan_said_write(&b, &said);
	if (!scan_said_read(buf_view(&b), &again, &e) ||
	    again.verdict != said.verdict)
		__builtin_trap();
	(void)!scan_said_read(s, &again, &e);
	(void)!scan_ask_read(s, &ask, &e);
	return 0;
}
