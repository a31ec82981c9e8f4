#include "video/take.h"

#include <stdlib.h>

#include "hash/digest.h"
#include "hash/kind.h"
#include "ipc/hashes.h"
#include "video/hasher.h"
#include "video/lines.h"
#include "video/sound.h"
#include "video/stills.h"
#include "video/whole.h"

#define US 1000000
#define FRAME_US 33333 /* thirty a second … */
#define NEAR_US 1000   /* … of clocks that count milliseconds */
#define KEY_US (2 * US)
#define BEYOND_US US /* a file of ten minutes may say a little more */
#define ENDS_EARLY_US US

/* A rendition under way. */
struct made {
	struct fitter *fitter; /* from the one above, or from what is decoded */
	struct mp4 *mp4;
	struct lines *lines;
	bool wanted;
};

struct take {
	const struct video_take *job;
	const int *fd;
	struct take_result *ret;
	struct video_source source;
	struct video_reader *reader;
	struct video_hasher *pdq, *tmk;
	struct video_result pdq_result, tmk_result;
	struct made made[VIDEO_SIDES];
	struct sound *sound;
	struct stills *stills;
	AVPacket *copy;
	int64_t lasts_us;                 /* as the file says; 0: it does not */
	int64_t end_us;                   /* of what is decoded */
	int64_t due_us, key_us, given_us; /* of what is encoded */
	uint32_t decoded;
};

static void
take_done(struct take *t)
{
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		fitter_free(t->made[i].fitter);
		lines_free(t->made[i].lines);
		mp4_free(t->made[i].mp4);
	}
	sound_free(t->sound);
	stills_free(t->stills);
	video_hasher_free(t->pdq);
	video_hasher_free(t->tmk);
	video_result_done(&t->pdq_result);
	video_result_done(&t->tmk_result);
	video_reader_free(t->reader);
	av_packet_free(&t->copy);
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
	if (t->lasts_us > (int64_t)VIDEO_TAKE_MS * 1000 + BEYOND_US)
		return true;
	*ret = MEDIA_OK;
	said->taken_at = taken_at(t->reader);
	return digest_file(t, e) && open_hashers(t, e);
}

/* ---- renditions ---- */

/* To every rendition that there is. */
static bool
give_sound(void *ctx, const AVPacket *packet, struct err *e)
{
	struct take *t = ctx;

	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		if (!t->made[i].wanted)
			continue;
		av_packet_unref(t->copy);
		if (av_packet_ref(t->copy, packet) < 0)
			return err_set(e, ERR_LIMIT, "no memory for sound");
		if (!mp4_sound(t->made[i].mp4, t->copy, e))
			return false;
	}
	return true;
}

static bool
open_rendition(struct take *t, size_t i, enum upright_turn turn, struct err *e)
{
	struct video_taken *said = &t->ret->said;
	struct made *m = &t->made[i];
	int w, h;

	fitter_lines(
	    (int)said->width, (int)said->height, video_sides[i], &w, &h);
	said->side[i].width = (uint32_t)w;
	said->side[i].height = (uint32_t)h;
	m->fitter = fitter_new(FITTER_VIDEO, turn, w, h, e);
	m->mp4 = m->fitter == NULL ? NULL
				   : mp4_new(t->fd[1 + i], &t->job->side[i],
					 t->fd[1 + VIDEO_SIDES + i], e);
	m->lines =
	    m->mp4 == NULL
		? NULL
		: lines_new(m->mp4, video_sides[i], w, h,
		      t->sound == NULL ? NULL : sound_encoder(t->sound), e);
	return m->lines != NULL;
}

/* The largest is turned, the others are made of it. */
static bool
open_renditions(struct take *t, enum upright_turn turn, struct err *e)
{
	const struct video_taken *said = &t->ret->said;
	uint32_t shorter =
	    said->width < said->height ? said->width : said->height;
	bool first = true;

	for (size_t i = VIDEO_SIDES; i-- > 0;) {
		t->made[i].wanted = i == 0 || video_sides[i] <= shorter;
		if (!t->made[i].wanted)
			continue;
		if (!open_rendition(t, i, first ? turn : UPRIGHT_AS_IT_IS, e))
			return false;
		first = false;
	}
	return true;
}

static bool
open_sound(struct take *t, struct err *e)
{
	const AVCodecContext *from = video_reader_sound(t->reader);

	if (from == NULL)
		return true;
	t->sound = sound_new(
	    from, (int64_t)VIDEO_TAKE_MS * 1000 + BEYOND_US, give_sound, t, e);
	return t->sound != NULL;
}

