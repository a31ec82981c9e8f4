/*
 * aead — which library opens a 64 KiB chunk of a blob fastest?
 *
 * cc -O2 bench/aead.c -o aead -lgnutls -lcrypto -lsodium (libgnutls28-dev)
 * Usage: aead [seconds-per-line].  Prints MB/s of one core, sealing and opening
 * in turn so that both see the same machine.  src/store/blob.c uses what won
 * (docs/performance.md has the figures).
 */
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CHUNK 65536
#define TAG 16

static uint8_t key[32], nonce[12], ad[8], plain[CHUNK], sealed[CHUNK + TAG];
static crypto_aead_aes256gcm_state gcm;
static gnutls_aead_cipher_hd_t tls;
static EVP_CIPHER_CTX *evp_seal_ctx, *evp_open_ctx, *poly_ctx;

static bool
sodium_gcm(void)
{
	unsigned long long n;

	return crypto_aead_aes256gcm_decrypt_afternm(plain, &n, NULL, sealed,
		   CHUNK + TAG, ad, sizeof(ad), nonce, &gcm) == 0;
}

static bool
evp_open(EVP_CIPHER_CTX *c)
{
	int n;

	return EVP_DecryptInit_ex(c, NULL, NULL, NULL, nonce) == 1 &&
	       EVP_DecryptUpdate(c, NULL, &n, ad, sizeof(ad)) == 1 &&
	       EVP_DecryptUpdate(c, plain, &n, sealed, CHUNK) == 1 &&
	       EVP_CIPHER_CTX_ctrl(
		   c, EVP_CTRL_AEAD_SET_TAG, TAG, sealed + CHUNK) == 1 &&
	       EVP_DecryptFinal_ex(c, plain, &n) == 1;
}

static bool
evp_gcm(void)
{
	return evp_open(evp_open_ctx);
}

static bool
evp_poly(void)
{
	return evp_open(poly_ctx);
}

static bool
sodium_poly(void)
{
	unsigned long long n;

	return crypto_aead_chacha20poly1305_ietf_decrypt(plain, &n, NULL,
		   sealed, CHUNK + TAG, ad, sizeof(ad), nonce, key) == 0;
}

static bool
gnutls_gcm(void)
{
	size_t n = CHUNK;

	return gnutls_aead_cipher_decrypt(tls, nonce, sizeof(nonce), ad,
		   sizeof(ad), TAG, sealed, CHUNK + TAG, plain, &n) == 0;
}

static void
seal_with(const EVP_CIPHER *c)
{
	int n;

	EVP_EncryptInit_ex(evp_seal_ctx, c, NULL, key, nonce);
	EVP_EncryptUpdate(evp_seal_ctx, NULL, &n, ad, sizeof(ad));
	EVP_EncryptUpdate(evp_seal_ctx, sealed, &n, plain, CHUNK);
	EVP_EncryptFinal_ex(evp_seal_ctx, sealed + CHUNK, &n);
	EVP_CIPHER_CTX_ctrl(
	    evp_seal_ctx, EVP_CTRL_AEAD_GET_TAG, TAG, sealed + CHUNK);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
line(const char *name, bool (*open_chunk)(void), double seconds)
{
	double from = now(), spent;
	long n = 0;

	do {
		for (int i = 0; i < 16; i++, n++)
			if (!open_chunk()) {
				printf("%s: does not open\n", name);
				exit(1);
			}
		spent = now() - from;
	} while (spent < seconds);
	printf("%-28s %8.0f MB/s\n", name, (double)n * CHUNK / spent / 1e6);
}

int
main(int argc, char **argv)
{
	double s = argc > 1 ? strtod(argv[1], NULL) : 0.5;
	gnutls_datum_t k = {key, sizeof(key)};

	if (sodium_init() < 0)
		return 1;
	gnutls_aead_cipher_init(&tls, GNUTLS_CIPHER_AES_256_GCM, &k);
	evp_seal_ctx = EVP_CIPHER_CTX_new();
	evp_open_ctx = EVP_CIPHER_CTX_new();
	poly_ctx = EVP_CIPHER_CTX_new();
	EVP_DecryptInit_ex(evp_open_ctx, EVP_aes_256_gcm(), NULL, key, NULL);
	EVP_DecryptInit_ex(poly_ctx, EVP_chacha20_poly1305(), NULL, key, NULL);
	for (int round = 0; round < 3; round++) {
		seal_with(EVP_aes_256_gcm());
		line("libcrypto AES-256-GCM", evp_gcm, s);
		line("gnutls AES-256-GCM", gnutls_gcm, s);
		if (crypto_aead_aes256gcm_is_available()) {
			crypto_aead_aes256gcm_beforenm(&gcm, key);
			line("libsodium AES-256-GCM", sodium_gcm, s);
		}
		seal_with(EVP_chacha20_poly1305());
		line("libcrypto ChaCha20-Poly1305", evp_poly, s);
		line("libsodium ChaCha20-Poly1305", sodium_poly, s);
	}
	return 0;
}
