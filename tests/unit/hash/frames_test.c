/* Which frames are 15 a second, as FFmpeg 5.1 took them of sixty videos:
 * frames.tsv has their times and the numbers of the frames that came out, which
 * were told apart by their pixels.  The first four are the golden videos. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash/frames.h"

#define LINE_MAX_BYTES 8192
#define OUTPUTS_MAX 1024

struct outputs {
	long v[OUTPUTS_MAX];
	size_t n;
};

static void
give(struct outputs *o, long frame, uint32_t times)
{
	for (uint32_t i = 0; i < times; i++) {
		assert_true(o->n < OUTPUTS_MAX);
		o->v[o->n++] = frame;
	}
}

static struct ratio
read_ratio(const char *s)
{
	char *end;
	int64_t num = strtol(s, &end, 10);

	assert_int_equal(*end, '/');
	return (struct ratio){num, strtol(end + 1, NULL, 10)};
}

/* « pts:duration » for each frame, between blanks. */
static void
pick(
    struct frames *f, struct ratio tick, const char *times, struct outputs *ret)
{
	long frame = 0;
	char *end;

	for (; *times != '\0'; times = end + (*end == ' '), frame++) {
		int64_t at = strtol(times, &end, 10);
		struct frames_pick p =
		    frames_add(f, tick, at, strtol(end + 1, &end, 10));

		give(ret, frame - 1, p.before);
		give(ret, frame, p.now);
	}
	give(ret, frame - 1, frames_end(f));
}

static void
check_line(char *line)
{
	char *column[6] = {0}, *end;
	struct outputs o = {.n = 0};
	struct frames f;
	size_t i = 0;

	line[strcspn(line, "\n")] = '\0';
	while (line != NULL && i < 6)
		column[i++] = strsep(&line, "\t");
	assert_int_equal(i, 6);
	frames_begin(&f, read_ratio(column[2]), *column[3] == '1');
	pick(&f, read_ratio(column[1]), column[4], &o);
	i = 0;
	for (char *s = column[5]; *s != '\0'; s = end + (*end == ' '), i++) {
		long want = strtol(s, &end, 10);

		if (i >= o.n || o.v[i] != want)
			fail_msg("%s: output %zu is not frame %ld", column[0],
			    i, want);
	}
	if (i != o.n)
		fail_msg("%s: %zu outputs, not %zu", column[0], o.n, i);
}

static void
the_frames_of_every_rate_are_those_of_the_rule(void **state)
{
	static char line[LINE_MAX_BYTES];
	FILE *in = fopen(FRAMES_TABLE, "re");
	size_t n = 0;

	(void)state;
	assert_non_null(in);
	assert_non_null(fgets(line, sizeof(line), in));
	for (; fgets(line, sizeof(line), in) != NULL; n++)
		check_line(line);
	fclose(in);
	assert_true(n >= 50);
}

static void
times_that_lie_give_no_more_than_an_hour(void **state)
{
	static const int64_t at[] = {
	    INT64_MAX, INT64_MAX, INT64_MIN, 1, INT64_MAX};
	static const struct ratio ticks[] = {
	    {INT64_MAX, 1}, {1, 1}, {0, 0}, {-1, -1}, {1, INT64_MAX}};

	(void)state;
	for (size_t t = 0; t < 5; t++) {
		struct frames f;

		frames_begin(&f, ticks[t], t % 2 == 0);
		for (size_t i = 0; i < 5; i++) {
			struct frames_pick p =
			    frames_add(&f, ticks[t], at[i], at[4 - i]);

			assert_true(p.before + p.now <= FRAMES_GAP_MAX);
		}
		assert_true(frames_end(&f) <= FRAMES_GAP_MAX);
	}
}

static void
thirty_a_second_begin_with_three_in_a_row(void **state)
{
	static const uint32_t want[] = {1, 1, 1, 1, 0, 1, 0, 1, 0, 1};
	struct frames f;

	(void)state;
	frames_begin(&f, (struct ratio){30, 1}, true);
	for (int64_t i = 0; i < 10; i++)
		assert_int_equal(
		    frames_add(&f, (struct ratio){1, 30}, i, 1).now, want[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_frames_of_every_rate_are_those_of_the_rule),
	    cmocka_unit_test(times_that_lie_give_no_more_than_an_hour),
	    cmocka_unit_test(thirty_a_second_begin_with_three_in_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
