/*
 * ending — that photos of a season end is told by a digest: told once a mail
 * server or a push service took it, untold when it comes back.
 *
 * In the transaction in which that is noted of the message.
 */
#ifndef TELL_ENDING_H
#define TELL_ENDING_H

#include "house/house.h"

struct sql_message_account_of_row;

bool ending_told(struct house *, struct arena *,
    const struct sql_message_account_of_row *, int64_t now,
    struct err *) MUST_USE;
bool ending_undone(struct house *, struct arena *,
    const struct sql_message_account_of_row *, int64_t now,
    struct err *) MUST_USE;

#endif
