#include "web/item_form.h"

#include "base/buf.h"
#include "base/num.h"

/* clang-format off */
#define LINE(name, label, hint, max) \
	{ name, label, hint, FIELD_LINE, false, 2, max, NULL, NULL }
#define TEXT(name, label, hint, max) \
	{ name, label, hint, FIELD_TEXT, false, 2, max, NULL, NULL }
#define ONE(name, label, hint, kind, required) \
	{ name, label, hint, kind, required, 0, 0, NULL, NULL }
#define PICK(name, label, options) \
	{ name, label, NULL, FIELD_CHOICE, true, 0, 0, NULL, options }

static const struct field_option manys[] = {
    {"one", N_("one answer")},
    {"many", N_("several answers")},
    {0},
};

static const struct field_option eaches[] = {
    {"family", N_("once for each family")},
    {"each", N_("each adult who decides")},
    {0},
};

static const struct field event[] = {
	LINE("title_fr", N_("Title, in French"), NULL, ITEM_TITLE_MAX),
	ONE("from", N_("Day"), NULL, FIELD_DAY, true),
	ONE("start", N_("Begins at"), N_("Leave the hours empty if it lasts all day."), FIELD_TIME, false),
	ONE("end", N_("Ends at"), NULL, FIELD_TIME, false),
	ONE("until", N_("Last day, if it is another"), NULL, FIELD_DAY, false),
	ONE("weekly", N_("Each week again until"), N_("Empty: it takes place once."), FIELD_DAY, false),
	ONE("closed", N_("The centre is closed"), NULL, FIELD_CHECK, false),
	LINE("place_fr", N_("Place, in French"), NULL, ITEM_PLACE_MAX),
	LINE("things_fr", N_("What to bring, in French"), NULL, ITEM_CELL_MAX),
	TEXT("body_fr", N_("More, in French"), NULL, ITEM_BODY_MAX),
	LINE("title_en", N_("Title, in English"), NULL, ITEM_TITLE_MAX),
	LINE("place_en", N_("Place, in English"), NULL, ITEM_PLACE_MAX),
	LINE("things_en", N_("What to bring, in English"), NULL, ITEM_CELL_MAX),
	TEXT("body_en", N_("More, in English"), NULL, ITEM_BODY_MAX),
	{0},
};

static const struct field poll[] = {
	LINE("title_fr", N_("Question, in French"), NULL, ITEM_TITLE_MAX),
	TEXT("lines_fr", N_("Answers, in French"), N_("One on each line."), 4000),
	ONE("until", N_("Last day to answer"), NULL, FIELD_DAY, true),
	PICK("many", N_("Who answers gives"), manys),
	PICK("each", N_("It is answered"), eaches),
	ONE("shown", N_("Families see how many chose what"), NULL, FIELD_CHECK, false),
	TEXT("body_fr", N_("More, in French"), NULL, ITEM_BODY_MAX),
	LINE("title_en", N_("Question, in English"), NULL, ITEM_TITLE_MAX),
	TEXT("lines_en", N_("Answers, in English"), N_("As many lines, in the same order."), 4000),
	TEXT("body_en", N_("More, in English"), NULL, ITEM_BODY_MAX),
	{0},
};

static const struct field bring[] = {
	LINE("title_fr", N_("Title, in French"), NULL, ITEM_TITLE_MAX),
	TEXT("lines_fr", N_("What is wanted, in French"), N_("How many and what, one on each line: “3 cakes”."), 4000),
	ONE("until", N_("Last day to answer"), NULL, FIELD_DAY, true),
	TEXT("body_fr", N_("More, in French"), NULL, ITEM_BODY_MAX),
	LINE("title_en", N_("Title, in English"), NULL, ITEM_TITLE_MAX),
	TEXT("lines_en", N_("What is wanted, in English"), N_("As many lines, in the same order."), 4000),
	TEXT("body_en", N_("More, in English"), NULL, ITEM_BODY_MAX),
	{0},
};

static const struct field entry[] = {
	LINE("title_fr", N_("Title, in French"), NULL, ITEM_TITLE_MAX),
	TEXT("body_fr", N_("Text, in French"), NULL, ITEM_BODY_MAX),
	ONE("from", N_("Day"), NULL, FIELD_DAY, true),
	LINE("title_en", N_("Title, in English"), NULL, ITEM_TITLE_MAX),
	TEXT("body_en", N_("Text, in English"), NULL, ITEM_BODY_MAX),
	{0},
};
/* clang-format on */

static const char *const suffix[LANGS] = {[LANG_FR] = "_fr", [LANG_EN] = "_en"};
static const char *const parts[ITEM_PARTS] = {
    "title", "body", "place", "things"};

const struct field *
item_fields(enum item_kind k)
{
	switch (k) {
	case ITEM_EVENT:
		return event;
	case ITEM_POLL:
		return poll;
	case ITEM_BRING:
		return bring;
	case ITEM_ENTRY:
		return entry;
	case ITEM_PROGRAMME:
	case ITEM_MENU:
	case ITEM_KINDS:
		break;
	}
	return NULL;
}

