/*
 * embed OUTPUT.c FILE… — static files become C: content type by ending, path
 * by content digest, and a gzip copy where it is smaller.
 */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "file.h"

#define FILES_MAX 256

struct asset_file {
	const char *path;
	str name, type;
	struct buf bytes, gzip;
};

static str
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return str_c(slash == NULL ? path : slash + 1);
}

static bool
type_of(str name, str *ret)
{
	static const struct {
		str end, type;
	} types[] = {
	    {S(".css"), S("text/css; charset=utf-8")},
	    {S(".js"), S("text/javascript; charset=utf-8")},
	    {S(".svg"), S("image/svg+xml")},
	    {S(".png"), S("image/png")},
	    {S(".jpg"), S("image/jpeg")},
	    {S(".webp"), S("image/webp")},
	    {S(".ico"), S("image/x-icon")},
	    {S(".woff2"), S("font/woff2")},
	    {S(".json"), S("application/json")},
	    {S(".webmanifest"), S("application/manifest+json")},
	    {S(".txt"), S("text/plain; charset=utf-8")},
	    {S(".csv"), S("text/csv; charset=utf-8")},
	    {S(".wasm"), S("application/wasm")},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_ends(name, types[i].end)) {
			*ret = types[i].type;
			return true;
		}
	return false;
}

static bool
name_is_fine(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') && c != '-' && c != '_' && c != '.')
			return false;
	}
	return name.n > 0 && name.n <= 80;
}

/* No time and no name in the header: the same bytes give the same copy. */
static bool
compress_into(str bytes, struct buf *ret, struct err *e)
{
	z_stream z = {0};
	bool ok;

	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		return err_set(e, ERR_LIMIT, "zlib does not start");
	if (!buf_reserve(ret, deflateBound(&z, bytes.n))) {
		(void)deflateEnd(&z);
		return err_set(e, ERR_LIMIT, "a file is too long");
	}
	z.next_in = (Bytef *)(uintptr_t)bytes.p;
	z.avail_in = (uInt)bytes.n;
	z.next_out = (Bytef *)ret->p;
	z.avail_out = (uInt)ret->cap;
	ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
	ret->n = z.total_out;
	(void)deflateEnd(&z);
	return ok || err_set(e, ERR_IO, "zlib does not end");
}

static bool
load(struct asset_file *f, const char *path, struct err *e)
{
	*f = (struct asset_file){.path = path,
	    .name = name_of(path),
	    .bytes = BUF_MAX(FILE_MAX),
	    .gzip = BUF_MAX(FILE_MAX)};
	if (!name_is_fine(f->name) || !type_of(f->name, &f->type))
		return err_set(e, ERR_INPUT,
		    "%s: a name or an ending that we do "
		    "not serve",
		    path);
	return file_read(path, &f->bytes, e) || err_wrap(e, "%s", path);
}

static bool
shrink(struct asset_file *f, struct err *e)
{
	if (!compress_into(buf_view(&f->bytes), &f->gzip, e))
		return err_wrap(e, "%s", f->path);
	/* A few bytes less are not worth the work of the browser. */
	if (f->gzip.n + f->gzip.n / 16 >= f->bytes.n)
		buf_clear(&f->gzip);
	return true;
}

static void
put_array(struct buf *out, size_t i, const char *what, str bytes)
{
	static const char digit[] = "0123456789abcdef";

	if (bytes.n == 0)
		return;
	buf_printf(out, "static const unsigned char %s_%zu[%zu] = {", what, i,
	    bytes.n);
	for (size_t at = 0; at < bytes.n; at++) {
		unsigned char c = (unsigned char)bytes.p[at];

		buf_str(out, at % 16 == 0 ? S("\n\t0x") : S(" 0x"));
		buf_byte(out, digit[c >> 4]);
		buf_byte(out, digit[c & 15]);
		buf_byte(out, ',');
	}
	buf_str(out, S("\n};\n"));
}

static uint32_t
digest(str bytes)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < bytes.n; i++)
		h = (h ^ (uint8_t)bytes.p[i]) * 0x100000001b3u;
	return (uint32_t)(h ^ h >> 32);
}

static void
put_view(
    struct buf *out, size_t i, const char *member, const char *what, size_t n)
{
	if (n == 0)
		return;
	buf_printf(out, "\t\t.%s = { (const char *)%s_%zu, %zu },\n", member,
	    what, i, n);
}

