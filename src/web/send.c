/* send — for whom, from when, and then it is published; or withdrawn. */
#include <inttypes.h>

#include "base/num.h"
#include "html_publish.h"
#include "web/ends.h"
#include "web/faces.h"
#include "web/publish.h"
#include "web/share.h"

static const char *const when_words[WHENS] = {"keep", "now", "evening", "date"};

void
send_start(struct request *r, const struct album *al, const struct choices *c,
    struct send_page *ret)
{
	*ret = (struct send_page){.album = al,
	    .choices = c,
	    .evening = publish_evening(r->org, r->now),
	    .when = al->state == POST_PUBLISHED ? WHEN_KEEP : WHEN_EVENING,
	    .day = r->today + 1,
	    .minute = r->org->evening_min};
}

/* Whom these families must not see. */
static bool
load_hidden(struct request *r, struct send_page *p, struct err *e)
{
	struct deed d = share_deed(r);
	struct face_children l;
	size_t n = 0;

	if (!face_named(&d, p->album->id, CONSENT_PHOTO, &l, e) ||
	    !face_unseen(&d, p->album->id, &p->unseen, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (face_is_masked(l.v[i].leave))
			l.v[n++] = l.v[i];
	p->hidden = (struct face_children){l.v, n};
	return true;
}

/* And whether anything is left to do. */
static bool
load_faces(struct request *r, struct send_page *p, struct err *e)
{
	struct deed d = share_deed(r);

	return ends_photos_last(r, p->album->day, &p->last_on, e) &&
	       word_gate(&d, p->album->id, &p->faces, e) &&
	       load_hidden(r, p, e) &&
	       voice_load(r, p->album->id, &p->voices, e) &&
	       (!word_gate_waits(&p->faces) ||
		   faces_lookers(r, p->album->id, &p->lookers, e));
}

bool
send_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct choices choices;
	struct send_page page;
	struct album al;

	if (!publish_album(r, &g, &al, e) ||
	    !publish_choices(&d, r->viewer, al.id, &choices, e))
		return false;
	send_start(r, &al, &choices, &page);
	if (!load_faces(r, &page, e))
		return false;
	html_send_page(&r->view, &page);
	return respond_page(r, out, 200);
}

bool
send_read_when(struct request *r, struct send_page *p)
{
	str word = request_field(r, "when");

	for (int i = p->album->state == POST_PUBLISHED ? WHEN_KEEP : WHEN_NOW;
	     i < WHENS; i++)
		if (str_eq(word, str_c(when_words[i]))) {
			p->when = (enum when)i;
			return i != WHEN_DATE ||
			       (day_parse(request_field(r, "day"), &p->day) &&
				   form_minute(
				       request_field(r, "hour"), &p->minute));
		}
	return false;
}

int64_t
send_time(const struct request *r, const struct send_page *p)
{
	struct civil c;

	switch (p->when) {
	case WHEN_KEEP:
		return p->album->publish_at;
	case WHEN_EVENING:
		return p->evening;
	case WHEN_DATE:
		c = day_to_civil(p->day);
		c.hour = (uint8_t)(p->minute / 60);
		c.minute = (uint8_t)(p->minute % 60);
		return zone_utc(r->org->zone, c);
	case WHEN_NOW:
	case WHENS:
		break;
	}
	return r->now;
}

static bool
show_fault(struct request *r, struct response *out, struct send_page *p,
    const char *fault)
{
	p->fault = fault;
	html_send_page(&r->view, p);
	out->rollback = true;
	return respond_page(r, out, 422);
}

static const char *
fault_of(enum publish_answer a)
{
	switch (a) {
	case PUBLISH_NO_PHOTO:
		return N_("No photo of this album is ready yet. Wait until the "
			  "first ones are prepared, it takes seconds.");
	case PUBLISH_NO_AUDIENCE:
		return N_(
		    "Say for whom: tick at least one group or one family.");
	case PUBLISH_PAST:
		return N_("This hour has passed, or is more than a year away. "
			  "Choose another.");
	case PUBLISH_HELD:
		return N_("A file was stopped, and this album waits until "
			  "somebody has decided. Step 1 says who looks at it.");
	case PUBLISH_FACES:
		return N_("Not every face is resolved yet, or somebody else "
			  "has to look too. Step 3 leads through the photos.");
	case PUBLISH_DONE:
		break;
	}
	return NULL;
}

/* Another audience of a published album: a second look may be needed now. */
static bool
keep_fits(
    struct request *r, int64_t post, enum publish_answer *ret, struct err *e)
{
	struct deed d = share_deed(r);
	struct word_gate gate;

	if (!word_gate(&d, post, &gate, e))
		return false;
	*ret = gate.unseconded > 0 ? PUBLISH_FACES : PUBLISH_DONE;
	return true;
}

static str
add_seen(struct view *v, str seen, const struct face_children *l)
{
	for (size_t i = 0; i < l->n; i++)
		seen = arena_fmt(
		    v->arena, "%.*s%" PRId64 ",", STR_ARG(seen), l->v[i].id);
	return seen;
}

/* « 3,17, » */
str
send_seen(struct view *v, const struct send_page *p)
{
	return add_seen(v, add_seen(v, S(""), &p->hidden), &p->unseen.hidden);
}

static bool
names(str seen, int64_t id)
{
	int64_t n;
	str one;

	while (str_cut(&seen, ',', &one))
		if (num_i64(one, 1, INT64_MAX, &n) && n == id)
			return true;
	return false;
}

static bool
knows_all(str seen, const struct face_children *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!names(seen, l->v[i].id))
			return false;
	return true;
}

