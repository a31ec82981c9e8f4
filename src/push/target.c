#include "push/target.h"

#include <sodium.h>

#define ALPHABET sodium_base64_VARIANT_URLSAFE_NO_PADDING

str
push_base64(struct arena *a, const void *p, size_t n)
{
	size_t room = PUSH_CHARS(n) + 1;
	char *text = NEW_N(a, char, room);

	if (text == NULL)
		return (str){0};
	sodium_bin2base64(text, room, p, n, ALPHABET);
	return (str){text, PUSH_CHARS(n)};
}

static bool
read_bytes(str text, uint8_t *ret, size_t n)
{
	const char *end;
	size_t got;

	return text.n == PUSH_CHARS(n) &&
	       sodium_base642bin(
		   ret, n, text.p, text.n, NULL, &got, &end, ALPHABET) == 0 &&
	       got == n && end == text.p + text.n;
}

bool
push_target_read(const struct conf_services *s, str address, str point,
    str auth, struct push_target *ret, struct err *e)
{
	struct push_target t = {.address = address};
	struct conf_host at;
	str path;

	if (address.n > PUSH_ADDRESS_MAX ||
	    !conf_url_read(address, &at, &path, e) || path.n < 2)
		return err_set(e, ERR_INPUT, "push: no address");
	if (!conf_services_know(s, &at, NULL))
		return err_set(
		    e, ERR_DENIED, "push: %s is no known service", at.name);
	if (!read_bytes(auth, t.auth, sizeof(t.auth)) ||
	    !read_bytes(point, t.point, sizeof(t.point)) ||
	    !curve_point_fine(t.point))
		return err_set(e, ERR_INPUT, "push: no key");
	*ret = t;
	return true;
}

str
push_target_text(struct arena *a, const struct push_target *t)
{
	str point = push_base64(a, t->point, sizeof(t->point));
	str auth = push_base64(a, t->auth, sizeof(t->auth));

	return arena_fmt(a, STR_FMT " " STR_FMT " " STR_FMT,
	    STR_ARG(t->address), STR_ARG(point), STR_ARG(auth));
}

bool
push_target_of_text(const struct conf_services *s, str text,
    struct push_target *ret, struct err *e)
{
	str address, point;

	if (!str_cut(&text, ' ', &address) || !str_cut(&text, ' ', &point))
		return err_set(e, ERR_INPUT, "push: no target");
	return push_target_read(s, address, point, text, ret, e);
}

str
push_target_origin(const struct push_target *t)
{
	size_t at = sizeof("https://") - 1;

	while (at < t->address.n && t->address.p[at] != '/')
		at++;
	return str_sub(t->address, 0, at);
}
