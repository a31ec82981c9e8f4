/* preau hash video — the hash of a video file, made by preau-video in its
 * jail. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/hash_lines.h"
#include "hash/tmk.h"
#include "ipc/video.h"
#include "proc/helper.h"

#define SILENCE_MS 120000 /* without a frame: it hangs */
#define MODE 0644

struct call {
	const char *name;
	struct video_job job;
	bool to_terminal, turns;
};

static bool
read_every(const char *text, float *ret, struct err *e)
{
	char *end;
	double v;

	if (text == NULL)
		return true;
	v = strtod(text, &end);
	if (end == text || *end != '\0' || !(v >= 0) ||
	    v > (double)VIDEO_EVERY_MAX)
		return err_set(
		    e, ERR_INPUT, "--every wants seconds, not %s", text);
	*ret = (float)v;
	return true;
}

static bool
read_call(struct cli *c, struct call *ret, struct err *e)
{
	const char *alg = cli_option(c, "alg");

	*ret = (struct call){.name = c->argv[0],
	    .job = {.id = 1, .alg = VIDEO_ALGS, .every = 1},
	    .turns = cli_option(c, "dihedral") != NULL,
	    .to_terminal = isatty(STDERR_FILENO) == 1};
	for (uint8_t i = 0; alg != NULL && i < VIDEO_ALGS; i++)
		if (str_eq(str_c(alg), str_c(video_alg_names[i])))
			ret->job.alg = i;
	if (ret->job.alg == VIDEO_ALGS)
		return err_set(e, ERR_INPUT, "--alg must be tmk, vpdq or pdq");
	if (ret->job.alg == VIDEO_TMK && cli_option(c, "every") != NULL)
		return err_set(e, ERR_INPUT, "--every is for vpdq and pdq");
	if (cli_option(c, "hypotheses") != NULL)
		ret->job.hypotheses = QUERY_DEFAULT;
	if (ret->job.alg != VIDEO_PDQ &&
	    (ret->turns || ret->job.hypotheses != 0))
		return err_set(
		    e, ERR_INPUT, "--dihedral and --hypotheses are for pdq");
	return read_every(cli_option(c, "every"), &ret->job.every, e);
}

static bool
send_job(struct helper *h, const struct call *k, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	OWNED_FD fd = open(k->name, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "%s", k->name);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "%s is not a file", k->name);
	video_job_write(&b, &k->job);
	return chan_send(&h->peer, VIDEO_JOB, buf_view(&b), &fd, 1, e);
}

static void
say_progress(const struct call *k, uint32_t decoded)
{
	if (k->to_terminal)
		fprintf(stderr, "\r%s: %" PRIu32 " frames", k->name, decoded);
}

/* Until the job is done; *m has what came with it. */
static bool
wait_done(struct helper *h, const struct call *k, char *bytes, size_t n,
    struct chan_msg *m, struct video_done *ret, struct err *e)
{
	struct video_progress p;

	for (;;) {
		if (!chan_recv(&h->peer, bytes, n, SILENCE_MS, m, e)) {
			if (e->kind == ERR_BUSY)
				return err_set(e, ERR_LIMIT,
				    "%s: it took too long", k->name);
			return err_set(
			    e, ERR_INPUT, "%s kills its decoder", k->name);
		}
		if (m->kind == VIDEO_DONE)
			return video_done_read(m->body, ret, e);
		if (!video_progress_read(m->body, &p, e))
			return false;
		say_progress(k, p.decoded);
		chan_msg_done(m);
	}
}

static bool
judge(const struct call *k, const struct video_done *d, struct err *e)
{
	static const char *const texts[MEDIA_VERDICTS] = {
	    [MEDIA_EMPTY] = "the file is empty",
	    [MEDIA_UNKNOWN] = "no video that can be decoded here",
	    [MEDIA_TRUNCATED] = "the video is cut short",
	    [MEDIA_DAMAGED] = "the video is damaged",
	    [MEDIA_TOO_LARGE] = "the video is too large or too long",
	    /* No video worker says these three of a hash. */
	    [MEDIA_FILM] = "it cannot be decoded here",
	    [MEDIA_TOO_MANY] = "it cannot be decoded here",
	    [MEDIA_TOO_LONG] = "the video is too long",
	    [MEDIA_NO_PICTURE] = "no video that can be decoded here",
	};

	if (d->broken > 0)
		fprintf(stderr,
		    "preau: %s: %" PRIu32 " parts could not be decoded\n",
		    k->name, d->broken);
	return d->verdict == MEDIA_OK ||
	       err_set(e, d->verdict == MEDIA_TOO_LARGE ? ERR_LIMIT : ERR_INPUT,
		   "%s: %s", k->name, texts[d->verdict]);
}

static bool
take_hash(struct arena *a, int fd, const struct video_done *d, str *ret,
    struct err *e)
{
	char *p = NEW_N(a, char, (size_t)d->bytes + 1);
	struct stat st;

	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a hash");
	if (fstat(fd, &st) == -1 || st.st_size != (off_t)d->bytes)
		return err_set(e, ERR_CORRUPT, "the video program lied");
	for (size_t at = 0; at < d->bytes;) {
		ssize_t n = pread(fd, p + at, d->bytes - at, (off_t)at);

		if (n <= 0)
			return err_sys(e, "hash");
		at += (size_t)n;
	}
	*ret = (str){p, d->bytes};
	return true;
}

