/*
 * faces — where faces may be, as boxes on the upright picture.
 *
 * A helper for the person who boxes them, never a gate: it misses small,
 * turned, covered and dark faces (bench/faces says how many).  What comes out
 * are rectangles; nothing that could tell one face from another is computed.
 *
 * Method: histograms of oriented gradients under five linear filters (frontal,
 * two turned, two tilted; N. Dalal, B. Triggs, "Histograms of Oriented
 * Gradients for Human Detection", 2005; D. King, "Max-Margin Object
 * Detection", 2015), by dlib.
 */
#ifndef MEDIA_FACES_H
#define MEDIA_FACES_H

#include "ipc/media.h"

/* jpeg: a rendition of ours, upright; its size is what costs.  The first call
 * of a process also makes the detector; later ones reuse it.  A file that is no
 * good has its verdict in ret; false is our own failure. */
bool faces_look(str jpeg, struct media_looked *ret, struct err *) MUST_USE;

#endif
