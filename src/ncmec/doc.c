#include "ncmec/doc.h"

#include <assert.h>

#include "base/num.h"
#include "base/utf8.h"
#include "base/zone.h"

#define DAY_S 86400

/* ---- putting together ---- */

struct ncmec_doc
ncmec_begin(struct arena *a, const struct ncmec_field *is)
{
	struct ncmec_doc d = {.arena = a, .root = NEW(a, struct ncmec_node)};

	d.full = d.root == NULL;
	if (!d.full)
		d.root->is = is;
	return d;
}

struct ncmec_node *
ncmec_put(
    struct ncmec_doc *d, struct ncmec_node *in, const char *name, str text)
{
	const struct ncmec_field *is;
	struct ncmec_node *n;

	if (in == NULL || (n = NEW(d->arena, struct ncmec_node)) == NULL) {
		d->full = true;
		return NULL;
	}
	is = ncmec_field_of(in->is, name);
	assert(is != NULL);
	*n = (struct ncmec_node){.is = is, .text = text};
	if (in->last != NULL)
		in->last->next = n;
	else
		in->first = n;
	in->last = n;
	return n;
}

/* ---- times ---- */

static bool
two(str s, size_t at, int64_t max, int64_t *ret)
{
	return num_i64(str_sub(s, at, 2), 0, max, ret) && s.p[at] != '-';
}

/* "Z", "+01:00" */
static bool
zone_read(str s, int64_t *ret_s)
{
	int64_t h, m;

	if (str_eq(s, S("Z"))) {
		*ret_s = 0;
		return true;
	}
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' ||
	    !two(s, 1, 14, &h) || !two(s, 4, 59, &m))
		return false;
	*ret_s = (h * 3600 + m * 60) * (s.p[0] == '-' ? -1 : 1);
	return true;
}

bool
ncmec_time_read(str s, int64_t *ret)
{
	int64_t day, h, m, sec, zone;
	size_t end = 19;

	if (s.n < 20 || !day_parse(str_sub(s, 0, 10), &day) || s.p[10] != 'T' ||
	    s.p[13] != ':' || s.p[16] != ':' || !two(s, 11, 23, &h) ||
	    !two(s, 14, 59, &m) || !two(s, 17, 59, &sec))
		return false;
	if (s.p[end] == '.') {
		end++;
		while (end < s.n && s.p[end] >= '0' && s.p[end] <= '9')
			end++;
		if (end == 20)
			return false;
	}
	if (!zone_read(str_sub(s, end, s.n), &zone))
		return false;
	*ret = day * DAY_S + h * 3600 + m * 60 + sec - zone;
	return true;
}

str
ncmec_time(struct arena *a, int64_t at)
{
	struct civil c = zone_local(NULL, at);

	return arena_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
}

/* ---- the rules of one element ---- */

/* What XML 1.0 can carry. */
static bool
can_stand(str s)
{
	if (!utf8_valid(s))
		return false;
	while (s.n > 0) {
		uint32_t c = utf8_next(&s);

		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
		    c == 0xfffe || c == 0xffff)
			return false;
	}
	return true;
}

static enum ncmec_why
text_why(const struct ncmec_field *f, str s)
{
	size_t n = utf8_length(s);

	if (str_trim(s).n == 0 || n < (size_t)f->min)
		return NCMEC_EMPTY;
	return n > (size_t)f->max ? NCMEC_TOO_LONG : NCMEC_FINE;
}

static enum ncmec_why
mail_why(const struct ncmec_field *f, str s)
{
	enum ncmec_why why = text_why(f, s);
	str host = s, local;

	if (why != NCMEC_FINE)
		return why;
	if (!str_cut(&host, '@', &local) || local.n == 0 || host.n == 0 ||
	    memchr(host.p, '@', host.n) != NULL)
		return NCMEC_NO_MAIL;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '<' ||
		    s.p[i] == '>')
			return NCMEC_NO_MAIL;
	return NCMEC_FINE;
}

static enum ncmec_why
time_why(const struct ncmec_field *f, str s, int64_t now)
{
	int64_t at;

	if (!ncmec_time_read(s, &at))
		return NCMEC_NO_ZONE;
	return f->type == NCMEC_PAST && at > now ? NCMEC_TO_COME : NCMEC_FINE;
}

static enum ncmec_why
word_why(const struct ncmec_field *f, str s)
{
	for (size_t i = 0; f->words[i] != NULL; i++)
		if (str_eq(s, str_c(f->words[i])))
			return NCMEC_FINE;
	return NCMEC_NO_WORD;
}

