/* facefilters — what dlib's detector looks with, as its deserialize reads it
 * (tools/facefilters.cpp). */
#ifndef MEDIA_FACEFILTERS_H
#define MEDIA_FACEFILTERS_H

#include <cstddef>

extern const std::size_t face_filters_n;
extern const unsigned char face_filters[];

#endif
