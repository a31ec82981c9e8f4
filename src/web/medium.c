/* medium — the bytes of photos.  Each answer begins with permit_medium. */
#include <inttypes.h>

#include "html_error.h"
#include "html_medium.h"
#include "ipc/office.h"
#include "media/tagwrite.h"
#include "sharing/album.h"
#include "sharing/looked.h"
#include "sharing/viewer.h"
#include "web/asset.h"
#include "web/document.h"
#include "web/form.h"
#include "web/medium.h"
#include "web/share.h"
#include "web/video.h"

#define THUMB 320
#define LARGE 2048

static bool
is_side(int64_t side)
{
	return side == 320 || side == 1024 || side == 2048;
}

bool
medium_answer(struct request *r, struct response *out, const struct grant *g,
    struct err *e)
{
	const struct grant_blob *b = grant_blob(g);
	struct plan_choice choice;

	if (!grant_open_blob(
		r->house, r->arena, r->org, g, &out->fd, &out->http.key, e))
		return false;
	out->status = 200;
	out->http.content_type = b->type;
	if (b->segments == 0) {
		out->http.body = HTTP_BODY_BLOB;
		out->http.total = (uint64_t)b->bytes;
		return true;
	}
	if (!grant_choice(r->arena, r->org, g, &choice, e) ||
	    !grant_line(r->arena, r->org, g, &out->http.line, e))
		return false;
	out->http.body = HTTP_BODY_COMPOSED;
	out->http.code = choice.code;
	out->http.hidden = choice.hidden;
	return true;
}

bool
medium_note_view(
    struct request *r, int64_t medium, const struct grant *g, struct err *e)
{
	struct deed d = share_deed(r);

	if (!viewer_is_staff(r->viewer))
		return true;
	return looked_note(
	    &d, AUDIT_MEDIUM_VIEWED, "medium", medium, g, S(""), e);
}

/* ---- while a box is drawn ---- */

/* *ret: that is why there is no picture; else *e stays as it is. */
static bool
is_prepared(struct request *r, int side, const struct err *e)
{
	const struct grant *g;
	struct err ignored;
	bool waits = false;

	if (e->kind != ERR_BUSY ||
	    !share_photo_page(r, r->id[0], side, &g, &ignored))
		return false;
	(void)grant_hidden(g, &waits);
	return waits;
}

static void
soon(struct request *r, struct response *out)
{
	out->status = 503;
	respond_header(r, out, "Cache-Control", S("no-store"));
	respond_header(r, out, "Retry-After", S("5"));
}

/* The same drawing whatever the photo. */
bool
medium_drawing(struct request *r, struct response *out)
{
	const struct asset *a = asset_named("waiting.svg");

	(void)respond_bytes(r, out, a->type, a->bytes);
	soon(r, out);
	return true;
}

static bool
answer_words(struct request *r, struct response *out)
{
	html_error_page(&r->view,
	    lang_text(r->view.lang, N_("This photo is being prepared")),
	    lang_text(r->view.lang,
		N_("A face is being masked. Try again in a moment.")));
	(void)respond_page(r, out, 503);
	soon(r, out);
	return true;
}

/* The browser may keep the picture, and must ask before it shows it again:
 * the answer to that, too, comes after the decision. */
bool
medium_picture(struct request *r, struct response *out, const struct grant *g,
    struct err *e)
{
	str mark = grant_mark(r->arena, r->org, g);

	respond_header(r, out, "ETag", mark);
	respond_header(r, out, "Cache-Control", S("private, no-cache"));
	if (mark.n > 0 && request_has(r, mark)) {
		out->status = 304;
		out->http.body = HTTP_BODY_INLINE;
		return true;
	}
	if (!medium_answer(r, out, g, e))
		return false;
	out->http.ranges = HTTP_RANGES;
	return true;
}

static bool
picture_show(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;

	if (!is_side(r->id[1]))
		return err_set(e, ERR_NOT_FOUND, "no such size");
	if (!share_medium(r, r->id[0], (int)r->id[1], PERMIT_SEE, &g, e))
		return is_prepared(r, (int)r->id[1], e) &&
		       medium_drawing(r, out);
	/* Opened before it is written down: that may wait for whoever writes,
	 * and a photo that is drawn anew meanwhile has another file. */
	return medium_picture(r, out, g, e) &&
	       (r->id[1] == THUMB || medium_note_view(r, r->id[0], g, e));
}

/* ---- to take home ---- */

static void
fill_taken(const struct organisation *org, int64_t at, struct tag_facts *f)
{
	struct civil c;

	if (at == DB_NULL)
		return;
	c = zone_local(org->zone, at);
	f->has_taken = c.year > 0;
	f->taken[0] = (uint16_t)c.year;
	f->taken[1] = c.month;
	f->taken[2] = c.day;
	f->taken[3] = c.hour;
	f->taken[4] = c.minute;
	f->taken[5] = c.second;
}

bool
medium_words(
    struct request *r, str caption, int64_t taken_at, str *ret, struct err *e)
{
	struct tag_facts f = {.caption = caption, .organisation = r->org->name};
	struct buf b = BUF_MAX(TAG_PREFIX_MAX);
	bool done;

	fill_taken(r->org, taken_at, &f);
	done = tagwrite(&f, &b, e);
	if (done && !arena_str(r->arena, b.p, b.n, ret))
		done = err_set(e, ERR_LIMIT, "no room for words");
	buf_done(&b);
	return done;
}

