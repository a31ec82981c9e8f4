#include "video/take.h"

#include <stdlib.h>

#include "hash/digest.h"
#include "hash/kind.h"
#include "ipc/hashes.h"
#include "video/hasher.h"
#include "video/renditions.h"
#include "video/stills.h"
#include "video/whole.h"

#define US 1000000
#define ENDS_EARLY_US US

struct take {
	const struct video_take *job;
	const int *fd;
	struct take_result *ret;
	struct video_source source;
	struct video_reader *reader;
	struct video_hasher *pdq, *tmk;
	struct video_result pdq_result, tmk_result;
	struct renditions *made;
	struct stills *stills;
	int64_t lasts_us; /* as the file says; 0: it does not */
	struct pace pace;
	uint32_t decoded;
};

static void
take_done(struct take *t)
{
	renditions_free(t->made);
	stills_free(t->stills);
	video_hasher_free(t->pdq);
	video_hasher_free(t->tmk);
	video_result_done(&t->pdq_result);
	video_result_done(&t->tmk_result);
	video_reader_free(t->reader);
}

void
take_result_done(struct take_result *r)
{
	buf_done(&r->hashes);
	buf_done(&r->tmk);
	buf_done(&r->stills);
}

/* ---- before the decode ---- */

static bool
add_digests(struct buf *table, struct digest *d, struct err *e)
{
	static const enum hash_kind kinds[DIGEST_KINDS] = {
	    [DIGEST_MD5] = HASH_MD5,
	    [DIGEST_SHA1] = HASH_SHA1,
	    [DIGEST_SHA256] = HASH_SHA256,
	};
	uint8_t value[DIGEST_KINDS][DIGEST_BYTES_MAX];

	if (!digest_end(d, value, e))
		return false;
	for (size_t i = 0; i < DIGEST_KINDS; i++)
		hashes_add(table,
		    &(struct hash_row){.kind = (uint8_t)kinds[i],
			.quality = HASHES_NO_QUALITY,
			.value = {(const char *)value[i], digest_bytes[i]}});
	return true;
}

static bool
digest_file(struct take *t, struct err *e)
{
	OWNED(digest) d = digest_new(e);
	static uint8_t chunk[BLOB_CHUNK];
	int64_t at = 0;
	size_t n;

	if (d == NULL)
		return false;
	do {
		if (!blob_read(
			t->source.blob, at, chunk, sizeof(chunk), &n, e) ||
		    !digest_add(d, chunk, n, e))
			return false;
		at += (int64_t)n;
	} while (n > 0);
	return add_digests(&t->ret->hashes, d, e);
}

/* Before 2000 nobody took a video with a phone. */
static int64_t
taken_at(const struct video_reader *r)
{
	int64_t us = video_reader_made_us(r);

	return us > (int64_t)946684800 * US && us < (int64_t)4102444800 * US
		   ? us / US
		   : 0;
}

static bool
open_hashers(struct take *t, struct err *e)
{
	const struct video_job pdq = {.alg = VIDEO_PDQ,
	    .every = VIDEO_TAKE_EVERY,
	    .hypotheses = t->job->hypotheses};
	const struct video_job tmk = {.alg = VIDEO_TMK};

	t->pdq = video_hasher_new(&pdq, t->reader, &t->pdq_result, e);
	t->tmk = video_hasher_new(&tmk, t->reader, &t->tmk_result, e);
	return t->pdq != NULL && t->tmk != NULL;
}

static bool
open_all(struct take *t, enum media_verdict *ret, struct err *e)
{
	struct video_taken *said = &t->ret->said;
	enum video_format format;

	*ret = MEDIA_EMPTY;
	if (video_source_bytes(&t->source) == 0)
		return true;
	*ret = MEDIA_TOO_LARGE;
	if (video_source_bytes(&t->source) > VIDEO_TAKE_BYTES)
		return true;
	*ret = MEDIA_TRUNCATED;
	if (!whole_file(&t->source, &format))
		return true;
	said->format = (uint8_t)format;
	if (!video_reader_open(
		&t->source, &reader_rules_take, &t->reader, ret, e))
		return false;
	if (*ret != MEDIA_OK)
		return true;
	t->lasts_us = video_reader_lasts_us(t->reader);
	*ret = MEDIA_TOO_LONG;
	if (t->lasts_us > (int64_t)VIDEO_TAKE_MS * 1000 + RENDITION_BEYOND_US)
		return true;
	*ret = MEDIA_OK;
	said->taken_at = taken_at(t->reader);
	said->sound = video_reader_sound(t->reader) != NULL;
	return digest_file(t, e) && open_hashers(t, e);
}

