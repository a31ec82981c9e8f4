/* fixture — a house of its own for each test: one organisation with a family,
 * and photos with real blobs, below a folder in /tmp. */
#ifndef TESTS_BACKUP_FIXTURE_H
#define TESTS_BACKUP_FIXTURE_H

#include "erasure/erasure.h"
#include "house/house.h"

#define FIXTURE_NOW 1800000000

struct fixture {
	char root[64], out[96];
	struct conf conf;
	struct key master;
	struct arena *arena;
	struct house house;
	const struct organisation *org;
	int64_t child, other_child;
	int64_t group_post, child_post; /* for the group; for the child alone */
};

int fixture_begin(void **state); /* of cmocka: *state is a struct fixture */
int fixture_end(void **state);

void fixture_open(struct fixture *); /* again, after fixture_close */
void fixture_close(struct fixture *);

void fixture_sql(struct fixture *, const char *text);
int64_t fixture_count(struct fixture *, const char *sql);

/* A ready photo of n bytes; its medium. */
int64_t fixture_photo(struct fixture *, int64_t post, size_t n);
/* What such a photo was made from. */
void fixture_original(struct fixture *, int64_t medium, size_t n);
/* Another file takes the place of its rendition, as when a face is covered. */
void fixture_replace(struct fixture *, int64_t medium, size_t n);
/* Can its bytes be read, and are they what was put in? */
bool fixture_photo_reads(struct fixture *, int64_t medium);
/* Can the child's first name be read? */
bool fixture_child_reads(struct fixture *, int64_t child);

void fixture_note(struct fixture *); /* one more entry in the audit */
void fixture_erase_photo(struct fixture *, int64_t medium);
void fixture_erase_child(struct fixture *, int64_t child);
/* For blobs: their path below data; the caller frees nothing. */
const char *fixture_blob_path(struct fixture *, int64_t medium);

#endif
