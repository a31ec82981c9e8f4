/*
 * target — where the notifications of one browser go: what its
 * PushSubscription says (w3.org/TR/push-api), given to us by a stranger's
 * program.
 *
 * The address is https, without a user, and of a push service that this house
 * knows (conf/services.h); the point lies on the curve; the secret has 16
 * bytes.  Both are base64url without filling.
 */
#ifndef PUSH_TARGET_H
#define PUSH_TARGET_H

#include "base/arena.h"
#include "conf/services.h"
#include "push/curve.h"

#define PUSH_ADDRESS_MAX 1000 /* bytes; the longest in use have 600 */
#define PUSH_AUTH_BYTES 16
#define PUSH_POINT_CHARS 87
#define PUSH_AUTH_CHARS 22

struct push_target {
	str address; /* a view of what was read */
	uint8_t point[CURVE_POINT_BYTES];
	uint8_t auth[PUSH_AUTH_BYTES];
};

/* ERR_INPUT: none; ERR_DENIED: of a service that nobody allowed. */
bool push_target_read(const struct conf_services *, str address, str point,
    str auth, struct push_target *ret, struct err *) MUST_USE;

/* As one text, to be kept; reads back what push_target_text wrote. */
str push_target_text(struct arena *, const struct push_target *);
bool push_target_of_text(const struct conf_services *, str,
    struct push_target *ret, struct err *) MUST_USE;

/* https://name[:port], the audience of RFC 8292; a view of the address. */
str push_target_origin(const struct push_target *);

/* base64url, no filling.  ret: PUSH_CHARS(n) of them, in the arena. */
#define PUSH_CHARS(n) (((n)*4 + 2) / 3)
str push_base64(struct arena *, const void *, size_t);

#endif
