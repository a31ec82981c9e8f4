#include "web/bar.h"

#include "sharing/viewer.h"

#define ICON_HOUSE "M3 11 12 4l9 7M5.5 10v10M18.5 10v10"
#define ICON_DAY                                                   \
	"M5 5h14a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7" \
	"a2 2 0 0 1 2-2zM3 10h18M8 3v4M16 3v4"
#define ICON_SEND \
	"M12 16V4M7 9l5-5 5 5M4 15v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3"
#define ICON_PEOPLE                                                \
	"M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20q.6-6 6-6" \
	"t6 6M15.5 4.4a3.5 3.5 0 0 1 0 6.4M17 14.300q3.500.9 4 5.700"
#define ICON_RIGHTS \
	"M12 3 5 6v5q0 7 7 10 7-3 7-10V6zM9 12l2.200 2.200L15.500 10"
#define ICON_BOOK                                                            \
	"M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 " \
	"8h6"

/* clang-format off */
static const struct bar_item family[] = {
	{ "/", N_("Journal"), ICON_HOUSE, false, 0 },
	{ "/rights", N_("My rights"), ICON_RIGHTS, false, 0 },
};
/* The last one is for who looks after safety. */
static const struct bar_item staff[] = {
	{ "/today", N_("Today"), ICON_DAY, false, 0 },
	{ "/publish", N_("Publish"), ICON_SEND, false, 0 },
	{ "/roster", N_("Groups"), ICON_PEOPLE, false, 0 },
	{ "/safety", N_("Safety"), ICON_RIGHTS, false, 0 },
};
/* What waits about safety waits under the first one. */
static const struct bar_item director[] = {
	{ "/structure", N_("Organisation"), ICON_HOUSE, false, 0 },
	{ "/today", N_("Today"), ICON_DAY, false, 0 },
	{ "/roster", N_("Groups"), ICON_PEOPLE, false, 0 },
	{ "/register", N_("Register"), ICON_BOOK, false, 0 },
};
/* clang-format on */

#define OF(list) ((struct bar){list, sizeof(list) / sizeof(*(list))})

static struct bar
places_of(const struct view *v)
{
	struct bar b = OF(staff);

	if (viewer_is_director(v->viewer))
		return OF(director);
	if (viewer_is_family(v->viewer))
		return OF(family);
	if (!v->handles && v->viewer->role != STAFF_SAFEGUARDING)
		b.n--;
	return b;
}

/* Here, or somewhere below it. */
static bool
leads_here(const char *href, str path)
{
	str h = str_c(href);

	return str_eq(path, h) ||
	       (h.n > 1 && path.n > h.n && str_starts(path, h) &&
		   path.p[h.n] == '/');
}

/* Which of the places has what waits about safety. */
static size_t
safety_place(const struct view *v, const struct bar *b)
{
	return viewer_is_director(v->viewer) ? 0 : b->n - 1;
}

/* What is reached from the page of safety is there. */
static bool
is_of_safety(str path)
{
	static const char *const part[] = {"/cases", "/stopped", "/custodians",
	    "/seals", "/filings", "/holds"};

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		if (leads_here(part[i], path))
			return true;
	return false;
}

struct bar
bar_of(struct view *v, enum place place)
{
	struct bar places;
	struct bar_item *item;
	bool found = false;

	if (v->viewer == NULL)
		return (struct bar){0};
	places = places_of(v);
	item = NEW_N(v->arena, struct bar_item, places.n);
	if (item == NULL)
		return (struct bar){0};
	memcpy(item, places.v, places.n * sizeof(*item));
	for (size_t i = 0; i < places.n; i++)
		found |= item[i].current = leads_here(item[i].href, v->path);
	if (v->stopped > 0)
		item[safety_place(v, &places)].count = v->stopped;
	if (!found && viewer_is_staff(v->viewer) && is_of_safety(v->path)) {
		item[safety_place(v, &places)].current = true;
		found = true;
	}
	if (!found && place != PLACE_NONE && (size_t)place <= places.n)
		item[place - 1].current = true;
	return (struct bar){item, places.n};
}

bool
bar_warns(const struct view *v)
{
	return v->weak_sandbox && v->viewer != NULL &&
	       viewer_is_director(v->viewer);
}
