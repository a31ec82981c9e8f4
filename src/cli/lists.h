/* lists — what the commands about lists of known material share. */
#ifndef CLI_LISTS_H
#define CLI_LISTS_H

#include "audit/audit.h"
#include "cli/cli.h"
#include "sql_list.h"

/* The list of the first operand; ERR_NOT_FOUND. */
bool list_of_call(
    struct cli *, struct sql_list_by_name_row *ret, struct err *) MUST_USE;
/* --by: the number of an active account of staff, in any organisation. */
bool person_of_call(struct cli *, int64_t *ret, struct err *) MUST_USE;

/* Into the audit of the organisation that the person is of; in the caller's
 * transaction.  detail: words and numbers of ours. */
bool list_noted(struct cli *, enum audit_action, int64_t list, int64_t by,
    str detail, struct err *) MUST_USE;

/* Does it in one transaction, and says « list NAME: done ». */
typedef bool list_deed(struct cli *, const struct sql_list_by_name_row *,
    int64_t by, struct err *);
bool list_change(
    struct cli *, enum audit_action, list_deed *, struct err *) MUST_USE;

#endif
