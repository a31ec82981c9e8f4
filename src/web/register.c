/* register — what was done, for the director; who looked, for the family. */
#include "web/register.h"

#include "base/num.h"
#include "html_register.h"
#include "people/authority.h"
#include "sharing/viewer.h"
#include "sql_account.h"
#include "sql_audit.h"
#include "sql_stop.h"
#include "web/medium.h"
#include "web/member.h"

#define LINES 50
#define READ_MAX 2000 /* entries looked through for one page of a kind */

enum kind { K_ALL, K_ACCESS, K_PEOPLE, K_LOOKED, K_SHARED, K_SERVER };

static const struct register_kind kinds[] = {
    [K_ALL] = {"", N_("Everything")},
    [K_ACCESS] = {"access", N_("Signing in")},
    [K_PEOPLE] = {"people", N_("Accounts and rights")},
    [K_LOOKED] = {"looked", N_("Who looked")},
    [K_SHARED] = {"shared", N_("Photos")},
    [K_SERVER] = {"server", N_("Backups and erasures")},
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

/* clang-format off */
static const enum kind kind_of[AUDIT_ACTIONS] = {
	[AUDIT_SIGN_IN]			= K_ACCESS,
	[AUDIT_SIGN_IN_FAILED]		= K_ACCESS,
	[AUDIT_SIGN_OUT]		= K_ACCESS,
	[AUDIT_SESSION_REVOKED]		= K_ACCESS,
	[AUDIT_ACCOUNT_CREATED]		= K_PEOPLE,
	[AUDIT_ACCOUNT_APPROVED]	= K_PEOPLE,
	[AUDIT_ACCOUNT_REFUSED]		= K_PEOPLE,
	[AUDIT_ACCOUNT_SUSPENDED]	= K_PEOPLE,
	[AUDIT_ACCOUNT_RESTORED]	= K_PEOPLE,
	[AUDIT_SECOND_FACTOR_SET]	= K_ACCESS,
	[AUDIT_RECOVERY_USED]		= K_ACCESS,
	[AUDIT_PASSPHRASE_CHANGED]	= K_ACCESS,
	[AUDIT_INVITED]			= K_PEOPLE,
	[AUDIT_INVITATION_REVOKED]	= K_PEOPLE,
	[AUDIT_LETTERS_PRINTED]		= K_PEOPLE,
	[AUDIT_GROUP_CREATED]		= K_PEOPLE,
	[AUDIT_PUSH_KEY_RENEWED]	= K_SERVER,
	[AUDIT_SEASON_CREATED]		= K_PEOPLE,
	[AUDIT_STAFF_ASSIGNED]		= K_PEOPLE,
	[AUDIT_ROSTER_IMPORTED]		= K_PEOPLE,
	[AUDIT_AUTHORITY_CHANGED]	= K_PEOPLE,
	[AUDIT_ENROLMENT_CHANGED]	= K_PEOPLE,
	[AUDIT_ABSENCE_TOLD]		= K_PEOPLE,
	[AUDIT_NOTICE_PUBLISHED]	= K_PEOPLE,
	[AUDIT_NOTICE_CHANGED]		= K_PEOPLE,
	[AUDIT_NOTICE_WITHDRAWN]	= K_PEOPLE,
	[AUDIT_NOTICE_REMINDED]		= K_PEOPLE,
	[AUDIT_NOTICE_READ]		= K_PEOPLE,
	[AUDIT_NOTICE_SIGNED]		= K_PEOPLE,
	[AUDIT_NOTICE_PAPER]		= K_PEOPLE,
	[AUDIT_ENDS_CHOSEN]		= K_SERVER,
	[AUDIT_ENDED]			= K_SERVER,
	[AUDIT_HOLD_PLACED]		= K_SERVER,
	[AUDIT_HOLD_ASKED]		= K_SERVER,
	[AUDIT_HOLD_RELEASED]		= K_SERVER,
	[AUDIT_CLAIM_ENTERED]		= K_PEOPLE,
	[AUDIT_CLAIM_EXTENDED]		= K_PEOPLE,
	[AUDIT_CLAIM_ANSWERED]		= K_PEOPLE,
	[AUDIT_CLAIM_WITHDRAWN]		= K_PEOPLE,
	[AUDIT_CLAIM_VIEWED]		= K_LOOKED,
	[AUDIT_OWN_DATA_TAKEN]		= K_PEOPLE,
	[AUDIT_ACCOUNT_ERASED]		= K_PEOPLE,
	[AUDIT_CERTIFICATE_MADE]	= K_SERVER,
	[AUDIT_NOTICE_VIEWED]		= K_LOOKED,
	[AUDIT_CHILD_VIEWED]		= K_LOOKED,
	[AUDIT_ROSTER_VIEWED]		= K_LOOKED,
	[AUDIT_POST_VIEWED]		= K_LOOKED,
	[AUDIT_MEDIUM_VIEWED]		= K_LOOKED,
	[AUDIT_MEDIUM_DOWNLOADED]	= K_LOOKED,
	[AUDIT_MEMORIES_TAKEN]		= K_LOOKED,
	[AUDIT_MEDIUM_UPLOADED]		= K_SHARED,
	[AUDIT_MEDIUM_DELETED]		= K_SHARED,
	[AUDIT_POST_PUBLISHED]		= K_SHARED,
	[AUDIT_POST_CHANGED]		= K_SHARED,
	[AUDIT_POST_WITHDRAWN]		= K_SHARED,
	[AUDIT_CHILD_ERASED]		= K_SERVER,
	[AUDIT_BACKUP_MADE]		= K_SERVER,
	[AUDIT_BACKUP_RESTORED]		= K_SERVER,
	[AUDIT_MEDIUM_STOPPED]		= K_SHARED,
	[AUDIT_MEDIUM_INFECTED]		= K_SHARED,
	[AUDIT_TRACE_ASKED]		= K_SHARED,
	[AUDIT_TRACE_ALLOWED]		= K_SHARED,
	[AUDIT_TRACE_REFUSED]		= K_SHARED,
	[AUDIT_TRACE_TOLD]		= K_SHARED,
	[AUDIT_TRACE_READ]		= K_SHARED,
	[AUDIT_TRACE_CLOSED]		= K_SHARED,
	[AUDIT_STOP_OPENED]		= K_SHARED,
	[AUDIT_STOP_CONFIRMED]		= K_SHARED,
	[AUDIT_STOP_PROPOSED]		= K_SHARED,
	[AUDIT_STOP_REFUSED]		= K_SHARED,
	[AUDIT_STOP_AGREED]		= K_SHARED,
	[AUDIT_STOP_RELEASED]		= K_SHARED,
	[AUDIT_STOP_REST]		= K_SHARED,
	[AUDIT_STOP_KEPT_OUT]		= K_SHARED,
	[AUDIT_HANDLER_NAMED]		= K_PEOPLE,
	[AUDIT_HANDLER_ENDED]		= K_PEOPLE,
	[AUDIT_CUSTODIAN_NAMED]		= K_PEOPLE,
	[AUDIT_CUSTODIAN_READY]		= K_PEOPLE,
	[AUDIT_CUSTODIAN_ENDED]		= K_PEOPLE,
	[AUDIT_HANDLER_WRITTEN]		= K_PEOPLE,
	[AUDIT_LIST_ADDED]		= K_SERVER,
	[AUDIT_LIST_IMPORTED]		= K_SERVER,
	[AUDIT_LIST_ENABLED]		= K_SERVER,
	[AUDIT_LIST_DISABLED]		= K_SERVER,
	[AUDIT_LIST_ENTRY_OFF]		= K_SERVER,
	[AUDIT_LIST_ENTRY_ON]		= K_SERVER,
};
/* clang-format on */

static enum kind
wanted_kind(const struct request *r)
{
	str word = request_query(r, "kind");

	for (size_t i = 1; i < KINDS; i++)
		if (str_eq(word, str_c(kinds[i].word)))
			return (enum kind)i;
	return K_ALL;
}

static int64_t
wanted_before(const struct request *r)
{
	int64_t ret = INT64_MAX;

	if (!num_i64(request_query(r, "before"), 1, INT64_MAX, &ret))
		return INT64_MAX;
	return ret;
}

static str
sentence(struct request *r, enum audit_action action, str actor, str detail)
{
	const str arg[] = {actor, detail};
	const char *purpose =
	    action == AUDIT_MEDIUM_DOWNLOADED ? medium_purpose(detail) : NULL;

	if (purpose != NULL) {
		const str why[] = {actor, lang_text(r->view.lang, purpose)};

		return lang_fill(r->arena,
		    lang_text(r->view.lang,
			N_("%1 took the original of the photo. What for: %2")),
		    why, 2);
	}
	return lang_fill(
	    r->arena, lang_text(r->view.lang, audit_sentence(action)), arg, 2);
}

static str
actor_name(struct request *r, int64_t actor, str name_enc)
{
	const char *nobody = audit_nobody(actor);

	return nobody != NULL
		   ? lang_text(r->view.lang, nobody)
		   : house_text(r->arena, r->org, "account.name_enc", name_enc);
}

/* Whom it was about, where that is an account and somebody else's. */
static str
subject_name(struct request *r, const struct sql_audit_page_row *row)
{
	struct sql_account_by_id_row account;
	struct err ignored;

	if (!str_eq(row->subject_kind, S("account")) ||
	    row->subject == row->actor ||
	    !sql_account_by_id(r->house->db, r->arena, row->subject, r->org->id,
		&account, &ignored))
		return S("");
	return house_text(
	    r->arena, r->org, "account.name_enc", account.name_enc);
}

/* What is done about a file is not told to whoever sent it. */
static bool
may_know(struct request *r, const struct sql_audit_page_row *row)
{
	struct sql_stop_people_row about;
	struct err ignored;

	return !str_eq(row->subject_kind, S("stopping")) ||
	       (sql_stop_people(
		    r->house->db, r->arena, row->subject, &about, &ignored) &&
		   about.uploader != r->viewer->account &&
		   about.author != r->viewer->account);
}

static bool
add_line(struct request *r, const struct sql_audit_page_row *row,
    enum kind want, struct register_line_list *io)
{
	enum audit_action action;

	if (!audit_action_of(row->action, &action) ||
	    (want != K_ALL && kind_of[action] != want) || !may_know(r, row))
		return false;
	io->v[io->n++] = (struct register_line){row->id, row->at,
	    sentence(r, action, actor_name(r, row->actor, row->name_enc),
		row->detail),
	    subject_name(r, row)};
	return true;
}

/* Goes down the chain until the page is full. */
static bool
collect(struct request *r, enum kind want, struct register_page *page,
    struct err *e)
{
	struct register_line_list *l = &page->lines;
	int64_t before = wanted_before(r), read = 0;
	struct sql_audit_page_rows rows;

	l->v = NEW_N(r->arena, struct register_line, LINES);
	if (l->v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the register");
	while (l->n < LINES && read < READ_MAX) {
		if (!sql_audit_page(r->house->db, r->arena, r->org->id, before,
			LINES, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n && l->n < LINES; i++) {
			(void)add_line(r, &rows.v[i], want, l);
			before = rows.v[i].id;
		}
		read += (int64_t)rows.n;
		if (rows.n < LINES)
			return true;
	}
	page->before = before;
	return true;
}

static bool
register_show(struct request *r, struct response *out, struct err *e)
{
	enum kind want = wanted_kind(r);
	struct register_page page = {
	    .kinds = {kinds, KINDS}, .kind = str_c(kinds[want].word)};

	if (!collect(r, want, &page, e))
		return false;
	html_register_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- for the family ---- */

static const struct viewer_child *
own_child(const struct request *r, int64_t id)
{
	for (size_t i = 0; i < r->viewer->n_child; i++)
		if (r->viewer->child[i].id == id)
			return &r->viewer->child[i];
	return NULL;
}

static bool
read_looked(struct request *r, struct register_page *page, struct err *e)
{
	struct sql_audit_by_child_rows rows;
	struct register_line_list *l = &page->lines;

	if (!sql_audit_by_child(r->house->db, r->arena, r->org->id, page->child,
		wanted_before(r), r->today, LINES, &rows, e))
		return false;
	l->v = NEW_N(r->arena, struct register_line, rows.n + 1);
	if (l->v == NULL)
		return err_set(e, ERR_LIMIT, "no room for who looked");
	for (size_t i = 0; i < rows.n; i++) {
		enum audit_action action;

		page->before = rows.n == LINES ? rows.v[i].id : 0;
		if (!audit_action_of(rows.v[i].action, &action))
			continue;
		l->v[l->n++] =
		    (struct register_line){rows.v[i].id, rows.v[i].at,
			sentence(r, action,
			    actor_name(r, rows.v[i].actor, rows.v[i].name_enc),
			    rows.v[i].detail),
			S("")};
	}
	return true;
}

static bool
looked_show(struct request *r, struct response *out, struct err *e)
{
	const struct viewer_child *child = own_child(r, r->id[0]);
	struct register_page page = {.child = r->id[0]};

	if (child == NULL || !(child->rights & AUTHORITY_WHO_LOOKED))
		return err_set(e, ERR_NOT_FOUND, "not a child of the viewer");
	page.first = viewer_child_first(r->arena, r->org, child);
	if (!read_looked(r, &page, e))
		return false;
	html_register_looked(&r->view, &page);
	return respond_page(r, out, 200);
}

const struct route register_routes[] = {
    {HTTP_GET, "/register", register_show, NEED_DIRECTOR, 0, NULL},
    {HTTP_GET, "/child/:id/looked", looked_show, NEED_FAMILY, 0, NULL},
    {0},
};
