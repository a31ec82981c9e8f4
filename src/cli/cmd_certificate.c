#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "ends/certificate.h"

static bool
read_file(struct cli *c, const char *path, str *ret, struct err *e)
{
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	char *p = arena_alloc(c->arena, 1, CERTIFICATE_MAX + 1);
	ssize_t got;
	size_t n = 0;

	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a file");
	if (fd == -1)
		return err_sys(e, "%s", path);
	while (n <= CERTIFICATE_MAX &&
	       (got = read(fd, p + n, CERTIFICATE_MAX + 1 - n)) != 0) {
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_sys(e, "%s", path);
		n += (size_t)got;
	}
	*ret = (str){p, n};
	return n <= CERTIFICATE_MAX ||
	       err_set(e, ERR_LIMIT, "%s: too long for a certificate", path);
}

/* Whichever organisation of the house signed it. */
static bool
verify(struct cli *c, str file, int64_t *ret_number, struct err *e)
{
	struct deed d = {.house = c->house, .arena = c->arena, .now = c->now};
	bool done = false;

	for (size_t i = 0; i < c->house->n_org && !done; i++) {
		d.org = &c->house->org[i];
		d.today = day_of(d.org->zone, c->now);
		done = certificate_verify(&d, file, ret_number, e);
	}
	return done;
}

static bool
verify_run(struct cli *c, struct err *e)
{
	int64_t number = 0;
	str file;

	if (!read_file(c, c->argv[0], &file, e))
		return false;
	if (c->house->n_org == 0)
		return err_set(e, ERR_NOT_FOUND, "no organisation yet");
	if (!verify(c, file, &number, e))
		return err_wrap(e, "%s", c->argv[0]);
	if (c->json)
		fprintf(c->out,
		    "{\"certificate\":%" PRId64 ",\"sound\":true}\n", number);
	else
		fprintf(c->out,
		    "certificate %" PRId64
		    ": signed by this house, and what it says to be erased "
		    "cannot be read\n",
		    number);
	return true;
}

const struct command cmd_certificate_verify = {
    .name = "certificate verify",
    .args = "FILE",
    .help = "Check the signature of a certificate of erasure, and that what "
	    "it says to be unreadable is so.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = verify_run,
};
