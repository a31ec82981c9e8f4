#include "video/pass.h"

void
pass_done(struct pass *p)
{
	video_reader_free(p->reader);
}

bool
pass_begin(struct pass *p, struct blob_reader *original, bool sound,
    enum media_verdict *ret, struct err *e)
{
	const AVStream *s;

	p->rules = reader_rules_take;
	if (!sound)
		p->rules.sound = NULL;
	p->source = video_source_blob(original);
	if (!video_reader_open(&p->source, &p->rules, &p->reader, ret, e))
		return false;
	if (*ret != MEDIA_OK)
		return true;
	pace_begin(&p->pace);
	s = video_reader_stream(p->reader);
	p->turn = upright_turn(s);
	fitter_shown(s, p->turn, &p->width, &p->height);
	return true;
}

static bool
is_too_long(const struct pass *p)
{
	return p->pace.end_us >
		   (int64_t)VIDEO_TAKE_MS * 1000 + RENDITION_BEYOND_US ||
	       p->decoded > VIDEO_TAKE_FRAMES_MAX ||
	       video_reader_endless(p->reader);
}

bool
pass_next(struct pass *p, AVFrame **ret, bool *ret_sound, int64_t *ret_at_us,
    enum media_verdict *ret_verdict, struct err *e)
{
	AVFrame *f;
	bool sound;

	for (;;) {
		if (!video_reader_any(p->reader, &f, &sound, e))
			return false;
		*ret_verdict = is_too_long(p) ? MEDIA_TOO_LONG : MEDIA_OK;
		if (*ret_verdict != MEDIA_OK)
			f = NULL;
		*ret = f;
		*ret_sound = sound;
		if (f == NULL)
			return true;
		if (sound) {
			*ret_at_us = video_reader_sound_us(p->reader, f);
			return true;
		}
		p->decoded++;
		*ret_at_us = pace_time(&p->pace, p->reader, f);
		if (pace_wants(&p->pace, *ret_at_us))
			return true;
	}
}

unsigned
pass_part(const struct pass *p, unsigned all)
{
	int64_t lasts_us = video_reader_lasts_us(p->reader);

	if (lasts_us == 0)
		lasts_us = (int64_t)VIDEO_TAKE_MS * 1000;
	return p->pace.end_us >= lasts_us
		   ? all
		   : (unsigned)(p->pace.end_us * all / lasts_us);
}
