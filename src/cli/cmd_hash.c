/* preau hash — perceptual hashes of pictures, digests of any file. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "cli/hash_coded.h"
#include "cli/hash_lines.h"
#include "hash/hash.h"
#include "hash/kind.h"

#define FILE_MAX ((size_t)1 << 30)
#define PIXELS_BYTES_MAX ((size_t)4 << 30)
#define PIECE ((size_t)1 << 20)
#define HASHES_ARENA_MAX ((size_t)4 << 20)

/* What is asked for. */
struct hashing {
	struct hash_lines lines;
	bool pdq, photodna;
	enum pdq_pipeline pipeline;
	unsigned kinds;      /* bits of phash_kind */
	unsigned digests;    /* bits of digest_kind */
	unsigned hypotheses; /* bits of query_hypothesis */
	struct hash_coded coded;
};

static bool
no_photodna(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND,
	    "computing PhotoDNA takes a licensed library, and this program was "
	    "built without one; hashes from lists are compared all the same");
}

/* A word of --alg to what it stands for. */
static bool
add_algorithm(struct hashing *h, str word, struct err *e)
{
	enum phash_kind kind;

	if (str_eq(word, S("pdq")) || str_eq(word, S("all")))
		h->pdq = true;
	if (str_eq(word, S("all"))) {
		h->kinds = PHASH_ALL;
		h->digests = (1u << DIGEST_KINDS) - 1;
	}
	if (str_eq(word, S("pdq")) || str_eq(word, S("all")))
		return true;
	if (phash_kind_of(word, &kind)) {
		h->kinds |= 1u << kind;
		return true;
	}
	if (str_eq(word, S("photodna"))) {
		h->photodna = true;
		return photodna_provider() != NULL || no_photodna(e);
	}
	for (unsigned i = 0; i < DIGEST_KINDS; i++)
		if (str_eq(word, str_c(digest_names[i]))) {
			h->digests |= 1u << i;
			return true;
		}
	return err_set(e, ERR_INPUT, "no such hash: " STR_FMT, STR_ARG(word));
}

static bool
read_options(struct cli *c, struct hashing *ret, struct err *e)
{
	str algs = str_c(cli_option(c, "alg")), word;
	const char *pipeline = cli_option(c, "pipeline");
	bool more = true;

	*ret = (struct hashing){.lines = {.json = c->json,
				    .out = c->out,
				    .turns = cli_option(c, "dihedral") != NULL},
	    .hypotheses =
		cli_option(c, "hypotheses") != NULL ? QUERY_DEFAULT : 0};
	if (algs.n == 0)
		algs = S("pdq");
	while (more) {
		more = str_cut(&algs, ',', &word);
		if (!add_algorithm(ret, word, e))
			return false;
	}
	if (pipeline != NULL &&
	    !pdq_pipeline_of(str_c(pipeline), &ret->pipeline))
		return err_set(e, ERR_INPUT, "no such pipeline: %s", pipeline);
	return true;
}

static bool
say_digests(struct hashing *h, const char *file, str bytes, struct err *e)
{
	uint8_t digest[DIGEST_KINDS][DIGEST_BYTES_MAX];
	OWNED(digest) d = digest_new(e);

	if (d == NULL || !digest_add(d, bytes.p, bytes.n, e) ||
	    !digest_end(d, digest, e))
		return false;
	for (unsigned i = 0; i < DIGEST_KINDS; i++) {
		CLEANUP(buf_done) struct buf hex = BUF_MAX(DIGEST_HEX_MAX + 1);

		if ((h->digests >> i & 1) == 0)
			continue;
		buf_hex(&hex, digest[i], digest_bytes[i]);
		buf_byte(&hex, '\0');
		hash_lines_value(&h->lines, file, digest_names[i], hex.p, -1);
	}
	return true;
}

static void *
work_of(struct arena *a, size_t n, struct err *e)
{
	char *p = NEW_N(a, char, n + PDQ_WORK_ALIGN);

	if (p == NULL) {
		err_set(e, ERR_LIMIT, "the picture is too large");
		return NULL;
	}
	return p + (PDQ_WORK_ALIGN - (uintptr_t)p % PDQ_WORK_ALIGN);
}

