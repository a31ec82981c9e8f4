/* yard_scan — the plainest fast scan there is, as the yardstick of a search. */
#ifndef BENCH_YARD_SCAN_H
#define BENCH_YARD_SCAN_H

#include <stddef.h>
#include <stdint.h>

/* Rows of 32 bytes within 31 bits of the query, all 256 bits compared. */
typedef size_t yard_scan(const uint64_t *rows, size_t n, const uint64_t *query);

/* With VPOPCNTDQ; NULL where the processor has none. */
yard_scan *yard_scan_best(void);

#endif
