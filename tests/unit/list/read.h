/* read — a list in memory through its format, and what came of it. */
#ifndef TEST_LIST_READ_H
#define TEST_LIST_READ_H

#include "list/format.h"

#define READ_ENTRIES_MAX 300

struct read {
	struct arena *arena;
	struct entry entry[READ_ENTRIES_MAX];
	bool gone[READ_ENTRIES_MAX];
	size_t n; /* of both, in their order */
	size_t n_entries, n_gone;
	struct wire_frame fault[READ_ENTRIES_MAX];
	size_t n_fault;
	struct wire_frame end;
	bool ended;
	struct err error; /* when it was refused */
};

/* True: it was read to its end.  The arena keeps what entries point to. */
bool read_list(struct read *, struct arena *, enum list_format_id, str file);
bool read_asked(struct read *, struct arena *, const struct list_ask *, str);
/* « md5:0011… », for the entry's value. */
void must_be(const struct read *, size_t i, const char *id, enum hash_kind,
    const char *hex);

#endif
