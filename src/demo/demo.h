/*
 * demo — « Les Tilleuls », an organisation to try the product with: families
 * of several kinds, a small team, albums of drawn pictures.
 *
 * Nothing here is a way around anything: the roster goes through the importer,
 * photos through the upload, rights through authority.  Passphrases are public
 * and second factors are derived from the master key, so that they can be
 * printed again; the organisation is for trying, never for a real centre.
 */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include "crypto/totp.h"
#include "house/house.h"

struct demo_login {
	str who; /* catalogue key: whose account, and what it shows */
	str login, pass;
	bool staff; /* has a second factor */
	uint8_t totp[TOTP_SECRET_BYTES];
};

struct demo_logins {
	struct demo_login *v;
	size_t n;
};

/* *ret_made is false when it is there already, whatever became of it. */
bool demo_make(struct house *, struct arena *, int64_t photos_px, int64_t now,
    bool *ret_made, struct err *) MUST_USE;
bool demo_logins(const struct house *, struct arena *, struct demo_logins *ret,
    struct err *) MUST_USE;

#endif
