#include "video/video.h"

#include "video/hasher.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavutil/log.h>
#pragma GCC diagnostic pop

void
video_init(void)
{
	/* What libraries want to say about a stranger's file goes nowhere. */
	av_log_set_level(AV_LOG_QUIET);
}

void
video_result_done(struct video_result *r)
{
	buf_done(&r->hash);
}

static bool
all_frames(struct video_reader *reader, struct video_hasher *w,
    struct video_result *ret,
    bool (*progress)(void *ctx, uint32_t decoded, struct err *), void *ctx,
    struct err *e)
{
	AVFrame *f;

	for (;;) {
		if (!video_reader_next(reader, &f, e))
			return false;
		if (f == NULL || video_hasher_full(w))
			break;
		if (!video_hasher_add(w, f, e) ||
		    (progress != NULL && !progress(ctx, ret->decoded, e)))
			return false;
	}
	return video_hasher_end(w, e);
}

static enum media_verdict
judge(const struct video_result *r)
{
	if (r->hashed >= VIDEO_FRAMES_MAX || r->hash.full)
		return MEDIA_TOO_LARGE;
	return r->hashed == 0 ? MEDIA_DAMAGED : MEDIA_OK;
}

bool
video_hash(int fd, const struct video_job *job,
    bool (*progress)(void *ctx, uint32_t decoded, struct err *), void *ctx,
    struct video_result *ret, struct err *e)
{
	struct video_source source = video_source_plain(fd);
	OWNED(video_reader) reader = NULL;
	OWNED(video_hasher) hasher = NULL;

	*ret = (struct video_result){0};
	if (!video_reader_open(
		&source, &reader_rules_hash, &reader, &ret->verdict, e))
		return false;
	if (ret->verdict != MEDIA_OK)
		return true;
	hasher = video_hasher_new(job, reader, ret, e);
	if (hasher == NULL ||
	    !all_frames(reader, hasher, ret, progress, ctx, e)) {
		video_result_done(ret);
		return false;
	}
	ret->verdict = judge(ret);
	if (ret->verdict != MEDIA_OK)
		buf_clear(&ret->hash);
	return true;
}
