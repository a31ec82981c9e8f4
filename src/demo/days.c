#include "demo/days.h"

#include "demo/life.h"
#include "life/item.h"
#include "life/pattern.h"
#include "sharing/publish.h"

/* clang-format off */
#define FR [LANG_FR]
#define EN [LANG_EN]
/* clang-format on */

static const struct item_new fair = {
    .kind = ITEM_EVENT,
    .words = {FR = {[ITEM_TITLE] = S("Goûter des familles"),
		  [ITEM_BODY] = S("Les enfants présentent leurs dessins."),
		  [ITEM_PLACE] = S("Grande salle"),
		  [ITEM_THINGS] = S("un gobelet par personne")},
	EN = {[ITEM_TITLE] = S("Tea with the families"),
	    [ITEM_BODY] = S("The children show their drawings."),
	    [ITEM_PLACE] = S("Main hall"),
	    [ITEM_THINGS] = S("a cup for each person")}},
    .from_on = 4,
    .until_on = 4,
    .from_min = 16 * 60 + 30,
    .until_min = 18 * 60,
    .weekly_until = DB_NULL,
    .album = DB_NULL,
};

static const struct item_new swimming = {
    .kind = ITEM_EVENT,
    .words = {FR = {[ITEM_TITLE] = S("Piscine"),
		  [ITEM_THINGS] = S("maillot, serviette")},
	EN = {[ITEM_TITLE] = S("Swimming"),
	    [ITEM_THINGS] = S("swimsuit, towel")}},
    .from_on = 1,
    .until_on = 1,
    .from_min = 9 * 60,
    .until_min = 11 * 60,
    .weekly_until = 22,
    .album = DB_NULL,
};

static const struct item_new closed = {
    .kind = ITEM_EVENT,
    .words = {FR = {[ITEM_TITLE] = S("Journée de formation de l’équipe")},
	EN = {[ITEM_TITLE] = S("Training day of the team")}},
    .from_on = 12,
    .until_on = 12,
    .from_min = DB_NULL,
    .until_min = DB_NULL,
    .weekly_until = DB_NULL,
    .closed = true,
    .album = DB_NULL,
};

static const struct item_line outings[] = {
    {.day = DB_NULL, .text = {FR = S("La ferme"), EN = S("The farm")}},
    {.day = DB_NULL, .text = {FR = S("L’aquarium"), EN = S("The aquarium")}},
    {.day = DB_NULL, .text = {FR = S("La forêt"), EN = S("The forest")}},
};

static const struct item_new poll = {
    .kind = ITEM_POLL,
    .words = {FR = {[ITEM_TITLE] = S("Quelle sortie au printemps ?")},
	EN = {[ITEM_TITLE] = S("Which trip in spring?")}},
    .until_on = 6,
    .from_min = DB_NULL,
    .until_min = DB_NULL,
    .weekly_until = DB_NULL,
    .shown = true,
    .album = DB_NULL,
    .line = outings,
    .n_line = 3,
};

static const struct item_line cakes[] = {
    {.day = DB_NULL, .wanted = 3, .text = {FR = S("gâteaux"), EN = S("cakes")}},
    {.day = DB_NULL,
	.wanted = 2,
	.text = {FR = S("bouteilles de jus"), EN = S("bottles of juice")}},
};

static const struct item_new bring = {
    .kind = ITEM_BRING,
    .words = {FR = {[ITEM_TITLE] = S("Pour le goûter des familles")},
	EN = {[ITEM_TITLE] = S("For tea with the families")}},
    .until_on = 4,
    .from_min = DB_NULL,
    .until_min = DB_NULL,
    .weekly_until = DB_NULL,
    .album = DB_NULL,
    .line = cakes,
    .n_line = 2,
};

static const struct item_new entry = {
    .kind = ITEM_ENTRY,
    .words = {FR = {[ITEM_TITLE] = S("Peinture et cabanes"),
		  [ITEM_BODY] = S("Ce matin, peinture sur de grandes feuilles. "
				  "L’après-midi, des cabanes dans la cour.")},
	EN = {[ITEM_TITLE] = S("Painting and huts"),
	    [ITEM_BODY] = S("This morning, painting on large sheets. In the "
			    "afternoon, huts in the yard.")}},
    .from_min = DB_NULL,
    .until_min = DB_NULL,
    .weekly_until = DB_NULL,
    .album = DB_NULL,
};

static const char *const week[][2][LANGS] = {
    {{FR = "Jeux de ballon", EN = "Ball games"},
	{FR = "Atelier d’argile", EN = "Clay"}},
    {{FR = "Piscine", EN = "Swimming"}, {FR = "Lecture", EN = "Reading"}},
    {{FR = "Cuisine : une soupe", EN = "Cooking: a soup"},
	{FR = "Chasse au trésor", EN = "Treasure hunt"}},
    {{FR = "Musique", EN = "Music"}, {FR = "Jardin", EN = "Garden"}},
    {{FR = "Théâtre", EN = "Drama"},
	{FR = "Grands jeux dans la cour", EN = "Games in the yard"}},
};

