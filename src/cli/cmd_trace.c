/*
 * cmd_trace — tracing a copy from the command line, by the same two people as
 * on the page: each says who she is with her passphrase and her second step, as
 * at the door.  Whoever runs the server is neither of them.
 *
 * The file is encrypted and kept here; it is opened in the media process only,
 * once it is allowed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>

#include "base/num.h"
#include "cli/cli.h"
#include "people/account.h"
#include "people/second.h"
#include "people/signin.h"
#include "trace/show.h"

#define LINE_MAX_BYTES 2048
#define CHUNK 65536

/* ---- who ---- */

/* One line of the standard input, without its end. */
static bool
read_line(struct cli *c, const char *ask, bool hidden, str *ret, struct err *e)
{
	char line[LINE_MAX_BYTES];
	struct termios was, quiet;
	bool dark = hidden && tcgetattr(STDIN_FILENO, &was) == 0, got, kept;

	if (dark) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	if (isatty(STDIN_FILENO))
		fprintf(stderr, "%s: ", ask);
	got = fgets(line, sizeof(line), stdin) != NULL;
	if (dark) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	kept = got && arena_str(c->arena, line, strcspn(line, "\r\n"), ret);
	explicit_bzero(line, sizeof(line));
	return kept || err_set(e, ERR_INPUT, "%s: nothing was typed", ask);
}

static bool
check_second(const struct deed *d, str code, struct err *e)
{
	struct second_result r;

	if (!db_begin(d->house->db, e))
		return false;
	if (!second_check(d, d->actor, code, &r, e) ||
	    !db_commit(d->house->db, e)) {
		db_rollback(d->house->db);
		return false;
	}
	if (r.answer == SECOND_WAIT)
		return err_set(e, ERR_DENIED,
		    "too many wrong codes: wait %" PRId64 " s", r.wait_s);
	return r.answer == SECOND_FINE ||
	       err_set(e, ERR_DENIED, "the code is not right");
}

static bool
check_pass(const struct signin_result *r, struct err *e)
{
	if (r->answer == SIGNIN_WAIT)
		return err_set(e, ERR_DENIED,
		    "too many wrong passphrases: wait %" PRId64 " s",
		    r->wait_s);
	return r->answer == SIGNIN_DONE ||
	       err_set(e, ERR_DENIED, "login and passphrase do not fit");
}

/* The deed of who says who she is; passphrase and code come line by line. */
static bool
sign(struct cli *c, struct deed *ret, struct err *e)
{
	static const uint8_t here[16] = {[10] = 0xff, 0xff, 127, 0, 0, 1};
	struct signin_result r = {0};
	str login, pass, code;

	if (!cli_required(c, "by", &login, e) ||
	    !read_line(c, "Passphrase", true, &pass, e) ||
	    !signin_pass(c->house, c->arena, login, pass, here,
		house_now(c->house), &r, e) ||
	    !check_pass(&r, e))
		return false;
	*ret = (struct deed){.house = c->house,
	    .arena = c->arena,
	    .actor = r.account,
	    .now = house_now(c->house)};
	if (!house_org(c->house, r.organisation, &ret->org, e))
		return false;
	ret->today = day_of(ret->org->zone, ret->now);
	return read_line(c, "Code", true, &code, e) &&
	       check_second(ret, code, e);
}

/* ---- asking ---- */

static bool
copy_bytes(FILE *from, struct blob_writer *w, uint64_t max, uint64_t *ret,
    struct err *e)
{
	static char chunk[CHUNK];
	uint64_t all = 0;
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), from)) > 0) {
		all += n;
		if (all > max)
			return err_set(e, ERR_LIMIT, "more than 40 MB");
		if (!blob_write(w, chunk, n, e))
			return false;
	}
	*ret = all;
	return !ferror(from) || err_sys(e, "read");
}

static bool
keep_file(const struct deed *d, const char *path, int64_t *ret_trace,
    uint64_t *ret_bytes, struct err *e)
{
	OWNED(blob_writer) w = NULL;
	struct http_file_go go = {0};
	FILE *f = fopen(path, "rbe");
	OWNED_FD fd = -1;
	int64_t written;
	bool done;

	if (f == NULL)
		return errno == ENOENT ? err_set(e, ERR_NOT_FOUND, "%s", path)
				       : err_sys(e, "%s", path);
	done = trace_receive(d, str_c(path), &go, &fd, e) &&
	       (w = blob_writer_new(fd, &go.key, e)) != NULL &&
	       copy_bytes(f, w, go.max_bytes, ret_bytes, e) &&
	       blob_finish(w, &written, e);
	key_done(&go.key);
	(void)fclose(f);
	*ret_trace = (int64_t)go.handle;
	return done || err_wrap(e, "%s", path);
}

