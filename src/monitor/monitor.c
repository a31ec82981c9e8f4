#include "monitor/monitor.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "monitor/office.h"
#include "monitor/setup.h"
#include "monitor/slot.h"
#include "monitor/wire.h"

#define WORKERS_MAX 64
#define SLOTS_MAX (2 * WORKERS_MAX + 10)
#define AUTOMATIC_MAX 4 /* processes of a kind when the number is 0 */

#define SHORT_LIFE_MS 1000
#define SHORT_LIVES_MAX 5
#define BACK_OFF_MS 50 /* doubled with each short life */

/* The front has its own, shorter limit for requests in progress. */
#define DRAIN_MS 25000
#define FINISH_MS 10000
#define ONCE_MS 1000 /* signals so near are one: make hands on its own */

enum phase {
	RUNNING,
	DRAINING,  /* the front finishes its requests */
	FINISHING, /* the others see their channel closed */
};

struct monitor {
	struct setup setup;
	struct slot slot[SLOTS_MAX];
	size_t n_slots;
	int signals;
	enum phase phase;
	int64_t phase_ends_ms;
	int64_t asked_ms;    /* when it was first asked to stop */
	size_t media_wishes; /* asked for while all places were taken */
	/* Asked for while one was there, maybe dying. */
	bool video_wish, document_wish, scan_wish;
	bool office_over; /* nobody can start one any more */
	bool said_ready;
	bool failed; /* why is in `reason` */
	struct err reason;
};

static size_t
how_many(int64_t wanted)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (wanted > 0)
		return wanted > WORKERS_MAX ? WORKERS_MAX : (size_t)wanted;
	return cpus < 1               ? 1
	       : cpus > AUTOMATIC_MAX ? AUTOMATIC_MAX
				      : (size_t)cpus;
}

static void
add_slots(struct monitor *m, enum role_id role, size_t n, bool wanted)
{
	for (size_t i = 0; i < n; i++)
		slot_init(&m->slot[m->n_slots++], role, (uint32_t)i, wanted);
}

static void
lay_out(struct monitor *m)
{
	m->n_slots = m->slot[0].pid != 0; /* of office_start */
	if (m->n_slots == 1)
		slot_init(&m->slot[m->n_slots++], ROLE_OFFICE, 1, true);
	add_slots(m, ROLE_WORKER, how_many(m->setup.conf.workers), true);
	add_slots(m, ROLE_JOBS, 1, true);
	add_slots(m, ROLE_FRONT, 1, true);
	add_slots(m, ROLE_MATCH, 1, true);
	add_slots(m, ROLE_PRINT, 1, true);
	if (conf_calls_out(&m->setup.conf))
		add_slots(m, ROLE_EGRESS, 1, true);
	add_slots(m, ROLE_MEDIA, how_many(m->setup.conf.media_workers), false);
	add_slots(m, ROLE_VIDEO, 1, false);
	add_slots(m, ROLE_DOCUMENT, 1, false);
	if (m->setup.conf.clamav_socket[0] != '\0')
		add_slots(m, ROLE_SCAN, 1, false);
}

/* It comes when jobs asks, and goes when it has nothing to do. */
static bool
is_called(const struct slot *s)
{
	return s->role == ROLE_MEDIA || s->role == ROLE_VIDEO ||
	       s->role == ROLE_DOCUMENT || s->role == ROLE_SCAN;
}

static bool
watch_signals(struct monitor *m, struct err *e)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGCHLD);
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return err_sys(e, "signals");
	m->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return m->signals != -1 || err_sys(e, "signals");
}

/* Phases only go forward. */
static void
enter_phase(struct monitor *m, enum phase p, int64_t lasts_ms)
{
	struct err ignored; /* who does not hear it is killed at the end */

	m->phase = p;
	m->phase_ends_ms = clock_ms() + lasts_ms;
	for (size_t i = 0; i < m->n_slots; i++) {
		struct slot *s = &m->slot[i];

		if (p == DRAINING && s->role == ROLE_FRONT && s->pid != 0)
			(void)!chan_try_send(&s->control, CONTROL_DRAIN,
			    (str){0}, NULL, 0, &ignored);
		if (p == FINISHING && s->control.fd != -1) {
			(void)close(s->control.fd);
			s->control.fd = -1;
		}
	}
}

static void
stop(struct monitor *m)
{
	if (m->phase != RUNNING) {
		if (clock_ms() - m->asked_ms >= ONCE_MS)
			m->phase_ends_ms = 0; /* asked again: at once */
		return;
	}
	log_info("stopping");
	m->asked_ms = clock_ms();
	setup_stop_listening(&m->setup);
	enter_phase(m, DRAINING, DRAIN_MS);
}

