#include "list/reel.h"

#include <sodium.h>

void
reel_digest(const uint8_t file[TMK_BYTES], uint8_t ret[REEL_DIGEST])
{
	(void)crypto_generichash(ret, REEL_DIGEST, file, TMK_BYTES, NULL, 0);
}

static size_t
size_of(size_t part)
{
	size_t at = part * REEL_PART;

	return TMK_BYTES - at < REEL_PART ? TMK_BYTES - at : REEL_PART;
}

static size_t
number_of(str value)
{
	const uint8_t *p = (const uint8_t *)value.p + REEL_DIGEST;

	return (size_t)p[0] << 8 | p[1];
}

size_t
reel_part(const uint8_t file[TMK_BYTES], const uint8_t digest[REEL_DIGEST],
    size_t part, uint8_t ret[ENTRY_VALUE_MAX])
{
	memcpy(ret, digest, REEL_DIGEST);
	ret[REEL_DIGEST] = (uint8_t)(part >> 8);
	ret[REEL_DIGEST + 1] = (uint8_t)part;
	memcpy(ret + REEL_HEAD, file + part * REEL_PART, size_of(part));
	return REEL_HEAD + size_of(part);
}

bool
reel_part_is_sound(str value)
{
	return value.n > REEL_HEAD && number_of(value) < REEL_PARTS &&
	       value.n == REEL_HEAD + size_of(number_of(value));
}

bool
reel_part_is_first(str value)
{
	return number_of(value) == 0;
}

bool
reel_is_whole(const struct reel *r)
{
	return r->n == REEL_PARTS;
}

static bool
check_whole(const struct reel *r, struct err *e)
{
	uint8_t digest[REEL_DIGEST];

	reel_digest(r->file, digest);
	return memcmp(digest, r->digest, sizeof(digest)) == 0 ||
	       err_set(e, ERR_CORRUPT, "a video's parts are of another");
}

bool
reel_add(struct reel *r, str value, struct err *e)
{
	size_t part = number_of(value);

	if (part == 0 && (r->n == 0 || reel_is_whole(r))) {
		memcpy(r->digest, value.p, REEL_DIGEST);
		r->n = 0;
	}
	if (part != r->n || memcmp(r->digest, value.p, REEL_DIGEST) != 0)
		return err_set(e, ERR_CORRUPT, "part %zu of a video is missing",
		    r->n % REEL_PARTS);
	memcpy(r->file + part * REEL_PART, value.p + REEL_HEAD, size_of(part));
	r->n++;
	return !reel_is_whole(r) || check_whole(r, e);
}
