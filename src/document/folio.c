#include "document/folio.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "document/inside.h"

#define STORE ((size_t)32 << 20) /* of what MuPDF keeps to draw again */
#define GRACE_MS 5000
#define LANG_MAX 12

/* One at a time in a process: a signal handler asks about it. */
static struct {
	fz_cookie cookie;
	volatile int64_t page_ms, all_ms; /* processor time; 0: nothing runs */
} watch;

static int64_t
used_ms(void)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
folio_tick(void)
{
	int64_t until = watch.page_ms, now = used_ms();

	if (until == 0)
		return true;
	if (watch.all_ms < until)
		until = watch.all_ms;
	if (now > until)
		watch.cookie.abort = 1;
	return now <= until + GRACE_MS;
}

/* ---- memory with an end ---- */

static void *
give(void *ctx, size_t n)
{
	struct folio *p = ctx;
	void *ret;

	if (n > FOLIO_MEMORY_MAX - p->used) {
		p->heavy = true;
		return NULL;
	}
	ret = malloc(n);
	if (ret != NULL)
		p->used += malloc_usable_size(ret);
	if (p->used > FOLIO_MEMORY_MAX)
		p->used = FOLIO_MEMORY_MAX;
	return ret;
}

static void
take_back(void *ctx, void *old)
{
	struct folio *p = ctx;
	size_t n = old == NULL ? 0 : malloc_usable_size(old);

	p->used -= n < p->used ? n : p->used;
	free(old);
}

static void *
change(void *ctx, void *old, size_t n)
{
	void *ret;

	if (n == 0) {
		take_back(ctx, old);
		return NULL;
	}
	ret = give(ctx, n);
	if (ret != NULL && old != NULL) {
		size_t had = malloc_usable_size(old);

		memcpy(ret, old, had < n ? had : n);
		take_back(ctx, old);
	}
	return ret;
}

/* ---- bytes ---- */

static int
next_bytes(fz_context *ctx, fz_stream *s, size_t most)
{
	struct folio *p = s->state;
	size_t n;

	(void)ctx;
	(void)most;
	if (!blob_read(
		p->blob, s->pos, p->piece, sizeof(p->piece), &n, &p->lost)) {
		p->is_lost = true;
		n = 0;
	}
	s->rp = p->piece;
	s->wp = p->piece + n;
	s->pos += (int64_t)n;
	return n == 0 ? EOF : *s->rp++;
}

static void
seek_bytes(fz_context *ctx, fz_stream *s, int64_t to, int whence)
{
	struct folio *p = s->state;

	(void)ctx;
	if (whence == SEEK_END)
		to += blob_bytes(p->blob);
	else if (whence == SEEK_CUR)
		to += s->pos;
	s->pos = to < 0 ? 0 : to;
	s->rp = s->wp = p->piece;
}

static void
drop_bytes(fz_context *ctx, void *state)
{
	(void)ctx;
	(void)state;
}

static void
say_nothing(void *user, const char *message)
{
	(void)user;
	(void)message;
}

/* ---- whatever MuPDF throws ends here ---- */

bool
folio_guard(struct folio *p, void (*run)(struct folio *, void *), void *arg)
{
	fz_context *ctx = p->ctx;

	fz_try(ctx) run(p, arg);
	fz_catch(ctx)
	{
		if (fz_caught(ctx) == FZ_ERROR_MEMORY)
			p->heavy = true;
		return false;
	}
	return true;
}

/* ---- opening ---- */

static void
open_file(struct folio *p, void *arg)
{
	(void)arg;
	p->stream = fz_new_stream(p->ctx, p, next_bytes, drop_bytes);
	p->stream->seek = seek_bytes;
	p->doc = pdf_open_document_with_stream(p->ctx, p->stream);
}

