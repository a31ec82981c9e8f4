/*
 * Project VIC's data model (VICS 1.3, 2.0) and CAID: media of cases, with
 * categories whose numbers mean different things in different countries.
 *
 * The mark of the version comes first; without it nothing is read.  Names of
 * series, comments, tags, files and paths may name people and are not kept.
 */
#include "list/walk.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define LEVELS_MAX 1 /* media in a case */

/* clang-format off */
static const struct list_field fields[] = {
	{ "mediaid", DRAFT_ID },	{ "category", DRAFT_CATEGORY },
	{ "md5", DRAFT_HASH, HASH_MD5 },
	{ "sha1", DRAFT_HASH, HASH_SHA1 },
	{ "sha256", DRAFT_HASH, HASH_SHA256 },
	{ "photodna", DRAFT_HASH, HASH_PHOTODNA },
	{ "pdq", DRAFT_HASH, HASH_PDQ },
	{ "mediasize", DRAFT_SIZE },	{ "dateupdated", DRAFT_STAMP },
	{ "mimetype", DRAFT_MEDIA },
	{ "victimidentified", DRAFT_DETAIL, .word = "victim_identified" },
	{ "offenderidentified", DRAFT_DETAIL, .word = "offender_identified" },
	{ "isdistributed", DRAFT_DETAIL, .word = "distributed" },
	{ "selfgenerated", DRAFT_DETAIL, .word = "self_generated" },
};
/* clang-format on */

/* [{"HashName": "PDQ", "HashValue": "…"}] */
static bool
read_hash(struct walk *w, struct err *e)
{
	static const struct list_field type = {.what = DRAFT_TYPE},
				       value = {.what = DRAFT_VALUE};
	struct walk_name kept;
	enum json_token t;
	bool more;
	str name;

	for (;;) {
		const struct list_field *f;

		if (!walk_member(w, &kept, &name, &t, &more, e))
			return false;
		if (!more)
			return draft_resolve(w->g, e);
		f = str_eq(name, S("HashName"))    ? &type
		    : str_eq(name, S("HashValue")) ? &value
						   : NULL;
		if (f != NULL && t == JSON_STRING && !json_cut(w->j) &&
		    !draft_set(w->g, f, json_text(w->j), e))
			return false;
		if (!walk_skip(w, t, e))
			return false;
	}
}

static bool
read_hashes(struct walk *w, struct err *e)
{
	enum json_token t;

	for (;;) {
		if (!walk_next(w, &t, e))
			return false;
		if (t == JSON_ARRAY_END)
			return true;
		if (t == JSON_OBJECT ? !read_hash(w, e) : !walk_skip(w, t, e))
			return false;
	}
}

static bool
holds_hashes(str name)
{
	for (size_t i = 0; i + 4 <= name.n; i++)
		if (str_eq(str_sub(name, i, 4), S("Hash")))
			return true;
	return str_eq(name, S("PhotoDNA"));
}

static bool medium(struct walk *, struct err *);

/* A case is no record itself: its media are. */
static bool
inside(struct walk *w, str name, bool object, struct err *e)
{
	bool done;

	if (!object && holds_hashes(name))
		return read_hashes(w, e);
	if (object || !str_eq(name, S("Media")) || w->level == LEVELS_MAX)
		return json_skip_rest(w->j, e);
	w->level++;
	done = walk_records(w, medium, e);
	w->level--;
	draft_begin(w->g, json_line(w->j), json_offset(w->j));
	w->g->draft.refused = true;
	return done;
}

static bool
medium(struct walk *w, struct err *e)
{
	draft_begin(w->g, json_line(w->j), json_offset(w->j));
	return walk_members(w, e) && draft_end(w->g, e);
}

/* Which country counts how, by the address of the model. */
static bool
read_mark(struct walk *w, str mark, struct err *e)
{
	static const struct {
		const char *part, *scheme;
	} schemes[] = {{"ProjectVic/DataModels/1.3.xml", "vics-us"},
	    {"ProjectVic/DataModels/1.2.xml", "caid-uk"},
	    {"ProjectVic/DataModels/2.0.xml/US/", "vics-us"},
	    {"ProjectVic/DataModels/2.0.xml/Default/", "vics-default"},
	    {"ProjectVic/DataModels/2.0.xml/CUSTOM/", "vics-custom"}};

	for (size_t i = 0; i < COUNT(schemes); i++) {
		str part = str_c(schemes[i].part);

		for (size_t at = 0; at + part.n <= mark.n; at++)
			if (str_eq(str_sub(mark, at, part.n), part)) {
				w->known = true;
				w->g->ask.scheme = str_c(schemes[i].scheme);
				return true;
			}
	}
	return walk_wrong(w, "a version of the model that is not known", e);
}

static bool
member_of_root(struct walk *w, str name, enum json_token t, struct err *e)
{
	static const char *const marks[] = {
	    "odata.metadata", "@odata.context", NULL};
	static const char *const arrays[] = {"value", "Media", NULL};

	if (t == JSON_STRING && walk_is_in(name, marks))
		return read_mark(w, json_text(w->j), e);
	if (t != JSON_ARRAY || !walk_is_in(name, arrays))
		return walk_skip(w, t, e);
	if (!w->known)
		return walk_wrong(w, "no mark of VICS or CAID", e);
	return walk_records(w, medium, e);
}

static bool
root(struct walk *w, struct err *e)
{
	struct walk_name kept;
	enum json_token t;
	bool more;
	str name;

	for (;;) {
		if (!walk_member(w, &kept, &name, &t, &more, e))
			return false;
		if (!more)
			return w->known ||
			       walk_wrong(w, "no mark of VICS or CAID", e);
		if (!member_of_root(w, name, t, e))
			return false;
	}
}

bool
format_vics(struct reading *g, struct err *e)
{
	struct walk w = {
	    .fields = fields, .n_fields = COUNT(fields), .inside = inside};

	return walk_file(&w, g, root, NULL, e);
}