static bool
hash_video(struct cli *c, const struct call *k, struct video_done *ret_done,
    str *ret_hash, struct err *e)
{
	CLEANUP(helper_stop) struct helper h = {0};
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	char bytes[256];
	bool done;

	if (access(k->name, R_OK) == -1)
		return err_sys(e, "%s", k->name);
	if (!helper_start(&h, ROLE_VIDEO, "preau-video", ROLE_JOBS,
		video_from_worker, NULL, e) ||
	    !send_job(&h, k, e))
		return false;
	done = wait_done(&h, k, bytes, sizeof(bytes), &m, ret_done, e);
	if (k->to_terminal)
		fprintf(stderr, "\r\033[K");
	if (!done || !judge(k, ret_done, e))
		return false;
	if (m.n_fds != 1)
		return err_set(e, ERR_CORRUPT, "the video program lied");
	return take_hash(c->arena, m.fd[0], ret_done, ret_hash, e);
}

/* Whole or not at all: beside it first, then in its place. */
static bool
write_file(struct arena *a, const char *name, str bytes, struct err *e)
{
	str temporary = arena_fmt(a, "%s.part", name);
	const char *part = arena_cstr(a, temporary);
	OWNED_FD fd = -1;

	if (part == NULL)
		return err_set(e, ERR_LIMIT, "%s is too long", name);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, MODE);
	if (fd == -1)
		return err_sys(e, "%s", part);
	for (str s = bytes; s.n > 0;) {
		ssize_t n = write(fd, s.p, s.n);

		if (n == -1 && errno != EINTR) {
			(void)!err_sys(e, "%s", part);
			(void)unlink(part);
			return false;
		}
		s = str_sub(s, n > 0 ? (size_t)n : 0, s.n);
	}
	if (rename(part, name) == -1)
		return err_sys(e, "%s", name);
	return true;
}

/* The table as lines, or as a list in JSON. */
static bool
table_text(
    struct cli *c, const struct call *k, str table, str *ret, struct err *e)
{
	struct hash_lines lines = {.json = c->json, .turns = k->turns};
	char *text = NULL;
	struct hashes t;
	size_t n = 0;
	bool done;

	if (!hashes_read(c->arena, table, HASHES_FILM_ROWS_MAX, &t, e))
		return false;
	lines.out = open_memstream(&text, &n);
	if (lines.out == NULL)
		return err_sys(e, "hash");
	for (size_t i = 0; i < t.n; i++)
		hash_lines_row(&lines, k->name, &t.v[i]);
	done = fclose(lines.out) == 0 || err_sys(e, "hash");
	done = done && (arena_str(c->arena, text, n, ret) ||
			   err_set(e, ERR_LIMIT, "no memory for hashes"));
	free(text);
	return done;
}

static void
say_json(const struct cli *c, const struct call *k, const struct video_done *d,
    str hash)
{
	fprintf(c->out, "{\"file\":");
	json_str(c->out, str_c(k->name));
	fprintf(c->out,
	    ",\"kind\":\"%s\",\"frames\":%" PRIu32 ",\"hashed\":%" PRIu32
	    ",\"broken\":%" PRIu32,
	    video_alg_names[k->job.alg], d->decoded, d->hashed, d->broken);
	if (k->job.alg == VIDEO_VPDQ && cli_option(c, "out") == NULL) {
		fprintf(c->out, ",\"value\":");
		json_str(c->out, hash);
	}
	if (k->job.alg == VIDEO_PDQ && cli_option(c, "out") == NULL)
		fprintf(c->out, ",\"hashes\":[" STR_FMT "]", STR_ARG(hash));
	fprintf(c->out, "}\n");
}

static bool
run(struct cli *c, struct err *e)
{
	const char *to = cli_option(c, "out");
	struct video_done d;
	struct call k;
	str hash;

	if (!read_call(c, &k, e))
		return false;
	if (to == NULL && k.job.alg == VIDEO_TMK &&
	    (c->json || isatty(fileno(c->out)) == 1))
		return err_set(
		    e, ERR_INPUT, "a .tmk file is not text: name one with -o");
	if (!hash_video(c, &k, &d, &hash, e) ||
	    (k.job.alg == VIDEO_PDQ && !table_text(c, &k, hash, &hash, e)) ||
	    (to != NULL && !write_file(c->arena, to, hash, e)))
		return false;
	if (c->json)
		say_json(c, &k, &d, hash);
	else if (to == NULL)
		(void)fwrite(hash.p, 1, hash.n, c->out);
	return true;
}

const struct command cmd_hash_video = {
    .name = "hash video",
    .args = "FILE",
    .help = "Hash a video: a .tmk file, or for vpdq a line a frame of number, "
	    "quality, hash and seconds, between commas; for pdq the lines of "
	    "preau hash, each kind with @ and the milliseconds, of frames that "
	    "are not as the one before: what preau match query asks with.",
    .min = 1,
    .max = 1,
    .need = CLI_NOTHING,
    .run = run,
    .options =
	{
	    {"alg", "KIND", "tmk, vpdq or pdq"},
	    {"every", "SECONDS",
		"vpdq, pdq: one frame every so many seconds; 0 is every frame, "
		"1 unless given"},
	    {"dihedral", NULL, "pdq: the seven turned hashes too"},
	    {"hypotheses", NULL,
		"pdq: also of what a frame may have been before it was framed "
		"or cropped, as of preau hash"},
	    {"out", "OUT", "write the hash there; also -o OUT"},
	},
};
