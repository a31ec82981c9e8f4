/*
 * name — text that people typed, as part of the name of a file that opens on
 * every system: Windows, macOS, Android, an old FAT card.
 */
#ifndef ZIP_NAME_H
#define ZIP_NAME_H

#include "base/arena.h"

/*
 * Without control characters and < > : " / \ | ? *, each of which becomes a
 * dash; without dots and blanks at its ends; at most max code points.  What
 * is a device on Windows (CON, NUL, COM1 …) gets a low line in front.  "" when
 * nothing is left, or s is not UTF-8; {0}: the arena is full.
 */
str zip_name_part(struct arena *, str s, size_t max);

#endif
