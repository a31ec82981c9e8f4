/*
 * pass — one decode, from end to end, of a video that was taken in before: its
 * wanted frames (renditions.h), by the same numbers and times as at intake.
 */
#ifndef VIDEO_PASS_H
#define VIDEO_PASS_H

#include "video/renditions.h"

struct pass {
	struct reader_rules rules;
	struct video_source source;
	struct video_reader *reader;
	struct pace pace;
	enum upright_turn turn;
	int width, height; /* as it is shown */
	uint32_t decoded;
};

/* In its place until pass_done.  *ret other than MEDIA_OK: it is not the file
 * that was taken in. */
bool pass_begin(struct pass *, struct blob_reader *original, bool sound,
    enum media_verdict *ret, struct err *) MUST_USE;
void pass_done(struct pass *);

/* *ret: the next wanted frame, or one of the sound, of the pass until the next
 * call, and when it is seen or heard; NULL: the end, or *ret_verdict. */
bool pass_next(struct pass *, AVFrame **ret, bool *ret_sound,
    int64_t *ret_at_us, enum media_verdict *ret_verdict, struct err *) MUST_USE;
/* How much of it is done: of `all`. */
unsigned pass_part(const struct pass *, unsigned all);

#endif
