/*
 * A worker of cardboard.  By path:
 *	/slow/N     waits N milliseconds first
 *	/die        dies; /die-once: only the first time
 *	/blob/N     a blob of N bytes, byte i is i * 31 + (i >> 8); ranges, ETag
 *	/photo/N    the same behind 10 bytes of its own, the first 4 left out
 *	/damaged/N  the same, with one byte turned in the middle of the file
 *	/memory/N   the same out of a memory file
 *	/large/N    N bytes inline
 *	/304        not modified
 *	/nonsense   breaks the protocol
 *	/heads      headers, good and bad
 * Anything else comes back as JSON.  Files whose form token is "bad" are
 * refused with 403; kept ones are opened again and their digest is compared.
 */
#include "rig.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/rand.h"
#include "ipc/chan.h"
#include "ipc/http.h"
#include "store/blob.h"

#define INLINE_MAX 150000

struct kept {
	char path[256];
	struct key key;
};

struct worker {
	struct chan chan;
	const char *folder;
	struct arena *arena;
};

static void
must(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	_exit(3);
}

static void
fill(char *p, uint64_t at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (char)(uint8_t)((at + i) * 31 + ((at + i) >> 8));
}

/* Keys stand in a file beside the blob: any worker may have opened it. */
static void
kept_path(const struct worker *w, uint64_t handle, struct kept *k)
{
	(void)snprintf(k->path, sizeof(k->path), "%s/up-%llx", w->folder,
	    (unsigned long long)handle);
}

static void
key_file(const char *path, struct key *k, bool make)
{
	char name[300];
	int fd;

	(void)snprintf(name, sizeof(name), "%s.key", path);
	fd = open(name,
	    make ? O_CREAT | O_WRONLY | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0600);
	must(fd != -1, name);
	must((make ? write(fd, k->b, sizeof(k->b))
		   : read(fd, k->b, sizeof(k->b))) == sizeof(k->b),
	    name);
	(void)close(fd);
}

static void
respond_fd(struct worker *w, struct http_response *p, int fd)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CHAN_MSG_MAX - 1);
	struct err e;

	http_response_write(&b, p);
	must(!b.full, "answer too large");
	if (!chan_send(
		&w->chan, HTTP_RESPONSE, buf_view(&b), &fd, fd != -1, &e))
		_exit(0); /* the front is gone */
}

static void
respond_text(struct worker *w, uint64_t tag, uint16_t status, str text)
{
	struct http_response p = {.tag = tag,
	    .status = status,
	    .content_type = S("text/plain; charset=utf-8"),
	    .inline_bytes = text};

	respond_fd(w, &p, -1);
}

/* Made once per size, kept in the folder; two workers may make it at once, so
 * the key follows from the name and the file appears whole. */