static bool
begin(struct take *t, struct err *e)
{
	const struct renditions_to to = {t->job->side, t->fd + 1};
	const AVStream *s = video_reader_stream(t->reader);
	enum upright_turn turn = upright_turn(s);
	int w, h;

	fitter_shown(s, turn, &w, &h);
	t->ret->said.width = (uint32_t)w;
	t->ret->said.height = (uint32_t)h;
	pace_begin(&t->pace);
	t->stills = stills_new(turn, w, h, t->lasts_us / 1000, e);
	t->made = t->stills == NULL
		      ? NULL
		      : renditions_new(&to, t->reader, turn, w, h, false, e);
	return t->made != NULL;
}

/* ---- frames ---- */

static bool
encode(struct take *t, const AVFrame *decoded, int64_t at_us, struct err *e)
{
	AVFrame *fit, *small;

	if (!renditions_fit(t->made, decoded, &fit, e))
		return false;
	if (fit == NULL)
		return true;
	return renditions_add(t->made, fit, at_us, &small, e) &&
	       stills_add(t->stills, decoded, small, at_us / 1000, e);
}

static bool
add_frame(struct take *t, AVFrame *f, struct err *e)
{
	int64_t at_us = pace_time(&t->pace, t->reader, f);

	t->decoded++;
	if (!video_hasher_add(t->pdq, f, e) || !video_hasher_add(t->tmk, f, e))
		return false;
	return !pace_wants(&t->pace, at_us) || encode(t, f, at_us, e);
}

static bool
say(struct take *t,
    bool (*progress)(void *ctx, const struct video_progress *, struct err *),
    void *ctx, struct err *e)
{
	int64_t all =
	    t->lasts_us > 0 ? t->lasts_us : (int64_t)VIDEO_TAKE_MS * 1000;
	int64_t percent =
	    t->pace.end_us >= all ? 99 : t->pace.end_us * 99 / all;
	const struct video_progress p = {t->decoded, (uint8_t)percent};

	return progress == NULL || progress(ctx, &p, e);
}

/* It is over a bound; MEDIA_OK: it is not. */
static enum media_verdict
bound(const struct take *t)
{
	if (t->pace.end_us >
		(int64_t)VIDEO_TAKE_MS * 1000 + RENDITION_BEYOND_US ||
	    t->decoded > VIDEO_TAKE_FRAMES_MAX ||
	    video_reader_endless(t->reader) || video_hasher_full(t->pdq) ||
	    video_hasher_full(t->tmk))
		return MEDIA_TOO_LONG;
	if (t->pace.end_us > 1000 * stills_most_ms(t->lasts_us / 1000))
		return MEDIA_DAMAGED;
	return MEDIA_OK;
}

static bool
all_frames(struct take *t,
    bool (*progress)(void *ctx, const struct video_progress *, struct err *),
    void *ctx, enum media_verdict *ret, struct err *e)
{
	bool sound;
	AVFrame *f;

	for (;;) {
		if (!video_reader_any(t->reader, &f, &sound, e))
			return false;
		*ret = bound(t);
		if (f == NULL || *ret != MEDIA_OK)
			return true;
		if (sound ? !renditions_sound(t->made, f,
				video_reader_sound_us(t->reader, f), e)
			  : !add_frame(t, f, e))
			return false;
		if (!say(t, progress, ctx, e))
			return false;
	}
}

/* ---- the end ---- */

