#include "demo/albums.h"

#include <sodium.h>

#include "demo/cast.h"
#include "draw/draw.h"
#include "faces/region.h"
#include "people/account.h"
#include "sharing/publish.h"
#include "sharing/upload.h"
#include "sql_account.h"
#include "sql_child.h"
#include "sql_post.h"
#include "sql_region.h"

struct plan {
	const char *login; /* who publishes */
	const char *title, *body;
	const char *group;
	int days_ago, hour, minute;        /* when it appeared */
	enum { SHOWN, DRAFT, SECOND } how; /* SECOND: its author has looked */
	size_t photos;
	enum draw_scene scene[4]; /* taken in turn */
	const char *caption[3];   /* of the first photos */
	/* Whose heads are in a scene that has some, from the left. */
	const char *child[DRAW_HEADS];
};

/* clang-format off */
static const struct plan plans[] = {
	{ "jeanne", "Cerfs-volants au parc", "Du vent, enfin ! Chacun a décoré le sien, puis on a couru.",
	    DEMO_GROUP_BIG, 1, 18, 0, SHOWN, 8, { DRAW_KITES, DRAW_HILLS, DRAW_KITES, DRAW_POND },
	    { "Le plus haut, c’était le rouge", NULL, NULL } },
	{ "sami", "La cueillette des feuilles", "On a trouvé toutes les couleurs, même du violet.",
	    DEMO_GROUP_SMALL, 1, 18, 0, SHOWN, 6, { DRAW_LEAVES, DRAW_YARD, DRAW_LEAVES, DRAW_CRAYON },
	    { NULL, "La cour après le vent", NULL } },
	{ "sami", "Atelier poterie", "On a tourné nos premiers bols. Ils cuisent jusqu’à vendredi.",
	    DEMO_GROUP_SMALL, 0, 0, 30, SHOWN, 12, { DRAW_POTTERY, DRAW_PENCILS, DRAW_POTTERY, DRAW_GARDEN },
	    { "Nos bols avant la cuisson", "La table des couleurs", NULL } },
	{ "jeanne", "Bateaux en papier", "Le grand concours de la mare.",
	    DEMO_GROUP_BIG, 0, 0, 30, SHOWN, 6, { DRAW_POND, DRAW_GARDEN, DRAW_POND, DRAW_HILLS },
	    { NULL, NULL, NULL } },
	{ "sami", "Dessins de la semaine", "",
	    DEMO_GROUP_SMALL, 0, 0, 0, DRAFT, 4, { DRAW_CRAYON, DRAW_PENCILS, DRAW_CRAYON, DRAW_PENCILS },
	    { NULL, NULL, NULL } },
	{ "jeanne", "La ronde sous le préau", "Tout le monde en rond, et on chante.",
	    DEMO_GROUP_BIG, 0, 0, 30, SHOWN, 3, { DRAW_ROUND, DRAW_ROUND, DRAW_YARD, DRAW_ROUND },
	    { "Avant la chanson", NULL, NULL }, { "Tom", "Awa", "Malo", "Elio" } },
	{ "sami", "Les Écureuils en rang", "",
	    DEMO_GROUP_SMALL, 1, 18, 0, SHOWN, 2, { DRAW_ROUND, DRAW_YARD, DRAW_ROUND, DRAW_YARD },
	    { "Prêts pour le parc", NULL, NULL }, { "Léa", "Noé", "Inès", "Zoé" } },
	{ "jeanne", "Le potager en hiver", "Les derniers poireaux, et la paille sur les planches.",
	    DEMO_GROUP_BIG, 0, 0, 0, SECOND, 3, { DRAW_GARDEN, DRAW_LEAVES, DRAW_GARDEN },
	    { NULL, NULL, NULL } },
};
/* clang-format on */

struct easel {
	struct deed d;
	struct viewer *viewer;
	int64_t px;
	uint32_t seed;
	int64_t director;
	struct sql_child_list_rows children;
	struct draw_box head[DRAW_HEADS]; /* of what was drawn last */
	size_t heads;
	struct buf jpeg;
};

