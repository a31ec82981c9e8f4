/*
 * origin — whether a form was sent from a page of ours, as a browser says it in
 * Origin (RFC 6454, 7): scheme, name and port, in small letters, without the
 * port that is the scheme's own.
 *
 * What is ours is the option url and nothing else: neither the Host that a
 * proxy put there, nor a name that somebody let point here.
 */
#ifndef WEB_ORIGIN_H
#define WEB_ORIGIN_H

#include <stdbool.h>

#include "base/str.h"

/* url: as conf.h has it. */
bool origin_is(str origin, str url);

#endif
