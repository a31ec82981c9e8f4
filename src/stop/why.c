#include "stop/why.h"

#include "base/buf.h"
#include "hash/kind.h"
#include "hash/query.h"
#include "store/db.h"

#define LOOK N_("How the picture looks (%1)")
#define SIGNAL_MAX 4096

const char *
why_kind(int64_t kind)
{
	switch (kind) {
	case HASH_MD5:
	case HASH_SHA1:
	case HASH_SHA256:
		return N_("The bytes of the file (%1)");
	case HASH_TMK:
	case HASH_VPDQ:
	case HASH_PHOTODNA_VIDEO:
		return N_("How the film looks (%1)");
	default:
		return LOOK;
	}
}

const char *
why_transform(int64_t transform)
{
	/* clang-format off */
	static const char *const words[PDQ_TURNS] = {
		[PDQ_ROT90] = N_("turned by a quarter to the left"),
		[PDQ_ROT180] = N_("turned upside down"),
		[PDQ_ROT270] = N_("turned by a quarter to the right"),
		[PDQ_FLIPX] = N_("mirrored, top and bottom exchanged"),
		[PDQ_FLIPY] = N_("mirrored, left and right exchanged"),
		[PDQ_FLIPPLUS1] = N_("mirrored and turned by a quarter"),
		[PDQ_FLIPMINUS1] = N_("mirrored and turned by a quarter the other way"),
	};
	/* clang-format on */

	return transform < 0 || transform >= PDQ_TURNS ? NULL
						       : words[transform];
}

const char *
why_hypothesis(int64_t hypothesis)
{
	/* clang-format off */
	static const char *const words[QUERY_HYPOTHESES] = {
		[QUERY_UNBOXED] = N_("without the bars or the frame around it"),
		[QUERY_PADDED2] = N_("as it was before a narrow edge was cut off, about 2 percent a side"),
		[QUERY_PADDED4] = N_("as it was before a wider edge was cut off, about 4 percent a side"),
	};
	/* clang-format on */

	if (hypothesis < 0 || hypothesis >= QUERY_HYPOTHESES)
		return N_("with its edges taken away or filled in, as if it "
			  "had been cropped or framed");
	return words[hypothesis];
}

static bool
is_digest(int64_t kind)
{
	return kind == HASH_MD5 || kind == HASH_SHA1 || kind == HASH_SHA256;
}

enum why_sure
why_sure(const struct why_facts *f)
{
	bool plain = f->quality == DB_NULL || f->quality >= PDQ_QUALITY_MIN;

	if (is_digest(f->kind))
		return SURE_SAME_FILE;
	if (f->kind != HASH_PDQ)
		return f->distance * 3 <= f->threshold ? SURE_CHANGED
						       : SURE_ODD;
	if (!plain)
		return SURE_ODD;
	if (f->distance <= 10 && f->hypothesis == 0)
		return SURE_SAME;
	return f->distance <= 20 ? SURE_CHANGED : SURE_MAYBE;
}

const char *
why_sure_short(enum why_sure s)
{
	static const char *const words[] = {
	    [SURE_SAME_FILE] = N_("the same file"),
	    [SURE_SAME] = N_("practically the same picture"),
	    [SURE_CHANGED] = N_("very probably the same picture"),
	    [SURE_MAYBE] = N_("probably the same picture"),
	    [SURE_ODD] = N_("not sure"),
	};

	return words[s];
}

const char *
why_sure_long(enum why_sure s)
{
	/* clang-format off */
	static const char *const words[] = {
		[SURE_SAME_FILE] = N_("It is the same file, byte for byte. If it does not belong on the list, the entry is wrong, not the comparison."),
		[SURE_SAME] = N_("It is practically the same picture, saved again or made smaller. Pictures that have nothing to do with one another differ in about 128 of 256 points."),
		[SURE_CHANGED] = N_("It is very probably the same picture, changed a little: another size, another compression, a narrow edge cut off. Pictures that have nothing to do with one another differ in about 128 of 256 points."),
		[SURE_MAYBE] = N_("It is probably the same picture, changed, or one taken at the same moment. This near to the limit a mistake is possible: look at what else matched, and at the quality."),
		[SURE_ODD] = N_("The comparison says little here. A mistake is possible: look at what else matched."),
	};
	/* clang-format on */

	return words[s];
}

const char *
why_quality(int64_t quality)
{
	if (quality == DB_NULL)
		return NULL;
	if (quality < PDQ_QUALITY_MIN)
		return N_("%1 of 100: a picture with little in it, which looks "
			  "like many others. The comparison says little.");
	return quality < 80 ? N_("%1 of 100: enough in the picture to compare.")
			    : N_("%1 of 100: much in the picture to compare.");
}

/* Nothing of a file that matched as it was sent. */
static void
say_how(
    struct buf *b, struct arena *a, enum lang lang, const struct stop_hit *h)
{
	const char *const word[] = {
	    why_transform(h->transform), why_hypothesis(h->hypothesis)};
	str how = S("");

	for (size_t i = 0; i < 2; i++) {
		str w;

		if (word[i] == NULL)
			continue;
		w = lang_text(lang, word[i]);
		how = how.n == 0 ? w
				 : arena_fmt(a, STR_FMT ", " STR_FMT,
				       STR_ARG(how), STR_ARG(w));
	}
	if (how.n == 0)
		return;
	buf_byte(b, ' ');
	buf_str(
	    b, lang_fill(a, lang_text(lang, N_("It matched %1.")), &how, 1));
}

static void
say_hit(
    struct buf *b, struct arena *a, enum lang lang, const struct stop_hit *h)
{
	const struct hash_kind_facts *k =
	    hash_kind_facts((enum hash_kind)h->entry.kind);
	struct why_facts f = {h->entry.kind, h->distance, h->threshold,
	    h->quality == HASHES_NO_QUALITY ? DB_NULL : h->quality,
	    h->hypothesis};
	const str arg[] = {str_c(k == NULL ? "?" : k->name),
	    arena_i64(a, h->distance), arena_i64(a, h->threshold),
	    lang_text(lang, why_sure_short(why_sure(&f)))};

	buf_byte(b, '\n');
	buf_str(b, lang_fill(a,
		       lang_text(lang,
			   N_("Compared by %1: difference %2, limit %3, %4.")),
		       arg, 4));
	say_how(b, a, lang, h);
}

str
why_signal(struct arena *a, enum lang lang, bool listed,
    const struct stop_hit *const *hit, size_t n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(SIGNAL_MAX);
	str ret;

	buf_str(&b,
	    lang_text(lang,
		listed
		    ? N_("This file is too near to an entry of a list of known "
			 "abuse material. It was locked before anybody could "
			 "see it.")
		    : N_("This picture looks like one that was withdrawn here "
			 "and should not come back. It is held until somebody "
			 "decides.")));
	for (size_t i = 0; i < n && i < 8; i++)
		say_hit(&b, a, lang, hit[i]);
	return arena_str(a, b.p, b.n, &ret) ? ret : S("");
}
