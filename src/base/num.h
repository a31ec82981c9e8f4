/*
 * num — the only place where text becomes a number, always with a range; and
 * where a number becomes text.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdint.h>

#include "base/own.h"
#include "base/str.h"

/* Decimal, optional minus, nothing else around it.  False leaves *ret alone. */
bool num_i64(str s, int64_t min, int64_t max, int64_t *ret) MUST_USE;

/* 2n hexadecimal digits to n bytes. */
bool num_hex(str s, uint8_t *ret, size_t n) MUST_USE;

#define NUM_DIGITS 20

/* In decimal, at the end of room; a view of that. */
str num_digits(int64_t v, char room[NUM_DIGITS]);

#endif
