/* register — lines of the audit, as people read them. */
#ifndef WEB_REGISTER_H
#define WEB_REGISTER_H

#include "audit/audit.h"
#include "web/form.h"

struct register_line {
	int64_t id, at;
	str sentence; /* « Sami a ouvert l’album » */
	str subject;  /* the account it was about, "" */
};

struct register_line_list {
	struct register_line *v;
	size_t n;
};

struct register_kind {
	const char *word, *label; /* in the address; catalogue key */
};

struct register_kind_list {
	const struct register_kind *v;
	size_t n;
};

struct register_page {
	struct register_line_list lines;
	struct register_kind_list kinds;
	str kind;       /* "" all */
	int64_t before; /* of the next page; 0: there is none */
	int64_t child;  /* the family's page */
	str first;
};

#endif
