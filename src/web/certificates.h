/* certificates — proofs of erasures as people read and print them. */
#ifndef WEB_CERTIFICATES_H
#define WEB_CERTIFICATES_H

#include "ends/certificate.h"
#include "web/form.h"

struct certificate_row {
	const char *label; /* catalogue key */
	str value;
};

struct certificate_row_list {
	struct certificate_row *v;
	size_t n;
};

struct certificate_page {
	const struct certificate *certificate;
	struct certificate_row_list rows;
	bool director;
};

struct certificate_list_item {
	const struct certificate *c;
	const char *what; /* catalogue key */
};

struct certificate_items {
	struct certificate_list_item *v;
	size_t n;
};

struct certificates_page {
	struct certificate_items items;
	const struct form *form;
};

#endif
