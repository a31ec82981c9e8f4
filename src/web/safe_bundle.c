/* The bundle of a safe: its chain, its pictures as they came, and a page. */
#include <inttypes.h>

#include "crypto/sum.h"
#include "html_safe_index.h"
#include "web/evidence.h"
#include "web/medium.h"
#include "web/safe.h"
#include "web/safe_index.h"
#include "web/share.h"

bool
safe_has_picture(const struct safe_entry *e)
{
	return e->kind == SAFE_PICTURE && e->state == SAFE_READY &&
	       !e->destroyed && e->medium != 0;
}

str
safe_file_name(struct arena *a, const struct safe_entry *e)
{
	str kind = e->type, head;

	if (!str_cut(&kind, '/', &head) || kind.n == 0)
		kind = S("bin");
	return arena_fmt(a, "%03" PRId64 "." STR_FMT, e->n, STR_ARG(kind));
}

str
safe_when(struct view *v, int64_t at)
{
	return arena_fmt(v->arena, STR_FMT ", " STR_FMT,
	    STR_ARG(say_date(v, day_of(v->org->zone, at))),
	    STR_ARG(say_time(v, at)));
}

void
safe_mark(const struct safe_entry *e, uint8_t ret[16])
{
	uint8_t d[EVIDENCE_DIGEST];

	evidence_digest(e->line, d);
	memcpy(ret, d, 16);
}

/* Its length and sums: read once now, and once more when it goes out. */
static bool
sum_up(struct blob_reader *b, struct evidence_file *f, struct err *e)
{
	OWNED(sum) sum = sum_new(SUM_SHA256);
	static char chunk[BLOB_CHUNK];
	size_t n;

	do {
		if (!blob_read(
			b, (int64_t)f->bytes, chunk, sizeof(chunk), &n, e))
			return false;
		f->crc = zip_sum_more(f->crc, (str){chunk, n});
		sum_add(sum, chunk, n);
		f->bytes += n;
	} while (n > 0);
	sum_end(sum, f->sha256);
	return true;
}

static bool
put_picture(struct request *r, const struct safe_entry *v,
    struct evidence_part *ret, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	OWNED(blob_reader) b = NULL;
	const struct grant *g;
	OWNED_FD fd = -1;

	*ret = (struct evidence_part){
	    .file = {.name = arena_fmt(r->arena, "pictures/" STR_FMT,
			 STR_ARG(safe_file_name(r->arena, v)))},
	    .medium = v->medium};
	safe_mark(v, ret->mark);
	return share_medium(r, v->medium, 0, PERMIT_ORIGINAL, &g, e) &&
	       grant_open_blob(r->house, r->arena, r->org, g, &fd, &key, e) &&
	       (b = blob_reader_new(fd, &key, e)) != NULL &&
	       sum_up(b, &ret->file, e);
}

static bool
put_index(struct request *r, const struct safe *s, struct evidence_part *ret,
    struct err *e)
{
	struct safe_index index = {s, r->now, evidence_style(r)};
	struct buf *page = r->view.out;
	str text;
	bool kept;

	buf_clear(page);
	html_safe_index(&r->view, &index);
	kept = !page->full && arena_str(r->arena, page->p, page->n, &text);
	buf_clear(page);
	if (!kept)
		return err_set(e, ERR_LIMIT, "too long a page");
	*ret = (struct evidence_part){
	    .file = evidence_file(S("index.html"), text), .bytes = text};
	return true;
}

bool
safe_bundle(struct request *r, const struct safe *s, int *ret_fd,
    uint64_t *ret_bytes, struct err *e)
{
	size_t n = 0, room = s->n + 1 + EVIDENCE_OWN;
	struct evidence_part *part =
	    NEW_N(r->arena, struct evidence_part, room);
	str *line = NEW_N(r->arena, str, s->n + 1);
	struct evidence v = {.what = S("safe"),
	    .title = lang_text(r->view.lang, N_("Evidence safe")),
	    .house = r->org->name,
	    .made_at = r->now,
	    .entry = line,
	    .n_entry = s->n};

	if (part == NULL || line == NULL)
		return err_set(e, ERR_LIMIT, "no room for a bundle");
	for (size_t i = 0; i < s->n; i++)
		line[i] = s->v[i].line;
	if (!put_index(r, s, &part[n++], e))
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (safe_has_picture(&s->v[i]) &&
		    !put_picture(r, &s->v[i], &part[n++], e))
			return false;
	return evidence_pack(r, &v, part, n, ret_fd, ret_bytes, e);
}
