/*
 * schema — the elements of the reports that NCMEC's CyberTipline takes over its
 * interface for providers (« ispws »), in the one order in which it takes them,
 * with what its documentation asks of each and its schema does not check.
 *
 * One table for the check, the writer and the words on a page: who adds an
 * element adds a row, and its place is the order.  Source: the documentation
 * of the interface and its schema as of November 2025, written down on
 * 2026-11-29.  The eight kinds of incident are literal: the interface knows
 * them by these words alone.
 */
#ifndef NCMEC_SCHEMA_H
#define NCMEC_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum ncmec_type {
	NCMEC_GROUP,  /* other elements, each in its order */
	NCMEC_CHOICE, /* exactly one of them */
	NCMEC_TEXT,   /* min to max code points */
	NCMEC_MAIL,
	NCMEC_TIME, /* ISO 8601, with its zone */
	NCMEC_PAST, /* the same, and not to come */
	NCMEC_DAY,  /* 2026-11-29 */
	NCMEC_BOOL, /* "true", "false" */
	NCMEC_FLAG, /* empty: that it stands there says it */
	NCMEC_NUMBER,
	NCMEC_WORD,    /* one of words */
	NCMEC_DIALLING /* +33 */
};

struct ncmec_field {
	const char *name;
	enum ncmec_type type;
	bool must, many;
	int64_t min, max;                 /* code points, or the number */
	const char *const *words;         /* ends at NULL */
	const struct ncmec_field *inside; /* of a group, ends at NULL name */
	const struct ncmec_field *beside; /* its attributes, or NULL */
	const char *label;                /* catalogue key; NULL: its name */
};

/* The two documents. */
extern const struct ncmec_field ncmec_report, ncmec_file;

/* The kinds of incident, as the interface knows them and as people read them
 * (catalogue keys). */
struct ncmec_incident {
	const char *word, *label;
};
extern const struct ncmec_incident ncmec_incidents[];
extern const size_t ncmec_incidents_n;

/* NULL: there is none of that name inside, or beside. */
const struct ncmec_field *ncmec_field_of(
    const struct ncmec_field *, const char *name);

#endif
