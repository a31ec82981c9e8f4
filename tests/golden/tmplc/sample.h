#ifndef SAMPLE_H
#define SAMPLE_H

#include "web/view.h"

struct item {
	str name;
	bool first;
};

struct item_list {
	const struct item *v;
	size_t n;
};

#endif
