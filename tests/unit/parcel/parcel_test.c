/* A parcel says what it is, to one house alone, or it is refused and says why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rand.h"
#include "crypto/sum.h"
#include "parcel/seal.h"

#define MADE 1795900000
#define UNTIL (MADE + 14 * 86400)
#define ROOM ((size_t)1 << 20)

struct world {
	struct arena *a;
	struct seal_keys here, there, third;
	struct manifest m;
	struct manifest_part part[3];
	uint8_t bytes[3][70000];
};

static struct world w;

static void
house(struct seal_keys *k)
{
	struct key org;

	key_random(&org);
	seal_keys(&org, k);
	key_done(&org);
}

static struct card
card_of(const struct seal_keys *k, str name)
{
	struct card c = {.name = name};

	memcpy(c.box, k->box, CARD_KEY);
	memcpy(c.sign, k->sign, CARD_KEY);
	return c;
}

static void
sum(const uint8_t *p, size_t n, uint8_t *ret)
{
	OWNED(sum) s = sum_new(SUM_SHA256);

	sum_add(s, p, n);
	sum_end(s, ret);
}

static void
set_part(size_t i, size_t bytes)
{
	static const enum manifest_kind kinds[] = {
	    MANIFEST_RECORD, MANIFEST_PHOTO, MANIFEST_DOCUMENT};

	w.part[i] = (struct manifest_part){.kind = kinds[i],
	    .bytes = bytes,
	    .day = 20000,
	    .taken_at = i == 1 ? MADE : MANIFEST_NO_TIME,
	    .caption = i == 1 ? S("À la mer, \"dune\"\nle soir") : S("")};
	rand_bytes(w.bytes[i], bytes);
	sum(w.bytes[i], bytes, w.part[i].sha256);
}

static int
setup(void **state)
{
	struct err e;

	(void)state;
	assert_true(crypto_init(&e));
	w.a = arena_new((size_t)64 << 20);
	house(&w.here);
	house(&w.there);
	house(&w.third);
	set_part(0, 40);
	set_part(1, 100);
	set_part(2, 60);
	w.part[0].day = 0;
	w.m = (struct manifest){.from = card_of(&w.here, S("Les Lucioles")),
	    .made_at = MADE,
	    .expires_at = UNTIL,
	    .v = w.part,
	    .n = 3};
	memcpy(w.m.to, w.there.box, CARD_KEY);
	rand_bytes(w.m.id, sizeof(w.m.id));
	rand_bytes(w.m.child, sizeof(w.m.child));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(w.a);
	return 0;
}

static bool
put(void *ctx, const void *p, size_t n, struct err *e)
{
	buf_put(ctx, p, n);
	return !((struct buf *)ctx)->full || err_set(e, ERR_LIMIT, "full");
}

static bool
get(void *ctx, void *to, size_t n, size_t *ret_n, struct err *e)
{
	str *s = ctx;
	size_t some = s->n < n ? s->n : n;

	(void)e;
	some = some > 7 ? some - 3 : some; /* in odd pieces */
	memcpy(to, s->p, some);
	*s = str_sub(*s, some, s->n);
	*ret_n = some;
	return true;
}

static void
pack_by(const struct seal_keys *by, const struct manifest *m, struct buf *to)
{
	struct err e;
	OWNED(seal_writer) s = seal_writer_new(m->to, put, to, &e);

	assert_non_null(s);
	assert_true(seal_write_head(s, m, by, &e));
	for (size_t i = 0; i < m->n; i++)
		assert_true(
		    seal_write(s, w.bytes[i], (size_t)m->v[i].bytes, &e));
	assert_true(seal_end(s, &e));
}

/* Whole, in pieces that fit nothing. */
static bool
read_part(struct seal_reader *r, const struct manifest_part *p, uint8_t *to,
    struct err *e)
{
	bool whole = false;
	size_t n;

