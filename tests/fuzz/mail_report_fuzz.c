/* What comes back by e-mail: whatever it is, what is read of it is one of the
 * known words, three numbers, and an address that a letter may be sent to. */
#include "mail/address.h"
#include "mail/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect(bool good)
{
	if (!good)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str letter = {(const char *)p, n}, to;
	struct mail_report r = mail_report_read(letter);

	expect(r.action <= MAIL_REPORT_OTHER);
	expect(r.class <= 999 && r.subject <= 999 && r.detail <= 999);
	expect(r.action != MAIL_REPORT_NONE || r.class == 0);
	expect(!mail_report_no_address(&r) || r.action == MAIL_REPORT_FAILED);
	to = mail_report_to(letter);
	expect(to.n == 0 || (mail_address_fine(to) && to.p >= letter.p &&
				to.p + to.n <= letter.p + letter.n));
	return 0;
}
