#include "front/parts.h"

#include "ipc/read.h"
#include "ipc/write.h"

/* Names are kept so far; longer ones are cut, and one part's head must fit the
 * parser's buffer. */
#define NAME_MAX_BYTES 255
#define PARSER_BYTES 8192

static void
put(struct exchange *x, enum part_event kind, const char *p, size_t n)
{
	write_u8(&x->events, (uint8_t)kind);
	write_bytes(&x->events, (str){p, n});
}

static void
remember(char *to, size_t size, const char *name)
{
	size_t n = name == NULL ? 0 : strnlen(name, size - 1);

	if (n > 0)
		memcpy(to, name, n);
	to[n] = 0;
}

static bool
same(const char *kept, size_t size, const char *name)
{
	return strncmp(kept, name == NULL ? "" : name, size - 1) == 0;
}

/* The parser may announce a part with no bytes, and then again with its first:
 * the same names, nothing between. */
static bool
goes_on(const struct part_cursor *c, const char *key, const char *file,
    uint64_t off)
{
	return c->open &&
	       (off > 0 || (!c->begun && same(c->name, sizeof(c->name), key) &&
			       same(c->file, sizeof(c->file), file)));
}

static enum MHD_Result
found(void *cls, enum MHD_ValueKind kind, const char *key, const char *file,
    const char *type, const char *encoding, const char *data, uint64_t off,
    size_t n)
{
	struct exchange *x = cls;
	struct part_cursor *c = &x->part;

	(void)kind, (void)type, (void)encoding;
	if (!goes_on(c, key, file, off)) {
		*c = (struct part_cursor){.open = true};
		remember(c->name, sizeof(c->name), key);
		remember(c->file, sizeof(c->file), file);
		if (file != NULL)
			put(x, PART_FILE, file, strnlen(file, NAME_MAX_BYTES));
		else
			put(x, PART_FIELD, key == NULL ? "" : key,
			    key == NULL ? 0 : strnlen(key, NAME_MAX_BYTES));
	}
	if (n > 0) {
		c->begun = true;
		put(x, PART_DATA, data, n);
	}
	return MHD_YES;
}

bool
parts_begin(struct exchange *x)
{
	x->parts = MHD_create_post_processor(x->conn, PARSER_BYTES, found, x);
	return x->parts != NULL;
}

bool
parts_feed(struct exchange *x, const char *p, size_t n)
{
	return MHD_post_process(x->parts, p, n) == MHD_YES && !x->events.full;
}

bool
parts_end(struct exchange *x)
{
	struct MHD_PostProcessor *p = x->parts;

	x->parts = NULL;
	/* The parser is content with a body in which it found nothing. */
	return MHD_destroy_post_processor(p) == MHD_YES && x->part.open &&
	       !x->events.full;
}

bool
parts_next(struct exchange *x, enum part_event *ret, str *ret_bytes)
{
	size_t left = x->events.n - x->events_at;
	struct reader r;

	if (left == 0) {
		buf_clear(&x->events);
		x->events_at = 0;
		return false;
	}
	r = read_begin(x->events.p + x->events_at, left);
	*ret = (enum part_event)read_u8(&r, PART_DATA);
	*ret_bytes = read_str(&r, UINT32_MAX);
	x->events_at = x->events.n - (size_t)(r.end - r.p);
	return true;
}
