#include "web/words.h"

#include <inttypes.h>

#include "html_words.h"
#include "web/member.h"
#include "web/share.h"

/* What send.c asks of an album. */
static const struct album no_album = {.state = POST_DRAFT};

static bool
begin(struct request *r, struct words_send_page *io, struct choices *choices,
    const struct grant **ret_g, struct err *e)
{
	struct deed d = share_deed(r);

	if (!share_post(r, io->id, PERMIT_NOTICE_EDIT, ret_g, e) ||
	    !publish_choices(&d, r->viewer, io->id, choices, e))
		return false;
	if (grant_facts(*ret_g)->state != POST_DRAFT)
		return err_set(e, ERR_NOT_FOUND, "it is published");
	send_start(r, &no_album, choices, &io->when);
	return true;
}

bool
words_send_show(struct request *r, struct response *out,
    struct words_send_page *p, struct err *e)
{
	struct choices choices;
	const struct grant *g;

	if (!begin(r, p, &choices, &g, e))
		return false;
	html_words_send(&r->view, p);
	return respond_page(r, out, 200);
}

static bool
again(struct request *r, struct response *out, struct words_send_page *p,
    const char *fault)
{
	p->when.fault = fault;
	html_words_send(&r->view, p);
	return member_again(r, out);
}

static const char *
fault_of(enum words_hour a)
{
	static const char *const text[] = {
	    [WORDS_DONE] = NULL,
	    [WORDS_NO_AUDIENCE] = N_("Say for whom: tick at least one group "
				     "or one family."),
	    [WORDS_PAST] = N_("This hour has passed, or is more than a year "
			      "away. Choose another."),
	    [WORDS_LATE] = N_("It would come after its last day to answer. "
			      "Choose another hour."),
	};

	return text[a];
}

bool
words_send_do(struct request *r, struct response *out,
    struct words_send_page *p, struct err *e)
{
	enum words_hour answer = WORDS_NO_AUDIENCE;
	struct deed d = share_deed(r);
	struct choices choices;
	const struct grant *g;

	if (!begin(r, p, &choices, &g, e))
		return false;
	publish_read_choices(r, &choices);
	if (!send_read_when(r, &p->when))
		return again(r, out, p,
		    N_("Say from when: now, in the evening, or on a day and at "
		       "an hour."));
	/* The new audience is what it is published for. */
	if (!post_set_audience(&d, g, &choices, e) ||
	    !share_post(r, p->id, PERMIT_NOTICE_EDIT, &g, e) ||
	    !p->publish(&d, g, send_time(r, &p->when), &answer, e))
		return false;
	if (answer != WORDS_DONE)
		return again(r, out, p, fault_of(answer));
	respond_notice(r, out, p->done);
	return respond_see_other(r, out,
	    arena_fmt(
		r->arena, "/%s/%" PRId64, p->item ? "item" : "notice", p->id));
}
