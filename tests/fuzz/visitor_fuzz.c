/* What a browser says of itself: its cookies, the token of a form, its long
 * name, the origin of its page.  The first byte chooses which. */
#include <strings.h>

#include "web/agent.h"
#include "web/origin.h"
#include "web/token.h"

#define ARENA_MAX ((size_t)1 << 18)
#define NOW ((int64_t)1790000000)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static bool
is_within(str part, str whole)
{
	return part.n == 0 ||
	       (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void
as_cookies(str s)
{
	static const char *const name[] = {"preau", "__Host-preau",
	    "preau-visit", "preau-note", "preau-lang", ""};
	struct http_request q = {.cookie = s};
	struct request r = {.http = &q};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		str value = request_cookie(&r, name[i]);

		if (!is_within(value, s) ||
		    (value.n > 0 && memchr(value.p, ';', value.n) != NULL))
			__builtin_trap();
	}
}

/* The house's key is not the stranger's: no token of hers is one. */
static void
as_token(struct arena *a, str s)
{
	struct house h = {0};
	str nonce = {0};

	memset(h.form.b, 0x5a, sizeof(h.form.b));
	if (token_check(a, &h, S("cookie"), NOW, s, S("/lock"), &nonce) ==
	    TOKEN_FINE)
		__builtin_trap();
}

/* Ours is one, and with another byte it is none. */
static void
as_change(struct arena *a, str s)
{
	struct house h = {0};
	str nonce = {0}, token;
	char *changed;

	memset(h.form.b, 0x5a, sizeof(h.form.b));
	token = token_make(a, &h, s, NOW);
	changed = NEW_N(a, char, token.n + 1);
	if (token.n == 0 || changed == NULL)
		return;
	if (token_check(a, &h, s, NOW, token, S("/lock"), &nonce) != TOKEN_FINE)
		__builtin_trap();
	memcpy(changed, token.p, token.n);
	changed[s.n % token.n] ^= 1;
	if (token_check(a, &h, s, NOW, (str){changed, token.n}, S("/lock"),
		&nonce) == TOKEN_FINE)
		__builtin_trap();
}

static void
as_agent(struct arena *a, str s)
{
	struct view v = {.arena = a};
	str name = agent_name(&v, s);

	if (name.n > 200)
		__builtin_trap();
}

/* Ours is written in two ways, and in no other. */
static void
as_origin(str s)
{
	static const char *const ours[] = {
	    "https://a.example", "https://a.example:443"};
	bool is = false;

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		is |= s.n == strlen(ours[i]) &&
		      strncasecmp(s.p, ours[i], s.n) == 0;
	if (origin_is(s, S("https://a.example")) != is)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	str s;

	if (n == 0)
		return 0;
	s = (str){(const char *)p + 1, n - 1};
	switch (p[0] % 4) {
	case 0:
		as_cookies(s);
		break;
	case 1:
		as_token(a, s);
		break;
	case 2:
		as_change(a, s);
		break;
	default:
		as_agent(a, s);
		as_origin(s);
	}
	return 0;
}
