#include "jobs/office_hand.h"

#include <inttypes.h>
#include <sys/mman.h>

#include "base/log.h"
#include "jobs/fault.h"
#include "jobs/intake.h"
#include "media/sniff.h"
#include "sql_job.h"
#include "sql_office_worker.h"
#include "store/blob.h"

#define BEGINS 64
#define AWAY_S 3 /* what waits is looked at again, others before it */

static bool
is_wanted(const struct office_hand *o)
{
	return o->house->conf->office[0] == '/';
}

static void
say(struct office_hand *o, bool gone)
{
	struct err e;
	int64_t rows;

	if (!(gone ? sql_office_worker_gone(
			 o->house->db, house_now(o->house), &rows, &e)
		   : sql_office_worker_there(o->house->db, &rows, &e)))
		log_err(LOG_LEVEL_ERROR, &e, "office");
}

void
office_hand_init(struct office_hand *o, struct house *h,
    struct role_start *start, struct arena *a)
{
	*o = (struct office_hand){
	    .house = h, .start = start, .arena = a, .chan.fd = -1, .made = -1};
	say(o, false);
	if (is_wanted(o))
		say(o, true); /* until it comes, since now */
}

void
office_hand_forget(struct office_hand *o)
{
	if (o->made >= 0)
		(void)close(o->made);
	o->made = -1;
	o->medium = 0;
	o->done = false;
	key_done(&o->key);
}

/* It is gone.  What it had in its hands is tried again, and counted. */
static void
lose(struct office_hand *o)
{
	int64_t medium = o->done ? 0 : o->medium;

	if (o->chan.fd < 0)
		return;
	(void)close(o->chan.fd);
	o->chan.fd = -1;
	say(o, true);
	if (medium == 0)
		return;
	log_warn("office worker died medium=%" PRId64, medium);
	office_hand_forget(o);
	fault_died(o->house, o->arena, WORK_INTAKE, medium);
}

void
office_hand_join(struct office_hand *o, const struct role_news *n)
{
	lose(o);
	o->chan = (struct chan){n->fd, office_from_worker};
	say(o, false);
}

int64_t
office_hand_done(const struct office_hand *o)
{
	return o->done ? o->medium : 0;
}

/* ---- giving work out ---- */

static void
refuse(struct office_hand *o, int64_t medium, enum office_verdict why)
{
	struct err e;

	if (!intake_refuse(o->house, o->arena, medium, office_verdict_word(why),
		house_now(o->house), &e))
		fault_of(o->house, o->arena, WORK_INTAKE, medium, &e);
}

static void
put_off(struct office_hand *o, int64_t medium)
{
	struct err e;
	int64_t rows;

	if (!sql_job_later(o->house->db, S("office"),
		house_now(o->house) + AWAY_S, S(INTAKE_JOB), medium, &rows, &e))
		log_err(LOG_LEVEL_ERROR, &e, "office");
}

static bool
send(struct office_hand *o, int original, const struct key *key, int64_t medium,
    struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(OFFICE_MESSAGE_MAX);
	struct office_take t = {.id = (uint32_t)medium, .original = *key};
	int fd[OFFICE_TAKE_FDS];
	bool sent;

	o->made = memfd_create("office", MFD_CLOEXEC);
	if (o->made == -1)
		return err_sys(e, "memory file");
	key_random(&o->key);
	t.made = o->key;
	office_take_write(&b, &t);
	explicit_bzero(&t, sizeof(t));
	fd[0] = original;
	fd[1] = o->made;
	sent = chan_send(
	    &o->chan, OFFICE_TAKE, buf_view(&b), fd, OFFICE_TAKE_FDS, e);
	if (b.p != NULL)
		explicit_bzero(b.p, b.n);
	return sent;
}

/* When nothing else is under way. */
static void
give(struct office_hand *o, int64_t medium, int fd, const struct key *key)
{
	struct err e;

	if (o->medium != 0)
		return;
	if (send(o, fd, key, medium, &e)) {
		o->medium = medium;
		return;
	}
	log_err(LOG_LEVEL_WARN, &e, "office"); /* it was gone before */
	office_hand_forget(o);
	lose(o);
}

static bool
begins_as_pdf(int fd, const struct key *key, bool *ret, struct err *e)
{
	OWNED(blob_reader) r = blob_reader_new(fd, key, e);
	char begins[BEGINS];
	size_t n;

	if (r == NULL || !blob_read(r, 0, begins, sizeof(begins), &n, e))
		return false;
	*ret = media_sniff_pdf((str){begins, n});
	return true;
}

bool
office_hand_takes(struct office_hand *o, int64_t medium)
{
	CLEANUP(key_done) struct key key = {{0}};
	struct sql_medium_to_take_row m;
	OWNED_FD fd = -1;
	struct err e;
	bool pdf;

	if (medium == o->medium)
		return true;
	if (!intake_row(o->house, o->arena, medium, &m, &e) ||
	    !intake_blob(o->house, o->arena, m.organisation, m.name,
		m.key_wrapped, &fd, &key, &e) ||
	    !begins_as_pdf(fd, &key, &pdf, &e))
		return false; /* who takes it finds the same, and says so */
	if (pdf)
		return false;
	if (!is_wanted(o))
		refuse(o, medium, OFFICE_OFF);
	else if (o->chan.fd < 0)
		put_off(o, medium);
	else
		give(o, medium, fd, &key);
	return true;
}

/* ---- taking work back ---- */

static void
take_back(struct office_hand *o, const struct chan_msg *m)
{
	int64_t medium = o->medium;
	struct err e;

	if (medium == 0 || o->done || m->kind != OFFICE_TAKEN ||
	    !office_taken_read(m->body, &o->taken, &e) ||
	    o->taken.id != (uint32_t)medium) {
		log_warn("the office worker says nonsense");
		lose(o);
		return;
	}
	if (o->taken.verdict == OFFICE_OK) {
		o->done = true;
		return;
	}
	office_hand_forget(o);
	refuse(o, medium, (enum office_verdict)o->taken.verdict);
}

void
office_hand_hear(struct office_hand *o)
{
	char in[OFFICE_MESSAGE_MAX + 1];
	struct chan_msg m;
	struct err e;

	if (!chan_recv(&o->chan, in, sizeof(in), 0, &m, &e)) {
		if (e.kind == ERR_BUSY)
			return;
		log_warn("the office worker is gone: office documents wait");
		lose(o);
		return;
	}
	take_back(o, &m);
	chan_msg_done(&m);
}