/* The meal, and its allergens. */
static const char *const meals[][2][LANGS] = {
    {{FR = "Poulet, riz, carottes", EN = "Chicken, rice, carrots"},
	{FR = "aucun", EN = "none"}},
    {{FR = "Lasagnes aux légumes", EN = "Vegetable lasagne"},
	{FR = "gluten, lait, œuf", EN = "gluten, milk, egg"}},
    {{FR = "Poisson, purée", EN = "Fish, mashed potatoes"},
	{FR = "poisson, lait", EN = "fish, milk"}},
    {{FR = "Lentilles, salade", EN = "Lentils, salad"},
	{FR = "moutarde", EN = "mustard"}},
    {{FR = "Pâtes à la tomate", EN = "Pasta with tomatoes"},
	{FR = "gluten", EN = "gluten"}},
};

#define WEEK 5

/* Days are counted from today, of a week from its Monday. */
static bool
publish(const struct deed *d, const struct viewer *v, const struct item_new *n,
    struct err *e)
{
	enum words_hour answer;
	struct choices choices;
	const struct grant *g;
	int64_t id;

	if (!item_create(d, n, &id, e) ||
	    !publish_groups(d, v, id, &choices, e))
		return false;
	for (size_t i = 0; i < choices.group.n; i++)
		choices.group.v[i].chosen = true;
	return demo_edit_of(d, v, id, &g, e) &&
	       post_set_audience(d, g, &choices, e) &&
	       demo_edit_of(d, v, id, &g, e) &&
	       item_publish(d, g, d->now, &answer, e) &&
	       (answer == WORDS_DONE ||
		   err_set(e, ERR_CORRUPT, "an item of today"));
}

static bool
on_day(const struct deed *d, const struct viewer *v, const struct item_new *of,
    struct err *e)
{
	struct item_new n = *of;

	n.from_on += d->today;
	n.until_on += d->today;
	if (n.weekly_until != DB_NULL)
		n.weekly_until += d->today;
	return publish(d, v, &n, e);
}

static struct item_line
cell(int64_t day, int64_t half, const char *const text[LANGS],
    const char *const more[LANGS])
{
	struct item_line l = {.day = day, .half = half};

	for (int k = 0; k < LANGS; k++) {
		l.text[k] = str_c(text[k]);
		if (more != NULL)
			l.more[k] = str_c(more[k]);
	}
	return l;
}

/* This week and the next: that it looks alike is what templates are for. */
static bool
grids(
    const struct deed *d, const struct viewer *v, int64_t monday, struct err *e)
{
	struct item_line programme[2 * WEEK], menu[WEEK];
	struct item_new n = {.kind = ITEM_PROGRAMME,
	    .from_on = monday,
	    .until_on = monday + 6,
	    .from_min = DB_NULL,
	    .until_min = DB_NULL,
	    .weekly_until = DB_NULL,
	    .album = DB_NULL,
	    .line = programme,
	    .n_line = sizeof(programme) / sizeof(*programme)};
	struct item_new m = n;

	for (int i = 0; i < 2 * WEEK; i++)
		programme[i] =
		    cell(monday + i / 2, i % 2, week[i / 2][i % 2], NULL);
	for (int i = 0; i < WEEK; i++)
		menu[i] = cell(monday + i, 0, meals[i][0], meals[i][1]);
	m.kind = ITEM_MENU;
	m.line = menu;
	m.n_line = WEEK;
	return publish(d, v, &n, e) && publish(d, v, &m, e);
}

static bool
keep(const struct deed *d, struct err *e)
{
	struct pattern_field fields[] = {
	    {S("title_fr"), S("Sortie à la bibliothèque")},
	    {S("start"), S("14:00")}, {S("end"), S("16:00")},
	    {S("place_fr"), S("Bibliothèque")},
	    {S("things_fr"), S("un vêtement de pluie")}};
	const struct pattern_fields l = {
	    fields, sizeof(fields) / sizeof(*fields)};

	return pattern_keep(
	    d, item_word(ITEM_EVENT), S("Sortie à la bibliothèque"), &l, e);
}

bool
demo_days(const struct deed *by, struct err *e)
{
	const struct item_new *const all[] = {
	    &fair, &swimming, &closed, &poll, &bring, &entry};
	struct deed d = *by;
	struct viewer *v;
	int64_t monday = item_monday(by->today);

	if (!demo_viewer_of(by, "sami", &v, e))
		return false;
	d.actor = v->account;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!on_day(&d, v, all[i], e))
			return false;
	return grids(&d, v, monday, e) && grids(&d, v, monday + 7, e) &&
	       keep(&d, e);
}
