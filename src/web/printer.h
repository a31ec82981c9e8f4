/*
 * printer — a page family has a document printed (ipc/print.h), and waits for
 * it.
 */
#ifndef WEB_PRINTER_H
#define WEB_PRINTER_H

#include "ipc/print.h"
#include "ipc/sealed.h"
#include "web/web.h"

struct printed {
	struct sealed_view whole;
	struct print_pdf pdf; /* a view of that */
};

/* ERR_BUSY: nobody prints, or not in time; ERR_LIMIT: it is too long. */
bool printer_print(
    struct request *, str document, struct printed *ret, struct err *) MUST_USE;
void printed_done(struct printed *);

#endif