static void
made_blob(struct worker *w, const char *kind, int64_t n, struct kept *k)
{
	OWNED(blob_writer) bw = NULL;
	char block[65536], making[300];
	struct err e;
	int64_t done;
	int fd;

	(void)snprintf(k->path, sizeof(k->path), "%s/%s-%lld", w->folder, kind,
	    (long long)n);
	(void)crypto_generichash(k->key.b, sizeof(k->key.b),
	    (const uint8_t *)k->path, strlen(k->path), NULL, 0);
	if (access(k->path, R_OK) == 0)
		return;
	(void)snprintf(making, sizeof(making), "%s-%d", k->path, (int)getpid());
	fd = open(making, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
	must(fd != -1, making);
	bw = blob_writer_new(fd, &k->key, &e);
	must(bw != NULL, "blob");
	for (int64_t at = 0; at < n; at += (int64_t)sizeof(block)) {
		size_t part = n - at < (int64_t)sizeof(block) ? (size_t)(n - at)
							      : sizeof(block);

		fill(block, (uint64_t)at, part);
		must(blob_write(bw, block, part, &e), "blob");
	}
	must(blob_finish(bw, &done, &e), "blob");
	if (strcmp(kind, "damaged") == 0) {
		uint8_t c;

		must(pread(fd, &c, 1, n / 2) == 1, "damage");
		c ^= 1;
		must(pwrite(fd, &c, 1, n / 2) == 1, "damage");
	}
	(void)close(fd);
	must(rename(making, k->path) == 0, making);
}

static void
serve_blob(struct worker *w, uint64_t tag, const char *kind, int64_t n)
{
	struct http_pair head[] = {{S("ETag"), S("\"e1\"")},
	    {S("Cache-Control"), S("private, max-age=60")}};
	bool photo = strcmp(kind, "photo") == 0;
	struct http_response p = {.tag = tag,
	    .status = 200,
	    .body = HTTP_BODY_BLOB,
	    .content_type = S("image/jpeg"),
	    .header = head,
	    .n_header = 2,
	    .inline_bytes = photo ? S("0123456789") : (str){0},
	    .skip = photo ? 4 : 0,
	    .ranges = true};
	struct kept k;
	int fd;

	made_blob(w, kind, n, &k);
	p.key = k.key;
	p.total = (uint64_t)n - p.skip + p.inline_bytes.n;
	fd = open(k.path, O_RDONLY | O_CLOEXEC);
	must(fd != -1, k.path);
	respond_fd(w, &p, fd);
	(void)close(fd);
}

static void
serve_memory(struct worker *w, uint64_t tag, int64_t n)
{
	struct http_response p = {.tag = tag,
	    .status = 200,
	    .body = HTTP_BODY_MEMFD,
	    .content_type = S("application/octet-stream"),
	    .total = (uint64_t)n,
	    .ranges = true};
	int fd = memfd_create("answer", MFD_CLOEXEC);
	char *bytes = malloc((size_t)n + 1);

	must(fd != -1 && bytes != NULL, "memory");
	fill(bytes, 0, (size_t)n);
	must(write(fd, bytes, (size_t)n) == n, "memory");
	free(bytes);
	respond_fd(w, &p, fd);
	(void)close(fd);
}

static void
serve_large(struct worker *w, uint64_t tag, int64_t n)
{
	static char bytes[INLINE_MAX];

	must(n <= INLINE_MAX, "inline");
	fill(bytes, 0, (size_t)n);
	respond_text(w, tag, 200, (str){bytes, (size_t)n});
}

static void
serve_heads(struct worker *w, uint64_t tag)
{
	struct http_pair head[] = {
	    {S("Set-Cookie"), S("a=1; HttpOnly")},
	    {S("Set-Cookie"), S("b=2")},
	    {S("Server"), S("secret/1.0")},
	    {S("Content-Length"), S("7")},
	    {S("Content-Security-Policy"), S("default-src *")},
	};
	struct http_response p = {.tag = tag,
	    .status = 200,
	    .content_type = S("text/plain"),
	    .header = head,
	    .n_header = 5,
	    .inline_bytes = S("heads")};

	respond_fd(w, &p, -1);
}

static void
not_modified(struct worker *w, uint64_t tag)
{
	struct http_pair head[] = {{S("ETag"), S("\"e1\"")}};
	struct http_response p = {
	    .tag = tag, .status = 304, .header = head, .n_header = 1};

	respond_fd(w, &p, -1);
}

static void
put_json(struct buf *b, const char *name, str s)
{
	buf_printf(b, "\"%s\":\"", name);
	buf_hex(b, s.p, s.n);
	buf_printf(b, "\",");
}

static void
put_pairs(struct buf *b, const char *name, const struct http_pair *v, size_t n)
{
	buf_printf(b, "\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		buf_printf(b, "%s[\"", i > 0 ? "," : "");
		buf_hex(b, v[i].name.p, v[i].name.n);
		buf_printf(b, "\",\"");
		buf_hex(b, v[i].value.p, v[i].value.n);
		buf_printf(b, "\"]");
	}
	buf_printf(b, "],");
}

/* The digest of what is in the store, read back with its key. */
static bool
read_back(struct worker *w, uint64_t handle, uint8_t digest[32])
{
	OWNED(blob_reader) r = NULL;
	crypto_hash_sha256_state h;
	struct kept k;
	struct err e;
	char block[65536];
	size_t n;

	kept_path(w, handle, &k);
	key_file(k.path, &k.key, false);
	OWNED_FD fd = open(k.path, O_RDONLY | O_CLOEXEC);
	r = blob_reader_new(fd, &k.key, &e);
	if (r == NULL)
		return false;
	(void)crypto_hash_sha256_init(&h);
	for (int64_t at = 0;; at += (int64_t)n) {
		if (!blob_read(r, at, block, sizeof(block), &n, &e))
			return false;
		if (n == 0)
			break;
		(void)crypto_hash_sha256_update(&h, (uint8_t *)block, n);
	}
	(void)crypto_hash_sha256_final(&h, digest);
	return true;
}

static bool
sheet_digest(int fd, uint8_t digest[32])
{
	crypto_hash_sha256_state h;
	uint8_t block[65536];
	ssize_t n;
	off_t at = 0;

	(void)crypto_hash_sha256_init(&h);
	while ((n = pread(fd, block, sizeof(block), at)) > 0) {
		(void)crypto_hash_sha256_update(&h, block, (size_t)n);
		at += n;
	}
	(void)crypto_hash_sha256_final(&h, digest);
	return n == 0;
}

static void
put_files(struct worker *w, struct buf *b, const struct http_request *q,
    const struct chan_msg *m)
{
	buf_printf(b, "\"file\":[");
	for (size_t i = 0; i < q->n_file; i++) {
		const struct http_file *f = &q->file[i];
		uint8_t digest[32] = {0};
		bool same = false;

		if (f->state == HTTP_FILE_WHOLE)
			same = (f->handle != 0
				       ? read_back(w, f->handle, digest)
				       : m->n_fds == 1 &&
					     sheet_digest(m->fd[0], digest)) &&
			       memcmp(digest, f->digest, 32) == 0;
		buf_printf(b, "%s{", i > 0 ? "," : "");
		put_json(b, "name", f->name);
		put_json(b, "digest", (str){(const char *)f->digest, 32});
		buf_printf(b, "\"bytes\":%llu,\"state\":%u,\"same\":%s}",
		    (unsigned long long)f->bytes, f->state,
		    same ? "true" : "false");
	}
	buf_printf(b, "]}\n");
}

static void
echo(struct worker *w, const struct http_request *q, const struct chan_msg *m)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(INLINE_MAX);

	buf_printf(&b, "{\"method\":%u,\"tls\":%s,\"port\":%u,\"fds\":%zu,",
	    q->method, q->tls ? "true" : "false", q->port, m->n_fds);
	put_json(&b, "address", (str){(const char *)q->address, 16});
	put_json(&b, "path", q->path);
	put_json(&b, "cookie", q->cookie);
	put_json(&b, "host", q->host);
	put_json(&b, "origin", q->origin);
	put_json(&b, "csrf", q->csrf);
	put_json(&b, "language", q->accept_language);
	put_pairs(&b, "query", q->query, q->n_query);
	put_pairs(&b, "form", q->form, q->n_form);
	put_files(w, &b, q, m);
	respond_text(
	    w, q->tag, 200, b.full ? S("{\"full\":true}") : buf_view(&b));
}