int
item_fields_more(const struct form *f)
{
	return form_index(f, "title_en");
}

int
item_fields_all(const struct form *f)
{
	int n = 0;

	while (f->field[n].name != NULL)
		n++;
	return n;
}

static int
index_of(struct request *r, const struct form *f, const char *name, int lang)
{
	str whole = arena_fmt(r->arena, "%s%s", name, suffix[lang]);

	return whole.p == NULL ? -1 : form_index(f, whole.p);
}

/* ---- filling ---- */

static void
set(struct form *f, const char *name, str value)
{
	int i = form_index(f, name);

	if (i >= 0)
		f->value[i] = value;
}

static void
tick(struct form *f, const char *name, bool on)
{
	int i = form_index(f, name);

	if (i >= 0)
		f->number[i] = on;
}

void
item_form_start(struct request *r, enum item_kind k, struct form *ret)
{
	form_start(item_fields(k), ret);
	set(ret, "from", iso_day(&r->view, r->today));
	if (k == ITEM_POLL || k == ITEM_BRING)
		set(ret, "until", iso_day(&r->view, r->today + 7));
}

/* As they were typed, one on each line. */
static str
lines_text(struct request *r, const struct item_new *n, int lang)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(65536);
	str ret = S("");

	for (size_t i = 0; i < n->n_line; i++) {
		const struct item_line *l = &n->line[i];

		if (l->text[lang].n == 0)
			continue;
		if (n->kind == ITEM_BRING && lang == LANG_FR)
			buf_printf(&b, "%d ", (int)l->wanted);
		buf_str(&b, l->text[lang]);
		buf_byte(&b, '\n');
	}
	return arena_str(r->arena, b.p, b.n, &ret) ? ret : S("");
}

static void
fill_words(struct request *r, const struct item_new *n, struct form *io)
{
	for (int l = 0; l < LANGS; l++) {
		int at = index_of(r, io, "lines", l);

		for (int p = 0; p < ITEM_PARTS; p++) {
			int i = index_of(r, io, parts[p], l);

			if (i >= 0)
				io->value[i] = n->words[l][p];
		}
		if (at >= 0)
			io->value[at] = lines_text(r, n, l);
	}
}

static void
fill_time(struct request *r, struct form *f, const char *name, int64_t minute)
{
	if (minute != DB_NULL)
		set(f, name, send_hour(&r->view, minute));
}

void
item_form_fill(struct request *r, const struct item *i, struct form *ret)
{
	const struct item_new *n = &i->is;
	bool asks = n->kind == ITEM_POLL || n->kind == ITEM_BRING;

	form_start(item_fields(n->kind), ret);
	fill_words(r, n, ret);
	set(ret, "from", iso_day(&r->view, n->from_on));
	if (asks || n->until_on != n->from_on)
		set(ret, "until", iso_day(&r->view, n->until_on));
	if (n->weekly_until != DB_NULL)
		set(ret, "weekly", iso_day(&r->view, n->weekly_until));
	fill_time(r, ret, "start", n->from_min);
	fill_time(r, ret, "end", n->until_min);
	set(ret, "many", n->many ? S("many") : S("one"));
	set(ret, "each", n->each ? S("each") : S("family"));
	tick(ret, "closed", n->closed);
	tick(ret, "shown", n->shown);
}

/* ---- reading ---- */

static str
value(const struct form *f, const char *name)
{
	int i = form_index(f, name);

	return i < 0 ? S("") : f->value[i];
}

static int64_t
number(const struct form *f, const char *name, int64_t otherwise)
{
	int i = form_index(f, name);

	return i < 0 || f->value[i].n == 0 || f->fault[i] != NULL
		   ? otherwise
		   : f->number[i];
}

static bool
ticked(const struct form *f, const char *name)
{
	int i = form_index(f, name);

	return i >= 0 && f->number[i] != 0;
}

static void
fault(struct form *f, const char *name, const char *key)
{
	int i = form_index(f, name);

	if (i >= 0)
		form_fault(f, i, key);
}

static void
read_words(struct request *r, struct form *f, struct item_new *io)
{
	for (int l = 0; l < LANGS; l++)
		for (int p = 0; p < ITEM_PARTS; p++) {
			int i = index_of(r, f, parts[p], l);

			io->words[l][p] = i < 0 ? S("") : f->value[i];
		}
	if (io->words[LANG_FR][ITEM_TITLE].n > 0 ||
	    io->words[LANG_EN][ITEM_TITLE].n > 0)
		return;
	fault(f, "title_fr",
	    N_("Write it in one of the two languages at least."));
}

