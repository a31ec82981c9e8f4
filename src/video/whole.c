#include "video/whole.h"

#include <string.h>
#include <unistd.h>

#define BOXES_MAX 100000 /* fragments of a live recording */
#define HEAD 16

static uint64_t
be(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

/* Exactly n bytes from there. */
static bool
read_at(struct video_source *s, int64_t at, uint8_t *to, int n)
{
	int got = 0;

	if (video_source_seek(s, at, SEEK_SET) != at)
		return false;
	while (got < n) {
		int now = video_source_read(s, to + got, n - got);

		if (now <= 0)
			return false;
		got += now;
	}
	return true;
}

/* The size of a box with its head; 0: to the end of the file. */
static uint64_t
box_size(const uint8_t head[HEAD])
{
	uint64_t n = be(head, 4);

	return n == 1 ? be(head + 8, 8) : n;
}

static bool
boxes_fit(struct video_source *s, int64_t end)
{
	int64_t at = 0;

	for (int i = 0; i < BOXES_MAX && end - at >= 8; i++) {
		uint8_t head[HEAD] = {0};
		uint64_t n;

		if (!read_at(s, at, head, end - at < HEAD ? 8 : HEAD))
			return false;
		n = box_size(head);
		if (n == 0)
			return true;
		if (n < 8)
			return true; /* nonsense is for the demuxer */
		if (n > (uint64_t)(end - at))
			return false;
		at += (int64_t)n;
	}
	return true;
}

/* A number of Matroska at p, with its mark or without; its length, 0: none. */
static size_t
vint(const uint8_t *p, size_t n, uint64_t *ret)
{
	size_t len = 1;

	while (len <= 8 && (p[0] & (0x80 >> (len - 1))) == 0)
		len++;
	if (len > 8 || len > n)
		return 0;
	*ret = be(p, len);
	return len;
}

/* Of the two elements that a file is made of, the header and the segment. */
static bool
segment_fits(struct video_source *s, int64_t end)
{
	int64_t at = 0;

	for (int i = 0; i < 8 && end - at > 0; i++) {
		uint8_t head[HEAD] = {0};
		uint64_t id, size, all;
		size_t a, b;

		if (!read_at(
			s, at, head, end - at < HEAD ? (int)(end - at) : HEAD))
			return false;
		a = vint(head, sizeof(head), &id);
		b = a == 0 ? 0 : vint(head + a, sizeof(head) - a, &size);
		if (b == 0)
			return true;
		all = ((uint64_t)1 << (7 * b)) - 1;
		size &= all;
		if (size == all)
			return true; /* live: it does not say */
		if (size > (uint64_t)(end - at))
			return false;
		at += (int64_t)(a + b + size);
		if (at > end)
			return false;
	}
	return true;
}

static enum video_format
format_of(const uint8_t head[HEAD])
{
	if (be(head, 4) == 0x1a45dfa3)
		return VIDEO_FORMAT_WEBM;
	if (memcmp(head + 4, "ftyp3g", 6) == 0)
		return VIDEO_FORMAT_3GP;
	if (memcmp(head + 4, "ftyp", 4) == 0 &&
	    memcmp(head + 8, "qt  ", 4) != 0)
		return VIDEO_FORMAT_MP4;
	return VIDEO_FORMAT_MOV;
}

/* Of MP4 and its like; whatever else it is, the demuxer refuses. */
static bool
begins_with_box(const uint8_t head[HEAD])
{
	static const char types[][5] = {
	    "ftyp", "moov", "mdat", "free", "skip", "wide", "pnot"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (memcmp(head + 4, types[i], 4) == 0)
			return true;
	return false;
}

bool
whole_file(struct video_source *s, enum video_format *ret_format)
{
	int64_t end = video_source_bytes(s);
	uint8_t head[HEAD] = {0};
	bool fits = read_at(s, 0, head, HEAD);

	*ret_format = format_of(head);
	if (fits && *ret_format == VIDEO_FORMAT_WEBM)
		fits = segment_fits(s, end);
	else if (fits && begins_with_box(head))
		fits = boxes_fit(s, end);
	(void)video_source_seek(s, 0, SEEK_SET);
	return fits;
}
