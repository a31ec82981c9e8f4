#include "web/qr.h"

#include <qrencode.h>

#include "base/buf.h"

#define TEXT_MAX 1024
#define PATH_MAX_HERE (256 * 1024)

static int
run_length(const QRcode *q, int x, int y)
{
	const unsigned char *row = q->data + (ptrdiff_t)y * q->width;
	int n = 0;

	while (x + n < q->width && (row[x + n] & 1))
		n++;
	return n;
}

/* One flat rectangle for every run of dark squares of a row. */
static void
draw(const QRcode *q, struct buf *b)
{
	for (int y = 0; y < q->width; y++)
		for (int x = 0; x < q->width; x++) {
			int n = run_length(q, x, y);

			if (n == 0)
				continue;
			buf_printf(b, "M%d %dh%dv1h-%dz", x, y, n, n);
			x += n;
		}
}

bool
qr_make(struct arena *a, str text, struct qr *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(PATH_MAX_HERE);
	QRcode *q;

	if (text.n == 0 || text.n > TEXT_MAX)
		return err_set(e, ERR_LIMIT, "%zu bytes in a QR code", text.n);
	q = QRcode_encodeData(
	    (int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
	if (q == NULL)
		return err_sys(e, "QR code");
	draw(q, &b);
	ret->side = q->width;
	QRcode_free(q);
	if (b.full || !arena_str(a, b.p, b.n, &ret->path))
		return err_set(e, ERR_LIMIT, "no room for a QR code");
	return true;
}