	while (!whole) {
		if (!seal_read_part(r, p, to, 999, &n, &whole, e))
			return false;
		assert_true(n <= 999 && (n > 0 || p->bytes == 0));
		to += n;
	}
	return true;
}

/* Everything, or the fault. */
static enum seal_fault
unpack(const struct seal_keys *at, str file, int64_t now, uint64_t *ret_at)
{
	OWNED(seal_reader) r = seal_reader_new(at, get, &file);
	static uint8_t got[70000];
	struct manifest m;
	struct err e = {0};
	bool fine;

	arena_reset(w.a);
	fine = seal_read_head(r, w.a, now, &m, &e);
	for (size_t i = 0; fine && i < m.n; i++) {
		fine = read_part(r, &m.v[i], got, &e);
		if (fine)
			assert_memory_equal(
			    got, w.bytes[i], (size_t)m.v[i].bytes);
	}
	fine = fine && seal_read_end(r, &e);
	if (ret_at != NULL)
		*ret_at = seal_reader_at(r);
	assert_true(fine == (seal_reader_fault(r) == SEAL_FINE));
	assert_true(fine || e.kind == ERR_CORRUPT);
	return seal_reader_fault(r);
}

static void
a_parcel_is_opened_by_the_house_that_it_is_for(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(ROOM);

	(void)state;
	pack_by(&w.here, &w.m, &b);
	assert_int_equal(unpack(&w.there, buf_view(&b), MADE, NULL), SEAL_FINE);
	assert_int_equal(
	    unpack(&w.there, buf_view(&b), UNTIL, NULL), SEAL_FINE);
	assert_int_equal(
	    unpack(&w.third, buf_view(&b), MADE, NULL), SEAL_OTHERS);
	assert_int_equal(
	    unpack(&w.here, buf_view(&b), MADE, NULL), SEAL_OTHERS);
	assert_int_equal(
	    unpack(&w.there, buf_view(&b), UNTIL + 1, NULL), SEAL_EXPIRED);
	assert_int_equal(
	    unpack(&w.there, S("%PDF-1.7 and so on"), MADE, NULL), SEAL_NONE);
	assert_int_equal(unpack(&w.there, S(""), MADE, NULL), SEAL_NONE);
}

static void
every_single_altered_byte_is_found(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(ROOM);

	(void)state;
	pack_by(&w.here, &w.m, &b);
	for (size_t i = 0; i < b.n; i++)
		for (int bit = 0; bit < 8; bit += 7) {
			b.p[i] = (char)(b.p[i] ^ 1 << bit);
			assert_int_not_equal(
			    unpack(&w.there, buf_view(&b), MADE, NULL),
			    SEAL_FINE);
			b.p[i] = (char)(b.p[i] ^ 1 << bit);
		}
	assert_int_equal(unpack(&w.there, buf_view(&b), MADE, NULL), SEAL_FINE);
}

static void
a_parcel_that_is_cut_anywhere_or_longer_is_found(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(ROOM);

	(void)state;
	pack_by(&w.here, &w.m, &b);
	for (size_t n = 0; n < b.n; n++) {
		enum seal_fault f =
		    unpack(&w.there, str_sub(buf_view(&b), 0, n), MADE, NULL);

		assert_true(f == (n < 8 ? SEAL_NONE : SEAL_CUT));
	}
	buf_byte(&b, 0);
	assert_int_not_equal(
	    unpack(&w.there, buf_view(&b), MADE, NULL), SEAL_FINE);
}

