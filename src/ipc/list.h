/*
 * list — what a command asks of the process that reads list files.  One
 * request; the answer is a stream of frames in the second descriptor
 * (list/wire.h), and its end.
 */
#ifndef IPC_LIST_H
#define IPC_LIST_H

#include "base/buf.h"
#include "ipc/chan.h"

enum list_kind_of_message { LIST_READ = 1 };

#define LIST_WORDS_MAX 255

/* fd 0: the bytes of the file, fd 1: where the frames go; both pipes. */
struct list_read {
	uint8_t format; /* enum list_format_id */
	uint8_t kind;   /* enum hash_kind */
	str scheme, categories;
};

extern const struct chan_permit list_to_reader[];
extern const struct chan_permit list_to_command[]; /* nothing at all */

void list_read_write(struct buf *, const struct list_read *);
/* The texts point into the message. */
bool list_read_read(str, struct list_read *ret, struct err *) MUST_USE;

#endif
