/*
 * pattern — a form of the centre's life kept as it was filled in, so that the
 * next one is begun from it in two taps.
 *
 * Whoever of the team writes may use it; whoever writes may throw it away.
 * Names and values are sealed under the organisation's key.
 */
#ifndef LIFE_PATTERN_H
#define LIFE_PATTERN_H

#include "people/deed.h"

#define PATTERN_NAME_MAX 80 /* code points */
#define PATTERN_FIELDS_MAX 120

struct pattern_field {
	str name, value;
};

struct pattern_fields {
	struct pattern_field *v;
	size_t n;
};

struct pattern {
	int64_t id;
	str name;
};

struct patterns {
	struct pattern *v;
	size_t n;
};

/* kind: item_word(…), or "notice". */
bool pattern_list(
    const struct deed *, str kind, struct patterns *ret, struct err *) MUST_USE;
bool pattern_load(const struct deed *, int64_t id, str kind,
    struct pattern_fields *ret, struct err *) MUST_USE;
str pattern_value(const struct pattern_fields *, const char *name);

/* In the caller's transaction. */
bool pattern_keep(const struct deed *, str kind, str name,
    const struct pattern_fields *, struct err *) MUST_USE;
bool pattern_drop(const struct deed *, int64_t id, struct err *) MUST_USE;

#endif
