#include "erasure/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/rand.h"
#include "crypto/mac.h"

#define LINE_MAX_BYTES ((size_t)256)
#define TAIL ((size_t)8 * LINE_MAX_BYTES)
#define BATCH_MAX ((size_t)16 << 20)
#define FILE_MAX ((size_t)512 << 20)
#define FIRST "preau-erasures 1 "

const char *const erasure_words[ERASURE_KINDS] = {"blob", "child", "account",
    "report", "case", "hold", "release", "safe", "seal", "seal-end"};

static bool
fail_at(const char *path, struct err *e)
{
	if (errno == ENOENT)
		return err_set(
		    e, ERR_NOT_FOUND, "erasure journal %s: missing", path);
	return err_sys(e, "erasure journal %s", path);
}

static void
digest_of(const struct key *k, const uint8_t before[KEY_DIGEST_BYTES], str line,
    uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, k, "preau erasures 1");
	mac_put(&m, before, KEY_DIGEST_BYTES);
	mac_put(&m, line.p, line.n);
	mac_end(&m, ret);
}

/* Puts the blank, the digest and the end after what b holds from `from` on;
 * digest goes from the line before to this one. */
static void
end_line(struct buf *b, size_t from, const struct key *k,
    uint8_t digest[KEY_DIGEST_BYTES])
{
	buf_byte(b, ' ');
	if (b->full)
		return;
	digest_of(k, digest, (str){b->p + from, b->n - from}, digest);
	buf_hex(b, digest, KEY_DIGEST_BYTES);
	buf_byte(b, '\n');
}

static bool
open_locked(const char *path, int flags, int how, int *ret, struct err *e)
{
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd == -1)
		return fail_at(path, e);
	while (flock(fd, how) == -1)
		if (errno != EINTR) {
			fail_at(path, e);
			(void)close(fd);
			return false;
		}
	*ret = fd;
	return true;
}

static bool
append(int fd, const char *path, str text, struct err *e)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail_at(path, e);
		text.p += n;
		text.n -= (size_t)n;
	}
	return fdatasync(fd) == 0 || fail_at(path, e);
}

/* A new file must be found again after a power cut. */
static bool
sync_folder(const char *path, struct err *e)
{
	char folder[4096];
	char *slash;
	OWNED_FD fd = -1;

	if (snprintf(folder, sizeof(folder), "%s", path) >= (int)sizeof(folder))
		return err_set(e, ERR_LIMIT, "path too long");
	slash = strrchr(folder, '/');
	if (slash == NULL)
		folder[0] = '.', folder[1] = '\0';
	else
		slash[slash == folder] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || fsync(fd) == -1)
		return err_sys(e, "%s", folder);
	return true;
}

bool
journal_prepare(
    const char *path, const struct key *master, bool *ret_made, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(LINE_MAX_BYTES);
	CLEANUP(key_done) struct key k;
	uint8_t digest[KEY_DIGEST_BYTES] = {0}, random[16];
	OWNED_FD fd = -1;
	struct stat st;

	if (!open_locked(path, O_RDWR | O_CREAT | O_APPEND, LOCK_EX, &fd, e))
		return false;
	if (fstat(fd, &st) == -1)
		return fail_at(path, e);
	if (ret_made != NULL)
		*ret_made = st.st_size == 0;
	if (st.st_size > 0)
		return true;
	key_derive(master, "erasures", &k);
	rand_bytes(random, sizeof(random));
	buf_printf(&b, FIRST);
	buf_hex(&b, random, sizeof(random));
	end_line(&b, 0, &k, digest);
	return append(fd, path, buf_view(&b), e) && sync_folder(path, e);
}

/* Splits `… digest`; head keeps the blank before the digest, which is hashed
 * too. */
static bool
line_split(str line, str *head, uint8_t digest[KEY_DIGEST_BYTES])
{
	const size_t hex = (size_t)2 * KEY_DIGEST_BYTES;

	if (line.n < hex + 2 || line.p[line.n - hex - 1] != ' ')
		return false;
	*head = (str){line.p, line.n - hex};
	return num_hex((str){line.p + head->n, hex}, digest, KEY_DIGEST_BYTES);
}

static bool
kind_of(str word, enum erasure_kind *ret)
{
	for (int i = 0; i < ERASURE_KINDS; i++)
		if (str_eq(word, str_c(erasure_words[i]))) {
			*ret = (enum erasure_kind)i;
			return true;
		}
	return false;
}

/* `at kind id token ` */
static bool
head_parse(str head, struct erasure_entry *ret)
{
	str at, kind, id;

	return str_cut(&head, ' ', &at) &&
	       num_i64(at, 0, INT64_MAX, &ret->at) &&
	       str_cut(&head, ' ', &kind) && kind_of(kind, &ret->kind) &&
	       str_cut(&head, ' ', &id) &&
	       num_i64(id, 0, INT64_MAX, &ret->id) &&
	       str_cut(&head, ' ', &ret->token) && ret->token.n > 0 &&
	       ret->token.n <= ERASURE_TOKEN_MAX && head.n == 0;
}

/* The digest that the next line follows: of the last whole line.  *ret_torn: a
 * crash left something after it. */
