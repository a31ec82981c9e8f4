/* roster — what the pages about children show; three files share one table of
 * routes. */
#ifndef WEB_ROSTER_H
#define WEB_ROSTER_H

#include "people/roster.h"
#include "sql_enrolment.h"
#include "web/consent.h"
#include "web/form.h"

struct group_link {
	int64_t id;
	str name, season; /* season "" where the viewer has one anyway */
	bool over;
};

struct group_link_list {
	struct group_link *v;
	size_t n;
};

struct child_line {
	int64_t id, born_on, from_on, until_on;
	str name, key; /* key: for the order */
};

struct child_line_list {
	struct child_line *v;
	size_t n;
};

struct adult_line {
	int64_t authority, guardian;
	str name, email, phone, document;
	enum authority_kind kind;
	int64_t rights, from_on, until_on;
	bool ended, account;
};

struct adult_line_list {
	struct adult_line *v;
	size_t n;
};

struct child_page {
	int64_t id, born_on;
	str name, first;
	struct adult_line_list adults;
	struct sql_enrolment_of_child_rows enrolments;
	struct consent_fact_list facts; /* what a judge decided */
	bool director;
	int64_t wrong_day; /* the enrolment whose last day cannot be; 0 */
};

struct import_page {
	const struct roster_plan *plan;
	str sheet, mark; /* empty: it cannot be confirmed as it is */
	int64_t season;
	str season_name;
	bool changed_meanwhile;
};

struct roster_note_list {
	const struct roster_note *v;
	size_t n;
};

/* Some of a plan, for a page that stays readable. */
struct child_name_list {
	const str *v;
	size_t n;
};

struct family_line {
	str name;
	size_t children;
	bool by_name;
};

struct family_line_list {
	struct family_line *v;
	size_t n;
};

static inline struct roster_note_list
roster_note_list(const struct roster_plan *p)
{
	return (struct roster_note_list){p->note, p->n_note};
}

/* The sentence of a note, filled in. */
str roster_note_text(struct view *, const struct roster_note *);
str roster_rights_text(struct view *, int64_t rights);
/* Adults of the sheet with more than one child, most children first. */
struct family_line_list roster_families(
    struct view *, const struct roster_plan *);
struct child_name_list roster_new_children(
    struct view *, const struct roster_plan *);
struct child_name_list roster_new_groups(
    struct view *, const struct roster_plan *);

/* The child, for a viewer who works with it; else ERR_NOT_FOUND. */
bool roster_child_page(struct request *, int64_t id, struct child_page *ret,
    struct err *) MUST_USE;
/* Its page again, with a form that was not right (NULL: fresh). */
bool roster_child_answer(struct request *, struct response *, int64_t id,
    const struct form *adult, struct err *) MUST_USE;
/* The same where the last day of an enrolment cannot be what was sent. */
bool roster_child_wrong_day(struct request *, struct response *, int64_t id,
    int64_t enrolment, struct err *) MUST_USE;
extern const struct field roster_adult_fields[];

handler import_show, import_preview, import_confirm;
handler enrolment_move, adult_add, adult_end, adult_no_contact, erase_show,
    erase_do;

#endif
