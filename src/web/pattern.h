/* pattern — a form that begins from a template, and one that becomes one. */
#ifndef WEB_PATTERN_H
#define WEB_PATTERN_H

#include "life/pattern.h"
#include "web/form.h"

/* What ?pattern=… of the address names; without it nothing. */
bool pattern_begin(
    struct request *, str kind, struct form *io, struct err *) MUST_USE;

/* All fields of the form but days. */
bool pattern_of_form(struct request *, const struct form *,
    struct pattern_fields *ret, struct err *) MUST_USE;

/* Under the name that the form gives; without one nothing is kept, and the next
 * page says so. */
bool pattern_save(struct request *, struct response *, str kind,
    const struct pattern_fields *, struct err *) MUST_USE;

#endif
