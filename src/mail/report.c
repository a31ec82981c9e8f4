#include "mail/report.h"

#include <strings.h>

#include "base/num.h"
#include "mail/address.h"

#define BOUNDARY_MAX 70

/* ---- lines and fields ---- */

static bool
next_line(str *io, str *ret)
{
	if (io->n == 0)
		return false;
	(void)str_cut(io, '\n', ret);
	if (ret->n > 0 && ret->p[ret->n - 1] == '\r')
		ret->n--;
	return true;
}

static bool
same(str a, str b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

static bool
starts(str s, str head)
{
	return s.n >= head.n && same(str_sub(s, 0, head.n), head);
}

/* Of a head, until the empty line behind it: a field with all its lines. */
static bool
next_field(str *io, str *ret_name, str *ret_value)
{
	str line, rest;

	if (!next_line(io, &line) || line.n == 0 ||
	    !str_cut(&line, ':', ret_name))
		return false;
	rest = line;
	while (io->n > 0 && (io->p[0] == ' ' || io->p[0] == '\t')) {
		str more;

		(void)next_line(io, &more);
		rest = (str){rest.p, (size_t)(more.p + more.n - rest.p)};
	}
	*ret_value = str_trim(rest);
	return true;
}

/* The first of that name in the head that begins there. */
static str
field_of(str head, str name)
{
	str is, value;

	while (next_field(&head, &is, &value))
		if (same(is, name))
			return value;
	return (str){0};
}

static void
skip_head(str *io)
{
	str line;

	while (next_line(io, &line) && line.n > 0)
		;
}

/* ;name=value or ;name="value" of a content type. */
static str
parameter(str type, str name)
{
	str part, is;
	bool more = str_cut(&type, ';', &part);

	while (more) {
		more = str_cut(&type, ';', &part);
		part = str_trim(part);
		if (!str_cut(&part, '=', &is) || !same(str_trim(is), name))
			continue;
		part = str_trim(part);
		if (part.n >= 2 && part.p[0] == '"' &&
		    part.p[part.n - 1] == '"')
			return str_sub(part, 1, part.n - 2);
		return part;
	}
	return (str){0};
}

/* ---- the part ---- */

static bool
is_boundary(str line, str boundary)
{
	return str_starts(line, S("--")) &&
	       str_starts(str_sub(line, 2, line.n), boundary);
}

/* What stands in the part: from behind its head to the next boundary. */
static bool
find_status(str body, str boundary, str *ret)
{
	str line, head;

	while (next_line(&body, &line)) {
		if (!is_boundary(line, boundary))
			continue;
		head = body;
		if (!starts(field_of(head, S("Content-Type")),
			S("message/delivery-status")))
			continue;
		skip_head(&body);
		*ret = body;
		return true;
	}
	return false;
}

static bool
read_status(str s, struct mail_report *io)
{
	int64_t n[3];
	bool more = true;
	str one;

	(void)str_cut(&s, ' ', &one); /* a comment may follow */
	s = one;
	for (size_t i = 0; i < 3; i++) {
		if (!more)
			return false;
		more = str_cut(&s, '.', &one);
		if (!num_i64(one, 0, 999, &n[i]))
			return false;
	}
	io->class = (uint16_t)n[0];
	io->subject = (uint16_t)n[1];
	io->detail = (uint16_t)n[2];
	return !more;
}

static enum mail_action
action_of(str s)
{
	static const struct {
		const char *word;
		enum mail_action is;
	} words[] = {
	    {"failed", MAIL_REPORT_FAILED},
	    {"delayed", MAIL_REPORT_DELAYED},
	    {"delivered", MAIL_REPORT_OTHER},
	    {"relayed", MAIL_REPORT_OTHER},
	    {"expanded", MAIL_REPORT_OTHER},
	};
	str word;

	(void)str_cut(&s, ' ', &word);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (same(word, str_c(words[i].word)))
			return words[i].is;
	return MAIL_REPORT_NONE;
}

/* The first recipient that it says something of: our letters have one. */
static void
read_fields(str part, str boundary, struct mail_report *io)
{
	while (part.n > 0 && io->action == MAIL_REPORT_NONE) {
		str name, value, status = {0};

		if (is_boundary(part, boundary))
			return;
		while (next_field(&part, &name, &value)) {
			if (same(name, S("Action")))
				io->action = action_of(value);
			else if (same(name, S("Status")))
				status = value;
		}
		if (io->action != MAIL_REPORT_NONE && status.n > 0 &&
		    !read_status(status, io))
			*io = (struct mail_report){.action = io->action};
	}
}

struct mail_report
mail_report_read(str letter)
{
	struct mail_report ret = {.action = MAIL_REPORT_NONE};
	str type, boundary, part;

	letter = str_sub(letter, 0, MAIL_REPORT_MAX);
	type = field_of(letter, S("Content-Type"));
	boundary = parameter(type, S("boundary"));
	if (!starts(type, S("multipart/report")) ||
	    !same(parameter(type, S("report-type")), S("delivery-status")) ||
	    boundary.n == 0 || boundary.n > BOUNDARY_MAX)
		return ret;
	skip_head(&letter);
	if (find_status(letter, boundary, &part))
		read_fields(part, boundary, &ret);
	return ret;
}

bool
mail_report_no_address(const struct mail_report *r)
{
	if (r->action != MAIL_REPORT_FAILED || r->class != 5)
		return false;
	/* No such mailbox or domain, moved, no mail there; closed. */
	return (r->subject == 1 &&
		   (r->detail <= 3 || r->detail == 6 || r->detail == 10)) ||
	       (r->subject == 2 && r->detail == 1);
}

str
mail_report_to(str letter)
{
	str to = field_of(str_sub(letter, 0, MAIL_REPORT_MAX), S("To"));
	str name, is;

	if (str_cut(&to, '<', &name))
		(void)str_cut(&to, '>', &is);
	else
		is = name;
	is = str_trim(is);
	return mail_address_fine(is) ? is : (str){0};
}
