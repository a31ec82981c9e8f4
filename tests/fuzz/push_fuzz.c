/* What a browser says of where its notifications go, and the list of services:
 * only what is of a known service and has a point of the curve is taken, and it
 * reads back the same. */
#include "push/sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect(bool good)
{
	if (!good)
		__builtin_trap();
}

static void
try_target(const struct conf_services *s, str address, str point, str auth)
{
	OWNED(arena) a = arena_new((size_t)1 << 16);
	CLEANUP(buf_done) struct buf b = BUF_MAX(PUSH_SEAL_MAX);
	struct push_target t, back;
	struct err e;
	str text;

	if (!push_target_read(s, address, point, auth, &t, &e))
		return;
	expect(str_starts(push_target_origin(&t), S("https://")));
	expect(memchr(t.address.p, ' ', t.address.n) == NULL);
	text = push_target_text(a, &t);
	expect(push_target_of_text(s, text, &back, &e));
	expect(str_eq(back.address, t.address) &&
	       memcmp(back.point, t.point, sizeof(t.point)) == 0 &&
	       memcmp(back.auth, t.auth, sizeof(t.auth)) == 0);
	expect(push_seal(&b, &t, S("word"), &e) && b.n == PUSH_SEAL_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str rest = {(const char *)p, n}, list, address, point;
	struct conf_services s;
	struct err e;

	(void)str_cut(&rest, '\n', &list);
	(void)str_cut(&rest, '\n', &address);
	(void)str_cut(&rest, '\n', &point);
	if (!conf_services_read(list, &s, &e))
		return 0;
	try_target(&s, address, point, rest);
	for (size_t i = 0; i < s.more.n; i++)
		expect(conf_services_know(&s, &s.more.v[i], NULL));
	return 0;
}