static bool
settle(const struct deed *d, bool done, struct err *e)
{
	if (done && db_commit(d->house->db, e))
		return true;
	db_rollback(d->house->db);
	return false;
}

/* What could not be asked leaves nothing. */
static void
forget(const struct deed *d, int64_t trace)
{
	struct err ignored;

	if (trace != 0 && db_begin(d->house->db, &ignored))
		(void)!settle(d, trace_drop(d, trace, &ignored), &ignored);
}

static bool
say_state(struct cli *c, int64_t trace, const char *state)
{
	if (c->json)
		fprintf(c->out, "{\"trace\":%" PRId64 ",\"state\":\"%s\"}\n",
		    trace, state);
	else
		fprintf(c->out, "trace %" PRId64 ": %s\n", trace, state);
	return true;
}

static bool
read_album(struct cli *c, int64_t *ret, struct err *e)
{
	const char *album = cli_option(c, "album");

	*ret = 0;
	return album == NULL || num_i64(str_c(album), 1, INT64_MAX, ret) ||
	       err_set(e, ERR_INPUT, "--album is a number");
}

static bool
ask_run(struct cli *c, struct err *e)
{
	int64_t trace = 0, album;
	uint64_t bytes = 0;
	struct deed d;
	str reason;

	if (!cli_required(c, "reason", &reason, e) ||
	    !read_album(c, &album, e) || !sign(c, &d, e))
		return false;
	if (!keep_file(&d, c->argv[0], &trace, &bytes, e) ||
	    !db_begin(c->house->db, e) ||
	    !settle(&d, trace_ask(&d, trace, bytes, album, reason, e), e)) {
		forget(&d, trace);
		return false;
	}
	return say_state(c, trace, "asked");
}

/* ---- deciding ---- */

static bool
read_number(struct cli *c, int64_t *ret, struct err *e)
{
	return num_i64(str_c(c->argv[0]), 1, INT64_MAX, ret) ||
	       err_set(e, ERR_INPUT, "%s is no number of a trace", c->argv[0]);
}

static bool
decide(struct cli *c,
    bool (*run)(const struct deed *, int64_t, str, struct err *),
    const char *state, bool gone, struct err *e)
{
	int64_t trace;
	struct deed d;
	str reason;

	if (!read_number(c, &trace, e) ||
	    !cli_required(c, "reason", &reason, e) || !sign(c, &d, e) ||
	    !db_begin(c->house->db, e) ||
	    !settle(&d, run(&d, trace, reason, e), e))
		return false;
	if (gone && !trace_file_gone(c->house, c->arena, d.org->id, trace, e))
		return false;
	return say_state(c, trace, state);
}

static bool
allow_run(struct cli *c, struct err *e)
{
	return decide(c, trace_allow, "allowed", false, e);
}

static bool
refuse_run(struct cli *c, struct err *e)
{
	return decide(c, trace_refuse, "refused", true, e);
}

static bool
close_run(struct cli *c, struct err *e)
{
	return decide(c, trace_close, "closed", true, e);
}

/* ---- what it says ---- */

static void
show_suspects(struct cli *c, const struct trace_shown *t)
{
	for (size_t i = 0; i < t->suspects.n; i++) {
		const struct trace_suspect *s = &t->suspects.v[i];

		if (!c->json) {
			fprintf(c->out,
			    "account %" PRId64 "\t" STR_FMT "\t" STR_FMT
			    "\twrong: at most 1 in %" PRId64 "\n",
			    s->account, STR_ARG(s->kind), STR_ARG(s->name),
			    s->one_in);
			continue;
		}
		fprintf(c->out,
		    "%s{\"account\":%" PRId64 ",\"medium\":%" PRId64
		    ",\"side\":%" PRId64 ",\"wrong\":%.3e,\"name\":",
		    i == 0 ? "" : ",", s->account, s->medium, s->side,
		    s->wrong);
		json_str(c->out, s->name);
		fputc('}', c->out);
	}
}

