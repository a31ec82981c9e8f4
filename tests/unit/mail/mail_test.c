/* What a letter is made of, and what cannot get into one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "mail/address.h"
#include "mail/letter.h"
#include "mail/report.h"

static const char *const fine[] = {"a@b.fr", "nadia.petit+ecole@exemple.fr",
    "o'brien@mail.example.org", "x_1-2@xn--prau-bpa.example",
    "A.B@EXAMPLE.ORG"};

static const char *const bad[] = {"", "a", "@", "a@", "@b.fr", "a@b", "a@@b.fr",
    "a b@c.fr", "a@b..fr", ".a@b.fr", "a.@b.fr", "a..b@c.fr", "a@-b.fr",
    "a@b-.fr", "a@[127.0.0.1]", "\"a\"@b.fr", "<a@b.fr>", "a@b.fr>",
    "a@b.fr\r\nBcc: c@d.fr", "a\r\nRCPT TO:<c@d.fr>@b.fr", "a@b.fr\n",
    "été@b.fr", "a@b.été", "a,c@b.fr", "a@b.fr,c@d.fr", "a@b.fr.", "a:c@b.fr",
    "a;c@b.fr", "a(c)@b.fr", "a\\@b.fr"};

static void
an_address_is_plain_or_it_is_none(void **state)
{
	char local[80], domain[300];

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(*fine); i++)
		assert_true(mail_address_fine(str_c(fine[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (mail_address_fine(str_c(bad[i])))
			fail_msg("%s is an address", bad[i]);
	assert_false(mail_address_fine((str){"a@b.f\0r", 7}));
	memset(local, 'a', 64);
	(void)snprintf(local + 64, sizeof(local) - 64, "@b.fr");
	assert_true(mail_address_fine(str_c(local)));
	memset(local, 'a', 65);
	(void)snprintf(local + 65, sizeof(local) - 65, "@b.fr");
	assert_false(mail_address_fine(str_c(local)));
	(void)snprintf(domain, sizeof(domain), "a@");
	for (size_t i = 0; i < 64; i++)
		(void)snprintf(
		    domain + 2 + i * 4, sizeof(domain) - 2 - i * 4, "abc.");
	(void)snprintf(domain + 258, sizeof(domain) - 258, "fr");
	assert_false(mail_address_fine(str_c(domain)));
}

static struct mail_letter
letter(void)
{
	return (struct mail_letter){.from = S("preau@ecole.example"),
	    .from_name = S("École des Tilleuls"),
	    .to = S("nadia@exemple.fr"),
	    .subject = S("Du nouveau"),
	    .body = S("Bonjour,\n\nVoilà.\n"),
	    .id = S("abc123"),
	    .stop_url = S("https://ecole.example/told/stop/1/x"),
	    .lang = S("fr"),
	    .date = 1795939200};
}

static str
written(struct buf *b, const struct mail_letter *l)
{
	struct err e;

	buf_clear(b);
	if (!mail_letter_write(b, l, &e))
		fail_msg("%s", e.msg);
	return buf_view(b);
}

static bool
has(str text, const char *what)
{
	return memmem(text.p, text.n, what, strlen(what)) != NULL;
}

static void
a_letter_says_what_it_is(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	struct mail_letter l = letter();
	str t;

	(void)state;
	t = written(&b, &l);
	assert_true(
	    str_starts(t, S("Date: Sun, 29 Nov 2026 08:00:00 +0000\r\n")));
	assert_true(has(t, "To: <nadia@exemple.fr>\r\n"));
	assert_true(has(t, "\r\n <preau@ecole.example>\r\n"));
	assert_true(has(t, "Subject: =?UTF-8?B?RHUgbm91dmVhdQ==?=\r\n"));
	assert_true(has(t, "Message-ID:\r\n <abc123@ecole.example>\r\n"));
	assert_true(has(t, "List-Unsubscribe: "
			   "<https://ecole.example/told/stop/1/x>\r\n"));
	assert_true(
	    has(t, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
	assert_true(has(t, "Auto-Submitted: auto-generated\r\n"));
	assert_true(has(t, "Content-Language: fr\r\n"));
	assert_true(str_ends(t, S("\r\n\r\nBonjour,\r\n\r\nVoil=C3=A0.\r\n")));
	l.stop_url = S("");
	assert_false(has(written(&b, &l), "List-Unsubscribe"));
}

static void
every_line_is_short_ascii_and_ends_in_both(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	CLEANUP(buf_done) struct buf body = BUF_MAX(8192);
	struct mail_letter l = letter();
	size_t line = 0;
	str t;

	(void)state;
	for (int i = 0; i < 300; i++)
		buf_str(&body, S("é=a \t"));
	buf_str(&body, S("\nends in a blank \n\n.\n"));
	l.body = buf_view(&body);
	l.subject = S("Où êtes-vous allés pendant l’été, et avec qui ? Une "
		      "très longue question à laquelle répondre");
	t = written(&b, &l);
	for (size_t i = 0; i < t.n; i++, line++) {
		assert_true((unsigned char)t.p[i] < 0x7f);
		if (t.p[i] == '\n')
			assert_true(i > 0 && t.p[i - 1] == '\r');
		if (t.p[i] == '\r')
			assert_true(i + 1 < t.n && t.p[i + 1] == '\n');
		if (t.p[i] == '\n') {
			assert_true(line <= 78);
			line = (size_t)-1;
		}
	}
	assert_true(has(t, "\r\nends in a blank=20\r\n"));
	assert_true(has(t, "\r\n.\r\n"));
}

static void
nothing_begins_another_header(void **state)
{
	static const str evil[] = {{"a\r\nBcc: c@d.fr", 14}, {"a\nb", 3},
	    {"a\rb", 3}, {"a\0b", 3}, {"a\x7f", 2}, {"\xff", 1}};
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(evil) / sizeof(*evil); i++) {
		str *field[7];
		struct mail_letter l;

		for (size_t k = 0; k < 7; k++) {
			l = letter();
			field[0] = &l.from;
			field[1] = &l.to;
			field[2] = &l.from_name;
			field[3] = &l.subject;
			field[4] = &l.id;
			field[5] = &l.stop_url;
			field[6] = &l.lang;
			*field[k] = evil[i];
			assert_false(mail_letter_write(&b, &l, &e));
			assert_int_equal(e.kind, ERR_INPUT);
			assert_int_equal(b.n, 0);
		}
	}
}

static void
a_letter_without_end_is_refused(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(2 * MAIL_LETTER_MAX);
	static char much[MAIL_LETTER_MAX];
	struct mail_letter l = letter();
	struct err e;

	(void)state;
	memset(much, 'a', sizeof(much));
	l.body = (str){much, sizeof(much)};
	assert_false(mail_letter_write(&b, &l, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(b.n, 0);
}

/* ---- what comes back ---- */

