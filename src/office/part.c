#include "office/part.h"

#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include "office/archive.h"

#define END_BYTES 22u
#define END_COMMENT_MAX 65535u
#define CENTRAL_BYTES 46u
#define LOCAL_BYTES 30u

#define FLAG_ENCRYPTED 0x0001u
#define FLAG_STRONG 0x0040u
#define FLAG_MASKED 0x2000u
#define FLAG_LOCKED (FLAG_ENCRYPTED | FLAG_STRONG | FLAG_MASKED)
#define METHOD_STORED 0
#define METHOD_DEFLATED 8

static uint32_t
u16(str f, size_t at)
{
	const uint8_t *p = (const uint8_t *)f.p + at;

	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t
u32(str f, size_t at)
{
	return u16(f, at) | u16(f, at + 2) << 16;
}

/* Where the folder of contents is, and what it says of itself. */
struct folder {
	size_t at, end;
	uint32_t n;
};

/* The last of its kind, whose comment ends the file. */
static bool
find_end(str f, size_t *ret)
{
	size_t least;

	if (f.n < END_BYTES)
		return false;
	least = f.n > END_BYTES + END_COMMENT_MAX
		    ? f.n - END_BYTES - END_COMMENT_MAX
		    : 0;
	for (size_t at = f.n - END_BYTES + 1; at-- > least;)
		if (str_starts(str_sub(f, at, 4), S("PK\5\6")) &&
		    at + END_BYTES + u16(f, at + 20) == f.n) {
			*ret = at;
			return true;
		}
	return false;
}

static enum office_verdict
find_folder(str f, struct folder *ret)
{
	size_t end, at, n;

	if (!find_end(f, &end))
		return OFFICE_DAMAGED;
	ret->n = u16(f, end + 10);
	n = u32(f, end + 12);
	at = u32(f, end + 16);
	if (ret->n > ARCHIVE_PARTS_MAX)
		return OFFICE_BOMB;
	if (u16(f, end + 4) != 0 || u16(f, end + 6) != 0 ||
	    u16(f, end + 8) != ret->n || ret->n == 0 || at > end ||
	    n != end - at)
		return OFFICE_DAMAGED;
	ret->at = at;
	ret->end = end;
	return OFFICE_OK;
}

static bool
is_plain_letter(char c)
{
	return (unsigned char)c >= 0x20 && c != 0x7f && c != '\\' && c != ':';
}

/* No way up, none to the root, nothing that two would read differently. */
static bool
is_name(str s)
{
	size_t step = 0;

	if (s.n == 0 || s.n >= ARCHIVE_NAME_MAX || s.p[0] == '/')
		return false;
	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && !is_plain_letter(s.p[i]))
			return false;
		if (i < s.n && s.p[i] != '/')
			continue;
		if (str_eq(str_sub(s, step, i - step), S("..")) ||
		    str_eq(str_sub(s, step, i - step), S(".")) ||
		    (i == step && i < s.n))
			return false;
		step = i + 1;
	}
	return true;
}

/* What stands before the bytes must say the same. */
static bool
read_local(
    str f, size_t folder, uint32_t bytes, uint32_t method, struct part *p)
{
	size_t begin;

	if (p->at > folder || folder - p->at < LOCAL_BYTES ||
	    !str_starts(str_sub(f, p->at, 4), S("PK\3\4")))
		return false;
	begin = p->at + LOCAL_BYTES + u16(f, p->at + 26) + u16(f, p->at + 28);
	if (begin > folder || bytes > folder - begin ||
	    u16(f, p->at + 8) != method ||
	    !str_eq(
		str_sub(f, p->at + LOCAL_BYTES, u16(f, p->at + 26)), p->name))
		return false;
	p->begin = begin;
	p->end = begin + bytes;
	return true;
}

