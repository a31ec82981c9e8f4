/*
 * bounce — what a mail server sends back, piped in by an alias or a .forward.
 *
 * The letter is read into two words (mail/report.h) and forgotten before the
 * house is opened: no key is in memory while a stranger's bytes are looked at.
 */
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "tell/bounce.h"

static struct {
	struct mail_report report;
	char to[256];
} came;

/* The whole of standard input is taken, so that who pipes is not told that we
 * went away; what is too long is not looked at. */
static bool
read_letter(char *p, size_t max, size_t *ret_n, struct err *e)
{
	char past[4096];
	size_t n = 0;
	ssize_t got;

	for (;;) {
		got = n < max ? read(STDIN_FILENO, p + n, max - n)
			      : read(STDIN_FILENO, past, sizeof(past));
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_sys(e, "standard input");
		if (got == 0)
			break;
		n += n < max ? (size_t)got : 0;
	}
	*ret_n = n;
	return true;
}

static bool
bounce_before(struct cli *c, struct err *e)
{
	char *p = arena_alloc(c->arena, 1, MAIL_REPORT_MAX);
	size_t n;
	str to;

	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a letter");
	if (!read_letter(p, MAIL_REPORT_MAX, &n, e))
		return false;
	came.report = mail_report_read((str){p, n});
	to = c->argc > 0 ? str_c(c->argv[0]) : mail_report_to((str){p, n});
	if (to.n == 0 || to.n >= sizeof(came.to))
		return err_set(
		    e, ERR_INPUT, "to whom it came back is not said");
	(void)snprintf(came.to, sizeof(came.to), STR_FMT, STR_ARG(to));
	explicit_bzero(p, n);
	return true;
}

static bool
bounce_run(struct cli *c, struct err *e)
{
	enum bounce_fate fate;

	if (!bounce_note(c->house, c->arena, str_c(came.to), &came.report,
		c->now, &fate, e))
		return false;
	/* A mail server may send back whatever is said: nothing is. */
	if (c->json)
		fprintf(c->out, "{\"noted\":%s}\n",
		    fate == BOUNCE_NOTED ? "true" : "false");
	return true;
}

const struct command cmd_bounce = {
    .name = "bounce",
    .args = "[ADDRESS]",
    .help = "Read a letter that came back to mail_bounce from standard input, "
	    "and note that its message did not arrive. ADDRESS is the one it "
	    "came back to, where its To field does not say so.",
    .max = 1,
    .need = CLI_HOUSE,
    .before = bounce_before,
    .run = bounce_run,
};