/* Nobody is masked whom this person was not told of: by another audience, or
 * by an answer that came meanwhile. */
static bool
was_told(struct request *r, struct send_page *p, bool *ret, struct err *e)
{
	str seen = request_field(r, "seen");

	if (!load_hidden(r, p, e))
		return false;
	*ret =
	    knows_all(seen, &p->hidden) && knows_all(seen, &p->unseen.hidden);
	return true;
}

/* The audience is kept, and whoever works with it is asked to look. */
static bool
wait_for_second(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);

	if (!word_ask_second(&d, r->id[0], e))
		return false;
	respond_notice(r, out,
	    N_("Saved, not published yet: a child of that day may not be shown "
	       "to these families, and a second person looks first."));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/publish/%" PRId64 "/faces", r->id[0]));
}

static bool
decide(struct request *r, struct send_page *p, const struct grant *g,
    enum publish_answer *ret, struct err *e)
{
	struct deed d = share_deed(r);

	if (p->when != WHEN_KEEP)
		return post_publish(&d, g, send_time(r, p), ret, e);
	*ret = PUBLISH_NO_AUDIENCE;
	return grant_facts(g)->n_audience == 0 ||
	       keep_fits(r, p->album->id, ret, e);
}

/* On the new audience. */
static bool
send_on(struct request *r, struct response *out, struct send_page *p,
    const struct grant *g, struct err *e)
{
	enum publish_answer answer;
	struct deed d = share_deed(r);
	bool told;

	if (!decide(r, p, g, &answer, e) ||
	    !word_gate(&d, p->album->id, &p->faces, e) ||
	    !was_told(r, p, &told, e))
		return false;
	if (answer == PUBLISH_FACES && p->album->state == POST_DRAFT &&
	    word_gate_waits(&p->faces))
		return wait_for_second(r, out, e);
	if (answer != PUBLISH_DONE)
		return show_fault(r, out, p, fault_of(answer));
	if (!told)
		return show_fault(r, out, p,
		    N_("These families will not see the same children: look "
		       "who will be masked, then go on."));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/publish/%" PRId64 "/done", p->album->id));
}

bool
send_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct choices choices;
	struct send_page page;
	struct album al;

	if (!publish_album(r, &g, &al, e) ||
	    !publish_choices(&d, r->viewer, al.id, &choices, e))
		return false;
	publish_read_choices(r, &choices);
	send_start(r, &al, &choices, &page);
	if (!load_faces(r, &page, e))
		return false;
	if (!send_read_when(r, &page))
		return show_fault(r, out, &page,
		    N_("Say from when: now, in the evening, or on a day and at "
		       "an hour."));
	/* The new audience is what is decided, noted and published on. */
	if (!post_set_audience(&d, g, &choices, e) ||
	    !share_post(r, al.id, PERMIT_EDIT, &g, e))
		return e->kind == ERR_NOT_FOUND
			   ? show_fault(
				 r, out, &page, fault_of(PUBLISH_NO_AUDIENCE))
			   : false;
	return send_on(r, out, &page, g, e);
}

bool
done_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct choices choices;
	struct done_page page;
	struct album al;

	if (!publish_album(r, &g, &al, e) ||
	    !publish_choices(&d, r->viewer, al.id, &choices, e))
		return false;
	page = (struct done_page){&al, &choices};
	html_done_page(&r->view, &page);
	return respond_page(r, out, 200);
}

bool
withdraw_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !post_withdraw(&d, g, request_field(r, "not-again").n > 0, e))
		return false;
	respond_notice(
	    r, out, N_("Withdrawn: no family sees this album any more."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/publish/%" PRId64, r->id[0]));
}

bool
discard_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct photos_gone *gone = NEW(r->arena, struct photos_gone);
	const struct grant *g;

	if (gone == NULL)
		return err_set(e, ERR_LIMIT, "no room for the photos");
	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e))
		return false;
	if (post_discard(&d, g, gone, e)) {
		share_photos_go(out, gone);
		respond_notice(
		    r, out, N_("The draft and its photos are gone."));
		return respond_see_other(r, out, S("/today"));
	}
	if (e->kind != ERR_CONFLICT || grant_facts(g)->state != POST_DRAFT)
		return false;
	out->rollback = true;
	respond_notice(r, out, publish_waits);
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/publish/%" PRId64, r->id[0]));
}
