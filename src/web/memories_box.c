/* The box itself: seasons, days, names of files, and the ZIP around them. */
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "html_memories_index.h"
#include "media/tagwrite.h"
#include "sql_season.h"
#include "web/alt.h"
#include "web/asset.h"
#include "web/escape.h"
#include "web/medium.h"
#include "web/memories.h"
#include "zip/name.h"
#include "zip/zip.h"

#define LAYOUT "2"   /* another one is another version of every box */
#define TITLE_MAX 80 /* code points, in the name of a file */
#define TEXT_MAX ((size_t)48 << 20)
#define INDEX_NAME "index.html"

/* ---- the version ---- */

static void
put_fact(struct buf *b, str s)
{
	buf_i64(b, (int64_t)s.n);
	buf_byte(b, ' ');
	buf_str(b, s);
}

static void
put_facts(struct buf *b, const struct memory *m)
{
	const int64_t number[] = {
	    m->medium, m->taken_at, m->day, m->width, m->height, m->masked};

	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
		buf_i64(b, number[i]);
		buf_byte(b, ' ');
	}
	put_fact(b, m->mark);
	put_fact(b, m->caption);
	put_fact(b, m->title);
}

static void
put_seasons(
    struct request *r, const struct sql_season_list_rows *rows, struct buf *b)
{
	for (size_t i = 0; i < rows->n; i++) {
		put_fact(b, rows->v[i].name);
		buf_i64(b, rows->v[i].from_on);
		buf_byte(b, ' ');
		buf_i64(b, rows->v[i].until_on);
	}
	put_fact(b, r->org->name);
	put_fact(b, str_c(lang_codes[r->view.lang]));
	put_fact(b, S(LAYOUT));
}

bool
memories_digest(struct request *r, const char *context, str s, size_t n,
    uint8_t *ret, struct err *e)
{
	str d = key_digest(r->arena, &r->org->digest, context, s);

	if (d.n < n)
		return err_set(e, ERR_LIMIT, "no room for a digest");
	memcpy(ret, d.p, n);
	return true;
}

bool
memories_version(
    struct request *r, const struct memories_box *box, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TEXT_MAX), hex = BUF_MAX(64);
	struct sql_season_list_rows seasons;
	uint8_t d[16];

	if (!sql_season_list(r->house->db, r->arena, r->org->id, &seasons, e))
		return false;
	put_fact(&b, box->first);
	put_seasons(r, &seasons, &b);
	for (size_t i = 0; i < box->list.n; i++)
		put_facts(&b, &box->list.v[i]);
	if (b.full)
		return err_set(e, ERR_LIMIT, "too many pictures at once");
	if (!memories_digest(
		r, "memories.version", buf_view(&b), sizeof(d), d, e))
		return false;
	buf_hex(&hex, d, sizeof(d));
	return arena_str(r->arena, hex.p, hex.n, ret) ||
	       err_set(e, ERR_LIMIT, "no room for a version");
}

bool
memories_mark(struct request *r, str mark, str words, uint8_t ret[BUNDLE_MARK],
    struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TAG_PREFIX_MAX + 64);

	buf_str(&b, mark);
	buf_str(&b, words);
	if (b.full)
		return err_set(e, ERR_LIMIT, "no room for a mark");
	return memories_digest(
	    r, "memories.part", buf_view(&b), BUNDLE_MARK, ret, e);
}

static const struct viewer_child *
child_of(const struct viewer *v, int64_t id)
{
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == id)
			return &v->child[i];
	return NULL;
}

bool
memories_head(
    struct request *r, int64_t child, struct memories_box *ret, struct err *e)
{
	const struct viewer_child *c = child_of(r->viewer, child);

	if (c == NULL)
		return err_set(e, ERR_NOT_FOUND, "no child of this viewer");
	*ret = (struct memories_box){
	    .child = child, .first = viewer_child_first(r->arena, r->org, c)};
	return true;
}

bool
memories_box(
    struct request *r, int64_t child, struct memories_box *ret, struct err *e)
{
	struct memories_box box;

	if (!memories_head(r, child, &box, e) ||
	    !memories_list(r->house, r->arena, r->org, r->viewer, child,
		&memories_ever, r->now, r->today, &box.list, e) ||
	    !memories_version(r, &box, &box.version, e))
		return false;
	*ret = box;
	return true;
}

/* ---- names ---- */

/* The n-th of its day: so no two names are the same, whatever the titles, also
 * where capital letters do not count. */
