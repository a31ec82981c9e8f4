/* preau list add, enable, disable, restore — which lists the house has, and
 * what of them counts. */
#include <inttypes.h>

#include "base/num.h"
#include "base/utf8.h"
#include "cli/lists.h"
#include "list/format.h"
#include "list/list.h"

#define NAME_MAX_N 64

static bool
check_name(str name, struct err *e)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-')
			return err_set(e, ERR_INPUT,
			    "a name is small letters, digits and -");
	}
	return (name.n > 0 && name.n <= NAME_MAX_N) ||
	       err_set(e, ERR_INPUT, "a name is 1 to %d letters", NAME_MAX_N);
}

static bool
option_text(struct cli *c, const char *name, const char *fallback, str *ret,
    struct err *e)
{
	const char *given = cli_option(c, name);

	if (given == NULL)
		given = fallback == NULL ? "" : fallback;
	return utf8_clean(
		   c->arena, str_c(given), ENTRY_TEXT_MAX / 4, false, ret) ||
	       err_set(e, ERR_INPUT, "--%s is too long or no text", name);
}

/* « pdq=31,md5=0 » */
static bool
set_thresholds(struct cli *c, int64_t list, struct err *e)
{
	str given = str_c(cli_option(c, "threshold")), one, word;
	bool more = given.n > 0;
	int64_t distance, changed;
	enum hash_kind kind;

	while (more) {
		more = str_cut(&given, ',', &one);
		(void)str_cut(&one, '=', &word);
		if (!hash_kind_of(word, &kind))
			return err_set(e, ERR_INPUT, "no such hash: " STR_FMT,
			    STR_ARG(word));
		if (!num_i64(
			one, 0, hash_kind_facts(kind)->distance_max, &distance))
			return err_set(e, ERR_INPUT,
			    "the threshold of " STR_FMT " is 0 to %u",
			    STR_ARG(word), hash_kind_facts(kind)->distance_max);
		if (!sql_list_kind_set(c->house->db, list, (int64_t)kind,
			distance, &changed, e))
			return false;
	}
	return true;
}

struct wanted {
	str name, source, agreement, scheme, categories;
	const struct list_format *format;
	enum hash_kind kind;
	int64_t by;
};

static bool
read_kind(struct cli *c, struct wanted *w, struct err *e)
{
	const char *kind = cli_option(c, "kind");

	if (kind == NULL && w->format->needs_kind)
		return err_set(e, ERR_INPUT,
		    "--kind: a list of format %s does not say it",
		    w->format->name);
	if (kind == NULL)
		return true;
	if (!hash_kind_of(str_c(kind), &w->kind) || w->kind == HASH_TMK ||
	    (!hash_kind_is_fixed(w->kind) && w->kind != HASH_VPDQ))
		return err_set(
		    e, ERR_INPUT, "lists of %s cannot be imported", kind);
	return true;
}

static bool
read_wanted(struct cli *c, struct wanted *w, struct err *e)
{
	enum list_format_id format;
	str word;

	*w = (struct wanted){.name = str_c(c->argv[0])};
	if (!check_name(w->name, e) || !person_of_call(c, &w->by, e) ||
	    !cli_required(c, "format", &word, e))
		return false;
	if (!list_format_of(word, &format))
		return err_set(
		    e, ERR_INPUT, "no such format: " STR_FMT, STR_ARG(word));
	w->format = &list_formats[format];
	return read_kind(c, w, e) &&
	       option_text(c, "source", "", &w->source, e) &&
	       option_text(c, "agreement", "", &w->agreement, e) &&
	       option_text(c, "scheme", w->format->scheme, &w->scheme, e) &&
	       option_text(
		   c, "categories", w->format->categories, &w->categories, e);
}

static bool
insert(struct cli *c, const struct wanted *w, int64_t *ret, struct err *e)
{
	struct sql_list_by_name_row there;
	struct sql_list_insert_row row;
	bool found;

	if (!sql_list_by_name(
		c->house->db, c->arena, w->name, &found, &there, e))
		return false;
	if (found)
		return err_set(
		    e, ERR_CONFLICT, "there is a list %s already", c->argv[0]);
	if (!sql_list_insert(c->house->db, c->arena, w->name, w->source,
		w->agreement, str_c(w->format->name),
		w->format->changes ? S("changes") : S("whole"),
		(int64_t)w->kind, w->scheme, w->categories, w->by, c->now, &row,
		e))
		return false;
	*ret = row.id;
	return set_thresholds(c, row.id, e) &&
	       list_noted(c, AUDIT_LIST_ADDED, row.id, w->by, w->name, e);
}

