/*
 * icon MARK.svg SIDE all|safe OUTPUT.png — the mark as a home screen wants it.
 * all: to the edges, on nothing.  safe: on paper, inside the middle circle of
 * four fifths that no telephone cuts away from a maskable icon
 * (w3.org/TR/appmanifest, « Icon masks and safe zone »).
 */
#include <stdio.h>
#include <vips/vips.h>

#include "base/num.h"

#define SIDE_MAX 1024
#define SAFE 0.56 /* of the side: a square's corners stay in the circle */

static int
load(const char *svg, int side, VipsImage **ret)
{
	return vips_thumbnail(svg, ret, side, "height", side, NULL);
}

static int
on_paper(VipsImage *mark, int side, VipsImage **ret)
{
	/* --paper of app.css */
	static const double paper[] = {0xfa, 0xf7, 0xf2};
	VipsArrayDouble *ink = vips_array_double_new(paper, 3);
	VipsImage *flat = NULL;
	int at = (side - vips_image_get_width(mark)) / 2;
	int bad = vips_flatten(mark, &flat, "background", ink, NULL);

	if (bad == 0)
		bad = vips_embed(flat, ret, at, at, side, side, "extend",
		    VIPS_EXTEND_BACKGROUND, "background", ink, NULL);
	g_clear_object(&flat);
	vips_area_unref(VIPS_AREA(ink));
	return bad;
}

/* No date, no name of a program: the same mark gives the same bytes. */
static int
save(VipsImage *im, const char *path)
{
	return vips_pngsave(
	    im, path, "strip", TRUE, "compression", 9, "palette", FALSE, NULL);
}

int
main(int argc, char **argv)
{
	VipsImage *mark = NULL, *icon = NULL;
	int64_t side;
	bool safe;
	int bad;

	if (argc != 5 || !num_i64(str_c(argv[2]), 16, SIDE_MAX, &side) ||
	    VIPS_INIT(argv[0]) != 0) {
		fprintf(stderr, "usage: icon mark.svg side all|safe out.png\n");
		return 2;
	}
	safe = str_eq(str_c(argv[3]), S("safe"));
	bad =
	    load(argv[1], safe ? (int)((double)side * SAFE) : (int)side, &mark);
	if (bad == 0 && safe)
		bad = on_paper(mark, (int)side, &icon);
	if (bad == 0)
		bad = save(safe ? icon : mark, argv[4]);
	if (bad != 0)
		fprintf(stderr, "%s", vips_error_buffer());
	g_clear_object(&icon);
	g_clear_object(&mark);
	vips_shutdown();
	return bad == 0 ? 0 : 1;
}
