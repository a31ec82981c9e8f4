/* preau seal: what an authority does with what was handed over to it, on its
 * own machine. */
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <unistd.h>

#include "base/num.h"
#include "cli/cli.h"
#include "crypto/sum.h"
#include "custody/object.h"

static bool
write_all(int fd, const void *p, size_t n, struct err *e)
{
	const char *from = p;

	while (n > 0) {
		ssize_t did = write(fd, from, n);

		if (did == -1 && errno == EINTR)
			continue;
		if (did == -1)
			return err_sys(e, "write");
		from += did;
		n -= (size_t)did;
	}
	return true;
}

static void
say_key(struct cli *c, const struct box_pair *p)
{
	char hex[2 * BOX_PUBLIC + 1], print[BOX_FINGERPRINT];

	(void)sodium_bin2hex(hex, sizeof(hex), p->public, BOX_PUBLIC);
	box_fingerprint(p->public, print);
	if (c->json)
		fprintf(c->out, "{\"public\":\"%s\",\"fingerprint\":\"%s\"}\n",
		    hex, print);
	else
		fprintf(
		    c->out, "public key   %s\nfingerprint  %s\n", hex, print);
}

static bool
key_run(struct cli *c, struct err *e)
{
	CLEANUP(box_pair_done) struct box_pair p = {{0}, {{0}}};
	OWNED_FD fd =
	    open(c->argv[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd == -1)
		return err_sys(e, "%s", c->argv[0]);
	(void)crypto_box_keypair(p.public, p.secret.b);
	if (!write_all(fd, p.secret.b, sizeof(p.secret.b), e))
		return err_wrap(e, "%s", c->argv[0]);
	if (fsync(fd) == -1)
		return err_sys(e, "%s", c->argv[0]);
	say_key(c, &p);
	return true;
}

static bool
read_key(const char *path, struct box_pair *ret, struct err *e)
{
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "%s", path);
	if (read(fd, ret->secret.b, KEY_BYTES) != KEY_BYTES)
		return err_set(e, ERR_INPUT, "%s: this is no key", path);
	return crypto_scalarmult_base(ret->public, ret->secret.b) == 0 ||
	       err_set(e, ERR_INPUT, "%s: this is no key", path);
}

struct opening {
	int from, to;
	struct sum *sum;
	int64_t bytes;
};

static bool
get(void *ctx, void *p, size_t n, size_t *ret_n, struct err *e)
{
	const struct opening *o = ctx;
	ssize_t got;

	do
		got = read(o->from, p, n);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return err_sys(e, "read");
	*ret_n = (size_t)got;
	return true;
}

static bool
put(void *ctx, const void *p, size_t n, struct err *e)
{
	struct opening *o = ctx;

	sum_add(o->sum, p, n);
	o->bytes += (int64_t)n;
	return write_all(o->to, p, n, e);
}

static bool
open_all(
    struct cli *c, const struct box_pair *p, struct opening *o, struct err *e)
{
	if (o->from == -1)
		return err_sys(e, "%s", c->argv[1]);
	if (o->to == -1)
		return err_sys(e, "%s", c->argv[2]);
	if (!object_read_handed(p, get, o, put, o, e))
		return err_wrap(e, "%s", c->argv[1]);
	if (fsync(o->to) == -1)
		return err_sys(e, "%s", c->argv[2]);
	return true;
}

/* What did not open to its end is not left behind. */
static bool
open_run(struct cli *c, struct err *e)
{
	CLEANUP(box_pair_done) struct box_pair p = {{0}, {{0}}};
	OWNED(sum) sum = sum_new(SUM_SHA256);
	OWNED_FD from = open(c->argv[1], O_RDONLY | O_CLOEXEC);
	OWNED_FD to = -1;
	struct opening o = {from, -1, sum, 0};
	char hex[2 * 32 + 1];
	uint8_t is[SUM_MAX];

	if (!read_key(c->argv[0], &p, e))
		return false;
	o.to = to =
	    open(c->argv[2], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (!open_all(c, &p, &o, e)) {
		if (to != -1)
			(void)unlink(c->argv[2]);
		return false;
	}
	sum_end(sum, is);
	(void)sodium_bin2hex(hex, sizeof(hex), is, 32);
	if (c->json)
		fprintf(c->out, "{\"sha256\":\"%s\",\"bytes\":%" PRId64 "}\n",
		    hex, o.bytes);
	else
		fprintf(
		    c->out, "sha256  %s\nbytes   %" PRId64 "\n", hex, o.bytes);
	return true;
}

const struct command cmd_seal_key = {
    .name = "seal key",
    .args = "FILE",
    .help = "Make a key pair for an authority: the secret in FILE, the public "
	    "key and its fingerprint to be read out.",
    .min = 1,
    .max = 1,
    .need = CLI_NOTHING,
    .run = key_run,
};

const struct command cmd_seal_open = {
    .name = "seal open",
    .args = "KEY FILE INTO",
    .help = "Open what a house handed over, with the authority's key, and say "
	    "its SHA-256.",
    .min = 3,
    .max = 3,
    .need = CLI_NOTHING,
    .run = open_run,
};
