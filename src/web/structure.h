/* structure — what the director's pages show, and the handlers that two files
 * share one table of routes for. */
#ifndef WEB_STRUCTURE_H
#define WEB_STRUCTURE_H

#include "claim/claim.h"
#include "faces/cover.h"
#include "faces/wait.h"
#include "people/halt.h"
#include "people/invitation.h"
#include "sql_activity_group.h"
#include "sql_season.h"
#include "stop/checking.h"
#include "web/form.h"
#include "web/qr.h"

struct waiting {
	int64_t id, since;
	str name, login, children; /* children: first names, with commas */
	bool relative;
};

struct waiting_list {
	struct waiting *v;
	size_t n;
};

struct member {
	int64_t id;
	str name, login, groups;
	const char *what;  /* catalogue key: role or kind */
	const char *state; /* catalogue key */
	const char *tag;   /* its colour */
	bool staff, active, suspended, pending, self;
	const struct halt_line *halt; /* what somebody asked; NULL: nothing */
};

struct member_list {
	struct member *v;
	size_t n;
};

struct staff_link {
	int64_t id, expires_at;
	str name;
	const char *role; /* catalogue key */
};

struct staff_link_list {
	struct staff_link *v;
	size_t n;
};

struct group_staff {
	int64_t account;
	str name;
	bool works; /* with this group */
};

struct group_line {
	const struct sql_activity_group_list_row *g;
	struct group_staff *staff;
	size_t n_staff;
};

struct group_staff_list {
	const struct group_staff *v;
	size_t n;
};

struct group_line_list {
	struct group_line *v;
	size_t n;
};

/* How it stands with the antivirus, see jobs/scan_hand.h. */
enum scanner_state {
	SCANNER_NONE,
	SCANNER_REACHED,
	SCANNER_TOO_LARGE,
	SCANNER_UNREACHABLE,
};

struct scanner_now {
	enum scanner_state state;
	int64_t since, waiting;
};

/* Whether documents but PDF are taken, see office/jail.h. */
enum office_state {
	OFFICE_NOW_THERE,
	OFFICE_NOW_GONE, /* it is started again and again, and does not stay */
	OFFICE_NOW_MISSING,
	OFFICE_NOW_UNJAILED,
	OFFICE_NOW_UNWANTED
};

struct office_now {
	enum office_state state;
	int64_t since, waiting; /* of OFFICE_NOW_GONE */
};

struct structure_counts {
	struct office_now office;
	struct scanner_now scanner;
	struct cover_lost_list lost;
	size_t waiting, groups;
	int64_t without_account;
	int64_t children;
	int64_t consents; /* children of whom something waits, consent/task.h */
	int64_t moves;    /* children who go or come, to be decided */
	int64_t unattended; /* stopped, and too few may look into it */
	struct checking checking;
	struct claim_counts claims;
	struct face_waits faces;
	bool season; /* there is one that is not over */
};

/* What was sent waits, until the antivirus takes it. */
static inline bool
scanner_holds(const struct scanner_now *s)
{
	return s->state == SCANNER_TOO_LARGE ||
	       (s->state == SCANNER_UNREACHABLE && s->waiting > 0);
}

/* What has no card says how it stands. */
static inline bool
structure_says_files(const struct structure_counts *c)
{
	return !scanner_holds(&c->scanner) ||
	       c->office.state != OFFICE_NOW_GONE;
}

/* Does any card of the organisation's own tell of something that waits. */
static inline bool
structure_waits(const struct structure_counts *c)
{
	return c->waiting > 0 || c->moves > 0 || c->consents > 0 ||
	       c->claims.near + c->claims.late > 0 || c->unattended > 0 ||
	       c->checking.photos > 0 || c->checking.lists > 0 ||
	       c->lost.n > 0 || c->faces.n > 0 || scanner_holds(&c->scanner) ||
	       c->office.state == OFFICE_NOW_GONE;
}

static inline struct group_staff_list
group_staff_list(const struct group_line *l)
{
	return (struct group_staff_list){l->staff, l->n_staff};
}

/* Is there anybody of the staff who does not work with this group. */
static inline bool
group_has_others(const struct group_line *l)
{
	for (size_t i = 0; i < l->n_staff; i++)
		if (!l->staff[i].works)
			return true;
	return false;
}

const char *structure_role(str role); /* catalogue key */

bool structure_members(
    struct request *, struct member_list *ret, struct err *) MUST_USE;

handler groups_show, season_add, group_add, staff_group_add, staff_group_remove;

#endif
