/* consent — what the pages about consent are given. */
#ifndef WEB_CONSENT_H
#define WEB_CONSENT_H

#include "consent/proof.h"
#include "consent/sheet.h"
#include "consent/task.h"
#include "sharing/paper.h"
#include "web/form.h"

/* « website-8 »: the question of a form, by purpose and media. */
static inline str
consent_question_word(struct view *v, const struct consent_line *l)
{
	return arena_fmt(
	    v->arena, "%lld-%u", (long long)l->purpose->id, l->media);
}

/* 64 hexadecimal digits. */
str consent_hex(struct arena *, const uint8_t *, size_t);

/* What holds, as a sentence for the family; a catalogue key. */
const char *consent_now_sentence(const struct consent_line *);
/* The same for the director, with its reason. */
const char *consent_why_sentence(enum consent_why);
const char *consent_said_label(enum consent_said);
const char *consent_said_tag(enum consent_said);

/* An outing of the child's that does not take place. */
struct consent_off {
	str name, why;
};

struct consent_off_list {
	struct consent_off *v;
	size_t n;
};

struct consent_page {
	int64_t child;
	enum lang lang; /* of the sheet: of those who answer it */
	str first;
	struct consent_sheet sheet;
	struct consent_off_list called_off;
	bool own_age;     /* of an age to answer in person */
	bool child_sheet; /* the child's own */
};

struct consent_line_list {
	const struct consent_line *v;
	size_t n;
};

static inline struct consent_line_list
consent_lines(const struct consent_sheet *s)
{
	return (struct consent_line_list){s->v, s->n};
}

struct consent_proof_list {
	const struct consent_proof *v;
	size_t n;
};

static inline struct consent_proof_list
consent_proof_list(const struct consent_proofs *p)
{
	return (struct consent_proof_list){p->v, p->n};
}

struct consent_scans {
	const str *v;
	size_t n;
};

static inline struct consent_scans
consent_scan_list(const struct consent_proof *p)
{
	return (struct consent_scans){p->scan, p->n_scan};
}

struct consent_proofs_page {
	int64_t child;
	str name;
	struct consent_proofs proofs;
};

const char *consent_action_label(const struct consent_proof *);
const char *consent_method_label(str method);
/* The question as read from a form; false when it is none. */
bool consent_question_read(str, int64_t *ret_purpose, unsigned *ret_media);

/* ---- the director's ---- */

struct consent_said_cell {
	enum consent_said said;
	int64_t at;
};

struct consent_person {
	int64_t guardian; /* 0: the child */
	str name;
	bool required;
	struct consent_said_cell *said; /* one per line */
};

struct consent_person_list {
	struct consent_person *v;
	size_t n;
};

struct consent_block {
	int64_t event;
	int64_t from_on, until_on;
	str document;
	bool all;
};

struct consent_block_list {
	struct consent_block *v;
	size_t n;
};

struct consent_stand {
	int64_t id, from_on, until_on;
	str name, document, witness;
	str matter; /* the one purpose; "": all */
	bool sole;
	bool waits; /* for its witness */
};

struct consent_stand_list {
	struct consent_stand *v;
	size_t n;
};

struct consent_witness {
	int64_t id;
	str name;
};

struct consent_witness_list {
	struct consent_witness *v;
	size_t n;
};

struct consent_adult {
	int64_t guardian;
	str name;
};

struct consent_adult_list {
	struct consent_adult *v;
	size_t n;
};

struct consent_purpose_list {
	const struct consent_purpose *v;
	size_t n;
};

struct consent_child_page {
	int64_t child;
	str name;
	struct consent_sheet sheet;
	struct consent_person_list people;
	struct consent_block_list blocks;
	struct consent_stand_list stands;
	struct consent_witness_list witnesses;
	struct consent_adult_list adults; /* whom a judge may give the say */
	struct paper_list papers;
	bool circle_known;
	const char *fault; /* catalogue key of what was wrong, or NULL */
};

/* What a judge may delegate. */
static inline struct consent_purpose_list
consent_matters(const struct consent_child_page *p)
{
	return (struct consent_purpose_list){
	    p->sheet.purposes.v, p->sheet.purposes.n};
}

struct consent_task_line {
	int64_t child;
	str text;
	bool alarm;
};

struct consent_task_list {
	struct consent_task_line *v;
	size_t n;
};

struct consent_group {
	int64_t id;
	str name, season;
};

struct consent_group_list {
	struct consent_group *v;
	size_t n;
};

struct consent_form_list {
	struct consent_page *v;
	size_t n;
};

/* From here on the page speaks that language; its code. */
static inline const char *
consent_speak(struct view *v, enum lang lang)
{
	v->lang = lang;
	return lang_codes[lang];
}

/* A child's forms on paper, one per language of those who decide; purpose 0:
 * every question but outings.  None when nothing is asked.  io_list has room
 * for LANGS more. */
bool consent_paper_add(struct request *, int64_t child, str name,
    int64_t purpose, struct consent_form_list *io_list, struct err *) MUST_USE;

struct sql_child_of_group_row;
/* The full name of a child of a group. */
str consent_child_name(struct request *, const struct sql_child_of_group_row *);

/* ---- outings ---- */

struct outing_line {
	const struct consent_purpose *purpose;
	str group;
};

struct outing_line_list {
	const struct outing_line *v;
	size_t n;
};

struct outing_page {
	struct consent_group_list groups; /* that the viewer works with */
	struct outing_line *v;            /* not over yet */
	size_t n;
	int64_t chosen; /* the group of the form */
	const struct form *form;
};

static inline struct outing_line_list
outing_lines(const struct outing_page *p)
{
	return (struct outing_line_list){p->v, p->n};
}

/* A form for an outing that a guardian has not answered. */
struct outing_wait {
	int64_t child, by; /* the last day for it */
	str first, outing;
};

struct outing_wait_list {
	struct outing_wait *v;
	size_t n;
};

/* Those of the viewer, who may be anybody; child 0: all of theirs. */
bool outings_wait(struct request *, int64_t child, struct outing_wait_list *ret,
    struct err *) MUST_USE;

struct outing_child {
	str name;
	bool yes; /* may be shown, as of today */
};

struct outing_child_list {
	const struct outing_child *v;
	size_t n;
};

struct outing_one {
	const struct consent_purpose *purpose;
	str group;
	str why;                 /* it was called off; "": it was not */
	const struct form *form; /* of calling it off */
	struct outing_child *v;
	size_t n, yes;
};

static inline struct outing_child_list
outing_children(const struct outing_one *p)
{
	return (struct outing_child_list){p->v, p->n};
}

/* ---- what a judge decided, as all of the team may know it ---- */

struct consent_fact {
	str text;
	bool stop; /* forbidden */
};

struct consent_fact_list {
	struct consent_fact *v;
	size_t n;
};

bool consent_facts_told(struct request *, int64_t child,
    struct consent_fact_list *ret, struct err *) MUST_USE;

#endif
