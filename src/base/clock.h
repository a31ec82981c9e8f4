/* clock — the two clocks of the house. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now(void); /* seconds since 1970, UTC; may be set back */
int64_t clock_ms(void);  /* monotonic milliseconds, for durations only */
/* Processor time of a process with all its threads, in milliseconds; -1: there
 * is none with that number, or it is not positive. */
int64_t clock_used_ms(int32_t pid);

#endif
