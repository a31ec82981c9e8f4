/* account — what « Mon compte » shows. */
#ifndef WEB_ACCOUNT_H
#define WEB_ACCOUNT_H

#include "people/second.h"
#include "people/session.h"
#include "web/form.h"

struct account_page {
	str name, login;
	struct session_lines sessions, past;
	int64_t session; /* this one */
	bool staff, has_contact;
	int64_t codes_left;
	const struct form *pass, *lang, *contact, *codes;
};

#endif