static enum ncmec_why
dialling_why(str s)
{
	int64_t ignored;

	return s.n >= 2 && s.n <= 4 && s.p[0] == '+' && s.p[1] != '-' &&
		       num_i64(str_sub(s, 1, s.n), 0, 999, &ignored)
		   ? NCMEC_FINE
		   : NCMEC_NO_NUMBER;
}

static enum ncmec_why
own_why(const struct ncmec_node *n, int64_t now)
{
	const struct ncmec_field *f = n->is;
	int64_t number;

	if (!can_stand(n->text))
		return NCMEC_NO_TEXT;
	switch (f->type) {
	case NCMEC_GROUP:
	case NCMEC_CHOICE:
	case NCMEC_FLAG:
		return NCMEC_FINE;
	case NCMEC_TEXT:
		return text_why(f, n->text);
	case NCMEC_MAIL:
		return mail_why(f, n->text);
	case NCMEC_TIME:
	case NCMEC_PAST:
		return time_why(f, n->text, now);
	case NCMEC_DAY:
		return day_parse(n->text, &number) ? NCMEC_FINE : NCMEC_NO_ZONE;
	case NCMEC_BOOL:
		return str_eq(n->text, S("true")) || str_eq(n->text, S("false"))
			   ? NCMEC_FINE
			   : NCMEC_NO_WORD;
	case NCMEC_NUMBER:
		return num_i64(n->text, f->min, f->max, &number)
			   ? NCMEC_FINE
			   : NCMEC_NO_NUMBER;
	case NCMEC_WORD:
		return word_why(f, n->text);
	case NCMEC_DIALLING:
		return dialling_why(n->text);
	}
	return NCMEC_NO_TEXT;
}

/* ---- the rules between elements ---- */

static const struct ncmec_node *
child_of(const struct ncmec_node *n, const char *name)
{
	for (const struct ncmec_node *c = n->first; c != NULL; c = c->next)
		if (strcmp(c->is->name, name) == 0)
			return c;
	return NULL;
}

static bool
says(const struct ncmec_node *n, const char *name, str text)
{
	const struct ncmec_node *c = child_of(n, name);

	return c != NULL && str_eq(c->text, text);
}

/* What the schema lets through of a file. */
static enum ncmec_why
file_why(const struct ncmec_node *n, const char **ret_name)
{
	*ret_name = "exifViewedByEsp";
	if (says(n, *ret_name, S("true")) &&
	    !says(n, "fileViewedByEsp", S("true")))
		return NCMEC_EXIF_UNSEEN;
	*ret_name = "industryClassification";
	if (child_of(n, *ret_name) != NULL &&
	    says(n, "fileRelevance", S("Supplemental Reported")))
		return NCMEC_CLASSED;
	*ret_name = "potentialMeme";
	if (child_of(n, *ret_name) != NULL &&
	    child_of(n, "fileAnnotations") != NULL)
		return NCMEC_BOTH;
	return NCMEC_FINE;
}

static size_t
count(const struct ncmec_node *n, const struct ncmec_field *f)
{
	size_t k = 0;

	for (const struct ncmec_node *c = n->first; c != NULL; c = c->next)
		k += c->is == f;
	return k;
}

static bool
fault(struct ncmec_fault *ret, const struct ncmec_field *f, enum ncmec_why why)
{
	*ret = (struct ncmec_fault){f, why};
	return why == NCMEC_FINE;
}

/* How often each of a table stands in n. */
static bool
check_counts(const struct ncmec_node *n, const struct ncmec_field *table,
    size_t *io_all, struct ncmec_fault *ret)
{
	for (const struct ncmec_field *f = table; f != NULL && f->name != NULL;
	     f++) {
		size_t k = count(n, f);

		*io_all += k;
		if (f->must && k == 0)
			return fault(ret, f, NCMEC_MISSING);
		if (!f->many && k > 1)
			return fault(ret, f, NCMEC_TOO_MANY);
	}
	return true;
}

static bool
check_node(const struct ncmec_node *n, int64_t now, struct ncmec_fault *ret)
{
	enum ncmec_why why = own_why(n, now);
	size_t inside = 0, beside = 0;

	if (why != NCMEC_FINE)
		return fault(ret, n->is, why);
	if (!check_counts(n, n->is->inside, &inside, ret) ||
	    !check_counts(n, n->is->beside, &beside, ret))
		return false;
	if (n->is->type == NCMEC_CHOICE && inside != 1)
		return fault(ret, n->is, NCMEC_NOT_ONE);
	for (const struct ncmec_node *c = n->first; c != NULL; c = c->next)
		if (!check_node(c, now, ret))
			return false;
	return true;
}

