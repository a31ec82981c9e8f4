/* routes — every page family's table, and the search through them. */
#include <assert.h>

#include "base/num.h"
#include "web/router.h"

static const struct route *const families[] = {sign_in_routes, join_routes,
    account_routes, structure_routes, roster_routes, letter_routes,
    family_routes, publish_routes, pieces_routes, medium_routes,
    register_routes, rights_routes, about_routes, stopped_routes,
    consent_routes, consents_routes, consents_child_routes, faces_routes,
    mask_routes, masks_routes, trace_routes, outings_routes, memories_routes,
    papers_routes, seconds_routes, line_routes, absence_routes,
    absence_day_routes, notice_routes, notice_write_routes, notice_asked_routes,
    video_routes, item_routes, item_write_routes, week_routes, grid_routes,
    subscribe_routes, document_routes, pwa_routes, later_routes,
    report_child_routes, decision_routes, report_routes, safety_routes, cases_routes,
    veil_routes, voice_routes, pattern_routes, ends_routes, holds_routes,
    claims_routes, mine_routes, telling_routes, devices_routes, sendings_routes,
    urgent_routes, certificates_routes, case_hold_routes, moving_routes,
    bringing_routes, moves_routes, filing_routes, safe_routes, case_safe_routes,
    tipline_routes, tipline_link_routes, custodians_routes, seals_routes, ceremony_routes,
    glance_routes, handlers_routes};

#define PARTS_MAX 4

struct captures {
	int64_t id[PARTS_MAX];
	str word[PARTS_MAX];
	size_t n_id, n_word;
};

static bool
match_part(str want, str got, struct captures *c)
{
	if (str_eq(want, S(":id")))
		return c->n_id < PARTS_MAX &&
		       num_i64(got, 1, INT64_MAX, &c->id[c->n_id++]);
	if (str_eq(want, S(":word"))) {
		if (c->n_word == PARTS_MAX || got.n == 0)
			return false;
		c->word[c->n_word++] = got;
		return true;
	}
	return str_eq(want, got);
}

static bool
match_path(str want, str got, struct captures *c)
{
	bool more_want = true, more_got = true;

	while (more_want && more_got) {
		str a, b;

		more_want = str_cut(&want, '/', &a);
		more_got = str_cut(&got, '/', &b);
		if (!match_part(a, b, c))
			return false;
	}
	return more_want == more_got;
}

static bool
serves(uint8_t method, uint8_t asked)
{
	return method == asked || (method == HTTP_GET && asked == HTTP_HEAD);
}

/* All routes in their order, by the first letter of their path: to look at
 * each one costs more than what many a request asks for. */
#define LETTERS 128
#define ROUTES_MAX 512

static struct shelf {
	const struct route *route[ROUTES_MAX];
	uint16_t end[LETTERS + 1]; /* of letter c: from end[c] to end[c + 1] */
} shelf;

static size_t
letter_of(str path)
{
	unsigned char c = path.n > 1 ? (unsigned char)path.p[1] : 0;

	return c < LETTERS ? c : 0;
}

static void
shelf_add(size_t letter, uint16_t *n)
{
	for (size_t f = 0; f < sizeof(families) / sizeof(*families); f++)
		for (const struct route *t = families[f]; t->path != NULL; t++)
			if (letter_of(str_c(t->path)) == letter) {
				assert(*n < ROUTES_MAX);
				shelf.route[(*n)++] = t;
			}
}

static void
shelf_fill(void)
{
	uint16_t n = 0;

	for (size_t c = 0; c < LETTERS; c++) {
		shelf_add(c, &n);
		shelf.end[c + 1] = n;
	}
}

const struct route *
route_find(uint8_t method, str path, int64_t ret_id[4], str ret_word[4],
    bool *ret_other_method)
{
	size_t letter = letter_of(path);

	*ret_other_method = false;
	for (size_t i = shelf.end[letter]; i < shelf.end[letter + 1]; i++) {
		const struct route *t = shelf.route[i];
		struct captures c = {0};

		if (!match_path(str_c(t->path), path, &c))
			continue;
		if (!serves(t->method, method)) {
			*ret_other_method = true;
			continue;
		}
		memcpy(ret_id, c.id, sizeof(c.id));
		memcpy(ret_word, c.word, sizeof(c.word));
		return t;
	}
	return NULL;
}

static bool
takes_files(const struct route *t)
{
	enum http_takes takes = http_takes(str_c(t->path));

	return (t->method == HTTP_POST && takes == HTTP_TAKES_MEDIA) ||
	       (t->method == HTTP_PATCH && takes == HTTP_TAKES_PIECES);
}

/* Every form has its effect once, but where twice does no harm. */
static bool
spends_once(const struct route *t)
{
	unsigned how =
	    t->flags & (ROUTE_NO_TRANSACTION | ROUTE_REPEATABLE | ROUTE_SPENDS);

	return how == 0 || how == ROUTE_SPENDS || how == ROUTE_REPEATABLE ||
	       how == (ROUTE_NO_TRANSACTION | ROUTE_REPEATABLE);
}

bool
route_sound(const struct route *t, struct err *e)
{
	if (t->need == NEED_FORGOTTEN)
		return err_set(
		    e, ERR_CORRUPT, "route %s needs nothing?", t->path);
	if (t->path[0] != '/' || t->run == NULL)
		return err_set(e, ERR_CORRUPT, "route %s cannot run", t->path);
	if (t->path[1] == ':')
		return err_set(e, ERR_CORRUPT,
		    "route %s begins with what may be anything", t->path);
	if (!spends_once(t))
		return err_set(e, ERR_CORRUPT,
		    "route %s does not say how its form is spent", t->path);
	if ((t->flags & ROUTE_PROVEN) &&
	    (t->need != NEED_NOBODY || !(t->flags & ROUTE_REPEATABLE) ||
		!str_ends(str_c(t->path), S("/:word"))))
		return err_set(
		    e, ERR_CORRUPT, "route %s proves nothing", t->path);
	if (t->open_file != NULL && !takes_files(t))
		return err_set(e, ERR_CORRUPT,
		    "route %s takes files that the front does not let in",
		    t->path);
	return true;
}

bool
routes_check(struct err *e)
{
	for (size_t f = 0; f < sizeof(families) / sizeof(*families); f++)
		for (const struct route *t = families[f]; t->path != NULL; t++)
			if (!route_sound(t, e))
				return false;
	shelf_fill();
	return true;
}
