#include "match/line.h"

#include "base/num.h"
#include "hash/hash.h"
#include "hash/query.h"

static bool
read_turn(str word, const char **ret)
{
	for (int i = 0; i < PDQ_TURNS; i++)
		if (str_eq(word, str_c(pdq_turn_names[i]))) {
			*ret = pdq_turn_names[i];
			return true;
		}
	return false;
}

static bool
read_hypothesis(str word, const char **ret)
{
	enum query_hypothesis h;

	if (!query_of(word, &h))
		return false;
	*ret = query_names[h];
	return true;
}

static bool
read_pipeline(str word)
{
	enum pdq_pipeline pipeline;

	return pdq_pipeline_of(word, &pipeline);
}

/* "pdq", "pdq-file512", "pdq+unboxed@3000/rot90", "phash@2", "sha256": parted
 * from behind. */
static bool
read_kind(str word, struct match_line *ret)
{
	str turn = word, kind, frame, hypothesis, pipeline;
	bool turned = str_cut(&turn, '/', &kind), framed, supposed, piped;
	int64_t number;

	frame = kind;
	framed = str_cut(&frame, '@', &kind);
	hypothesis = kind;
	supposed = str_cut(&hypothesis, '+', &kind);
	pipeline = kind;
	piped = str_cut(&pipeline, '-', &kind);
	if (!hash_kind_of(kind, &ret->kind) ||
	    (framed && !num_i64(frame, 0, INT64_MAX, &number)))
		return false;
	if (ret->kind != HASH_PDQ)
		return !turned && !supposed && !piped;
	return (!turned || read_turn(turn, &ret->transform)) &&
	       (!supposed || read_hypothesis(hypothesis, &ret->hypothesis)) &&
	       (!piped || read_pipeline(pipeline));
}

/* Behind the name of a file, which may hold tabs itself. */
static bool
read_printed(str line, struct match_line *ret)
{
	str field[3];

	for (int i = 2; i >= 0; i--) {
		const char *tab = line.p == NULL || line.n == 0
				      ? NULL
				      : memrchr(line.p, '\t', line.n);

		if (tab == NULL)
			return false;
		field[i] = str_sub(line, (size_t)(tab - line.p) + 1, line.n);
		line.n = (size_t)(tab - line.p);
	}
	return read_kind(field[0], ret) &&
	       hash_value_parse(ret->kind, field[1], ret->value);
}

/* VALUE or hash=VALUE, and anything behind a comma. */
static bool
read_plain(str line, struct match_line *ret)
{
	str whole = line, value; /* PhotoDNA has commas of its own */

	(void)str_cut(&line, ',', &value);
	if (str_starts(value, S("hash=")))
		value = str_sub(value, 5, value.n);
	return hash_value_parse(ret->kind, value, ret->value) ||
	       hash_value_parse(ret->kind, whole, ret->value);
}

static bool
read_frame(str line, struct match_line *ret)
{
	str number, quality, value;
	int64_t n;

	return ret->kind == HASH_PDQ && str_cut(&line, ',', &number) &&
	       num_i64(number, 0, INT64_MAX, &n) &&
	       str_cut(&line, ',', &quality) && num_i64(quality, 0, 100, &n) &&
	       str_cut(&line, ',', &value) &&
	       hash_value_parse(ret->kind, value, ret->value);
}

bool
match_line_read(str line, enum hash_kind kind, struct match_line *ret)
{
	struct match_line l = {.kind = kind,
	    .transform = pdq_turn_names[PDQ_ORIGINAL],
	    .hypothesis = query_names[QUERY_AS_IS]};

	line = str_trim(line);
	if (memchr(line.p == NULL ? "" : line.p, '\t', line.n) != NULL) {
		if (!read_printed(line, &l))
			return false;
	} else if (!read_plain(line, &l) && !read_frame(line, &l)) {
		return false;
	}
	*ret = l;
	return true;
}
