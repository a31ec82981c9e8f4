/*
 * moving — the family's page of a child that goes to another house or comes
 * from one; asks and takes the file.
 */
#include "web/moving.h"

#include <inttypes.h>

#include "claim/claim.h"
#include "html_moving.h"
#include "web/member.h"

enum {
	F_CARD,
	F_PHOTOS,
	F_VIDEOS,
	F_DOCUMENTS,
	F_CONSENTS,
	F_NOTICES,
	F_CONTACT,
	F_ERASE
};

/* clang-format off */
static const struct field ask_fields[] = {
	[F_CARD] = { "card", N_("The card of the other organisation"),
	    N_("It begins with PREAU1. Ask the other organisation for it, or "
	       "copy it there from the same page."),
	    FIELD_LINE, true, 60, CARD_TEXT_MAX, NULL, NULL },
	[F_PHOTOS] = { "photos", N_("The photos of the memory box"), NULL,
	    FIELD_CHECK, false, 0, 0, NULL, NULL },
	[F_VIDEOS] = { "videos", N_("The videos in which the child is"),
	    N_("As you see and hear them here."),
	    FIELD_CHECK, false, 0, 0, NULL, NULL },
	[F_DOCUMENTS] = { "documents",
	    N_("The documents for us or our group"),
	    N_("As PDF files, with the day and the title."),
	    FIELD_CHECK, false, 0, 0, NULL, NULL },
	[F_CONSENTS] = { "consents", N_("What was said about pictures"),
	    N_("As a record. It does not count there: the other organisation "
	       "asks you anew."),
	    FIELD_CHECK, false, 0, 0, NULL, NULL },
	[F_NOTICES] = { "notices", N_("Which notices I answered"), NULL,
	    FIELD_CHECK, false, 0, 0, NULL, NULL },
	[F_CONTACT] = { "contact", N_("My own name, e-mail and telephone"),
	    N_("Of nobody else: another parent does the same from their own "
	       "account."),
	    FIELD_CHECK, false, 0, 0, NULL, NULL },
	[F_ERASE] = { "erase",
	    N_("Once I have the file, I ask for the erasure here"),
	    N_("A request by right is entered in your name, for everything "
	       "that is kept here, also what you do not take along; the "
	       "director answers it with a certificate."),
	    FIELD_CHECK, false, 0, 0, NULL, NULL },
	{ 0 },
};
/* clang-format on */

bool
moving_house(struct request *r, struct moving_house *ret, struct err *e)
{
	struct card c;

	parcels_card(r->org, &c);
	ret->card = card_text(r->arena, &c);
	ret->words = card_words(r->arena, &c);
	return qr_make(r->arena, ret->card, &ret->qr, e);
}

const char *
moving_fault(const struct arriving *a)
{
	static const struct {
		const char *word, *text;
	} table[] = {
	    {"no-parcel",
		N_("This is not a folder that another organisation made.")},
	    {"others",
		N_("This folder was made for another organisation: its card "
		   "was not ours. Ask there for a new one, with our card.")},
	    {"altered",
		N_("The file is not as it was made: something in it was "
		   "altered.")},
	    {"cut", N_("The file is not complete: its end is missing. Copy it "
		       "again.")},
	    {"forged",
		N_("The organisation that this folder names has not signed "
		   "it.")},
	    {"expired",
		N_("This folder is too old. Ask the other organisation for a "
		   "new one.")},
	    {"twice",
		N_("This very folder was taken in before. Nothing was done.")},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (str_eq(a->fault, str_c(table[i].word)))
			return table[i].text;
	return N_("The file was lost here before it was taken in. Bring it "
		  "again.");
}

/* A piece is as long as what is sealed at once. */
str
moving_fault_place(struct view *v, const struct arriving *a)
{
	str of[2];

	if (a->fault_at == DB_NULL)
		return S("");
	of[0] = arena_i64(v->arena, a->fault_at);
	of[1] = arena_i64(v->arena, a->fault_at + (int64_t)SEAL_CHUNK + 16);
	return lang_fill(v->arena,
	    lang_text(v->lang, N_("Between its bytes %1 and %2.")), of, 2);
}

/* ---- in words ---- */

str
moving_count(struct view *v, const struct folder_count *c)
{
	const struct {
		int64_t n;
		const char *one, *many;
	} part[] = {
	    {c->photos, N_P("%1 photo", "%1 photos")},
	    {c->videos, N_P("%1 video", "%1 videos")},
	    {c->documents, N_P("%1 document", "%1 documents")},
	};
	str ret = S("");

	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		str number = arena_i64(v->arena, part[i].n);

		if (part[i].n == 0)
			continue;
		ret = arena_fmt(v->arena, STR_FMT "%s" STR_FMT, STR_ARG(ret),
		    ret.n > 0 ? ", " : "",
		    STR_ARG(lang_fill(v->arena,
			lang_plural(
			    v->lang, part[i].one, part[i].many, part[i].n),
			&number, 1)));
	}
	return ret.n > 0 ? ret : lang_text(v->lang, N_("nothing"));
}

