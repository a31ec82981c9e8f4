/* A bundle: whatever byte is altered is found, and what it belongs to named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "evidence/check.h"

#define MADE 1796050000 /* 2026-11-30 */
#define MEMBERS 5

static uint8_t key[EVIDENCE_KEY_BYTES], secret[EVIDENCE_SECRET_BYTES];
static struct arena *arena;

struct member {
	str name, bytes;
	size_t at, end; /* in the ZIP: its header, behind its bytes */
};

struct made {
	struct buf zip;
	struct member member[MEMBERS];
	size_t directory;
};

static void
put(struct made *m, struct buf *central, struct member *to)
{
	struct zip_entry z =
	    evidence_entry(to->name, to->bytes.n, zip_sum(to->bytes), MADE);

	z.at = to->at = m->zip.n;
	zip_local(&m->zip, &z);
	buf_str(&m->zip, to->bytes);
	to->end = m->zip.n;
	zip_central(central, &z);
}

static void
pack(struct made *m, const struct member *v, size_t n)
{
	CLEANUP(buf_done) struct buf central = BUF_MAX(4096);
	size_t bytes;

	m->zip = BUF_MAX((size_t)1 << 20);
	for (size_t i = 0; i < n; i++) {
		m->member[i] = v[i];
		put(m, &central, &m->member[i]);
	}
	m->directory = m->zip.n;
	bytes = central.n;
	zip_end(&central, n, m->directory, bytes);
	buf_str(&m->zip, buf_view(&central));
	assert_false(m->zip.full || central.full);
}

static str
entry(struct buf *b, int64_t n, str before, const char *words)
{
	uint8_t digest[EVIDENCE_DIGEST] = {0};
	str ret;

	if (before.n > 0)
		evidence_digest(before, digest);
	buf_clear(b);
	evidence_begin(b, n, digest);
	evidence_time(b, "at", MADE - 1000 + n);
	evidence_text(b, "words", str_c(words));
	buf_byte(b, '}');
	assert_true(arena_str(arena, b->p, b->n, &ret));
	return ret;
}

/* break_link: the second entry follows from something else. */
static void
make(struct made *m, bool break_link)
{
	static uint8_t signature[EVIDENCE_SIGNATURE_BYTES];
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	CLEANUP(buf_done) struct buf chain = BUF_MAX(8192);
	str line[2], text;
	struct evidence_file file[] = {
	    evidence_file(S("index.html"), S("<p>The page</p>")),
	    evidence_file(S("pictures/001.png"), S("bytes of a picture")),
	    evidence_file(S("empty.txt"), S("")),
	};
	struct evidence v = {.what = S("safe"),
	    .title = S("The « safe »"),
	    .house = S("Les Tilleuls"),
	    .made_at = MADE,
	    .key = key,
	    .secret = secret,
	    .entry = line,
	    .n_entry = 2,
	    .file = file,
	    .n_file = 3};
	struct err e;

	line[0] = entry(&b, 1, S(""), "An insult, on the stairs");
	line[1] =
	    entry(&b, 2, break_link ? S("x") : line[0], "Again, \"twice\"");
	assert_true(evidence_write(&v, &chain, signature, &e));
	assert_true(arena_str(arena, chain.p, chain.n, &text));
	pack(m,
	    (struct member[]){
		{.name = S(EVIDENCE_CHAIN), .bytes = text},
		{.name = S(EVIDENCE_SIGNATURE),
		    .bytes = {(const char *)signature, sizeof(signature)}},
		{.name = file[0].name, .bytes = S("<p>The page</p>")},
		{.name = file[1].name, .bytes = S("bytes of a picture")},
		{.name = file[2].name, .bytes = S("")},
	    },
	    MEMBERS);
}

static struct evidence_report
check(str zip)
{
	struct arena *a = arena_new((size_t)2 << 20);
	struct evidence_report r;
	struct err e;

	assert_true(evidence_check(a, zip, &r, &e));
	arena_free(a);
	return r;
}

static bool
names(const struct evidence_report *r, str name)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->v[i].name, name))
			return true;
	return false;
}

