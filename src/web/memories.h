/*
 * memories — « Coffre souvenirs »: the pictures of one child, for its family
 * to take home in one ZIP, or as the book of a season to print.
 *
 * The ZIP is promised before it is sent (ipc/bundle.h): names, lengths, the
 * page that opens offline and the directory are made at once, each picture is
 * asked for while it goes out.  Its version is a digest of all that decides its
 * bytes; it is in the address, so that a download which goes on after a pause
 * gets the missing bytes of the same ZIP, or the whole of the new one.
 */
#ifndef WEB_MEMORIES_H
#define WEB_MEMORIES_H

#include "sharing/memories.h"
#include "web/web.h"

/* What the box of one child is made from. */
struct memories_box {
	int64_t child;
	str first; /* name */
	struct memories list;
	str version; /* 32 hexadecimal digits */
};

struct memories_season;
struct sql_season_list_rows;

/* Where a day stands: the first season of the list (sql/season.sql) on whose
 * days it lies, or its year (season 0). */
struct memories_shelf {
	int64_t season;
	int year;
};

/* A season, or of a year the days that are in none: a ZIP of its own. */
struct memories_part {
	str key, name; /* key: in the addresses of its ZIP and its book */
	int64_t first; /* day of its first picture */
	int64_t photos, bytes;
	str version;
	bool between; /* of the days of a year that are in no season */
	bool many;    /* more than one ZIP holds */
};

struct memories_parts {
	struct memories_part *v; /* the oldest first, none empty */
	size_t n;
	size_t waiting, videos; /* of all; 0 when it was not asked */
};

struct memories_page {
	const struct memories_box *box;
	struct memories_parts parts;
	bool many; /* more than one ZIP holds: parts are all there is */
	const struct memories_season *v; /* each a book */
	size_t n;
	int64_t bytes;       /* about */
	int64_t from, until; /* days */
	int64_t masked;      /* pictures in which somebody is covered */
};

/* ---- what stands in it, in its order ---- */

struct memories_photo {
	str folder, file, alt, caption;
	int64_t taken_at, width, height;
	const struct memory *memory;
};

struct memories_day {
	int64_t day;
	str titles; /* of the albums, with commas */
	struct memories_photo *v;
	size_t n;
};

struct memories_season {
	int64_t number; /* from 1 */
	str key, name;  /* as of memories_part */
	bool between;
	int64_t photos;
	struct memories_day *v;
	size_t n;
};

/* The page inside the ZIP. */

struct memories_index {
	const struct memories_box *box;
	struct memories_season *v;
	size_t n;
	int64_t from, until;
	html style; /* the whole element */
};

struct memories_shelf memories_shelf_of(
    const struct sql_season_list_rows *, int64_t day);
bool memories_shelf_same(struct memories_shelf, struct memories_shelf);
str memories_shelf_key(struct arena *, struct memories_shelf);
/* « 2019, between seasons »: a part as people call it. */
str memories_called(struct view *, str name, bool between);
/* Fit for the name of a folder. */
str memories_shelf_name(
    struct arena *, const struct sql_season_list_rows *, struct memories_shelf);

/* Seasons, days and pictures; *ret_n of *ret, in the arena.  Of a season that
 * lies within another, each has its own days, and all of them. */
bool memories_sort(struct request *, const struct memories *,
    struct memories_season **ret, size_t *ret_n, struct err *) MUST_USE;

/* Whose it is, and nothing in it yet. */
bool memories_head(struct request *, int64_t child, struct memories_box *ret,
    struct err *) MUST_USE;
/* Of what is in it. */
bool memories_version(struct request *, const struct memories_box *, str *ret,
    struct err *) MUST_USE;

/* The parts of a box; many: of one that was too large to be listed. */
bool memories_parts(struct request *, const struct memories_box *, bool many,
    struct memories_parts *ret, struct err *) MUST_USE;
/* One of them.  ERR_NOT_FOUND: no part has that key. */
bool memories_part_box(struct request *, const struct memories_box *head,
    str key, struct memories_box *ret, str *ret_name, struct err *) MUST_USE;

/* *ret: in the arena.  ERR_LIMIT: more than one ZIP holds. */
bool memories_box(struct request *, int64_t child, struct memories_box *ret,
    struct err *) MUST_USE;

/* A sealed memory file with the bundle, and how long the ZIP is. */
bool memories_bundle(struct request *, const struct memories_box *, int *ret_fd,
    uint64_t *ret_bytes, struct err *) MUST_USE;

/* What a picture was promised as, of its grant_mark and its words. */
bool memories_mark(struct request *, str mark, str words,
    uint8_t ret[BUNDLE_MARK], struct err *) MUST_USE;

/* A digest of s that only this organisation can make. */
bool memories_digest(struct request *, const char *context, str s, size_t n,
    uint8_t *ret, struct err *) MUST_USE;

/* The same for the book of one season, whose copies have no words in them;
 * *ret_version: of these bytes.  ERR_BUSY: it cannot be printed now. */
bool memories_book(struct request *, const struct memories_box *,
    const struct memories_season *, int *ret_fd, uint64_t *ret_bytes,
    str *ret_version, struct err *) MUST_USE;

#endif