static void
the_place_of_what_does_not_open_is_named(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(ROOM);
	uint64_t at;

	(void)state;
	set_part(1, 70000);
	set_part(2, 70000);
	pack_by(&w.here, &w.m, &b);
	assert_true(b.n > 2 * (SEAL_CHUNK + 17));
	assert_int_equal(unpack(&w.there, buf_view(&b), MADE, NULL), SEAL_FINE);
	b.p[SEAL_HEAD + SEAL_CHUNK + 17 + 5] ^= 1;
	assert_int_equal(
	    unpack(&w.there, buf_view(&b), MADE, &at), SEAL_ALTERED);
	assert_int_equal(at, SEAL_HEAD + SEAL_CHUNK + 17);
	b.p[SEAL_HEAD + SEAL_CHUNK + 17 + 5] ^= 1;
	/* The second piece left out: each opens alone, not there. */
	memmove(b.p + SEAL_HEAD + SEAL_CHUNK + 17,
	    b.p + SEAL_HEAD + 2 * (SEAL_CHUNK + 17),
	    b.n - SEAL_HEAD - 2 * (SEAL_CHUNK + 17));
	b.n -= SEAL_CHUNK + 17;
	assert_int_not_equal(
	    unpack(&w.there, buf_view(&b), MADE, NULL), SEAL_FINE);
	set_part(1, 100);
	set_part(2, 60);
}

static void
what_another_signed_or_meant_for_another_is_refused(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(ROOM);
	struct manifest m = w.m;

	(void)state;
	pack_by(&w.third, &w.m, &b); /* says that it is from here */
	assert_int_equal(
	    unpack(&w.there, buf_view(&b), MADE, NULL), SEAL_FORGED);
	buf_clear(&b);
	/* What was signed for a third house, sealed again for this one. */
	memcpy(m.to, w.third.box, CARD_KEY);
	{
		struct err e;
		OWNED(seal_writer)
		s = seal_writer_new(w.there.box, put, &b, &e);

		assert_true(seal_write_head(s, &m, &w.here, &e));
		for (size_t i = 0; i < m.n; i++)
			assert_true(seal_write(
			    s, w.bytes[i], (size_t)m.v[i].bytes, &e));
		assert_true(seal_end(s, &e));
	}
	assert_int_equal(
	    unpack(&w.there, buf_view(&b), MADE, NULL), SEAL_FORGED);
	buf_clear(&b);
	/* A part that is not what its digest says. */
	w.bytes[2][3] ^= 1;
	pack_by(&w.here, &w.m, &b);
	w.bytes[2][3] ^= 1;
	{
		str file = buf_view(&b);
		OWNED(seal_reader) r = seal_reader_new(&w.there, get, &file);
		static uint8_t got[70000];
		struct err e;

		arena_reset(w.a);
		assert_true(seal_read_head(r, w.a, MADE, &m, &e));
		assert_true(read_part(r, &m.v[0], got, &e));
		assert_true(read_part(r, &m.v[1], got, &e));
		assert_false(read_part(r, &m.v[2], got, &e));
		assert_int_equal(seal_reader_fault(r), SEAL_FORGED);
	}
}

