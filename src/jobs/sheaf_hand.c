#include "jobs/sheaf_hand.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/crew_inside.h"
#include "jobs/intake.h"
#include "jobs/scan_hand.h"
#include "sql_job.h"
#include "sql_medium.h"

void
sheaf_hand_init(struct sheaf_hand *s, struct house *h, struct role_start *start,
    struct arena *a, struct known *known, struct door *door)
{
	*s = (struct sheaf_hand){.house = h,
	    .start = start,
	    .arena = a,
	    .known = known,
	    .door = door,
	    .hand.chan.fd = -1};
	office_hand_init(&s->office, h, start, a);
}

static void
rest(struct sheaf_hand *s)
{
	s->hand.medium = 0;
	s->hand.until_ms = clock_ms() + s->start->conf.media_idle_s * 1000;
}

/* The file that it had, and its blobs, go. */
static void
died(struct sheaf_hand *s)
{
	int64_t medium = s->hand.medium;

	if (s->hand.chan.fd >= 0)
		(void)close(s->hand.chan.fd);
	s->hand = (struct hand){.chan.fd = -1};
	sheaf_free(s->house, s->sheaf);
	s->sheaf = NULL;
	if (medium == 0)
		return;
	log_warn("document worker died medium=%" PRId64, medium);
	fault_died(s->house, s->arena, WORK_INTAKE, medium);
}

static void
drop(struct sheaf_hand *s)
{
	struct err e;

	if (!role_drop_document(s->start, &e))
		log_err(LOG_LEVEL_WARN, &e, "dropping the document worker");
	died(s);
}

void
sheaf_hand_join(struct sheaf_hand *s, const struct role_news *n)
{
	died(s);
	s->wished = false;
	s->hand =
	    (struct hand){.chan = {n->fd, document_from_worker}, .pid = n->pid};
	rest(s);
}

/* ---- giving work out ---- */

static void
wish(struct sheaf_hand *s)
{
	struct err e;

	if (s->wished)
		return;
	if (role_need_document(s->start, &e))
		s->wished = true;
	else
		log_err(LOG_LEVEL_WARN, &e, "asking for a document worker");
}

static void
send(struct sheaf_hand *s, const struct document_take *job,
    const int fd[DOCUMENT_TAKE_FDS])
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(256);
	struct err e;

	document_take_write(&b, job);
	s->hand.medium = s->sheaf->medium;
	if (!chan_send(&s->hand.chan, DOCUMENT_TAKE, buf_view(&b), fd,
		DOCUMENT_TAKE_FDS, &e)) {
		s->hand.medium = 0; /* it was gone before */
		died(s);
	} else {
		crew_may_take(&s->hand, SHEAF_STILL_MS);
	}
	if (b.p != NULL)
		explicit_bzero(b.p, b.n);
}

/* office: has made a PDF of it; NULL: it is one. */
static void
give(struct sheaf_hand *s, int64_t medium, const struct office_hand *office)
{
	int fd[DOCUMENT_TAKE_FDS];
	struct document_take job;
	struct err e;

	if (!sheaf_open(s->house, s->arena, medium, &s->sheaf, &job, fd, &e)) {
		fault_of(s->house, s->arena, WORK_INTAKE, medium, &e);
		return;
	}
	if (office != NULL) {
		(void)close(fd[0]);
		fd[0] = dup(office->made);
		job.original = office->key;
		s->sheaf->office = office->taken;
	}
	send(s, &job, fd);
	explicit_bzero(&job, sizeof(job));
	for (size_t i = 0; i < DOCUMENT_TAKE_FDS; i++)
		(void)close(fd[i]);
}

static void
give_made(struct sheaf_hand *s)
{
	if (s->hand.chan.fd < 0) {
		wish(s);
		return;
	}
	give(s, office_hand_done(&s->office), &s->office);
	office_hand_forget(&s->office);
}

bool
sheaf_hand_give_out(struct sheaf_hand *s, struct err *e)
{
	struct sql_job_due_documents_rows due;

	if (s->sheaf != NULL || !known_ready(s->known) ||
	    door_room(s->door) < 2)
		return true;
	if (office_hand_done(&s->office) != 0) {
		give_made(s);
		return true;
	}
	if (!sql_job_due_documents(s->house->db, s->arena, house_now(s->house),
		scan_wanted(s->house), 1 + DOOR_PLACES, &due, e))
		return err_wrap(e, "queue");
	for (size_t i = 0; i < due.n; i++) {
		if (door_has(s->door, due.v[i].subject) ||
		    office_hand_takes(&s->office, due.v[i].subject))
			continue;
		if (s->hand.chan.fd < 0)
			wish(s);
		else
			give(s, due.v[i].subject, NULL);
		return true;
	}
	return true;
}

/* ---- taking work back ---- */

static void
note_progress(struct sheaf_hand *s, const struct document_progress *p)
{
	int64_t rows;
	struct err e;

	crew_may_take(&s->hand, SHEAF_STILL_MS);
	if (!sql_medium_video_progress(
		s->house->db, p->percent, s->sheaf->medium, &rows, &e))
		log_err(LOG_LEVEL_WARN, &e, "progress");
}

/* False: ERR_CORRUPT, it is not what it says, else the fault is ours. */
static bool
take_in(struct sheaf_hand *s, struct sheaf *sheaf,
    const struct document_taken *t, struct err *e)
{
	if (t->unwritten)
		return err_set(e, ERR_FULL, "no room for a document");
	if (t->verdict != DOCUMENT_OK)
		return intake_refuse(s->house, s->arena, sheaf->medium,
		    document_verdict_word((enum document_verdict)t->verdict),
		    house_now(s->house), e);
	return sheaf_taken(s->house, sheaf, t, e);
}

static void
take_back(struct sheaf_hand *s, const struct chan_msg *m)
{
	static struct document_taken t;
	struct sheaf *sheaf = s->sheaf;
	struct err e;
	bool good;

	if (sheaf == NULL || !document_taken_read(m->body, &t, &e) ||
	    t.id != (uint32_t)sheaf->medium) {
		drop(s);
		return;
	}
	s->sheaf = NULL;
	rest(s);
	good = take_in(s, sheaf, &t, &e);
	if (!good)
		fault_of(s->house, s->arena, WORK_INTAKE, sheaf->medium, &e);
	if (good && t.verdict == DOCUMENT_OK)
		door_take_sheaf(s->door, sheaf);
	else
		sheaf_free(s->house, sheaf);
}

void
sheaf_hand_hear(struct sheaf_hand *s)
{
	static char in[DOCUMENT_MESSAGE_MAX + 1];
	struct document_progress p;
	struct chan_msg m;
	struct err e;

	if (!chan_recv(&s->hand.chan, in, sizeof(in), 0, &m, &e)) {
		if (e.kind != ERR_BUSY)
			died(s);
		return;
	}
	if (m.kind == DOCUMENT_TAKEN)
		take_back(s, &m);
	else if (m.kind == DOCUMENT_PROGRESS && s->sheaf != NULL &&
		 document_progress_read(m.body, &p, &e))
		note_progress(s, &p);
	else
		drop(s);
	chan_msg_done(&m);
}

/* ---- time ---- */

void
sheaf_hand_tick(struct sheaf_hand *s, int64_t now_ms)
{
	if (s->hand.chan.fd < 0 || s->hand.until_ms > now_ms ||
	    (s->sheaf != NULL && crew_is_starved(&s->hand, now_ms)))
		return;
	if (s->sheaf != NULL)
		drop(s);
	else
		died(s); /* nothing to do for long: it may go */
}