static void
give_up(struct monitor *m, const struct err *why)
{
	if (!m->failed) {
		m->failed = true;
		m->reason = *why;
	}
	setup_stop_listening(&m->setup);
	if (m->phase != FINISHING)
		enter_phase(m, FINISHING, FINISH_MS);
}

/* Another that is not ready yet may bear it in a moment. */
static void
leave_office(struct monitor *m, struct slot *s)
{
	for (size_t i = 0; i < m->n_slots; i++)
		if (m->slot[i].role == ROLE_OFFICE && m->slot[i].pid != 0) {
			s->start_at_ms = clock_ms() + BACK_OFF_MS;
			return;
		}
	s->wanted = false;
	if (!m->office_over)
		log_error("office: both are gone, and nobody can start it: "
			  "office documents wait for the next start of the "
			  "server");
	m->office_over = true;
}

static void
start(struct monitor *m, struct slot *s)
{
	bool office = s->role == ROLE_OFFICE;
	struct slot *bearer =
	    office ? office_bearer(m->slot, m->n_slots, s) : NULL;
	struct err e;

	if (office && bearer == NULL) {
		leave_office(m, s);
		return;
	}
	if (!slot_spawn(s, bearer, &m->setup, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "start");
		if (s->pid == 0) /* no process, no descriptor: try later */
			s->start_at_ms = clock_ms() + SHORT_LIFE_MS;
		return;
	}
	wire(m->slot, m->n_slots, s);
}

static void
start_all_due(struct monitor *m)
{
	int64_t now = clock_ms();

	for (size_t i = 0; m->phase == RUNNING && i < m->n_slots; i++)
		if (m->slot[i].wanted && m->slot[i].pid == 0 &&
		    m->slot[i].start_at_ms <= now)
			start(m, &m->slot[i]);
}

static bool
all_ready(const struct monitor *m)
{
	for (size_t i = 0; i < m->n_slots; i++)
		if (!is_called(&m->slot[i]) && m->slot[i].role != ROLE_OFFICE &&
		    !m->slot[i].ready)
			return false;
	return true;
}

static void
say_ready(struct monitor *m)
{
	char address[96];
	struct err e;

	m->said_ready = true;
	for (size_t i = 0; i < m->setup.n_listen; i++)
		if (setup_address(&m->setup, i, address, sizeof(address), &e))
			printf("Préau is ready: %s\n", address);
	(void)fflush(stdout);
}

static void
want_media(struct monitor *m)
{
	for (size_t i = 0; i < m->n_slots; i++)
		if (m->slot[i].role == ROLE_MEDIA && !m->slot[i].wanted) {
			m->slot[i].wanted = true;
			return;
		}
	/* Jobs may see one die before it is reaped here. */
	if (m->media_wishes < WORKERS_MAX)
		m->media_wishes++;
}

static void
drop_media(struct monitor *m, uint32_t number)
{
	for (size_t i = 0; i < m->n_slots; i++)
		if (m->slot[i].role == ROLE_MEDIA &&
		    m->slot[i].number == number && m->slot[i].pid != 0) {
			log_warn("media %u missed its deadline", number);
			slot_kill(&m->slot[i]);
		}
}

/* The one worker of its role. */
static void
want_one(struct monitor *m, enum role_id role, bool *wish)
{
	for (size_t i = 0; i < m->n_slots; i++)
		if (m->slot[i].role == role) {
			*wish = m->slot[i].wanted;
			m->slot[i].wanted = true;
		}
}

/* The only one of its role. */
static void
drop_one(struct monitor *m, enum role_id role)
{
	for (size_t i = 0; i < m->n_slots; i++)
		if (m->slot[i].role == role && m->slot[i].pid != 0) {
			log_warn("%s missed its deadline", roles[role].name);
			slot_kill(&m->slot[i]);
		}
}

static bool
obey(struct monitor *m, struct slot *s, const struct chan_msg *msg,
    struct err *e)
{
	uint32_t number;
	bool weak;