static void
put_path(struct buf *out, const struct asset_file *f)
{
	str stem = file_stem(f->path);
	str end = str_sub(f->name, stem.n, f->name.n);

	buf_printf(out, "/static/" STR_FMT ".%08x" STR_FMT, STR_ARG(stem),
	    digest(buf_view(&f->bytes)), STR_ARG(end));
}

/* "/static/font.woff2" in a style sheet or the service worker becomes the path
 * that the file is served at; what they name must name nothing itself, or come
 * before them. */
static bool
link_one(
    struct asset_file *f, const struct asset_file *all, size_t n, struct err *e)
{
	static const str mark = S("/static/");
	str rest = buf_view(&f->bytes);
	struct buf out = BUF_MAX(FILE_MAX);

	while (rest.n > 0) {
		size_t k = 0;

		if (!str_starts(rest, mark)) {
			buf_byte(&out, rest.p[0]);
			rest = str_sub(rest, 1, rest.n);
			continue;
		}
		rest = str_sub(rest, mark.n, rest.n);
		while (
		    k < n &&
		    !(str_starts(rest, all[k].name) && rest.n > all[k].name.n &&
			strchr("\"')", rest.p[all[k].name.n]) != NULL))
			k++;
		if (k == n) {
			buf_done(&out);
			return err_set(e, ERR_NOT_FOUND,
			    "%s: /static/%.20s… is no file of ours", f->path,
			    rest.p);
		}
		put_path(&out, &all[k]);
		rest = str_sub(rest, all[k].name.n, rest.n);
	}
	buf_done(&f->bytes);
	f->bytes = out;
	return true;
}

static bool
link_and_compress(struct asset_file *file, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if ((str_ends(file[i].name, S(".css")) ||
			str_eq(file[i].name, S("sw.js"))) &&
		    !link_one(&file[i], file, n, e))
			return false;
	for (size_t i = 0; i < n; i++)
		if (!shrink(&file[i], e))
			return false;
	return true;
}

static void
put_asset(struct buf *out, size_t i, const struct asset_file *f)
{
	buf_printf(
	    out, "\t{\n\t\t.name = \"" STR_FMT "\",\n", STR_ARG(f->name));
	buf_str(out, S("\t\t.path = S(\""));
	put_path(out, f);
	buf_str(out, S("\"),\n"));
	buf_printf(out, "\t\t.type = S(\"" STR_FMT "\"),\n", STR_ARG(f->type));
	put_view(out, i, "bytes", "bytes", f->bytes.n);
	put_view(out, i, "gzip", "gzip", f->gzip.n);
	buf_str(out, S("\t},\n"));
}

static int
by_name(const void *a, const void *b)
{
	const struct asset_file *x = a, *y = b;

	return strcmp(x->name.p, y->name.p);
}

static bool
emit(struct asset_file *file, size_t n, const char *path, struct err *e)
{
	CLEANUP(buf_done) struct buf out = BUF_MAX(512u << 20);

	qsort(file, n, sizeof(*file), by_name);
	for (size_t i = 1; i < n; i++)
		if (str_eq(file[i].name, file[i - 1].name))
			return err_set(
			    e, ERR_CONFLICT, "%s: twice", file[i].path);
	buf_str(&out, S("/* Generated by tools/embed.  Do not edit. */\n"
			"#include \"web/asset.h\"\n\n"));
	for (size_t i = 0; i < n; i++) {
		put_array(&out, i, "bytes", buf_view(&file[i].bytes));
		put_array(&out, i, "gzip", buf_view(&file[i].gzip));
	}
	buf_printf(&out,
	    "const size_t asset_table_n = %zu;\n"
	    "const struct asset asset_table[%zu] = {\n",
	    n, n == 0 ? 1 : n);
	for (size_t i = 0; i < n; i++)
		put_asset(&out, i, &file[i]);
	buf_str(&out, S("};\n"));
	return file_write(path, buf_view(&out), e);
}

int
main(int argc, char **argv)
{
	static struct asset_file file[FILES_MAX];
	struct err e;
	size_t n = 0;
	bool ok = true;

	if (argc < 2 || argc - 2 > FILES_MAX) {
		fprintf(stderr, "usage: embed out.c file…\n");
		return 2;
	}
	for (int i = 2; ok && i < argc; i++)
		ok = load(&file[n++], argv[i], &e);
	ok = ok && link_and_compress(file, n, &e) && emit(file, n, argv[1], &e);
	if (!ok)
		fprintf(stderr, "%s\n", e.msg);
	for (size_t i = 0; i < n; i++) {
		buf_done(&file[i].bytes);
		buf_done(&file[i].gzip);
	}
	return ok ? 0 : 1;
}
