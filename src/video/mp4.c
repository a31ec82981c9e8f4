#include "video/mp4.h"

#include <stdlib.h>

#define IO_BYTES (64 * 1024)
#define HEAD_BYTES ((int64_t)4096) /* is changed once more at the end */
#define DEPTH_MAX 6
#define BOX_HEAD 8

struct mp4 {
	int to, between;
	struct key key, key_between;
	AVFormatContext *file;
	AVIOContext *io;
	AVRational base[2]; /* of the encoders */
	uint8_t head[HEAD_BYTES];
	int64_t at, end;  /* of what the muxer writes */
	int64_t table_at; /* from here on it is the table; INT64_MAX: no */
	struct buf table;
	struct blob_writer *samples; /* what is behind the head */
	struct err why;              /* of a write that failed */
};

enum { PICTURE, SOUND };

/* ---- what the muxer writes ---- */

static bool
put_sample_bytes(struct mp4 *m, const uint8_t *p, size_t n, struct err *e)
{
	if (m->at != m->end)
		return err_set(e, ERR_CORRUPT, "an MP4 is not written in turn");
	if (m->at < m->table_at)
		return blob_write(m->samples, p, n, e);
	buf_put(&m->table, p, n);
	return !m->table.full ||
	       err_set(e, ERR_LIMIT, "the table of an MP4 is too long");
}

static bool
put(struct mp4 *m, const uint8_t *p, size_t n, struct err *e)
{
	size_t in_head = 0;

	if (m->at < HEAD_BYTES) {
		in_head = (size_t)(HEAD_BYTES - m->at);
		in_head = n < in_head ? n : in_head;
		memcpy(m->head + m->at, p, in_head);
		m->at += (int64_t)in_head;
		if (m->at > m->end)
			m->end = m->at;
	}
	if (in_head == n)
		return true;
	if (!put_sample_bytes(m, p + in_head, n - in_head, e))
		return false;
	m->at += (int64_t)(n - in_head);
	m->end = m->at;
	return true;
}

static int
on_write(void *ctx, uint8_t *p, int n)
{
	struct mp4 *m = ctx;

	return put(m, p, (size_t)n, &m->why) ? n : AVERROR(EIO);
}

static int64_t
on_seek(void *ctx, int64_t to, int whence)
{
	struct mp4 *m = ctx;

	if ((whence & AVSEEK_SIZE) != 0)
		return m->end;
	if (whence != SEEK_SET || to < 0 || to > m->end)
		return AVERROR(EINVAL);
	return m->at = to;
}

/* ---- begin ---- */

static bool
open_file(struct mp4 *m, struct err *e)
{
	uint8_t *buffer = av_malloc(IO_BYTES);

	if (buffer != NULL)
		m->io = avio_alloc_context(
		    buffer, IO_BYTES, 1, m, NULL, on_write, on_seek);
	if (m->io == NULL) {
		av_free(buffer);
		return err_set(e, ERR_LIMIT, "no memory for a video");
	}
	if (avformat_alloc_output_context2(&m->file, NULL, "mp4", NULL) < 0)
		return err_set(e, ERR_LIMIT, "no memory for a video");
	m->file->pb = m->io;
	/* Without these it would say the time and its own name. */
	m->file->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
	return true;
}

struct mp4 *
mp4_new(int to, const struct key *key, int between, struct err *e)
{
	OWNED(mp4) m = calloc(1, sizeof(*m));

	if (m == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory for a video");
		return NULL;
	}
	m->to = to;
	m->between = between;
	m->key = *key;
	m->table = BUF_MAX(MP4_TABLE_MAX);
	m->table_at = INT64_MAX;
	key_random(&m->key_between);
	m->samples = blob_writer_new(between, &m->key_between, e);
	return m->samples != NULL && open_file(m, e) ? TAKE(m) : NULL;
}

void
mp4_free(struct mp4 *m)
{
	if (m == NULL)
		return;
	avformat_free_context(m->file);
	if (m->io != NULL)
		av_freep(&m->io->buffer);
	avio_context_free(&m->io);
	blob_writer_free(m->samples);
	buf_done(&m->table);
	key_done(&m->key);
	key_done(&m->key_between);
	free(m);
}

static bool
add_stream(struct mp4 *m, const AVCodecContext *c)
{
	AVStream *s = avformat_new_stream(m->file, NULL);

	if (s == NULL || avcodec_parameters_from_context(s->codecpar, c) < 0)
		return false;
	s->codecpar->codec_tag = 0;
	s->time_base = c->time_base;
	if (c->codec_type == AVMEDIA_TYPE_VIDEO)
		s->sample_aspect_ratio = (AVRational){1, 1};
	m->base[s->index] = c->time_base;
	return true;
}

/* The reason that a write gave is the reason of the muxer. */
static bool
fail(struct mp4 *m, struct err *e)
{
	if (m->why.kind == ERR_NONE)
		return err_set(e, ERR_INPUT, "an MP4 cannot be made of it");
	*e = m->why;
	return false;
}

bool
mp4_begin(struct mp4 *m, const AVCodecContext *picture,
    const AVCodecContext *sound, struct err *e)
{
	if (!add_stream(m, picture) || (sound != NULL && !add_stream(m, sound)))
		return err_set(e, ERR_LIMIT, "no memory for a video");
	return avformat_write_header(m->file, NULL) >= 0 || fail(m, e);
}

static bool
write_packet(struct mp4 *m, int stream, AVPacket *p, struct err *e)
{
	p->stream_index = stream;
	av_packet_rescale_ts(
	    p, m->base[stream], m->file->streams[stream]->time_base);
	return av_interleaved_write_frame(m->file, p) >= 0 || fail(m, e);
}

