#include "store/blob_seal.h"

#include <errno.h>
#include <openssl/err.h>
#include <sodium.h>
#include <stdlib.h>
#ifdef __aarch64__
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "base/rand.h"

#define NONCE 12

/*
 * Header: 8 bytes of magic, the cipher, log2 of the chunk, the length of an
 * epoch, five zero bytes, 16 bytes of salt.  The chunks' key is derived from
 * the blob's key and the whole header: another header is another key.
 */
static const uint8_t magic[8] = "PREAUBL1";
static const uint8_t for_chunks[16] = "preau blob 1";

#define CIPHER_AES 1
#define CIPHER_CHACHA 2
#define CHUNK_LOG2 16
_Static_assert(BLOB_CHUNK == 1 << CHUNK_LOG2, "the chunk that we write");

/* AES-GCM of libcrypto is the fastest here where the processor helps; where it
 * does not, ChaCha20-Poly1305 is, and it leaks nothing through the caches. */
bool
seal_in_hardware(void)
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

void
seal_header(uint8_t ret[SEAL_HEADER], bool aes)
{
	memset(ret, 0, SEAL_HEADER);
	memcpy(ret, magic, sizeof(magic));
	ret[8] = aes ? CIPHER_AES : CIPHER_CHACHA;
	ret[9] = CHUNK_LOG2;
	ret[10] = SEAL_EPOCH;
	rand_bytes(ret + 16, 16);
}

bool
seal_header_check(const uint8_t h[SEAL_HEADER], struct err *e)
{
	static const uint8_t zero[5];

	if (memcmp(h, magic, sizeof(magic)) != 0 || h[9] != CHUNK_LOG2 ||
	    (h[8] != CIPHER_AES && h[8] != CIPHER_CHACHA) ||
	    (h[10] != 0 && h[10] != SEAL_EPOCH) ||
	    memcmp(h + 11, zero, sizeof(zero)) != 0)
		return err_set(e, ERR_CORRUPT, "blob: not a blob");
	return true;
}

bool
seal_init(struct seal *s, const uint8_t header[SEAL_HEADER],
    const struct key *key, bool to_seal, struct err *e)
{
	CLEANUP(key_done) struct key chunks;
	const EVP_CIPHER *kind = cipher_kind(header[8]);

	(void)crypto_generichash_blake2b_salt_personal(chunks.b,
	    sizeof(chunks.b), header, SEAL_HEADER, key->b, sizeof(key->b), NULL,
	    for_chunks);
	s->more = SEAL_TAG + header[10];
	s->ctx = EVP_CIPHER_CTX_new();
	if (s->ctx == NULL)
		abort();
	if (kind == NULL ||
	    EVP_CipherInit_ex(s->ctx, kind, NULL, chunks.b, NULL, to_seal) != 1)
		return err_set(e, ERR_IO, "libcrypto refuses the cipher");
	return true;
}

void
seal_done(struct seal *s)
{
	EVP_CIPHER_CTX_free(s->ctx);
	s->ctx = NULL;
}

/* epoch NULL: a blob from before. */
static bool
start(struct seal *s, uint64_t chunk, enum seal_mark mark, const uint8_t *epoch)
{
	uint8_t nonce[NONCE] = {0}, said = (uint8_t)mark;
	int n, number = epoch == NULL ? 8 : 4;

	if (epoch != NULL)
		memcpy(nonce, epoch, SEAL_EPOCH);
	if (epoch != NULL && chunk > UINT32_MAX)
		return false;
	for (int i = 0; i < number; i++)
		nonce[NONCE - 1 - i] = (uint8_t)(chunk >> (8 * i));
	return EVP_CipherInit_ex(s->ctx, NULL, NULL, NULL, nonce, -1) == 1 &&
	       EVP_CipherUpdate(s->ctx, NULL, &n, &said, 1) == 1;
}

bool
seal_chunk(struct seal *s, uint64_t chunk, enum seal_mark mark,
    const uint8_t epoch[SEAL_EPOCH], const void *plain, size_t n, uint8_t *out)
{
	int done = 0;

	memcpy(out + n + SEAL_TAG, epoch, SEAL_EPOCH);
	return start(s, chunk, mark, epoch) &&
	       (n == 0 ||
		   EVP_CipherUpdate(s->ctx, out, &done, plain, (int)n) == 1) &&
	       EVP_CipherFinal_ex(s->ctx, out + n, &done) == 1 &&
	       EVP_CIPHER_CTX_ctrl(
		   s->ctx, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG, out + n) == 1;
}

bool
seal_open(struct seal *s, uint64_t chunk, enum seal_mark mark, uint8_t *sealed,
    size_t n, uint8_t *out)
{
	uint8_t tag[SEAL_TAG], epoch[SEAL_EPOCH], none[SEAL_TAG];
	bool has_epoch = s->more > SEAL_TAG;
	int done = 0;

	memcpy(tag, sealed + n, SEAL_TAG);
	if (has_epoch)
		memcpy(epoch, sealed + n + SEAL_TAG, SEAL_EPOCH);
	if (start(s, chunk, mark, has_epoch ? epoch : NULL) &&
	    (n == 0 ||
		EVP_CipherUpdate(s->ctx, out, &done, sealed, (int)n) == 1) &&
	    EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG, tag) ==
		1 &&
	    EVP_CipherFinal_ex(s->ctx, none, &done) == 1)
		return true;
	ERR_clear_error();
	sodium_memzero(out, n);
	return false;
}

bool
seal_read(int fd, uint64_t at, uint8_t *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t got = pread(fd, p, n, (off_t)at);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_sys(e, "blob: read");
		if (got == 0)
			return err_set(e, ERR_CORRUPT, "blob: cut short");
		p += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return true;
}
