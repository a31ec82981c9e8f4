#include "jobs/head.h"

#include <stdio.h>

#include "audit/audit.h"
#include "base/clock.h"
#include "base/log.h"
#include "report/head.h"

#define EVERY_MS 1000
#define CUT_MS 600000 /* a register that was cut is told now and then */

void
head_follow(struct head *s, struct house *h)
{
	char path[CONF_TEXT_MAX + 16];
	int64_t version, now_ms = clock_ms();
	struct err e;

	if (!db_version(h->db, &version, &e))
		return;
	s->waiting = version != s->version;
	if (!s->waiting || now_ms < s->next_ms)
		return;
	(void)snprintf(
	    path, sizeof(path), "%s/" AUDIT_HEAD_FILE, h->conf->data);
	s->next_ms = now_ms + EVERY_MS;
	if (!audit_head_write(h->db, path, &e) || !case_head_follow(h, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "heads of the chains");
		if (e.kind == ERR_CORRUPT)
			s->next_ms = now_ms + CUT_MS;
		return;
	}
	s->version = version;
	s->waiting = false;
}

int64_t
head_due_ms(const struct head *s)
{
	return s->waiting ? s->next_ms : INT64_MAX;
}
