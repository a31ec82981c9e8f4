#include "ipc/scan.h"

#include "ipc/read.h"
#include "ipc/write.h"

const struct chan_permit scan_to_worker[] = {
    {SCAN_ASK, 1, 1, SCAN_MESSAGE_MAX},
    {0},
};

const struct chan_permit scan_from_worker[] = {
    {SCAN_SAID, 0, 0, SCAN_MESSAGE_MAX},
    {0},
};

void
scan_ask_write(struct buf *b, const struct scan_ask *a)
{
	write_u32(b, a->id);
	buf_put(b, a->key.b, KEY_BYTES);
}

bool
scan_ask_read(str body, struct scan_ask *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	uint32_t id = read_u32(&r, UINT32_MAX);
	const uint8_t *key = read_take(&r, KEY_BYTES);

	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "scan: malformed");
	ret->id = id;
	memcpy(ret->key.b, key, KEY_BYTES);
	return true;
}

void
scan_said_write(struct buf *b, const struct scan_said *s)
{
	write_u32(b, s->id);
	write_u8(b, s->verdict);
	write_bytes(b, str_c(s->name));
}

static bool
is_name(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n < SCAN_NAME_MAX;
}

bool
scan_said_read(str body, struct scan_said *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct scan_said s = {.id = read_u32(&r, UINT32_MAX)};
	str name;

	s.verdict = read_u8(&r, SCAN_VERDICTS - 1);
	name.n = read_u32(&r, SCAN_NAME_MAX - 1);
	name.p = (const char *)read_take(&r, name.n);
	if (!read_end(&r) || !is_name(name) ||
	    (s.verdict == SCAN_INFECTED) != (name.n > 0))
		return err_set(e, ERR_CORRUPT, "scan answer: malformed");
	if (name.n > 0)
		memcpy(s.name, name.p, name.n);
	*ret = s;
	return true;
}
