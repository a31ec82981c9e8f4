#include "match/line.h"

#include "hash/hash.h"

/* "pdq", "pdq-file512", "pdq-hma/rot90", "sha256". */
static bool
read_kind(str word, struct match_line *ret)
{
	str kind, turn = word;
	bool turned = str_cut(&turn, '/', &kind);
	str base = kind, rest = kind;

	ret->transform = pdq_turn_names[PDQ_ORIGINAL];
	if (str_cut(&rest, '-', &base) && str_eq(base, S("pdq"))) {
		enum pdq_pipeline pipeline;

		if (!pdq_pipeline_of(rest, &pipeline))
			return false;
		kind = base;
	}
	if (!hash_kind_of(kind, &ret->kind))
		return false;
	if (!turned)
		return true;
	for (int i = 0; i < PDQ_TURNS; i++)
		if (str_eq(turn, str_c(pdq_turn_names[i]))) {
			ret->transform = pdq_turn_names[i];
			return ret->kind == HASH_PDQ;
		}
	return false;
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

bool
match_line_read(str line, enum hash_kind kind, struct match_line *ret)
{
	struct match_line l = {
	    .kind = kind, .transform = pdq_turn_names[PDQ_ORIGINAL]};
	str value;

	line = str_trim(line);
	if (memchr(line.p == NULL ? "" : line.p, '\t', line.n) != NULL) {
		if (!read_printed(line, &l))
			return false;
	} else {
		str whole = line; /* PhotoDNA has commas of its own */

		(void)str_cut(&line, ',', &value);
		if (str_starts(value, S("hash=")))
			value = str_sub(value, 5, value.n);
		if (!hash_value_parse(kind, value, l.value) &&
		    !hash_value_parse(kind, whole, l.value))
			return false;
	}
	*ret = l;
	return true;
}