static bool
hash_pdq(struct hashing *h, struct arena *a, const char *file,
    const struct pixels *px, enum query_hypothesis hypothesis, struct err *e)
{
	size_t n = pdq_work_bytes(px->width, px->height);
	void *work = work_of(a, n, e);
	struct pdq_block block;
	enum pdq_reason reason;

	if (work == NULL ||
	    !pdq_block(px, h->pipeline, h->lines.turns, work, n, &block, e))
		return false;
	reason = pdq_reason(&block, PDQ_QUALITY_MIN);
	if (hypothesis != QUERY_AS_IS && reason != PDQ_FIT)
		return true;
	for (int i = 0; i < (h->lines.turns ? PDQ_TURNS : 1); i++)
		hash_lines_pdq(&h->lines, file,
		    &(struct pdq_found){
			.hash = pdq_of_block(&block, (enum pdq_turn)i),
			.pipeline = h->pipeline,
			.hypothesis = hypothesis,
			.turn = (enum pdq_turn)i,
			.quality = block.quality,
			.reason = reason});
	return true;
}

static bool
hash_supposed(struct hashing *h, struct arena *a, const char *file,
    const struct pixels *px, struct err *e)
{
	struct pixels made;
	bool some;

	for (int i = QUERY_AS_IS + 1; i < QUERY_HYPOTHESES; i++) {
		enum query_hypothesis y = (enum query_hypothesis)i;

		if ((h->hypotheses >> i & 1) == 0)
			continue;
		if (!query_pixels(a, px, y, &made, &some, e) ||
		    (some && !hash_pdq(h, a, file, &made, y, e)))
			return false;
	}
	return true;
}

static bool
hash_small(struct hashing *h, struct arena *a, const char *file,
    const struct pixels *px, struct err *e)
{
	size_t n = phash_work_bytes(px->width, px->height);
	void *work = work_of(a, n, e);
	struct phash hash[PHASH_KINDS];
	char text[PHASH_HEX_MAX + 1];

	if (work == NULL || !phash_all(px, h->kinds, work, n, hash, e))
		return false;
	for (int k = 0; k < PHASH_KINDS; k++) {
		if ((h->kinds >> k & 1) == 0)
			continue;
		phash_text(&hash[k], text);
		hash_lines_value(&h->lines, file, phash_names[k], text, -1);
	}
	return true;
}

static bool
read_file(const char *name, struct buf *b, struct err *e)
{
	bool from_input = strcmp(name, "-") == 0;
	OWNED_FD fd =
	    from_input ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	if (fd == -1)
		return err_sys(e, "%s", name);
	while (got > 0) {
		if (!buf_reserve(b, PIECE))
			return err_set(e, ERR_LIMIT, "%s: over 1 GiB", name);
		got = read(fd, b->p + b->n, PIECE);
		if (got == -1 && errno != EINTR)
			return err_sys(e, "%s", name);
		b->n += got > 0 ? (size_t)got : 0;
		got = got == -1 ? 1 : got;
	}
	return true;
}

static bool
is_asked(const struct hashing *h, const struct hash_row *r)
{
	const struct hash_kind_facts *f =
	    hash_kind_facts((enum hash_kind)r->kind);

	if (r->kind == HASH_PDQ)
		return h->pdq && (r->pipeline == (uint8_t)h->pipeline ||
				     r->hypothesis != QUERY_AS_IS);
	return f != NULL && f->bytes == r->value.n && r->kind >= HASH_PHASH &&
	       r->kind < HASH_PHASH + PHASH_KINDS &&
	       (h->kinds >> (r->kind - HASH_PHASH) & 1) != 0;
}

/* What is no PNM is decoded by another program, in a jail. */
static bool
hash_by_media(struct hashing *h, const char *file, str bytes, struct err *e)
{
	OWNED(arena) a = arena_new(HASHES_ARENA_MAX);
	struct hashes t;

	if (h->photodna)
		return err_set(
		    e, ERR_INPUT, "PhotoDNA is computed of PNM pictures only");
	if (!hash_coded(
		&h->coded, a, bytes, 1u << h->pipeline, h->hypotheses, &t, e))
		return false;
	for (size_t i = 0; i < t.n; i++)
		if (is_asked(h, &t.v[i]))
			hash_lines_row(&h->lines, file, &t.v[i]);
	return true;
}

