/* A stranger's segmented rendition: what is accepted gives every choice the
 * length that was promised, or is refused on the way, and never reads or writes
 * elsewhere.  Its code tables are read too, and a strip is put under each. */
#include "segment/head.h"
#include "segment/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static bool
page_of(void *ctx, uint32_t page, bool covered, str *ret, struct err *e)
{
	(void)covered, (void)e;
	*ret = str_sub(*(str *)ctx, (size_t)page * FILE_PAGE, FILE_PAGE);
	return true;
}

static bool
put_foot(struct plan *p, const struct file *f, const struct plan_pages *pages)
{
	static uint8_t luma[(SEGMENT_SIDE_MAX + 16) * 16];
	struct foot s = {.luma = luma,
	    .width = foot_width(f),
	    .height = 16,
	    .blank = 200,
	    .until = foot_mcu(f)};
	struct err e;

	for (size_t i = 0; i < sizeof(luma); i++)
		luma[i] = (uint8_t)(i * 37 >> 3);
	return plan_put_foot(p, pages, &s, &e);
}

static void
read_all(str file, const struct file *f, const struct plan_choice *c, bool foot)
{
	static char to[4096];
	struct plan_pages pages = {page_of, &file};
	OWNED(plan) p = NULL;
	uint64_t at = 0;
	struct err e;
	size_t n;

	p = plan_new(f, c, &e);
	if (p == NULL || (foot && !put_foot(p, f, &pages)))
		return;
	while (plan_read(p, &pages, at, to, sizeof(to), &n, &e) && n > 0)
		at += n;
	if (at > plan_bytes(p))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OWNED(arena) a = arena_new((size_t)8 << 20);
	static char code[PLAN_CODE_BYTES], hidden[PLAN_HIDDEN_BYTES];
	struct plan_choice c = {{code, sizeof(code)}, {0}};
	static struct segment_picture picture;
	static struct encode_tables tables;
	str file = {(const char *)p, n};
	struct file f;
	struct err e;
	uint32_t head;

	if (!file_head_bytes(file, &head, &e) || head > n ||
	    !file_read(a, str_sub(file, 0, head), &f, &e))
		return 0;
	picture.parts = f.parts;
	memset(picture.quant, 1, sizeof(picture.quant));
	(void)!head_tables(f.jpeg, &picture, &tables, &e);
	for (int i = 0; i < 3; i++) {
		memset(code, i == 1 ? 0xff : 0x5a * i, sizeof(code));
		read_all(file, &f, &c, false);
		read_all(file, &f, &c, true);
	}
	memset(hidden, 0, sizeof(hidden));
	for (uint32_t i = 0; i < f.regions; i += 2)
		hidden[f.slot[i] / 8] =
		    (char)(hidden[f.slot[i] / 8] | 1 << f.slot[i] % 8);
	c.hidden = (str){hidden, sizeof(hidden)};
	read_all(file, &f, &c, false);
	read_all(file, &f, &c, true);
	return 0;
}
