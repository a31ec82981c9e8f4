#include "ipc/office.h"

#include "ipc/read.h"
#include "ipc/write.h"

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF "application/vnd.oasis.opendocument."

const struct office_kind_facts office_kind_facts[OFFICE_KINDS] = {
    [OFFICE_NOTHING] = {"", "application/octet-stream"},
    [OFFICE_DOCX] = {"docx", OOXML "wordprocessingml.document"},
    [OFFICE_XLSX] = {"xlsx", OOXML "spreadsheetml.sheet"},
    [OFFICE_PPTX] = {"pptx", OOXML "presentationml.presentation"},
    [OFFICE_ODT] = {"odt", ODF "text"},
    [OFFICE_ODS] = {"ods", ODF "spreadsheet"},
    [OFFICE_ODP] = {"odp", ODF "presentation"},
};

const struct chan_permit office_to_worker[] = {
    {OFFICE_TAKE, OFFICE_TAKE_FDS, OFFICE_TAKE_FDS, OFFICE_MESSAGE_MAX},
    {0},
};

const struct chan_permit office_from_worker[] = {
    {OFFICE_TAKEN, 0, 0, OFFICE_MESSAGE_MAX},
    {0},
};

const char *
office_verdict_word(enum office_verdict v)
{
	static const char *const words[OFFICE_VERDICTS] = {
	    [OFFICE_OK] = "ok",
	    [OFFICE_UNKNOWN] = "unknown",
	    [OFFICE_OLD] = "office_old",
	    [OFFICE_LOCKED] = "office_locked",
	    [OFFICE_MACROS] = "office_macros",
	    [OFFICE_BOMB] = "office_bomb",
	    [OFFICE_DAMAGED] = "office_damaged",
	    [OFFICE_FAILED] = "office_failed",
	    [OFFICE_TOO_HEAVY] = "office_too_heavy",
	    [OFFICE_OFF] = "office_off",
	};

	return words[v < OFFICE_VERDICTS ? v : OFFICE_FAILED];
}

static void
take_into(struct reader *r, uint8_t *to, size_t n)
{
	const uint8_t *p = read_take(r, n);

	if (p != NULL)
		memcpy(to, p, n);
}

void
office_take_write(struct buf *b, const struct office_take *t)
{
	write_u32(b, t->id);
	buf_put(b, t->original.b, KEY_BYTES);
	buf_put(b, t->made.b, KEY_BYTES);
}

bool
office_take_read(str body, struct office_take *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct office_take t = {.id = read_u32(&r, UINT32_MAX)};

	take_into(&r, t.original.b, KEY_BYTES);
	take_into(&r, t.made.b, KEY_BYTES);
	if (read_end(&r))
		*ret = t;
	else
		err_set(e, ERR_CORRUPT, "office: malformed");
	explicit_bzero(&t, sizeof(t));
	return read_end(&r);
}

void
office_taken_write(struct buf *b, const struct office_taken *t)
{
	write_u32(b, t->id);
	write_u8(b, t->verdict);
	write_u8(b, t->kind);
	write_u64(b, t->bytes);
	buf_put(b, t->md5, sizeof(t->md5));
	buf_put(b, t->sha1, sizeof(t->sha1));
	buf_put(b, t->sha256, sizeof(t->sha256));
}

bool
office_taken_read(str body, struct office_taken *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct office_taken t = {.id = read_u32(&r, UINT32_MAX)};
	bool made;

	t.verdict = read_u8(&r, OFFICE_OFF - 1);
	t.kind = read_u8(&r, OFFICE_KINDS - 1);
	t.bytes = read_u64(&r, OFFICE_MADE_MAX);
	take_into(&r, t.md5, sizeof(t.md5));
	take_into(&r, t.sha1, sizeof(t.sha1));
	take_into(&r, t.sha256, sizeof(t.sha256));
	made = t.verdict == OFFICE_OK;
	if (!read_end(&r) || made != (t.kind != OFFICE_NOTHING) ||
	    made != (t.bytes > 0))
		return err_set(e, ERR_CORRUPT, "office answer: malformed");
	*ret = t;
	return true;
}
