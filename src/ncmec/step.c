#include "ncmec/step.h"

#include <stdio.h>

#include "lang/lang.h"

#define DAY_S 86400

/* clang-format off */
static const char *const step_words[NCMEC_STEPS] = {
	[NCMEC_SUBMIT] = "submit", [NCMEC_UPLOAD] = "upload",
	[NCMEC_FILEINFO] = "fileinfo", [NCMEC_FINISH] = "finish",
	[NCMEC_RETRACT] = "retract", [NCMEC_DROP] = "drop",
};

static const struct { const char *word, *label; } sorts[NCMEC_SORTS] = {
	[NCMEC_NO_TROUBLE] = { "", "" },
	[NCMEC_LOGIN] = { "authentication", N_("NCMEC does not accept the name or the password of this house. Whoever runs the server has to look.") },
	[NCMEC_RATE] = { "rate-limit", N_("NCMEC gets too much at once and asks to wait.") },
	[NCMEC_SLOW] = { "time-out", N_("NCMEC did not answer in time.") },
	[NCMEC_SERVER] = { "server", N_("NCMEC has trouble of its own, or cannot be reached.") },
	[NCMEC_REJECTED] = { "rejected", N_("NCMEC refused it for a reason that this program does not know.") },
	[NCMEC_INVALID] = { "validation", N_("NCMEC refused it: something in it is not as it wants it.") },
	[NCMEC_SET_WRONG] = { "configuration", N_("This server is not set up to reach NCMEC. Whoever runs the server has to look.") },
	[NCMEC_MEDIA] = { "media", N_("The list that goes with it did not arrive whole.") },
	[NCMEC_GIVEN_UP] = { "given-up", N_("It was tried too often. Look whether NCMEC works, then try again.") },
};

/* Other codes are for good, and somebody looks. */
static const struct {
	int64_t code;
	struct ncmec_verdict is;
} codes[] = {
	{ 0, { NCMEC_OK, NCMEC_NO_TROUBLE } },
	{ 1000, { NCMEC_AGAIN, NCMEC_SERVER } },
	{ 1100, { NCMEC_AGAIN, NCMEC_SERVER } },
	{ 1110, { NCMEC_AGAIN, NCMEC_SERVER } },
	{ 1111, { NCMEC_AGAIN, NCMEC_SERVER } },
	{ 1210, { NCMEC_STOP, NCMEC_REJECTED } },
	{ 1300, { NCMEC_AGAIN, NCMEC_SERVER } },
	{ 2000, { NCMEC_STOP, NCMEC_LOGIN } },
	{ 3000, { NCMEC_STOP, NCMEC_LOGIN } },
	{ 3100, { NCMEC_STOP, NCMEC_LOGIN } },
	{ 3300, { NCMEC_STOP, NCMEC_LOGIN } },
	{ 4000, { NCMEC_STOP, NCMEC_INVALID } },
	{ 4100, { NCMEC_STOP, NCMEC_INVALID } },
	{ 4110, { NCMEC_STOP, NCMEC_INVALID } },
	{ 4200, { NCMEC_STOP, NCMEC_MEDIA } },
	{ 5001, { NCMEC_GONE, NCMEC_NO_TROUBLE } },
	{ 5002, { NCMEC_GONE, NCMEC_NO_TROUBLE } },
	{ 5101, { NCMEC_WAS_RETRACTED, NCMEC_NO_TROUBLE } },
	{ 5102, { NCMEC_WAS_FINISHED, NCMEC_NO_TROUBLE } },
};

/* Before the next try, in times of retry_s: with a minute, a day and a half is
 * over after seven, and two are left to begin anew. */
static const int64_t waits[NCMEC_TRIES_MAX] = {
	1, 5, 30, 120, 360, 720, 1440, 2880, 2880 };
/* clang-format on */

const char *
ncmec_step_word(enum ncmec_step s)
{
	return step_words[s];
}

bool
ncmec_step_of(str word, enum ncmec_step *ret)
{
	for (int i = 0; i < NCMEC_STEPS; i++)
		if (str_eq(word, str_c(step_words[i]))) {
			*ret = (enum ncmec_step)i;
			return true;
		}
	return false;
}

const char *
ncmec_sort_word(enum ncmec_sort s)
{
	return sorts[s].word;
}

bool
ncmec_sort_of(str word, enum ncmec_sort *ret)
{
	for (int i = 0; i < NCMEC_SORTS; i++)
		if (str_eq(word, str_c(sorts[i].word))) {
			*ret = (enum ncmec_sort)i;
			return true;
		}
	return false;
}

const char *
ncmec_sort_label(enum ncmec_sort s)
{
	return sorts[s].label;
}

/* ---- what an answer means ---- */

static struct ncmec_verdict
judge_code(int64_t code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].code == code)
			return codes[i].is;
	return (struct ncmec_verdict){NCMEC_STOP, NCMEC_REJECTED};
}

