#include "jobs/scan_hand.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/intake.h"
#include "sql_scanner.h"

#define ANSWER_MS 600000 /* 2 GB at a slow clamd's pace */
#define IDLE_MS 5000     /* a session that waits is closed by clamd */

int64_t
scan_wanted(const struct house *h)
{
	return h->conf->clamav_socket[0] != '\0';
}

void
scan_hand_init(struct scan_hand *s, struct house *h, struct role_start *start,
    struct arena *a, struct door *door)
{
	struct err e;
	int64_t rows;

	*s = (struct scan_hand){.house = h,
	    .start = start,
	    .arena = a,
	    .door = door,
	    .hand.chan.fd = -1};
	/* Until somebody answers, nobody has. */
	if (!sql_scanner_say(h->db,
		scan_wanted(h) ? S("unreachable") : S("none"), house_now(h),
		&rows, &e))
		log_err(LOG_LEVEL_ERROR, &e, "scanner");
}

static void
say(struct scan_hand *s, str state)
{
	struct err e;
	int64_t rows;

	if (!sql_scanner_say(
		s->house->db, state, house_now(s->house), &rows, &e))
		log_err(LOG_LEVEL_ERROR, &e, "scanner");
}

static void
leave(struct scan_hand *s)
{
	if (s->hand.chan.fd >= 0)
		(void)close(s->hand.chan.fd);
	s->hand = (struct hand){.chan.fd = -1};
}

/* The file waits, and others are tried first. */
static void
put_off(struct scan_hand *s, str state)
{
	say(s, state);
	leave(s);
	s->again_ms = clock_ms() + s->house->conf->clamav_retry_s * 1000;
}

void
scan_hand_join(struct scan_hand *s, const struct role_news *n)
{
	leave(s);
	s->wished = false;
	s->hand =
	    (struct hand){.chan = {n->fd, scan_from_worker}, .pid = n->pid};
	s->hand.until_ms = clock_ms() + IDLE_MS;
}

/* ---- asking ---- */

static void
wish(struct scan_hand *s)
{
	struct err e;

	if (s->wished)
		return;
	if (role_need_scan(s->start, &e))
		s->wished = true;
	else
		log_err(LOG_LEVEL_WARN, &e, "asking for a scan worker");
}

static bool
send(struct scan_hand *s, int64_t medium, const struct scan_ask *ask, int fd)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(SCAN_MESSAGE_MAX);
	struct err e;
	bool sent;

	scan_ask_write(&b, ask);
	sent = chan_send(&s->hand.chan, SCAN_ASK, buf_view(&b), &fd, 1, &e);
	if (b.p != NULL)
		explicit_bzero(b.p, b.n);
	if (!sent) {
		leave(s); /* it was gone before */
		return false;
	}
	s->hand.medium = medium;
	s->hand.until_ms = clock_ms() + ANSWER_MS;
	return true;
}

static void
ask(struct scan_hand *s, int64_t medium)
{
	struct scan_ask a = {.id = (uint32_t)medium};
	struct sql_medium_to_take_row m;
	OWNED_FD fd = -1;
	struct err e;

	if (intake_row(s->house, s->arena, medium, &m, &e) &&
	    intake_blob(s->house, s->arena, m.organisation, m.name,
		m.key_wrapped, &fd, &a.key, &e))
		(void)send(s, medium, &a, fd);
	else
		fault_of(s->house, s->arena, WORK_INTAKE, medium, &e);
	explicit_bzero(&a, sizeof(a));
}

bool
scan_hand_give_out(struct scan_hand *s, struct err *e)
{
	struct sql_scanner_due_row due;
	bool found;

	if (!scan_wanted(s->house) || s->hand.medium != 0 ||
	    s->again_ms > clock_ms())
		return true;
	if (!sql_scanner_due(s->house->db, s->arena, house_now(s->house),
		s->late, &found, &due, e))
		return err_wrap(e, "queue");
	if (!found) {
		s->late = 0;
		return true;
	}
	if (door_has(s->door, due.subject))
		s->late++; /* the lists are asked about it */
	else if (s->hand.chan.fd < 0)
		wish(s);
	else
		ask(s, due.subject);
	return true;
}

/* ---- an answer ---- */

static void
take_back(struct scan_hand *s, const struct scan_said *said)
{
	int64_t medium = s->hand.medium, rows;
	struct err e;
	bool done = true;

	s->hand.medium = 0;
	s->hand.until_ms = clock_ms() + IDLE_MS;
	switch (said->verdict) {
	case SCAN_CLEAN:
		say(s, S("reached"));
		done = sql_scanner_passed(
		    s->house->db, house_now(s->house), medium, &rows, &e);
		break;
	case SCAN_INFECTED:
		say(s, S("reached"));
		log_warn("infected medium=%" PRId64, medium);
		door_take_infected(s->door, s->arena, medium, said->name);
		break;
	case SCAN_TOO_LARGE:
		s->late++;
		put_off(s, S("too-large"));
		break;
	default:
		put_off(s, S("unreachable"));
	}
	if (!done)
		fault_of(s->house, s->arena, WORK_INTAKE, medium, &e);
}

void
scan_hand_hear(struct scan_hand *s)
{
	static char in[SCAN_MESSAGE_MAX + 1];
	struct scan_said said;
	struct chan_msg m;
	struct err e;

	if (!chan_recv(&s->hand.chan, in, sizeof(in), 0, &m, &e)) {
		if (e.kind == ERR_BUSY)
			return;
		if (s->hand.medium != 0)
			put_off(s, S("unreachable"));
		else
			leave(s);
		return;
	}
	if (scan_said_read(m.body, &said, &e) && s->hand.medium != 0 &&
	    said.id == (uint32_t)s->hand.medium)
		take_back(s, &said);
	else
		put_off(s, S("unreachable"));
	chan_msg_done(&m);
}

void
scan_hand_tick(struct scan_hand *s, int64_t now_ms)
{
	struct err e;

	if (s->hand.chan.fd < 0 || s->hand.until_ms > now_ms)
		return;
	if (s->hand.medium == 0) {
		leave(s);
		return;
	}
	if (!role_drop_scan(s->start, &e))
		log_err(LOG_LEVEL_WARN, &e, "dropping the scan worker");
	put_off(s, S("unreachable"));
}

int64_t
scan_hand_due_ms(const struct scan_hand *s)
{
	int64_t due = s->hand.chan.fd >= 0 ? s->hand.until_ms : INT64_MAX;

	if (scan_wanted(s->house) && s->again_ms > clock_ms() &&
	    s->again_ms < due)
		due = s->again_ms;
	return due;
}
