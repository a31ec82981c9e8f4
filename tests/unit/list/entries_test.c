/* The file of a list's entries, sorting more than memory holds, and what an
 * import makes of the generation before. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "list/entries.h"
#include "list/merge.h"
#include "list/record.h"
#include "list/wire.h"

static char folder[] = "/tmp/preau-list-XXXXXX";
static int dir = -1;
static struct err e;

/* The n-th made-up entry: every third one has a name. */
struct made {
	struct entry entry;
	uint8_t value[32];
	char id[24];
};

static void
make(struct made *m, uint32_t n, int64_t stamp)
{
	uint64_t x = n * 0x9e3779b97f4a7c15ull + 1;

	for (size_t i = 0; i < sizeof(m->value); i++) {
		x ^= x >> 29;
		x *= 0xbf58476d1ce4e5b9ull;
		m->value[i] = (uint8_t)(x >> 56);
	}
	(void)snprintf(m->id, sizeof(m->id), "%s%u", n % 3 == 0 ? "id" : "", n);
	m->entry = (struct entry){.kind = HASH_PDQ,
	    .quality = (int8_t)(n % 101),
	    .record = n,
	    .stamp = stamp,
	    .value = {(const char *)m->value, 32},
	    .id = n % 3 == 0 ? str_c(m->id) : S(""),
	    .scheme = S("made"),
	    .category = S("up")};
}

