/* folder — <data>/lists: who may write there now, and what is swept. */
#ifndef LIST_FOLDER_H
#define LIST_FOLDER_H

#include "conf/conf.h"
#include "list/list.h"

struct list_folder {
	int fd; /* of the folder */
	int lock;
};

/* Makes it when it is missing; ERR_BUSY while somebody else imports. */
bool list_folder_open(
    struct list_folder *, const char *data, struct err *) MUST_USE;
void list_folder_close(struct list_folder *);

/* Removes what no row names any more: files of older generations, and what an
 * import that was interrupted left.  Other files are left alone.  What cannot
 * be removed now is so by a later sweep. */
void list_folder_sweep(struct list_folder *, struct db *, struct arena *);

#endif