/* Of an answer without a code. */
static struct ncmec_verdict
judge_status(uint32_t status)
{
	if (status == 401 || status == 403)
		return (struct ncmec_verdict){NCMEC_STOP, NCMEC_LOGIN};
	if (status == 429)
		return (struct ncmec_verdict){NCMEC_AGAIN, NCMEC_RATE};
	if (status == 408 || status == 504)
		return (struct ncmec_verdict){NCMEC_AGAIN, NCMEC_SLOW};
	/* 200 with half an answer says nothing. */
	if (status >= 500 || status == 200)
		return (struct ncmec_verdict){NCMEC_AGAIN, NCMEC_SERVER};
	if (status >= 300 && status < 400)
		return (struct ncmec_verdict){NCMEC_STOP, NCMEC_SET_WRONG};
	return (struct ncmec_verdict){NCMEC_STOP, NCMEC_REJECTED};
}

struct ncmec_verdict
ncmec_judge(const struct ncmec_heard *h)
{
	switch (h->way) {
	case NCMEC_CAME:
		break;
	case NCMEC_LOST:
	case NCMEC_NOT_SENT:
		return (struct ncmec_verdict){NCMEC_AGAIN, NCMEC_SERVER};
	case NCMEC_TOO_SLOW:
		return (struct ncmec_verdict){NCMEC_AGAIN, NCMEC_SLOW};
	case NCMEC_NOT_ALLOWED:
		return (struct ncmec_verdict){NCMEC_STOP, NCMEC_SET_WRONG};
	}
	/* « It is well » under the status of an error is not believed. */
	if (h->answer == NULL || h->status == 401 || h->status == 429 ||
	    (h->answer->code == 0 && h->status != 200))
		return judge_status(h->status);
	return judge_code(h->answer->code);
}

/* ---- what it changes ---- */

static void
end(struct ncmec_run *r, enum ncmec_end how, enum ncmec_sort why)
{
	r->end = how;
	r->why = why;
}

static void
forget(struct ncmec_run *r)
{
	r->report_id = r->file = 0;
	r->file_id[0] = '\0';
	r->step = NCMEC_SUBMIT;
}

/* Nothing that an answer leaves open is left: only now may it be cancelled
 * without a call. */
static void
anew(struct ncmec_run *r)
{
	forget(r);
	if (r->cancel)
		end(r, NCMEC_RETRACTED, NCMEC_NO_TROUBLE);
}

/* Without a number there is nothing that could be taken back. */
static void
take_back(struct ncmec_run *r)
{
	r->step = NCMEC_RETRACT;
	if (r->report_id == 0)
		end(r, NCMEC_RETRACTED, NCMEC_NO_TROUBLE);
}

static void
failed(struct ncmec_run *r, enum ncmec_sort why, int64_t now, int64_t retry_s,
    uint32_t asked_s)
{
	int64_t wait;

	r->tries++;
	r->why = why;
	if (r->cancel)
		take_back(r);
	if (r->end != NCMEC_GOES_ON)
		return;
	if (r->tries >= NCMEC_TRIES_MAX ||
	    now - r->begun_at > (int64_t)NCMEC_DAYS_MAX * DAY_S) {
		end(r, NCMEC_STUCK, NCMEC_GIVEN_UP);
		return;
	}
	wait = retry_s * waits[r->tries - 1];
	r->next_at = now + (asked_s > wait ? (int64_t)asked_s : wait);
}

/* The step after this one, when all is well. */
static enum ncmec_step
after(const struct ncmec_run *r, int64_t files)
{
	if (r->cancel)
		return NCMEC_RETRACT;
	return r->file < files ? NCMEC_UPLOAD : NCMEC_FINISH;
}

/* Of the call that was asked, and of this report. */
static bool
is_about(const struct ncmec_run *r, const struct ncmec_answer *a)
{
	if (a->done != (r->step == NCMEC_FINISH))
		return false;
	if (r->step == NCMEC_SUBMIT)
		return a->report_id != 0;
	return a->report_id == 0 || a->report_id == r->report_id;
}

/* False: what came is not what was asked for. */
static bool
went_well(struct ncmec_run *r, const struct ncmec_heard *h, int64_t files)
{
	if (!is_about(r, h->answer))
		return false;
	switch (r->step) {
	case NCMEC_SUBMIT:
		r->report_id = h->answer->report_id;
		r->step = after(r, files);
		return true;
	case NCMEC_UPLOAD:
		if (h->answer->file_id[0] == '\0' || h->md5 == NULL ||
		    strcmp(h->answer->hash, h->md5) != 0)
			return false;
		(void)snprintf(
		    r->file_id, sizeof(r->file_id), "%s", h->answer->file_id);
		r->step = r->cancel ? NCMEC_RETRACT : NCMEC_FILEINFO;
		return true;
	case NCMEC_FILEINFO:
		r->file++;
		r->step = after(r, files);
		return true;
	case NCMEC_FINISH:
		end(r, NCMEC_FINISHED, NCMEC_NO_TROUBLE);
		return true;
	case NCMEC_RETRACT:
		end(r, NCMEC_RETRACTED, NCMEC_NO_TROUBLE);
		return true;
	case NCMEC_DROP:
		anew(r);
		return true;
	case NCMEC_STEPS:
		break;
	}
	return false;
}

