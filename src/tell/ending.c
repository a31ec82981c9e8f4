#include "tell/ending.h"

#include "sql_message.h"
#include "tell/news.h"

struct ending {
	struct deed deed;
	struct farewell v[NEWS_ENDS_MAX];
	struct farewells of;
};

/* of.n 0: the message names no season. */
static bool
name_ends(struct house *h, struct arena *a,
    const struct sql_message_account_of_row *m, int64_t now, struct ending *ret,
    struct err *e)
{
	struct news n = news_of_word(m->what);

	*ret = (struct ending){
	    .deed = {.house = h, .arena = a, .actor = -1, .now = now}};
	ret->of.v = ret->v;
	for (size_t i = 0; i < n.n_ends; i++)
		ret->v[ret->of.n++] = (struct farewell){
		    .window = n.ends[i].last ? FAREWELL_LAST : FAREWELL_FIRST,
		    .season = n.ends[i].season};
	if (!house_org(h, m->organisation, &ret->deed.org, e))
		return false;
	ret->deed.today = day_of(ret->deed.org->zone, now);
	return true;
}

bool
ending_told(struct house *h, struct arena *a,
    const struct sql_message_account_of_row *m, int64_t now, struct err *e)
{
	struct ending l;

	return name_ends(h, a, m, now, &l, e) &&
	       (l.of.n == 0 || farewell_told(&l.deed, m->account, &l.of, e));
}

/* What was told otherwise stands: it was written at another time. */
bool
ending_undone(struct house *h, struct arena *a,
    const struct sql_message_account_of_row *m, int64_t now, struct err *e)
{
	struct ending l;

	return name_ends(h, a, m, now, &l, e) &&
	       farewell_undone(&l.deed, m->account, &l.of, m->ended_at, e);
}
