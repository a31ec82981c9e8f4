/* publish — a new album, its words, and its photos as they come in. */
#include "web/publish.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_publish.h"
#include "sharing/upload.h"
#include "sharing/viewer.h"
#include "sql_medium.h"
#include "web/share.h"

const char publish_waits[] = N_(
    "Nothing was destroyed: a file was stopped, and what belongs to it waits "
    "until somebody has decided.");

/* clang-format off */
enum { TEXT_TITLE, TEXT_DAY, TEXT_BODY };
static const struct field text_fields[] = {
	[TEXT_TITLE] = { "title", N_("Title"),
	    N_("What the children did: Pottery workshop, Trip to the pool…"),
	    FIELD_LINE, .required = true, .min = 1, .max = PUBLISH_TITLE_MAX },
	[TEXT_DAY] = { "day", N_("Day"), NULL, FIELD_DAY, .required = true },
	[TEXT_BODY] = { "body", N_("A few words for the families"),
	    N_("If you like. No names of other people’s children, please."),
	    FIELD_TEXT, .max = PUBLISH_BODY_MAX },
	{ 0 },
};
/* clang-format on */

const char *
publish_reason(str word)
{
	/* clang-format off */
	static const struct {
		const char *word, *text;
	} table[] = {
		{ "empty", N_("The file is empty.") },
		{ "unknown", N_("This is no photo, no video and no document that can be read here. JPEG, PNG, WebP and HEIC can, MP4, MOV, WebM and 3GP, and PDF.") },
		{ "truncated", N_("The end of the file is missing. Send it again.") },
		{ "damaged", N_("The file is damaged. Send it again, or another copy.") },
		{ "too_large", N_("The picture is too large: more than 50 million points, or more than 20,000 on a side.") },
		{ "film", N_("This is a picture with a film in it. Send a picture of it alone.") },
		{ "video_unknown", N_("This video cannot be read here. MP4, MOV, 3GP and WebM can, with H.264, HEVC, VP9 or AV1 inside.") },
		{ "video_too_large", N_("The video is too large: more than 2 GB, or pictures of more than 16 million points.") },
		{ "too_long", N_("The video is too long: ten minutes are the most.") },
		{ "no_picture", N_("There is no picture in this video.") },
		{ "infected", N_("The antivirus found something harmful in this file: it was destroyed. Have the device that it comes from looked at.") },
		{ "document_damaged", N_("This PDF cannot be read: it is damaged, or it is no PDF. Save it again from the program that made it.") },
		{ "document_locked", N_("This PDF asks for a password. Save it without one, and send that.") },
		{ "too_many_pages", N_("This document has too many pages: 200 are the most. Send it in parts.") },
		{ "no_page", N_("There is no page in this document.") },
		{ "document_too_heavy", N_("A page of this document takes too much time or room to draw. Save it again in a simpler form, or send pictures of its pages.") },
		{ "office_off", N_("This server takes documents as PDF alone. Save it as a PDF from the program in which you wrote it, and send that.") },
		{ "office_old", N_("This is a document of the old kind (.doc, .xls, .ppt, .rtf). Save it as a PDF, or as .docx, .xlsx, .pptx or OpenDocument, and send that.") },
		{ "office_locked", N_("This document asks for a password. Save it without one, and send that.") },
		{ "office_macros", N_("There are programs (macros) in this document, and such are not taken. Save it as a PDF, or without macros, and send that.") },
		{ "office_bomb", N_("This document is built in a way that no word processor would: it unpacks to far too much, or two of its parts share their bytes. It was destroyed. Save it as a PDF, and send that.") },
		{ "office_damaged", N_("This document is damaged. Open it in the program in which you wrote it, save it as a PDF, and send that.") },
		{ "office_failed", N_("No PDF could be made of this document. Save it as a PDF from the program in which you wrote it, and send that.") },
		{ "office_too_heavy", N_("It takes too much time or room to make a PDF of this document. Save it as a PDF from the program in which you wrote it, and send that.") },
		{ "too_many", N_("This file holds too many pictures. Send one of them alone, or a shorter animation.") },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(word, str_c(table[i].word)))
			return table[i].text;
	return N_("The file is damaged. Send it again, or another copy.");
}

