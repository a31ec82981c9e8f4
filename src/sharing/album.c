#include "sharing/album.h"

#include <inttypes.h>

#include "base/buf.h"
#include "people/child.h"
#include "sql_document.h"
#include "sql_medium.h"
#include "sql_post.h"
#include "sql_post_audience.h"

static str
child_first(struct arena *a, const struct organisation *org,
    const struct sql_audience_by_post_row *r)
{
	struct child_sealed c = {.id = r->child,
	    .key_wrapped = r->key_wrapped,
	    .first_enc = r->first_enc};

	return child_open(a, org, &c).first;
}

static bool
load_audience(struct house *h, struct arena *a, const struct organisation *org,
    struct album *al, struct err *e)
{
	struct sql_audience_by_post_rows rows;
	struct buf b = BUF_MAX(16384);
	bool fits;

	if (!sql_audience_by_post(h->db, a, al->id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		str name = rows.v[i].child == DB_NULL
			       ? rows.v[i].group_name
			       : child_first(a, org, &rows.v[i]);

		if (name.n == 0)
			continue;
		if (b.n > 0)
			buf_put(&b, ", ", 2);
		buf_str(&b, name);
	}
	fits = arena_str(a, b.p, b.n, &al->audience);
	buf_done(&b);
	return fits || err_set(e, ERR_LIMIT, "too many audiences");
}

static bool
load_post(struct house *h, struct arena *a, const struct organisation *org,
    const struct grant *g, struct album *al, struct err *e)
{
	struct sql_post_by_id_row p;

	if (!sql_post_by_id(h->db, a, grant_post(g), &p, e))
		return false;
	*al = (struct album){
	    .id = p.id,
	    .author = p.author,
	    .day = p.day_on,
	    .publish_at = p.publish_at,
	    .state = grant_facts(g)->state,
	    .title = house_text(a, org, "post.title_enc", p.title_enc),
	    .body = house_text(a, org, "post.body_enc", p.body_enc),
	    .author_name =
		house_text(a, org, "account.name_enc", p.author_name_enc),
	};
	return load_audience(h, a, org, al, e);
}

static enum medium_state
state_of(str word)
{
	static const struct {
		const char *word;
		enum medium_state state;
	} table[] = {{"ready", MEDIUM_READY}, {"refused", MEDIUM_REFUSED},
	    {"queued", MEDIUM_QUEUED}, {"receiving", MEDIUM_RECEIVING},
	    {"held", MEDIUM_HELD}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(word, str_c(table[i].word)))
			return table[i].state;
	return MEDIUM_LOCKED;
}

/* What waits for its sender to come back is not coming. */
static void
count(struct album *al, enum medium_state s, bool silent)
{
	if (s == MEDIUM_READY)
		al->n_ready++;
	else if (s == MEDIUM_REFUSED)
		al->n_refused++;
	else if (s == MEDIUM_LOCKED)
		al->n_stopped++;
	else if (s == MEDIUM_HELD)
		al->n_held++;
	else if (!silent)
		al->n_coming++;
}

/* What is known of those that are ready. */
static bool
load_documents(
    struct house *h, struct arena *a, struct album *al, struct err *e)
{
	struct sql_document_of_post_rows rows;

	if (al->n_document == 0)
		return true;
	if (!sql_document_of_post(h->db, a, al->id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		for (size_t k = 0; k < al->n; k++)
			if (al->v[k].id == rows.v[i].medium) {
				al->v[k].pages = rows.v[i].pages;
				al->v[k].tagged = rows.v[i].tagged != 0;
				al->v[k].worded = rows.v[i].worded != 0;
			}
	return true;
}

static bool
load_all(struct house *h, struct arena *a, const struct organisation *org,
    struct album *al, struct err *e)
{
	struct sql_medium_of_post_rows rows;
	int64_t now = house_now(h);

	if (!sql_medium_of_post(h->db, a, al->id, &rows, e))
		return false;
	al->v = NEW_N(a, struct album_photo, rows.n);
	if (al->v == NULL)
		return err_set(e, ERR_LIMIT, "too many photos");
	al->n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_medium_of_post_row *r = &rows.v[i];

		al->v[i] = (struct album_photo){.id = r->id,
		    .caption = house_text(
			a, org, "medium.caption_enc", r->caption_enc),
		    .width = r->width,
		    .height = r->height,
		    .taken_at = r->taken_at,
		    .state = state_of(r->state),
		    .reason = r->reason,
		    .name = house_text(a, org, "medium.name_enc", r->name_enc),
		    .video = medium_kind_of(r->kind) == MEDIUM_VIDEO,
		    .document = medium_kind_of(r->kind) == MEDIUM_DOCUMENT,
		    .duration_ms = r->duration_ms,
		    .percent = r->progress};
		al->n_video += al->v[i].video && al->v[i].state == MEDIUM_READY;
		al->n_document +=
		    al->v[i].document && al->v[i].state == MEDIUM_READY;
		count(al, al->v[i].state,
		    al->v[i].state == MEDIUM_RECEIVING &&
			r->upload_seen_at <= now - ALBUM_COMING_S);
	}
	return load_documents(h, a, al, e);
}

static bool
load_ready(struct house *h, struct arena *a, const struct organisation *org,
    enum album_part part, struct album *al, struct err *e)
{
	struct sql_medium_ready_of_post_rows rows;