bool
ncmec_check(const struct ncmec_doc *d, int64_t now, struct ncmec_fault *ret)
{
	const char *name = NULL;
	enum ncmec_why why;

	*ret = (struct ncmec_fault){0};
	if (d->full)
		return fault(ret, &ncmec_report, NCMEC_TOO_LONG);
	if (!check_node(d->root, now, ret))
		return false;
	if (d->root->is != &ncmec_file)
		return true;
	why = file_why(d->root, &name);
	return why == NCMEC_FINE ||
	       fault(ret, ncmec_field_of(&ncmec_file, name), why);
}

str
ncmec_fault_text(struct arena *a, enum lang l, const struct ncmec_fault *f)
{
	static const char *const words[NCMEC_WHYS] = {
	    [NCMEC_FINE] = "",
	    [NCMEC_MISSING] = N_("%1: this is missing."),
	    [NCMEC_TOO_MANY] = N_("%1: this may stand once only."),
	    [NCMEC_EMPTY] = N_("%1: this is empty."),
	    [NCMEC_TOO_LONG] = N_("%1: this is too long."),
	    [NCMEC_NOT_ONE] = N_("%1: exactly one of them is wanted."),
	    [NCMEC_NO_TEXT] = N_("%1: this has signs that cannot be sent."),
	    [NCMEC_NO_MAIL] = N_("%1: this is no e-mail address."),
	    [NCMEC_NO_ZONE] = N_("%1: a time with its time zone is wanted."),
	    [NCMEC_TO_COME] = N_("%1: this lies in the future."),
	    [NCMEC_NO_WORD] = N_("%1: this is none of the possible answers."),
	    [NCMEC_NO_NUMBER] = N_("%1: this is no number that fits."),
	    [NCMEC_EXIF_UNSEEN] =
		N_("%1: only of a file that somebody has opened."),
	    [NCMEC_CLASSED] = N_("%1: only of the file that is reported."),
	    [NCMEC_BOTH] = N_("%1: two answers exclude each other."),
	};
	str name = f->field->label != NULL ? lang_text(l, f->field->label)
					   : str_c(f->field->name);

	return lang_fill(a, lang_text(l, words[f->why]), &name, 1);
}

/* ---- writing ---- */

static void
put_text(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&':
			buf_str(b, S("&amp;"));
			break;
		case '<':
			buf_str(b, S("&lt;"));
			break;
		case '>':
			buf_str(b, S("&gt;"));
			break;
		case '"':
			buf_str(b, S("&quot;"));
			break;
		case '\r':
			buf_str(b, S("&#13;"));
			break;
		default:
			buf_byte(b, s.p[i]);
		}
}

static void
indent(struct buf *b, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_str(b, S("  "));
}

static void
put_beside(struct buf *b, const struct ncmec_node *n)
{
	for (const struct ncmec_field *f = n->is->beside;
	     f != NULL && f->name != NULL; f++)
		for (const struct ncmec_node *c = n->first; c != NULL;
		     c = c->next)
			if (c->is == f) {
				buf_printf(b, " %s=\"", f->name);
				put_text(b, c->text);
				buf_byte(b, '"');
			}
}

static void
put_node(struct buf *b, const struct ncmec_node *n, int depth)
{
	bool group = n->is->inside != NULL;

	indent(b, depth);
	buf_printf(b, "<%s", n->is->name);
	put_beside(b, n);
	if (n->is->type == NCMEC_FLAG) {
		buf_str(b, S("/>\n"));
		return;
	}
	buf_str(b, group ? S(">\n") : S(">"));
	for (const struct ncmec_field *f = n->is->inside;
	     f != NULL && f->name != NULL; f++)
		for (const struct ncmec_node *c = n->first; c != NULL;
		     c = c->next)
			if (c->is == f)
				put_node(b, c, depth + 1);
	if (group)
		indent(b, depth);
	else
		put_text(b, n->text);
	buf_printf(b, "</%s>\n", n->is->name);
}

void
ncmec_write(struct buf *b, const struct ncmec_doc *d)
{
	buf_str(b, S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
	put_node(b, d->root, 0);
}
