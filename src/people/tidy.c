#include "people/tidy.h"

#include "sql_form_used.h"
#include "sql_session.h"
#include "sql_throttle.h"

#define DAY 86400
#define FORM_DAYS 8 /* longer than a form's token lives */
#define SESSION_DAYS 30
#define FAILURE_DAYS 2

bool
people_tidy(struct house *h, int64_t now, struct err *e)
{
	int64_t rows;

	return sql_form_used_purge(
		   h->db, now - (int64_t)FORM_DAYS * DAY, &rows, e) &&
	       sql_session_purge(
		   h->db, now - (int64_t)SESSION_DAYS * DAY, &rows, e) &&
	       sql_throttle_purge(
		   h->db, now - (int64_t)FAILURE_DAYS * DAY, &rows, e);
}