str
moving_season(struct view *v, const struct folder_season *s)
{
	return s->id == FOLDER_NO_SEASON
		   ? lang_text(v->lang, N_("Days between the seasons"))
		   : s->name;
}

struct moving_seasons
moving_wanted(struct view *v, const struct leaving *l)
{
	const struct folder_want *w = &l->want.folder;
	struct moving_seasons ret = {
	    NEW_N(v->arena, struct folder_season, w->n_season + 1), 0, false};

	for (size_t i = 0; ret.v != NULL && i < w->n_season; i++)
		if (w->season[i].wanted)
			ret.v[ret.n++] = w->season[i];
	return ret;
}

bool
moving_chosen(const struct request *r, int64_t season)
{
	return request_field(
		   r, arena_cstr(r->arena,
			  arena_fmt(r->arena, "season-%" PRId64, season)))
		   .n > 0;
}

/* ---- the page ---- */

static const struct viewer_child *
child_of(const struct request *r)
{
	for (size_t i = 0; i < r->viewer->n_child; i++)
		if (r->viewer->child[i].id == r->id[0] &&
		    r->viewer->child[i].holder)
			return &r->viewer->child[i];
	return NULL;
}

static bool
load(struct request *r, struct moving_page *p, struct err *e)
{
	const struct viewer_child *c = child_of(r);
	struct deed d = member_deed(r);
	struct err ignored;

	if (c == NULL || r->viewer->state != VIEWER_ACTIVE)
		return err_set(e, ERR_NOT_FOUND, "no child of this viewer");
	p->child = c->id;
	p->first = viewer_child_first(r->arena, r->org, c);
	if (!moving_house(r, &p->here, e) ||
	    !leave_of_child(&d, c->id, &p->leaves, &p->leaving, e) ||
	    !arrive_of_child(&d, c->id, &p->arrives, &p->arriving, e) ||
	    !safe_parting(r, &p->safe, e))
		return false;
	if (p->arriving.record.n > 0 &&
	    !record_read(r->arena, p->arriving.record, &p->record, &ignored))
		p->record.n = 0;
	p->may_ask = leave_may(r->viewer, c->id) &&
		     (!p->leaves || p->leaving.state == LEAVE_REFUSED ||
			 p->leaving.state == LEAVE_ENDED);
	p->may_bring = arrive_may(r->viewer, c->id) &&
		       (!p->arrives || p->arriving.state == ARRIVE_COMING ||
			   p->arriving.state == ARRIVE_DAMAGED ||
			   p->arriving.state == ARRIVE_REFUSED ||
			   p->arriving.state == ARRIVE_DONE ||
			   p->arriving.state == ARRIVE_ENDED);
	return true;
}

/* Of those in which there is something; *io: chosen by request. */
static bool
load_seasons(struct request *r, struct moving_page *p,
    const struct folder_want *w, bool chosen, struct err *e)
{
	struct deed d = member_deed(r);
	struct moving_seasons *l = &p->seasons;
	struct folder_season *v;
	size_t n;

	if (!folder_seasons(&d, &v, &n, e) ||
	    !folder_weigh(&d, r->viewer, p->child, w, v, n, e))
		return false;
	*l = (struct moving_seasons){
	    v, 0, chosen && request_field(r, "season-all").n > 0};
	for (size_t i = 0; i < n; i++) {
		const struct folder_count *c = &v[i].count;

		if (!c->many && c->photos + c->videos + c->documents == 0)
			continue;
		v[i].wanted = l->all || (chosen && moving_chosen(r, v[i].id));
		l->v[l->n++] = v[i];
	}
	return true;
}

