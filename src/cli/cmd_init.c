#include <inttypes.h>

#include "cli/folders.h"
#include "people/invitation.h"

struct beginning {
	str name, director, profile, zone;
	enum lang lang;
};

static bool
read_options(struct cli *c, struct beginning *b, struct err *e)
{
	const char *lang = cli_option(c, "language");

	b->lang = LANG_FR;
	if (!cli_required(c, "name", &b->name, e) ||
	    !cli_required(c, "director", &b->director, e) ||
	    !cli_required(c, "profile", &b->profile, e) ||
	    !cli_required(c, "time-zone", &b->zone, e))
		return false;
	if (lang != NULL && !lang_of_code(str_c(lang), &b->lang))
		return err_set(e, ERR_INPUT, "--language is fr or en");
	if (!str_eq(b->profile, S("fr")) && !str_eq(b->profile, S("ca-qc")) &&
	    !str_eq(b->profile, S("ca")) && !str_eq(b->profile, S("eu")))
		return err_set(
		    e, ERR_INPUT, "--profile is fr, ca-qc, ca or eu");
	return true;
}

static bool
begin_organisation(struct cli *c, struct house *h, const struct beginning *b,
    int64_t *ret_id, struct invitation_new *ret, struct err *e)
{
	struct deed d = {.house = h, .arena = c->arena, .now = c->now};

	if (!house_org_create(h, c->arena, b->name, b->profile, b->zone,
		b->lang, c->now, ret_id, e) ||
	    !house_reload(h, e) || !house_org(h, *ret_id, &d.org, e))
		return false;
	d.today = day_of(d.org->zone, c->now);
	return invitation_for_staff(&d, b->director, S("director"), ret, e);
}

static void
say(struct cli *c, int64_t id, const struct invitation_new *i)
{
	if (c->json) {
		fprintf(c->out, "{\"organisation\":%" PRId64 ",\"link\":", id);
		json_str(c->out, i->address);
		fprintf(
		    c->out, ",\"expires_at\":%" PRId64 "}\n", i->expires_at);
		return;
	}
	fprintf(c->out,
	    "The organisation is ready.  Its director opens this link once, to "
	    "choose a passphrase\nand a second factor (start `preau serve` "
	    "first):\n\n    " STR_FMT "\n\nKeep a copy of the master key in a "
	    "safe place, away from this machine and from its\nbackups: without "
	    "it nothing can be read again.\n\n    %s\n",
	    STR_ARG(i->address), c->conf->master_key);
}

static bool
run(struct cli *c, struct err *e)
{
	struct house h;
	struct beginning b;
	struct invitation_new invited;
	int64_t id;
	bool done;

	if (!read_options(c, &b, e) || !open_fresh_house(c, &h, e))
		return false;
	done = db_begin(h.db, e) &&
	       begin_organisation(c, &h, &b, &id, &invited, e) &&
	       db_commit(h.db, e) && cli_head(c, &h, e);
	if (done)
		say(c, id, &invited);
	house_close(&h);
	return done;
}

const struct command cmd_init = {
    .name = "init",
    .args = "",
    .help = "Create an organisation and print its director's one-time link.",
    .need = CLI_CONF,
    .run = run,
    .options =
	{
	    {"name", "NAME", "of the organisation, as families read it"},
	    {"director", "NAME", "of the person the link is for"},
	    {"profile", "fr|ca-qc|ca|eu", "jurisdiction"},
	    {"time-zone", "ZONE", "Europe/Paris, America/Montreal …"},
	    {"language", "fr|en", "of pages before anybody chose; fr"},
	},
};
