/* What media and video workers are told and what they answer, and tables of
 * hashes: what is accepted is written again as the same bytes, and keeps its
 * promises. */
#include "ipc/hashes.h"
#include "ipc/media.h"
#include "ipc/video.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_job(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	struct media_job j;
	struct err e;

	if (!media_job_read(s, &j, &e))
		return;
	media_job_write(&b, &j);
	if (!str_eq(s, buf_view(&b)) || j.side[0] < j.side[2] ||
	    j.side[2] == 0 || j.side[0] > MEDIA_SIDE_MAX)
		__builtin_trap();
}

static void
check_done(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	struct media_done d;
	struct err e;

	if (!media_done_read(s, &d, &e))
		return;
	media_done_write(&b, &d);
	if (!str_eq(s, buf_view(&b)) || d.verdict >= MEDIA_VERDICTS ||
	    (d.verdict == MEDIA_OK) != (d.hashes_bytes > 0) ||
	    media_done_fds(&d) > MEDIA_FDS_MAX ||
	    (uint64_t)d.width * d.height > MEDIA_PIXELS_MAX)
		__builtin_trap();
}

static void
check_look(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(2048);
	struct media_looked d;
	struct media_look l;
	struct err e;

	if (media_look_read(s, &l, &e)) {
		media_look_write(&b, &l);
		if (!str_eq(s, buf_view(&b)))
			__builtin_trap();
	}
	buf_clear(&b);
	if (!media_looked_read(s, &d, &e))
		return;
	media_looked_write(&b, &d);
	if (!str_eq(s, buf_view(&b)) || d.n > MEDIA_FACES_MAX ||
	    (d.verdict != MEDIA_OK && d.n > 0))
		__builtin_trap();
	for (size_t i = 0; i < d.n; i++)
		if (d.face[i].w == 0 || d.face[i].h == 0 ||
		    d.face[i].x + d.face[i].w > MEDIA_FACE_UNITS ||
		    d.face[i].y + d.face[i].h > MEDIA_FACE_UNITS)
			__builtin_trap();
}

static void
check_covers(str s)
{
	OWNED(arena) a = arena_new((size_t)1 << 20);
	CLEANUP(buf_done) struct buf b = BUF_MAX((size_t)32 << 10);
	struct media_covered d;
	struct media_cover c;
	struct err e;

	if (media_cover_read(a, s, &c, &e)) {
		media_cover_write(&b, &c);
		if (!str_eq(s, buf_view(&b)) || c.n > MEDIA_REGIONS_MAX)
			__builtin_trap();
	}
	buf_clear(&b);
	if (media_covered_read(s, &d, &e)) {
		media_covered_write(&b, &d);
		if (!str_eq(s, buf_view(&b)))
			__builtin_trap();
	}
}

static void
check_traces(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct media_traced d;
	struct media_trace t;
	struct err e;

	if (media_trace_read(s, &t, &e)) {
		media_trace_write(&b, &t);
		if (!str_eq(s, buf_view(&b)) || t.turn > 7)
			__builtin_trap();
	}
	buf_clear(&b);
	if (!media_traced_read(s, &d, &e))
		return;
	media_traced_write(&b, &d);
	if (!str_eq(s, buf_view(&b)) || d.shown != (d.segments > 0) ||
	    d.segments > MEDIA_SEGMENTS_MAX || d.likeness > 1000 ||
	    d.presence > MEDIA_PRESENCE_MAX)
		__builtin_trap();
}

static void
check_glances(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct media_glanced d;
	struct media_glance g;
	struct err e;

	if (media_glance_read(s, &g, &e)) {
		media_glance_write(&b, &g);
		if (!str_eq(s, buf_view(&b)))
			__builtin_trap();
	}
	buf_clear(&b);
	if (!media_glanced_read(s, &d, &e))
		return;
	media_glanced_write(&b, &d);
	if (!str_eq(s, buf_view(&b)) || d.verdict >= MEDIA_VERDICTS)
		__builtin_trap();
	for (size_t i = 0; i < MEDIA_GLANCES; i++)
		if (d.bytes[i] > MEDIA_GLANCE_BYTES_MAX ||
		    (d.bytes[i] > 0) != (d.verdict == MEDIA_OK))
			__builtin_trap();
}

static void
check_reading(str s)
{
	OWNED(arena) a = arena_new((size_t)4 << 20);
	CLEANUP(buf_done) struct buf b = BUF_MAX((size_t)1 << 20);
	size_t n = s.n / MEDIA_SEGMENT_BYTES;
	float *value, *full;
	struct err e;

	if (!media_reading_read(a, s, n, &value, &full, &e))
		return;
	media_reading_write(&b, n, value, full);
	if (!str_eq(s, buf_view(&b)))
		__builtin_trap();
	for (size_t i = 0; i < n; i++)
		if (!(value[i] >= -MEDIA_READING_MOST &&
			value[i] <= MEDIA_READING_MOST &&
			full[i] >= -MEDIA_READING_MOST &&
			full[i] <= MEDIA_READING_MOST))
			__builtin_trap();
}

