#include "list/reading.h"

#include "base/num.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "list/format.h"
#include "list/record.h"

#define FRAMES_MAX ((size_t)1 << 20)
#define FRAMES_PIECE ((size_t)1 << 16)
#define SCRATCH_MAX ((size_t)1 << 16)

bool
reading_init(struct reading *g, const struct list_ask *ask, struct source *s,
    list_out_fn *out, void *ctx, struct err *e)
{
	*g = (struct reading){.ask = *ask,
	    .source = s,
	    .scratch = arena_new(SCRATCH_MAX),
	    .out = out,
	    .ctx = ctx,
	    .frames = BUF_MAX(FRAMES_MAX)};
	draft_init(&g->draft);
	return g->scratch != NULL || err_set(e, ERR_LIMIT, "no memory");
}

void
reading_done(struct reading *g)
{
	buf_done(&g->frames);
	draft_done(&g->draft);
	arena_free(g->scratch);
	g->scratch = NULL;
}

static bool
flush(struct reading *g, struct err *e)
{
	if (g->frames.full)
		return err_set(e, ERR_LIMIT, "no memory");
	if (g->frames.n == 0)
		return true;
	if (!g->out(g->ctx, buf_view(&g->frames), e))
		return false;
	buf_clear(&g->frames);
	return true;
}

bool
reading_say(struct reading *g, const struct wire_frame *f, struct err *e)
{
	wire_put(&g->frames, f);
	return g->frames.n < FRAMES_PIECE || flush(g, e);
}

bool
reading_run(struct reading *g, struct err *e)
{
	struct wire_frame end = {.type = WIRE_END};

	if (g->ask.format >= LIST_FORMATS)
		return err_set(e, ERR_INPUT, "there is no such format");
	if (!list_formats[g->ask.format].read(g, e))
		return false;
	end.records = g->record;
	end.skipped = g->skipped;
	end.elsewhere = g->elsewhere;
	end.faults = g->faults;
	end.whole = !g->more_pages;
	end.text = (str){g->checkpoint.p, g->checkpoint.n};
	return reading_say(g, &end, e) && flush(g, e);
}

str
reading_plain(str name, char *p, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < cap; i++) {
		char c = name.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			p[n++] = c;
	}
	return (str){p, n};
}

const struct list_field *
reading_field(const struct list_field *table, size_t n, str name)
{
	char p[32];
	str plain = reading_plain(name, p, sizeof(p));

	for (size_t i = 0; i < n; i++)
		if (str_eq(plain, str_c(table[i].name)))
			return &table[i];
	return NULL;
}

/* Cut where a code point ends; what is no text becomes « ? ». */
void
text_put(struct reading *g, struct text *t, str s)
{
	str clean;

	arena_reset(g->scratch);
	s = str_sub(s, 0, 4 * ENTRY_TEXT_MAX);
	for (int torn = 0;
	     torn < 3 && s.n == 4 * ENTRY_TEXT_MAX && !utf8_valid(s); torn++)
		s.n--;
	if (!utf8_clean(g->scratch, s, 4 * ENTRY_TEXT_MAX, false, &clean))
		clean = s.n > 0 ? S("?") : S("");
	while (clean.n > sizeof(t->p) || (clean.n > 0 && !utf8_valid(clean)))
		clean.n--;
	memcpy(t->p, clean.p == NULL ? "" : clean.p, clean.n);
	t->n = clean.n;
}

static bool
two(str *s, int64_t max, int64_t *ret)
{
	str head = str_sub(*s, 0, 2);

	*s = str_sub(*s, 2, s->n);
	return head.n == 2 && num_i64(head, 0, max, ret);
}

static bool
mark(str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_sub(*s, 1, s->n);
	return true;
}

/* « Z », « +02:00 », « -0500 » or nothing, which is UTC. */
static bool
offset_of(str s, int64_t *ret)
{
	int64_t sign, hours = 0, minutes = 0;

	*ret = 0;
	if (s.n == 0 || str_eq(s, S("Z")))
		return true;
	sign = s.p[0] == '-' ? -1 : 1;
	if (s.p[0] != '+' && s.p[0] != '-')
		return false;
	s = str_sub(s, 1, s.n);
	if (!two(&s, 23, &hours))
		return false;
	(void)mark(&s, ':');
	if (s.n > 0 && !two(&s, 59, &minutes))
		return false;
	*ret = sign * (hours * 3600 + minutes * 60);
	return s.n == 0;
}

static bool
clock_of(str s, int64_t *ret)
{
	int64_t h, m, sec = 0, offset;

	if (!two(&s, 23, &h) || !mark(&s, ':') || !two(&s, 59, &m))
		return false;
	if (mark(&s, ':') && !two(&s, 60, &sec))
		return false;
	if (mark(&s, '.'))
		while (s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9')
			s = str_sub(s, 1, s.n);
	if (!offset_of(s, &offset))
		return false;
	*ret = h * 3600 + m * 60 + sec - offset;
	return true;
}

#define MILLISECONDS_FROM 100000000000 /* seconds of the year 5138 */

bool
stamp_parse(str s, int64_t *ret)
{
	int64_t v, day;

	s = str_trim(s);
	if (num_i64(s, 0, INT64_MAX / 1000, &v)) {
		*ret = v >= MILLISECONDS_FROM ? v / 1000 : v;
		return *ret < ((int64_t)1 << 50);
	}
	if (!day_parse(str_sub(s, 0, 10), &day))
		return false;
	s = str_sub(s, 10, s.n);
	v = 0;
	if (s.n > 0 && ((s.p[0] != 'T' && s.p[0] != ' ') ||
			   !clock_of(str_sub(s, 1, s.n), &v)))
		return false;
	*ret = day * 86400 + v;
	return true;
}
