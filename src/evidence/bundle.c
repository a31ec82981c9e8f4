#include "evidence/bundle.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/json_out.h"
#include "base/zone.h"

void
evidence_digest(str s, uint8_t ret[EVIDENCE_DIGEST])
{
	(void)crypto_hash_sha256(ret, (const uint8_t *)s.p, s.n);
}

static void
put_name(struct buf *b, const char *name)
{
	buf_str(b, S(",\""));
	buf_str(b, str_c(name));
	buf_str(b, S("\":"));
}

static void
put_quoted_hex(struct buf *b, const void *p, size_t n)
{
	buf_byte(b, '"');
	buf_hex(b, p, n);
	buf_byte(b, '"');
}

void
evidence_begin(struct buf *b, int64_t n, const uint8_t before[EVIDENCE_DIGEST])
{
	buf_str(b, S("{\"n\":"));
	buf_i64(b, n);
	evidence_hex(b, "before", before, EVIDENCE_DIGEST);
}

void
evidence_text(struct buf *b, const char *name, str s)
{
	if (s.n == 0)
		return;
	put_name(b, name);
	json_out(b, s);
}

static void
put_time(struct buf *b, int64_t at)
{
	struct civil c = zone_local(NULL, at);

	buf_printf(b, "\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", (int)c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
}

void
evidence_time(struct buf *b, const char *name, int64_t at)
{
	put_name(b, name);
	put_time(b, at);
}

void
evidence_hex(struct buf *b, const char *name, const void *p, size_t n)
{
	put_name(b, name);
	put_quoted_hex(b, p, n);
}

void
evidence_number(struct buf *b, const char *name, int64_t v)
{
	put_name(b, name);
	buf_i64(b, v);
}

struct evidence_file
evidence_file(str name, str bytes)
{
	struct evidence_file f = {
	    .name = name, .bytes = bytes.n, .crc = zip_sum(bytes)};

	evidence_digest(bytes, f.sha256);
	return f;
}

static void
put_file(struct buf *b, const struct evidence_file *f)
{
	buf_str(b, S("{\"name\":"));
	json_out(b, f->name);
	evidence_number(b, "bytes", (int64_t)f->bytes);
	evidence_hex(b, "sha256", f->sha256, sizeof(f->sha256));
	buf_byte(b, '}');
}

static void
put_head(struct buf *b, const struct evidence *v)
{
	buf_str(b, S("{\"preau-evidence\":1,\"what\":"));
	json_out(b, v->what);
	put_name(b, "title");
	json_out(b, v->title);
	put_name(b, "house");
	json_out(b, v->house);
	evidence_hex(b, "key", v->key, EVIDENCE_KEY_BYTES);
	evidence_time(b, "made_at", v->made_at);
	buf_str(b, S(",\"entries\":[\n"));
}

bool
evidence_write(const struct evidence *v, struct buf *chain,
    uint8_t ret[EVIDENCE_SIGNATURE_BYTES], struct err *e)
{
	if (v->n_file > EVIDENCE_FILES_MAX)
		return err_set(e, ERR_LIMIT, "too many files in a bundle");
	put_head(chain, v);
	for (size_t i = 0; i < v->n_entry; i++) {
		buf_str(chain, v->entry[i]);
		buf_str(chain, i + 1 < v->n_entry ? S(",\n") : S("\n"));
	}
	buf_str(chain, S("],\"files\":[\n"));
	for (size_t i = 0; i < v->n_file; i++) {
		put_file(chain, &v->file[i]);
		buf_str(chain, i + 1 < v->n_file ? S(",\n") : S("\n"));
	}
	buf_str(chain, S("]}\n"));
	if (chain->full || chain->n > EVIDENCE_CHAIN_MAX)
		return err_set(e, ERR_LIMIT, "too long a chain for a bundle");
	return crypto_sign_detached(ret, NULL, (const uint8_t *)chain->p,
		   chain->n, v->secret) == 0 ||
	       err_set(e, ERR_CORRUPT, "a bundle cannot be signed");
}

struct zip_entry
evidence_entry(str name, uint64_t bytes, uint32_t crc, int64_t made_at)
{
	return (struct zip_entry){.name = name,
	    .bytes = bytes,
	    .crc = crc,
	    .local = zone_local(NULL, made_at),
	    .utc = made_at};
}

void
evidence_pem(struct buf *b, const uint8_t key[EVIDENCE_KEY_BYTES])
{
	/* SEQUENCE { SEQUENCE { 1.3.101.112 }, BIT STRING } */
	uint8_t der[12 + EVIDENCE_KEY_BYTES] = {0x30, 0x2a, 0x30, 0x05, 0x06,
	    0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
	char text[64];

	memcpy(der + 12, key, EVIDENCE_KEY_BYTES);
	(void)sodium_bin2base64(text, sizeof(text), der, sizeof(der),
	    sodium_base64_VARIANT_ORIGINAL);
	buf_printf(b,
	    "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n", text);
}
