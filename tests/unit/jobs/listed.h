/* listed — lists of made-up values for tests, as if they had been imported. */
#ifndef TESTS_JOBS_LISTED_H
#define TESTS_JOBS_LISTED_H

#include "../sharing/village.h"

#define PDQ 32

/* The hash of a seed. */
void listed_value(uint8_t ret[PDQ], uint32_t seed);
/* A list of the values from a seed on, enabled; and another generation. */
void list_begins(struct village *, int64_t list, uint32_t from, uint32_t n);
/* A list of one video by its .tmk file, and of one picture by its PDQ. */
void list_of_video(struct village *, int64_t list, const uint8_t *tmk,
    const uint8_t picture[PDQ]);
void list_changes(struct village *, int64_t list, int64_t generation,
    uint32_t from, uint32_t n);

#endif