static bool
hash_photodna(
    struct hashing *h, const char *file, const struct pixels *px, struct err *e)
{
	CLEANUP(buf_done) struct buf text = BUF_MAX(2 * PHOTODNA_BYTES);
	uint8_t value[PHOTODNA_BYTES];

	if (!photodna_compute(px, value, e))
		return false;
	hash_value_text(HASH_PHOTODNA, value, &text);
	buf_byte(&text, '\0');
	hash_lines_value(&h->lines, file, "photodna", text.p, -1);
	return true;
}

static bool
say_pixels(struct hashing *h, struct arena *a, const char *file,
    const struct pixels *px, struct err *e)
{
	return (!h->pdq || (hash_pdq(h, a, file, px, QUERY_AS_IS, e) &&
			       hash_supposed(h, a, file, px, e))) &&
	       (h->kinds == 0 || hash_small(h, a, file, px, e)) &&
	       (!h->photodna || hash_photodna(h, file, px, e));
}

static bool
hash_pixels(struct hashing *h, const char *file, str bytes, struct err *e)
{
	OWNED(arena) a = arena_new(PIXELS_BYTES_MAX);
	struct pixels px;

	if (!h->pdq && h->kinds == 0 && !h->photodna)
		return true;
	if (!str_starts(bytes, S("P5")) && !str_starts(bytes, S("P6")))
		return hash_by_media(h, file, bytes, e);
	if (!pnm_read(a, bytes, &px, e))
		return false;
	return say_pixels(h, a, file, &px, e);
}

static bool
hash_file(struct hashing *h, const char *file, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(FILE_MAX);

	if (!read_file(file, &b, e))
		return false;
	if (!hash_pixels(h, file, buf_view(&b), e) ||
	    (h->digests != 0 && !say_digests(h, file, buf_view(&b), e)))
		return err_wrap(e, "%s", file);
	return true;
}

static bool
hash_files(struct hashing *h, const struct cli *c, struct err *e)
{
	for (int i = 0; i < c->argc; i++)
		if (!hash_file(h, c->argv[i], e))
			return false;
	return true;
}

/* JSON is one value: the list when all went well, else the error alone. */
static bool
hash_as_json(struct hashing *h, const struct cli *c, struct err *e)
{
	char *text = NULL;
	size_t n = 0;
	bool done;

	h->lines.out = open_memstream(&text, &n);
	if (h->lines.out == NULL)
		return err_sys(e, "hash");
	done = hash_files(h, c, e);
	if (fclose(h->lines.out) != 0)
		done = done && err_sys(e, "hash");
	if (done)
		fprintf(c->out, "[%s]\n", text);
	free(text);
	return done;
}

static bool
run(struct cli *c, struct err *e)
{
	struct hashing h;
	bool done;

	if (!read_options(c, &h, e))
		return false;
	done = c->json ? hash_as_json(&h, c, e) : hash_files(&h, c, e);
	hash_coded_done(&h.coded);
	return done;
}

const struct command cmd_hash = {
    .name = "hash",
    .args = "FILE...",
    .help = "Hash pictures (- is standard input): a line each of file, kind, "
	    "value and quality, between tabs.  PNM, and JPEG, PNG, WebP, HEIC "
	    "and AVIF, which a jailed program decodes; kinds of an "
	    "animation\'s later frames end in @ and its number.",
    .min = 1,
    .max = INT_MAX,
    .need = CLI_NOTHING,
    .run = run,
    .options =
	{
	    {"alg", "KIND,...",
		"pdq (unless given), phash, phash16, "
		"phash_simple, phash_org, ahash, ahash16, dhash, "
		"dhash16, dhash_vertical, dhash_vertical16; of the "
		"file itself md5, sha1, sha256; or all; photodna where a "
		"licensed library is built in"},
	    {"pipeline", "NAME",
		"how PDQ takes the pixels: core (unless "
		"given), file512, hma"},
	    {"dihedral", NULL, "the seven turned PDQ hashes too"},
	    {"hypotheses", NULL,
		"PDQ also of what the picture may have been before it was "
		"framed or cropped: kinds with +unboxed, +padded2, +padded4"},
	},
};
