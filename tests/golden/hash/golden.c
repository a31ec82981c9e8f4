#include "golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <vips/vips.h>

#include "hash/pnm.h"

#define SHOWN 80 /* characters of what differs */

static _Noreturn void
give_up(const char *name, const char *why)
{
	fprintf(stderr, "%s: %s\n", name, why);
	exit(EXIT_FAILURE);
}

static const char *
path_of(const struct golden *g, struct arena *a, const char *name)
{
	str path = arena_fmt(a, "%s/%s", g->folder, name);

	return arena_cstr(a, path);
}

static str
read_all(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p;
	long n;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0)
		give_up(path, "cannot be read");
	rewind(f);
	p = NEW_N(a, char, (size_t)n + 1);
	if (p == NULL || fread(p, 1, (size_t)n, f) != (size_t)n)
		give_up(path, "cannot be read whole");
	fclose(f);
	return (str){p, (size_t)n};
}

str
golden_file(struct golden *g, const char *name)
{
	return read_all(g->arena, path_of(g, g->arena, name));
}

bool
golden_exists(const struct golden *g, const char *name)
{
	return access(path_of(g, g->arena, name), R_OK) == 0;
}

struct golden_table
golden_table(struct golden *g, const char *name)
{
	struct golden_table t = {.left = golden_file(g, name)};

	(void)str_cut(&t.left, '\n', &t.head);
	return t;
}

bool
golden_next(struct golden_table *t)
{
	if (t->left.n == 0)
		return false;
	(void)str_cut(&t->left, '\n', &t->row);
	return t->row.n > 0;
}

str
golden_cell(const struct golden_table *t, const char *column)
{
	str names = t->head, values = t->row, name, value;
	bool more;

	do {
		more = str_cut(&names, '\t', &name);
		(void)str_cut(&values, '\t', &value);
		if (str_eq(name, str_c(column)))
			return value;
	} while (more);
	give_up(column, "no such column");
}

static struct pixels
read_coded(struct arena *a, const char *path)
{
	VipsImage *image = vips_image_new_from_file(path, NULL);
	struct pixels px = {0};
	uint8_t *copy;
	size_t n;
	void *p;

	if (image == NULL)
		give_up(path, vips_error_buffer());
	p = vips_image_write_to_memory(image, &n);
	copy = NEW_N(a, uint8_t, n);
	if (p == NULL || copy == NULL ||
	    vips_image_get_format(image) != VIPS_FORMAT_UCHAR)
		give_up(path, "not 8 bits a sample");
	memcpy(copy, p, n);
	g_free(p);
	px = (struct pixels){copy, (uint32_t)vips_image_get_width(image),
	    (uint32_t)vips_image_get_height(image),
	    (uint32_t)vips_image_get_bands(image),
	    (size_t)vips_image_get_width(image) *
		(size_t)vips_image_get_bands(image)};
	g_object_unref(image);
	return px;
}

struct pixels
golden_pixels(struct golden *g, struct arena *a, str name)
{
	const char *z = arena_cstr(a, name), *path;
	struct pixels px;
	struct err e;

	if (z == NULL)
		give_up("golden", "a name is wrong");
	path = path_of(g, a, z);
	if (!str_ends(name, S(".ppm")) && !str_ends(name, S(".pgm")))
		return read_coded(a, path);
	if (!pnm_read(a, read_all(a, path), &px, &e))
		give_up(path, e.msg);
	return px;
}

void
golden_same(struct golden *g, str name, const char *what, str want, str got)
{
	g->rows++;
	if (str_eq(want, got))
		return;
	g->wrong++;
	fprintf(stderr, STR_FMT ": %s is " STR_FMT ", not " STR_FMT "\n",
	    STR_ARG(name), what, STR_ARG(str_sub(got, 0, SHOWN)),
	    STR_ARG(str_sub(want, 0, SHOWN)));
}
