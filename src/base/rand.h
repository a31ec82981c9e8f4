/* rand — bytes that nobody can guess, from the kernel. */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stddef.h>

void rand_bytes(void *, size_t); /* never fails; the process aborts instead */

#endif
