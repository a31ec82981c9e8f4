#include "push/vapid.h"

#include <inttypes.h>
#include <stdio.h>

#include "push/target.h"

/* Of 2^32 keys one is none; then the next is taken. */
struct curve_key *
vapid_key(const struct key *organisation, int64_t number, struct err *e)
{
	static const char *const tries[] = {"", " 2", " 3"};
	struct curve_key *ret = NULL;
	char use[64];

	for (size_t i = 0; ret == NULL && i < 3; i++) {
		CLEANUP(key_done) struct key k;

		(void)snprintf(use, sizeof(use), "push%s", tries[i]);
		if (number > 0)
			(void)snprintf(use, sizeof(use),
			    "push key %" PRId64 "%s", number, tries[i]);
		key_derive(organisation, use, &k);
		ret = curve_key_new(&k, e);
	}
	return ret;
}

str
vapid_public(struct arena *a, const struct curve_key *k)
{
	uint8_t point[CURVE_POINT_BYTES];

	curve_point(k, point);
	return push_base64(a, point, sizeof(point));
}

/* What would have to be escaped in JSON is in no address. */
static bool
is_plain(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '"' ||
		    s.p[i] == '\\')
			return false;
	return s.n > 0;
}

bool
vapid_write(struct arena *a, const struct curve_key *k, str audience,
    str subject, int64_t now, str *ret, struct err *e)
{
	static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
	uint8_t signature[CURVE_SIGNATURE_BYTES];
	str claims, text, t;

	if (!is_plain(audience) || !is_plain(subject))
		return err_set(e, ERR_INPUT, "push: no address of ours");
	claims = arena_fmt(a,
	    "{\"aud\":\"" STR_FMT "\",\"exp\":%" PRId64 ",\"sub\":\"" STR_FMT
	    "\"}",
	    STR_ARG(audience), now + VAPID_LASTS_S, STR_ARG(subject));
	t = push_base64(a, head, sizeof(head) - 1);
	claims = push_base64(a, claims.p, claims.n);
	text = arena_fmt(a, STR_FMT "." STR_FMT, STR_ARG(t), STR_ARG(claims));
	if (!curve_sign(k, text, signature, e))
		return false;
	t = push_base64(a, signature, sizeof(signature));
	text = arena_fmt(a, "vapid t=" STR_FMT "." STR_FMT ", k=" STR_FMT,
	    STR_ARG(text), STR_ARG(t), STR_ARG(vapid_public(a, k)));
	if (text.n == 0 || text.n > VAPID_MAX)
		return err_set(e, ERR_LIMIT, "push: token too long");
	*ret = text;
	return true;
}
