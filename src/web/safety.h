/* safety — what the page of those who look after safety shows. */
#ifndef WEB_SAFETY_H
#define WEB_SAFETY_H

#include "report/helpline.h"

/* What this person has no part in has no line there. */
struct safety_page {
	bool reports; /* may have part in some */
	bool stopped; /* looks into what was stopped */
	bool lead;    /* a director or a safeguarding lead */
	bool ncmec;   /* the house reports there, and this person may see how */
	size_t ready; /* custodians with a passphrase, for a lead */
	struct helpline_list lines;
};

#endif
