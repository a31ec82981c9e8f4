/* preau match build — text lists of hashes to one index file. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/match_input.h"
#include "cli/match_tmk.h"
#include "match/builder.h"

#define SUFFIX ".new"
#define MEMORY_SHARE 2 /* of the machine's, for values */

struct building {
	struct cli *c;
	struct match_builder *to;
	enum hash_kind kind;
	uint64_t lines; /* of all lists so far */
	uint64_t hashes;
	FILE *report;
	size_t reported;
};

static bool
kind_of_option(const struct cli *c, enum hash_kind *ret, struct err *e)
{
	const char *alg = cli_option(c, "alg");

	*ret = HASH_PDQ;
	if (alg != NULL &&
	    (!hash_kind_of(str_c(alg), ret) || !hash_kind_is_fixed(*ret)))
		return err_set(e, ERR_INPUT, "no such hash: %s", alg);
	return true;
}

static uint64_t
memory_max(void)
{
	uint64_t pages = (uint64_t)sysconf(_SC_PHYS_PAGES);

	return pages * (uint64_t)sysconf(_SC_PAGESIZE) / MEMORY_SHARE;
}

/* A list is called by the number of its first line among all lines. */
static bool
open_list(struct building *b, const char *name, struct err *e)
{
	struct match_index_list list;
	size_t n = strlen(name);

	if (b->lines > UINT32_MAX)
		return err_set(e, ERR_LIMIT, "more than 2^32 lines");
	match_index_list_init(&list, (uint32_t)b->lines);
	/* The end of a long path says more than its beginning. */
	if (n > MATCH_INDEX_PROVENANCE_MAX)
		name += n - MATCH_INDEX_PROVENANCE_MAX;
	memcpy(list.provenance, name, strlen(name));
	return match_builder_list(b->to, &list, e);
}

static void
report(struct building *b, const struct match_input *in, uint64_t hashes)
{
	FILE *out = b->report;

	if (!b->c->json) {
		fprintf(out, "%s\t%llu\t%llu\n", in->name,
		    (unsigned long long)hashes, (unsigned long long)in->wrong);
		return;
	}
	fprintf(out, "%s{\"list\":", b->reported++ == 0 ? "" : ",");
	json_str(out, str_c(in->name));
	fprintf(out, ",\"hashes\":%llu,\"skipped\":%llu}",
	    (unsigned long long)hashes, (unsigned long long)in->wrong);
}

static bool
add_lines(struct building *b, struct match_input *in, uint64_t *ret_hashes,
    struct err *e)
{
	uint32_t list = (uint32_t)b->lines;
	struct match_line line;
	uint64_t number, n = 0;
	bool more = true;

	while (more) {
		if (!match_input_next(in, &line, &number, &more, e))
			return false;
		if (!more)
			break;
		if (n++ == 0 && !open_list(b, in->name, e))
			return false;
		if (number > UINT32_MAX)
			return err_set(e, ERR_LIMIT, "more than 2^32 lines");
		const void *value = line.value;
		str bytes = {value, hash_kind_facts(line.kind)->bytes};

		if (!match_builder_add(
			b->to, line.kind, bytes, list, (uint32_t)number, e))
			return false;
	}
	*ret_hashes = n;
	return true;
}

/* A video is a list of one line. */
static bool
add_video(struct building *b, const char *name, struct err *e)
{
	const struct match_input in = {.name = name, .lines = 1};
	OWNED(arena) a = arena_new((size_t)1 << 20);
	str file;

	if (!match_tmk_read(a, name, &file, e) || !open_list(b, name, e) ||
	    !match_builder_add(b->to, HASH_TMK, file, (uint32_t)b->lines, 0, e))
		return false;
	report(b, &in, 1);
	b->lines++;
	b->hashes++;
	return true;
}

static bool
add_list(struct building *b, const char *name, struct err *e)
{
	CLEANUP(match_input_close) struct match_input in;
	uint64_t hashes;

	if (!match_input_open(&in, name, b->kind, e))
		return false;
	if (!add_lines(b, &in, &hashes, e))
		return err_wrap(e, "%s", name);
	match_input_report(&in);
	report(b, &in, hashes);
	b->lines += in.lines;
	b->hashes += hashes;
	return true;
}

static bool
write_index(struct building *b, const char *path, struct err *e)
{
	str aside = arena_fmt(b->c->arena, "%s" SUFFIX, path);
	char *name = arena_cstr(b->c->arena, aside);
	OWNED_FD fd = -1;
	int64_t said = 0;
	bool done;

	if (name == NULL)
		return err_set(e, ERR_LIMIT, "%s: too long", path);
	fd = open(
	    name, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_sys(e, "%s", name);
	if (isatty(STDERR_FILENO))
		match_progress(&said, "writing the index", -1);
	done = match_builder_write(b->to, fd, 1, e) &&
	       (fsync(fd) == 0 || err_sys(e, "%s", name)) &&
	       (rename(name, path) == 0 || err_sys(e, "%s", path));
	if (said != 0)
		fprintf(stderr, "\r\033[K");
	if (!done)
		(void)unlink(name);
	return done;
}

static bool
build_all(struct building *b, const char *path, struct err *e)
{
	for (int i = 0; i < b->c->argc; i++) {
		const char *name = b->c->argv[i];

		if (!(match_tmk_is(name) ? add_video(b, name, e)
					 : add_list(b, name, e)))
			return false;
	}
	if (b->hashes == 0)
		return err_set(e, ERR_INPUT, "the lists hold no hash");
	return write_index(b, path, e);
}

static bool
run_build(struct cli *c, struct err *e)
{
	struct building b = {.c = c};
	char *text = NULL;
	size_t n = 0;
	str out;
	bool done;

	if (!cli_required(c, "out", &out, e) || !kind_of_option(c, &b.kind, e))
		return false;
	OWNED(match_builder) builder = match_builder_new(memory_max(), e);
	if (builder == NULL)
		return false;
	b.to = builder;
	b.report = open_memstream(&text, &n);
	if (b.report == NULL)
		return err_sys(e, "match build");
	done = build_all(&b, out.p, e);
	if (fclose(b.report) != 0)
		done = done && err_sys(e, "match build");
	if (done)
		fprintf(c->out, c->json ? "[%s]\n" : "%s", text);
	free(text);
	return done;
}

const struct command cmd_match_build = {
    .name = "match build",
    .args = "LIST...",
    .help = "Make an index of lists of hashes, one a line (- is standard "
	    "input), and of .tmk files: prints of each list how many hashes it "
	    "has and how many lines were none.",
    .min = 1,
    .max = INT_MAX,
    .need = CLI_NOTHING,
    .run = run_build,
    .options =
	{
	    {"out", "INDEX", "the file to write, or -o INDEX"},
	    {"alg", "KIND",
		"what the lines are when they do not say it, pdq unless given; "
		"as of preau hash, and photodna"},
	},
};