static bool
page_show(struct request *r, struct response *out, struct err *e)
{
	static const struct folder_want all = {true, true, true, NULL, 0};
	struct moving_page p = {0};
	struct form f;

	if (!load(r, &p, e) ||
	    (p.may_ask && !load_seasons(r, &p, &all, false, e)))
		return false;
	form_start(ask_fields, &f);
	p.form = &f;
	html_moving_page(&r->view, &p);
	return respond_page(r, out, 200);
}

bool
moving_see(struct request *r, struct response *out, const char *notice)
{
	respond_notice(r, out, notice);
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/moving/%" PRId64, r->id[0]));
}

/* ---- to go ---- */

static bool
again(struct request *r, struct response *out, struct moving_page *p,
    struct form *f)
{
	p->form = f;
	html_moving_page(&r->view, p);
	return member_again(r, out);
}

static struct leave_want
wish_of(const struct form *f)
{
	return (struct leave_want){
	    {f->number[F_CONTACT] != 0, f->number[F_CONSENTS] != 0,
		f->number[F_NOTICES] != 0},
	    {.photos = f->number[F_PHOTOS] != 0,
		.videos = f->number[F_VIDEOS] != 0,
		.documents = f->number[F_DOCUMENTS] != 0},
	    f->number[F_ERASE] != 0};
}

static bool
names_season(const struct moving_seasons *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].wanted)
			return true;
	return false;
}

/* Of what is taken along and lies in no season there is nothing to choose. */
static void
check_seasons(
    const struct moving_seasons *l, const struct folder_want *w, struct form *f)
{
	if ((w->photos || w->videos || w->documents) && l->n > 0 &&
	    !names_season(l))
		form_fault(f, F_PHOTOS,
		    N_("Say for which seasons: one, several or all."));
}

static bool
ask_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	static const struct folder_want all = {true, true, true, NULL, 0};
	struct moving_page p = {0};
	struct leave_want w;
	struct card to, here;
	struct err why;
	struct form f;
	int64_t id;

	if (!load(r, &p, e))
		return false;
	if (!p.may_ask)
		return err_set(e, ERR_CONFLICT, "a move is under way");
	parcels_card(r->org, &here);
	if (form_read(r, ask_fields, &f) &&
	    !card_read(r->arena, f.value[F_CARD], &to, &why))
		form_fault(&f, F_CARD,
		    N_("This is no card of a house, or it was mistyped. It "
		       "begins with PREAU1 and is copied whole."));
	else if (!f.bad && card_same(&to, &here))
		form_fault(&f, F_CARD,
		    N_("This is the card of this very organisation. The other "
		       "one has its own."));
	w = wish_of(&f);
	if (!load_seasons(r, &p, f.bad ? &all : &w.folder, true, e))
		return false;
	if (!f.bad)
		check_seasons(&p.seasons, &w.folder, &f);
	if (f.bad)
		return again(r, out, &p, &f);
	w.folder.season = p.seasons.v;
	w.folder.n_season = p.seasons.n;
	if (!leave_ask(&d, r->viewer, p.child, &to, &w, &id, e))
		return false;
	return moving_see(r, out,
	    N_("It is asked. The director looks at it; this page says when "
	       "the file is ready."));
}

static bool
own_leaving(struct request *r, struct leaving *ret, struct err *e)
{
	struct deed d = member_deed(r);
	bool found;

	if (child_of(r) == NULL)
		return err_set(e, ERR_NOT_FOUND, "no child of this viewer");
	if (!leave_of_child(&d, r->id[0], &found, ret, e))
		return false;
	return (found && ret->asker == r->viewer->account) ||
	       err_set(e, ERR_NOT_FOUND, "another's move");
}

/* What it left in the folder of parcels goes with the rows. */
static bool
parcel_goes(struct request *r, const void *what, struct err *e)
{
	(void)e;
	parcels_remove(r->house, r->arena, *(const str *)what);
	return true;
}

bool
moving_goes(struct request *r, struct response *out, str name)
{
	str *kept = NEW(r->arena, str);

	if (kept == NULL)
		return false;
	*kept = name;
	out->after = parcel_goes;
	out->what = kept;
	return true;
}