void
medium_put_words(struct response *out, str words)
{
	out->http.inline_bytes = words;
	out->http.skip = TAG_SKIP;
	out->http.total = words.n;
}

static str
file_name(
    struct request *r, const struct album *al, const struct album_place *at)
{
	struct civil c = day_to_civil(al->day);

	return arena_fmt(r->arena,
	    "attachment; filename=\"photo-%04d-%02d-%02d-%" PRId64 ".jpg\"",
	    (int)c.year, (int)c.month, (int)c.day, at->at);
}

static bool
download_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct album_photo photo;
	struct album_place at;
	const struct grant *g;
	struct album al;
	str words;

	if (!share_medium(r, r->id[0], LARGE, PERMIT_DOWNLOAD, &g, e))
		return is_prepared(r, LARGE, e) && answer_words(r, out);
	if (grant_kind(g) == MEDIUM_VIDEO)
		return video_download(r, out, e);
	if (grant_kind(g) == MEDIUM_DOCUMENT)
		return document_download(r, out, e);
	if (!album_photo_load(
		r->house, r->arena, r->org, g, r->id[0], &al, &photo, e) ||
	    !album_place(r->house, r->arena, g, r->viewer, r->id[0], r->now,
		r->today, &at, e) ||
	    !medium_answer(r, out, g, e) || /* before the note, as above */
	    !looked_note(
		&d, AUDIT_MEDIUM_DOWNLOADED, "medium", r->id[0], g, S(""), e) ||
	    !medium_words(r, photo.caption, photo.taken_at, &words, e))
		return false;
	medium_put_words(out, words);
	respond_header(r, out, "Content-Disposition", file_name(r, &al, &at));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return true;
}

/* ---- the original, for a purpose ---- */

/* clang-format off */
/* The words are kept in the audit as they stand here. */
static const struct field_option purposes[] = {
	{ "", N_("Choose…") },
	{ "family-asked", N_("A family asked for it") },
	{ "print", N_("To print it for the organisation") },
	{ "check", N_("To check what the camera recorded") },
	{ "safety", N_("For the safety of a child") },
	{ 0 },
};

enum { ORIGINAL_PURPOSE };
static const struct field original_fields[] = {
	[ORIGINAL_PURPOSE] = { "purpose", N_("What do you need it for?"),
	    N_("The families concerned can read your answer."), FIELD_CHOICE,
	    .required = true, .options = purposes },
	{ 0 },
};
/* clang-format on */

#define ORIGINAL "original "

const char *
medium_purpose(str detail)
{
	str head = S(ORIGINAL), word;

	if (!str_starts(detail, head))
		return NULL;
	word = str_sub(detail, head.n, detail.n);
	for (size_t i = 1; purposes[i].value != NULL; i++)
		if (str_eq(word, str_c(purposes[i].value)))
			return purposes[i].label;
	return NULL;
}

static bool
original_show(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;
	struct form f;

	if (!share_medium(r, r->id[0], 0, PERMIT_ORIGINAL, &g, e))
		return false;
	form_start(original_fields, &f);
	html_original_page(&r->view, r->id[0], grant_post(g), &f);
	return respond_page(r, out, 200);
}

static const char *
extension(str type)
{
	static const struct {
		const char *type, *extension;
	} table[] = {{"image/jpeg", "jpg"}, {"image/png", "png"},
	    {"image/webp", "webp"}, {"image/heic", "heic"},
	    {"image/avif", "avif"}, {"video/mp4", "mp4"},
	    {"video/quicktime", "mov"}, {"video/webm", "webm"},
	    {"video/3gpp", "3gp"}, {"application/pdf", "pdf"}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(type, str_c(table[i].type)))
			return table[i].extension;
	for (int k = OFFICE_DOCX; k < OFFICE_KINDS; k++)
		if (str_eq(type, str_c(office_kind_facts[k].type)))
			return office_kind_facts[k].name;
	return "bin";
}

static bool
original_take(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct form f;

	if (!share_medium(r, r->id[0], 0, PERMIT_ORIGINAL, &g, e))
		return false;
	if (!form_read(r, original_fields, &f)) {
		html_original_page(&r->view, r->id[0], grant_post(g), &f);
		out->rollback = true;
		return respond_page(r, out, 422);
	}
	if (!looked_note(&d, AUDIT_MEDIUM_DOWNLOADED, "medium", r->id[0], g,
		arena_fmt(r->arena, ORIGINAL "%s",
		    arena_cstr(r->arena, f.value[ORIGINAL_PURPOSE])),
		e) ||
	    !medium_answer(r, out, g, e))
		return false;
	respond_header(r, out, "Content-Disposition",
	    arena_fmt(r->arena,
		"attachment; filename=\"original-%" PRId64 ".%s\"", r->id[0],
		extension(grant_blob(g)->type)));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return true;
}

const struct route medium_routes[] = {
    {HTTP_GET, "/m/:id/:id", picture_show, NEED_MEMBER, ROUTE_QUIET},
    {HTTP_GET, "/m/:id/download", download_show, NEED_MEMBER, ROUTE_QUIET},
    {HTTP_GET, "/m/:id/original", original_show, NEED_STAFF, 0},
    {HTTP_POST, "/m/:id/original", original_take, NEED_STAFF, ROUTE_REPEATABLE},
    {0},
};