static bool
begin(struct take *t, struct err *e)
{
	const AVStream *s = video_reader_stream(t->reader);
	enum upright_turn turn = upright_turn(s);
	int w, h;

	fitter_shown(s, turn, &w, &h);
	t->ret->said.width = (uint32_t)w;
	t->ret->said.height = (uint32_t)h;
	t->copy = av_packet_alloc();
	if (t->copy == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a video");
	t->stills = stills_new(turn, w, h, t->lasts_us / 1000, e);
	return t->stills != NULL && open_sound(t, e) &&
	       open_renditions(t, turn, e);
}

/* ---- frames ---- */

/* When the frame is seen; without a word of it, behind the last. */
static int64_t
time_of(struct take *t, const AVFrame *f)
{
	AVRational base = video_reader_stream(t->reader)->time_base;
	int64_t at = video_reader_time(t->reader, f);
	int64_t length = f->pkt_duration > 0 ? av_rescale_q(f->pkt_duration,
						   base, (AVRational){1, US})
					     : FRAME_US;

	at = at == AV_NOPTS_VALUE ? t->end_us
				  : av_rescale_q(at, base, (AVRational){1, US});
	if (at < 0)
		at = 0;
	if (length > KEY_US)
		length = FRAME_US;
	if (at + length > t->end_us)
		t->end_us = at + length;
	return at;
}

static bool
encode(struct take *t, const AVFrame *decoded, int64_t at_us, struct err *e)
{
	const AVFrame *from = decoded;
	bool key = t->given_us < 0 || at_us >= t->key_us + KEY_US;
	AVFrame *fit = NULL;

	for (size_t i = VIDEO_SIDES; i-- > 0;) {
		struct made *m = &t->made[i];

		if (!m->wanted)
			continue;
		if (!fitter_run(m->fitter, from, &fit, e))
			return e->kind == ERR_INPUT; /* one odd frame */
		if (!lines_add(m->lines, fit, av_rescale(at_us, LINES_BASE, US),
			key, e))
			return false;
		from = fit;
	}
	t->given_us = at_us;
	if (key)
		t->key_us = at_us;
	return stills_add(t->stills, decoded, fit, at_us / 1000, e);
}

/* At most thirty a second, each later than the one before. */
static bool
is_due(struct take *t, int64_t at_us)
{
	if (at_us + NEAR_US < t->due_us || at_us <= t->given_us)
		return false;
	if (t->due_us < at_us - FRAME_US)
		t->due_us = at_us - FRAME_US;
	t->due_us += FRAME_US;
	return true;
}

static bool
add_frame(struct take *t, AVFrame *f, struct err *e)
{
	int64_t at_us = time_of(t, f);

	t->decoded++;
	if (!video_hasher_add(t->pdq, f, e) || !video_hasher_add(t->tmk, f, e))
		return false;
	return !is_due(t, at_us) || encode(t, f, at_us, e);
}

static bool
say(struct take *t,
    bool (*progress)(void *ctx, const struct video_progress *, struct err *),
    void *ctx, struct err *e)
{
	int64_t all =
	    t->lasts_us > 0 ? t->lasts_us : (int64_t)VIDEO_TAKE_MS * 1000;
	int64_t percent = t->end_us >= all ? 99 : t->end_us * 99 / all;
	const struct video_progress p = {t->decoded, (uint8_t)percent};

	return progress == NULL || progress(ctx, &p, e);
}

/* It is over a bound; MEDIA_OK: it is not. */
static enum media_verdict
bound(const struct take *t)
{
	if (t->end_us > (int64_t)VIDEO_TAKE_MS * 1000 + BEYOND_US ||
	    t->decoded > VIDEO_TAKE_FRAMES_MAX ||
	    video_reader_endless(t->reader) || video_hasher_full(t->pdq) ||
	    video_hasher_full(t->tmk))
		return MEDIA_TOO_LONG;
	if (t->end_us > 1000 * stills_most_ms(t->lasts_us / 1000))
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
		if (sound ? !sound_add(t->sound, f,
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
	    t->end_us + ENDS_EARLY_US < picture_us - picture_us / 10)
		return MEDIA_TRUNCATED;
	return (uint64_t)broken * 10 > t->decoded ? MEDIA_DAMAGED : MEDIA_OK;
}

static bool
end_renditions(struct take *t, struct err *e)
{
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		if (t->made[i].wanted && !lines_end(t->made[i].lines, e))
			return false;
	if (t->sound != NULL && !sound_end(t->sound, e))
		return false;
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		int64_t bytes;

		if (!t->made[i].wanted)
			continue;
		if (!mp4_end(t->made[i].mp4, &bytes, e))
			return false;
		t->ret->said.side[i].bytes = (uint64_t)bytes;
	}
	return true;
}

static bool
end_all(struct take *t, struct err *e)
{
	struct video_taken *said = &t->ret->said;

	if (!video_hasher_end(t->pdq, e) || !video_hasher_end(t->tmk, e) ||
	    !stills_end(t->stills, e) || !end_renditions(t, e))
		return false;
	buf_str(&t->ret->hashes, buf_view(&t->pdq_result.hash));
	buf_str(&t->ret->tmk, buf_view(&t->tmk_result.hash));
	buf_str(&t->ret->stills, stills_bytes(t->stills));
	said->n_stills = stills_list(t->stills, said->still);
	said->duration_ms = (uint32_t)(t->end_us / 1000);
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
	struct take t = {.job = job, .fd = fd, .ret = ret, .given_us = -1};

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