static bool
end_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct leaving l;

	if (!own_leaving(r, &l, e) || !leave_end(&d, &l, e))
		return false;
	(void)moving_goes(r, out, l.name);
	return moving_see(
	    r, out, N_("The move is ended, and its file is gone."));
}

/* Is it still what this viewer would get today? */
static bool
is_fresh(struct request *r, const struct leaving *l, bool *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MANIFEST_RECORD_MAX);
	struct deed d = member_deed(r);
	struct folder list;
	str mark;

	if (!folder_list(&d, r->viewer, l->child, &l->want.folder, &list, e) ||
	    !record_write(&d, r->viewer, l->child, &l->want.record, &b, e) ||
	    !leave_mark(&d, &list, buf_view(&b), &mark, e))
		return false;
	*ret = str_eq(mark, l->mark);
	return true;
}

/* The family's wish, entered once: an erasure by right (claim/claim.h).  Not
 * of pictures that it does not have. */
static bool
enter_erasure(struct request *r, const struct leaving *l, struct err *e)
{
	struct deed d = member_deed(r);
	struct claim_new n = {.kind = CLAIM_ERASE,
	    .asker = r->viewer->account,
	    .child = l->child,
	    .rule = -1,
	    .words = lang_text(r->view.lang,
		N_("We have moved to another organisation and have taken the "
		   "folder: please erase what is kept here.")),
	    .received_on = r->today};
	int64_t id;

	return !l->want.erase_after || !leave_is_whole(l) ||
	       l->taken_at != DB_NULL || claim_enter(&d, &n, &id, e);
}

static bool
note_taken(
    struct request *r, const struct leaving *l, bool fresh, struct err *e)
{
	struct deed d = member_deed(r);
	struct db *db = r->house->db;

	if (fresh && l->taken_at != DB_NULL)
		return true;
	if (!db_begin(db, e))
		return false;
	if ((fresh ? enter_erasure(r, l, e) && leave_taken(&d, l, e)
		   : leave_again(&d, l, e)) &&
	    db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

static bool
give(struct request *r, struct response *out, const struct leaving *l,
    struct err *e)
{
	CLEANUP(parcel_file_done) struct parcel_file f = PARCEL_FILE;

	if (!parcels_open(r->house, r->arena, r->org, l->child, l->name,
		l->key_wrapped, false, &f, e))
		return false;
	out->status = 200;
	out->http.body = HTTP_BODY_BLOB;
	out->http.total = (uint64_t)l->bytes;
	out->http.ranges = HTTP_RANGES_TAGGED;
	out->http.content_type = S("application/octet-stream");
	out->http.key = f.key;
	out->fd = f.fd;
	f.fd = -1;
	respond_header(r, out, "ETag",
	    arena_fmt(r->arena, "\"" STR_FMT "\"", STR_ARG(l->name)));
	respond_header(r, out, "Content-Disposition",
	    S("attachment; filename=\"dossier.preau\""));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return true;
}

static bool
folder_show(struct request *r, struct response *out, struct err *e)
{
	struct leaving l;
	bool fresh;

	if (!own_leaving(r, &l, e))
		return false;
	if (l.state != LEAVE_READY || l.expires_at < r->now ||
	    !leave_may(r->viewer, l.child))
		return err_set(e, ERR_NOT_FOUND, "there is no file now");
	if (!is_fresh(r, &l, &fresh, e))
		return false;
	/* A file that is lost is made anew, too. */
	if (fresh && !give(r, out, &l, e)) {
		if (e->kind != ERR_NOT_FOUND)
			return false;
		fresh = false;
	}
	/* Whoever looks has taken nothing. */
	if (r->http->method != HTTP_HEAD && !note_taken(r, &l, fresh, e))
		return false;
	return fresh ||
	       moving_see(r, out,
		   N_("Something in it has changed meanwhile, for example a "
		      "consent. The file is being made anew: come back in a "
		      "moment."));
}

/* clang-format off */
const struct route moving_routes[] = {
	{ HTTP_GET, "/moving/:id", page_show, NEED_FAMILY },
	{ HTTP_GET, "/moving/:id/dossier.preau", folder_show, NEED_FAMILY,
	    ROUTE_QUIET },
	{ HTTP_POST, "/moving/:id/ask", ask_do, NEED_FAMILY },
	{ HTTP_POST, "/moving/:id/end", end_do, NEED_FAMILY },
	{ 0 },
};
/* clang-format on */
