#include "read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static str
kept(struct arena *a, str s)
{
	str ret = S("");

	assert_true(s.n == 0 || arena_str(a, s.p, s.n, &ret));
	return ret;
}

static void
keep(struct read *r, const struct wire_frame *f)
{
	struct entry *t = &r->entry[r->n];

	assert_true(r->n < READ_ENTRIES_MAX);
	*t = f->entry;
	t->value = kept(r->arena, t->value);
	t->id = kept(r->arena, t->id);
	t->scheme = kept(r->arena, t->scheme);
	t->category = kept(r->arena, t->category);
	t->detail = kept(r->arena, t->detail);
	r->gone[r->n++] = f->type == WIRE_GONE;
	r->n_gone += f->type == WIRE_GONE;
	r->n_entries += f->type == WIRE_ENTRY;
}

static bool
hear(void *ctx, str frames, struct err *e)
{
	struct read *r = ctx;
	struct wire_frame f;
	bool got = true;

	while (frames.n > 0 && got) {
		if (!wire_take(&frames, &f, &got, e))
			return false;
		assert_true(got); /* only whole frames are said */
		assert_false(r->ended);
		if (f.type == WIRE_FAULT)
			r->fault[r->n_fault++] = f;
		else if (f.type == WIRE_END)
			r->end = f;
		else
			keep(r, &f);
		r->ended = f.type == WIRE_END;
	}
	if (r->ended)
		r->end.text = kept(r->arena, r->end.text);
	return true;
}

bool
read_asked(
    struct read *r, struct arena *a, const struct list_ask *ask, str file)
{
	OWNED(source) s = source_of(file, &r->error);
	struct reading g;
	bool done;

	*r = (struct read){.arena = a};
	assert_true(reading_init(&g, ask, s, hear, r, &r->error));
	done = reading_run(&g, &r->error);
	reading_done(&g);
	assert_int_equal(done, r->ended);
	return done;
}

bool
read_list(struct read *r, struct arena *a, enum list_format_id format, str file)
{
	const char *scheme = list_formats[format].scheme;
	const char *categories = list_formats[format].categories;
	const struct list_ask ask = {.format = (uint8_t)format,
	    .scheme = str_c(scheme),
	    .categories = str_c(categories)};

	return read_asked(r, a, &ask, file);
}

void
must_be(const struct read *r, size_t i, const char *id, enum hash_kind kind,
    const char *hex)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	const struct entry *t = &r->entry[i];

	assert_true(i < r->n);
	assert_true(str_eq(t->id, str_c(id)));
	assert_int_equal(t->kind, kind);
	buf_hex(&b, t->value.p, t->value.n);
	if (!str_eq(buf_view(&b), str_c(hex)))
		fail_msg("%s: " STR_FMT, hex, STR_ARG(buf_view(&b)));
}