static bool
last_digest(int fd, const char *path, uint8_t ret[KEY_DIGEST_BYTES],
    bool *ret_torn, struct err *e)
{
	char tail[TAIL];
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > (off_t)TAIL ? size - (off_t)TAIL : 0;
	ssize_t n = size <= 0 ? 0 : pread(fd, tail, sizeof(tail), from);
	bool found = false;
	str rest, line, head;

	if (size == -1 || n == -1)
		return fail_at(path, e);
	rest = (str){tail, (size_t)n};
	*ret_torn = n > 0 && tail[n - 1] != '\n';
	while (rest.n > 0) {
		uint8_t digest[KEY_DIGEST_BYTES];

		/* A line without its end only lacks that when its digest
		 * is whole: then the end is put after it. */
		(void)str_cut(&rest, '\n', &line);
		if (!line_split(line, &head, digest))
			continue;
		memcpy(ret, digest, sizeof(digest));
		found = true;
	}
	return found ||
	       err_set(e, ERR_CORRUPT, "erasure journal %s: not one", path);
}

bool
journal_add(const char *path, const struct key *master,
    const struct erasure_entry *v, size_t n, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(BATCH_MAX);
	CLEANUP(key_done) struct key k;
	uint8_t digest[KEY_DIGEST_BYTES];
	OWNED_FD fd = -1;
	bool torn = false;

	if (!open_locked(path, O_RDWR | O_APPEND, LOCK_EX, &fd, e) ||
	    !last_digest(fd, path, digest, &torn, e))
		return false;
	key_derive(master, "erasures", &k);
	if (torn)
		buf_byte(&b, '\n');
	for (size_t i = 0; i < n; i++) {
		size_t from = b.n;

		if (v[i].token.n == 0 || v[i].token.n > ERASURE_TOKEN_MAX)
			return err_set(e, ERR_INPUT, "erasure: no token");
		buf_printf(&b, "%" PRId64 " %s %" PRId64 " " STR_FMT,
		    v[i].at < 0 ? 0 : v[i].at, erasure_words[v[i].kind],
		    v[i].id, STR_ARG(v[i].token));
		end_line(&b, from, &k, digest);
	}
	if (b.full)
		return err_set(e, ERR_LIMIT, "erasure: too many at once");
	return append(fd, path, buf_view(&b), e);
}

static void
free_text(char **p)
{
	free(*p);
}

static bool
read_text(const char *path, char **ret, size_t *ret_n, struct err *e)
{
	CLEANUP(free_text) char *p = NULL;
	OWNED_FD fd = -1;
	struct stat st;
	size_t n = 0;

	if (!open_locked(path, O_RDONLY, LOCK_SH, &fd, e))
		return false;
	if (fstat(fd, &st) == -1)
		return fail_at(path, e);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > FILE_MAX)
		return err_set(
		    e, ERR_LIMIT, "erasure journal %s: too big", path);
	p = malloc((size_t)st.st_size + 1);
	if (p == NULL)
		abort();
	while (n < (size_t)st.st_size) {
		ssize_t got = read(fd, p + n, (size_t)st.st_size - n);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return fail_at(path, e);
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*ret = TAKE(p);
	*ret_n = n;
	return true;
}

struct reading {
	struct key key;
	const uint8_t *since;
	bool since_seen, first_seen;
	journal_see *see;
	void *ctx;
	struct journal_state state;
};

static void
reading_done(struct reading *r)
{
	key_done(&r->key);
}

static bool
read_line(struct reading *r, str line, struct err *e)
{
	uint8_t digest[KEY_DIGEST_BYTES], want[KEY_DIGEST_BYTES];
	struct erasure_entry entry;
	str head;

	if (!line_split(line, &head, digest)) {
		r->state.cut_short++;
		return true;
	}
	digest_of(&r->key, r->state.digest, head, want);
	if (sodium_memcmp(digest, want, sizeof(want)) != 0)
		return err_set(e, ERR_CORRUPT,
		    "erasure journal: the line "
		    "after %" PRId64 " entries does not follow",
		    r->state.entries);
	memcpy(r->state.digest, want, sizeof(want));
	if (r->since != NULL && memcmp(r->since, want, sizeof(want)) == 0)
		r->since_seen = true;
	if (!r->first_seen) {
		r->first_seen = true;
		return str_starts(head, S(FIRST)) ||
		       err_set(e, ERR_CORRUPT, "erasure journal: not one");
	}
	if (!head_parse(head, &entry))
		return err_set(e, ERR_CORRUPT,
		    "erasure journal: entry "
		    "%" PRId64 " makes no sense",
		    r->state.entries + 1);
	r->state.entries++;
	return r->see == NULL || r->see(r->ctx, &entry, e);
}

static bool
read_lines(struct reading *r, str text, struct err *e)
{
	str line;

	r->state = (struct journal_state){0};
	r->first_seen = false;
	while (text.n > 0) {
		(void)str_cut(&text, '\n', &line);
		if (!read_line(r, line, e))
			return false;
	}
	if (!r->first_seen)
		return err_set(e, ERR_CORRUPT, "erasure journal: not one");
	if (r->since != NULL && !r->since_seen)
		return err_set(e, ERR_CONFLICT,
		    "erasure journal: it was cut "
		    "off, or belongs to another installation");
	return true;
}

bool
journal_read(const char *path, const struct key *master, const uint8_t *since,
    journal_see *see, void *ctx, struct journal_state *ret, struct err *e)
{
	CLEANUP(reading_done) struct reading r = {.since = since};
	CLEANUP(free_text) char *text = NULL;
	size_t n = 0;

	key_derive(master, "erasures", &r.key);
	if (!read_text(path, &text, &n, e) ||
	    !read_lines(&r, (str){text, n}, e))
		return err_wrap(e, "%s", path);
	r.see = see;
	r.ctx = ctx;
	if (see != NULL && !read_lines(&r, (str){text, n}, e))
		return false;
	*ret = r.state;
	return true;
}
