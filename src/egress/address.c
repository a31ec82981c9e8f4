#include "egress/address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

struct block {
	uint8_t b[16];
	unsigned bits;
};

/* clang-format off */
static const struct block not_public4[] = {
	{ { 0 }, 8 },			/* this network */
	{ { 10 }, 8 },			/* private */
	{ { 100, 64 }, 10 },		/* behind the translator of a provider */
	{ { 127 }, 8 },			/* loopback */
	{ { 169, 254 }, 16 },		/* link-local, metadata of clouds */
	{ { 172, 16 }, 12 },		/* private */
	{ { 192, 0, 0 }, 24 },		/* protocol assignments */
	{ { 192, 0, 2 }, 24 },		/* documentation */
	{ { 192, 88, 99 }, 24 },	/* 6to4 relays of old */
	{ { 192, 168 }, 16 },		/* private */
	{ { 198, 18 }, 15 },		/* benchmarks */
	{ { 198, 51, 100 }, 24 },	/* documentation */
	{ { 203, 0, 113 }, 24 },	/* documentation */
	{ { 224 }, 4 },			/* multicast */
	{ { 240 }, 4 },			/* reserved, broadcast */
};

/* Below 2000::/3; all the rest is not public but for the translator. */
static const struct block not_public6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },	/* Teredo and other assignments */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x20, 0x02 }, 16 },		/* 6to4: any IPv4 inside */
	{ { 0x3f, 0xff, 0x00 }, 20 },	/* documentation */
};

static const struct block global6 = { { 0x20 }, 3 };
static const struct block translated = { { 0x00, 0x64, 0xff, 0x9b }, 96 };
/* clang-format on */

static bool
within(const uint8_t *p, const struct block *k)
{
	unsigned whole = k->bits / 8, rest = k->bits % 8;

	if (memcmp(p, k->b, whole) != 0)
		return false;
	return rest == 0 || (p[whole] ^ k->b[whole]) >> (8 - rest) == 0;
}

static bool
is_public4(const uint8_t *p)
{
	for (size_t i = 0; i < sizeof(not_public4) / sizeof(*not_public4); i++)
		if (within(p, &not_public4[i]))
			return false;
	return true;
}

static bool
is_public6(const uint8_t *p)
{
	if (within(p, &translated)) /* NAT64 carries an IPv4 at its end */
		return is_public4(p + 12);
	if (!within(p, &global6))
		return false;
	for (size_t i = 0; i < sizeof(not_public6) / sizeof(*not_public6); i++)
		if (within(p, &not_public6[i]))
			return false;
	return true;
}

bool
address_is_public(const struct address *a)
{
	return a->family == AF_INET ? is_public4(a->b) : is_public6(a->b);
}

bool
address_read(const char *text, struct address *ret)
{
	struct address a = {.family = AF_INET};

	if (inet_pton(AF_INET, text, a.b) != 1) {
		a.family = AF_INET6;
		if (inet_pton(AF_INET6, text, a.b) != 1)
			return false;
	}
	*ret = a;
	return true;
}

void
address_text(const struct address *a, char ret[ADDRESS_TEXT_MAX])
{
	const char *done = inet_ntop(a->family, a->b, ret, ADDRESS_TEXT_MAX);

	assert(done != NULL);
}

bool
address_of(const struct sockaddr *sa, socklen_t n, struct address *ret)
{
	struct address a = {.family = sa->sa_family};
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (a.family == AF_INET && n >= sizeof(v4)) {
		memcpy(&v4, sa, sizeof(v4));
		memcpy(a.b, &v4.sin_addr, 4);
	} else if (a.family == AF_INET6 && n >= sizeof(v6)) {
		memcpy(&v6, sa, sizeof(v6));
		memcpy(a.b, &v6.sin6_addr, 16);
	} else {
		return false;
	}
	*ret = a;
	return true;
}
