/*
 * icc — is this colour profile sRGB by another name?  Most are, and then
 * nothing has to be computed.
 */
#ifndef MEDIA_ICC_H
#define MEDIA_ICC_H

#include "base/str.h"

/* What the colours of a profile are numbers of. */
enum icc_space { ICC_NONE, ICC_RGB, ICC_GREY, ICC_CMYK, ICC_OTHER };

enum icc_space icc_space(str profile); /* ICC_NONE: not a profile */

/* True only when primaries and curve are sRGB's to the eye.  Not sure is
 * false: the colours are converted then, which is right too, but slower. */
bool icc_is_srgb(str profile);

#endif
