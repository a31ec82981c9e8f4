/*
 * media_render — one picture through the intake, for tests that look at files
 * with other people's tools:
 *
 *	media_render PREFIX CAPTION ORGANISATION < file
 *
 * Writes PREFIX-0.jpg … PREFIX-2.jpg, and PREFIX-tagged.jpg as a family would
 * download it; prints the verdict.
 */
#include <stdio.h>

#include "media/intake.h"
#include "media/rendition.h"
#include "media/tagwrite.h"

static bool
write_file(const char *prefix, const char *name, str head, str body)
{
	char path[512];
	FILE *f;
	bool ok;

	(void)snprintf(path, sizeof(path), "%s-%s.jpg", prefix, name);
	f = fopen(path, "wb");
	if (f == NULL)
		return false;
	ok = fwrite(head.p, 1, head.n, f) == head.n &&
	     fwrite(body.p, 1, body.n, f) == body.n;
	return fclose(f) == 0 && ok;
}

static bool
write_tagged(char **argv, const struct intake *t)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TAG_PREFIX_MAX);
	struct tag_facts f = {.caption = str_c(argv[2]),
	    .organisation = str_c(argv[3]),
	    .has_taken = t->done.has_taken};
	str jpeg = buf_view(&t->rendition[0]);
	struct err e;

	memcpy(f.taken, t->done.taken, sizeof(f.taken));
	return tagwrite(&f, &b, &e) &&
	       write_file(argv[1], "tagged", buf_view(&b),
		   str_sub(jpeg, TAG_SKIP, jpeg.n));
}

int
main(int argc, char **argv)
{
	static const struct intake_wish wish = {
	    .side = {2048, 1024, 320}, .marked = true};
	static const char *const names[MEDIA_SIDES] = {"0", "1", "2"};
	CLEANUP(buf_done) struct buf in = BUF_MAX(INTAKE_BYTES_MAX);
	CLEANUP(intake_done) struct intake t = {0};
	char piece[65536];
	struct err e;
	size_t n;
	bool ok = true;

	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		buf_put(&in, piece, n);
	if (argc != 4 || in.full || !intake_init(&e) ||
	    !intake_run(buf_view(&in), &wish, &t, &e))
		return 2;
	(void)printf("%s\n", media_verdict_word(t.done.verdict));
	if (t.done.verdict != MEDIA_OK)
		return 1;
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		struct buf jpeg = BUF_MAX(RENDITION_MAX);

		ok = ok &&
		     rendition_jpeg(buf_view(&t.rendition[i]), true, &jpeg, &e);
		buf_done(&t.rendition[i]);
		t.rendition[i] = jpeg;
	}
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		ok = ok && write_file(argv[1], names[i], S(""),
			       buf_view(&t.rendition[i]));
	return ok && write_tagged(argv, &t) ? 0 : 2;
}
