#include "office/archive.h"

#include <stdlib.h>

#include "office/part.h"

struct look {
	str file;
	struct part *part;
	size_t n;
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* ---- what it is ---- */

/* The folder that the parts of each lie in. */
static const struct {
	str folder;
	enum office_kind kind;
} folders[] = {
    {S("word/"), OFFICE_DOCX},
    {S("xl/"), OFFICE_XLSX},
    {S("ppt/"), OFFICE_PPTX},
};

static bool
has_part(const struct look *l, str name)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->part[i].name, name))
			return true;
	return false;
}

static bool
has_folder(const struct look *l, str folder)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_starts(l->part[i].name, folder))
			return true;
	return false;
}

/* An OpenDocument says it in its first part, as it is. */
static enum office_kind
kind_of_mimetype(const struct look *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct part *p = &l->part[i];

		if (p->at != 0 || p->packed || !str_eq(p->name, S("mimetype")))
			continue;
		for (int k = OFFICE_ODT; k < OFFICE_KINDS; k++)
			if (str_eq(part_bytes(l->file, p),
				str_c(office_kind_facts[k].type)))
				return (enum office_kind)k;
	}
	return OFFICE_NOTHING;
}

static enum office_kind
kind_of(const struct look *l)
{
	enum office_kind kind = OFFICE_NOTHING;

	if (!has_part(l, S("[Content_Types].xml")))
		return kind_of_mimetype(l);
	for (size_t i = 0; i < COUNT(folders); i++)
		if (has_folder(l, folders[i].folder)) {
			if (kind != OFFICE_NOTHING) /* two at once */
				return OFFICE_NOTHING;
			kind = folders[i].kind;
		}
	return kind;
}

/* ---- what it must not have ---- */

/* In lower case: Visual Basic, its older sheets, ActiveX; Basic and scripts of
 * an OpenDocument. */
static bool
is_program(str name)
{
	static const str ends[] = {S("vbaproject.bin"), S("vbadata.xml")};
	static const str begins[] = {S("basic/"), S("scripts/"),
	    S("word/activex/"), S("xl/activex/"), S("ppt/activex/"),
	    S("xl/macrosheets/"), S("xl/dialogsheets/")};
	char lower[ARCHIVE_NAME_MAX];
	str s = {lower, name.n};

	for (size_t i = 0; i < name.n; i++)
		lower[i] = name.p[i] >= 'A' && name.p[i] <= 'Z'
			       ? (char)(name.p[i] | 0x20)
			       : name.p[i];
	for (size_t i = 0; i < COUNT(ends); i++)
		if (str_ends(s, ends[i]))
			return true;
	for (size_t i = 0; i < COUNT(begins); i++)
		if (str_starts(s, begins[i]))
			return true;
	return false;
}

static bool
has_programs(const struct look *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_program(l->part[i].name))
			return true;
	return false;
}

static bool
is_bomb(const struct look *l)
{
	uint64_t all = 0, inside = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct part *p = &l->part[i];

		all += p->whole;
		inside += str_starts(part_bytes(l->file, p), S("PK\3\4"));
		if (p->whole > ARCHIVE_PART_MAX)
			return true;
	}
	return all > ARCHIVE_ALL_MAX || inside > ARCHIVE_INSIDE_MAX ||
	       (all > ARCHIVE_RATIO_FREE &&
		   all / ARCHIVE_RATIO_MAX > l->file.n);
}

/* The parts are encrypted one by one, and only their list says so. */
static bool
is_locked(const struct look *l)
{
	static const char word[] = "encryption-data";
	bool found = false;

	for (size_t i = 0; i < l->n && !found; i++) {
		char *text = NULL;
		size_t n;

		if (!str_eq(l->part[i].name, S("META-INF/manifest.xml")))
			continue;
		text =
		    part_unpack(l->file, &l->part[i], ARCHIVE_MANIFEST_MAX, &n);
		found = text != NULL &&
			memmem(text, n, word, sizeof(word) - 1) != NULL;
		free(text);
	}
	return found;
}

/* ---- the order of the questions ---- */

static bool
starts_old(str file)
{
	return str_starts(file, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) ||
	       str_starts(file, S("{\\rtf"));
}

/* What asks for a password is put whole into a container of the old kind. */
static bool
is_wrapped(str file)
{
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0"
				   "a\0g\0e";

	return memmem(file.p, file.n, name, sizeof(name)) != NULL;
}

static enum office_verdict
judge(const struct look *l, enum office_kind *ret)
{
	enum office_kind kind = kind_of(l);

	if (kind == OFFICE_NOTHING)
		return OFFICE_UNKNOWN;
	if (is_bomb(l))
		return OFFICE_BOMB;
	if (has_programs(l))
		return OFFICE_MACROS;
	if (is_locked(l))
		return OFFICE_LOCKED;
	*ret = kind;
	return OFFICE_OK;
}

enum office_verdict
archive_look(str file, enum office_kind *ret)
{
	struct look l = {.file = file};
	enum office_verdict v;

	*ret = OFFICE_NOTHING;
	if (starts_old(file))
		return is_wrapped(file) ? OFFICE_LOCKED : OFFICE_OLD;
	if (!str_starts(file, S("PK\3\4")))
		return OFFICE_UNKNOWN;
	v = part_list(file, &l.part, &l.n);
	if (v == OFFICE_OK)
		v = judge(&l, ret);
	free(l.part);
	return v;
}
