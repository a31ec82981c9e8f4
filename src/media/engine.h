/* engine — libvips started, quietened, and shown one picture of each kind, so
 * that nothing has to be opened or loaded later, in the sandbox. */
#ifndef MEDIA_ENGINE_H
#define MEDIA_ENGINE_H

#include "base/err.h"

bool engine_init(struct err *) MUST_USE;

#endif
