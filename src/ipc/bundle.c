#include "ipc/bundle.h"

#include <unistd.h>

#include "ipc/read.h"
#include "ipc/write.h"

#define MAGIC S("PREAUBU2")
#define BYTES_MAX ((uint64_t)1 << 40)

static bool
write_all(int fd, str s, struct err *e)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n <= 0)
			return err_sys(e, "a bundle");
		s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

static void
write_head(struct buf *b, const struct bundle_head *h)
{
	static const char zero[BUNDLE_ROW];

	buf_str(b, MAGIC);
	write_u64(b, h->owner);
	write_u64(b, h->pieces);
	write_u64(b, h->bytes);
	write_u32(b, h->copies);
	write_u32(b, h->seal);
	buf_put(b, zero, BUNDLE_ROW - b->n);
}

static void
write_piece(struct buf *b, const struct bundle_piece *p, uint64_t text_at)
{
	write_u64(b, p->at);
	write_u64(b, text_at + p->text_at);
	write_u32(b, p->text_n);
	write_u32(b, p->copy_n);
	write_u64(b, p->copy);
	buf_put(b, p->mark, sizeof(p->mark));
}

bool
bundle_write(int fd, const struct bundle_head *h, const struct bundle_piece *v,
    str text, struct err *e)
{
	uint64_t rows = (h->pieces + 1) * BUNDLE_ROW;
	CLEANUP(buf_done) struct buf b = BUF_MAX(rows);

	if (h->pieces > BUNDLE_PIECES_MAX || h->bytes >= BYTES_MAX)
		return err_set(e, ERR_LIMIT, "too much for one bundle");
	write_head(&b, h);
	for (uint64_t i = 0; i < h->pieces; i++)
		write_piece(&b, &v[i], rows);
	if (b.full)
		return err_set(e, ERR_LIMIT, "no room for a bundle");
	return write_all(fd, buf_view(&b), e) && write_all(fd, text, e);
}

static bool
read_row(int fd, uint64_t i, uint8_t to[BUNDLE_ROW], struct err *e)
{
	ssize_t n = pread(fd, to, BUNDLE_ROW, (off_t)(i * BUNDLE_ROW));

	if (n == -1)
		return err_sys(e, "a bundle");
	return n == BUNDLE_ROW || err_set(e, ERR_CORRUPT, "a bundle is short");
}

bool
bundle_read_head(int fd, struct bundle_head *ret, struct err *e)
{
	struct bundle_head h = {0};
	uint8_t row[BUNDLE_ROW];
	struct reader r;
	const uint8_t *magic;

	if (!read_row(fd, 0, row, e))
		return false;
	r = read_begin(row, sizeof(row));
	magic = read_take(&r, MAGIC.n);
	h.owner = read_u64(&r, UINT64_MAX);
	h.pieces = read_u64(&r, BUNDLE_PIECES_MAX);
	h.bytes = read_u64(&r, BYTES_MAX);
	h.copies = read_u32(&r, BUNDLE_PIECES_MAX);
	h.seal = read_u32(&r, BUNDLE_SEAL);
	if (r.bad || h.seal % BUNDLE_SEAL != 0 ||
	    memcmp(magic, MAGIC.p, MAGIC.n) != 0 || h.pieces == 0)
		return err_set(e, ERR_CORRUPT, "not a bundle");
	*ret = h;
	return true;
}

static bool
read_piece(int fd, const struct bundle_head *h, uint64_t i,
    struct bundle_piece *ret, struct err *e)
{
	uint8_t row[BUNDLE_ROW];
	struct bundle_piece p;
	struct reader r;
	const uint8_t *mark;

	if (!read_row(fd, i + 1, row, e))
		return false;
	r = read_begin(row, sizeof(row));
	p.at = read_u64(&r, BYTES_MAX);
	p.text_at = read_u64(&r, BYTES_MAX);
	p.text_n = read_u32(&r, UINT32_MAX);
	p.copy_n = read_u32(&r, UINT32_MAX);
	p.copy = read_u64(&r, INT64_MAX);
	mark = read_take(&r, sizeof(p.mark));
	if (!read_end(&r) || bundle_piece_end(&p) > h->bytes ||
	    (p.copy_n > 0 && p.copy_n <= h->seal))
		return err_set(e, ERR_CORRUPT, "a bundle is damaged");
	memcpy(p.mark, mark, sizeof(p.mark));
	*ret = p;
	return true;
}

bool
bundle_find(int fd, const struct bundle_head *h, uint64_t pos,
    struct bundle_piece *ret, struct err *e)
{
	uint64_t from = 0, to = h->pieces;
	struct bundle_piece p;

	while (to - from > 1) {
		uint64_t middle = from + (to - from) / 2;

		if (!read_piece(fd, h, middle, &p, e))
			return false;
		if (p.at <= pos)
			from = middle;
		else
			to = middle;
	}
	if (!read_piece(fd, h, from, &p, e))
		return false;
	if (pos < p.at || pos >= bundle_piece_end(&p))
		return err_set(e, ERR_CORRUPT, "a bundle has a gap");
	*ret = p;
	return true;
}
