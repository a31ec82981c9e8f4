/*
 * facebox — what the detector of faces says, as a box that hides a head.
 */
#ifndef MEDIA_FACEBOX_H
#define MEDIA_FACEBOX_H

#include "ipc/media.h"
#include "media/facefind.h"

/* Below 0 finds more and invents more, see bench/faces. */
#define FACE_THRESHOLD (-0.2)

/* With the hair and the ears, in units of a picture so large.  False: nothing
 * of it is inside. */
bool facebox_units(const struct facefind_box *, uint32_t width, uint32_t height,
    struct media_face *ret);

#endif
