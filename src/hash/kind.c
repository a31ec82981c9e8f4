#include "hash/kind.h"

#include "base/num.h"

#define WORD_MAX 32

#define BITS(word, n, near)                                              \
	{                                                                \
		.name = (word), .bytes = (n) / 8, .metric = HASH_BITS,   \
		.distance = (near), .distance_max = (n) == 64 ? 26 : 63, \
		.computed = true                                         \
	}
#define DIGEST(word, n)                                        \
	{                                                      \
		.name = (word), .bytes = (n), .computed = true \
	}

/* Distances without an official value are the narrow end of what is usual;
 * with pHash.org as near as the others, since 22 of 64 bits would stop one
 * picture of a hundred for nothing.  PhotoDNA's is that of an open forensic
 * tool: whoever gives a list of those says its own. */
static const struct hash_kind_facts facts[HASH_KINDS] = {
    [HASH_PDQ] = BITS("pdq", 256, PDQ_DISTANCE),
    [HASH_PHASH] = BITS("phash", 64, 10),
    [HASH_PHASH16] = BITS("phash16", 256, 40),
    [HASH_PHASH_SIMPLE] = BITS("phash_simple", 64, 10),
    [HASH_PHASH_ORG] = BITS("phash_org", 64, 10),
    [HASH_AHASH] = BITS("ahash", 64, 5),
    [HASH_AHASH16] = BITS("ahash16", 256, 20),
    [HASH_DHASH] = BITS("dhash", 64, 5),
    [HASH_DHASH16] = BITS("dhash16", 256, 20),
    [HASH_DHASH_VERTICAL] = BITS("dhash_vertical", 64, 5),
    [HASH_DHASH_VERTICAL16] = BITS("dhash_vertical16", 256, 20),
    [HASH_MD5] = DIGEST("md5", 16),
    [HASH_SHA1] = DIGEST("sha1", 20),
    [HASH_SHA256] = DIGEST("sha256", 32),
    [HASH_PHOTODNA] = {.name = "photodna",
	.bytes = 144,
	.metric = HASH_SQUARES,
	.distance = 50000,
	.distance_max = 1000000},
    [HASH_TMK] = {.name = "tmk",
	.bytes = 263344,
	.metric = HASH_SCORES,
	.distance = 300, /* TMK_LEVEL2 */
	.distance_max = 1000,
	.of_video = true,
	.computed = true},
    [HASH_VPDQ] = {.name = "vpdq",
	.metric = HASH_FRAMES,
	.distance = PDQ_DISTANCE,
	.distance_max = 63,
	.of_video = true,
	.computed = true},
    [HASH_PHOTODNA_VIDEO] = {.name = "photodna_video", .of_video = true},
};

const struct hash_kind_facts *
hash_kind_facts(enum hash_kind kind)
{
	unsigned k = (unsigned)kind;

	return k < HASH_KINDS && facts[k].name != NULL ? &facts[k] : NULL;
}

/* In lower case, without what only separates; false when nothing can be so
 * long. */
static bool
plain_word(str s, char ret[WORD_MAX], size_t *ret_n)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '-' || c == '_')
			continue;
		if (n == WORD_MAX)
			return false;
		ret[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	*ret_n = n;
	return true;
}

bool
hash_kind_of(str name, enum hash_kind *ret)
{
	char word[WORD_MAX], other[WORD_MAX];
	size_t n, m;

	if (!plain_word(name, word, &n))
		return false;
	for (int k = 0; k < HASH_KINDS; k++)
		if (facts[k].name != NULL &&
		    plain_word(str_c(facts[k].name), other, &m) &&
		    str_eq((str){word, n}, (str){other, m})) {
			*ret = (enum hash_kind)k;
			return true;
		}
	return false;
}

bool
hash_kind_is_fixed(enum hash_kind kind)
{
	const struct hash_kind_facts *f = hash_kind_facts(kind);

	return f != NULL && f->bytes > 0 && f->bytes <= HASH_VALUE_MAX;
}

