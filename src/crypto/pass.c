#include "crypto/pass.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "crypto/common_pass.h"

/* A walk shorter than this is a syllable that a good passphrase may hold. */
#define WALK_MIN 3
#define DISTINCT_MIN 5
#define FOLDED_MAX ((size_t)PASS_MAX * 2)

/* A passphrase as lists and keyboards see it; wiped when its scope ends. */
struct folded {
	char b[FOLDED_MAX];
	size_t n;
};

static void
folded_done(struct folded *f)
{
	sodium_memzero(f, sizeof(*f));
}

/* Base letters of U+00C0 … U+00FF; a blank is no letter. */
static const char latin1[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiii"
			     "dnooooo ouuuuyty";

static void
fold_one(struct folded *f, uint32_t c, bool digits)
{
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	else if (c >= 0xc0 && c <= 0xff)
		c = (uint8_t)latin1[c - 0xc0];
	else if (c == 0x152 || c == 0x153) /* œ: its e follows */
		c = 'o';
	if (c >= 'a' && c <= 'z')
		f->b[f->n++] = (char)c;
	else if (digits && c >= '0' && c <= '9')
		f->b[f->n++] = (char)c;
	else if (c > 0xff && (c < 0x2000 || c > 0x206f))  /* no punctuation */
		f->b[f->n++] = (char)(0x80 | (c & 0x7f)); /* in no list */
}

/* Lower case without accents, letters (and digits) only. */
static void
fold(struct folded *f, str s, bool digits)
{
	f->n = 0;
	while (s.n > 0 && f->n + 2 <= sizeof(f->b)) {
		uint32_t c = utf8_next(&s);

		/* Combining accents belong to the letter before. */
		if (c >= 0x300 && c <= 0x36f)
			continue;
		fold_one(f, c, digits);
		if (c == 0x152 || c == 0x153 || c == 0xc6 || c == 0xe6)
			f->b[f->n++] = 'e';
	}
}

static int
compare(const char *word, const char *p, size_t n)
{
	int c = strncmp(word, p, n);

	return c != 0 ? c : word[n] != '\0';
}

static bool
listed(const char *p, size_t n)
{
	size_t low = 0, high = pass_common_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = compare(pass_common + pass_common_at[mid], p, n);

		if (c == 0)
			return true;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* Does f repeat its first `period` letters to the end? */
static bool
repeats(const struct folded *f, size_t period)
{
	return f->n % period == 0 &&
	       memcmp(f->b, f->b + period, f->n - period) == 0;
}

/* A listed word, once or again and again. */
static bool
one_listed_word(const struct folded *f)
{
	for (size_t period = 1; period <= f->n; period++)
		if (repeats(f, period) && listed(f->b, period))
			return true;
	return false;
}

static const char *const rows[] = {
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "0123456789012345678901234567890",
    "0987654321098765432109876543210",
    "azertyuiopqsdfghjklmwxcvbn",
    "poiuytrezamlkjhgfdsqnbvcxw",
    "qwertyuiopasdfghjklzxcvbnm",
    "poiuytrewqlkjhgfdsamnbvcxz",
    "qwertzuiopasdfghjklyxcvbnm",
    "aqwzsxedcrfvtgbyhnujikolpm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "azeqsdwxc",
    "qweasdzxc",
};

static size_t
walk_at(const struct folded *f, size_t at)
{
	size_t best = 1;

	for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++)
		for (const char *from = rows[r]; *from != '\0'; from++) {
			size_t n = 0;

			while (at + n < f->n && from[n] != '\0' &&
			       from[n] == f->b[at + n])
				n++;
			if (n > best)
				best = n;
		}
	/* The same sign again and again is a walk too. */
	for (size_t n = 1; at + n < f->n && f->b[at + n] == f->b[at]; n++)
		if (n + 1 > best)
			best = n + 1;
	return best;
}

/* Nothing but runs along a keyboard, the alphabet or the digits. */
static bool
only_walks(const struct folded *f)
{
	for (size_t at = 0, n; at < f->n; at += n) {
		n = walk_at(f, at);
		if (n < WALK_MIN)
			return false;
	}
	return true;
}

static bool
few_distinct(str pass)
{
	bool seen[256] = {false};
	size_t n = 0;

	for (size_t i = 0; i < pass.n; i++) {
		bool *here = &seen[(uint8_t)pass.p[i]];

		n += !*here;
		*here = true;
	}
	return n < DISTINCT_MIN;
}

static bool
is_common(str pass)
{
	CLEANUP(folded_done) struct folded letters, all;

	fold(&letters, pass, false);
	fold(&all, pass, true);
	return few_distinct(pass) || only_walks(&all) ||
	       one_listed_word(&letters);
}

static bool
is_login(str pass, str login)
{
	CLEANUP(folded_done) struct folded p, l;

	if (str_eq(pass, login))
		return true;
	fold(&p, pass, false);
	fold(&l, login, false);
	return l.n >= WALK_MIN && p.n >= l.n && repeats(&p, l.n) &&
	       memcmp(p.b, l.b, l.n) == 0;
}

enum pass_fault
pass_check(str pass, str login)
{
	size_t n;

	/* What is no text cannot be typed again on another keyboard. */
	if (pass.n > (size_t)PASS_MAX * 4)
		return PASS_LONG;
	if (!utf8_valid(pass))
		return PASS_SHORT;
	n = utf8_length(pass);
	if (n > PASS_MAX)
		return PASS_LONG;
	if (n < PASS_MIN)
		return PASS_SHORT;
	if (utf8_valid(login) && is_login(pass, login))
		return PASS_IS_LOGIN;
	return is_common(pass) ? PASS_COMMON : PASS_OK;
}

#define OPS crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEM crypto_pwhash_MEMLIMIT_INTERACTIVE

bool
pass_hash(struct arena *a, str pass, str *ret, struct err *e)
{
	char *out = arena_alloc(a, 1, crypto_pwhash_STRBYTES);

	if (out == NULL)
		return err_set(e, ERR_LIMIT, "no room for a hash");
	if (crypto_pwhash_str_alg(out, pass.p == NULL ? "" : pass.p, pass.n,
		OPS, MEM, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(e, ERR_BUSY, "no memory for Argon2id");
	*ret = str_c(out);
	return true;
}

/* Nobody's hash: an unknown login costs what a wrong passphrase costs. */
static const char decoy[] =
    "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool
pass_verify(str hash, str pass)
{
	char z[crypto_pwhash_STRBYTES] = {0};
	bool real = hash.n > 0 && hash.n < sizeof(z);
	bool same;

	memcpy(z, real ? hash.p : decoy, real ? hash.n : sizeof(decoy));
	same = crypto_pwhash_str_verify(
		   z, pass.p == NULL ? "" : pass.p, pass.n) == 0;
	sodium_memzero(z, sizeof(z));
	return same && real;
}
