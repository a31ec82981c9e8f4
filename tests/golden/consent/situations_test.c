/* Every family situation of situations.txt, answered as that table says. */
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/zone.h"
#include "consent/effective.h"
#include "store/db.h"

#define LINES_MAX 400
#define MOST 16
#define LINE_MAX_BYTES 1000
#define COLUMNS 8
#define RENEWED 5000 /* a text changed then; what came before was an older */
#define GROUP_A 1
#define GROUP_B 2

static int64_t today;
static const char *file;

enum who { NOBODY, MOTHER, FATHER, TUTOR, SERVICE, KID = 100, JUDGE };

/* clang-format off */
static const struct { const char *word; int is; } whos[] = {
	{ "mère", MOTHER }, { "père", FATHER }, { "tuteur", TUTOR },
	{ "service", SERVICE }, { "enfant", KID }, { "juge", JUDGE },
};
static const struct { const char *word; enum consent_action is; } verbs[] = {
	{ "oui", CONSENT_GRANT }, { "non", CONSENT_REFUSE },
	{ "retrait", CONSENT_WITHDRAW }, { "fin", CONSENT_EXPIRE },
	{ "interdit", CONSENT_BLOCK }, { "lève", CONSENT_LIFT },
};
static const struct { const char *word; struct consent_purpose is; } uses[] = {
	{ "famille", { .id = 1, .reach = CONSENT_FAMILY, .every = true } },
	{ "groupe", { .id = 2, .reach = CONSENT_GROUP, .every = true } },
	{ "toutes les familles", { .id = 3, .reach = CONSENT_EVERYBODY, .every = true } },
	{ "bulletin", { .id = 4, .reach = CONSENT_OUTSIDE, .every = true, .publication = true } },
	{ "site", { .id = 5, .reach = CONSENT_OUTSIDE, .every = true, .publication = true } },
	{ "presse", { .id = 6, .reach = CONSENT_OUTSIDE, .every = true, .publication = true } },
	{ "réseau", { .id = 7, .reach = CONSENT_OUTSIDE, .every = true, .publication = true } },
	{ "sortie", { .id = 8, .reach = CONSENT_OUTSIDE, .every = true, .publication = true,
		.group = GROUP_A } },
};
static const struct { const char *word; enum consent_why is; } whys[] = {
	{ "accord", CONSENT_YES }, { "effacé", CONSENT_ERASED },
	{ "juge", CONSENT_COURT_BLOCK }, { "enfant refuse", CONSENT_CHILD_NO },
	{ "refus", CONSENT_HOLDER_NO }, { "personne", CONSENT_NO_HOLDER },
	{ "manque", CONSENT_MISSING }, { "échu", CONSENT_EXPIRED },
	{ "texte", CONSENT_RENEW }, { "inconnu", CONSENT_UNKNOWN },
	{ "naissance", CONSENT_BIRTH_UNKNOWN },
	{ "enfant à entendre", CONSENT_CHILD_MISSING },
};
static const struct { const char *word, *profile; } countries[] = {
	{ "France", "fr" }, { "Québec", "ca-qc" }, { "Canada", "ca" },
	{ "Europe", "eu" },
};
/* clang-format on */

struct line {
	int number;
	char text[LINE_MAX_BYTES];
	str column[COLUMNS];
	struct consent_child child;
	struct consent_holder holder[MOST];
	struct consent_stands stands[MOST];
	struct consent_event event[MOST];
	struct consent_purpose purpose;
	struct consent_question q;
};

#define WRONG(l, what, s) \
	fail_msg(         \
	    "%s:%d: %s: « " STR_FMT " »", file, (l)->number, what, STR_ARG(s))

/* Takes that phrase off the beginning of *s, which is then trimmed. */
static bool
take(str *s, const char *phrase)
{
	str p = str_c(phrase);

	if (!str_starts(*s, p) || (s->n > p.n && s->p[p.n] != ' '))
		return false;
	*s = str_trim(str_sub(*s, p.n, s->n));
	return true;
}

static void
read_born(struct line *l, str s)
{
	char *end;
	long years = strtol(s.p, &end, 10);
	struct civil c = day_to_civil(today);
	int64_t birthday = day_from_civil(c.year - (int)years, c.month, c.day);

	l->child.born_on = DB_NULL;
	if (str_eq(s, S("effacé"))) {
		l->child.erased = true;
		return;
	}
	if (str_eq(s, S("âge inconnu")))
		return;
	s = str_trim(str_sub(s, (size_t)(end - s.p), s.n));
	if (!take(&s, "ans") || years < 1 || years > 30)
		WRONG(l, "enfant", s);
	if (take(&s, "demain"))
		birthday++;
	else if (!take(&s, "aujourd'hui"))
		birthday -= 100;
	if (s.n > 0)
		WRONG(l, "enfant", s);
	l->child.born_on = birthday;
}

