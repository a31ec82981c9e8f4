/* Addresses, and letters to them: whatever stands in one, every line is short
 * ASCII and ends in CR LF, and no header is there that was not asked for. */
#include "mail/address.h"
#include "mail/letter.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect(bool good)
{
	if (!good)
		__builtin_trap();
}

static void
check_lines(str t)
{
	size_t line = 0, heads = 0;
	bool head = true;

	for (size_t i = 0; i < t.n; i++, line++) {
		expect((unsigned char)t.p[i] < 0x7f && t.p[i] != '\0');
		expect(t.p[i] != '\r' || (i + 1 < t.n && t.p[i + 1] == '\n'));
		if (t.p[i] != '\n')
			continue;
		expect(i > 0 && t.p[i - 1] == '\r');
		head &= line > 1;
		heads += head && i + 1 < t.n && t.p[i + 1] != ' ' &&
			 t.p[i + 1] != '\r';
		line = (size_t)-1;
	}
	expect(heads == 9); /* the first one's line has no end before it */
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	str rest = {(const char *)p, n}, to, subject;
	struct mail_letter l;
	struct err e;

	(void)str_cut(&rest, '\n', &to);
	if (mail_address_fine(to))
		expect(to.n <= MAIL_ADDRESS_MAX && memchr(to.p, '@', to.n) &&
		       mail_address_domain(to).n > 0);
	(void)str_cut(&rest, '\n', &subject);
	l = (struct mail_letter){.from = S("a@b.fr"),
	    .from_name = subject,
	    .to = to,
	    .subject = subject,
	    .body = rest,
	    .id = S("x1"),
	    .stop_url = S(""),
	    .lang = S("fr"),
	    .date = (int64_t)n * 86400};
	if (!mail_letter_write(&b, &l, &e)) {
		expect(b.n == 0);
		return 0;
	}
	expect(mail_address_fine(to));
	check_lines(buf_view(&b));
	return 0;
}