/* « 3 gâteaux »; without a number it is one. */
static int64_t
take_wanted(str *io)
{
	str rest = *io, head;
	int64_t n;

	if (!str_cut(&rest, ' ', &head) ||
	    !num_i64(head, 1, ITEM_WANTED_MAX, &n))
		return 1;
	*io = str_trim(rest);
	return n;
}

static size_t
read_lines(const struct form *f, const char *name, str ret[ITEM_LINES_MAX + 1])
{
	str text = value(f, name), line;
	size_t n = 0;

	while (text.n > 0 && n <= ITEM_LINES_MAX) {
		(void)str_cut(&text, '\n', &line);
		line = str_trim(line);
		if (line.n > 0)
			ret[n++] = line;
	}
	return n;
}

static bool
join_lines(struct request *r, struct item_new *io, const str *fr, size_t n_fr,
    const str *en, size_t n_en)
{
	size_t n = n_fr > 0 ? n_fr : n_en;
	struct item_line *v = NEW_N(r->arena, struct item_line, n + 1);

	if (v == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		v[i] = (struct item_line){.day = DB_NULL};
		if (n_fr > 0)
			v[i].text[LANG_FR] = fr[i];
		if (n_en > 0)
			v[i].text[LANG_EN] = en[i];
		if (io->kind != ITEM_BRING)
			continue;
		if (n_en > 0)
			v[i].wanted = take_wanted(&v[i].text[LANG_EN]);
		if (n_fr > 0)
			v[i].wanted = take_wanted(&v[i].text[LANG_FR]);
	}
	io->line = v;
	io->n_line = n;
	return true;
}

static void
read_choices(struct request *r, struct form *f, struct item_new *io)
{
	str fr[ITEM_LINES_MAX + 1], en[ITEM_LINES_MAX + 1];
	size_t n_fr = read_lines(f, "lines_fr", fr);
	size_t n_en = read_lines(f, "lines_en", en);
	size_t least = io->kind == ITEM_POLL ? 2 : 1;

	if (form_index(f, "lines_fr") < 0)
		return;
	if (n_fr > ITEM_LINES_MAX || n_en > ITEM_LINES_MAX)
		fault(f, "lines_fr", N_("These are more than 40 lines."));
	else if (n_fr < least && n_en < least)
		fault(f, "lines_fr",
		    io->kind == ITEM_POLL ? N_("Write two answers at least.")
					  : N_("Write what is wanted."));
	else if (n_fr > 0 && n_en > 0 && n_fr != n_en)
		fault(f, "lines_en",
		    N_("There are not as many lines as in French."));
	else if (!join_lines(r, io, fr, n_fr, en, n_en))
		fault(f, "lines_fr", N_("This is too long."));
}

static void
read_days(struct request *r, struct form *f, struct item_new *io)
{
	bool asks = io->kind == ITEM_POLL || io->kind == ITEM_BRING;

	io->from_on = number(f, "from", r->today);
	io->until_on = number(f, "until", io->from_on);
	io->weekly_until = number(f, "weekly", DB_NULL);
	if (io->until_on < io->from_on)
		fault(f, "until",
		    asks ? N_("This day is past.")
			 : N_("The last day is before the first one."));
	else if (!asks && io->until_on - io->from_on > ITEM_DAYS_MAX)
		fault(f, "until", N_("This lasts more than three months."));
	if (io->from_on > r->today + ITEM_FAR_DAYS ||
	    io->from_on < r->today - ITEM_FAR_DAYS)
		fault(f, "from", N_("This is more than a year."));
	if (io->until_on > r->today + ITEM_FAR_DAYS + ITEM_DAYS_MAX)
		fault(f, "until", N_("This is more than a year."));
	if (io->weekly_until == DB_NULL)
		return;
	if (io->weekly_until < io->from_on || io->until_on > io->from_on + 6 ||
	    io->weekly_until > io->from_on + ITEM_FAR_DAYS)
		fault(f, "weekly",
		    N_("Each week: less than a week long, until a day after "
		       "the first and within a year."));
}

static void
read_hours(struct form *f, struct item_new *io)
{
	io->from_min = number(f, "start", DB_NULL);
	io->until_min = number(f, "end", io->from_min);
	if (io->from_min == DB_NULL && io->until_min != DB_NULL)
		fault(f, "start", N_("When does it begin?"));
	else if (io->from_on == io->until_on && io->until_min < io->from_min)
		fault(f, "end", N_("It ends before it begins."));
}

bool
item_form_read(
    struct request *r, enum item_kind k, struct form *f, struct item_new *ret)
{
	struct item_new n = {.kind = k, .album = DB_NULL};

	(void)form_read(r, item_fields(k), f);
	read_words(r, f, &n);
	read_days(r, f, &n);
	read_hours(f, &n);
	read_choices(r, f, &n);
	n.closed = ticked(f, "closed");
	n.shown = ticked(f, "shown");
	n.many = str_eq(value(f, "many"), S("many"));
	n.each = str_eq(value(f, "each"), S("each"));
	*ret = n;
	return !f->bad;
}