static void
there_is_one_form_of_a_manifest(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(ROOM);
	static const struct {
		const char *was, *is;
	} other[] = {
	    {"{\"preau", "{ \"preau"},
	    {"\"preau-parcel\":1", "\"preau-parcel\":2"},
	    {"\"made\":1795900000", "\"made\":01795900000"},
	    {"\"made\":1795900000", "\"made\":-1795900000"},
	    {"\"made\"", "\"mode\""},
	    {"\"taken\":null", "\"taken\":\"\""},
	    {"\"caption\":\"\"}", "\"caption\":\"\",\"more\":1}"},
	    {"\"kind\":\"record\"", "\"kind\":\"photo\""},
	    {"\"kind\":\"photo\"", "\"kind\":\"record\""},
	    {"\"kind\":\"document\"", "\"kind\":\"archive\""},
	    {"\"kind\":\"document\",\"bytes\":60",
		"\"kind\":\"document\",\"bytes\":41943041"},
	    {"Lucioles", "Lu\\u0063ioles"},
	    {"Lucioles", "Luci\\noles"},
	    {"]}", "]} "},
	    {"2024-10-04", "2024-10-34"},
	};
	struct manifest m;
	struct err e;

	(void)state;
	assert_true(parcel_manifest_write(&w.m, &b, &e));
	assert_true(parcel_manifest_read(w.a, buf_view(&b), &m, &e));
	assert_int_equal(m.n, 3);
	assert_int_equal(m.v[1].taken_at, MADE);
	assert_true(m.v[2].taken_at == MANIFEST_NO_TIME);
	assert_true(str_eq(m.v[1].caption, w.part[1].caption));
	assert_int_equal(parcel_manifest_bytes(&m), 200);
	assert_int_equal(parcel_manifest_count(&m, MANIFEST_PHOTO), 1);
	assert_int_equal(parcel_manifest_count(&m, MANIFEST_VIDEO), 0);
	assert_int_equal(parcel_manifest_count(&m, MANIFEST_DOCUMENT), 1);
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++) {
		char *z = arena_cstr(w.a, buf_view(&b));
		char *at = strstr(z, other[i].was);
		str s;

		assert_non_null(at);
		s = arena_fmt(w.a, "%.*s%s%s", (int)(at - z), z, other[i].is,
		    at + strlen(other[i].was));
		assert_false(parcel_manifest_read(w.a, s, &m, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
	}
	for (size_t n = 0; n < b.n; n++)
		assert_false(parcel_manifest_read(
		    w.a, str_sub(buf_view(&b), 0, n), &m, &e));
}

static void
each_kind_goes_up_to_its_own_limit(void **state)
{
	static const enum manifest_kind kinds[] = {
	    MANIFEST_PHOTO, MANIFEST_VIDEO, MANIFEST_DOCUMENT};
	struct manifest_part was = w.part[2];

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (uint64_t more = 0; more < 2; more++) {
			CLEANUP(buf_done) struct buf b = BUF_MAX(ROOM);
			struct manifest m;
			struct err e;

			arena_reset(w.a);
			w.part[2].kind = kinds[i];
			w.part[2].bytes = manifest_kind_max(kinds[i]) + more;
			assert_true(parcel_manifest_write(&w.m, &b, &e));
			assert_true(parcel_manifest_read(w.a, buf_view(&b), &m,
					&e) == (more == 0));
		}
	w.part[2] = was;
}

static void
a_card_is_typed_and_compared_by_its_words(void **state)
{
	struct card c = card_of(&w.here, S("Les Lucioles : été")), got;
	str text = card_text(w.a, &c), words = card_words(w.a, &c);
	struct card other = card_of(&w.there, c.name);
	struct err e;
	char *z;

	(void)state;
	assert_int_equal(words.n, CARD_WORDS * 6 - 1);
	assert_false(str_eq(words, card_words(w.a, &other)));
	assert_true(card_read(w.a, text, &got, &e));
	assert_true(card_same(&got, &c) && str_eq(got.name, c.name));
	assert_true(card_read(
	    w.a, arena_fmt(w.a, "  " STR_FMT "\r\n", STR_ARG(text)), &got, &e));
	z = arena_cstr(w.a, text);
	for (size_t i = 0; i < text.n; i++) {
		z[i] = (char)(z[i] == '7' ? '8' : '7');
		assert_false(card_read(w.a, (str){z, text.n}, &got, &e));
		z[i] = text.p[i];
	}
	for (size_t n = 0; n < text.n; n++)
		assert_false(card_read(w.a, str_sub(text, 0, n), &got, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_parcel_is_opened_by_the_house_that_it_is_for),
	    cmocka_unit_test(every_single_altered_byte_is_found),
	    cmocka_unit_test(a_parcel_that_is_cut_anywhere_or_longer_is_found),
	    cmocka_unit_test(the_place_of_what_does_not_open_is_named),
	    cmocka_unit_test(
		what_another_signed_or_meant_for_another_is_refused),
	    cmocka_unit_test(there_is_one_form_of_a_manifest),
	    cmocka_unit_test(each_kind_goes_up_to_its_own_limit),
	    cmocka_unit_test(a_card_is_typed_and_compared_by_its_words),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
