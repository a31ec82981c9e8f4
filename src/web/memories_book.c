/* The book of a season: what stands on its pages, and the bundle of its PDF. */
#include <sys/mman.h>

#include "web/memories.h"
#include "web/printer.h"

static void
put_block(struct buf *b, enum print_block_kind kind, str text)
{
	const struct print_block k = {.kind = kind, .text = text};

	print_block_write(b, &k);
}

static str
say(struct request *r, const char *key, const str *arg, size_t n)
{
	return lang_fill(r->arena, lang_text(r->view.lang, key), arg, n);
}

static str
span(struct request *r, const struct memories_season *s)
{
	int64_t from = s->v[0].day, until = s->v[s->n - 1].day;
	const str arg[] = {say_date(&r->view, from), say_date(&r->view, until)};

	return from == until ? arg[0] : say(r, N_("from %1 to %2"), arg, 2);
}

static void
put_cover(struct request *r, const struct memories_box *box,
    const struct memories_season *s, struct buf *b)
{
	const str number = arena_i64(r->arena, s->photos);

	put_block(b, PRINT_TITLE, box->first);
	put_block(b, PRINT_SUBTITLE, s->name);
	put_block(b, PRINT_TEXT, r->org->name);
	put_block(b, PRINT_TEXT,
	    arena_fmt(r->arena, STR_FMT ", " STR_FMT,
		STR_ARG(lang_fill(r->arena,
		    lang_plural(
			r->view.lang, N_P("%1 photo", "%1 photos"), s->photos),
		    &number, 1)),
		STR_ARG(span(r, s))));
	put_block(b, PRINT_NOTE,
	    say(r,
		N_("Other children appear as their families allowed it when "
		   "these copies were made."),
		NULL, 0));
	put_block(b, PRINT_NOTE,
	    say(r,
		N_("Every copy carries your family’s invisible mark: please "
		   "keep them in the family."),
		NULL, 0));
	put_block(b, PRINT_PAGE, S(""));
}

/* « 12 juillet 2026, 16 h 30 — the caption », or the album's title. */
static str
caption(struct request *r, const struct memories_day *d,
    const struct memories_photo *p)
{
	str what = p->caption.n > 0 ? p->caption : p->memory->title;
	str day = say_date(&r->view, d->day);
	str hour =
	    p->taken_at == DB_NULL ? S("") : say_time(&r->view, p->taken_at);

	return arena_fmt(r->arena, STR_FMT "%s" STR_FMT "%s" STR_FMT,
	    STR_ARG(day), hour.n > 0 ? ", " : "", STR_ARG(hour),
	    what.n > 0 ? " — " : "", STR_ARG(what));
}

static void
put_photo(struct request *r, const struct memories_day *d,
    const struct memories_photo *p, struct buf *b)
{
	const struct memory *m = p->memory;
	const struct print_block k = {.kind = PRINT_PICTURE,
	    .text = caption(r, d, p),
	    .alt = p->alt,
	    .width = m->copy_width,
	    .height = m->copy_height,
	    .bytes = (uint32_t)m->bytes,
	    .grey = m->grey};

	print_block_write(b, &k);
}

static bool
is_new_month(const struct memories_season *s, size_t i)
{
	struct civil a, b = day_to_civil(s->v[i].day);

	if (i == 0)
		return true;
	a = day_to_civil(s->v[i - 1].day);
	return a.month != b.month || a.year != b.year;
}

static bool
write_document(struct request *r, const struct memories_box *box,
    const struct memories_season *s, struct buf *b, struct err *e)
{
	const str arg[] = {box->first, s->name};
	const struct print_head head = {str_c(lang_codes[r->view.lang]),
	    say(r, N_("Book of %1, %2"), arg, 2),
	    arena_fmt(r->arena, STR_FMT " · " STR_FMT, STR_ARG(arg[0]),
		STR_ARG(arg[1]))};

	print_head_write(b, &head);
	put_cover(r, box, s, b);
	for (size_t i = 0; i < s->n; i++) {
		if (is_new_month(s, i))
			put_block(
			    b, PRINT_HEADING, say_month(&r->view, s->v[i].day));
		for (size_t k = 0; k < s->v[i].n; k++)
			put_photo(r, &s->v[i], &s->v[i].v[k], b);
	}
	return !b->full || err_set(e, ERR_LIMIT, "too many pictures at once");
}

/* ---- the bundle ---- */

