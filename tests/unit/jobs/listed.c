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

/* The entries file of a list: values of these seeds. */
static void
write_entries(struct village *v, int64_t list, int64_t generation,
    uint32_t from, uint32_t n)
{
	OWNED(entries_writer) w = NULL;
	uint8_t digest[ENTRIES_DIGEST];
	char path[CONF_TEXT_MAX + 16], name[64];
	uint8_t(*all)[PDQ] = calloc(n + 1, PDQ);
	OWNED_FD dir = -1;

	(void)snprintf(path, sizeof(path), "%s/lists", v->conf.data);
	(void)mkdir(path, 0700);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)snprintf(name, sizeof(name), "%" PRId64 "-%" PRId64 ".entries",
	    list, generation);
	w = entries_writer_new(dir, name, list, generation, &v->e);
	assert_non_null(w);
	for (uint32_t i = 0; i < n; i++)
		listed_value(all[i], from + i);
	qsort(all, n, PDQ, by_value);
	for (uint32_t i = 0; i < n; i++) {
		const struct entry entry = {.kind = HASH_PDQ,
		    .quality = 100,
		    .record = i,
		    .first_seen = 1,
		    .value = {(const char *)all[i], PDQ},
		    .id = S("x"),
		    .scheme = S("test"),
		    .category = S("harmless"),
		    .detail = S("")};

		if (!entries_write(w, &entry, &v->e))
			fail_msg("%s", v->e.msg);
	}
	if (!entries_writer_finish(w, digest, &v->e))
		fail_msg("%s", v->e.msg);
	free(all);
}

void
list_begins(struct village *v, int64_t list, uint32_t from, uint32_t n)
{
	char sql[1024];

	write_entries(v, list, 1, from, n);
	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO list (id, name, source, format, takes, created_by,"
	    " created_at, generation, entries_file, entries_digest, entries,"
	    " proposed_by, proposed_at, enabled, enabled_by, enabled_at)"
	    " VALUES (%" PRId64 ", 'list %" PRId64 "', 'tests', 'lines',"
	    " 'whole', 1, 1, 1, '%" PRId64 "-1.entries', zeroblob(32), %u,"
	    " 1, 1, 1, 2, 1);"
	    "INSERT INTO list_kind (list, hash_kind, threshold, entries)"
	    " VALUES (%" PRId64 ", 1, 31, %u)",
	    list, list, list, n, list, n);
	village_sql(v, sql);
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
