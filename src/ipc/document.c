#include "ipc/document.h"

#include "ipc/read.h"
#include "ipc/write.h"

#define PERCENT_ALL 100

const struct chan_permit document_to_worker[] = {
    {DOCUMENT_TAKE, DOCUMENT_TAKE_FDS, DOCUMENT_TAKE_FDS, 128},
    {0},
};

const struct chan_permit document_from_worker[] = {
    {DOCUMENT_PROGRESS, 0, 0, 16},
    {DOCUMENT_TAKEN, 0, 0, DOCUMENT_MESSAGE_MAX},
    {0},
};

const char *
document_verdict_word(enum document_verdict v)
{
	static const char *const words[DOCUMENT_VERDICTS] = {
	    [DOCUMENT_OK] = "ok",
	    [DOCUMENT_DAMAGED] = "document_damaged",
	    [DOCUMENT_LOCKED] = "document_locked",
	    [DOCUMENT_TOO_MANY] = "too_many_pages",
	    [DOCUMENT_EMPTY] = "no_page",
	    [DOCUMENT_TOO_HEAVY] = "document_too_heavy",
	};

	return words[v < DOCUMENT_VERDICTS ? v : DOCUMENT_DAMAGED];
}

static void
read_into(struct reader *r, uint8_t *to, size_t n)
{
	const uint8_t *p = read_take(r, n);

	if (p != NULL)
		memcpy(to, p, n);
}

void
document_take_write(struct buf *b, const struct document_take *t)
{
	write_u32(b, t->id);
	buf_put(b, t->original.b, KEY_BYTES);
	buf_put(b, t->pdf.b, KEY_BYTES);
	buf_put(b, t->text.b, KEY_BYTES);
}

bool
document_take_read(str body, struct document_take *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct document_take t = {.id = read_u32(&r, UINT32_MAX)};

	read_into(&r, t.original.b, KEY_BYTES);
	read_into(&r, t.pdf.b, KEY_BYTES);
	read_into(&r, t.text.b, KEY_BYTES);
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "document to take: malformed");
	*ret = t;
	explicit_bzero(&t, sizeof(t));
	return true;
}

void
document_progress_write(struct buf *b, const struct document_progress *p)
{
	write_u32(b, p->pages);
	write_u8(b, p->percent);
}

bool
document_progress_read(str body, struct document_progress *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct document_progress p = {
	    .pages = read_u32(&r, DOCUMENT_PAGES_MAX)};

	p.percent = read_u8(&r, PERCENT_ALL);
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "document progress: malformed");
	*ret = p;
	return true;
}

void
document_taken_write(struct buf *b, const struct document_taken *t)
{
	write_u32(b, t->id);
	write_u8(b, t->verdict);
	write_u8(b, t->unwritten);
	write_u8(b, t->tagged);
	write_u8(b, t->worded);
	write_u64(b, t->pdf_bytes);
	write_u64(b, t->text_bytes);
	buf_put(b, t->md5, sizeof(t->md5));
	buf_put(b, t->sha1, sizeof(t->sha1));
	buf_put(b, t->sha256, sizeof(t->sha256));
	write_u32(b, t->n);
	for (size_t i = 0; i < t->n; i++) {
		write_u32(b, t->page[i].at);
		write_u32(b, t->page[i].bytes);
	}
}

/* One behind the other, inside the PDF, and none of them empty. */
static bool
read_pages(struct reader *r, struct document_taken *t)
{
	uint64_t end = 0;

	t->n = read_u32(r, DOCUMENT_PAGES_MAX);
	for (size_t i = 0; i < t->n; i++) {
		struct document_page *p = &t->page[i];

		p->at = read_u32(r, UINT32_MAX);
		p->bytes = read_u32(r, DOCUMENT_PAGE_BYTES_MAX);
		if (p->bytes == 0 || p->at < end)
			return false;
		end = (uint64_t)p->at + p->bytes;
	}
	return end <= t->pdf_bytes;
}

/* Either all of it is there, or nothing is. */
static bool
is_whole(const struct document_taken *t)
{
	bool made = t->verdict == DOCUMENT_OK && !t->unwritten;

	return made == (t->n > 0) && made == (t->pdf_bytes > 0) &&
	       (made || t->text_bytes == 0);
}

bool
document_taken_read(str body, struct document_taken *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct document_taken t = {.id = read_u32(&r, UINT32_MAX)};
	bool pages;

	t.verdict = read_u8(&r, DOCUMENT_VERDICTS - 1);
	t.unwritten = read_u8(&r, 1) != 0;
	t.tagged = read_u8(&r, 1) != 0;
	t.worded = read_u8(&r, 1) != 0;
	t.pdf_bytes = read_u64(&r, DOCUMENT_MADE_MAX);
	t.text_bytes = read_u64(&r, DOCUMENT_TEXT_MAX);
	read_into(&r, t.md5, sizeof(t.md5));
	read_into(&r, t.sha1, sizeof(t.sha1));
	read_into(&r, t.sha256, sizeof(t.sha256));
	pages = read_pages(&r, &t);
	if (!read_end(&r) || !pages || !is_whole(&t))
		return err_set(e, ERR_CORRUPT, "document answer: malformed");
	*ret = t;
	return true;
}
