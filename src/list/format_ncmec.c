/*
 * NCMEC hash sharing, version 2: a page of a window of time, as XML.
 *
 * expat reads it, without document types and so without entities of its own.
 * Pages are not in the order of time: a checkpoint is good only when the last
 * page of its window was read, which is one without paging/next.
 */
#include <expat.h>

#include "list/format.h"

#define SPACE "https://hashsharing.ncmec.org/hashsharing/v2"
#define PIECE 65536
#define DEPTH_MAX 32
#define TEXT_MAX ((size_t)1 << 16)
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* clang-format off */
static const struct list_field fields[] = {
	{ "id", DRAFT_ID },		{ "timestamp", DRAFT_STAMP },
	{ "classification", DRAFT_CATEGORY },
	{ "md5", DRAFT_HASH, HASH_MD5 },
	{ "sha1", DRAFT_HASH, HASH_SHA1 },
	{ "sha256", DRAFT_HASH, HASH_SHA256 },
	{ "pdna", DRAFT_HASH, HASH_PHOTODNA },
	{ "pdq", DRAFT_HASH, HASH_PDQ },
};
/* clang-format on */

static const struct list_field member = {.what = DRAFT_MEMBER};

struct page {
	struct reading *g;
	XML_Parser parser;
	unsigned depth;
	unsigned record_depth;   /* 0: outside of records */
	unsigned feedback_depth; /* 0: outside; names there are others' */
	bool in_fingerprints;
	bool root_is_right, next_page;
	const struct list_field *field; /* whose text comes */
	struct buf text;
	bool failed;
	struct err error;
	int64_t latest;
};

static bool
fail(struct page *p, enum err_kind kind, const char *what)
{
	if (!p->failed)
		err_set(&p->error, kind, "line %lu, byte %ld: %s",
		    (unsigned long)XML_GetCurrentLineNumber(p->parser),
		    (long)XML_GetCurrentByteIndex(p->parser), what);
	p->failed = true;
	(void)XML_StopParser(p->parser, XML_FALSE);
	return false;
}

static const char *
attribute(const char **v, const char *name)
{
	for (; v[0] != NULL; v += 2)
		if (strcmp(v[0], name) == 0)
			return v[1];
	return NULL;
}

static void
set(struct page *p, const struct list_field *f, str text)
{
	if (!p->failed && !draft_set(p->g, f, text, &p->error)) {
		p->failed = true;
		(void)XML_StopParser(p->parser, XML_FALSE);
	}
}

static void
begin_record(struct page *p, const char *name)
{
	static const struct {
		const char *name;
		uint8_t media;
		bool gone;
	} records[] = {{"image", ENTRY_IMAGE, false},
	    {"video", ENTRY_VIDEO, false}, {"deletedImage", ENTRY_IMAGE, true},
	    {"deletedVideo", ENTRY_VIDEO, true}};

	for (size_t i = 0; i < COUNT(records); i++) {
		if (strcmp(name, records[i].name) != 0)
			continue;
		p->record_depth = p->depth;
		draft_begin(p->g, (int64_t)XML_GetCurrentLineNumber(p->parser),
		    (int64_t)XML_GetCurrentByteIndex(p->parser));
		p->g->draft.media = records[i].media;
		p->g->draft.gone = records[i].gone;
	}
}

/* maxTimestamp of a set: how far the window goes. */
static void
note_window(struct page *p, const char *stamp)
{
	struct text *t = &p->g->checkpoint;
	int64_t at;

	if (stamp == NULL || !stamp_parse(str_c(stamp), &at) || at < p->latest)
		return;
	p->latest = at;
	text_put(p->g, t, str_c(stamp));
}

static uint8_t
large_kind(const char *name)
{
	static const struct list_field large[] = {
	    {"tmkpdqf", DRAFT_HASH, HASH_TMK}, {"vpdq", DRAFT_HASH, HASH_VPDQ},
	    {"pdna", DRAFT_HASH, HASH_PHOTODNA},
	    {"ssvhpdna", DRAFT_HASH, HASH_PHOTODNA_VIDEO}};
	const struct list_field *f =
	    reading_field(large, COUNT(large), str_c(name));

	return f == NULL ? HASH_NONE : f->kind;
}

/* The large ones are an address elsewhere, not a value: whoever has an
 * agreement may ask there, with a name and a passphrase that this house does
 * not have. */
static void
begin_fingerprint(struct page *p, const char *name, const char **attributes)
{
	const struct list_field *f =
	    reading_field(fields, COUNT(fields), str_c(name));

	if (attribute(attributes, "href") != NULL)
		draft_elsewhere(p->g, large_kind(name));
	else if (f != NULL && f->what == DRAFT_HASH)
		p->field = f;
	else if (f == NULL)
		p->g->draft.skipped++;
}