	switch (msg->kind) {
	case CONTROL_READY:
		if (!control_ready_read(msg->body, &weak, e))
			return false;
		s->ready = true;
		log_debug("%s %u is ready", roles[s->role].name, s->number);
		if (s->role == ROLE_OFFICE)
			wire(m->slot, m->n_slots, s);
		if (!m->said_ready && all_ready(m))
			say_ready(m);
		return true;
	case CONTROL_NEED_MEDIA:
		want_media(m);
		return true;
	case CONTROL_DROP_MATCH:
		drop_one(m, ROLE_MATCH);
		return true;
	case CONTROL_NEED_VIDEO:
		want_one(m, ROLE_VIDEO, &m->video_wish);
		return true;
	case CONTROL_DROP_VIDEO:
		drop_one(m, ROLE_VIDEO);
		return true;
	case CONTROL_NEED_DOCUMENT:
		want_one(m, ROLE_DOCUMENT, &m->document_wish);
		return true;
	case CONTROL_DROP_DOCUMENT:
		drop_one(m, ROLE_DOCUMENT);
		return true;
	case CONTROL_NEED_SCAN:
		want_one(m, ROLE_SCAN, &m->scan_wish);
		return true;
	case CONTROL_DROP_SCAN:
		drop_one(m, ROLE_SCAN);
		return true;
	case CONTROL_BORN:
		return err_set(e, ERR_CORRUPT, "nobody asked for a birth");
	default:
		if (!control_drop_read(msg->body, &number, e))
			return false;
		drop_media(m, number);
		return true;
	}
}

/* A role that speaks out of place is not one of ours any more. */
static void
hear(struct monitor *m, struct slot *s)
{
	char bytes[64];
	struct chan_msg msg;
	struct err e;

	if (chan_try_recv(&s->control, bytes, sizeof(bytes), &msg, &e)) {
		bool good = obey(m, s, &msg, &e);

		chan_msg_done(&msg);
		if (good)
			return;
	}
	if (e.kind == ERR_BUSY)
		return;
	if (e.kind != ERR_NONE)
		log_err(LOG_LEVEL_ERROR, &e, roles[s->role].name);
	slot_kill(s); /* changes nothing for one that is about to be gone */
	(void)close(s->control.fd);
	s->control.fd = -1;
}

static void
log_death(const struct slot *s, int status)
{
	const char *name = roles[s->role].name;

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		log_error(
		    "%s %u made a forbidden system call", name, s->number);
	else if (WIFSIGNALED(status))
		log_error("%s %u was killed by signal %d", name, s->number,
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		log_error("%s %u ended with status %d", name, s->number,
		    WEXITSTATUS(status));
	else
		log_debug("%s %u ended", name, s->number);
}

/* False when it dies again and again and there is no use in going on.  One that
 * never was ready had a short life, however slow the machine. */
static bool
plan_next_life(struct slot *s, bool was_ready, struct err *e)
{
	int64_t now = clock_ms();
	bool was_quick = now - s->started_ms < SHORT_LIFE_MS;
	bool lives_briefly =
	    is_called(s) || s->role == ROLE_MATCH || s->role == ROLE_PRINT;
	bool is_short = !was_ready || (was_quick && !lives_briefly);

	s->short_lives = is_short ? s->short_lives + 1 : 0;
	if (s->short_lives > SHORT_LIVES_MAX)
		return err_set(e, ERR_IO,
		    "%s %u ends as soon as it is started; the lines above say "
		    "why",
		    roles[s->role].name, s->number);
	s->start_at_ms = is_short || (was_quick && s->role == ROLE_MATCH)
			     ? now + ((int64_t)BACK_OFF_MS << s->short_lives)
			     : now;
	return true;
}

static void
forget_media_wishes(struct monitor *m)
{
	m->media_wishes = 0;
	m->video_wish = m->document_wish = m->scan_wish = false;
	for (size_t i = 0; i < m->n_slots; i++)
		if (is_called(&m->slot[i]) && m->slot[i].pid == 0)
			m->slot[i].wanted = false;
}

/* Of a role that has one worker, when it is called; else NULL. */
static bool *
wish_of(struct monitor *m, enum role_id role)
{
	if (role == ROLE_VIDEO)
		return &m->video_wish;
	if (role == ROLE_DOCUMENT)
		return &m->document_wish;
	return role == ROLE_SCAN ? &m->scan_wish : NULL;
}

static void
bury(struct monitor *m, struct slot *s, int status)
{
	bool was_ready = s->ready, *wish = wish_of(m, s->role);
	struct err e;

	slot_clear(s);
	log_death(s, status);
	if (m->phase != RUNNING)
		return;
	if (s->role == ROLE_OFFICE) {
		office_plan(s, was_ready, clock_ms());
		return;
	}
	if (s->role == ROLE_MEDIA) { /* jobs asks when it needs another */
		s->wanted = m->media_wishes > 0;
		m->media_wishes -= s->wanted;
	}
	if (wish != NULL) {
		s->wanted = *wish;
		*wish = false;
	}
	if (s->role == ROLE_JOBS)
		forget_media_wishes(m);
	if (!(is_called(s) && WIFEXITED(status) && WEXITSTATUS(status) == 0) &&
	    !plan_next_life(s, was_ready, &e))
		give_up(m, &e);
}

static void
reap(struct monitor *m)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < m->n_slots; i++)
			if (m->slot[i].pid == pid)
				bury(m, &m->slot[i], status);
}

