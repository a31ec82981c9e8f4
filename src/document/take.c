#include "document/take.h"

#include <stdlib.h>

#include "document/folio.h"
#include "document/safe.h"
#include "hash/digest.h"

#define PERCENT 100

struct take {
	struct folio *folio;
	struct blob_writer *pdf, *text;
	struct safe *safe;
	struct folio_page *page;
	struct buf words;
	struct document_taken *ret;
};

static void
take_done(struct take *t)
{
	folio_free(t->folio);
	safe_free(t->safe);
	blob_writer_free(t->pdf);
	blob_writer_free(t->text);
	buf_done(&t->words);
	if (t->page != NULL) {
		buf_done(&t->page->jpeg);
		buf_done(&t->page->words.text);
	}
	free(t->page);
}

static bool
digest_file(struct blob_reader *r, struct document_taken *ret, struct err *e)
{
	uint8_t value[DIGEST_KINDS][DIGEST_BYTES_MAX];
	OWNED(digest) d = digest_new(e);
	static uint8_t chunk[BLOB_CHUNK];
	int64_t at = 0;
	size_t n;

	if (d == NULL)
		return false;
	do {
		if (!blob_read(r, at, chunk, sizeof(chunk), &n, e) ||
		    !digest_add(d, chunk, n, e))
			return false;
		at += (int64_t)n;
	} while (n > 0);
	if (!digest_end(d, value, e))
		return false;
	memcpy(ret->md5, value[DIGEST_MD5], sizeof(ret->md5));
	memcpy(ret->sha1, value[DIGEST_SHA1], sizeof(ret->sha1));
	memcpy(ret->sha256, value[DIGEST_SHA256], sizeof(ret->sha256));
	return true;
}

static bool
begin(struct take *t, const struct document_take *job,
    const int fd[DOCUMENT_TAKE_FDS], struct err *e)
{
	t->page = calloc(1, sizeof(*t->page));
	if (t->page == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a page");
	t->page->jpeg = BUF_MAX(DOCUMENT_PAGE_BYTES_MAX);
	t->page->words.text = BUF_MAX(WORDS_BYTES_MAX);
	t->words = BUF_MAX(DOCUMENT_TEXT_MAX);
	t->pdf = blob_writer_new(fd[1], &job->pdf, e);
	t->text = t->pdf == NULL ? NULL : blob_writer_new(fd[2], &job->text, e);
	t->safe =
	    t->text == NULL ? NULL : safe_new(t->pdf, folio_lang(t->folio), e);
	return t->safe != NULL;
}

/* What does not fit is the file's fault: *ret_verdict says so. */
static bool
one_page(struct take *t, uint32_t i, enum document_verdict *ret_verdict,
    struct err *e)
{
	struct document_taken *ret = t->ret;

	if (!folio_draw(t->folio, i, t->page, ret_verdict, e))
		return false;
	if (*ret_verdict != DOCUMENT_OK)
		return true;
	if (!safe_page(t->safe, t->page, &ret->page[i], e)) {
		*ret_verdict = DOCUMENT_TOO_HEAVY;
		return e->kind == ERR_LIMIT;
	}
	ret->n = i + 1;
	ret->worded |= t->page->words.n > 0;
	words_keep(&t->page->words, &t->words);
	if (t->words.full)
		*ret_verdict = DOCUMENT_TOO_HEAVY;
	return true;
}

static bool
all_pages(struct take *t,
    bool (*progress)(void *ctx, const struct document_progress *, struct err *),
    void *ctx, enum document_verdict *ret_verdict, struct err *e)
{
	uint32_t n = folio_pages(t->folio);

	for (uint32_t i = 0; i < n && *ret_verdict == DOCUMENT_OK; i++) {
		struct document_progress p = {
		    i + 1, (uint8_t)((i + 1) * PERCENT / n)};

		if (!one_page(t, i, ret_verdict, e) ||
		    (progress != NULL && !progress(ctx, &p, e)))
			return false;
	}
	return true;
}

static bool
end(struct take *t, enum document_verdict *ret_verdict, struct err *e)
{
	int64_t pdf, text;

	if (!safe_end(t->safe, e)) {
		*ret_verdict = DOCUMENT_TOO_HEAVY;
		return e->kind == ERR_LIMIT;
	}
	if (!blob_write(t->text, t->words.p, t->words.n, e) ||
	    !blob_finish(t->text, &text, e) || !blob_finish(t->pdf, &pdf, e))
		return false;
	t->ret->pdf_bytes = (uint64_t)pdf;
	t->ret->text_bytes = (uint64_t)text;
	t->ret->tagged = folio_tagged(t->folio);
	return true;
}

static bool
take_it(struct take *t, struct blob_reader *original,
    const struct document_take *job, const int fd[DOCUMENT_TAKE_FDS],
    bool (*progress)(void *ctx, const struct document_progress *, struct err *),
    void *ctx, struct err *e)
{
	enum document_verdict verdict;

	if (!digest_file(original, t->ret, e) ||
	    !folio_open(original, &t->folio, &verdict, e))
		return false;
	if (verdict == DOCUMENT_OK &&
	    (!begin(t, job, fd, e) ||
		!all_pages(t, progress, ctx, &verdict, e)))
		return false;
	if (verdict == DOCUMENT_OK && !end(t, &verdict, e))
		return false;
	t->ret->verdict = (uint8_t)verdict;
	return true;
}

bool
document_take(const struct document_take *job, const int fd[DOCUMENT_TAKE_FDS],
    bool (*progress)(void *ctx, const struct document_progress *, struct err *),
    void *ctx, struct document_taken *ret, struct err *e)
{
	OWNED(blob_reader) original = blob_reader_new(fd[0], &job->original, e);
	CLEANUP(take_done) struct take t = {.ret = ret};

	*ret = (struct document_taken){.id = job->id};
	if (original == NULL)
		return false;
	if (!take_it(&t, original, job, fd, progress, ctx, e)) {
		if (e->kind != ERR_FULL && e->kind != ERR_READ_ONLY)
			return false;
		ret->unwritten = true;
	}
	if (ret->unwritten || ret->verdict != DOCUMENT_OK) {
		ret->n = 0;
		ret->pdf_bytes = ret->text_bytes = 0;
		ret->tagged = ret->worded = false;
	}
	return true;
}