static void
show_json(struct cli *c, const struct trace_shown *t)
{
	const struct trace_photo *p =
	    t->photos.n > 0 && t->photos.v[0].shown ? &t->photos.v[0] : NULL;

	fprintf(c->out,
	    "{\"trace\":%" PRId64 ",\"state\":\"%s\",\"asked_by\":%" PRId64
	    ",\"decided_by\":%" PRId64 ",\"closed\":%s,\"answer\":",
	    t->id, trace_state_word(t->state), t->asked_by, t->decided_by,
	    t->closed_at != DB_NULL ? "true" : "false");
	if (t->state == TRACE_TOLD)
		json_str(c->out, str_c(trace_answer_word(t->answer)));
	else
		fputs("null", c->out);
	fprintf(c->out, ",\"compared\":%zu,\"accounts\":%" PRId64, t->photos.n,
	    t->accounts);
	if (p != NULL)
		fprintf(c->out,
		    ",\"medium\":%" PRId64 ",\"album\":%" PRId64
		    ",\"likeness\":%.3f,\"share\":%.3f,\"presence\":%.2f",
		    p->medium, p->post, (double)p->likeness / 1000,
		    (double)p->share / 1000, (double)p->presence / 100);
	fputs(",\"named\":[", c->out);
	show_suspects(c, t);
	fputs("],\"reason\":", c->out);
	json_str(c->out, t->reason);
	fputs("}\n", c->out);
}

static void
show_text(struct cli *c, const struct trace_shown *t)
{
	fprintf(c->out, "trace %" PRId64 ": %s%s\n", t->id,
	    trace_state_word(t->state),
	    t->closed_at != DB_NULL ? ", closed" : "");
	fprintf(c->out, "asked by " STR_FMT ": " STR_FMT "\n",
	    STR_ARG(t->asker), STR_ARG(t->reason));
	if (t->state != TRACE_TOLD)
		return;
	fprintf(c->out, "answer: %s (%zu photos, %" PRId64 " accounts)\n",
	    trace_answer_word(t->answer), t->photos.n, t->accounts);
	if (t->photos.n > 0 && t->photos.v[0].shown)
		fprintf(c->out, "photo %" PRId64 " of album %" PRId64 "\n",
		    t->photos.v[0].medium, t->photos.v[0].post);
	show_suspects(c, t);
}

/* Whoever reads it is written down, like on the page. */
static bool
show_run(struct cli *c, struct err *e)
{
	struct trace_shown t;
	int64_t trace;
	struct deed d;

	if (!read_number(c, &trace, e) || !sign(c, &d, e) ||
	    !trace_load(&d, trace, &t, e) || !db_begin(c->house->db, e) ||
	    !settle(&d, trace_opened(&d, trace, e), e))
		return false;
	if (c->json)
		show_json(c, &t);
	else
		show_text(c, &t);
	return true;
}

#define BY "the login of who does it; passphrase and code are read"

const struct command cmd_trace = {
    .name = "trace",
    .args = "FILE",
    .help = "Ask through which account a copy that was found outside left. "
	    "Nothing is compared before a second person allows it.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = ask_run,
    .options = {{"by", "LOGIN", BY}, {"reason", "TEXT", "why"},
	{"album", "N", "the album that it is from, if it is known"}},
};

const struct command cmd_trace_allow = {
    .name = "trace allow",
    .args = "N",
    .help = "Allow trace N, which somebody else has asked.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = allow_run,
    .options = {{"by", "LOGIN", BY}, {"reason", "TEXT", "why"}},
};

const struct command cmd_trace_refuse = {
    .name = "trace refuse",
    .args = "N",
    .help = "Do not allow trace N; the copy is destroyed.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = refuse_run,
    .options = {{"by", "LOGIN", BY}, {"reason", "TEXT", "why"}},
};

const struct command cmd_trace_show = {
    .name = "trace show",
    .args = "N",
    .help = "Print what trace N says: the photo, and the accounts with the "
	    "probability that naming one is wrong, or why it cannot tell.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = show_run,
    .options = {{"by", "LOGIN", BY}},
};

const struct command cmd_trace_close = {
    .name = "trace close",
    .args = "N",
    .help = "Close trace N; the copy is destroyed, the answer stays.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = close_run,
    .options = {{"by", "LOGIN", BY}, {"reason", "TEXT", "why"}},
};