static enum office_verdict
read_part(str f, const struct folder *d, size_t *at, struct part *p)
{
	uint32_t method, packed, name;
	size_t left = d->end - *at, here = *at;

	if (left < CENTRAL_BYTES ||
	    !str_starts(str_sub(f, here, 4), S("PK\1\2")))
		return OFFICE_DAMAGED;
	name = u16(f, here + 28);
	if (left - CENTRAL_BYTES <
	    (size_t)name + u16(f, here + 30) + u16(f, here + 32))
		return OFFICE_DAMAGED;
	if (u16(f, here + 8) & FLAG_LOCKED)
		return OFFICE_LOCKED;
	*at += CENTRAL_BYTES + name + u16(f, here + 30) + u16(f, here + 32);
	method = u16(f, here + 10);
	packed = u32(f, here + 20);
	*p = (struct part){.name = str_sub(f, here + CENTRAL_BYTES, name),
	    .at = u32(f, here + 42),
	    .whole = u32(f, here + 24),
	    .packed = method == METHOD_DEFLATED};
	if ((method != METHOD_STORED && method != METHOD_DEFLATED) ||
	    (method == METHOD_STORED && p->whole != packed) ||
	    packed == UINT32_MAX || !is_name(p->name) ||
	    !read_local(f, d->at, packed, method, p))
		return OFFICE_DAMAGED;
	return OFFICE_OK;
}

static int
by_place(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static int
by_name(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int d = memcmp(x->name.p, y->name.p, n);

	return d != 0 ? d : (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

/* None twice, and none that has bytes of another. */
static enum office_verdict
check_apart(struct part *p, size_t n)
{
	qsort(p, n, sizeof(*p), by_name);
	for (size_t i = 1; i < n; i++)
		if (by_name(&p[i - 1], &p[i]) == 0)
			return OFFICE_BOMB;
	qsort(p, n, sizeof(*p), by_place);
	for (size_t i = 1; i < n; i++)
		if (p[i].at < p[i - 1].end)
			return OFFICE_BOMB;
	return OFFICE_OK;
}

enum office_verdict
part_list(str f, struct part **ret, size_t *ret_n)
{
	struct folder d;
	enum office_verdict v = find_folder(f, &d);
	struct part *p;
	size_t at;

	if (v != OFFICE_OK)
		return v;
	p = calloc(d.n, sizeof(*p));
	if (p == NULL)
		return OFFICE_DAMAGED;
	at = d.at;
	for (size_t i = 0; i < d.n && v == OFFICE_OK; i++)
		v = read_part(f, &d, &at, &p[i]);
	if (v == OFFICE_OK && at != d.end)
		v = OFFICE_DAMAGED;
	if (v == OFFICE_OK)
		v = check_apart(p, d.n);
	if (v != OFFICE_OK) {
		free(p);
		return v;
	}
	*ret = p;
	*ret_n = d.n;
	return OFFICE_OK;
}

str
part_bytes(str f, const struct part *p)
{
	return str_sub(f, p->begin, p->end - p->begin);
}

static bool
inflate_all(str from, char *to, size_t room, size_t *ret_n)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)from.p,
	    .avail_in = (uInt)from.n,
	    .next_out = (Bytef *)to,
	    .avail_out = (uInt)room};
	bool done;

	if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return false;
	done = inflate(&z, Z_FINISH) == Z_STREAM_END;
	*ret_n = room - z.avail_out;
	(void)inflateEnd(&z);
	return done;
}

char *
part_unpack(str f, const struct part *p, size_t max, size_t *ret_n)
{
	str from = part_bytes(f, p);
	char *to;

	if (p->whole > max)
		return NULL;
	to = malloc((size_t)p->whole + 1);
	if (to == NULL)
		return NULL;
	if (!p->packed) {
		memcpy(to, from.p, from.n);
		*ret_n = from.n;
	} else if (!inflate_all(from, to, (size_t)p->whole, ret_n)) {
		free(to);
		return NULL;
	}
	return to;
}
