#include "life/ical.h"

#include "base/zone.h"

#define FOLD 75 /* octets of a line, without its end */

/* Where a line that is too long may go on: before the first byte of a letter.
 */
static size_t
fold_at(str line, size_t most)
{
	size_t n = most;

	while (n > 0 && ((uint8_t)line.p[n] & 0xc0) == 0x80)
		n--;
	return n > 0 ? n : most;
}

static void
put_line(struct buf *b, str line)
{
	size_t room = FOLD;

	while (line.n > room) {
		size_t n = fold_at(line, room);

		buf_put(b, line.p, n);
		buf_put(b, "\r\n ", 3);
		line = str_sub(line, n, line.n - n);
		room = FOLD - 1; /* the blank counts */
	}
	buf_str(b, line);
	buf_put(b, "\r\n", 2);
}

static void
put_escaped(struct buf *b, str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\n') {
			buf_put(b, "\\n", 2);
			continue;
		}
		if ((uint8_t)c < ' ' || c == 0x7f)
			continue;
		if (c == '\\' || c == ';' || c == ',')
			buf_byte(b, '\\');
		buf_byte(b, c);
	}
}

static void
put_text(struct buf *b, const char *name, str text)
{
	CLEANUP(buf_done) struct buf line = BUF_MAX(65536);

	if (text.n == 0)
		return;
	buf_printf(&line, "%s:", name);
	put_escaped(&line, text);
	put_line(b, buf_view(&line));
}

static void
put_day(struct buf *b, const char *name, int64_t day)
{
	struct civil c = day_to_civil(day);

	buf_printf(
	    b, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, c.year, c.month, c.day);
}

static void
put_time(struct buf *b, const char *name, int64_t at)
{
	struct civil c = zone_local(NULL, at);

	buf_printf(b, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
}

void
ical_begin(struct buf *b, str name)
{
	buf_printf(b,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	    "PRODID:-//Preau//Calendar//FR\r\nCALSCALE:GREGORIAN\r\n");
	put_text(b, "NAME", name);
	put_text(b, "X-WR-CALNAME", name);
	buf_printf(b, "REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n"
		      "X-PUBLISHED-TTL:PT4H\r\n");
}

static void
put_when(struct buf *b, const struct ical_event *ev)
{
	if (ev->at != 0) {
		put_time(b, "DTSTART", ev->at);
		/* None is a moment; equal ends are not allowed. */
		if (ev->until_at > ev->at)
			put_time(b, "DTEND", ev->until_at);
		return;
	}
	put_day(b, "DTSTART", ev->from_on);
	put_day(b, "DTEND", ev->until_on + 1);
}

void
ical_add(struct buf *b, const struct ical_event *ev)
{
	buf_printf(b, "BEGIN:VEVENT\r\n");
	put_text(b, "UID", ev->uid);
	put_time(b, "DTSTAMP", ev->changed_at);
	put_time(b, "LAST-MODIFIED", ev->changed_at);
	buf_printf(b, "SEQUENCE:%d\r\n", (int)ev->changes);
	put_when(b, ev);
	put_text(b, "SUMMARY", ev->summary);
	if (!ev->gone) {
		put_text(b, "DESCRIPTION", ev->description);
		put_text(b, "LOCATION", ev->place);
	}
	buf_printf(b, "STATUS:%s\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n",
	    ev->gone ? "CANCELLED" : "CONFIRMED");
}

void
ical_end(struct buf *b)
{
	buf_printf(b, "END:VCALENDAR\r\n");
}
