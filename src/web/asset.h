/*
 * asset — the static files, compiled in.  A path carries the digest of its
 * content, so an answer may be kept for ever.
 */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "base/str.h"

struct asset {
	const char *name; /* app.css */
	str path;         /* /static/app.1a2b3c4d.css */
	str type;         /* text/css; charset=utf-8 */
	str bytes;
	str gzip; /* {0} when it would not be smaller */
};

/* tools/embed writes both; the table is in the order of names. */
extern const struct asset asset_table[];
extern const size_t asset_table_n;

/* NULL when there is no such file. */
const struct asset *asset_find(str path);
const struct asset *asset_named(const char *name);

#endif
