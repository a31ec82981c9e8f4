#include "people/throttle.h"

#include "sql_throttle.h"

#define FORGET_S 86400
#define DOUBLINGS_MAX 20

struct rule {
	const char *context;
	int64_t free;  /* failures that cost nothing */
	int64_t max_s; /* the longest wait */
};

/* clang-format off */
static const struct rule rules[THROTTLES] = {
	[THROTTLE_LOGIN_HERE]	= { "throttle.login_here", 4, 900 },
	[THROTTLE_LOGIN]	= { "throttle.login", 20, 60 },
	[THROTTLE_ADDRESS]	= { "throttle.address", 30, 900 },
	[THROTTLE_SECOND]	= { "throttle.second", 4, 300 },
	[THROTTLE_UNLOCK]	= { "throttle.unlock", 4, 300 },
	[THROTTLE_LETTER]	= { "throttle.letter", 10, 900 },
	[THROTTLE_REPORT]	= { "throttle.report", 5, 900 },
	[THROTTLE_CHILD]	= { "throttle.child", 30, 60 },
	[THROTTLE_RECEIPT]	= { "throttle.receipt", 10, 900 },
	[THROTTLE_CUSTODY]	= { "throttle.custody", 4, 900 },
};
/* clang-format on */

int64_t
throttle_delay(enum throttle t, int64_t failures)
{
	const struct rule *rule = &rules[t];
	int64_t over = failures - rule->free, s;

	if (over <= 0)
		return 0;
	if (over > DOUBLINGS_MAX)
		return rule->max_s;
	s = (int64_t)1 << over;
	return s < rule->max_s ? s : rule->max_s;
}

static str
row_key(const struct house *h, struct arena *a, enum throttle t, str key)
{
	return key_digest(a, &h->login, rules[t].context, key);
}

bool
throttle_wait(struct house *h, struct arena *a, enum throttle t, str key,
    int64_t now, int64_t *ret_wait_s, struct err *e)
{
	struct sql_throttle_by_key_row row;
	int64_t wait = 0;
	bool found;

	if (!sql_throttle_by_key(
		h->db, a, row_key(h, a, t, key), &found, &row, e))
		return err_wrap(e, "throttle");
	if (found && row.until_at > now)
		wait = row.until_at - now;
	/* Longer than ever given: the clock was wrong when it was written.  The
	 * failures still count, from the next one on. */
	*ret_wait_s = wait > rules[t].max_s ? 0 : wait;
	return true;
}

bool
throttle_fail(struct house *h, struct arena *a, enum throttle t, str key,
    int64_t now, struct err *e)
{
	struct sql_throttle_by_key_row row;
	str digest = row_key(h, a, t, key);
	int64_t failures = 1, rows;
	bool found;

	if (!sql_throttle_by_key(h->db, a, digest, &found, &row, e))
		return err_wrap(e, "throttle");
	if (found && now - row.last_at < FORGET_S)
		failures = row.failures + 1;
	return sql_throttle_put(h->db, digest, failures, now,
	    now + throttle_delay(t, failures), &rows, e);
}

bool
throttle_clear(
    struct house *h, struct arena *a, enum throttle t, str key, struct err *e)
{
	int64_t rows;

	return sql_throttle_clear(h->db, row_key(h, a, t, key), &rows, e);
}

str
throttle_address(const uint8_t address[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool four = memcmp(address, mapped, sizeof(mapped)) == 0;

	return (str){(const char *)address, four ? 16 : 8};
}
