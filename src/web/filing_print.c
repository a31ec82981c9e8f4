/* filing_print — a paper as it was checked, on sheets of A4. */
#include <inttypes.h>

#include "base/buf.h"
#include "ipc/print.h"
#include "web/filing.h"
#include "web/printer.h"

/* Where a hand writes what is not filled in. */
#define DOTS "……………………………………………………………………………………"

str
filing_head(const struct filing_version *w, const char *id)
{
	for (size_t i = 0; i < w->lines.n; i++)
		if (str_eq(w->lines.v[i].id, str_c(id)))
			return w->lines.v[i].shown;
	return S("");
}

struct filing_lines
filing_body(const struct filing_version *w)
{
	struct filing_lines l = w->lines;

	while (l.n > 0 && str_starts(l.v->id, S("@"))) {
		l.v++;
		l.n--;
	}
	return l;
}

static void
put(struct buf *b, enum print_block_kind kind, str text)
{
	const struct print_block k = {
	    .kind = kind, .text = str_sub(text, 0, PRINT_TEXT_MAX)};

	if (text.n > 0)
		print_block_write(b, &k);
}

/* A value longer than a block has: cut between its lines, or at a letter. */
static void
put_long(struct buf *b, str text)
{
	while (text.n > PRINT_TEXT_MAX) {
		size_t n = PRINT_TEXT_MAX;

		while (n > 1 && ((uint8_t)text.p[n] & 0xc0) == 0x80)
			n--;
		put(b, PRINT_TEXT, str_sub(text, 0, n));
		text = str_sub(text, n, text.n);
	}
	put(b, PRINT_TEXT, text);
}

static str
value_of(const struct filing_line *l)
{
	if (l->shown.n > 0)
		return l->shown;
	return str_eq(l->raw, FILING_ROOM) ? S("\n\n\n" DOTS) : S("\n" DOTS);
}

str
filing_foot(const struct view *v, const struct filing_sheet *s)
{
	struct view w = *v;
	str arg[] = {filing_head(s->version, "@by"), S(""), s->number,
	    arena_i64(v->arena, s->version->number), s->print};

	w.lang = s->version->lang;
	arg[1] = filing_when(&w, s->version->checked_at);
	return lang_fill(w.arena,
	    lang_text(w.lang,
		N_("Checked by %1, %2. Case %3, version %4. Fingerprint %5.")),
	    arg, 5);
}

static void
write_document(struct view *v, const struct filing_sheet *s, struct buf *b)
{
	const struct filing_version *w = s->version;
	const str to[] = {filing_head(w, "@authority")},
		  foot[] = {filing_head(w, "@title"), s->number};
	struct filing_lines body = filing_body(w);
	const struct print_head head = {str_c(lang_codes[w->lang]),
	    filing_head(w, "@title"),
	    lang_fill(v->arena, S("%1 · %2"), foot, 2)};

	print_head_write(b, &head);
	put(b, PRINT_LABEL, filing_head(w, "@from"));
	put(b, PRINT_NOTE,
	    lang_fill(v->arena, lang_text(w->lang, N_("To: %1")), to, 1));
	put(b, PRINT_NAME, filing_head(w, "@title"));
	put(b, PRINT_NOTE, filing_head(w, "@law"));
	for (size_t i = 0; i < body.n; i++) {
		put(b, PRINT_LABEL, body.v[i].label);
		put_long(b, value_of(&body.v[i]));
	}
	put(b, PRINT_NOTE, filing_foot(v, s));
}

bool
filing_pdf(struct request *r, const struct filing_sheet *s, struct err *e)
{
	CLEANUP(buf_done) struct buf document = BUF_MAX(PRINT_DOCUMENT_MAX);
	CLEANUP(printed_done) struct printed printed = {0};
	struct view v = filing_view(r);

	v.lang = s->version->lang;
	write_document(&v, s, &document);
	if (document.full)
		return err_set(e, ERR_LIMIT, "too long a paper");
	if (!printer_print(r, buf_view(&document), &printed, e))
		return false;
	buf_clear(r->view.out);
	buf_str(r->view.out, printed.pdf.text);
	return !r->view.out->full || err_set(e, ERR_LIMIT, "too long a paper");
}
