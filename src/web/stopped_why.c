/* stopped_why — why something was stopped is asked for, shown for some minutes,
 * and closed; and it is handed on. */
#include <inttypes.h>

#include "html_stopped.h"
#include "sql_stop.h"
#include "web/member.h"
#include "web/stopped.h"

#define HASH_SHOWN 4096

const char *
stopped_care_label(enum care_why why)
{
	static const char *const labels[] = {
	    [CARE_MAY] = "",
	    [CARE_HOURS] =
		N_("Why it was stopped is not shown at this hour, to take care "
		   "of you. It goes on %1. Whom to call, and the decision, are "
		   "here at any time."),
	    [CARE_CAP] =
		N_("You have seen enough for today: thank you. It goes on %1. "
		   "Somebody else can take it on."),
	    [CARE_BREAK] =
		N_("Time for a break: get up, drink something, talk to "
		   "somebody. It goes on %1."),
	};

	return labels[why];
}

/* ---- the reasons ---- */

static str
hash_text(struct request *r, int64_t kind, str value)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(HASH_SHOWN);
	str ret;

	if (hash_kind_is_fixed((enum hash_kind)kind) &&
	    hash_kind_facts((enum hash_kind)kind)->bytes == value.n)
		hash_value_text(
		    (enum hash_kind)kind, (const uint8_t *)value.p, &b);
	else
		buf_hex(&b, value.p, value.n < 256 ? value.n : 256);
	return arena_str(r->arena, b.p, b.n, &ret) ? ret : S("");
}

static str
category_text(struct request *r, const struct sql_stop_hits_row *h)
{
	if (h->entry_scheme.n == 0)
		return h->entry_category;
	return arena_fmt(r->arena, STR_FMT " (" STR_FMT ")",
	    STR_ARG(h->entry_category), STR_ARG(h->entry_scheme));
}

static void
fill_reason(struct request *r, const struct sql_stop_hits_row *h,
    struct stop_reason *ret)
{
	const struct hash_kind_facts *k =
	    hash_kind_facts((enum hash_kind)h->hash_kind);
	struct why_facts f = {
	    h->hash_kind, h->distance, h->threshold, h->quality, h->hypothesis};

	*ret = (struct stop_reason){.kind = why_kind(h->hash_kind),
	    .kind_name = str_c(k == NULL ? "?" : k->name),
	    .list = h->list == DB_NULL && h->list_name.n == 0
			? lang_text(r->view.lang, N_("What was withdrawn here"))
			: h->list_name,
	    .source = h->list_source,
	    .entry = h->entry_name,
	    .category = category_text(r, h),
	    .distance = h->distance,
	    .threshold = h->threshold,
	    .bits = k != NULL && k->metric == HASH_BITS,
	    .transform = why_transform(h->transform),
	    .hypothesis = why_hypothesis(h->hypothesis),
	    .quality = why_quality(h->quality),
	    .quality_n = h->quality,
	    .sure = why_sure(&f),
	    .hash = hash_text(r, h->hash_kind, h->hash),
	    .entry_hash = hash_text(r, h->hash_kind, h->entry_value),
	    .off = h->off_at != DB_NULL};
}

static bool
load_reasons(struct request *r, struct stopped_why_page *p, struct err *e)
{
	struct sql_stop_hits_rows rows;

	if (!sql_stop_hits(r->house->db, r->arena, p->id, &rows, e))
		return false;
	p->reasons.v = NEW_N(r->arena, struct stop_reason, rows.n + 1);
	if (p->reasons.v == NULL)
		return err_set(e, ERR_LIMIT, "too many reasons");
	p->reasons.n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		fill_reason(r, &rows.v[i], &p->reasons.v[i]);
	return true;
}

static bool
load_signal(struct request *r, struct stopped_why_page *p, struct err *e)
{
	struct sql_stop_reason_of_rows rows;

	if (!sql_stop_reason_of(r->house->db, r->arena, p->id, &rows, e))
		return false;
	p->signal = rows.n == 0
			? S("")
			: house_text(r->arena, r->org, "signal.reason_enc",
			      rows.v[rows.n - 1].reason_enc);
	return true;
}

/* ---- asking ---- */

static bool
back(struct request *r, struct response *out)
{
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/stopped/%" PRId64, r->id[0]));
}

/* Who is shown it is written down with the minutes, and in the register. */
bool
stopped_look_ask(struct request *r, struct response *out, struct err *e)
{
	bool needed = request_field(r, "needed").n > 0;
	struct deed_about about = {.kind = "stopping", .id = r->id[0]};
	struct deed d = member_deed(r);
	enum stopped_why why;

	if (!stopped_ask(&d, r->id[0], needed, &why, e))
		return false;
	if (why != STOPPED_MAY)
		return back(r, out); /* that page says why not */
	return deed_note(&d, AUDIT_STOP_OPENED, &about, e) &&
	       respond_see_other(r, out,
		   arena_fmt(r->arena, "/stopped/%" PRId64 "/why", r->id[0]));
}

bool
stopped_why_show(struct request *r, struct response *out, struct err *e)
{
	struct stopped_why_page p = {.id = r->id[0]};
	struct deed d = member_deed(r);
	struct stopped_look look;

	if (!stopped_look(&d, p.id, &look, e))
		return false;
	if (look.left_s == 0)
		return back(r, out);
	if (!load_reasons(r, &p, e) || !load_signal(r, &p, e))
		return false;
	html_stopped_why(&r->view, &p);
	respond_header(r, out, "Refresh",
	    arena_fmt(r->arena, "%" PRId64 "; url=/stopped/%" PRId64,
		look.left_s, p.id));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return respond_page(r, out, 200);
}

bool
stopped_close_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	return stopped_close(&d, r->id[0], e) && back(r, out);
}

bool
stopped_pass_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	if (!stopped_close(&d, r->id[0], e))
		return false;
	if (!circle_pass(&d, r->id[0], e)) {
		if (e->kind != ERR_CONFLICT)
			return false;
		respond_notice(r, out, N_("It is decided already."));
		return back(r, out);
	}
	respond_notice(r, out,
	    N_("Thank you for saying so. Somebody else is asked; nobody counts "
	       "it."));
	return respond_see_other(r, out, S("/stopped"));
}
