/* joining — Arabic letters as they stand beside each other. */
#ifndef LINE_JOINING_H
#define LINE_JOINING_H

#include <stddef.h>
#include <stdint.h>

/* In the order of reading; each letter becomes the one of its four shapes
 * (Unicode, Arabic Presentation Forms) that its neighbours ask for, lam and
 * alef one.  Returns how many are left. */
size_t joining_shape(uint32_t *io, size_t n);

#endif
