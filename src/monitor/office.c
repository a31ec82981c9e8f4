#include "monitor/office.h"

#include <inttypes.h>
#include <sys/wait.h>

#include "base/log.h"

#define READY_MS 60000

#define OFFICE_SHORT_MS 1000
#define OFFICE_SHORT_LIVES 5 /* in a row, before it is said */
#define OFFICE_BACK_OFF_MS 100
#define OFFICE_REST_MS 60000

static bool
hear_ready(struct slot *s, struct err *e)
{
	char bytes[64];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};

	return chan_recv(&s->control, bytes, sizeof(bytes), READY_MS, &m, e) &&
	       (m.kind == CONTROL_READY ||
		   err_set(e, ERR_CORRUPT, "it says nonsense"));
}

static void
end(struct slot *s)
{
	slot_kill(s);
	if (s->pid > 0)
		(void)waitpid(s->pid, NULL, 0);
	slot_clear(s);
}

bool
office_start(struct slot *s, struct setup *setup, struct err *e)
{
	const char *path = setup->conf.office;

	if (path[0] != '/')
		return true;
	if (access(path, X_OK) == -1)
		return setup_without_office(setup, CONF_OFFICE_MISSING, e);
	slot_init(s, ROLE_OFFICE, 0, true);
	s->ready = slot_spawn(s, NULL, setup, e) && hear_ready(s, e);
	if (s->ready)
		return true;
	log_err(LOG_LEVEL_WARN, e, "office");
	end(s);
	return setup_without_office(setup, CONF_OFFICE_UNJAILED, e);
}

struct slot *
office_bearer(struct slot *slots, size_t n, const struct slot *of)
{
	for (size_t i = 0; i < n; i++)
		if (slots[i].role == ROLE_OFFICE && &slots[i] != of &&
		    slots[i].pid != 0 && slots[i].ready)
			return &slots[i];
	return NULL;
}

void
office_plan(struct slot *s, bool was_ready, int64_t now)
{
	bool is_short = !was_ready || now - s->started_ms < OFFICE_SHORT_MS;
	int64_t wait = OFFICE_BACK_OFF_MS;

	s->short_lives = is_short ? s->short_lives + 1 : 0;
	for (int i = 1; i < s->short_lives && wait < OFFICE_REST_MS; i++)
		wait *= 2;
	if (wait > OFFICE_REST_MS)
		wait = OFFICE_REST_MS;
	s->start_at_ms = s->short_lives == 0 ? now : now + wait;
	if (s->short_lives >= OFFICE_SHORT_LIVES)
		log_error("office %u ends as soon as it is started; the lines "
			  "above say why, and it is tried again in %" PRId64
			  " ms: office documents wait",
		    s->number, wait);
}
