#include "life/item_words.h"

#include "base/buf.h"
#include "people/child.h"

#define BETWEEN '\x1f' /* no typed text holds it, see base/utf8.h */
#define WORDS_BYTES 65536

static const char *const column[LANGS] = {
    [LANG_FR] = "item.fr_enc", [LANG_EN] = "item.en_enc"};
static const char *const line_column[LANGS] = {
    [LANG_FR] = "item_line.fr_enc", [LANG_EN] = "item_line.en_enc"};

static bool
seal_parts(const struct deed *d, const struct key *of, const char *context,
    const str *part, size_t n, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(WORDS_BYTES);

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(&b, BETWEEN);
		buf_str(&b, part[i]);
	}
	if (b.full)
		return err_set(e, ERR_LIMIT, "too many words");
	*ret = (str){0};
	return b.n == n - 1 ||
	       text_seal(d->arena, of, context, buf_view(&b), ret, e);
}

static void
open_parts(str text, str *ret, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)str_cut(&text, BETWEEN, &ret[i]);
}

bool
item_words_seal(const struct deed *d, const struct key *of,
    const struct item_new *n, str ret[LANGS], struct err *e)
{
	for (int l = 0; l < LANGS; l++)
		if (!seal_parts(
			d, of, column[l], n->words[l], ITEM_PARTS, &ret[l], e))
			return false;
	return true;
}

void
item_words_open(const struct deed *d, int64_t child, str key_wrapped,
    const str sealed[LANGS], str ret[LANGS][ITEM_PARTS])
{
	CLEANUP(key_done) struct key k = {{0}};
	struct err ignored = {0};
	bool theirs = child != DB_NULL;
	bool opens = !theirs || child_key(d->arena, d->org, child, key_wrapped,
				    &k, &ignored);

	for (int l = 0; l < LANGS; l++) {
		str text = S("");

		if (!theirs)
			text =
			    house_text(d->arena, d->org, column[l], sealed[l]);
		else if (!opens || sealed[l].p == NULL ||
			 !text_open(d->arena, &k, column[l], sealed[l], &text,
			     &ignored))
			text = S("");
		open_parts(text, ret[l], ITEM_PARTS);
	}
}

bool
item_line_seal(const struct deed *d, const struct item_line *line,
    str ret[LANGS], struct err *e)
{
	for (int l = 0; l < LANGS; l++) {
		const str part[] = {line->text[l], line->more[l]};

		if (!seal_parts(
			d, &d->org->key, line_column[l], part, 2, &ret[l], e))
			return false;
	}
	return true;
}

void
item_line_open(
    const struct deed *d, const str sealed[LANGS], struct item_line *io)
{
	for (int l = 0; l < LANGS; l++) {
		str part[2] = {{0}};

		open_parts(
		    house_text(d->arena, d->org, line_column[l], sealed[l]),
		    part, 2);
		io->text[l] = part[0];
		io->more[l] = part[1];
	}
}
