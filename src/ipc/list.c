#include "ipc/list.h"

#include "ipc/read.h"
#include "ipc/write.h"

const struct chan_permit list_to_reader[] = {
    {LIST_READ, 2, 2, 2 * (LIST_WORDS_MAX + 4) + 2},
    {0},
};

const struct chan_permit list_to_command[] = {{0}};

void
list_read_write(struct buf *b, const struct list_read *r)
{
	write_u8(b, r->format);
	write_u8(b, r->kind);
	write_bytes(b, r->scheme);
	write_bytes(b, r->categories);
}

bool
list_read_read(str body, struct list_read *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct list_read q = {
	    .format = read_u8(&r, UINT8_MAX), .kind = read_u8(&r, UINT8_MAX)};

	q.scheme = read_str(&r, LIST_WORDS_MAX);
	q.categories = read_str(&r, LIST_WORDS_MAX);
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "list request: malformed");
	*ret = q;
	return true;
}
