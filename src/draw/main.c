/*
 * preau-draw — one demonstration picture on standard output:
 *
 *	preau-draw SCENE SEED WIDTH HEIGHT [YYYY-MM-DDThh:mm:ss] > picture.jpg
 *
 * SCENE is a number below DRAW_SCENES.  For tests and screenshots.
 */
#include <stdio.h>

#include "base/num.h"
#include "draw/draw.h"

static bool
number(const char *text, int64_t max, uint32_t *ret)
{
	int64_t v;

	if (!num_i64(str_c(text), 0, max, &v))
		return false;
	*ret = (uint32_t)v;
	return true;
}

static bool
parse_taken(const char *text, uint16_t ret[6])
{
	static const struct {
		size_t at, n;
	} parts[6] = {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}};
	str s = str_c(text);

	for (size_t i = 0; i < 6; i++) {
		int64_t v;

		if (!num_i64(str_sub(s, parts[i].at, parts[i].n), 0, 9999, &v))
			return false;
		ret[i] = (uint16_t)v;
	}
	return s.n == 19;
}

int
main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(DRAW_JPEG_MAX);
	struct draw_options w = {0};
	uint32_t scene;
	struct err e;

	if (argc < 5 || argc > 6 || !number(argv[1], DRAW_SCENES - 1, &scene) ||
	    !number(argv[2], UINT32_MAX, &w.seed) ||
	    !number(argv[3], 8192, &w.width) ||
	    !number(argv[4], 8192, &w.height) ||
	    (argc == 6 && !parse_taken(argv[5], w.taken))) {
		(void)fprintf(stderr, "usage: preau-draw SCENE SEED WIDTH "
				      "HEIGHT [YYYY-MM-DDThh:mm:ss]\n");
		return 2;
	}
	w.scene = (enum draw_scene)scene;
	if (!draw_picture(&w, &b, &e)) {
		(void)fprintf(stderr, "preau-draw: %s\n", e.msg);
		return 1;
	}
	return fwrite(b.p, 1, b.n, stdout) == b.n && fflush(stdout) == 0 ? 0
									 : 1;
}
