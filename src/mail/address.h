/*
 * address — is it an e-mail address that a letter may be sent to?
 *
 * The plain form of RFC 5321 alone: a local part of atoms with dots between,
 * at most 64 bytes; an @; a domain of at least two labels of letters, digits
 * and dashes, at most 253 bytes (a name with accents as xn--).  No quoted local
 * part, no address literal, no comment, no blank, nothing but ASCII: what is
 * none of these cannot end a line of the dialogue with a mail server, nor of a
 * header.
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include "base/str.h"

#define MAIL_ADDRESS_MAX 254 /* bytes */

bool mail_address_fine(str);
/* What stands behind the @ of an address that is fine. */
str mail_address_domain(str);

#endif
