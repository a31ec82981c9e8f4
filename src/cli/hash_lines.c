#include "cli/hash_lines.h"

#include <inttypes.h>

#include "cli/cli.h"
#include "hash/kind.h"

/* A reason of NULL: there is none, or it is not known. */
static void
say_why(struct hash_lines *h, const char *file, const char *kind,
    const char *value, int quality, const char *reason)
{
	FILE *out = h->out;

	if (!h->json) {
		fprintf(out, "%s\t%s\t%s\t", file, kind, value);
		if (quality < 0)
			fprintf(out, "-\n");
		else
			fprintf(out, "%d\n", quality);
		return;
	}
	fprintf(out, "%s{\"file\":", h->n++ == 0 ? "" : ",");
	json_str(out, str_c(file));
	fprintf(out, ",\"kind\":\"%s\",\"value\":\"%s\"", kind, value);
	if (quality >= 0)
		fprintf(out, ",\"quality\":%d", quality);
	if (reason != NULL)
		fprintf(out, ",\"reason\":\"%s\"", reason);
	fprintf(out, "}");
}

void
hash_lines_value(struct hash_lines *h, const char *file, const char *kind,
    const char *value, int quality)
{
	say_why(h, file, kind, value, quality, NULL);
}

/* Whoever reads lines is told beside them what no list will know. */
static void
say_unfit(
    const struct hash_lines *h, const char *file, const struct pdq_found *f)
{
	if (h->json || f->reason == PDQ_FIT || f->hypothesis != QUERY_AS_IS ||
	    f->turn != PDQ_ORIGINAL)
		return;
	fprintf(stderr, "preau: %s: of quality %d, not to be matched: %s\n",
	    file, f->quality, pdq_reason_texts[f->reason]);
}

static void
kind_text(const struct pdq_found *f, char *ret, size_t n)
{
	bool core = f->pipeline == PDQ_CORE;
	bool as_is = f->hypothesis == QUERY_AS_IS;
	bool turned = f->turn != PDQ_ORIGINAL;
	char at[16] = "";

	if (f->frame > 0)
		snprintf(at, sizeof(at), "@%" PRIu32, f->frame);
	snprintf(ret, n, "pdq%s%s%s%s%s%s%s", core ? "" : "-",
	    core ? "" : pdq_pipeline_names[f->pipeline], as_is ? "" : "+",
	    as_is ? "" : query_names[f->hypothesis], at, turned ? "/" : "",
	    turned ? pdq_turn_names[f->turn] : "");
}

void
hash_lines_pdq(
    struct hash_lines *h, const char *file, const struct pdq_found *f)
{
	char kind[64], text[PDQ_HEX + 1];

	kind_text(f, kind, sizeof(kind));
	pdq_text(&f->hash, text);
	say_why(h, file, kind, text, f->quality,
	    f->reason == PDQ_FIT ? NULL : pdq_reason_names[f->reason]);
	say_unfit(h, file, f);
}

static void
say_turns(struct hash_lines *h, const char *file, const struct hash_row *r)
{
	const uint8_t *p = (const uint8_t *)r->value.p;

	for (size_t i = 0; i < (h->turns ? PDQ_TURNS : 1); i++)
		hash_lines_pdq(h, file,
		    &(struct pdq_found){
			.hash = pdq_of_bytes(p + i * PDQ_BITS / 8),
			.pipeline = (enum pdq_pipeline)r->pipeline,
			.hypothesis = (enum query_hypothesis)r->hypothesis,
			.turn = (enum pdq_turn)i,
			.frame = r->frame,
			.quality = r->quality,
			.reason = r->unfit < PDQ_REASONS
				      ? (enum pdq_reason)r->unfit
				      : PDQ_PLAIN});
}

void
hash_lines_row(struct hash_lines *h, const char *file, const struct hash_row *r)
{
	CLEANUP(buf_done) struct buf hex = BUF_MAX(2 * HASHES_VALUE_MAX + 1);
	char kind[64], at[16] = "";

	if (r->kind == HASH_PDQ) {
		say_turns(h, file, r);
		return;
	}
	hash_value_text(
	    (enum hash_kind)r->kind, (const uint8_t *)r->value.p, &hex);
	buf_byte(&hex, '\0');
	if (r->frame > 0)
		snprintf(at, sizeof(at), "@%" PRIu32, r->frame);
	snprintf(kind, sizeof(kind), "%s%s",
	    hash_kind_facts((enum hash_kind)r->kind)->name, at);
	hash_lines_value(h, file, kind, hex.p, -1);
}
