#include "report/care.h"

/* INHOPE's limit of four hours a day and the IWF's hourly breaks and end at
 * 16:00 are practice of hotlines, not law; what volunteers get is ours. */
#define PRACTICE                                                            \
	"INHOPE : 4 h par jour au plus ; IWF : pause chaque heure, fin à " \
	"16 h ; 30 min pour les bénévoles : proposition de Préau"

/* clang-format off */
static const struct care_rule rules[] = {
	{ .profile = "fr", .volunteer_min = 30, .paid_min = 240,
	  .stretch_min = 60, .break_min = 10,
	  .from_min = 8 * 60, .until_min = 16 * 60,
	  .alert_from_min = 7 * 60, .alert_until_min = 21 * 60,
	  .warn_days = 30, .training = false,
	  .source = PRACTICE, .read_on = "2026-11-29" },
	{ .profile = "ca", .volunteer_min = 30, .paid_min = 240,
	  .stretch_min = 60, .break_min = 10,
	  .from_min = 8 * 60, .until_min = 16 * 60,
	  .alert_from_min = 7 * 60, .alert_until_min = 21 * 60,
	  .warn_days = 30, .training = false,
	  .source = PRACTICE, .read_on = "2026-11-29" },
	{ .profile = "ca-qc", .volunteer_min = 30, .paid_min = 240,
	  .stretch_min = 60, .break_min = 10,
	  .from_min = 8 * 60, .until_min = 16 * 60,
	  .alert_from_min = 7 * 60, .alert_until_min = 21 * 60,
	  .warn_days = 30, .training = false,
	  .source = PRACTICE, .read_on = "2026-11-29" },
};
/* clang-format on */

const struct care_rule *
care_rule_of(str profile)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (str_eq(profile, str_c(rules[i].profile)))
			return &rules[i];
	return &rules[0];
}

/* ---- hours ---- */

/* That minute of that local day, which may be the next one. */
static int64_t
at_minute(const struct zone *z, int64_t day, int minute)
{
	struct civil c = day_to_civil(day);

	c.hour = (uint8_t)(minute / 60);
	c.minute = (uint8_t)(minute % 60);
	return zone_utc(z, c);
}

/* `now` between the two minutes of the day, else when they begin next. */
static int64_t
within(const struct zone *z, int from, int until, int64_t now)
{
	int64_t day = day_of(z, now);

	if (now < at_minute(z, day, from))
		return at_minute(z, day, from);
	return now < at_minute(z, day, until) ? now
					      : at_minute(z, day + 1, from);
}

int64_t
care_alert_at(const struct care_rule *r, const struct zone *z, int64_t now)
{
	return within(z, r->alert_from_min, r->alert_until_min, now);
}

/* ---- minutes ---- */

int64_t
care_seconds(const int64_t *at, size_t n, int64_t since, int64_t until)
{
	int64_t s = 0, done = since;

	for (size_t i = 0; i < n; i++) {
		int64_t from = at[i] > done ? at[i] : done;
		int64_t to = at[i] + CARE_SHOWN_S;

		if (to > until)
			to = until;
		if (to <= from)
			continue;
		s += to - from;
		done = to;
	}
	return s;
}

static bool
has(const struct care_shown *v, int64_t reader)
{
	for (size_t i = 0; i < v->n_path; i++)
		if (v->path[i] == reader)
			return true;
	return false;
}

int64_t
care_counted(
    const struct care_shown *v, size_t n, int64_t account, int64_t reader)
{
	int64_t s = 0, done = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t from = v[i].at > done ? v[i].at : done;

		if (v[i].account != account ||
		    (account != reader && !has(&v[i], reader)))
			continue;
		s += v[i].at + CARE_SHOWN_S - from;
		done = v[i].at + CARE_SHOWN_S;
	}
	return s;
}

/* When a break that is due ends; `now`: none is. */
static int64_t
break_until(const struct care_rule *r, const int64_t *at, size_t n, int64_t now)
{
	int64_t pause = (int64_t)r->break_min * 60;
	int64_t most = (int64_t)(r->stretch_min - r->break_min) * 60;
	int64_t last, first;

	if (n == 0)
		return now;
	last = at[n - 1] + CARE_SHOWN_S;
	first = at[n - 1];
	for (size_t i = n - 1; i > 0; i--) {
		if (at[i] - (at[i - 1] + CARE_SHOWN_S) >= pause)
			break;
		first = at[i - 1];
	}
	return now - first >= most && now < last + pause ? last + pause : now;
}

struct care
care_of(const struct care_rule *r, const struct zone *z, bool paid,
    const int64_t *at, size_t n, int64_t now)
{
	int64_t day = day_of(z, now), pause = break_until(r, at, n, now);
	int64_t open = within(z, r->from_min, r->until_min, now);
	int64_t tomorrow = at_minute(z, day + 1, r->from_min);
	struct care c = {
	    .cap_s = (int64_t)(paid ? r->paid_min : r->volunteer_min) * 60,
	    .again_at = now};

	c.used_s =
	    care_seconds(at, n, at_minute(z, day, 0), at_minute(z, day + 1, 0));
	if (c.used_s >= c.cap_s) {
		c.why = CARE_CAP;
		c.again_at = tomorrow;
	} else if (open > now) {
		c.why = CARE_HOURS;
		c.again_at = open;
	} else if (pause > now) {
		c.why = CARE_BREAK;
		c.again_at =
		    pause < at_minute(z, day, r->until_min) ? pause : tomorrow;
	}
	return c;
}