static bool
account_of(struct easel *s, const char *login, int64_t *ret, struct err *e)
{
	struct sql_account_by_login_row row;
	bool found;

	if (!sql_account_by_login(s->d.house->db, s->d.arena,
		account_login_digest(s->d.house, s->d.arena, str_c(login)),
		&found, &row, e))
		return false;
	if (!found)
		return err_set(e, ERR_CORRUPT, "nobody is %s", login);
	*ret = row.id;
	return true;
}

static bool
sit_down(struct easel *s, const char *login, struct err *e)
{
	return account_of(s, login, &s->d.actor, e) &&
	       viewer_load(s->d.house, s->d.arena, s->d.org, s->d.actor,
		   s->d.today, &s->viewer, e);
}

static bool
draw(struct easel *s, const struct plan *p, size_t i, struct err *e)
{
	struct civil day = day_to_civil(s->d.today - p->days_ago);
	bool tall = i % 5 == 3;
	uint32_t lon = (uint32_t)s->px, sho = (uint32_t)(s->px * 3 / 4);
	struct draw_options o = {.seed = ++s->seed,
	    .scene = p->scene[i % 4],
	    .width = tall ? sho : lon,
	    .height = tall ? lon : sho,
	    .taken = {(uint16_t)day.year, day.month, day.day,
		(uint16_t)(9 + i / 4), (uint16_t)(7 * i % 60), 12}};

	s->heads = draw_heads(&o, s->head);
	buf_clear(&s->jpeg);
	return draw_picture(&o, &s->jpeg, e);
}

static bool
encrypt(struct easel *s, int fd, const struct http_file_go *go,
    struct http_file *f, struct err *e)
{
	OWNED(blob_writer) w = blob_writer_new(fd, &go->key, e);
	int64_t bytes;

	if (w == NULL || !blob_write(w, s->jpeg.p, s->jpeg.n, e) ||
	    !blob_finish(w, &bytes, e))
		return false;
	f->handle = go->handle;
	f->bytes = (uint64_t)bytes;
	f->state = HTTP_FILE_WHOLE;
	crypto_hash_sha256(
	    f->digest, (const unsigned char *)s->jpeg.p, s->jpeg.n);
	return true;
}

static bool
leave(struct easel *s, int64_t post, const struct grant **ret, struct err *e)
{
	return permit_post(s->d.house, s->d.arena, s->viewer, post, PERMIT_EDIT,
	    s->d.now, s->d.today, ret, e);
}

static bool
say_word(struct easel *s, int64_t medium, int64_t account, struct err *e)
{
	struct deed_about about = {.kind = "medium", .id = medium};
	struct deed d = s->d;
	int64_t rows;

	d.actor = account;
	return sql_face_word_say(
		   d.house->db, medium, account, d.now, &rows, e) &&
	       deed_note(&d, AUDIT_FACES_SAID, &about, e);
}

static int64_t
units(float part)
{
	return (int64_t)(part * REGION_UNITS);
}

/* Boxes around the heads, each with a name. */
static bool
name_heads(struct easel *s, const struct plan *p, int64_t medium, struct err *e)
{
	struct db *db = s->d.house->db;

	for (size_t i = 0; i < s->heads; i++) {
		struct box b = box_inside(
		    (struct box){units(s->head[i].x), units(s->head[i].y),
			units(s->head[i].w), units(s->head[i].h)});
		struct sql_region_add_row row;
		int64_t rows,
		    child = cast_child(&s->d, &s->children, p->child[i]);

		if (child == 0)
			return err_set(e, ERR_CORRUPT, "no %s", p->child[i]);
		if (!sql_region_add(db, s->d.arena, medium, b.x, b.y, b.w, b.h,
			S("drawn"), s->d.actor, s->d.now, &row, e) ||
		    !sql_region_resolve(db, S("child"), child, s->d.actor,
			s->d.now, row.id, medium, &rows, e))
			return false;
	}
	return true;
}

/* Who is on a picture is known, as it is drawn: the word about it can be given
 * before it is prepared, by the director too, since not every family agrees.
 * The drafts are left for whoever tries how that is done: one as a second
 * person. */
static bool
say_words(struct easel *s, const struct plan *p, int64_t medium, struct err *e)
{
	int64_t rows;

	if (p->how == DRAFT)
		return true;
	if (p->how == SECOND)
		return say_word(s, medium, s->d.actor, e);
	return say_word(s, medium, s->d.actor, e) &&
	       say_word(s, medium, s->director, e) &&
	       sql_region_clear(s->d.house->db, 1, medium, &rows, e);
}

