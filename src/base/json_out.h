/* json_out — text as a JSON string (RFC 8259), for the few answers that a
 * script or a browser reads. */
#ifndef BASE_JSON_OUT_H
#define BASE_JSON_OUT_H

#include "base/buf.h"

/* With its quotes; text is UTF-8. */
void json_out(struct buf *, str text);

#endif