struct binding {
	struct request *r;
	const struct memories_season *season;
	struct bundle_piece *v;
	struct bundle_head head;
	struct buf facts; /* what the version is made from */
};

static const struct memory *
memory_of(const struct memories_season *s, uint32_t picture)
{
	const struct memories_day *d = s->v;

	for (; picture >= d->n; d++)
		picture -= (uint32_t)d->n;
	return d->v[picture].memory;
}

/* Bytes from *at on up to the hole, and the picture in it. */
static bool
bind_one(
    struct binding *b, uint64_t at, const struct print_hole *h, struct err *e)
{
	const struct memory *m = memory_of(b->season, h->picture);
	struct bundle_piece *p = &b->v[b->head.pieces++];

	*p = (struct bundle_piece){.at = b->head.bytes,
	    .text_at = at,
	    .text_n = (uint32_t)(h->at - at),
	    .copy_n = (uint32_t)m->bytes,
	    .copy = (uint64_t)m->medium};
	b->head.bytes = bundle_piece_end(p);
	b->head.copies++;
	if (!memories_mark(b->r, m->mark, (str){0}, p->mark, e))
		return false;
	buf_put(&b->facts, p->mark, sizeof(p->mark));
	return true;
}

static bool
bind(struct binding *b, struct print_pdf pdf, struct err *e)
{
	struct print_hole h = {0};
	struct bundle_piece *end;
	uint64_t at = 0;

	for (uint32_t i = 0; i < pdf.n_holes; i++) {
		if (!print_hole_read(&pdf, &h, e) || !bind_one(b, at, &h, e))
			return false;
		at = h.at;
	}
	end = &b->v[b->head.pieces++];
	*end = (struct bundle_piece){.at = b->head.bytes,
	    .text_at = at,
	    .text_n = (uint32_t)(pdf.text.n - at)};
	b->head.bytes = bundle_piece_end(end);
	return true;
}

/* Of what was printed, and of the pictures that go into it. */
static bool
version_of(struct binding *b, str text, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf hex = BUF_MAX(64);
	uint8_t d[16];

	if (!memories_digest(b->r, "memories.print", text, sizeof(d), d, e))
		return false;
	buf_put(&b->facts, d, sizeof(d));
	if (b->facts.full)
		return err_set(e, ERR_LIMIT, "too many pictures at once");
	if (!memories_digest(
		b->r, "memories.book", buf_view(&b->facts), sizeof(d), d, e))
		return false;
	buf_hex(&hex, d, sizeof(d));
	return arena_str(b->r->arena, hex.p, hex.n, ret) ||
	       err_set(e, ERR_LIMIT, "no room for a version");
}

static bool
write_bundle(struct binding *b, str text, int *ret, struct err *e)
{
	OWNED_FD fd = memfd_create("book", MFD_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "memfd");
	if (!bundle_write(fd, &b->head, b->v, text, e))
		return false;
	*ret = fd;
	fd = -1;
	return true;
}

static bool
make_bundle(struct binding *b, const struct print_pdf *pdf, int *ret_fd,
    str *ret_version, struct err *e)
{
	if ((int64_t)pdf->n_holes != b->season->photos)
		return err_set(e, ERR_CORRUPT, "a book lacks pictures");
	b->v = NEW_N(b->r->arena, struct bundle_piece, pdf->n_holes + 1);
	if (b->v == NULL)
		return err_set(e, ERR_LIMIT, "too many pictures at once");
	b->head.owner = (uint64_t)b->r->viewer->account;
	return bind(b, *pdf, e) && version_of(b, pdf->text, ret_version, e) &&
	       write_bundle(b, pdf->text, ret_fd, e);
}

bool
memories_book(struct request *r, const struct memories_box *box,
    const struct memories_season *s, int *ret_fd, uint64_t *ret_bytes,
    str *ret_version, struct err *e)
{
	CLEANUP(buf_done) struct buf document = BUF_MAX(PRINT_DOCUMENT_MAX);
	CLEANUP(printed_done) struct printed printed = {0};
	struct binding b = {.r = r,
	    .season = s,
	    .facts = BUF_MAX((MEMORIES_MAX + 1) * BUNDLE_MARK)};
	bool done;

	if (!write_document(r, box, s, &document, e) ||
	    !printer_print(r, buf_view(&document), &printed, e))
		return false;
	done = make_bundle(&b, &printed.pdf, ret_fd, ret_version, e);
	buf_done(&b.facts);
	if (done)
		*ret_bytes = b.head.bytes;
	return done;
}
