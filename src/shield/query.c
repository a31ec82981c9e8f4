#include "shield/query.h"

#include <assert.h>
#include <sodium.h>

#include "base/json.h"

#define BASE64_MAX 48 /* 44 and the NUL */
#define TEXT_MAX 128  /* longer than any word that counts */

static void
in_base64(const uint8_t pdq[SHIELD_PDQ], char ret[BASE64_MAX])
{
	(void)sodium_bin2base64(
	    ret, BASE64_MAX, pdq, SHIELD_PDQ, sodium_base64_VARIANT_ORIGINAL);
}

void
shield_query_write(struct buf *b, const uint8_t (*pdq)[SHIELD_PDQ], size_t n)
{
	char text[BASE64_MAX];

	assert(n > 0 && n <= SHIELD_BATCH_MAX);
	buf_str(b, S("{\"hashes\":["));
	for (size_t i = 0; i < n; i++) {
		in_base64(pdq[i], text);
		buf_printf(b, "%s\"%s\"", i > 0 ? "," : "", text);
	}
	buf_str(b, S("]}"));
}

/* ---- the answer ---- */

struct reading {
	struct json *json;
	const uint8_t (*pdq)[SHIELD_PDQ];
	size_t n;
	bool heard[SHIELD_BATCH_MAX];
	struct shield_said said[SHIELD_BATCH_MAX];
	str rest;
};

static bool
give(void *ctx, char *p, size_t cap, size_t *ret_n, struct err *e)
{
	struct reading *r = ctx;
	size_t n = r->rest.n < cap ? r->rest.n : cap;

	(void)e;
	if (n > 0)
		memcpy(p, r->rest.p, n);
	r->rest = str_sub(r->rest, n, r->rest.n);
	*ret_n = n;
	return true;
}

static bool
expect(struct reading *r, enum json_token wanted, struct err *e)
{
	enum json_token t;

	if (!json_next(r->json, &t, e))
		return false;
	return t == wanted ||
	       err_set(e, ERR_INPUT, "the answer has another form");
}

/* The next name of an object, or that there is none. */
static bool
next_name(struct reading *r, bool *ret_more, struct err *e)
{
	enum json_token t;

	if (!json_next(r->json, &t, e))
		return false;
	*ret_more = t == JSON_NAME;
	return t == JSON_NAME || t == JSON_OBJECT_END ||
	       err_set(e, ERR_INPUT, "the answer has another form");
}

/* What goes to the log and to a page: short, and of harmless letters. */
static bool
take_word(struct reading *r, char to[SHIELD_WORD_MAX], struct err *e)
{
	str s = json_text(r->json);

	if (to[0] != '\0')
		return err_set(e, ERR_INPUT, "a field is given twice");
	if (json_cut(r->json) || s.n == 0 || s.n >= SHIELD_WORD_MAX)
		return err_set(e, ERR_INPUT, "a word has no sound length");
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
		    !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-' &&
		    s.p[i] != '_')
			return err_set(e, ERR_INPUT, "a word has odd letters");
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return true;
}

static bool
read_field(struct reading *r, struct shield_said *to, struct err *e)
{
	bool class = str_eq(json_text(r->json), S("classification"));
	bool type = str_eq(json_text(r->json), S("match_type"));
	enum json_token t;

	if (json_cut(r->json) || (!class && !type))
		return json_skip(r->json, e);
	if (!json_next(r->json, &t, e))
		return false;
	if (type && t == JSON_NULL)
		return true;
	if (t != JSON_STRING)
		return err_set(e, ERR_INPUT, "a field is no text");
	return take_word(r, class ? to->classification : to->match_type, e);
}

static bool
find_hash(const struct reading *r, str text, size_t *ret)
{
	char one[BASE64_MAX];

	for (size_t i = 0; i < r->n; i++) {
		in_base64(r->pdq[i], one);
		if (str_eq(text, str_c(one))) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* A hash is clean by one word alone, and nothing may speak against it. */
static bool
conclude(struct shield_said *s, struct err *e)
{
	if (s->classification[0] == '\0')
		return err_set(e, ERR_INPUT, "a hash is not classified");
	s->known = !str_eq(str_c(s->classification), S("no-known-match"));
	if (!s->known && s->match_type[0] != '\0')
		return err_set(
		    e, ERR_INPUT, "a hash matches and does not match");
	return true;
}

static bool
read_hash(struct reading *r, struct err *e)
{
	bool more;
	size_t i;

	if (json_cut(r->json) || !find_hash(r, json_text(r->json), &i))
		return err_set(e, ERR_INPUT, "a hash was not asked for");
	if (r->heard[i])
		return err_set(e, ERR_INPUT, "a hash is answered twice");
	r->heard[i] = true;
	if (!expect(r, JSON_OBJECT, e))
		return false;
	for (;;) {
		if (!next_name(r, &more, e))
			return false;
		if (!more)
			return conclude(&r->said[i], e);
		if (!read_field(r, &r->said[i], e))
			return false;
	}
}

static bool
read_hashes(struct reading *r, struct err *e)
{
	bool more;

	if (!expect(r, JSON_OBJECT, e))
		return false;
	for (;;) {
		if (!next_name(r, &more, e))
			return false;
		if (!more)
			return true;
		if (!read_hash(r, e))
			return false;
	}
}

static bool
read_top(struct reading *r, struct err *e)
{
	bool more;

	if (!expect(r, JSON_OBJECT, e))
		return false;
	for (;;) {
		if (!next_name(r, &more, e))
			return false;
		if (!more)
			return expect(r, JSON_END, e);
		if (!json_cut(r->json) &&
		    str_eq(json_text(r->json), S("scanned_hashes"))) {
			if (!read_hashes(r, e))
				return false;
		} else if (!json_skip(r->json, e)) {
			return false;
		}
	}
}

bool
shield_query_read(str answer, const uint8_t (*pdq)[SHIELD_PDQ], size_t n,
    struct shield_said *ret, struct err *e)
{
	struct reading r = {.pdq = pdq, .n = n, .rest = answer};
	OWNED(json) json = json_new(give, &r, TEXT_MAX);

	assert(n > 0 && n <= SHIELD_BATCH_MAX);
	if (json == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	r.json = json;
	if (!read_top(&r, e))
		return err_wrap(e, "Shield");
	for (size_t i = 0; i < n; i++)
		if (!r.heard[i])
			return err_set(
			    e, ERR_INPUT, "Shield: a hash is not answered");
	memcpy(ret, r.said, n * sizeof(*ret));
	return true;
}