static int
read_who(struct line *l, str *s)
{
	for (size_t i = 0; i < sizeof(whos) / sizeof(*whos); i++)
		if (take(s, whos[i].word))
			return whos[i].is;
	WRONG(l, "qui", *s);
	return NOBODY;
}

static bool
read_use(str *s, struct consent_purpose *ret)
{
	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++)
		if (take(s, uses[i].word)) {
			*ret = uses[i].is;
			return true;
		}
	return false;
}

static void
read_holder(struct line *l, str s)
{
	struct consent_holder h = {0, false, 0, DB_NULL, DB_NULL};
	struct consent_stands t = {0};
	struct consent_purpose matter = {0};
	bool sole, delegated;

	h.guardian = read_who(l, &s);
	h.tutor = h.guardian == TUTOR;
	sole = take(&s, "seule");
	delegated = take(&s, "délégué");
	t.confirmed_at = take(&s, "non confirmé") ? DB_NULL : 0;
	if (delegated && take(&s, "pour") && !read_use(&s, &matter))
		WRONG(l, "qui décide", s);
	t.purpose = matter.id;
	if (take(&s, "jusqu'à hier"))
		t.until_on = today - 1;
	else
		t.until_on = DB_NULL;
	if (take(&s, "dès demain"))
		t.from_on = today + 1;
	t.ended_at = take(&s, "terminé") ? today * 86400 - 3600 : DB_NULL;
	if (s.n > 0)
		WRONG(l, "qui décide", s);
	t.guardian = h.guardian;
	t.kind = delegated ? CONSENT_DELEGATED : CONSENT_SOLE;
	if (!sole && !delegated) {
		h.from_on = t.from_on;
		h.until_on = t.until_on;
		h.ended_at = t.ended_at;
	}
	if (!delegated)
		l->holder[l->child.n_holder++] = h;
	if (sole || delegated)
		l->stands[l->child.n_stands++] = t;
}

static bool
read_medium(str *s, unsigned *ret)
{
	if (take(s, "photo"))
		*ret = CONSENT_PHOTO;
	else if (take(s, "vidéo"))
		*ret = CONSENT_VIDEO;
	else if (take(s, "nom"))
		*ret = CONSENT_NAME;
	else
		return false;
	return true;
}

static bool
read_more(struct consent_event *v, str *s)
{
	struct consent_purpose other;

	if (take(s, "jusqu'à hier"))
		v->until_on = today - 1;
	else if (take(s, "jusqu'à demain"))
		v->until_on = today + 1;
	else if (take(s, "dès demain"))
		v->from_on = today + 1;
	else if (take(s, "groupe A"))
		v->group = GROUP_A;
	else if (take(s, "groupe B"))
		v->group = GROUP_B;
	else if (take(s, "ancien texte"))
		v->shown_at = RENEWED - 1;
	else if (take(s, "papier"))
		v->method = CONSENT_PAPER;
	else if (take(s, "avec un parent"))
		v->method = CONSENT_BESIDE;
	else if (take(s, "partout"))
		v->purpose = 0;
	else if (take(s, "pour") && read_use(s, &other))
		v->purpose = other.id;
	else
		return read_medium(s, &v->media);
	return true;
}

static int64_t
last_before(const struct line *l, enum consent_action action, int64_t guardian)
{
	for (size_t i = l->child.n_event; i-- > 0;)
		if (l->event[i].action == action &&
		    l->event[i].guardian == guardian)
			return l->event[i].id;
	return 0;
}

static void
read_said(struct line *l, str s)
{
	size_t n = l->child.n_event;
	struct consent_event *v = &l->event[n];
	int who = read_who(l, &s);
	bool known = false;

	*v = (struct consent_event){.id = (int64_t)n + 1,
	    .method = CONSENT_SECOND_STEP,
	    .purpose = l->purpose.id,
	    .media = CONSENT_PHOTO | CONSENT_VIDEO,
	    .until_on = DB_NULL,
	    .shown_at = today * 86400 - 40000 + (int64_t)n,
	    .acted_at = today * 86400 - 40000 + (int64_t)n};
	v->speaker = who == KID     ? CONSENT_CHILD
		     : who == JUDGE ? CONSENT_COURT
				    : CONSENT_HOLDER;
	v->guardian = who < KID ? who : 0;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs) && !known; i++)
		if (take(&s, verbs[i].word)) {
			v->action = verbs[i].is;
			known = true;
		}
	while (known && s.n > 0)
		known = read_more(v, &s);
	if (!known)
		WRONG(l, "dit", s);
	if (v->action == CONSENT_LIFT)
		v->lifts = last_before(l, CONSENT_BLOCK, 0);
	if (v->action == CONSENT_EXPIRE)
		v->lifts = last_before(l, CONSENT_GRANT, v->guardian);
	l->child.n_event++;
}