static bool
number_after(str path, str head, int64_t *ret)
{
	return str_starts(path, head) &&
	       num_i64(str_sub(path, head.n, path.n), 0, INT64_C(1) << 32, ret);
}

static void
die_once(const struct worker *w)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/died", w->folder);
	if (open(path, O_CREAT | O_EXCL | O_CLOEXEC, 0600) != -1)
		(void)raise(SIGKILL);
}

static void
answer(struct worker *w, const struct http_request *q, const struct chan_msg *m)
{
	int64_t n;

	if (number_after(q->path, S("/blob/"), &n))
		serve_blob(w, q->tag, "blob", n);
	else if (number_after(q->path, S("/photo/"), &n))
		serve_blob(w, q->tag, "photo", n);
	else if (number_after(q->path, S("/damaged/"), &n))
		serve_blob(w, q->tag, "damaged", n);
	else if (number_after(q->path, S("/memory/"), &n))
		serve_memory(w, q->tag, n);
	else if (number_after(q->path, S("/large/"), &n))
		serve_large(w, q->tag, n);
	else if (str_eq(q->path, S("/304")))
		not_modified(w, q->tag);
	else if (str_eq(q->path, S("/heads")))
		serve_heads(w, q->tag);
	else if (str_eq(q->path, S("/nonsense")))
		respond_text(w, q->tag + 1, 200, S("not yours"));
	else
		echo(w, q, m);
}

static void
leave(struct worker *w, const struct http_request *q)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	struct http_file_go go = {
	    .tag = q->tag, .max_bytes = (uint64_t)40 * 1024 * 1024};
	struct kept k;
	struct err e;

	for (size_t i = 0; i < q->n_form; i++)
		if (str_eq(q->form[i].value, S("bad"))) {
			respond_text(w, q->tag, 403, S("refused"));
			return;
		}
	if (str_eq(q->csrf, S("bad"))) {
		respond_text(w, q->tag, 403, S("refused"));
		return;
	}
	rand_bytes(&go.handle, sizeof(go.handle));
	go.handle |= 1;
	key_random(&k.key);
	kept_path(w, go.handle, &k);
	key_file(k.path, &k.key, true);
	go.key = k.key;
	OWNED_FD fd = open(k.path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	must(fd != -1, k.path);
	http_file_go_write(&b, &go);
	must(chan_send(&w->chan, HTTP_FILE_GO, buf_view(&b), &fd, 1, &e),
	    "leave");
}

static void
one(struct worker *w, const struct chan_msg *m)
{
	struct http_request q;
	struct err e;
	int64_t ms;

	must(http_request_read(w->arena, m->body, &q, &e), "request");
	if (number_after(q.path, S("/slow/"), &ms))
		must(usleep((useconds_t)ms * 1000) == 0, "sleep");
	if (str_eq(q.path, S("/die")))
		(void)raise(SIGKILL);
	if (str_eq(q.path, S("/die-once")))
		die_once(w);
	if (m->kind == HTTP_FILE_OPEN)
		leave(w, &q);
	else
		answer(w, &q, m);
}

void
rig_worker(int fd, const char *folder)
{
	static const struct chan_permit from_front[] = {
	    {HTTP_REQUEST, 0, 1, CHAN_MSG_MAX},
	    {HTTP_FILE_OPEN, 0, 0, CHAN_MSG_MAX},
	    {0},
	};
	static char bytes[CHAN_MSG_MAX];
	struct worker w = {.chan = {fd, from_front},
	    .folder = folder,
	    .arena = arena_new((size_t)1 << 20)};
	struct chan_msg m;
	struct err e;

	must(crypto_init(&e), "crypto");
	while (chan_recv(&w.chan, bytes, sizeof(bytes), -1, &m, &e)) {
		one(&w, &m);
		chan_msg_done(&m);
		arena_reset(w.arena);
	}
}