static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool
hash_base64_read(str s, uint8_t *ret, size_t n)
{
	size_t digits = (n * 4 + 2) / 3, padded = (n + 2) / 3 * 4, at = 0;
	uint32_t bits = 0;
	unsigned held = 0;

	if (s.n != digits && s.n != padded)
		return false;
	for (size_t i = 0; i < digits; i++) {
		int d = base64_digit(s.p[i]);

		if (d < 0)
			return false;
		bits = bits << 6 | (uint32_t)d;
		held += 6;
		if (held >= 8) {
			held -= 8;
			ret[at++] = (uint8_t)(bits >> held);
			bits &= (1u << held) - 1;
		}
	}
	for (size_t i = digits; i < s.n; i++)
		if (s.p[i] != '=')
			return false;
	return bits == 0;
}

static bool
read_numbers(str s, uint8_t *ret, size_t n)
{
	str number;
	int64_t v;

	for (size_t i = 0; i < n; i++) {
		bool more = str_cut(&s, ',', &number);

		if (more != (i + 1 < n) ||
		    !num_i64(str_trim(number), 0, 255, &v))
			return false;
		ret[i] = (uint8_t)v;
	}
	return true;
}

bool
hash_value_parse(enum hash_kind kind, str s, uint8_t ret[HASH_VALUE_MAX])
{
	const struct hash_kind_facts *f = hash_kind_facts(kind);
	uint8_t value[HASH_VALUE_MAX] = {0};
	bool read;

	if (!hash_kind_is_fixed(kind))
		return false;
	s = str_trim(s);
	if (s.n == (size_t)2 * f->bytes)
		read = num_hex(s, value, f->bytes);
	else
		read = f->metric != HASH_EQUAL &&
		       hash_base64_read(s, value, f->bytes);
	if (!read && kind == HASH_PHOTODNA)
		read = read_numbers(s, value, f->bytes);
	if (read)
		memcpy(ret, value, f->bytes);
	return read;
}

static void
write_base64(const uint8_t *p, size_t n, struct buf *b)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				     "mnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t three = (uint32_t)p[i] << 16;

		three |= i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0;
		three |= i + 2 < n ? p[i + 2] : 0;
		buf_byte(b, digits[three >> 18]);
		buf_byte(b, digits[three >> 12 & 63]);
		buf_byte(b, i + 1 < n ? digits[three >> 6 & 63] : '=');
		buf_byte(b, i + 2 < n ? digits[three & 63] : '=');
	}
}

void
hash_value_text(enum hash_kind kind, const uint8_t *value, struct buf *b)
{
	if (!hash_kind_is_fixed(kind))
		return;
	if (kind == HASH_PHOTODNA)
		write_base64(value, facts[kind].bytes, b);
	else
		buf_hex(b, value, facts[kind].bytes);
}

uint32_t
hash_value_distance(enum hash_kind kind, const uint8_t *a, const uint8_t *b)
{
	const struct hash_kind_facts *f = hash_kind_facts(kind);
	uint32_t sum = 0;

	if (!hash_kind_is_fixed(kind))
		return UINT32_MAX;
	if (f->metric == HASH_EQUAL)
		return memcmp(a, b, f->bytes) != 0;
	for (uint32_t i = 0; i < f->bytes; i++) {
		int d = a[i] - b[i];

		sum += f->metric == HASH_SQUARES
			   ? (uint32_t)(d * d)
			   : (uint32_t)__builtin_popcount(a[i] ^ b[i]);
	}
	return sum;
}

void
pdq_bytes(const struct pdq_hash *h, uint8_t ret[PDQ_BITS / 8])
{
	for (unsigned i = 0; i < PDQ_BITS / 8; i++)
		ret[i] = (uint8_t)(h->w[3 - i / 8] >> (56 - i % 8 * 8));
}

struct pdq_hash
pdq_of_bytes(const uint8_t bytes[PDQ_BITS / 8])
{
	struct pdq_hash h = {0};

	for (unsigned i = 0; i < PDQ_BITS / 8; i++)
		h.w[3 - i / 8] |= (uint64_t)bytes[i] << (56 - i % 8 * 8);
	return h;
}
