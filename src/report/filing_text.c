#include "report/filing_text.h"

#include "base/buf.h"

#define PART '\x1f'
#define LINE '\x1e'
#define BYTES_MAX ((size_t)1 << 20)

bool
filing_text_write(
    struct arena *a, const struct filing_lines *l, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(BYTES_MAX);

	for (size_t i = 0; i < l->n; i++) {
		const struct filing_line *f = &l->v[i];
		const str part[] = {f->id, f->label, f->raw, f->shown};

		for (size_t k = 0; k < 4; k++) {
			buf_str(&b, part[k]);
			buf_byte(&b, k == 3 ? LINE : PART);
		}
	}
	return (!b.full && arena_str(a, b.p, b.n, ret)) ||
	       err_set(e, ERR_LIMIT, "too long a paper");
}

static size_t
lines_in(str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == LINE;
	return n;
}

bool
filing_text_read(
    struct arena *a, str text, struct filing_lines *ret, struct err *e)
{
	struct filing_lines l = {
	    NEW_N(a, struct filing_line, lines_in(text) + 1), 0};

	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too long a paper");
	while (text.n > 0) {
		struct filing_line *f = &l.v[l.n++];
		str one;

		if (!str_cut(&text, LINE, &one) ||
		    !str_cut(&one, PART, &f->id) ||
		    !str_cut(&one, PART, &f->label) ||
		    !str_cut(&one, PART, &f->raw))
			return err_set(e, ERR_CORRUPT, "a paper is damaged");
		f->shown = one;
	}
	*ret = l;
	return true;
}