/* Of what was decoded, and what the file says of itself. */
static enum media_verdict
judge(const struct take *t)
{
	int64_t picture_us = video_reader_picture_us(t->reader);
	uint32_t broken = video_reader_broken(t->reader);

	if (t->decoded == 0)
		return MEDIA_DAMAGED;
	if (picture_us > 0 &&
	    t->pace.end_us + ENDS_EARLY_US < picture_us - picture_us / 10)
		return MEDIA_TRUNCATED;
	return (uint64_t)broken * 10 > t->decoded ? MEDIA_DAMAGED : MEDIA_OK;
}

static bool
end_all(struct take *t, struct err *e)
{
	struct video_taken *said = &t->ret->said;
	const struct video_still *list;

	if (!video_hasher_end(t->pdq, e) || !video_hasher_end(t->tmk, e) ||
	    !stills_end(t->stills, e) ||
	    !renditions_end(t->made, said->side, e))
		return false;
	buf_str(&t->ret->hashes, buf_view(&t->pdq_result.hash));
	buf_str(&t->ret->tmk, buf_view(&t->tmk_result.hash));
	buf_str(&t->ret->stills, stills_bytes(t->stills));
	list = stills_list(t->stills, &said->n_stills);
	memcpy(said->still, list, said->n_stills * sizeof(*list));
	said->duration_ms = (uint32_t)(t->pace.end_us / 1000);
	said->hashes_bytes = (uint32_t)t->ret->hashes.n;
	said->tmk_bytes = (uint32_t)t->ret->tmk.n;
	return !t->ret->hashes.full && !t->ret->tmk.full && !t->ret->stills.full
		   ? true
		   : err_set(e, ERR_LIMIT, "no memory for a video");
}

/* What is not whole is not said. */
static void
say_nothing(struct take *t)
{
	struct video_taken *said = &t->ret->said;

	said->n_stills = said->hashes_bytes = said->tmk_bytes = 0;
	if (said->duration_ms > VIDEO_TAKE_MS)
		said->duration_ms = 0;
	memset(said->side, 0, sizeof(said->side));
	buf_clear(&t->ret->hashes);
	buf_clear(&t->ret->tmk);
	buf_clear(&t->ret->stills);
}

static bool
take_it(struct take *t,
    bool (*progress)(void *ctx, const struct video_progress *, struct err *),
    void *ctx, struct err *e)
{
	struct video_taken *said = &t->ret->said;
	enum media_verdict verdict;

	if (!open_all(t, &verdict, e))
		return false;
	if (verdict == MEDIA_OK &&
	    (!begin(t, e) || !all_frames(t, progress, ctx, &verdict, e)))
		return false;
	if (verdict == MEDIA_OK)
		verdict = judge(t);
	said->verdict = (uint8_t)verdict;
	if (t->reader != NULL)
		said->broken = video_reader_broken(t->reader);
	said->decoded = t->decoded;
	return verdict != MEDIA_OK || end_all(t, e);
}

bool
video_take(const struct video_take *job, const int fd[VIDEO_TAKE_FDS],
    bool (*progress)(void *ctx, const struct video_progress *, struct err *),
    void *ctx, struct take_result *ret, struct err *e)
{
	OWNED(blob_reader) original = blob_reader_new(fd[0], &job->original, e);
	CLEANUP(take_done)
	struct take t = {.job = job, .fd = fd, .ret = ret};

	*ret = (struct take_result){.said.id = job->id,
	    .hashes = BUF_MAX(HASHES_FILM_BYTES_MAX),
	    .tmk = BUF_MAX(VIDEO_BYTES_MAX),
	    .stills = BUF_MAX(VIDEO_STILLS_BYTES_MAX)};
	if (original == NULL)
		return false;
	t.source = video_source_blob(original);
	if (!take_it(&t, progress, ctx, e)) {
		if (e->kind != ERR_FULL && e->kind != ERR_READ_ONLY)
			return false;
		ret->said.unwritten = true;
	}
	if (ret->said.unwritten || ret->said.verdict != MEDIA_OK)
		say_nothing(&t);
	return true;
}
