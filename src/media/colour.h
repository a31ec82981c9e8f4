/* colour — planes of another RGB space to sRGB, by its profile. */
#ifndef MEDIA_COLOUR_H
#define MEDIA_COLOUR_H

#include "base/str.h"
#include "media/plane.h"

/* planes: three, chroma 1.  A profile that cannot be understood leaves the
 * colours as they are: better a little pale than refused. */
bool colour_to_srgb(struct planes *, str profile, struct err *) MUST_USE;

#endif
