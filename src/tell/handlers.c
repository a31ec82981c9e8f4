#include "tell/handlers.h"

#include <inttypes.h>

#include "report/care.h"
#include "report/casefile.h"
#include "sql_message.h"
#include "sql_push.h"

static bool
tell(const struct deed *d, int64_t account, int64_t at, struct err *e)
{
	int64_t rows;

	return (d->house->conf->mail_server[0] == '\0' ||
		   sql_message_add_waits(d->house->db, d->today, at, d->now,
		       account, &rows, e)) &&
	       sql_push_add_waits(
		   d->house->db, d->today, at, d->now, account, &rows, e);
}

bool
handlers_tell(
    const struct deed *d, int64_t case_file, bool danger, struct err *e)
{
	const struct care_rule *rule = care_rule_of(d->org->profile);
	int64_t at = care_alert_at(rule, d->org->zone, d->now);
	struct case_asked asked;

	if (!danger)
		return true;
	if (!case_asked(d, case_file, &asked, e))
		return err_wrap(e, "case %" PRId64, case_file);
	for (size_t i = 0; i < asked.n; i++)
		if (asked.account[i] != d->actor &&
		    !tell(d, asked.account[i], at, e))
			return err_wrap(
			    e, "account %" PRId64, asked.account[i]);
	return true;
}

bool
handlers_wait(struct house *h, struct arena *a, const struct organisation *org,
    int64_t account, int64_t now, bool *ret, struct err *e)
{
	bool handles;
	int64_t n;

	if (!case_waiting(h, a, org->id, account, day_of(org->zone, now),
		&handles, &n, e))
		return false;
	*ret = n > 0;
	return true;
}
