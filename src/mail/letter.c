#include "mail/letter.h"

#include <sodium.h>

#include "base/utf8.h"
#include "base/zone.h"
#include "mail/address.h"

#define WORD_BYTES 42 /* of text in one encoded word: 56 letters of base64 */
#define COLUMNS 75    /* and the soft break */

/* ---- what may stand in a header ---- */

static bool
one_line(str s, size_t max)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n <= max && utf8_valid(s);
}

static bool
is_id(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') &&
		    (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	return s.n > 0 && s.n <= 64;
}

static bool
is_url(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '<' ||
		    s.p[i] == '>')
			return false;
	return s.n <= 400;
}

static bool
check(const struct mail_letter *l, struct err *e)
{
	if (!mail_address_fine(l->from) || !mail_address_fine(l->to))
		return err_set(e, ERR_INPUT, "letter: not an address");
	if (!one_line(l->from_name, MAIL_SUBJECT_MAX) ||
	    !one_line(l->subject, MAIL_SUBJECT_MAX) || l->subject.n == 0)
		return err_set(e, ERR_INPUT, "letter: not one line");
	if (!is_id(l->id) || !is_url(l->stop_url) || l->lang.n != 2 ||
	    !is_id(l->lang) || !utf8_valid(l->body))
		return err_set(e, ERR_INPUT, "letter: malformed");
	return true;
}

/* ---- headers ---- */

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* One encoded word: as much of *s as fits, no character in two. */
static void
put_word(struct buf *b, str *s)
{
	char text[sodium_base64_ENCODED_LEN(
	    WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	size_t n = s->n < WORD_BYTES ? s->n : WORD_BYTES;

	while (n < s->n && n > 0 && is_tail(s->p[n]))
		n--;
	(void)sodium_bin2base64(text, sizeof(text), (const unsigned char *)s->p,
	    n, sodium_base64_VARIANT_ORIGINAL);
	buf_printf(b, "=?UTF-8?B?%s?=", text);
	*s = str_sub(*s, n, s->n);
}

static void
put_text(struct buf *b, str s)
{
	while (s.n > 0) {
		put_word(b, &s);
		if (s.n > 0)
			buf_str(b, S("\r\n "));
	}
}

static void
put_date(struct buf *b, int64_t at)
{
	static const char *const days[] = {
	    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = zone_local(NULL, at);

	buf_printf(b, "Date: %s, %02u %s %04d %02u:%02u:%02u +0000\r\n",
	    days[day_of_week(day_of(NULL, at))], c.day, months[c.month - 1],
	    c.year, c.hour, c.minute, c.second);
}

static void
put_stop(struct buf *b, str url)
{
	if (url.n == 0)
		return;
	buf_printf(b,
	    "List-Unsubscribe: <" STR_FMT ">\r\n"
	    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
	    STR_ARG(url));
}

static void
put_head(struct buf *b, const struct mail_letter *l)
{
	put_date(b, l->date);
	buf_str(b, S("From: "));
	put_text(b, l->from_name);
	buf_printf(b,
	    l->from_name.n > 0 ? "\r\n <" STR_FMT ">\r\n" : "<" STR_FMT ">\r\n",
	    STR_ARG(l->from));
	buf_printf(b, "To: <" STR_FMT ">\r\nSubject: ", STR_ARG(l->to));
	put_text(b, l->subject);
	buf_printf(b, "\r\nMessage-ID:\r\n <" STR_FMT "@" STR_FMT ">\r\n",
	    STR_ARG(l->id), STR_ARG(mail_address_domain(l->from)));
	put_stop(b, l->stop_url);
	if (l->urgent)
		buf_str(b, S("Importance: high\r\n"));
	buf_printf(b,
	    "Auto-Submitted: auto-generated\r\n"
	    "Content-Language: " STR_FMT "\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=UTF-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
	    STR_ARG(l->lang));
}

/* ---- body ---- */

/* What stands for the byte; a blank before the end of a line would be lost. */
static size_t
quote(unsigned char c, bool ends, char ret[4])
{
	static const char hex[] = "0123456789ABCDEF";

	if ((c > ' ' && c <= '~' && c != '=') ||
	    ((c == ' ' || c == '\t') && !ends)) {
		ret[0] = (char)c;
		return 1;
	}
	ret[0] = '=';
	ret[1] = hex[c >> 4];
	ret[2] = hex[c & 15];
	return 3;
}

static void
put_line(struct buf *b, str line)
{
	size_t at = 0;
	char q[4];

	for (size_t i = 0; i < line.n; i++) {
		size_t n = quote((unsigned char)line.p[i], i + 1 == line.n, q);

		if (at + n > COLUMNS) {
			buf_str(b, S("=\r\n"));
			at = 0;
		}
		buf_put(b, q, n);
		at += n;
	}
	buf_str(b, S("\r\n"));
}

bool
mail_letter_write(struct buf *ret, const struct mail_letter *l, struct err *e)
{
	struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	str rest = l->body, line;
	bool more = true, fits;

	if (!check(l, e))
		return false;
	put_head(&b, l);
	while (more) {
		more = str_cut(&rest, '\n', &line);
		if (more || line.n > 0)
			put_line(&b, line);
	}
	fits = !b.full;
	if (fits)
		buf_str(ret, buf_view(&b));
	buf_done(&b);
	return (fits && !ret->full) ||
	       err_set(e, ERR_LIMIT, "letter: too long");
}