/* Whether the file arrived is not known: with a second one the report would
 * have it twice. */
static bool
may_be_twice(const struct ncmec_run *r, const struct ncmec_heard *h)
{
	return r->step == NCMEC_UPLOAD &&
	       (h->way == NCMEC_LOST || h->way == NCMEC_TOO_SLOW ||
		   (h->way == NCMEC_CAME && h->status != 429 &&
		       (h->answer == NULL || h->answer->code == 0)));
}

static void
gone(struct ncmec_run *r, int64_t now, int64_t retry_s)
{
	if (r->step == NCMEC_RETRACT || r->cancel) {
		end(r, NCMEC_RETRACTED, NCMEC_NO_TROUBLE);
		return;
	}
	if (r->step != NCMEC_DROP)
		failed(r, NCMEC_SERVER, now, retry_s, 0);
	if (r->end == NCMEC_GOES_ON)
		anew(r);
	else
		forget(r); /* and where somebody tries again it begins anew */
}

/* What nobody here took back is not « cancelled »: a person looks, and from
 * there it begins anew. */
static void
was_retracted(struct ncmec_run *r)
{
	if (r->step == NCMEC_DROP) {
		anew(r);
		return;
	}
	if (r->step == NCMEC_RETRACT || r->cancel) {
		end(r, NCMEC_RETRACTED, NCMEC_NO_TROUBLE);
		return;
	}
	forget(r);
	end(r, NCMEC_STUCK, NCMEC_REJECTED);
}

/* Without a number there is none that could be finished. */
static void
was_finished(struct ncmec_run *r)
{
	if (r->report_id != 0)
		end(r, NCMEC_FINISHED, NCMEC_NO_TROUBLE);
	else
		end(r, NCMEC_STUCK, NCMEC_REJECTED);
}

/* What was refused for good does not go again when nobody wants it any more. */
static void
stopped(struct ncmec_run *r, enum ncmec_sort why)
{
	if (!r->cancel || r->step == NCMEC_RETRACT) {
		end(r, NCMEC_STUCK, why);
		return;
	}
	take_back(r);
}

void
ncmec_step(struct ncmec_run *r, const struct ncmec_heard *h, int64_t files,
    int64_t now, int64_t retry_s)
{
	struct ncmec_verdict v = ncmec_judge(h);
	bool twice = may_be_twice(r, h);

	r->next_at = now;
	switch (v.fate) {
	case NCMEC_OK:
		if (went_well(r, h, files)) {
			r->why = NCMEC_NO_TROUBLE;
			return;
		}
		failed(r, r->step == NCMEC_UPLOAD ? NCMEC_MEDIA : NCMEC_SERVER,
		    now, retry_s, h->retry_s);
		if (r->step == NCMEC_UPLOAD)
			r->step =
			    NCMEC_DROP; /* it may be there, and be wrong */
		return;
	case NCMEC_AGAIN:
		failed(r, v.sort, now, retry_s, h->retry_s);
		/* And so it stays for who tries again. */
		if (twice && !r->cancel)
			r->step = NCMEC_DROP;
		return;
	case NCMEC_GONE:
		gone(r, now, retry_s);
		return;
	case NCMEC_WAS_RETRACTED:
		was_retracted(r);
		return;
	case NCMEC_WAS_FINISHED:
		was_finished(r);
		return;
	case NCMEC_STOP:
		stopped(r, v.sort);
		return;
	}
}

enum ncmec_sort
ncmec_status_sort(const struct ncmec_heard *h)
{
	struct ncmec_verdict v = ncmec_judge(h);

	if (v.fate == NCMEC_OK && !h->answer->done)
		return NCMEC_NO_TROUBLE;
	return v.sort != NCMEC_NO_TROUBLE ? v.sort : NCMEC_SERVER;
}

void
ncmec_checked(struct ncmec_run *r, const struct ncmec_heard *h, int64_t now,
    int64_t retry_s)
{
	enum ncmec_sort why = ncmec_status_sort(h);

	r->next_at = now;
	if (r->cancel || ncmec_judge(h).fate == NCMEC_STOP)
		stopped(r, why);
	else if (why != NCMEC_NO_TROUBLE)
		failed(r, why, now, retry_s, h->retry_s);
}

bool
ncmec_is_due(const struct ncmec_run *r, int64_t now, int64_t retry_s)
{
	int64_t most = retry_s * waits[NCMEC_TRIES_MAX - 1];

	if (most < DAY_S)
		most = DAY_S;
	return r->next_at <= now || r->next_at > now + most;
}

/* ---- what people want ---- */

void
ncmec_cancel(struct ncmec_run *r, int64_t now)
{
	r->cancel = true;
	ncmec_again(r, now);
}

void
ncmec_again(struct ncmec_run *r, int64_t now)
{
	end(r, NCMEC_GOES_ON, NCMEC_NO_TROUBLE);
	r->tries = 0;
	r->begun_at = r->next_at = now;
	if (r->cancel)
		take_back(r);
}
