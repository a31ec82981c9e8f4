#include "media/engine.h"

#include <gmodule.h>
#include <malloc.h>
#include <stdlib.h>
#include <vips/vips.h>

#include <vips/vector.h> /* needs what vips.h says */

#include "base/buf.h"
#include "media/colour.h"
#include "media/intake.h"
#include "media/warm.h"

#define WARM_SIDE 32
#define KEEP_MAX (256 * 1024 * 1024)

/* What libraries want to say about a stranger's file goes nowhere: a verdict
 * is all that anybody needs, and a thousand warnings are an attack. */
static void
say_nothing(
    const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer data)
{
	(void)domain;
	(void)level;
	(void)text;
	(void)data;
}

static bool
start(struct err *e)
{
	/* Planes of one picture are reused for the next: asking the kernel for
	 * zeroed pages each time was a tenth of the work. */
	(void)mallopt(M_MMAP_THRESHOLD, KEEP_MAX);
	(void)mallopt(M_TRIM_THRESHOLD, KEEP_MAX);
	/* By whichever thread (beside.h). */
	(void)mallopt(M_ARENA_MAX, 1);
	/* Machine code made at run time needs pages that the sandbox denies. */
	if (setenv("VIPS_NOVECTOR", "1", 1) == -1 ||
	    setenv("VIPS_WARNING", "0", 1) == -1 ||
	    /* It would put a large interlaced PNG into a file of its own. */
	    setenv("VIPS_DISC_THRESHOLD", "8g", 1) == -1 ||
	    /* Where there is nothing: it would load every module that the
	     * machine has, ImageMagick's and Poppler's with it. */
	    setenv("VIPSHOME", "/nonexistent", 1) == -1)
		return err_sys(e, "setenv");
	(void)g_log_set_default_handler(say_nothing, NULL);
	if (vips_init("preau-media") != 0)
		return err_set(e, ERR_IO, "libvips: %s", vips_error_buffer());
	/* Missing where libvips has it inside; warm_formats will tell. */
	(void)g_module_open(HEIF_MODULE, G_MODULE_BIND_LAZY);
	vips_block_untrusted_set(TRUE);
	vips_vector_set_enabled(FALSE);
	vips_concurrency_set(1);
	vips_cache_set_max(0);
	return true;
}

static bool
warm_formats(struct err *e)
{
	static const struct intake_wish wish = {
	    .side = {WARM_SIDE, 16, 8}, .marked = true};

	for (size_t i = 0; i < WARM_PICTURES; i++) {
		const struct warm_picture *w = &warm_pictures[i];
		struct intake t;
		uint8_t verdict;

		if (!intake_run((str){(const char *)w->p, w->n}, &wish, &t, e))
			return false;
		verdict = t.done.verdict;
		intake_done(&t);
		if (verdict != MEDIA_OK)
			return err_set(e, ERR_IO, "no decoder for %s: %s",
			    media_format_word(w->format),
			    media_verdict_word(verdict));
	}
	return true;
}

/* A profile that is not sRGB, so that the colour engine gets ready too. */
static bool
warm_colours(struct err *e)
{
	VipsBlob *blob = NULL;
	struct planes s;
	size_t n;
	const void *p;
	bool ok;

	if (vips_profile_load("p3", &blob, NULL) != 0 || blob == NULL)
		return err_set(e, ERR_IO, "libvips: %s", vips_error_buffer());
	p = vips_blob_get(blob, &n);
	ok = planes_init(&s, WARM_SIDE, WARM_SIDE, 3, 1, e);
	if (ok) {
		for (unsigned i = 0; i < 3; i++)
			memset(
			    s.plane[i].p, 128, s.plane[i].stride * WARM_SIDE);
		ok = colour_to_srgb(&s, (str){p, n}, e);
		planes_done(&s);
	}
	vips_area_unref(VIPS_AREA(blob));
	return ok;
}

bool
engine_init(struct err *e)
{
	return start(e) && warm_formats(e) && warm_colours(e);
}
