#include "list/wire.h"

#include "base/utf8.h"
#include "ipc/read.h"
#include "ipc/write.h"
#include "list/record.h"

static const char *const fault_texts[LIST_FAULTS] = {
    [LIST_FAULT_VALUE] = "not a value of its kind",
    [LIST_FAULT_KIND] = "a kind of hash that is not known",
    [LIST_FAULT_NOTHING] = "no hash",
    [LIST_FAULT_ROW] = "a row that is torn or too long",
    [LIST_FAULT_STATUS] = "a status that is not known",
    [LIST_FAULT_FRAMES] = "not the frames of a video",
    [LIST_FAULT_NAME] = "a withdrawal that names nothing",
    [LIST_FAULT_ELSEWHERE] =
	"left out: the file has its address only, which nobody here asks",
};

const char *
list_fault_text(enum list_fault f)
{
	return (unsigned)f < LIST_FAULTS ? fault_texts[f] : "";
}

static void
put_body(struct buf *b, const struct wire_frame *f)
{
	switch (f->type) {
	case WIRE_ENTRY:
	case WIRE_GONE:
		record_put(b, &f->entry);
		break;
	case WIRE_FAULT:
		write_u8(b, (uint8_t)f->fault);
		write_u8(b, f->kind);
		write_u64(b, f->line);
		write_u64(b, f->offset);
		break;
	case WIRE_END:
		write_u64(b, f->records);
		write_u64(b, f->skipped);
		write_u64(b, f->elsewhere);
		write_u64(b, f->faults);
		write_u8(b, f->whole);
		write_bytes(b, f->text);
		break;
	case WIRE_REFUSED:
		write_u8(b, f->kind);
		write_bytes(b, f->text);
		break;
	}
}

void
wire_put(struct buf *b, const struct wire_frame *f)
{
	size_t at = b->n, n;

	write_u32(b, 0);
	write_u8(b, (uint8_t)f->type);
	put_body(b, f);
	if (b->full)
		return;
	n = b->n - at - 4;
	for (size_t i = 0; i < 4; i++)
		b->p[at + i] = (char)(n >> 8 * i & 0xff);
}

static bool
take_entry(str body, struct wire_frame *f)
{
	const struct entry *t = &f->entry;

	if (!record_take(&body, &f->entry) || body.n != 0)
		return false;
	if (f->type == WIRE_GONE && t->kind == HASH_NONE) {
		struct entry named = *t;

		named.kind = HASH_MD5; /* of which the rest is checked */
		named.value = S("0123456789abcdef");
		return t->value.n == 0 && t->id.n > 0 &&
		       record_is_sound(&named);
	}
	return record_is_sound(t);
}

static bool
is_line(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((uint8_t)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return utf8_valid(s);
}

static bool
take_body(str body, struct wire_frame *f)
{
	struct reader r = read_begin(body.p, body.n);

	switch (f->type) {
	case WIRE_ENTRY:
	case WIRE_GONE:
		return take_entry(body, f);
	case WIRE_FAULT:
		f->fault = (enum list_fault)read_u8(&r, LIST_FAULTS - 1);
		f->kind = read_u8(&r, HASH_KINDS - 1);
		f->line = read_u64(&r, INT64_MAX);
		f->offset = read_u64(&r, INT64_MAX);
		return read_end(&r);
	case WIRE_END:
		f->records = read_u64(&r, INT64_MAX);
		f->skipped = read_u64(&r, INT64_MAX);
		f->elsewhere = read_u64(&r, f->skipped);
		f->faults = read_u64(&r, INT64_MAX);
		f->whole = read_u8(&r, 1) != 0;
		f->text = read_str(&r, WIRE_CHECKPOINT_MAX);
		return read_end(&r) && is_line(f->text);
	case WIRE_REFUSED:
		f->kind = read_u8(&r, ERR_KINDS - 1);
		f->text = read_str(&r, WIRE_TEXT_MAX);
		return read_end(&r) && is_line(f->text) && f->kind != ERR_NONE;
	default:
		return false;
	}
}

bool
wire_take(str *io, struct wire_frame *ret, bool *ret_got, struct err *e)
{
	struct reader r = read_begin(io->p, io->n);
	uint32_t n;
	str body;

	*ret_got = false;
	if (io->n < 5)
		return true;
	n = read_u32(&r, WIRE_FRAME_MAX);
	if (n == 0)
		return err_set(e, ERR_CORRUPT, "list reader: no frame");
	if (io->n - 4 < n)
		return true;
	ret->type = (enum wire_type)read_u8(&r, WIRE_REFUSED);
	body = (str){(const char *)r.p, n - 1};
	if (r.bad || !take_body(body, ret))
		return err_set(e, ERR_CORRUPT, "list reader: malformed frame");
	*io = str_sub(*io, 4 + (size_t)n, io->n);
	*ret_got = true;
	return true;
}
