/* folders — a house where there is none yet: folders, master key, journal. */
#ifndef CLI_FOLDERS_H
#define CLI_FOLDERS_H

#include "cli/cli.h"

/* Makes what is missing, and opens; what is there is left as it is. */
bool open_fresh_house(struct cli *, struct house *ret, struct err *) MUST_USE;

#endif
