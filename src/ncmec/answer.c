#include "ncmec/answer.h"

#include <expat.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/num.h"

#define DEPTH_MAX 16
#define TEXT_MAX 4096u
#define FILES_MAX 10000u

struct reading {
	XML_Parser parser;
	struct ncmec_answer a;
	struct buf text;
	unsigned depth, known; /* known: where an element that is read began */
	bool has_code, failed;
};

static void
fail(struct reading *r)
{
	r->failed = true;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static void
take_code(struct reading *r, str s)
{
	if (r->has_code || !num_i64(s, 0, INT32_MAX, &r->a.code))
		fail(r);
	r->has_code = true;
}

static void
take_words(struct reading *r, str s)
{
	size_t n = s.n < NCMEC_WORDS_MAX ? s.n : NCMEC_WORDS_MAX;

	/* Not through the middle of a sign. */
	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	(void)snprintf(
	    r->a.words, sizeof(r->a.words), "%.*s", (int)n, s.n > 0 ? s.p : "");
}

static void
take_report(struct reading *r, str s)
{
	/* One that says two numbers is not believed in either. */
	if (r->a.report_id != 0 ||
	    (s.n > 0 && !num_i64(s, 1, INT64_MAX, &r->a.report_id)))
		fail(r);
}

static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

static void
take_file(struct reading *r, str s)
{
	if (s.n > NCMEC_FILE_ID_MAX) {
		fail(r);
		return;
	}
	for (size_t i = 0; i < s.n; i++)
		if (!is_plain(s.p[i])) {
			fail(r);
			return;
		}
	if (r->a.done) {
		r->a.files += r->a.files < FILES_MAX;
		return;
	}
	if (r->a.file_id[0] != '\0') {
		fail(r);
		return;
	}
	(void)snprintf(r->a.file_id, sizeof(r->a.file_id), STR_FMT, STR_ARG(s));
}

static void
take_hash(struct reading *r, str s)
{
	if (s.n == 0)
		return;
	if (s.n != NCMEC_MD5_HEX || r->a.hash[0] != '\0') {
		fail(r);
		return;
	}
	for (size_t i = 0; i < s.n; i++)
		r->a.hash[i] = s.p[i] >= 'A' && s.p[i] <= 'F'
				   ? (char)(s.p[i] - 'A' + 'a')
				   : s.p[i];
}

/* clang-format off */
static const struct {
	const char *name;
	unsigned depth;
	bool done; /* of the last answer; else of all others */
	void (*take)(struct reading *, str);
} elements[] = {
	{ "responseCode", 2, false, take_code },
	{ "responseDescription", 2, false, take_words },
	{ "reportId", 2, false, take_report },
	{ "fileId", 2, false, take_file },
	{ "hash", 2, false, take_hash },
	{ "responseCode", 2, true, take_code },
	{ "reportId", 2, true, take_report },
	{ "fileId", 3, true, take_file },
};
/* clang-format on */

/* Without the prefix of a name space. */
static const char *
plain_name(const char *name)
{
	const char *at = strrchr(name, ':');

	return at == NULL ? name : at + 1;
}

static bool
is_read(const struct reading *r, size_t element, const char *name)
{
	return elements[element].depth == r->depth &&
	       elements[element].done == r->a.done &&
	       strcmp(elements[element].name, name) == 0;
}

/* What is read has no elements inside: of a text in pieces only the last would
 * be taken. */
static void
begin_inside(struct reading *r, const char *name)
{
	if (r->known != 0)
		fail(r);
	for (size_t i = 0; i < sizeof(elements) / sizeof(*elements); i++)
		if (is_read(r, i, name))
			r->known = r->depth;
}

static void
on_begin(void *ctx, const char *name, const char **attributes)
{
	struct reading *r = ctx;

	(void)attributes;
	buf_clear(&r->text);
	if (++r->depth > DEPTH_MAX) {
		fail(r);
		return;
	}
	name = plain_name(name);
	if (r->depth > 1) {
		begin_inside(r, name);
		return;
	}
	r->a.done = strcmp(name, "reportDoneResponse") == 0;
	if (!r->a.done && strcmp(name, "reportResponse") != 0)
		fail(r);
}

static void
on_text(void *ctx, const char *p, int n)
{
	struct reading *r = ctx;

	buf_put(&r->text, p, (size_t)n);
	if (r->text.full)
		fail(r);
}

static void
on_end(void *ctx, const char *name)
{
	struct reading *r = ctx;
	str s = str_trim(buf_view(&r->text));

	name = plain_name(name);
	for (size_t i = 0; i < sizeof(elements) / sizeof(*elements); i++)
		if (!r->failed && is_read(r, i, name))
			elements[i].take(r, s);
	buf_clear(&r->text);
	if (r->known == r->depth)
		r->known = 0;
	r->depth--;
}

static void
on_doctype(void *ctx, const char *name, const char *system, const char *public,
    int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	fail(ctx);
}

static bool
parse(struct reading *r, str s)
{
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_begin, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	return XML_Parse(r->parser, s.p, (int)s.n, 1) == XML_STATUS_OK &&
	       !r->failed && r->has_code;
}

bool
ncmec_answer_read(str s, struct ncmec_answer *ret, struct err *e)
{
	struct reading r = {.text = BUF_MAX(TEXT_MAX)};
	bool done;

	if (s.n == 0 || s.n > INT32_MAX)
		return err_set(e, ERR_INPUT, "an answer of no bytes");
	r.parser = XML_ParserCreate(NULL);
	if (r.parser == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	done = parse(&r, s);
	XML_ParserFree(r.parser);
	buf_done(&r.text);
	if (!done)
		return err_set(e, ERR_INPUT, "no answer of the CyberTipline");
	*ret = r.a;
	return true;
}