static void
check_hashes(str s)
{
	OWNED(arena) a = arena_new((size_t)4 << 20);
	CLEANUP(buf_done) struct buf b = BUF_MAX(HASHES_BYTES_MAX);
	struct hashes t;
	struct err e;

	if (!hashes_read(a, s, HASHES_ROWS_MAX, &t, &e))
		return;
	for (size_t i = 0; i < t.n; i++)
		hashes_add(&b, &t.v[i]);
	if (!str_eq(s, buf_view(&b)) || b.full || t.n > HASHES_ROWS_MAX)
		__builtin_trap();
}

static void
check_video(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	struct video_job j;
	struct video_progress p;
	struct video_done d;
	struct err e;

	if (video_job_read(s, &j, &e)) {
		video_job_write(&b, &j);
		if (!str_eq(s, buf_view(&b)) || j.alg >= VIDEO_ALGS ||
		    !(j.every >= 0 && j.every <= VIDEO_EVERY_MAX))
			__builtin_trap();
	}
	buf_clear(&b);
	if (video_progress_read(s, &p, &e)) {
		video_progress_write(&b, &p);
		if (!str_eq(s, buf_view(&b)))
			__builtin_trap();
	}
	buf_clear(&b);
	if (video_done_read(s, &d, &e)) {
		video_done_write(&b, &d);
		if (!str_eq(s, buf_view(&b)) || d.bytes > VIDEO_BYTES_MAX)
			__builtin_trap();
	}
}

static void
check_video_take(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_TAKE_MESSAGE_MAX);
	struct video_take t;
	struct err e;

	if (video_take_read(s, &t, &e)) {
		video_take_write(&b, &t);
		if (!str_eq(s, buf_view(&b)))
			__builtin_trap();
	}
}

/* Every box lies in a still that there is. */
static void
check_video_veil(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_VEIL_MESSAGE_MAX);
	static struct video_veil v;
	struct video_veiled d;
	struct err e;

	if (video_veil_read(s, &v, &e)) {
		const struct video_wish *q = &v.wish;

		video_veil_write(&b, &v);
		if (!str_eq(s, buf_view(&b)) || q->n_stills == 0 ||
		    q->n_stills > VIDEO_STILLS_ALL ||
		    q->n_boxes > VIDEO_BOXES_MAX)
			__builtin_trap();
		for (uint32_t i = 0; i < q->n_boxes; i++)
			if (q->box[i].still >= q->n_stills ||
			    q->box[i].x + q->box[i].w > 65536 ||
			    q->box[i].y + q->box[i].h > 65536)
				__builtin_trap();
	}
	buf_clear(&b);
	if (!video_veiled_read(s, &d, &e))
		return;
	video_veiled_write(&b, &d);
	if (!str_eq(s, buf_view(&b)) || d.whole > d.frames)
		__builtin_trap();
}

/* The wish is that of a VEIL. */
static void
check_video_between(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_VEIL_MESSAGE_MAX);
	static struct video_between v;
	static struct video_found f;
	uint64_t bytes = 0;
	struct err e;

	if (video_between_read(s, &v, &e)) {
		video_between_write(&b, &v);
		if (!str_eq(s, buf_view(&b)) || v.there.n_greys != 0 ||
		    v.there.n_stills > VIDEO_STILLS_ALL ||
		    v.there.n_boxes > VIDEO_BOXES_MAX)
			__builtin_trap();
	}
	buf_clear(&b);
	if (!video_found_read(s, &f, &e))
		return;
	video_found_write(&b, &f);
	if (!str_eq(s, buf_view(&b)) || f.n_stills > VIDEO_FURTHER_MAX ||
	    f.n_boxes > VIDEO_FOUND_MAX ||
	    (f.verdict != MEDIA_OK && f.n_stills + f.n_boxes > 0))
		__builtin_trap();
	for (uint32_t i = 0; i < f.n_stills; i++)
		bytes += f.still[i].bytes;
	for (uint32_t i = 0; i < f.n_boxes; i++)
		if ((f.box[i].further && f.box[i].still >= f.n_stills) ||
		    f.box[i].x + f.box[i].w > 65536 ||
		    f.box[i].y + f.box[i].h > 65536)
			__builtin_trap();
	if (bytes > VIDEO_STILLS_BYTES_MAX)
		__builtin_trap();
}

static void
check_video_taken(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_TAKE_MESSAGE_MAX);
	struct video_taken t;
	uint64_t bytes = 0;
	struct err e;

	if (!video_taken_read(s, &t, &e))
		return;
	video_taken_write(&b, &t);
	if (!str_eq(s, buf_view(&b)) || t.n_stills > VIDEO_STILLS_MAX ||
	    t.format >= VIDEO_FORMATS ||
	    (t.hashes_bytes > 0) != (t.verdict == MEDIA_OK && !t.unwritten) ||
	    (t.hashes_bytes > 0 &&
		(t.side[0].bytes == 0 || t.n_stills == 0 || t.width == 0)))
		__builtin_trap();
	for (size_t i = 0; i < t.n_stills; i++)
		bytes += t.still[i].bytes;
	if (bytes > VIDEO_STILLS_BYTES_MAX)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str s = {(const char *)p, n};

	check_job(s);
	check_done(s);
	check_look(s);
	check_covers(s);
	check_traces(s);
	check_glances(s);
	check_reading(s);
	check_hashes(s);
	check_video(s);
	check_video_take(s);
	check_video_taken(s);
	check_video_veil(s);
	check_video_between(s);
	return 0;
}
