#include "monitor/office.h"

#include <sys/wait.h>

#include "base/log.h"

#define READY_MS 60000

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
	s->ready = slot_spawn(s, setup, e) && hear_ready(s, e);
	if (s->ready)
		return true;
	log_err(LOG_LEVEL_WARN, e, "office");
	end(s);
	return setup_without_office(setup, CONF_OFFICE_UNJAILED, e);
}
