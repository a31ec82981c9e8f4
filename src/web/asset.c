#include "web/asset.h"

#include <assert.h>
#include <stdlib.h>

#include "web/view.h"

static int
by_name(const void *name, const void *asset)
{
	const struct asset *a = asset;

	return strcmp(name, a->name);
}

const struct asset *
asset_named(const char *name)
{
	return bsearch(
	    name, asset_table, asset_table_n, sizeof(struct asset), by_name);
}

const struct asset *
asset_find(str path)
{
	for (size_t i = 0; i < asset_table_n; i++)
		if (str_eq(asset_table[i].path, path))
			return &asset_table[i];
	return NULL;
}

str
asset_path(const char *name)
{
	const struct asset *a = asset_named(name);

	assert(a != NULL);
	return a->path;
}