#define HEAD                                                    \
	"From: MAILER-DAEMON@mail.test\r\n"                     \
	"To: <retours+12-0011223344556677@ecole.test>\r\n"      \
	"Content-Type: multipart/report;\r\n"                   \
	"\treport-type=delivery-status; boundary=\"=_x=1\"\r\n" \
	"\r\n"
#define PART(fields)                                    \
	"--=_x=1\r\nContent-Type: text/plain\r\n\r\n"   \
	"Action: delivered\r\n\r\n"                     \
	"--=_x=1\r\n"                                   \
	"Content-Type: message/delivery-status\r\n\r\n" \
	"Reporting-MTA: dns; mail.test\r\n\r\n" fields "\r\n--=_x=1--\r\n"

static struct mail_report
came(const char *letter)
{
	return mail_report_read(str_c(letter));
}

static void
a_report_is_read_as_far_as_it_is_one(void **state)
{
	static const char away[] =
	    "To: <retours+12-0011223344556677@ecole.test>\n"
	    "Content-Type: text/plain\n\nAction: failed\nStatus: 5.1.1\n";
	struct mail_report r =
	    came(HEAD PART("Final-Recipient: rfc822; a@b.fr"
			   "\r\nAction: failed\r\n"
			   "Status: 5.1.1 (no such box)\r\n"));

	(void)state;
	assert_int_equal(r.action, MAIL_REPORT_FAILED);
	assert_true(r.class == 5 && r.subject == 1 && r.detail == 1);
	assert_true(mail_report_no_address(&r));
	r = came(HEAD PART("STATUS: 5.2.2\r\naction:\r\n FAILED\r\n"));
	assert_int_equal(r.action, MAIL_REPORT_FAILED);
	assert_false(mail_report_no_address(&r)); /* a full box is one */
	r = came(HEAD PART("Action: failed\r\nStatus: 4.4.7\r\n"));
	assert_int_equal(r.action, MAIL_REPORT_FAILED);
	assert_false(mail_report_no_address(&r));
	r = came(HEAD PART("Action: failed\r\nStatus: 5.1.1.1\r\n"));
	assert_true(r.action == MAIL_REPORT_FAILED && r.class == 0);
	r = came(HEAD PART("Action: delayed\r\nStatus: 4.1.1\r\n"));
	assert_int_equal(r.action, MAIL_REPORT_DELAYED);
	r = came(HEAD PART("Action: destroyed\r\nStatus: 5.1.1\r\n"));
	assert_int_equal(r.action, MAIL_REPORT_NONE);
	assert_int_equal(came(away).action, MAIL_REPORT_NONE);
	assert_int_equal(came(HEAD).action, MAIL_REPORT_NONE);
	assert_int_equal(came("").action, MAIL_REPORT_NONE);
}

static void
whom_a_report_is_to_is_one_plain_address(void **state)
{
	static const struct {
		const char *letter, *to;
	} t[] = {
	    {HEAD, "retours+12-0011223344556677@ecole.test"},
	    {"to: a@b.fr\n", "a@b.fr"},
	    {"Subject: x\nTo: =?utf-8?q?x?=\n <a@b.fr>\n\n", "a@b.fr"},
	    {"To: <a@b.fr\n", "a@b.fr"},
	    {"To: a@b.fr, c@d.fr\n", ""},
	    {"Subject: x\n\nTo: a@b.fr\n", ""},
	    {"To: undisclosed-recipients:;\n", ""},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++)
		if (!str_eq(mail_report_to(str_c(t[i].letter)), str_c(t[i].to)))
			fail_msg("%zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_report_is_read_as_far_as_it_is_one),
	    cmocka_unit_test(whom_a_report_is_to_is_one_plain_address),
	    cmocka_unit_test(an_address_is_plain_or_it_is_none),
	    cmocka_unit_test(a_letter_says_what_it_is),
	    cmocka_unit_test(every_line_is_short_ascii_and_ends_in_both),
	    cmocka_unit_test(nothing_begins_another_header),
	    cmocka_unit_test(a_letter_without_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
