/* seals — what the pages about seals and custodians show. */
#ifndef WEB_SEALS_H
#define WEB_SEALS_H

#include "custody/ceremony.h"
#include "custody/record.h"
#include "web/field.h"

struct seal_row {
	const char *label; /* catalogue key */
	str value;
};
struct seal_rows {
	struct seal_row *v;
	size_t n;
};
struct seal_name {
	str name;
	str first, last; /* of those to whom it was sent */
};
struct seal_names {
	struct seal_name *v;
	size_t n;
};
/* What stands in a record (custody/record.h). */
struct seal_record {
	struct seal_rows rows;
	struct seal_names see, sent; /* who could see the album; was sent it */
	bool lists; /* an older one has neither of the two lists */
};

/* Of a case, or of what was stopped. */
struct seal_place {
	bool stopped;
	int64_t id;
	const struct form *form;
	struct custodies seals;
	size_t custodians; /* that are ready */
	bool may;          /* there is something to seal */
};

struct seal_page {
	const struct custody *seal;
	struct seal_record record;
	char digest[RECORD_DIGEST];
	bool chained, same; /* the case's story has a digest; and this one */
	struct ceremony_able able;
	struct ceremony_handeds handed;
};

struct seal_form_page {
	const struct custody *seal;
	const struct form *form;
	int64_t wait_s; /* too many wrong passphrases of late */
};

struct seal_handed_page {
	const struct custody *seal;
	const struct ceremony_handed *hand;
	bool open; /* the file can be fetched still */
};

struct custodians_page {
	struct custodians all;
	const struct form *form;
	struct field_option_list staff;
	bool director;
};

bool seal_record_read(
    struct view *, str record, struct seal_record *ret, struct err *) MUST_USE;

/* Catalogue keys. */
const char *seal_state_label(enum custody_state);
const char *seal_state_tag(enum custody_state);
const char *seal_waits_label(str word); /* NULL: it waits for nothing */

/* For the cards of a first page: who was named of late, and whether this
 * person's own passphrase is to be set. */
bool seals_news(struct request *, struct err *) MUST_USE;

#endif