static str
file_name(struct request *r, const struct memory *m, int64_t n)
{
	struct civil c = m->taken_at == DB_NULL
			     ? day_to_civil(m->day)
			     : zone_local(r->org->zone, m->taken_at);
	str title = zip_name_part(r->arena, m->title, TITLE_MAX);
	str hour = m->taken_at == DB_NULL
		       ? S("")
		       : arena_fmt(r->arena, " %02dh%02d", c.hour, c.minute);

	return arena_fmt(r->arena,
	    "%04d-%02d-%02d" STR_FMT "%s" STR_FMT " (%" PRId64 ").jpg",
	    (int)c.year, c.month, c.day, STR_ARG(hour), title.n > 0 ? " " : "",
	    STR_ARG(title), n);
}

/* ---- seasons, days, pictures ---- */

struct sorting {
	struct request *r;
	struct sql_season_list_rows seasons;
	const struct memories *list;
	struct memories_season *season;
	struct memories_day *day;
	struct memories_photo *photo;
	size_t n_season, n_day;
};

static struct memories_day *
day_for(struct sorting *s, const struct memory *m, struct memories_photo *p)
{
	struct memories_season *season = &s->season[s->n_season - 1];
	struct memories_day *d = &s->day[s->n_day];

	if (season->n > 0 && d[-1].day == m->day)
		return &d[-1];
	*d = (struct memories_day){m->day, m->title, p, 0};
	season->n++;
	s->n_day++;
	return d;
}

static void
add_title(struct sorting *s, struct memories_day *d, size_t i)
{
	const struct memory *m = &s->list->v[i];

	for (size_t k = i - d->n; k < i; k++)
		if (str_eq(s->list->v[k].title, m->title))
			return;
	if (d->n > 0)
		d->titles = arena_fmt(s->r->arena, STR_FMT ", " STR_FMT,
		    STR_ARG(d->titles), STR_ARG(m->title));
}

static void
add_photo(struct sorting *s, size_t i)
{
	const struct memory *m = &s->list->v[i];
	struct hidden_photo hidden = {m->medium, m->masked, false};
	struct memories_season *season = &s->season[s->n_season - 1];
	struct memories_photo *p = &s->photo[i];
	struct memories_day *d = day_for(s, m, p);

	add_title(s, d, i);
	p->memory = m;
	p->folder = season->name;
	season->photos++;
	p->file = file_name(s->r, m, (int64_t)++d->n);
	p->alt = alt_words(&s->r->view, (int64_t)i + 1, (int64_t)s->list->n,
	    m->caption, m->title, false, &hidden);
	p->caption = m->caption;
	p->taken_at = m->taken_at;
	p->width = m->width > 0 ? m->width : 1;
	p->height = m->height > 0 ? m->height : 1;
}

/* The season of that picture, whole: another may lie within it. */
static void
add_season(struct sorting *s, size_t first)
{
	const struct memory *v = s->list->v;
	struct memories_shelf shelf =
	    memories_shelf_of(&s->seasons, v[first].day);
	struct memories_season *season = &s->season[s->n_season++];

	*season = (struct memories_season){.number = (int64_t)s->n_season,
	    .key = memories_shelf_key(s->r->arena, shelf),
	    .name = memories_shelf_name(s->r->arena, &s->seasons, shelf),
	    .between = shelf.season == 0,
	    .v = &s->day[s->n_day]};
	for (size_t i = first; i < s->list->n; i++)
		if (memories_shelf_same(
			memories_shelf_of(&s->seasons, v[i].day), shelf))
			add_photo(s, i);
}

static bool
sort(struct request *r, const struct memories *l, struct sorting *ret,
    struct err *e)
{
	struct sorting s = {.r = r,
	    .list = l,
	    .season = NEW_N(r->arena, struct memories_season, l->n),
	    .day = NEW_N(r->arena, struct memories_day, l->n),
	    .photo = NEW_N(r->arena, struct memories_photo, l->n)};

	if (s.season == NULL || s.day == NULL || s.photo == NULL)
		return err_set(e, ERR_LIMIT, "too many pictures at once");
	if (!sql_season_list(r->house->db, r->arena, r->org->id, &s.seasons, e))
		return false;
	for (size_t i = 0; i < l->n; i++)
		if (s.photo[i].memory == NULL)
			add_season(&s, i);
	*ret = s;
	return true;
}

bool
memories_sort(struct request *r, const struct memories *l,
    struct memories_season **ret, size_t *ret_n, struct err *e)
{
	struct sorting s;

	if (!sort(r, l, &s, e))
		return false;
	*ret = s.season;
	*ret_n = s.n_season;
	return true;
}

/* ---- the ZIP ---- */

struct packing {
	struct request *r;
	struct buf text, central;
	struct bundle_piece *v;
	struct bundle_head head;
	uint64_t entries;
};

static void
packing_done(struct packing *p)
{
	buf_done(&p->text);
	buf_done(&p->central);
}

