#include <stdlib.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/folders.h"
#include "demo/demo.h"

#define PHOTO_PX 4032

static enum lang
lang_of_shell(void)
{
	const char *name = getenv("LC_ALL");

	if (name == NULL || *name == '\0')
		name = getenv("LANG");
	return name != NULL && strncmp(name, "fr", 2) == 0 ? LANG_FR : LANG_EN;
}

static void
say_json(struct cli *c, const struct demo_logins *l, bool made)
{
	fprintf(c->out, "{\"made\":%s,\"address\":", made ? "true" : "false");
	json_str(c->out, str_c(c->conf->url));
	fprintf(c->out, ",\"logins\":[");
	for (size_t i = 0; i < l->n; i++) {
		const struct demo_login *d = &l->v[i];

		fprintf(c->out, "%s{\"login\":", i == 0 ? "" : ",");
		json_str(c->out, d->login);
		fprintf(c->out, ",\"passphrase\":");
		json_str(c->out, d->pass);
		fprintf(c->out, ",\"who\":");
		json_str(c->out, d->who);
		if (d->staff) {
			fprintf(c->out, ",\"totp\":");
			json_str(c->out, totp_base32(c->arena, d->totp));
		}
		fputc('}', c->out);
	}
	fprintf(c->out, "]}\n");
}

/* The code of now, so that trying needs no telephone. */
static void
say_login(struct cli *c, const struct demo_login *d)
{
	char code[7];

	fprintf(
	    c->out, "  %-8.*s  %-22.*s  ", STR_ARG(d->login), STR_ARG(d->pass));
	if (d->staff) {
		totp_code(d->totp, c->now / 30, code);
		fprintf(c->out, "code %s  ", code);
	}
	fprintf(c->out, STR_FMT "\n",
	    STR_ARG(lang_text(lang_of_shell(), arena_cstr(c->arena, d->who))));
}

static void
say_text(struct cli *c, const struct demo_logins *l)
{
	bool staff = true;

	fprintf(c->out,
	    "Préau, with the demonstration « Les Tilleuls »:\n\n"
	    "    %s\n\nThe team (the code changes every 30 seconds; "
	    "`preau demo` prints it again)\n",
	    c->conf->url);
	for (size_t i = 0; i < l->n; i++) {
		if (staff && !l->v[i].staff)
			fprintf(c->out, "The families\n");
		staff = l->v[i].staff;
		say_login(c, &l->v[i]);
	}
}

static bool
make(struct cli *c, struct house *h, int64_t px, struct err *e)
{
	struct demo_logins logins;
	bool made;

	if (!demo_make(h, c->arena, px, c->now, &made, e) ||
	    !cli_head(c, h, e) || !demo_logins(h, c->arena, &logins, e))
		return false;
	c->now = clock_now();
	if (c->json)
		say_json(c, &logins, made);
	else
		say_text(c, &logins);
	return true;
}

static bool
run(struct cli *c, struct err *e)
{
	const char *size = cli_option(c, "photo-pixels");
	int64_t px = PHOTO_PX;
	struct house h;
	bool done;

	if (size != NULL && !num_i64(str_c(size), 64, 8192, &px))
		return err_set(e, ERR_INPUT, "--photo-pixels is 64 to 8192");
	if (!open_fresh_house(c, &h, e))
		return false;
	done = make(c, &h, px, e);
	house_close(&h);
	return done;
}

const struct command cmd_demo = {
    .name = "demo",
    .args = "",
    .help = "Make the demonstration organisation, once, and print its "
	    "address and logins.",
    .need = CLI_CONF,
    .run = run,
    .options = {{"photo-pixels", "N",
	"longest side of its pictures; "
	"4032"}},
};
