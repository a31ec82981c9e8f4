/*
 * reading — one list file on its way through a format: what was asked, where
 * the bytes come from, the record that is being put together, what was found.
 *
 * A format walks through its file and calls draft_* for each record; what
 * comes out are the frames of wire.h.  A record that cannot be understood is a
 * fault and the next one follows; an error is the end of the whole file.
 */
#ifndef LIST_READING_H
#define LIST_READING_H

#include "base/arena.h"
#include "list/source.h"
#include "list/wire.h"

/* What somebody wants to have read, and what the file does not say itself. */
struct list_ask {
	uint8_t format; /* enum list_format_id */
	uint8_t kind;   /* of a file that does not say, or HASH_NONE */
	str scheme;     /* of the categories, when the file does not say */
	str categories; /* that are taken, parted by commas; "": all */
};

typedef bool list_out_fn(void *ctx, str frames, struct err *);

struct text {
	char p[ENTRY_TEXT_MAX];
	size_t n;
};

/* What a column or a field says. */
enum draft_field {
	DRAFT_IGNORE,
	DRAFT_HASH, /* of the field's kind */
	DRAFT_TYPE, /* names the kind of DRAFT_VALUE */
	DRAFT_VALUE,
	DRAFT_ID,
	DRAFT_MEMBER, /* who gave it */
	DRAFT_CATEGORY,
	DRAFT_SCHEME,
	DRAFT_STAMP,
	DRAFT_QUALITY,
	DRAFT_SIZE, /* of the file, bytes */
	DRAFT_MEDIA,
	DRAFT_STATUS,
	DRAFT_GONE,   /* « true » withdraws it */
	DRAFT_DETAIL, /* kept as « word=value » */
};

struct list_field {
	const char *name; /* small letters and digits only */
	enum draft_field what;
	uint8_t kind;     /* DRAFT_HASH */
	const char *word; /* DRAFT_DETAIL */
};

struct draft {
	int64_t line, offset;
	struct text id, member, scheme, category, type, detail;
	struct buf value;  /* DRAFT_VALUE, until the type is known */
	struct buf hashes; /* kind, quality, u16 n, bytes */
	size_t n_hashes, skipped, elsewhere;
	int64_t stamp, size;
	int quality;
	uint8_t media;
	bool gone, has_value, faulty;
	bool refused;  /* whatever else it says */
	bool left_out; /* it is none of ours */
};

struct reading {
	struct list_ask ask;
	struct source *source;
	struct arena *scratch; /* of one text at a time */
	list_out_fn *out;
	void *ctx;
	struct buf frames;
	struct draft draft;
	uint32_t record; /* the number of the next */
	uint64_t skipped, elsewhere, faults;
	bool more_pages; /* it says that another page follows */
	struct text checkpoint;
};

bool reading_init(struct reading *, const struct list_ask *, struct source *,
    list_out_fn *, void *ctx, struct err *) MUST_USE;
void reading_done(struct reading *);
/* Reads the whole file and says END, or fails with what REFUSED is to say. */
bool reading_run(struct reading *, struct err *) MUST_USE;

/* Letters and digits of a name, in small letters; what is longer is cut. */
str reading_plain(str name, char *p, size_t cap);
const struct list_field *reading_field(
    const struct list_field *table, size_t n, str name);

bool reading_say(
    struct reading *, const struct wire_frame *, struct err *) MUST_USE;

void draft_init(struct draft *);
void draft_done(struct draft *);
void draft_begin(struct reading *, int64_t line, int64_t offset);
/* A text that says nothing (blank) is as good as not there. */
bool draft_set(struct reading *, const struct list_field *, str text,
    struct err *) MUST_USE;
void draft_fault(struct reading *, enum list_fault, uint8_t kind);
/* A value that is at an address of its source, not in the file: it is left out,
 * counted and told. */
void draft_elsewhere(struct reading *, uint8_t kind);
/* What DRAFT_TYPE and DRAFT_VALUE say together becomes a hash; draft_end does
 * it too. */
bool draft_resolve(struct reading *, struct err *) MUST_USE;
/* Out it goes, as entries or as a withdrawal. */
bool draft_end(struct reading *, struct err *) MUST_USE;

void text_put(struct reading *, struct text *, str);
/* Seconds since 1970, or milliseconds, or ISO 8601; false: none of these. */
bool stamp_parse(str, int64_t *ret) MUST_USE;

#endif
