#include "parcel/card.h"

#include <sodium.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"
#include "crypto/sum.h"

#define FIRST "PREAU1"
#define CHECK 4

static void
check_of(const struct card *c, uint8_t ret[CHECK])
{
	OWNED(sum) s = sum_new(SUM_SHA256);
	uint8_t d[SUM_MAX];

	sum_add(s, c->box, sizeof(c->box));
	sum_add(s, c->sign, sizeof(c->sign));
	sum_add(s, c->name.p, c->name.n);
	sum_end(s, d);
	memcpy(ret, d, CHECK);
}

static str
keep(struct arena *a, const struct buf *b)
{
	str ret = {0};

	return !b->full && arena_str(a, b->p, b->n, &ret) ? ret : (str){0};
}

str
card_text(struct arena *a, const struct card *c)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CARD_TEXT_MAX);
	uint8_t check[CHECK];

	check_of(c, check);
	buf_str(&b, S(FIRST ":"));
	buf_hex(&b, c->box, sizeof(c->box));
	buf_byte(&b, ':');
	buf_hex(&b, c->sign, sizeof(c->sign));
	buf_byte(&b, ':');
	buf_hex(&b, check, sizeof(check));
	buf_byte(&b, ':');
	buf_str(&b, c->name);
	return keep(a, &b);
}

static void
put_word(struct buf *b, unsigned n)
{
	static const char hard[] = "bdfghjklmnprstvz", soft[] = "aiou";

	buf_byte(b, hard[n >> 12 & 15]);
	buf_byte(b, soft[n >> 10 & 3]);
	buf_byte(b, hard[n >> 6 & 15]);
	buf_byte(b, soft[n >> 4 & 3]);
	buf_byte(b, hard[n & 15]);
}

str
card_words(struct arena *a, const struct card *c)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	uint8_t both[2 * CARD_KEY], d[2 * CARD_WORDS + 4];

	memcpy(both, c->box, CARD_KEY);
	memcpy(both + CARD_KEY, c->sign, CARD_KEY);
	(void)crypto_generichash(d, sizeof(d), both, sizeof(both), NULL, 0);
	for (size_t i = 0; i < CARD_WORDS; i++) {
		if (i > 0)
			buf_byte(&b, ' ');
		put_word(&b, (unsigned)d[2 * i] << 8 | d[2 * i + 1]);
	}
	return keep(a, &b);
}

/* The next part, as so many bytes. */
static bool
take_hex(str *s, uint8_t *ret, size_t n)
{
	str part;

	return str_cut(s, ':', &part) && num_hex(str_trim(part), ret, n);
}

bool
card_read(struct arena *a, str text, struct card *ret, struct err *e)
{
	uint8_t said[CHECK], check[CHECK];
	struct card c;
	str first;

	text = str_trim(text);
	if (text.n > CARD_TEXT_MAX || !str_cut(&text, ':', &first) ||
	    !str_eq(first, S(FIRST)) || !take_hex(&text, c.box, CARD_KEY) ||
	    !take_hex(&text, c.sign, CARD_KEY) ||
	    !take_hex(&text, said, CHECK) ||
	    !utf8_clean(a, text, CARD_NAME_MAX, false, &c.name) ||
	    c.name.n == 0)
		return err_set(e, ERR_INPUT, "this is no card of a house");
	check_of(&c, check);
	if (sodium_memcmp(check, said, CHECK) != 0)
		return err_set(e, ERR_INPUT, "a card was mistyped");
	*ret = c;
	return true;
}

bool
card_same(const struct card *x, const struct card *y)
{
	return memcmp(x->box, y->box, CARD_KEY) == 0 &&
	       memcmp(x->sign, y->sign, CARD_KEY) == 0;
}