bool
mp4_picture(struct mp4 *m, AVPacket *p, struct err *e)
{
	return write_packet(m, PICTURE, p, e);
}

bool
mp4_sound(struct mp4 *m, AVPacket *p, struct err *e)
{
	return write_packet(m, SOUND, p, e);
}

/* ---- the table in front ---- */

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static void
put_be32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/* Places of chunks, `by` further back; a rendition is far from 4 GiB. */
static bool
move_chunks(uint8_t *p, size_t n, uint32_t by)
{
	uint32_t count = n < 8 ? UINT32_MAX : be32(p + 4);

	if (count > (n - 8) / 4)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		uint8_t *at = p + 8 + 4 * (size_t)i;

		if (be32(at) > UINT32_MAX - by)
			return false;
		put_be32(at, be32(at) + by);
	}
	return true;
}

/* The boxes of our own muxer. */
static bool
move_boxes(uint8_t *p, size_t n, unsigned depth, uint32_t by)
{
	static const char nests[][5] = {"moov", "trak", "mdia", "minf", "stbl"};

	for (size_t at = 0, size; at < n; at += size) {
		uint8_t *body = p + at + BOX_HEAD;
		bool good = true;

		size = n - at < BOX_HEAD ? 0 : be32(p + at);
		if (size < BOX_HEAD || size > n - at || depth > DEPTH_MAX ||
		    memcmp(body - 4, "co64", 4) == 0)
			return false;
		if (memcmp(body - 4, "stco", 4) == 0)
			good = move_chunks(body, size - BOX_HEAD, by);
		for (size_t i = 0; i < sizeof(nests) / sizeof(nests[0]); i++)
			if (memcmp(body - 4, nests[i], 4) == 0)
				good = move_boxes(
				    body, size - BOX_HEAD, depth + 1, by);
		if (!good)
			return false;
	}
	return true;
}

/* The muxer ends its table with a place for a title and the like, without any:
 * even that goes. */
static void
drop_words(struct buf *table)
{
	uint8_t *p = (uint8_t *)table->p;

	for (size_t at = BOX_HEAD, size; at + BOX_HEAD <= table->n;
	     at += size) {
		size = be32(p + at);
		if (size < BOX_HEAD || size > table->n - at)
			return;
		if (memcmp(p + at + 4, "udta", 4) != 0 || at + size < table->n)
			continue;
		table->n = at;
		put_be32(p, (uint32_t)at);
		return;
	}
}

static bool
end_muxer(struct mp4 *m, struct err *e)
{
	int64_t bytes;

	if (av_interleaved_write_frame(m->file, NULL) < 0)
		return fail(m, e);
	avio_flush(m->io);
	if (m->why.kind != ERR_NONE)
		return fail(m, e);
	m->table_at = m->end;
	if (av_write_trailer(m->file) < 0)
		return fail(m, e);
	avio_flush(m->io);
	if (m->why.kind != ERR_NONE)
		return fail(m, e);
	return m->table_at < HEAD_BYTES || blob_finish(m->samples, &bytes, e);
}

static bool
copy_samples(struct mp4 *m, struct blob_writer *to, struct err *e)
{
	OWNED(blob_reader)
	from = blob_reader_new(m->between, &m->key_between, e);
	static uint8_t chunk[BLOB_CHUNK];
	int64_t at = 0;
	size_t n;

	if (from == NULL)
		return false;
	for (;;) {
		if (!blob_read(from, at, chunk, sizeof(chunk), &n, e))
			return false;
		if (n == 0)
			return true;
		if (!blob_write(to, chunk, n, e))
			return false;
		at += (int64_t)n;
	}
}

/* What came behind the head may have begun inside it. */
static bool
gather_table(struct mp4 *m, size_t head, struct err *e)
{
	struct buf whole = BUF_MAX(MP4_TABLE_MAX);
	size_t begins = (size_t)m->table_at;

	if (m->table_at < HEAD_BYTES) {
		buf_put(&whole, m->head + begins, head - begins);
		buf_put(&whole, m->table.p, m->table.n);
		buf_done(&m->table);
		m->table = whole;
	}
	if (m->table.full || m->table.n < BOX_HEAD ||
	    memcmp(m->table.p + 4, "moov", 4) != 0)
		return err_set(e, ERR_CORRUPT, "an MP4 has no table");
	drop_words(&m->table);
	if (!move_boxes(
		(uint8_t *)m->table.p, m->table.n, 0, (uint32_t)m->table.n))
		return err_set(e, ERR_CORRUPT, "an MP4 has no table");
	return true;
}

static bool
write_all(struct mp4 *m, int64_t *ret_bytes, struct err *e)
{
	OWNED(blob_writer) to = blob_writer_new(m->to, &m->key, e);
	int64_t end = m->end < HEAD_BYTES ? m->end : HEAD_BYTES;
	int64_t samples_end = m->table_at < end ? m->table_at : end;
	uint32_t brand = be32(m->head); /* the first box, « ftyp » */

	if (to == NULL || !gather_table(m, (size_t)end, e))
		return false;
	if (brand > (uint64_t)samples_end)
		return err_set(e, ERR_CORRUPT, "an MP4 has no head");
	return blob_write(to, m->head, brand, e) &&
	       blob_write(to, m->table.p, m->table.n, e) &&
	       blob_write(
		   to, m->head + brand, (size_t)samples_end - brand, e) &&
	       (m->table_at <= HEAD_BYTES || copy_samples(m, to, e)) &&
	       blob_finish(to, ret_bytes, e);
}

bool
mp4_end(struct mp4 *m, int64_t *ret_bytes, struct err *e)
{
	return end_muxer(m, e) && write_all(m, ret_bytes, e);
}