/* Noon, of a day without an hour. */
static void
set_time(const struct packing *p, const struct memory *m, struct zip_entry *z)
{
	const struct zone *zone = p->r->org->zone;

	z->utc = m->taken_at;
	if (m->taken_at == DB_NULL) {
		z->local = day_to_civil(m->day);
		z->local.hour = 12;
		z->utc = zone_utc(zone, z->local);
	} else {
		z->local = zone_local(zone, m->taken_at);
	}
}

/* A header, and behind it `file` as it is or the copy of a picture. */
static struct bundle_piece *
put_entry(struct packing *p, struct zip_entry *z, str file)
{
	struct bundle_piece *piece = &p->v[p->head.pieces++];

	*piece =
	    (struct bundle_piece){.at = p->head.bytes, .text_at = p->text.n};
	z->at = p->head.bytes;
	zip_local(&p->text, z);
	zip_central(&p->central, z);
	buf_str(&p->text, file);
	piece->text_n = (uint32_t)(p->text.n - piece->text_at);
	piece->copy_n = file.p == NULL ? (uint32_t)z->bytes : 0;
	p->head.bytes = bundle_piece_end(piece);
	p->entries++;
	return piece;
}

static bool
put_photo(struct packing *p, const struct memory *m,
    const struct memories_photo *photo, struct err *e)
{
	struct arena *a = p->r->arena;
	struct zip_entry z = {.name = arena_fmt(a, STR_FMT "/" STR_FMT,
				  STR_ARG(photo->folder), STR_ARG(photo->file)),
	    .crc = BUNDLE_SEALED_CRC};
	struct bundle_piece *piece;
	str words;

	if (!medium_words(p->r, m->caption, m->taken_at, &words, e))
		return false;
	z.bytes = m->bytes - TAG_SKIP + words.n + BUNDLE_SEAL;
	set_time(p, m, &z);
	piece = put_entry(p, &z, (str){0});
	piece->copy = (uint64_t)m->medium;
	p->head.copies++;
	return memories_mark(p->r, m->mark, words, piece->mark, e);
}

static void
put_index(
    struct packing *p, const struct memories_box *box, const struct sorting *s)
{
	const struct memory *v = box->list.v, *last = &v[box->list.n - 1];
	str css = asset_named("memories.css")->bytes;
	struct memories_index index = {box, s->season, s->n_season, v->day,
	    last->day,
	    html_raw(arena_fmt(
		p->r->arena, "<style>" STR_FMT "</style>", STR_ARG(css)))};
	struct zip_entry z = {.name = S(INDEX_NAME)};
	struct buf *page = p->r->view.out;

	buf_clear(page);
	html_memories_index(&p->r->view, &index);
	z.crc = zip_sum(buf_view(page));
	z.bytes = page->n;
	set_time(p, last, &z);
	(void)put_entry(p, &z, buf_view(page));
	p->text.full |= page->full;
	buf_clear(page);
}

static void
put_end(struct packing *p)
{
	struct bundle_piece *piece = &p->v[p->head.pieces++];
	uint64_t bytes = p->central.n;

	*piece =
	    (struct bundle_piece){.at = p->head.bytes, .text_at = p->text.n};
	zip_end(&p->central, p->entries, piece->at, bytes);
	buf_str(&p->text, buf_view(&p->central));
	piece->text_n = (uint32_t)(p->text.n - piece->text_at);
	p->head.bytes = bundle_piece_end(piece);
}

static bool
pack(struct packing *p, const struct memories_box *box, struct err *e)
{
	struct sorting s;

	if (!sort(p->r, &box->list, &s, e))
		return false;
	put_index(p, box, &s);
	for (size_t i = 0; i < box->list.n; i++)
		if (!put_photo(p, &box->list.v[i], &s.photo[i], e))
			return false;
	put_end(p);
	return (!p->text.full && !p->central.full) ||
	       err_set(e, ERR_LIMIT, "too many pictures at once");
}

bool
memories_bundle(struct request *r, const struct memories_box *box, int *ret_fd,
    uint64_t *ret_bytes, struct err *e)
{
	CLEANUP(packing_done)
	struct packing p = {.r = r,
	    .text = BUF_MAX(TEXT_MAX),
	    .central = BUF_MAX(TEXT_MAX),
	    .v = NEW_N(r->arena, struct bundle_piece, box->list.n + 2)};
	OWNED_FD fd = -1;

	if (p.v == NULL)
		return err_set(e, ERR_LIMIT, "too many pictures at once");
	p.head.owner = (uint64_t)r->viewer->account;
	p.head.seal = BUNDLE_SEAL;
	if (!pack(&p, box, e))
		return false;
	fd = memfd_create("memories", MFD_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "memfd");
	if (!bundle_write(fd, &p.head, p.v, buf_view(&p.text), e))
		return false;
	*ret_bytes = p.head.bytes;
	*ret_fd = fd;
	fd = -1;
	return true;
}
