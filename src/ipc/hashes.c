#include "ipc/hashes.h"

#include "ipc/write.h"

#define QUALITY_MAX 100
#define UNFIT_MAX 15
#define ROW_MIN 13 /* bytes: a row whose value is empty */

void
hashes_add(struct buf *b, const struct hash_row *h)
{
	if (h->value.n == 0 || h->value.n > HASHES_VALUE_MAX) {
		b->full = true;
		return;
	}
	write_u8(b, h->kind);
	write_u8(b, h->pipeline);
	write_u8(b, h->hypothesis);
	write_u8(b, h->quality);
	write_u8(b, h->unfit);
	write_u32(b, h->frame);
	write_bytes(b, h->value);
}

static struct hash_row
read_row(struct reader *r)
{
	struct hash_row h = {.kind = read_u8(r, UINT8_MAX)};

	h.pipeline = read_u8(r, UINT8_MAX);
	h.hypothesis = read_u8(r, UINT8_MAX);
	h.quality = read_u8(r, HASHES_NO_QUALITY);
	h.unfit = read_u8(r, UNFIT_MAX);
	h.frame = read_u32(r, INT32_MAX);
	h.value = read_str(r, HASHES_VALUE_MAX);
	if (h.value.n == 0 ||
	    (h.quality > QUALITY_MAX && h.quality != HASHES_NO_QUALITY))
		r->bad = true;
	return h;
}

bool
hashes_read(
    struct arena *a, str bytes, size_t most, struct hashes *ret, struct err *e)
{
	struct reader r = read_begin(bytes.p, bytes.n);
	struct hashes t = {0};

	if (most > bytes.n / ROW_MIN)
		most = bytes.n / ROW_MIN;
	t.v = NEW_N(a, struct hash_row, most + 1);
	if (t.v == NULL)
		return err_set(e, ERR_LIMIT, "no memory for hashes");
	while (!r.bad && r.p < r.end && t.n < most)
		t.v[t.n++] = read_row(&r);
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "hashes: malformed");
	*ret = t;
	return true;
}