	if (!sql_medium_ready_of_post(
		h->db, a, al->id, part == ALBUM_SHOWN, &rows, e))
		return false;
	al->v = NEW_N(a, struct album_photo, rows.n);
	if (al->v == NULL)
		return err_set(e, ERR_LIMIT, "too many photos");
	al->n = al->n_ready = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		al->v[i] = (struct album_photo){.id = rows.v[i].id,
		    .caption = house_text(
			a, org, "medium.caption_enc", rows.v[i].caption_enc),
		    .width = rows.v[i].width,
		    .height = rows.v[i].height,
		    .taken_at = rows.v[i].taken_at,
		    .state = MEDIUM_READY,
		    .video = medium_kind_of(rows.v[i].kind) == MEDIUM_VIDEO,
		    .document =
			medium_kind_of(rows.v[i].kind) == MEDIUM_DOCUMENT,
		    .duration_ms = rows.v[i].duration_ms};
		al->n_video += al->v[i].video;
		al->n_document += al->v[i].document;
	}
	return load_documents(h, a, al, e);
}

void
album_hide(
    struct album *al, const struct hidden_photos *hidden, enum album_part part)
{
	size_t kept = 0;

	for (size_t i = 0; i < al->n; i++) {
		struct album_photo *p = &al->v[i];

		p->hidden = hidden_in(hidden, p->id);
		if (part == ALBUM_SHOWN && p->hidden.withheld) {
			al->n_ready--;
			al->n_video--;
			continue;
		}
		al->n_waiting += p->hidden.waits;
		al->v[kept++] = *p;
	}
	al->n = kept;
}

enum album_part
album_part_of(const struct viewer *v)
{
	return viewer_is_staff(v) ? ALBUM_READY : ALBUM_SHOWN;
}

bool
album_load(struct house *h, struct arena *a, const struct organisation *org,
    const struct grant *g, enum album_part part, struct album *ret,
    struct err *e)
{
	struct album al;

	if (!load_post(h, a, org, g, &al, e) ||
	    !(part == ALBUM_WHOLE ? load_all(h, a, org, &al, e)
				  : load_ready(h, a, org, part, &al, e)))
		return err_wrap(e, "album %" PRId64, grant_post(g));
	*ret = al;
	return true;
}

/* Without the videos that this family gets none of. */
static bool
drop_withheld(struct house *h, struct arena *a, const struct grant *g,
    const struct viewer *v, int64_t now, int64_t today,
    struct sql_medium_ready_ids_rows *rows, struct err *e)
{
	struct hidden_photos hidden;
	size_t videos = 0, kept = 0;

	for (size_t i = 0; i < rows->n; i++)
		videos += medium_kind_of(rows->v[i].kind) == MEDIUM_VIDEO;
	if (videos == 0 || album_part_of(v) != ALBUM_SHOWN)
		return true;
	if (!hidden_of_post(
		h, a, v, grant_facts(g), grant_post(g), now, today, &hidden, e))
		return false;
	for (size_t i = 0; i < rows->n; i++)
		if (!hidden_in(&hidden, rows->v[i].id).withheld)
			rows->v[kept++] = rows->v[i];
	rows->n = kept;
	return true;
}

bool
album_place(struct house *h, struct arena *a, const struct grant *g,
    const struct viewer *v, int64_t medium, int64_t now, int64_t today,
    struct album_place *ret, struct err *e)
{
	struct sql_medium_ready_ids_rows rows;

	if (!sql_medium_ready_ids(h->db, a, grant_post(g),
		album_part_of(v) == ALBUM_SHOWN, &rows, e) ||
	    !drop_withheld(h, a, g, v, now, today, &rows, e))
		return err_wrap(e, "album %" PRId64, grant_post(g));
	for (size_t i = 0; i < rows.n; i++) {
		if (rows.v[i].id != medium)
			continue;
		*ret = (struct album_place){(int64_t)i + 1, (int64_t)rows.n,
		    i > 0 ? rows.v[i - 1].id : 0,
		    i + 1 < rows.n ? rows.v[i + 1].id : 0};
		return true;
	}
	return err_set(e, ERR_NOT_FOUND, "not in this album");
}

bool
album_photo_load(struct house *h, struct arena *a,
    const struct organisation *org, const struct grant *g, int64_t medium,
    struct album *ret_album, struct album_photo *ret, struct err *e)
{
	struct sql_medium_for_page_row m;
	struct album al;

	if (!load_post(h, a, org, g, &al, e) ||
	    !sql_medium_for_page(h->db, a, medium, &m, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (m.post != al.id)
		return err_set(e, ERR_NOT_FOUND, "not in this album");
	*ret_album = al;
	*ret = (struct album_photo){.id = m.id,
	    .caption = house_text(a, org, "medium.caption_enc", m.caption_enc),
	    .width = m.width,
	    .height = m.height,
	    .taken_at = m.taken_at,
	    .state = MEDIUM_READY,
	    .video = medium_kind_of(m.kind) == MEDIUM_VIDEO,
	    .document = medium_kind_of(m.kind) == MEDIUM_DOCUMENT,
	    .duration_ms = m.duration_ms};
	return true;
}