static void
begin_in_record(struct page *p, const char *name, const char **attributes)
{
	const char *id;

	if (strcmp(name, "feedback") == 0) {
		p->feedback_depth = p->depth;
	} else if (strcmp(name, "fingerprints") == 0) {
		p->in_fingerprints = true;
	} else if (p->in_fingerprints) {
		begin_fingerprint(p, name, attributes);
	} else if (strcmp(name, "member") == 0) {
		id = attribute(attributes, "id");
		if (id != NULL)
			set(p, &member, str_c(id));
	} else if (p->depth == p->record_depth + 1) {
		p->field = reading_field(fields, COUNT(fields), str_c(name));
	}
}

/* The name without its space; NULL when it is of another. */
static const char *
own_name(const char *name)
{
	static const char space[] = SPACE " ";

	return strncmp(name, space, sizeof(space) - 1) == 0
		   ? name + sizeof(space) - 1
		   : NULL;
}

static void
on_begin(void *ctx, const char *whole, const char **attributes)
{
	struct page *p = ctx;
	const char *name = own_name(whole);

	if (p->failed)
		return;
	if (++p->depth > DEPTH_MAX) {
		(void)fail(p, ERR_LIMIT, "nested too deep");
		return;
	}
	p->field = NULL;
	buf_clear(&p->text);
	if (p->depth == 1) {
		p->root_is_right =
		    name != NULL && strcmp(name, "queryResult") == 0;
		if (!p->root_is_right)
			(void)fail(p, ERR_INPUT,
			    "this is no queryResult of hash sharing v2");
		return;
	}
	if (name == NULL || p->feedback_depth != 0)
		return;
	if (p->record_depth != 0)
		begin_in_record(p, name, attributes);
	else if (strcmp(name, "images") == 0 || strcmp(name, "videos") == 0)
		note_window(p, attribute(attributes, "maxTimestamp"));
	else if (p->depth == 3 && strcmp(name, "next") == 0)
		p->next_page = true;
	else if (p->depth == 3)
		begin_record(p, name);
}

static void
end_record(struct page *p)
{
	p->record_depth = 0;
	p->in_fingerprints = false;
	if (!p->failed && !draft_end(p->g, &p->error)) {
		p->failed = true;
		(void)XML_StopParser(p->parser, XML_FALSE);
	}
}

static void
on_end(void *ctx, const char *whole)
{
	struct page *p = ctx;
	const char *name = own_name(whole);

	if (p->failed)
		return;
	if (p->field != NULL && p->text.full)
		draft_fault(p->g, LIST_FAULT_VALUE, p->field->kind);
	else if (p->field != NULL)
		set(p, p->field, buf_view(&p->text));
	p->field = NULL;
	if (p->next_page && str_trim(buf_view(&p->text)).n > 0 && p->depth == 3)
		p->g->more_pages = true;
	if (p->depth == 3)
		p->next_page = false;
	if (p->feedback_depth == p->depth)
		p->feedback_depth = 0;
	if (name != NULL && strcmp(name, "fingerprints") == 0)
		p->in_fingerprints = false;
	if (p->record_depth == p->depth)
		end_record(p);
	p->depth--;
}

static void
on_text(void *ctx, const char *s, int n)
{
	struct page *p = ctx;

	if (!p->failed && (p->field != NULL || p->next_page) && n > 0)
		buf_put(&p->text, s, (size_t)n);
}

static void
on_doctype(void *ctx, const char *name, const char *system, const char *public,
    int internal)
{
	(void)name, (void)system, (void)public, (void)internal;
	(void)fail(ctx, ERR_INPUT, "a document type is refused");
}

static bool
parse(struct page *p, struct err *e)
{
	size_t n = 1;

	while (n > 0) {
		void *b = XML_GetBuffer(p->parser, PIECE);

		if (b == NULL)
			return err_set(e, ERR_LIMIT, "no memory");
		if (!source_read(p->g->source, b, PIECE, &n, e))
			return false;
		if (XML_ParseBuffer(p->parser, (int)n, n == 0) ==
			XML_STATUS_OK &&
		    !p->failed)
			continue;
		if (!p->failed)
			(void)fail(p, ERR_INPUT,
			    XML_ErrorString(XML_GetErrorCode(p->parser)));
		*e = p->error;
		return false;
	}
	return true;
}

bool
format_ncmec(struct reading *g, struct err *e)
{
	struct page p = {.g = g,
	    .parser = XML_ParserCreateNS(NULL, ' '),
	    .text = BUF_MAX(TEXT_MAX)};
	bool done;

	if (p.parser == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	XML_SetUserData(p.parser, &p);
	XML_SetElementHandler(p.parser, on_begin, on_end);
	XML_SetCharacterDataHandler(p.parser, on_text);
	XML_SetStartDoctypeDeclHandler(p.parser, on_doctype);
	done = parse(&p, e);
	XML_ParserFree(p.parser);
	buf_done(&p.text);
	return done;
}
