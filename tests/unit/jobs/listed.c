#include "listed.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "list/entries.h"
#include "list/reel.h"

void
listed_value(uint8_t ret[PDQ], uint32_t seed)
{
	uint64_t x = 0x9e3779b97f4a7c15u * (seed + 1);

	for (size_t i = 0; i < PDQ; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		ret[i] = (uint8_t)(x >> 24);
	}
}

static int
by_value(const void *a, const void *b)
{
	return memcmp(a, b, PDQ);
}

static int
open_lists(struct village *v)
{
	char path[CONF_TEXT_MAX + 16];

	(void)snprintf(path, sizeof(path), "%s/lists", v->conf.data);
	(void)mkdir(path, 0700);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* dir stays open until it is finished. */
static struct entries_writer *
new_entries(struct village *v, int dir, int64_t list, int64_t generation)
{
	struct entries_writer *w;
	char name[64];

	(void)snprintf(name, sizeof(name), "%" PRId64 "-%" PRId64 ".entries",
	    list, generation);
	w = entries_writer_new(dir, name, list, generation, &v->e);
	assert_non_null(w);
	return w;
}

static void
write_one(struct village *v, struct entries_writer *w, enum hash_kind kind,
    uint32_t record, str value)
{
	const struct entry entry = {.kind = (uint8_t)kind,
	    .quality = 100,
	    .record = record,
	    .first_seen = 1,
	    .value = value,
	    .id = S("x"),
	    .scheme = S("test"),
	    .category = S("harmless"),
	    .detail = S("")};

	if (!entries_write(w, &entry, &v->e))
		fail_msg("%s", v->e.msg);
}

static void
end_entries(struct village *v, struct entries_writer *w)
{
	uint8_t digest[ENTRIES_DIGEST];

	if (!entries_writer_finish(w, digest, &v->e))
		fail_msg("%s", v->e.msg);
}

/* The entries file of a list: values of these seeds. */
static void
write_entries(struct village *v, int64_t list, int64_t generation,
    uint32_t from, uint32_t n)
{
	OWNED_FD dir = open_lists(v);
	OWNED(entries_writer) w = new_entries(v, dir, list, generation);
	uint8_t(*all)[PDQ] = calloc(n + 1, PDQ);

	for (uint32_t i = 0; i < n; i++)
		listed_value(all[i], from + i);
	qsort(all, n, PDQ, by_value);
	for (uint32_t i = 0; i < n; i++)
		write_one(v, w, HASH_PDQ, i, (str){(const char *)all[i], PDQ});
	end_entries(v, w);
	free(all);
}

static void
enable(struct village *v, int64_t list, uint32_t n, const char *kinds)
{
	CLEANUP(buf_done) struct buf sql = BUF_MAX(2048);

	buf_printf(&sql,
	    "INSERT INTO list (id, name, source, format, takes, created_by,"
	    " created_at, generation, entries_file, entries_digest, entries,"
	    " proposed_by, proposed_at, enabled, enabled_by, enabled_at)"
	    " VALUES (%" PRId64 ", 'list %" PRId64 "', 'tests', 'lines',"
	    " 'whole', 1, 1, 1, '%" PRId64 "-1.entries', zeroblob(32), %u,"
	    " 1, 1, 1, 2, 1);"
	    "INSERT INTO list_kind (list, hash_kind, threshold, entries)"
	    " VALUES %s",
	    list, list, list, n, kinds);
	buf_byte(&sql, '\0');
	village_sql(v, sql.p);
}

void
list_begins(struct village *v, int64_t list, uint32_t from, uint32_t n)
{
	char kinds[64];

	write_entries(v, list, 1, from, n);
	(void)snprintf(
	    kinds, sizeof(kinds), "(%" PRId64 ", 1, 31, %u)", list, n);
	enable(v, list, n, kinds);
}

void
list_of_video(struct village *v, int64_t list, const uint8_t *tmk,
    const uint8_t picture[PDQ])
{
	OWNED_FD dir = open_lists(v);
	OWNED(entries_writer) w = new_entries(v, dir, list, 1);
	uint8_t digest[REEL_DIGEST], part[ENTRY_VALUE_MAX];
	char kinds[96];

	write_one(v, w, HASH_PDQ, 0, (str){(const char *)picture, PDQ});
	reel_digest(tmk, digest);
	for (size_t i = 0; i < REEL_PARTS; i++) {
		size_t n = reel_part(tmk, digest, i, part);

		write_one(v, w, HASH_TMK, 1, (str){(const char *)part, n});
	}
	end_entries(v, w);
	(void)snprintf(kinds, sizeof(kinds),
	    "(%" PRId64 ", 1, 31, 1), (%" PRId64 ", 32, 300, %d)", list, list,
	    REEL_PARTS);
	enable(v, list, 1 + REEL_PARTS, kinds);
}

/* The whole list is another one now. */
void
list_changes(struct village *v, int64_t list, int64_t generation, uint32_t from,
    uint32_t n)
{
	char sql[512];

	write_entries(v, list, generation, from, n);
	(void)snprintf(sql, sizeof(sql),
	    "UPDATE list SET generation = %" PRId64 ", entries_file = '%" PRId64
	    "-%" PRId64 ".entries', entries = %u WHERE id = %" PRId64,
	    generation, list, generation, n, list);
	village_sql(v, sql);
}