static int
begin(void **state)
{
	(void)state;
	arena = arena_new((size_t)4 << 20);
	return sodium_init() < 0 || crypto_sign_keypair(key, secret) != 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void
a_bundle_as_it_was_made_is_whole(void **state)
{
	struct evidence_report r;
	struct made m;

	(void)state;
	make(&m, false);
	r = check(buf_view(&m.zip));
	assert_int_equal(r.n, 0);
	assert_int_equal(r.entries, 2);
	assert_int_equal(r.files, 3);
	assert_true(str_eq(r.what, S("safe")));
	assert_true(str_eq(r.house, S("Les Tilleuls")));
	buf_done(&m.zip);
}

static void
every_byte_that_is_altered_is_found_and_named(void **state)
{
	struct made m;

	(void)state;
	make(&m, false);
	for (size_t i = 0; i < m.zip.n; i++)
		for (int bit = 1; bit < 256; bit <<= 3) {
			struct evidence_report r;
			str name = S("the directory");

			for (size_t k = 0; k < MEMBERS; k++)
				if (i >= m.member[k].at && i < m.member[k].end)
					name = m.member[k].name;
			m.zip.p[i] = (char)(m.zip.p[i] ^ bit);
			r = check(buf_view(&m.zip));
			if (r.n == 0 || !names(&r, name))
				fail_msg("byte %zu of " STR_FMT
					 " is not named, but " STR_FMT " (%d)",
				    i, STR_ARG(name), STR_ARG(r.v[0].name),
				    (int)r.v[0].fault);
			m.zip.p[i] = (char)(m.zip.p[i] ^ bit);
		}
	assert_int_equal(check(buf_view(&m.zip)).n, 0);
	buf_done(&m.zip);
}

static void
what_is_cut_off_is_found_wherever_it_ends(void **state)
{
	struct made m;

	(void)state;
	make(&m, false);
	for (size_t n = 0; n < m.zip.n; n++) {
		char *copy = malloc(n + 1);
		struct evidence_report r;

		/* Of its own, so that a byte too far is seen. */
		assert_non_null(copy);
		memcpy(copy, m.zip.p, n);
		r = check((str){copy, n});
		assert_true(r.n > 0);
		free(copy);
	}
	buf_byte(&m.zip, 'x');
	assert_int_equal(check(buf_view(&m.zip)).v[0].fault, EVIDENCE_ADDED);
	buf_done(&m.zip);
}

static void
what_is_missing_added_or_moved_is_named(void **state)
{
	struct evidence_report r;
	struct member v[MEMBERS + 1];
	struct made m, other;

	(void)state;
	make(&m, false);
	/* Another ZIP of the same, without its picture. */
	memcpy(v, m.member, sizeof(m.member));
	v[3] = v[4];
	pack(&other, v, MEMBERS - 1);
	r = check(buf_view(&other.zip));
	assert_int_equal(r.v[0].fault, EVIDENCE_MISSING);
	assert_true(names(&r, S("pictures/001.png")));
	buf_done(&other.zip);
	/* Something in place of it. */
	v[3] = (struct member){.name = S("pictures/002.png"), .bytes = S("?")};
	pack(&other, v, MEMBERS);
	r = check(buf_view(&other.zip));
	assert_true(names(&r, S("pictures/001.png")));
	assert_true(names(&r, S("pictures/002.png")));
	buf_done(&other.zip);
	/* In another order. */
	memcpy(v, m.member, sizeof(m.member));
	v[2] = m.member[3];
	v[3] = m.member[2];
	pack(&other, v, MEMBERS);
	r = check(buf_view(&other.zip));
	assert_int_equal(r.v[0].fault, EVIDENCE_MOVED);
	assert_true(names(&r, S("pictures/001.png")));
	buf_done(&other.zip);
	buf_done(&m.zip);
}

static void
an_entry_that_does_not_follow_is_named_by_its_number(void **state)
{
	struct evidence_report r;
	struct made m;

	(void)state;
	make(&m, true);
	r = check(buf_view(&m.zip));
	assert_int_equal(r.n, 1);
	assert_int_equal(r.v[0].fault, EVIDENCE_LINKED);
	assert_int_equal(r.v[0].entry, 2);
	buf_done(&m.zip);
}

static void
another_key_signs_nothing(void **state)
{
	uint8_t kept[EVIDENCE_SECRET_BYTES], other[EVIDENCE_KEY_BYTES];
	struct evidence_report r;
	struct made m;

	(void)state;
	memcpy(kept, secret, sizeof(kept));
	assert_int_equal(crypto_sign_keypair(other, secret), 0);
	make(&m, false);
	memcpy(secret, kept, sizeof(kept));
	r = check(buf_view(&m.zip));
	assert_int_equal(r.n, 1);
	assert_int_equal(r.v[0].fault, EVIDENCE_SIGNED);
	buf_done(&m.zip);
}

static void
what_is_no_bundle_is_said_to_be_none(void **state)
{
	(void)state;
	assert_int_equal(check(S("")).v[0].fault, EVIDENCE_NONE);
	assert_int_equal(
	    check(S("Anything else, as long as one likes it to be, and more"))
		.v[0]
		.fault,
	    EVIDENCE_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_bundle_as_it_was_made_is_whole),
	    cmocka_unit_test(every_byte_that_is_altered_is_found_and_named),
	    cmocka_unit_test(what_is_cut_off_is_found_wherever_it_ends),
	    cmocka_unit_test(what_is_missing_added_or_moved_is_named),
	    cmocka_unit_test(
		an_entry_that_does_not_follow_is_named_by_its_number),
	    cmocka_unit_test(another_key_signs_nothing),
	    cmocka_unit_test(what_is_no_bundle_is_said_to_be_none),
	};

	return cmocka_run_group_tests_name("evidence", tests, begin, end);
}
