#include "ipc/print.h"

#include "base/utf8.h"
#include "ipc/write.h"

#define DOCUMENT S("PREAUDO1")
#define PDF S("PREAUPD1")
#define LANG_MAX 16u
#define SHORT_MAX 512u

const struct chan_permit print_to_printer[] = {{PRINT_ASK, 1, 1, 8}, {0}};
const struct chan_permit print_to_worker[] = {{PRINT_MADE, 0, 1, 8}, {0}};

void
print_ask_write(struct buf *b, uint32_t id)
{
	write_u32(b, id);
}

bool
print_ask_read(str s, uint32_t *ret_id, struct err *e)
{
	struct reader r = read_begin(s.p, s.n);
	uint32_t id = read_u32(&r, UINT32_MAX);

	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "ASK is malformed");
	*ret_id = id;
	return true;
}

void
print_made_write(struct buf *b, const struct print_made *m)
{
	write_u32(b, m->id);
	write_u8(b, m->failed);
}

bool
print_made_read(str s, size_t n_fds, struct print_made *ret, struct err *e)
{
	struct reader r = read_begin(s.p, s.n);
	struct print_made m;

	m.id = read_u32(&r, UINT32_MAX);
	m.failed = read_u8(&r, ERR_KINDS - 1);
	if (!read_end(&r) || n_fds != (m.failed == 0))
		return err_set(e, ERR_CORRUPT, "MADE is malformed");
	*ret = m;
	return true;
}

/* ---- the document ---- */

static str
take_text(struct reader *r, uint32_t max)
{
	str s = read_str(r, max);

	r->bad = r->bad || !utf8_valid(s);
	return s;
}

static bool
take_magic(struct reader *r, str magic)
{
	const uint8_t *p = read_take(r, magic.n);

	return p != NULL && memcmp(p, magic.p, magic.n) == 0;
}

void
print_head_write(struct buf *b, const struct print_head *h)
{
	buf_str(b, DOCUMENT);
	write_bytes(b, h->lang);
	write_bytes(b, h->title);
	write_bytes(b, h->footer);
}

bool
print_head_read(struct reader *r, struct print_head *ret, struct err *e)
{
	bool ours = take_magic(r, DOCUMENT);
	struct print_head h;

	h.lang = take_text(r, LANG_MAX);
	h.title = take_text(r, SHORT_MAX);
	h.footer = take_text(r, SHORT_MAX);
	if (!ours || r->bad)
		return err_set(e, ERR_CORRUPT, "not a document");
	*ret = h;
	return true;
}

void
print_block_write(struct buf *b, const struct print_block *k)
{
	write_u8(b, (uint8_t)k->kind);
	write_bytes(b, k->text);
	if (k->kind != PRINT_PICTURE)
		return;
	write_bytes(b, k->alt);
	write_u32(b, k->width);
	write_u32(b, k->height);
	write_u32(b, k->bytes);
	write_u8(b, k->grey);
}

bool
print_block_read(
    struct reader *r, bool *ret_more, struct print_block *ret, struct err *e)
{
	struct print_block k = {0};

	*ret_more = !read_end(r);
	if (!*ret_more)
		return true;
	k.kind = (enum print_block_kind)read_u8(r, PRINT_BLOCKS - 1);
	k.text = take_text(r, PRINT_TEXT_MAX);
	if (k.kind == PRINT_PICTURE) {
		k.alt = take_text(r, PRINT_TEXT_MAX);
		k.width = read_u32(r, PRINT_SIDE_MAX);
		k.height = read_u32(r, PRINT_SIDE_MAX);
		k.bytes = read_u32(r, PRINT_PICTURE_BYTES_MAX);
		k.grey = read_u8(r, 1) != 0;
		r->bad = r->bad || k.width == 0 || k.height == 0;
	}
	if (r->bad)
		return err_set(e, ERR_CORRUPT, "a document is damaged");
	*ret = k;
	return true;
}

/* ---- the PDF ---- */

void
print_pdf_write(struct buf *b, const struct print_hole *v, uint32_t n, str text)
{
	buf_str(b, PDF);
	write_u32(b, n);
	for (uint32_t i = 0; i < n; i++) {
		write_u64(b, v[i].at);
		write_u32(b, v[i].picture);
	}
	buf_str(b, text);
}

bool
print_pdf_read(str whole, struct print_pdf *ret, struct err *e)
{
	struct reader r = read_begin(whole.p, whole.n);
	bool ours = take_magic(&r, PDF);
	uint32_t n = read_u32(&r, PRINT_PICTURES_MAX);
	const uint8_t *rows = read_take(&r, (size_t)n * 12);

	if (!ours || rows == NULL || whole.n > PRINT_PDF_MAX)
		return err_set(e, ERR_CORRUPT, "not what a printer makes");
	*ret = (struct print_pdf){.n_holes = n,
	    .text = {(const char *)r.p, (size_t)(r.end - r.p)},
	    .holes = read_begin(rows, (size_t)n * 12)};
	return true;
}

bool
print_hole_read(struct print_pdf *p, struct print_hole *ret, struct err *e)
{
	struct print_hole h;

	h.at = read_u64(&p->holes, p->text.n);
	h.picture = read_u32(&p->holes, PRINT_PICTURES_MAX - 1);
	if (p->holes.bad || h.picture >= p->n_holes || h.at < ret->at)
		return err_set(e, ERR_CORRUPT, "a hole is misplaced");
	*ret = h;
	return true;
}
