/* A strict reader of .po files: what it does not know is an error. */
#include "catalogue.h"
#include "literal.h"

enum part { PART_NONE, PART_ID, PART_PLURAL, PART_STR, PART_STR0, PART_STR1 };
#define PARTS 6

struct po {
	struct catalogue *c;
	const char *path;
	int line;
	enum part part; /* where a continued literal goes */
	bool has[PARTS];
	struct buf text[PARTS];
	int id_line;
	struct err *e;
};

static bool
fail(struct po *p, const char *what)
{
	return err_set(p->e, ERR_INPUT, "%s:%d: %s", p->path, p->line, what);
}

static bool
keep(struct po *p, enum part part, str *ret)
{
	struct buf *b = &p->text[part];

	if (b->full || !arena_str(p->c->arena, b->p, b->n, ret))
		return fail(p, "this text is too long");
	return true;
}

static bool
store(struct po *p, str key, str many, str fr0, str fr1)
{
	struct text *t = text_get(p->c, key);

	if (t == NULL)
		return fail(p, "too many texts");
	if (t->fr[0].p == NULL) {
		if (t->many.p == NULL)
			t->many = many;
		t->fr[0] = fr0;
		t->fr[1] = fr1;
		t->said_in = p->path;
		t->said_line = p->id_line;
	} else if (!str_eq(t->fr[0], fr0) || !str_eq(t->fr[1], fr1)) {
		problem(p->c, p->path, p->id_line,
		    "“" STR_FMT "” is said "
		    "otherwise in %s:%d",
		    STR_ARG(key), t->said_in, t->said_line);
	}
	return true;
}

/* The entry so far is whole; the one with the empty msgid is the header. */
static bool
entry_done(struct po *p)
{
	bool plural = p->has[PART_PLURAL], ok = true;
	str key, many = {0}, fr0, fr1 = {0};

	if (!p->has[PART_ID])
		return true;
	if (plural != (p->has[PART_STR0] && p->has[PART_STR1]) ||
	    plural == p->has[PART_STR])
		return fail(p, "an entry has msgid and msgstr, or msgid, "
			       "msgid_plural, msgstr[0] and msgstr[1]");
	if (p->text[PART_ID].n > 0) {
		ok = keep(p, PART_ID, &key) &&
		     keep(p, plural ? PART_STR0 : PART_STR, &fr0) &&
		     (!plural || (keep(p, PART_PLURAL, &many) &&
				     keep(p, PART_STR1, &fr1))) &&
		     (fr0.n == 0 || store(p, key, many, fr0, fr1));
	}
	for (int i = 0; i < PARTS; i++) {
		buf_clear(&p->text[i]);
		p->has[i] = false;
	}
	p->part = PART_NONE;
	return ok;
}

static bool
begin_part(struct po *p, enum part part)
{
	if (part == PART_ID) {
		if (!entry_done(p))
			return false;
		p->id_line = p->line;
	} else if (!p->has[PART_ID]) {
		return fail(p, "this stands before its msgid");
	}
	if (p->has[part])
		return fail(p, "this is here twice");
	p->has[part] = true;
	p->part = part;
	return true;
}

static bool
read_line(struct po *p, str s)
{
	static const struct {
		const char *word;
		enum part part;
	} words[] = {
	    {"msgid ", PART_ID},
	    {"msgid_plural ", PART_PLURAL},
	    {"msgstr ", PART_STR},
	    {"msgstr[0] ", PART_STR0},
	    {"msgstr[1] ", PART_STR1},
	};

	if (str_starts(s, S("#,")) && text_has(s, S("fuzzy")))
		return fail(p, "a fuzzy entry: make sure of it");
	if (s.n == 0 || s.p[0] == '#')
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_starts(s, str_c(words[i].word))) {
			s = str_trim(str_sub(s, strlen(words[i].word), s.n));
			if (!begin_part(p, words[i].part))
				return false;
			break;
		}
	if (p->part == PART_NONE || !literal_take(&s, &p->text[p->part]) ||
	    s.n > 0)
		return fail(p, "expected msgid, msgid_plural, msgstr or a "
			       "\"text\"");
	return true;
}

bool
po_read(struct catalogue *c, const char *path, str bytes, struct err *e)
{
	struct po p = {.c = c, .path = path, .e = e};
	bool ok = true;
	str line;

	for (int i = 0; i < PARTS; i++)
		p.text[i] = BUF_MAX(8192);
	while (ok && bytes.n > 0) {
		p.line++;
		(void)str_cut(&bytes, '\n', &line);
		ok = read_line(&p, str_trim(line));
	}
	ok = ok && entry_done(&p);
	for (int i = 0; i < PARTS; i++)
		buf_done(&p.text[i]);
	return ok;
}
