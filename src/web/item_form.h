/* item_form — the forms by which the team writes an event, a poll, a bring-list
 * or an entry: a table for each kind, read and filled by the names of fields.
 */
#ifndef WEB_ITEM_FORM_H
#define WEB_ITEM_FORM_H

#include "web/item.h"

/* NULL: a kind that is written in a grid of days. */
const struct field *item_fields(enum item_kind);
/* From here on the fields are for the other language. */
int item_fields_more(const struct form *);
int item_fields_all(const struct form *); /* how many there are */

/* With the days that a new one begins with. */
void item_form_start(struct request *, enum item_kind, struct form *ret);
void item_form_fill(struct request *, const struct item *, struct form *ret);

/* False: the form says what is wrong. */
bool item_form_read(
    struct request *, enum item_kind, struct form *, struct item_new *ret);

#endif