static bool
upload(struct easel *s, int64_t post, const struct plan *p, size_t i,
    struct err *e)
{
	struct db *db = s->d.house->db;
	str name = arena_fmt(s->d.arena, "IMG_%04u.jpg", (unsigned)s->seed);
	struct http_file f = {.name = name};
	const struct grant *g;
	struct http_file_go go;
	enum upload_fate fate;
	OWNED_FD fd = -1;
	bool kept;

	if (!draw(s, p, i, e) || !leave(s, post, &g, e) ||
	    !upload_open(&s->d, g, name, &go, &fd, e))
		return false;
	kept = encrypt(s, fd, &go, &f, e);
	key_done(&go.key);
	if (!kept || !db_begin(db, e))
		return false;
	if (!upload_end(&s->d, g, &f, &fate, e) ||
	    (i < 3 && p->caption[i] != NULL &&
		!medium_caption(
		    &s->d, g, (int64_t)go.handle, str_c(p->caption[i]), e)) ||
	    !name_heads(s, p, (int64_t)go.handle, e) ||
	    !say_words(s, p, (int64_t)go.handle, e) || !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	return true;
}

static bool
begin_album(
    struct easel *s, const struct plan *p, int64_t *ret_post, struct err *e)
{
	struct post_text text = {
	    str_c(p->title), str_c(p->body), s->d.today - p->days_ago};
	struct choices choices;
	const struct grant *g;

	if (!post_create(&s->d, &text, ret_post, e) ||
	    !leave(s, *ret_post, &g, e) ||
	    !publish_groups(&s->d, s->viewer, *ret_post, &choices, e))
		return false;
	for (size_t i = 0; i < choices.group.n; i++)
		choices.group.v[i].chosen =
		    str_eq(choices.group.v[i].name, str_c(p->group));
	return post_set_audience(&s->d, g, &choices, e);
}

/* Its photos are still to be prepared, which post_publish would refuse; they
 * join the album one by one once the server runs. */
static bool
show(struct easel *s, const struct plan *p, int64_t post, struct err *e)
{
	struct civil c = day_to_civil(s->d.today - p->days_ago);
	int64_t at, rows;

	if (p->how == SECOND)
		return sql_region_ask_second(
		    s->d.house->db, s->d.now, post, &rows, e);
	if (p->how == DRAFT)
		return true;
	c.hour = (uint8_t)p->hour;
	c.minute = (uint8_t)p->minute;
	at = zone_utc(s->d.org->zone, c);
	if (at > s->d.now)
		at = s->d.now;
	return sql_post_publish(s->d.house->db, at, s->d.now, post, &rows, e) &&
	       deed_note(&s->d, AUDIT_POST_PUBLISHED,
		   &(struct deed_about){.kind = "post", .id = post}, e);
}

static bool
make_album(struct easel *s, const struct plan *p, struct err *e)
{
	struct db *db = s->d.house->db;
	int64_t post;

	if (!sit_down(s, p->login, e) || !db_begin(db, e))
		return false;
	if (!begin_album(s, p, &post, e) || !show(s, p, post, e) ||
	    !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	for (size_t i = 0; i < p->photos; i++)
		if (!upload(s, post, p, i, e))
			return err_wrap(e, "photo %zu of %s", i + 1, p->title);
	return true;
}

bool
demo_albums(struct house *h, struct arena *a, const struct organisation *o,
    int64_t px, int64_t now, struct err *e)
{
	struct easel s = {.d = {.house = h,
			      .arena = a,
			      .org = o,
			      .now = now,
			      .today = day_of(o->zone, now)},
	    .px = px,
	    .jpeg = BUF_MAX(DRAW_JPEG_MAX)};
	bool done = account_of(&s, "claire", &s.director, e) &&
		    sql_child_list(h->db, a, o->id, &s.children, e);

	for (size_t i = 0; done && i < sizeof(plans) / sizeof(*plans); i++)
		done = make_album(&s, &plans[i], e);
	buf_done(&s.jpeg);
	return done;
}
