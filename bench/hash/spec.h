/*
 * spec — PDQ as its description reads, one line after the other, in plain
 * scalar C: what src/hash is measured against and compared with.  It shares no
 * code with it.
 */
#ifndef BENCH_HASH_SPEC_H
#define BENCH_HASH_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* rgb: width * height * channels bytes.  Two buffers of width * height floats
 * are the caller's.  ret_hex has 65 places. */
void spec_pdq(const uint8_t *rgb, uint32_t width, uint32_t height,
    uint32_t channels, bool shortcut, float *one, float *two,
    float ret_transform[256], char *ret_hex, int *ret_quality);

#endif
