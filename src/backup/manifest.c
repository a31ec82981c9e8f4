#include "backup/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/num.h"
#include "crypto/mac.h"

#define LINE_ROOM ((size_t)512)
#define FIRST "preau-backup 1"

static void
begin(struct mac *m, const struct key *master)
{
	CLEANUP(key_done) struct key k;

	key_derive(master, "backup", &k);
	mac_begin(m, &k, "preau backup 1");
}

static void
put(struct mac *m, str s)
{
	mac_put(m, s.p, s.n);
}

struct manifest_writer {
	FILE *f;
	struct mac mac;
	int64_t files;
	struct buf line;
};

static void
put_line(struct manifest_writer *w)
{
	buf_byte(&w->line, '\n');
	put(&w->mac, buf_view(&w->line));
	(void)fwrite(w->line.p, 1, w->line.n, w->f);
	buf_clear(&w->line);
}

struct manifest_writer *
manifest_writer_new(int dir, const struct key *master,
    const struct manifest_head *h, struct err *e)
{
	OWNED(manifest_writer) w = calloc(1, sizeof(*w));
	int fd = openat(dir, MANIFEST_NAME,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (w == NULL)
		abort();
	w->line.max = LINE_ROOM;
	w->f = fd == -1 ? NULL : fdopen(fd, "w");
	if (w->f == NULL) {
		err_sys(e, MANIFEST_NAME);
		fd_cleanup_(&fd);
		return NULL;
	}
	begin(&w->mac, master);
	buf_printf(&w->line, FIRST);
	put_line(w);
	buf_printf(&w->line, "made %" PRId64 " " PREAU_VERSION, h->made_at);
	put_line(w);
	buf_printf(&w->line, "erasures %" PRId64 " ", h->erasures);
	if (h->has_journal)
		buf_hex(&w->line, h->journal, sizeof(h->journal));
	else
		buf_byte(&w->line, '-');
	put_line(w);
	return TAKE(w);
}

void
manifest_writer_free(struct manifest_writer *w)
{
	if (w == NULL)
		return;
	if (w->f != NULL)
		(void)fclose(w->f);
	buf_done(&w->line);
	mac_done(&w->mac);
	free(w);
}

void
manifest_put(struct manifest_writer *w, const struct manifest_file *f)
{
	buf_printf(&w->line, "file ");
	buf_hex(&w->line, f->digest, sizeof(f->digest));
	buf_printf(&w->line, " %" PRId64 " %s", f->bytes, f->path);
	put_line(w);
	w->files++;
}

bool
manifest_end(struct manifest_writer *w, struct err *e)
{
	uint8_t mac[KEY_DIGEST_BYTES];

	buf_printf(&w->line, "end %" PRId64 " ", w->files);
	put(&w->mac, buf_view(&w->line));
	mac_end(&w->mac, mac);
	buf_hex(&w->line, mac, sizeof(mac));
	buf_byte(&w->line, '\n');
	(void)fwrite(w->line.p, 1, w->line.n, w->f);
	if (fflush(w->f) != 0 || ferror(w->f) != 0 || fsync(fileno(w->f)) != 0)
		return err_sys(e, MANIFEST_NAME);
	return true;
}

struct reading {
	FILE *f;
	struct mac mac;
	struct manifest_head head;
	manifest_see *see;
	void *ctx;
	int line;
	int64_t files;
	bool ended;
};

static bool
nonsense(const struct reading *r, struct err *e)
{
	return err_set(
	    e, ERR_CORRUPT, MANIFEST_NAME ": line %d makes no sense", r->line);
}

/* lists/7-12.entries */
static bool
list_fits(str p)
{
	str list, generation;
	int64_t n;

	if (!str_starts(p, S("lists/")) || !str_ends(p, S(".entries")))
		return false;
	generation = str_sub(p, 6, p.n - 6 - 8);
	return str_cut(&generation, '-', &list) &&
	       num_i64(list, 1, INT64_MAX, &n) &&
	       num_i64(generation, 1, INT64_MAX, &n);
}

/* preau.db, audit.head, a file of a list, or blobs/ab/ab and thirty more
 * digits. */
static bool
path_fits(str p)
{
	static const char hex[] = "0123456789abcdef";

	if (str_eq(p, S("preau.db")) || str_eq(p, S("audit.head")) ||
	    list_fits(p))
		return true;
	if (!str_starts(p, S("blobs/")) || p.n != 41 || p.p[8] != '/' ||
	    memcmp(p.p + 6, p.p + 9, 2) != 0)
		return false;
	for (size_t i = 9; i < p.n; i++)
		if (p.p[i] == '\0' || strchr(hex, p.p[i]) == NULL)
			return false;
	return true;
}

static bool
read_file_line(struct reading *r, str s, struct err *e)
{
	char path[MANIFEST_PATH_MAX];
	struct manifest_file f = {.path = path};
	str digest, bytes;

	if (!str_cut(&s, ' ', &digest) ||
	    !num_hex(digest, f.digest, sizeof(f.digest)) ||
	    !str_cut(&s, ' ', &bytes) ||
	    !num_i64(bytes, 0, INT64_MAX, &f.bytes) || !path_fits(s))
		return nonsense(r, e);
	memcpy(path, s.p, s.n);
	path[s.n] = '\0';
	r->files++;
	return r->see == NULL || r->see(r->ctx, &f, e);
}

static bool
read_erasures(struct reading *r, str s, struct err *e)
{
	str n;

	if (!str_cut(&s, ' ', &n) ||
	    !num_i64(n, 0, INT64_MAX, &r->head.erasures))
		return nonsense(r, e);
	r->head.has_journal = !str_eq(s, S("-"));
	return !r->head.has_journal ||
	       num_hex(s, r->head.journal, sizeof(r->head.journal)) ||
	       nonsense(r, e);
}

static bool
read_end(struct reading *r, str line, struct err *e)
{
	uint8_t mac[KEY_DIGEST_BYTES], want[KEY_DIGEST_BYTES];
	str s = line, word, n;
	size_t hex = (size_t)2 * KEY_DIGEST_BYTES;

	if (!str_cut(&s, ' ', &word) || !str_cut(&s, ' ', &n) ||
	    !num_i64(n, 0, INT64_MAX, &r->head.files) || s.n != hex ||
	    !num_hex(s, mac, sizeof(mac)))
		return nonsense(r, e);
	put(&r->mac, str_sub(line, 0, line.n - hex));
	mac_end(&r->mac, want);
	if (sodium_memcmp(mac, want, sizeof(want)) != 0)
		return err_set(e, ERR_CORRUPT,
		    MANIFEST_NAME ": it was "
				  "altered, or made under another master key");
	if (r->files != r->head.files)
		return nonsense(r, e);
	r->ended = true;
	return true;
}

static bool
read_made(struct reading *r, str s, struct err *e)
{
	str at;

	return (str_cut(&s, ' ', &at) &&
		   num_i64(at, 0, INT64_MAX, &r->head.made_at)) ||
	       nonsense(r, e);
}

/* line: without its end. */
static bool
read_line(struct reading *r, str line, struct err *e)
{
	str s = line, word;

	if (r->ended)
		return nonsense(r, e);
	if (r->line == 1)
		return str_eq(line, S(FIRST)) || nonsense(r, e);
	(void)str_cut(&s, ' ', &word);
	if (str_eq(word, S("file")) && r->line > 3)
		return read_file_line(r, s, e);
	if (str_eq(word, S("made")) && r->line == 2)
		return read_made(r, s, e);
	if (str_eq(word, S("erasures")) && r->line == 3)
		return read_erasures(r, s, e);
	if (str_eq(word, S("end")) && r->line > 3)
		return read_end(r, line, e);
	return nonsense(r, e);
}

static bool
read_lines(struct reading *r, const struct key *master, struct err *e)
{
	char line[LINE_ROOM];

	rewind(r->f);
	begin(&r->mac, master);
	r->line = 0;
	r->files = 0;
	r->ended = false;
	while (fgets(line, sizeof(line), r->f) != NULL) {
		str s = str_c(line);

		r->line++;
		if (s.n == 0 || s.p[s.n - 1] != '\n')
			return nonsense(r, e);
		if (!read_line(r, (str){s.p, s.n - 1}, e))
			return false;
		if (!r->ended)
			put(&r->mac, s);
	}
	if (ferror(r->f) != 0)
		return err_sys(e, MANIFEST_NAME);
	return r->ended ||
	       err_set(e, ERR_CORRUPT, MANIFEST_NAME ": it was cut off");
}

static void
reading_done(struct reading *r)
{
	if (r->f != NULL)
		(void)fclose(r->f);
	mac_done(&r->mac);
}

bool
manifest_read(int dir, const struct key *master, struct manifest_head *ret,
    manifest_see *see, void *ctx, struct err *e)
{
	CLEANUP(reading_done) struct reading r = {0};
	int fd = openat(dir, MANIFEST_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1 && errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND,
		    "no backup here: it has no " MANIFEST_NAME);
	r.f = fd == -1 ? NULL : fdopen(fd, "r");
	if (r.f == NULL) {
		fd_cleanup_(&fd);
		return err_sys(e, MANIFEST_NAME);
	}
	/* Nobody acts on a line before the last one vouches for it. */
	if (!read_lines(&r, master, e))
		return false;
	r.see = see;
	r.ctx = ctx;
	if (see != NULL && !read_lines(&r, master, e))
		return false;
	*ret = r.head;
	return true;
}
