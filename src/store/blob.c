#include "store/blob.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#ifdef __aarch64__
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "base/rand.h"

#define HEADER 32
#define TAG 16
#define NONCE 12
#define SEALED (BLOB_CHUNK + TAG)
_Static_assert(BLOB_WORK == SEALED, "room for one chunk as it is stored");
#define NO_CHUNK UINT64_MAX

/*
 * Header: 8 bytes of magic, the cipher, log2 of the chunk, six zero bytes, 16
 * bytes of salt.  The chunks' key is derived from the blob's key and the whole
 * header: another header is another key, and a writer that is handed the same
 * key twice by mistake still never repeats a nonce.
 */
static const uint8_t magic[8] = "PREAUBL1";
static const uint8_t for_chunks[16] = "preau blob 1";

#define CIPHER_AES 1
#define CIPHER_CHACHA 2
#define CHUNK_LOG2 16
_Static_assert(BLOB_CHUNK == 1 << CHUNK_LOG2, "the chunk that we write");

struct cipher {
	EVP_CIPHER_CTX *ctx;
};

/* AES-GCM of libcrypto is the fastest here where the processor helps; where it
 * does not, ChaCha20-Poly1305 is, and it leaks nothing through the caches. */
static bool
aes_in_hardware(void)
{
#if defined __x86_64__ || defined __i386__
	return __builtin_cpu_supports("aes") &&
	       __builtin_cpu_supports("pclmul");
#elif defined __aarch64__
	return (getauxval(AT_HWCAP) & (HWCAP_AES | HWCAP_PMULL)) ==
	       (HWCAP_AES | HWCAP_PMULL);
#else
	return false;
#endif
}

/* Found once: libcrypto's own search by name costs as much as a thumbnail. */
static const EVP_CIPHER *
cipher_kind(uint8_t id)
{
	static EVP_CIPHER *aes, *chacha;
	EVP_CIPHER **kind = id == CIPHER_AES ? &aes : &chacha;

	if (*kind == NULL)
		*kind = EVP_CIPHER_fetch(NULL,
		    id == CIPHER_AES ? "AES-256-GCM" : "ChaCha20-Poly1305",
		    NULL);
	return *kind;
}

static bool
cipher_init(struct cipher *c, const uint8_t header[HEADER],
    const struct key *key, bool seal, struct err *e)
{
	CLEANUP(key_done) struct key chunks;
	const EVP_CIPHER *kind = cipher_kind(header[8]);

	(void)crypto_generichash_blake2b_salt_personal(chunks.b,
	    sizeof(chunks.b), header, HEADER, key->b, sizeof(key->b), NULL,
	    for_chunks);
	c->ctx = EVP_CIPHER_CTX_new();
	if (c->ctx == NULL)
		abort();
	if (kind == NULL ||
	    EVP_CipherInit_ex(c->ctx, kind, NULL, chunks.b, NULL, seal) != 1)
		return err_set(e, ERR_IO, "libcrypto refuses the cipher");
	return true;
}

static bool
cipher_start(struct cipher *c, uint64_t chunk, bool last)
{
	uint8_t nonce[NONCE] = {0}, mark = last;
	int n;

	for (int i = 0; i < 8; i++)
		nonce[NONCE - 1 - i] = (uint8_t)(chunk >> (8 * i));
	return EVP_CipherInit_ex(c->ctx, NULL, NULL, NULL, nonce, -1) == 1 &&
	       EVP_CipherUpdate(c->ctx, NULL, &n, &mark, 1) == 1;
}

static bool
chunk_seal(struct cipher *c, uint64_t chunk, bool last, const void *plain,
    size_t n, uint8_t *out)
{
	int done = 0;

	return cipher_start(c, chunk, last) &&
	       (n == 0 ||
		   EVP_CipherUpdate(c->ctx, out, &done, plain, (int)n) == 1) &&
	       EVP_CipherFinal_ex(c->ctx, out + n, &done) == 1 &&
	       EVP_CIPHER_CTX_ctrl(
		   c->ctx, EVP_CTRL_AEAD_GET_TAG, TAG, out + n) == 1;
}

/* n: plain bytes; out may be sealed itself.  Nothing stays in out on failure.
 */
static bool
chunk_open(struct cipher *c, uint64_t chunk, bool last, uint8_t *sealed,
    size_t n, uint8_t *out)
{
	uint8_t tag[TAG], none[TAG];
	int done = 0;

	memcpy(tag, sealed + n, TAG);
	if (cipher_start(c, chunk, last) &&
	    (n == 0 ||
		EVP_CipherUpdate(c->ctx, out, &done, sealed, (int)n) == 1) &&
	    EVP_CIPHER_CTX_ctrl(c->ctx, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1 &&
	    EVP_CipherFinal_ex(c->ctx, none, &done) == 1)
		return true;
	ERR_clear_error();
	sodium_memzero(out, n);
	return false;
}

/* A file that may not grow further is a full disk to whoever waits. */
static bool
write_failed(struct err *e)
{
	if (errno == EFBIG)
		return err_set(e, ERR_FULL, "blob: the file may not grow");
	return err_sys(e, "blob: write");
}

static bool
write_all(int fd, const uint8_t *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return write_failed(e);
		p += put;
		n -= (size_t)put;
	}
	return true;
}

