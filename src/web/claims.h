/* claims — what the pages of requests show, to who asks and to who answers. */
#ifndef WEB_CLAIMS_H
#define WEB_CLAIMS_H

#include "claim/claim.h"
#include "ends/certificate.h"
#include "web/safe.h"

struct claim_line {
	const struct claim *claim;
	str about; /* the child's first name, "" when it is about the person */
	str who;   /* asks: a name */
	bool late, near;
};

struct claim_line_list {
	struct claim_line *v;
	size_t n;
};

struct claim_child {
	int64_t id;
	str name;
	bool chosen;
};

struct claim_child_list {
	struct claim_child *v;
	size_t n;
};

/* A form to ask by, of a family or, for somebody else, of a director. */
struct claim_ask {
	enum claim_kind kind;
	struct claim_child_list children;
	const struct form *form;
	struct safe_parting safe; /* CLAIM_ERASE */
	bool on_paper;
};

struct claim_page {
	struct claim_line line;
	const struct ends_law *law;
	bool mine, may_extend;
	bool may_erase_account; /* of who asks to be erased */
	int64_t roster_child;   /* whose record a director can open; 0: none */
	const struct form *form, *more;
	bool certified;
	struct certificate certificate;
};

struct claims_page {
	struct claim_line_list open, done;
};

struct claims_mine {
	struct claim_line_list lines;
};

/* For « mes droits ». */
bool claims_of_viewer(
    struct request *, struct claim_line_list *ret, struct err *) MUST_USE;
/* What a kind means, in a sentence; a catalogue key. */
const char *claims_hint(enum claim_kind);
bool claims_of_law(const struct request *, struct claim_page *);

#endif