bool
publish_album(struct request *r, const struct grant **ret_grant,
    struct album *ret, struct err *e)
{
	return share_post(r, r->id[0], PERMIT_EDIT, ret_grant, e) &&
	       album_load(
		   r->house, r->arena, r->org, *ret_grant, ALBUM_WHOLE, ret, e);
}

static void
tick(struct choice_list *l, str value)
{
	int64_t id;

	if (!num_i64(value, 1, INT64_MAX, &id))
		return;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			l->v[i].chosen = true;
}

/* What is no choice of this person's ticks nothing. */
void
publish_read_choices(const struct request *r, struct choices *c)
{
	for (size_t i = 0; i < c->group.n; i++)
		c->group.v[i].chosen = false;
	for (size_t i = 0; i < c->child.n; i++)
		c->child.v[i].chosen = false;
	for (size_t i = 0; i < r->http->n_form; i++) {
		const struct http_pair *p = &r->http->form[i];

		if (str_eq(p->name, S("group")))
			tick(&c->group, p->value);
		else if (str_eq(p->name, S("child")))
			tick(&c->child, p->value);
	}
}

/* ---- a new album ---- */

static bool
new_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct choices choices;
	struct new_page page;
	struct form f;

	if (!publish_groups(&d, r->viewer, 0, &choices, e))
		return false;
	form_start(text_fields, &f);
	f.value[TEXT_DAY] = iso_day(&r->view, r->today);
	if (choices.group.n == 1)
		choices.group.v[0].chosen = true;
	page = (struct new_page){&f, &choices};
	html_new_page(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
see_step(struct request *r, struct response *out, int64_t id, const char *step)
{
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/publish/%" PRId64 "%s", id, step));
}

static bool
read_text(struct request *r, struct form *f, struct post_text *t)
{
	bool fine = form_read(r, text_fields, f);

	if (fine && f->number[TEXT_DAY] > r->today + PUBLISH_FAR_DAYS) {
		form_fault(f, TEXT_DAY, N_("This day is too far away."));
		fine = false;
	}
	*t = (struct post_text){
	    f->value[TEXT_TITLE], f->value[TEXT_BODY], f->number[TEXT_DAY]};
	return fine;
}

bool
publish_read_text(struct request *r, struct post_text *ret)
{
	struct form f;

	return read_text(r, &f, ret);
}

static bool
new_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct choices choices;
	struct post_text text;
	struct form f;
	int64_t id;

	if (!publish_groups(&d, r->viewer, 0, &choices, e))
		return false;
	publish_read_choices(r, &choices);
	if (!read_text(r, &f, &text)) {
		struct new_page page = {&f, &choices};

		html_new_page(&r->view, &page);
		out->rollback = true;
		return respond_page(r, out, 422);
	}
	if (!post_create(&d, &text, &id, e) ||
	    !share_post(r, id, PERMIT_EDIT, &g, e) ||
	    !post_set_audience(&d, g, &choices, e))
		return false;
	return see_step(r, out, id, "");
}

/* ---- its words ---- */

static bool
text_show(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;
	struct album al;
	struct form f;

	if (!publish_album(r, &g, &al, e))
		return false;
	form_start(text_fields, &f);
	f.value[TEXT_TITLE] = al.title;
	f.value[TEXT_BODY] = al.body;
	f.value[TEXT_DAY] = iso_day(&r->view, al.day);
	html_text_page(&r->view, al.id, &f);
	return respond_page(r, out, 200);
}

static bool
text_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct post_text text;
	struct form f;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e))
		return false;
	if (!read_text(r, &f, &text)) {
		html_text_page(&r->view, r->id[0], &f);
		out->rollback = true;
		return respond_page(r, out, 422);
	}
	if (!post_edit(&d, g, &text, e))
		return false;
	respond_notice(r, out, N_("The words of the album are saved."));
	return see_step(r, out, r->id[0], "");
}

/* ---- its photos ---- */

