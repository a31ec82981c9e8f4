/*
 * category — what people report, as one table: the words that they choose
 * from, what happens at once, and within which time somebody answers.
 *
 * The four families of risk are those of the ITU's guidelines for industry
 * (content, contact, conduct, commerce); the category of the Digital Services
 * Act is that of its database of statements of reasons.  The hours are the
 * house's own: the law says « without delay ».
 */
#ifndef REPORT_CATEGORY_H
#define REPORT_CATEGORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum category_risk { RISK_CONTENT, RISK_CONTACT, RISK_CONDUCT, RISK_COMMERCE };

struct category {
	str word;
	const char *label; /* catalogue keys */
	const char *means;
	enum category_risk risk;
	const char *dsa;
	bool hides; /* what is reported is hidden before anybody has looked */
	bool grave; /* the numbers to call stand first */
	int hours;
};

struct category_list {
	const struct category *v;
	size_t n;
};

struct category_list categories(void); /* as they are offered */
/* NULL: no such word. */
const struct category *category_of(str word);

#endif