static void
take_signals(struct monitor *m)
{
	struct signalfd_siginfo si;

	while (read(m->signals, &si, sizeof(si)) == (ssize_t)sizeof(si))
		if (si.ssi_signo == SIGTERM || si.ssi_signo == SIGINT)
			stop(m);
	reap(m);
}

static bool
any_alive(const struct monitor *m, bool front_only)
{
	for (size_t i = 0; i < m->n_slots; i++)
		if (m->slot[i].pid != 0 &&
		    (!front_only || m->slot[i].role == ROLE_FRONT))
			return true;
	return false;
}

static void
go_on_stopping(struct monitor *m)
{
	bool late = clock_ms() >= m->phase_ends_ms;

	if (m->phase == DRAINING && (late || !any_alive(m, true)))
		enter_phase(
		    m, FINISHING, m->phase_ends_ms == 0 ? 0 : FINISH_MS);
	else if (m->phase == FINISHING && late)
		for (size_t i = 0; i < m->n_slots; i++)
			slot_kill(&m->slot[i]);
}

static int
how_long(const struct monitor *m)
{
	int64_t now = clock_ms(), until = INT64_MAX;

	if (m->phase != RUNNING)
		until = m->phase_ends_ms;
	for (size_t i = 0; m->phase == RUNNING && i < m->n_slots; i++)
		if (m->slot[i].wanted && m->slot[i].pid == 0 &&
		    m->slot[i].start_at_ms < until)
			until = m->slot[i].start_at_ms;
	if (until == INT64_MAX)
		return -1;
	if (until <= now) /* killed ones are about to be reaped */
		return m->phase == RUNNING ? 0 : 20;
	return until - now > 60000 ? 60000 : (int)(until - now);
}

static bool
turn(struct monitor *m, struct err *e)
{
	struct pollfd p[1 + 2 * SLOTS_MAX];

	p[0] = (struct pollfd){m->signals, POLLIN, 0};
	for (size_t i = 0; i < m->n_slots; i++) {
		/* poll passes over what is -1 */
		p[1 + 2 * i] =
		    (struct pollfd){m->slot[i].control.fd, POLLIN, 0};
		p[2 + 2 * i] = (struct pollfd){m->slot[i].log, POLLIN, 0};
	}
	if (poll(p, 1 + 2 * m->n_slots, how_long(m)) == -1 && errno != EINTR)
		return err_sys(e, "poll");
	for (size_t i = 0; i < m->n_slots; i++) {
		if (p[2 + 2 * i].revents != 0)
			slot_read_log(&m->slot[i]);
		if (p[1 + 2 * i].revents != 0 && m->slot[i].control.fd != -1)
			hear(m, &m->slot[i]);
	}
	take_signals(m);
	return true;
}

static bool
run(struct monitor *m, struct err *e)
{
	while (m->phase == RUNNING || any_alive(m, false)) {
		start_all_due(m);
		if (!turn(m, e))
			return false;
		if (m->phase != RUNNING)
			go_on_stopping(m);
	}
	if (m->failed)
		*e = m->reason;
	return !m->failed;
}

static bool
prepare(struct monitor *m, const struct conf *c, const char *conf_path,
    struct err *e)
{
	bool weak;

	log_init("monitor", (enum log_level)c->log_level);
	(void)umask(077);
	if (!setup_init(&m->setup, c, e))
		return conf_path == NULL ? false : err_wrap(e, "%s", conf_path);
	if (!watch_signals(m, e) || !office_start(&m->slot[0], &m->setup, e) ||
	    !sandbox_enter(ROLE_MONITOR, &m->setup.conf, &weak, e)) {
		setup_done(&m->setup);
		return false;
	}
	if (weak)
		log_warn("no Landlock on this kernel: the jails are weaker, as "
			 "the option \"sandbox no-landlock\" allows");
	return true;
}

bool
monitor_run(const struct conf *c, const char *conf_path, struct err *e)
{
	static struct monitor m;
	bool good;

	m = (struct monitor){.signals = -1};
	if (!prepare(&m, c, conf_path, e))
		return false;
	lay_out(&m);
	good = run(&m, e);
	for (size_t i = 0; i < m.n_slots; i++) {
		slot_kill(&m.slot[i]);
		slot_clear(&m.slot[i]);
	}
	(void)close(m.signals);
	setup_done(&m.setup);
	return good;
}
