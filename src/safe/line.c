#include "safe/line.h"

#include "base/json.h"
#include "base/rand.h"

#define SALT 16
#define TEXT_MAX ((size_t)32 << 10)

const char *const safe_words[SAFE_KINDS] = {
    [SAFE_PICTURE] = "picture",
    [SAFE_LINK] = "link",
    [SAFE_WORDS] = "words",
    [SAFE_WITHDRAWN] = "withdrawn",
    [SAFE_DESTROYED] = "destroyed",
    [SAFE_SHOWN] = "shown",
    [SAFE_CLOSED] = "closed",
    [SAFE_EMPTIED] = "emptied",
};

bool
safe_kind_of(str word, enum safe_kind *ret)
{
	for (int i = 0; i < SAFE_KINDS; i++)
		if (str_eq(word, str_c(safe_words[i]))) {
			*ret = (enum safe_kind)i;
			return true;
		}
	return false;
}

void
safe_line_write(const struct safe_line *l, struct buf *b)
{
	const struct safe_new *t = l->text;
	uint8_t salt[SALT];

	rand_bytes(salt, sizeof(salt));
	evidence_begin(b, l->n, l->before);
	evidence_time(b, "at", l->at);
	evidence_text(b, "kind", str_c(safe_words[l->kind]));
	evidence_hex(b, "salt", salt, sizeof(salt));
	if (l->of != 0)
		evidence_number(b, "of", l->of);
	if (t != NULL) {
		evidence_text(b, "seen", t->seen);
		evidence_text(b, "who", t->who);
		evidence_text(b, "where", t->place);
		evidence_text(b, "words", t->words);
		evidence_text(b, "link", t->link);
	}
	if (t != NULL && t->file != NULL) {
		evidence_number(b, "bytes", (int64_t)t->file->bytes);
		evidence_hex(b, "sha256", t->file->digest, EVIDENCE_DIGEST);
	}
	buf_byte(b, '}');
}

/* ---- reading ---- */

static bool
more(void *ctx, char *p, size_t cap, size_t *ret_n, struct err *e)
{
	str *rest = ctx;

	(void)e;
	*ret_n = rest->n < cap ? rest->n : cap;
	memcpy(p, rest->p, *ret_n);
	*rest = str_sub(*rest, *ret_n, rest->n);
	return true;
}

static str *
place_of(struct safe_entry *io, str name)
{
	const struct {
		str name;
		str *to;
	} of[] = {
	    {S("seen"), &io->seen},
	    {S("who"), &io->who},
	    {S("where"), &io->place},
	    {S("words"), &io->words},
	    {S("link"), &io->link},
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (str_eq(of[i].name, name))
			return of[i].to;
	return NULL;
}

void
safe_line_read(struct arena *a, struct safe_entry *io)
{
	str rest = io->line, text;
	OWNED(json) j = json_new(more, &rest, TEXT_MAX);
	enum json_token t;
	str *to = NULL;
	struct err e;

	if (io->line.n == 0)
		return;
	while (json_next(j, &t, &e) && t != JSON_END) {
		if (t == JSON_NAME) {
			to = place_of(io, json_text(j));
			continue;
		}
		text = json_text(j);
		if (to != NULL && t == JSON_STRING &&
		    !arena_str(a, text.p, text.n, to))
			*to = S("");
		to = NULL;
	}
}