static void
read_list(struct line *l, str s, char between, const char *none,
    void (*read)(struct line *, str))
{
	str one;

	if (str_eq(s, str_c(none)))
		return;
	while (s.n > 0) {
		(void)str_cut(&s, between, &one);
		read(l, str_trim(one));
	}
}

static void
read_question(struct line *l, str s)
{
	static const int64_t group = GROUP_A;

	l->q = (struct consent_question){.purpose = &l->purpose,
	    .medium = CONSENT_PHOTO,
	    .now = today * 86400,
	    .today = today};
	l->child.group = &group;
	l->child.n_group = 1;
	if (!read_use(&s, &l->purpose))
		WRONG(l, "usage", s);
	l->purpose.until_on = today + 1;
	while (s.n > 0) {
		if (take(&s, "dans A"))
			l->q.group = GROUP_A;
		else if (take(&s, "dans B"))
			l->q.group = GROUP_B;
		else if (take(&s, "finie"))
			l->purpose.until_on = today - 1;
		else if (take(&s, "annulée"))
			l->purpose.stopped = true;
		else if (take(&s, "du groupe B"))
			l->purpose.group = GROUP_B;
		else if (take(&s, "un seul suffit"))
			l->purpose.every = false;
		else if (!read_medium(&s, &l->q.medium))
			WRONG(l, "usage", s);
	}
	/* Everybody is asked again about every purpose, long ago. */
	l->purpose.renew_at = RENEWED;
}

static void
read_columns(struct line *l, str s)
{
	size_t n = 0;

	while (s.n > 0 && n < COLUMNS) {
		(void)str_cut(&s, '|', &l->column[n]);
		l->column[n] = str_trim(l->column[n]);
		n++;
	}
	if (n != COLUMNS || s.n > 0)
		WRONG(l, "huit colonnes", l->column[0]);
}

static void
read_line(struct line *l)
{
	read_columns(l, str_c(l->text));
	l->child.profile = NULL;
	for (size_t i = 0; i < sizeof(countries) / sizeof(*countries); i++)
		if (str_eq(l->column[0], str_c(countries[i].word)))
			l->child.profile =
			    profile_of(str_c(countries[i].profile));
	if (l->child.profile == NULL)
		WRONG(l, "pays", l->column[0]);
	read_born(l, l->column[1]);
	read_list(l, l->column[2], ',', "personne", read_holder);
	read_question(l, l->column[4]);
	read_list(l, l->column[3], ';', "rien", read_said);
	l->child.holder = l->holder;
	l->child.stands = l->stands;
	l->child.event = l->event;
}

static const char *
why_word(enum consent_why why)
{
	for (size_t i = 0; i < sizeof(whys) / sizeof(*whys); i++)
		if (whys[i].is == why)
			return whys[i].word;
	return "?";
}

static bool
is_as_said(struct line *l)
{
	struct consent_answer a = consent_effective(&l->child, &l->q);
	bool yes = str_eq(l->column[5], S("OUI"));

	if (!yes && !str_eq(l->column[5], S("NON")))
		WRONG(l, "réponse", l->column[5]);
	if (a.yes == yes && str_eq(l->column[6], str_c(why_word(a.why))))
		return true;
	print_error("%s:%d: " STR_FMT "\n\tle tableau dit " STR_FMT " (" STR_FMT
		    "), le programme %s (%s)\n",
	    file, l->number, STR_ARG(l->column[7]), STR_ARG(l->column[5]),
	    STR_ARG(l->column[6]), a.yes ? "OUI" : "NON", why_word(a.why));
	return false;
}

static void
every_situation_is_answered_as_the_table_says(void **state)
{
	FILE *f = fopen(file, "re");
	char text[LINE_MAX_BYTES];
	int number = 0, read = 0, bad = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(text, sizeof(text), f) != NULL) {
		static struct line l;

		number++;
		assert_true(strchr(text, '\n') != NULL);
		if (text[0] == '#' || text[0] == '\n')
			continue;
		l = (struct line){.number = number};
		memcpy(l.text, text, strlen(text));
		read_line(&l);
		bad += !is_as_said(&l);
		read++;
	}
	(void)fclose(f);
	print_message("%d situations\n", read);
	assert_true(read >= 60);
	assert_int_equal(bad, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_situation_is_answered_as_the_table_says),
	};

	if (argc != 2)
		return 2;
	file = argv[1];
	today = day_from_civil(2026, 11, 28);
	return cmocka_run_group_tests_name("situations", tests, NULL, NULL);
}
