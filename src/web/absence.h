/* absence — what the pages about who does not come are given. */
#ifndef WEB_ABSENCE_H
#define WEB_ABSENCE_H

#include "faces/word.h"
#include "life/absence.h"
#include "web/family.h"
#include "web/form.h"

/* « absent-20421 »: a word of a form, for a day. */
static inline str
absence_value(struct view *v, enum absence_kind k, int64_t day)
{
	return arena_fmt(
	    v->arena, "%.*s-%lld", STR_ARG(absence_word(k)), (long long)day);
}

const char *absence_label(enum absence_kind); /* catalogue keys */
const char *absence_tag(enum absence_kind);

/* What a form says; the days are those of the button, or of its two fields. */
enum { ABSENCE_F_REASON, ABSENCE_F_FROM, ABSENCE_F_UNTIL };
extern const struct field absence_day_fields[];  /* the reason alone */
extern const struct field absence_days_fields[]; /* all three */

/* False: the form is not right and says so.  io: child, group and caller are
 * there. */
bool absence_read(struct request *, const struct field *, struct form *,
    struct absence_told *io);
/* Marks what the answer finds wrong; false: nothing. */
bool absence_fault(struct form *, enum absence_answer);

/* Children of whom this member of a family may tell it. */
bool absence_chips(struct request *, int64_t current, struct chips *ret);

struct absence_page {
	int64_t child, today;
	str first;
	struct chips chips; /* brothers and sisters; empty: none */
	struct absence_lines told;
	const struct form *form;
};

struct day_row {
	int64_t child;
	str name;
	enum face_leave leave;
	const struct absence_row *told; /* NULL: nothing was said */
};

struct day_page {
	int64_t group, day, today;
	str title;
	struct day_row *v; /* by name */
	size_t n;
	int64_t absent, late;
};

struct day_rows {
	const struct day_row *v;
	size_t n;
};

static inline struct day_rows
day_rows(const struct day_page *p)
{
	return (struct day_rows){p->v, p->n};
}

static inline enum absence_kind
day_kind(const struct day_row *r)
{
	return r->told == NULL ? ABSENCE_NONE : r->told->kind;
}

struct call_page {
	const struct day_page *day;
	const struct day_row *row;
	struct absence_callers callers;
	const struct form *form;
	int64_t caller; /* chosen; 0: none yet */
	bool bad_caller;
};

/* The groups of today's page with who is missing there. */
struct today_absence {
	int64_t group, absent, late;
	str name;
};

struct today_absences {
	struct today_absence *v;
	size_t n;
	int64_t absent, late;
};

bool absences_today(struct request *, const struct choices *,
    struct today_absences *ret, struct err *) MUST_USE;

#endif
