/* people — the team, the seasons, the families and their accounts. */
#ifndef DEMO_PEOPLE_H
#define DEMO_PEOPLE_H

#include "crypto/totp.h"
#include "people/deed.h"

/* All of it inside the caller's transaction. */
bool demo_people(const struct deed *, struct err *) MUST_USE;
void demo_totp(
    const struct house *, const char *login, uint8_t ret[TOTP_SECRET_BYTES]);

#endif