static bool
add_run(struct cli *c, struct err *e)
{
	struct db *db = c->house->db;
	struct wanted w;
	int64_t id;

	if (!read_wanted(c, &w, e) || !db_begin(db, e))
		return false;
	if (!insert(c, &w, &id, e) || !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	if (c->json)
		fprintf(c->out, "{\"id\":%" PRId64 "}\n", id);
	else
		fprintf(c->out,
		    "list %s: added; import into it, then somebody else "
		    "enables it\n",
		    c->argv[0]);
	return true;
}

const struct command cmd_list_add = {
    .name = "list add",
    .args = "NAME",
    .help = "Make a list of known material, empty and not enabled, see "
	    "docs/lists.md.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = add_run,
    .options = {{"by", "ACCOUNT", "who does it, a number of account list"},
	{"format", "NAME",
	    "plain, csv, hma, stopncii, ncmec, vics, icse or iwf"},
	{"kind", "NAME", "of hash, when the files do not say: pdq, md5 …"},
	{"threshold", "LIST", "how near is a match: pdq=31,photodna=40000"},
	{"source", "TEXT", "who gives the list"},
	{"agreement", "TEXT", "under which agreement"},
	{"scheme", "NAME", "of its categories, when the files do not say"},
	{"categories", "LIST", "that count; others are left out"}},
};

static bool
enable(struct cli *c, const struct sql_list_by_name_row *row, int64_t by,
    struct err *e)
{
	return list_enable(c->house->db, c->arena, row->id, by, c->now, e);
}

static bool
enable_run(struct cli *c, struct err *e)
{
	return list_change(c, AUDIT_LIST_ENABLED, enable, e);
}

const struct command cmd_list_enable = {
    .name = "list enable",
    .args = "NAME",
    .help = "Let a list stop what it knows; by somebody else than who imported "
	    "it.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = enable_run,
    .options = {{"by", "ACCOUNT", "who does it"}},
};

/* « pdq:VALUE » of an option. */
static bool
read_entry(struct cli *c, enum hash_kind *ret_kind, str *ret, struct err *e)
{
	str given = str_c(cli_option(c, "entry")), word;
	uint8_t *v = NEW_N(c->arena, uint8_t, HASH_VALUE_MAX);

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	if (!str_cut(&given, ':', &word) || !hash_kind_of(word, ret_kind))
		return err_set(
		    e, ERR_INPUT, "--entry is KIND:VALUE, as list diff says");
	if (*ret_kind == HASH_VPDQ ? !num_hex(given, v, PDQ_BITS / 8)
				   : !hash_value_parse(*ret_kind, given, v))
		return err_set(
		    e, ERR_INPUT, "no value of " STR_FMT, STR_ARG(word));
	*ret = (str){(const char *)v, *ret_kind == HASH_VPDQ
					  ? PDQ_BITS / 8
					  : hash_kind_facts(*ret_kind)->bytes};
	return true;
}

static bool
disable(struct cli *c, const struct sql_list_by_name_row *row, int64_t by,
    struct err *e)
{
	enum hash_kind kind;
	str why, value;

	if (!cli_required(c, "why", &why, e))
		return false;
	if (cli_option(c, "entry") == NULL)
		return list_disable(c->house->db, row->id, by, why, c->now, e);
	return read_entry(c, &kind, &value, e) &&
	       list_entry_disable(
		   c->house->db, row->id, kind, value, by, why, c->now, e);
}

static bool
disable_run(struct cli *c, struct err *e)
{
	return list_change(c,
	    cli_option(c, "entry") == NULL ? AUDIT_LIST_DISABLED
					   : AUDIT_LIST_ENTRY_OFF,
	    disable, e);
}

const struct command cmd_list_disable = {
    .name = "list disable",
    .args = "NAME",
    .help = "Let a list, or one entry of it, stop nothing more; what it "
	    "stopped stays stopped until somebody looks.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = disable_run,
    .options = {{"by", "ACCOUNT", "who does it"},
	{"why", "TEXT", "the reason, for the record"},
	{"entry", "KIND:VALUE", "only this one"}},
};

static bool
restore(struct cli *c, const struct sql_list_by_name_row *row, int64_t by,
    struct err *e)
{
	enum hash_kind kind;
	str value;

	if (cli_option(c, "entry") == NULL)
		return err_set(e, ERR_INPUT, "--entry is missing");
	return read_entry(c, &kind, &value, e) &&
	       list_entry_restore(
		   c->house->db, row->id, kind, value, by, c->now, e);
}

static bool
restore_run(struct cli *c, struct err *e)
{
	return list_change(c, AUDIT_LIST_ENTRY_ON, restore, e);
}

const struct command cmd_list_restore = {
    .name = "list restore",
    .args = "NAME",
    .help = "Let an entry count again that was disabled or quarantined.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = restore_run,
    .options = {{"by", "ACCOUNT", "who does it"},
	{"entry", "KIND:VALUE", "which one"}},
};