static const char *
path_of(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static struct sort *
sorted(enum merge_how how, uint32_t from, uint32_t to, size_t memory)
{
	struct sort *s = sort_new(dir, merge_sort_by(how), memory, &e);
	struct made m;

	assert_non_null(s);
	for (uint32_t i = from; i < to; i++) {
		make(&m, i * 7919 % to, 0); /* 7919 is prime: all, shuffled */
		assert_true(sort_add(s, &m.entry, false, &e));
	}
	assert_true(sort_run(s, &e));
	return s;
}

/* A file of the entries that the sorter holds, after those of old. */
static struct merge_counts
write_file(const char *name, enum merge_how how, struct sort *s,
    struct entries *old, int64_t now, uint8_t digest[ENTRIES_DIGEST])
{
	OWNED(entries_writer) w = entries_writer_new(dir, name, 7, 1, &e);
	struct merge_counts n;

	assert_non_null(w);
	if (!merge_run(how, s, old, w, now, NULL, &n, &e) ||
	    !entries_writer_finish(w, digest, &e))
		fail_msg("%s", e.msg);
	return n;
}

static void
more_than_memory_holds_is_sorted_all_the_same(void **state)
{
	uint8_t digest[2][ENTRIES_DIGEST];
	OWNED(sort) small = sorted(MERGE_WHOLE, 0, 30000, 64 << 10);
	OWNED(sort) large = sorted(MERGE_WHOLE, 0, 30000, 16 << 20);

	(void)state;
	(void)write_file("a", MERGE_WHOLE, small, NULL, 5, digest[0]);
	(void)write_file("b", MERGE_WHOLE, large, NULL, 5, digest[1]);
	assert_memory_equal(digest[0], digest[1], ENTRIES_DIGEST);
	assert_true(entries_verify(path_of("a"), digest[0], &e));
	digest[0][3] ^= 1;
	assert_false(entries_verify(path_of("a"), digest[0], &e));
}

static void
every_entry_is_found_by_its_number(void **state)
{
	OWNED(entries) t = entries_open(path_of("a"), &e);
	struct entry one, last = {0};
	char before[RECORD_MAX];
	bool more = true;

	(void)state;
	assert_non_null(t);
	assert_int_equal(entries_count(t), 30000);
	assert_int_equal(entries_count_of(t, HASH_PDQ), 30000);
	assert_int_equal(entries_list(t), 7);
	for (uint64_t i = 0; i < 30000; i++) {
		assert_true(entries_next(t, &one, &more, &e) && more);
		assert_true(i == 0 || entry_order(&last, &one) < 0);
		memcpy(before, one.value.p, one.value.n);
		memcpy(before + 64, one.id.p, one.id.n);
		last = one;
		last.value.p = before;
		last.id.p = before + 64;
	}
	assert_true(entries_next(t, &one, &more, &e) && !more);
	for (uint64_t i = 29999; i > 0; i -= 1111) {
		struct made m;

		assert_true(entries_at(t, i, &one, &e));
		make(&m, one.record, 0);
		assert_int_equal(entry_order(&one, &m.entry), 0);
		assert_int_equal(one.first_seen, 5);
		if (i < 1111)
			break;
	}
	assert_false(entries_at(t, 30000, &one, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static bool
reads_whole(const char *path)
{
	OWNED(entries) t = entries_open(path, &e);
	struct entry one;
	bool more = true;

	if (t == NULL)
		return false;
	while (more)
		if (!entries_next(t, &one, &more, &e))
			return false;
	return true;
}

static void
a_byte_that_changed_is_refused_wherever_it_is(void **state)
{
	OWNED(sort) s = sorted(MERGE_WHOLE, 0, 3000, 16 << 20);
	uint8_t digest[ENTRIES_DIGEST], byte;
	OWNED_FD fd = -1;
	off_t size;

	(void)state;
	(void)write_file("c", MERGE_WHOLE, s, NULL, 5, digest);
	fd = open(path_of("c"), O_RDWR | O_CLOEXEC);
	size = lseek(fd, 0, SEEK_END);
	for (off_t at = 0; at < size; at += 997) {
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		assert_false(reads_whole(path_of("c")));
		assert_int_equal(e.kind, ERR_CORRUPT);
		assert_non_null(strstr(e.msg, "byte"));
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	assert_true(reads_whole(path_of("c")));
	for (off_t n = size - 1; n > 0; n -= 50021) {
		assert_int_equal(ftruncate(fd, n), 0);
		assert_false(reads_whole(path_of("c")));
		assert_int_equal(e.kind, ERR_CORRUPT);
	}
}

static void
a_whole_list_takes_the_place_of_the_one_before(void **state)
{
	OWNED(entries) old = entries_open(path_of("a"), &e);
	OWNED(sort) s = sort_new(dir, SORT_ENTRIES, 1 << 20, &e);
	uint8_t digest[ENTRIES_DIGEST];
	struct merge_counts n;
	struct made m;

	(void)state;
	for (uint32_t i = 29990; i < 30010; i++) {
		make(&m, i, 0);
		assert_true(sort_add(s, &m.entry, false, &e));
		assert_true(sort_add(s, &m.entry, false, &e)); /* twice */
	}
	assert_true(sort_run(s, &e));
	n = write_file("d", MERGE_WHOLE, s, old, 99, digest);
	assert_int_equal(n.added, 10);
	assert_int_equal(n.removed, 29990);
	assert_int_equal(n.kept, 20);
	assert_int_equal(n.changed, 0);
}

static void
must_hold(const char *name, uint64_t count)
{
	OWNED(entries) t = entries_open(path_of(name), &e);

	assert_non_null(t);
	assert_int_equal(entries_count(t), count);
}

static void
changes_replace_by_name_and_withdraw_by_name_or_value(void **state)
{
	OWNED(entries) old = entries_open(path_of("d"), &e);
	OWNED(sort) s = sort_new(dir, SORT_VERSIONS, 1 << 20, &e);
	uint8_t digest[ENTRIES_DIGEST];
	struct merge_counts n;
	struct made m, other;

	(void)state;
	/* 29991 has a name: its value becomes another. */
	make(&m, 29991, 10);
	make(&other, 50000, 10);
	m.entry.value = other.entry.value;
	assert_true(sort_add(s, &m.entry, false, &e));
	/* 29994 is withdrawn by its name, after an older version of it. */
	make(&m, 29994, 3);
	assert_true(sort_add(s, &m.entry, false, &e));
	m.entry = (struct entry){.id = m.entry.id, .stamp = 9, .record = 4};
	assert_true(sort_add(s, &m.entry, true, &e));
	/* 29990 has none: by its value. */
	make(&m, 29990, 10);
	assert_true(sort_add(s, &m.entry, true, &e));
	/* 29992 is there already. */
	make(&m, 29992, 0);
	assert_true(sort_add(s, &m.entry, false, &e));
	/* Nobody knows what is withdrawn here. */
	make(&m, 60000, 10);
	assert_true(sort_add(s, &m.entry, true, &e));
	make(&m, 60001, 10);
	assert_true(sort_add(s, &m.entry, false, &e));
	assert_true(sort_run(s, &e));
	n = write_file("e", MERGE_CHANGES, s, old, 100, digest);
	assert_int_equal(n.removed, 3); /* two withdrawn, one replaced */
	assert_int_equal(n.added, 2);
	assert_int_equal(n.kept, 19);
	must_hold("e", 19);
}

static void
an_old_page_that_comes_again_changes_nothing(void **state)
{
	OWNED(entries) old = entries_open(path_of("e"), &e);
	OWNED(sort) s = sort_new(dir, SORT_VERSIONS, 1 << 20, &e);
	uint8_t digest[ENTRIES_DIGEST];
	struct merge_counts n;
	struct made m;

	(void)state;
	make(&m, 29991, 9); /* the list has the version of 10 */
	assert_true(sort_add(s, &m.entry, false, &e));
	m.entry.kind = HASH_NONE;
	m.entry.value = S("");
	m.entry.stamp = 8;
	assert_true(sort_add(s, &m.entry, true, &e));
	assert_true(sort_run(s, &e));
	n = write_file("f", MERGE_CHANGES, s, old, 101, digest);
	assert_int_equal(n.added + n.removed + n.changed, 0);
	assert_int_equal(n.kept, 19);
}

static size_t plus, minus;

static bool
count(void *ctx, char sign, const struct entry *t, struct err *err)
{
	(void)ctx, (void)t, (void)err;
	plus += sign == '+';
	minus += sign == '-';
	return true;
}

static void
two_generations_are_compared(void **state)
{
	OWNED(entries) a = entries_open(path_of("d"), &e);
	OWNED(entries) b = entries_open(path_of("e"), &e);
	struct merge_counts n;

	(void)state;
	assert_true(merge_compare(a, b, count, NULL, &n, &e));
	assert_int_equal(plus, 2);
	assert_int_equal(minus, 3);
	assert_int_equal(n.added, 2);
	assert_int_equal(n.removed, 3);
}

static void
a_file_that_is_not_finished_leaves_nothing(void **state)
{
	struct entries_writer *w = entries_writer_new(dir, "g", 7, 1, &e);
	struct made m, n;

	(void)state;
	make(&m, 1, 0);
	make(&n, 2, 0);
	if (entry_order(&m.entry, &n.entry) < 0) {
		assert_true(entries_write(w, &m.entry, &e));
		assert_true(entries_write(w, &n.entry, &e));
		assert_false(entries_write(w, &m.entry, &e));
	} else {
		assert_true(entries_write(w, &n.entry, &e));
		assert_false(entries_write(w, &n.entry, &e));
	}
	assert_int_equal(access(path_of("g.new"), F_OK), 0);
	entries_writer_free(w);
	assert_int_equal(access(path_of("g.new"), F_OK), -1);
	assert_int_equal(access(path_of("g"), F_OK), -1);
}

static void
what_the_reader_says_is_taken_only_when_it_is_sound(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(8192);
	struct wire_frame f = {.type = WIRE_ENTRY}, got;
	struct made m;
	bool whole;
	str rest;

	(void)state;
	make(&m, 3, 77);
	f.entry = m.entry;
	wire_put(&b, &f);
	rest = buf_view(&b);
	assert_true(wire_take(&rest, &got, &whole, &e) && whole);
	assert_int_equal(entry_order(&got.entry, &m.entry), 0);
	for (size_t n = 0; n < b.n; n++) { /* not all there yet */
		rest = (str){b.p, n};
		assert_true(wire_take(&rest, &got, &whole, &e));
		assert_false(whole);
	}
	f.entry.kind = HASH_MD5; /* of 32 bytes */
	buf_clear(&b);
	wire_put(&b, &f);
	rest = buf_view(&b);
	assert_false(wire_take(&rest, &got, &whole, &e));
	f.entry = m.entry;
	f.entry.id = S("two\nlines");
	buf_clear(&b);
	wire_put(&b, &f);
	rest = buf_view(&b);
	assert_false(wire_take(&rest, &got, &whole, &e));
	rest = S("\xff\xff\xff\xff\x01");
	assert_false(wire_take(&rest, &got, &whole, &e));
	rest = S("\x01\0\0\0\x09");
	assert_false(wire_take(&rest, &got, &whole, &e));
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir == -1 ? -1 : 0;
}

static int
teardown(void **state)
{
	static const char *const names[] = {"a", "b", "c", "d", "e", "f"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		(void)unlinkat(dir, names[i], 0);
	(void)close(dir);
	return rmdir(folder); /* nothing else was left */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(more_than_memory_holds_is_sorted_all_the_same),
	    cmocka_unit_test(every_entry_is_found_by_its_number),
	    cmocka_unit_test(a_byte_that_changed_is_refused_wherever_it_is),
	    cmocka_unit_test(a_whole_list_takes_the_place_of_the_one_before),
	    cmocka_unit_test(
		changes_replace_by_name_and_withdraw_by_name_or_value),
	    cmocka_unit_test(an_old_page_that_comes_again_changes_nothing),
	    cmocka_unit_test(two_generations_are_compared),
	    cmocka_unit_test(a_file_that_is_not_finished_leaves_nothing),
	    cmocka_unit_test(
		what_the_reader_says_is_taken_only_when_it_is_sound),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
