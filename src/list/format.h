/*
 * format — the layouts of list files that are read.
 *
 * A new one: a row in format.c, a function that walks through it, its fuzz
 * seeds.  Layouts that are given to members only (IWF) are read by the names of
 * their columns.
 */
#ifndef LIST_FORMAT_H
#define LIST_FORMAT_H

#include "list/reading.h"

/* Numbers travel between processes: never change one. */
enum list_format_id {
	LIST_PLAIN,
	LIST_CSV,
	LIST_HMA,
	LIST_STOPNCII,
	LIST_NCMEC,
	LIST_VICS,
	LIST_ICSE,
	LIST_IWF,
	LIST_FORMATS
};

struct list_format {
	const char *name, *what; /* what: one English sentence */
	bool changes;            /* a file is merged, not the whole list */
	bool needs_kind;         /* the file does not say its kind of hash */
	const char *scheme;      /* of its categories, unless it says */
	const char *categories;  /* taken, unless the list says; "": all */
	bool (*read)(struct reading *, struct err *);
};

extern const struct list_format list_formats[LIST_FORMATS];

bool list_format_of(str name, enum list_format_id *ret) MUST_USE;

bool format_plain(struct reading *, struct err *) MUST_USE;
bool format_table(struct reading *, struct err *) MUST_USE;
bool format_hma(struct reading *, struct err *) MUST_USE;
bool format_stopncii(struct reading *, struct err *) MUST_USE;
bool format_ncmec(struct reading *, struct err *) MUST_USE;
bool format_vics(struct reading *, struct err *) MUST_USE;

#endif
