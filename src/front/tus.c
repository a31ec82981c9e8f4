#include "front/tus.h"

#include <sodium.h>
#include <stdio.h>
#include <strings.h>

#include "base/num.h"
#include "front/answer.h"
#include "front/exchange.h"

#define PAIRS_MAX 16
#define TYPE "application/offset+octet-stream"
#define EXTENSIONS "creation,expiration,checksum,termination"
#define ALGORITHMS "sha1,sha256,sha512"

static bool
is(str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

bool
tus_number(str s, uint64_t *ret)
{
	int64_t n;

	/* num_i64 knows a minus; nobody writes one here. */
	if (s.n == 0 || s.p[0] < '0' || s.p[0] > '9' ||
	    !num_i64(s, 0, (int64_t)HTTP_NO_BYTES - 1, &n))
		return false;
	*ret = (uint64_t)n;
	return true;
}

bool
tus_checksum(str s, struct tus_checksum *ret)
{
	str name;
	size_t n;

	if (!str_cut(&s, ' ', &name))
		return false;
	for (int i = 0; i < SUM_KINDS; i++)
		if (is(name, sum_names[i])) {
			ret->kind = (enum sum_kind)i;
			return sodium_base642bin(ret->sum, sizeof(ret->sum),
				   s.p, s.n, NULL, &n, NULL,
				   sodium_base64_VARIANT_ORIGINAL) == 0 &&
			       n == sum_bytes[i];
		}
	return false;
}

/* ---- Upload-Metadata ---- */

static bool
key_fits(str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] <= ' ' || key.p[i] > '~')
			return false;
	return key.n > 0;
}

static bool
value_decode(struct arena *a, str text, str *ret)
{
	size_t room = text.n / 4 * 3 + 3, n = 0;
	char *p = NEW_N(a, char, room);

	*ret = (str){"", 0};
	if (text.n == 0)
		return true;
	if (p == NULL ||
	    sodium_base642bin((uint8_t *)p, room, text.p, text.n, NULL, &n,
		NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	*ret = (str){p, n};
	return true;
}

static bool
seen(const str *keys, size_t n, str key)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(keys[i], key))
			return true;
	return false;
}

bool
tus_words(struct arena *a, str line, str *ret_name)
{
	str keys[PAIRS_MAX], pair, key, value;
	size_t n = 0;
	bool more = line.n > 0;

	*ret_name = (str){"", 0};
	while (more) {
		more = str_cut(&line, ',', &pair);
		pair = str_trim(pair);
		(void)str_cut(&pair, ' ', &key);
		if (!key_fits(key) || n == PAIRS_MAX || seen(keys, n, key) ||
		    !value_decode(a, pair, &value))
			return false;
		keys[n++] = key;
		/* A name with a NUL is nobody's. */
		if (str_eq(key, S("filename")) &&
		    (value.n == 0 || memchr(value.p, 0, value.n) == NULL))
			*ret_name = value;
	}
	return true;
}

/* ---- one request ---- */

str
tus_method(const struct exchange *x, str method)
{
	return x->takes == HTTP_TAKES_PIECES && x->tus.method.p != NULL &&
		       str_eq(method, S("POST"))
		   ? x->tus.method
		   : method;
}

static enum page
read_begin_heads(struct exchange *x)
{
	struct http_tus *t = &x->q.tus;

	if (!tus_number(x->tus.length, &t->length))
		return PAGE_MALFORMED;
	if (t->length > UPLOAD_VIDEO_MAX_BYTES ||
	    x->tus.words.n > HTTP_WORDS_MAX)
		return PAGE_TOO_LARGE;
	t->words = x->tus.words;
	return tus_words(x->arena, t->words, &t->name) ? PAGE_NONE
						       : PAGE_MALFORMED;
}

static enum page
read_piece_heads(struct exchange *x)
{
	struct http_tus *t = &x->q.tus;

	if (!is(x->q.content_type, TYPE))
		return PAGE_TYPE;
	if (!tus_number(x->tus.offset, &t->offset))
		return PAGE_MALFORMED;
	t->summed = x->tus.checksum.p != NULL;
	return !t->summed || tus_checksum(x->tus.checksum, &x->checksum)
		   ? PAGE_NONE
		   : PAGE_MALFORMED;
}

enum page
tus_read(struct exchange *x)
{
	x->q.tus.length = x->q.tus.offset = HTTP_NO_BYTES;
	if (x->takes != HTTP_TAKES_PIECES || x->q.method == HTTP_OPTIONS)
		return PAGE_NONE;
	if (!str_eq(x->tus.resumable, S(TUS_VERSION)))
		return PAGE_TUS;
	if (x->q.method == HTTP_POST)
		return read_begin_heads(x);
	return x->q.method == HTTP_PATCH ? read_piece_heads(x) : PAGE_NONE;
}

struct MHD_Response *
tus_options(struct exchange *x, unsigned *ret_status)
{
	struct MHD_Response *r =
	    MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	char most[24];

	if (r == NULL)
		return NULL;
	*ret_status = 204;
	(void)snprintf(most, sizeof(most), "%llu",
	    (unsigned long long)UPLOAD_VIDEO_MAX_BYTES);
	answer_head(r, "Tus-Version", TUS_VERSION);
	answer_head(r, "Tus-Extension", EXTENSIONS);
	answer_head(r, "Tus-Max-Size", most);
	answer_head(r, "Tus-Checksum-Algorithm", ALGORITHMS);
	answer_head(r, "Allow", "OPTIONS, POST, HEAD, PATCH, DELETE");
	answer_house_heads(r, x->q.tls, false);
	return r;
}

void
tus_heads(const struct exchange *x, struct MHD_Response *r, unsigned status)
{
	if (x->takes != HTTP_TAKES_PIECES || x->q.method == HTTP_OPTIONS)
		return;
	answer_head(r, "Tus-Resumable", TUS_VERSION);
	if (status == 412)
		answer_head(r, "Tus-Version", TUS_VERSION);
}