static bool
photos_show(struct request *r, struct response *out, struct err *e)
{
	struct photos_page page = {.most_bytes = (int64_t)UPLOAD_BYTES_MAX,
	    .most_video_bytes = (int64_t)UPLOAD_VIDEO_MAX};
	struct stopped_note stopped;
	const struct grant *g;
	struct album al;

	if (!publish_album(r, &g, &al, e) ||
	    !stopped_note_load(r, &al, &stopped, e))
		return false;
	page.album = &al;
	page.stopped = &stopped;
	page.full = al.n_ready + al.n_coming + al.n_held + al.n_stopped >=
		    UPLOAD_PHOTOS_MAX;
	html_photos_page(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
status_show(struct request *r, struct response *out, struct err *e)
{
	struct sql_medium_progress_row m;
	const struct grant *g;
	str json;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !sql_medium_progress(r->house->db, r->arena,
		r->now - ALBUM_COMING_S, r->id[0], &m, e))
		return false;
	json = arena_fmt(r->arena,
	    "{\"receiving\":%" PRId64 ",\"queued\":%" PRId64
	    ",\"ready\":%" PRId64 ",\"refused\":%" PRId64
	    ",\"percent\":%" PRId64 "}",
	    m.receiving, m.queued, m.ready, m.refused, m.percent);
	respond_header(r, out, "Cache-Control", S("no-store"));
	return respond_bytes(r, out, S("application/json"), json);
}

static bool
file_open(struct request *r, struct http_file_go *ret, int *ret_fd,
    struct response *out, struct err *e)
{
	(void)out;
	return share_file_open(r, PERMIT_EDIT, ret, ret_fd, e);
}

static bool
end_files(struct request *r, size_t count[UPLOAD_FATES], struct err *e)
{
	const struct grant *g;

	return share_files_end(r, PERMIT_EDIT, &g, count, e);
}

/* One sentence for all files: the one that asks most of the sender. */
static const char *
fates_notice(const size_t count[UPLOAD_FATES])
{
	if (count[UPLOAD_FAILED] > 0)
		return N_("Some files could not be kept: our storage did not "
			  "answer. The others are here.");
	if (count[UPLOAD_TOO_BIG] > 0)
		return N_("Some files are larger than 40 MB and were left out. "
			  "The others are here.");
	if (count[UPLOAD_CUT] > 0)
		return N_("Some files did not arrive whole. Send them again; "
			  "the others are here.");
	if (count[UPLOAD_TWICE] > 0)
		return N_("Some photos were in this album already and were not "
			  "added twice.");
	if (count[UPLOAD_QUEUED] > 0)
		return N_("Your photos have arrived and are being prepared. "
			  "You can go on.");
	return N_("Choose at least one photo.");
}

static bool
files_do(struct request *r, struct response *out, struct err *e)
{
	size_t count[UPLOAD_FATES] = {0};

	if (!end_files(r, count, e))
		return false;
	respond_notice(r, out, fates_notice(count));
	return see_step(r, out, r->id[0], "");
}

/* For the island, which sends one file at a time. */
static bool
file_do(struct request *r, struct response *out, struct err *e)
{
	size_t count[UPLOAD_FATES] = {0};

	if (!end_files(r, count, e))
		return false;
	for (int i = 0; i < UPLOAD_FATES; i++)
		if (count[i] > 0)
			return respond_bytes(r, out, S("application/json"),
			    arena_fmt(r->arena, "{\"state\":\"%s\"}",
				upload_fate_word((enum upload_fate)i)));
	return err_set(e, ERR_INPUT, "no file came");
}

/* clang-format off */
const struct route publish_routes[] = {
	{ HTTP_GET, "/publish", new_show, NEED_STAFF },
	{ HTTP_POST, "/publish", new_do, NEED_STAFF },
	{ HTTP_GET, "/publish/:id", photos_show, NEED_STAFF },
	{ HTTP_GET, "/publish/:id/status", status_show, NEED_STAFF,
	    ROUTE_QUIET },
	{ HTTP_GET, "/publish/:id/text", text_show, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/text", text_do, NEED_STAFF },
	{ HTTP_POST, "/album/:id/photos", files_do, NEED_STAFF,
	    ROUTE_REPEATABLE, file_open },
	{ HTTP_POST, "/album/:id/upload", file_do, NEED_STAFF,
	    ROUTE_REPEATABLE, file_open },
	{ HTTP_GET, "/publish/:id/arrange", arrange_show, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/photo/:id", arrange_photo, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/photo/:id/remove", arrange_remove,
	    NEED_STAFF },
	{ HTTP_GET, "/publish/:id/send", send_show, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/send", send_do, NEED_STAFF },
	{ HTTP_GET, "/publish/:id/done", done_show, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/withdraw", withdraw_do, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/discard", discard_do, NEED_STAFF },
	{ 0 },
};
/* clang-format on */