static bool
read_all(int fd, off_t at, uint8_t *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t got = pread(fd, p, n, at);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_sys(e, "blob: read");
		if (got == 0)
			return err_set(e, ERR_CORRUPT, "blob: cut short");
		p += got;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

struct blob_writer {
	struct cipher cipher;
	int fd;
	bool broken; /* a write failed: what is in the file is no blob */
	uint64_t chunk;
	size_t n; /* held back in plain: the last chunk is marked */
	uint8_t plain[BLOB_CHUNK], sealed[SEALED];
};

static struct blob_writer *
writer_new(int fd, const struct key *key, uint8_t cipher, struct err *e)
{
	OWNED(blob_writer) w = calloc(1, sizeof(*w));
	uint8_t header[HEADER] = {0};

	if (w == NULL)
		abort();
	w->fd = fd;
	memcpy(header, magic, sizeof(magic));
	header[8] = cipher;
	header[9] = CHUNK_LOG2;
	rand_bytes(header + 16, 16);
	if (!cipher_init(&w->cipher, header, key, true, e) ||
	    !write_all(fd, header, sizeof(header), e))
		return NULL;
	return TAKE(w);
}

struct blob_writer *
blob_writer_new(int fd, const struct key *key, struct err *e)
{
	return writer_new(
	    fd, key, aes_in_hardware() ? CIPHER_AES : CIPHER_CHACHA, e);
}

struct blob_writer *
blob_writer_new_portable(int fd, const struct key *key, struct err *e)
{
	return writer_new(fd, key, CIPHER_CHACHA, e);
}

void
blob_writer_free(struct blob_writer *w)
{
	if (w == NULL)
		return;
	EVP_CIPHER_CTX_free(w->cipher.ctx);
	sodium_memzero(w->plain, sizeof(w->plain));
	free(w);
}

static bool
put_chunk(struct blob_writer *w, const void *plain, size_t n, bool last,
    struct err *e)
{
	w->broken = true;
	if (!chunk_seal(&w->cipher, w->chunk, last, plain, n, w->sealed))
		return err_set(e, ERR_IO, "blob: chunk does not seal");
	if (!write_all(w->fd, w->sealed, n + TAG, e))
		return false;
	w->broken = false;
	w->chunk++;
	return true;
}

bool
blob_write(struct blob_writer *w, const void *from, size_t n, struct err *e)
{
	const uint8_t *p = from;

	if (w->broken)
		return err_set(e, ERR_IO, "blob: an earlier write failed");
	while (n > 0) {
		size_t room = BLOB_CHUNK - w->n, take = n < room ? n : room;

		if (room == 0) {
			if (!put_chunk(w, w->plain, BLOB_CHUNK, false, e))
				return false;
			w->n = 0;
			continue;
		}
		/* Whole chunks that are surely not the last need no copy. */
		if (w->n == 0 && n > BLOB_CHUNK) {
			if (!put_chunk(w, p, BLOB_CHUNK, false, e))
				return false;
		} else {
			memcpy(w->plain + w->n, p, take);
			w->n += take;
		}
		p += take;
		n -= take;
	}
	return true;
}

bool
blob_finish(struct blob_writer *w, int64_t *ret_bytes, struct err *e)
{
	size_t n = w->n;

	if (w->broken)
		return err_set(e, ERR_IO, "blob: an earlier write failed");
	if (!put_chunk(w, w->plain, n, true, e))
		return false;
	w->broken = true; /* nothing may follow the last chunk */
	if (fsync(w->fd) == -1)
		return err_sys(e, "blob: sync");
	*ret_bytes = (int64_t)((w->chunk - 1) * BLOB_CHUNK + n);
	return true;
}

struct blob_reader {
	struct cipher cipher;
	int fd;
	uint64_t chunks; /* at least one, the last may be empty */
	uint64_t held;   /* the chunk that stands open in work */
	size_t tail_n;
	uint8_t *tail; /* the last chunk: it proves the length at once */
	bool used;     /* work has held something open, and must be wiped */
	uint8_t work[SEALED];
};

static bool
header_check(const uint8_t h[HEADER], struct err *e)
{
	static const uint8_t zero[6];

	if (memcmp(h, magic, sizeof(magic)) != 0 || h[9] != CHUNK_LOG2 ||
	    (h[8] != CIPHER_AES && h[8] != CIPHER_CHACHA) ||
	    memcmp(h + 10, zero, sizeof(zero)) != 0)
		return err_set(e, ERR_CORRUPT, "blob: not a blob");
	return true;
}

/* How the file divides; a length that no writer leaves is refused. */
static bool
measure(struct blob_reader *r, struct err *e)
{
	struct stat st;
	uint64_t body;

	if (fstat(r->fd, &st) == -1)
		return err_sys(e, "blob: stat");
	if (!S_ISREG(st.st_mode) || st.st_size < HEADER + TAG)
		return err_set(e, ERR_CORRUPT, "blob: cut short");
	body = (uint64_t)st.st_size - HEADER;
	r->chunks = (body + SEALED - 1) / SEALED;
	r->tail_n = (size_t)(body - (r->chunks - 1) * SEALED);
	if (r->tail_n < TAG || (r->tail_n == TAG && r->chunks > 1))
		return err_set(e, ERR_CORRUPT, "blob: cut short");
	r->tail_n -= TAG;
	return true;
}

/* Opens chunk i, which has n bytes, into out; work, of SEALED bytes, may be out
 * itself. */
static bool
open_into(struct blob_reader *r, uint64_t i, size_t n, uint8_t *work,
    uint8_t *out, struct err *e)
{
	if (!read_all(r->fd, (off_t)(HEADER + i * SEALED), work, n + TAG, e))
		return false;
	return chunk_open(&r->cipher, i, i == r->chunks - 1, work, n, out) ||
	       err_set(e, ERR_CORRUPT, "blob: chunk %llu does not open",
		   (unsigned long long)i);
}

/* As open_into, by way of r->work, which may be out itself. */
static bool
get_chunk(
    struct blob_reader *r, uint64_t i, size_t n, uint8_t *out, struct err *e)
{
	r->held = NO_CHUNK;
	if (!open_into(r, i, n, r->work, out, e))
		return false;
	if (out == r->work) {
		r->held = i;
		r->used = true;
	}
	return true;
}

struct blob_reader *
blob_reader_new(int fd, const struct key *key, struct err *e)
{
	OWNED(blob_reader) r = malloc(sizeof(*r));
	uint8_t header[HEADER];

	if (r == NULL)
		abort();
	/* Without work: zeroing it costs more than many a thumbnail. */
	memset(r, 0, offsetof(struct blob_reader, work));
	r->fd = fd;
	r->held = NO_CHUNK;
	if (!measure(r, e) || !read_all(fd, 0, header, HEADER, e) ||
	    !header_check(header, e) ||
	    !cipher_init(&r->cipher, header, key, false, e))
		return NULL;
	r->tail = malloc(r->tail_n + 1);
	if (r->tail == NULL)
		abort();
	if (!get_chunk(r, r->chunks - 1, r->tail_n, r->tail, e))
		return NULL;
	return TAKE(r);
}

void
blob_reader_free(struct blob_reader *r)
{
	if (r == NULL)
		return;
	EVP_CIPHER_CTX_free(r->cipher.ctx);
	if (r->tail != NULL)
		sodium_memzero(r->tail, r->tail_n);
	free(r->tail);
	if (r->used)
		sodium_memzero(r->work, sizeof(r->work));
	free(r);
}

int64_t
blob_bytes(const struct blob_reader *r)
{
	return (int64_t)((r->chunks - 1) * BLOB_CHUNK + r->tail_n);
}

/* The part of one chunk that starts at `from`, at most n bytes of it. */
static bool
read_part(struct blob_reader *r, uint64_t i, size_t from, uint8_t *out,
    size_t n, struct err *e)
{
	const uint8_t *open = r->work;

	if (i == r->chunks - 1)
		open = r->tail;
	else if (n == BLOB_CHUNK)
		return get_chunk(r, i, n, out, e);
	else if (r->held != i && !get_chunk(r, i, BLOB_CHUNK, r->work, e))
		return false;
	memcpy(out, open + from, n);
	return true;
}

bool
blob_read(struct blob_reader *r, int64_t at, void *p, size_t n, size_t *ret_n,
    struct err *e)
{
	uint64_t left, pos = (uint64_t)at;
	uint8_t *out = p;
	size_t done = 0;

	if (at < 0)
		return err_set(e, ERR_INPUT, "blob: before the beginning");
	left = at >= blob_bytes(r) ? 0 : (uint64_t)(blob_bytes(r) - at);
	if (n > left)
		n = (size_t)left;
	while (done < n) {
		size_t from = (size_t)(pos % BLOB_CHUNK);
		size_t part = BLOB_CHUNK - from;

		if (part > n - done)
			part = n - done;
		if (!read_part(r, pos / BLOB_CHUNK, from, out + done, part, e))
			return false;
		done += part;
		pos += part;
	}
	*ret_n = n;
	return true;
}

bool
blob_chunk(struct blob_reader *r, uint64_t i, uint8_t work[BLOB_WORK], str *ret,
    struct err *e)
{
	if (i >= r->chunks)
		return err_set(e, ERR_INPUT, "blob: behind the end");
	if (i == r->chunks - 1) {
		*ret = (str){(const char *)r->tail, r->tail_n};
		return true;
	}
	*ret = (str){(const char *)work, BLOB_CHUNK};
	return open_into(r, i, BLOB_CHUNK, work, work, e);
}
