/*
 * village — a small house for tests: one organisation, two groups, four
 * families, four of the staff, in a folder that goes away.
 */
#ifndef TESTS_VILLAGE_H
#define TESTS_VILLAGE_H

#include "ipc/media.h"
#include "people/deed.h"
#include "segment/cut.h"
#include "sharing/permit.h"
#include "sharing/publish.h"

#define TODAY 20600 /* 27 May 2026 */
#define NOW ((int64_t)TODAY * 86400 + 10 * 3600)

enum { SQUIRRELS = 1, FOXES };
enum { LEA = 1, NOAH, TOM };
enum { DIRECTOR = 1, SAMI, FOX_STAFF, SAFETY, MOTHER, FATHER, GRANNY, FOX_MUM };

#define VILLAGE_COUNTS 32

struct village {
	char folder[64];
	struct conf conf;
	struct key master;
	struct house house;
	struct arena *arena;
	const struct organisation *org;
	struct err e;
	char *sql[VILLAGE_COUNTS]; /* of village_count */
	size_t n_sql;
};

/* Léa and Noah are squirrels, Tom is a fox.  MOTHER is Léa's, with all rights;
 * FATHER is Léa's and Tom's, and may have no contact with Noah; GRANNY sees
 * Léa and may not download; FOX_MUM is Tom's. */
void village_open(struct village *);
void village_close(struct village *);
/* The house is shut and opened again: by another process, say. */
void village_shut(struct village *);
void village_reopen(struct village *);

void village_sql(struct village *, const char *sql);
int64_t village_count(struct village *, const char *table_and_where);
size_t village_files(struct village *); /* of blobs, incoming ones too */

struct deed village_deed(struct village *, int64_t actor);
struct viewer *village_viewer(struct village *, int64_t account);
/* Leave for account, which must have it. */
const struct grant *village_edit(
    struct village *, int64_t account, int64_t post);
/* An album of SAMI's for a group (0: none) or a child, on TODAY. */
int64_t village_draft(struct village *, int64_t group, int64_t child);
void village_publish(struct village *, int64_t post, int64_t at);
/* Sends text as a file; the answer is an enum upload_fate. */
int village_send(struct village *, int64_t post, str bytes, int64_t *ret_id);
/* What the intake makes of it; false when the bytes it got are others. */
/* What a media worker would seal for this picture. */
int village_rendition(const struct media_picture *, str bytes,
    const struct segment_region *, size_t regions, uint32_t *ret_n);
bool village_take_in(struct village *, int64_t medium, str bytes);
/* A photo that is ready, and about whose faces nobody has said anything. */
int64_t village_bare_photo(struct village *, int64_t post, const char *bytes);
/* SAMI, and the director where two have to, say that there is no face on it
 * that is not boxed. */
void village_word(struct village *, int64_t post, int64_t medium);
/* A photo that is ready, with the word. */
int64_t village_photo(struct village *, int64_t post, const char *bytes);
/* In a transaction of its own, and its files after it. */
bool village_delete(struct village *, int64_t account, int64_t post,
    int64_t medium, bool not_again);
bool village_sees(
    struct village *, int64_t account, int64_t medium, enum permit_want);

#endif
