/* case_bundle — `preau case verify BUNDLE.zip`: no house is needed. */
#ifndef CLI_CASE_BUNDLE_H
#define CLI_CASE_BUNDLE_H

#include "cli/cli.h"

/* Prints each thing that is wrong; ERR_CORRUPT when there is one. */
bool case_bundle_verify(struct cli *, const char *path, struct err *) MUST_USE;

#endif