static void
read_root(struct folio *p, void *arg)
{
	pdf_obj *root =
	    pdf_dict_get(p->ctx, pdf_trailer(p->ctx, p->doc), PDF_NAME(Root));
	pdf_obj *mark = pdf_dict_gets(p->ctx, root, "MarkInfo");
	const char *lang =
	    pdf_to_text_string(p->ctx, pdf_dict_gets(p->ctx, root, "Lang"));
	size_t n = strlen(lang);

	(void)arg;
	p->tagged =
	    pdf_to_bool(p->ctx, pdf_dict_gets(p->ctx, mark, "Marked")) != 0 &&
	    pdf_is_dict(
		p->ctx, pdf_dict_gets(p->ctx, root, "StructTreeRoot")) != 0;
	if (n > 1 && n <= LANG_MAX &&
	    strspn(lang, "abcdefghijklmnopqrstuvwxyz"
			 "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == n)
		memcpy(p->lang, lang, n + 1);
}

static void
count_pages(struct folio *p, void *arg)
{
	(void)arg;
	p->locked = pdf_needs_password(p->ctx, p->doc) != 0;
	if (!p->locked)
		p->pages = pdf_count_pages(p->ctx, p->doc);
}

static enum document_verdict
judge(struct folio *p)
{
	if (!folio_guard(p, open_file, NULL) ||
	    !folio_guard(p, count_pages, NULL))
		return p->heavy || watch.cookie.abort != 0 ? DOCUMENT_TOO_HEAVY
							   : DOCUMENT_DAMAGED;
	if (p->locked)
		return DOCUMENT_LOCKED;
	if (p->pages > DOCUMENT_PAGES_MAX)
		return DOCUMENT_TOO_MANY;
	if (p->pages < 1)
		return DOCUMENT_EMPTY;
	/* Whoever lacks it is a PDF none the less. */
	(void)folio_guard(p, read_root, NULL);
	return DOCUMENT_OK;
}

static struct folio *
folio_new(struct blob_reader *blob, struct err *e)
{
	struct folio *p = calloc(1, sizeof(*p));
	fz_alloc_context memory = {p, give, change, take_back};

	if (p == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory for a document");
		return NULL;
	}
	p->blob = blob;
	p->ctx = fz_new_context(&memory, NULL, STORE);
	if (p->ctx == NULL) {
		free(p);
		(void)err_set(e, ERR_LIMIT, "no memory for a document");
		return NULL;
	}
	fz_set_warning_callback(p->ctx, say_nothing, NULL);
	fz_set_error_callback(p->ctx, say_nothing, NULL);
	return p;
}

static void
watch_page(bool first)
{
	int64_t now = used_ms();

	watch.cookie = (fz_cookie){0};
	if (first)
		watch.all_ms = now + FOLIO_ALL_MS;
	watch.page_ms = now + FOLIO_PAGE_MS;
}

bool
folio_open(struct blob_reader *blob, struct folio **ret,
    enum document_verdict *ret_verdict, struct err *e)
{
	OWNED(folio) p = folio_new(blob, e);

	if (p == NULL)
		return false;
	watch_page(true);
	*ret_verdict = judge(p);
	watch.page_ms = 0;
	if (p->is_lost) {
		*e = p->lost;
		return false;
	}
	if (*ret_verdict == DOCUMENT_OK)
		*ret = TAKE(p);
	return true;
}

void
folio_free(struct folio *p)
{
	if (p == NULL)
		return;
	watch.page_ms = 0;
	pdf_drop_document(p->ctx, p->doc);
	fz_drop_stream(p->ctx, p->stream);
	fz_drop_context(p->ctx);
	free(p);
}

uint32_t
folio_pages(const struct folio *p)
{
	return (uint32_t)p->pages;
}

bool
folio_tagged(const struct folio *p)
{
	return p->tagged;
}

str
folio_lang(const struct folio *p)
{
	return str_c(p->lang);
}

/* ---- one page ---- */

static void
drop_page(struct folio *p, struct drawing *d)
{
	fz_drop_device(p->ctx, d->device);
	fz_drop_pixmap(p->ctx, d->pixmap);
	fz_drop_stext_page(p->ctx, d->text);
	fz_drop_page(p->ctx, (fz_page *)d->page);
}

bool
folio_draw(struct folio *p, uint32_t page, struct folio_page *ret,
    enum document_verdict *ret_verdict, struct err *e)
{
	struct drawing d = {.number = (int)page, .ret = ret};
	bool drawn;

	watch_page(false);
	d.cookie = &watch.cookie;
	drawn = folio_guard(p, draw_page, &d) && folio_guard(p, read_words, &d);
	watch.page_ms = 0;
	if (p->heavy || watch.cookie.abort != 0)
		*ret_verdict = DOCUMENT_TOO_HEAVY;
	else
		*ret_verdict = drawn ? DOCUMENT_OK : DOCUMENT_DAMAGED;
	if (*ret_verdict == DOCUMENT_OK && !write_jpeg(p->ctx, &d))
		*ret_verdict = DOCUMENT_TOO_HEAVY;
	drop_page(p, &d);
	if (p->is_lost) {
		*e = p->lost;
		return false;
	}
	return true;
}
