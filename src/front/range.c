#include "front/range.h"

#include "base/num.h"

#define FAR ((int64_t)1 << 50)

static enum range
suffix(str digits, uint64_t total, struct range_part *ret)
{
	int64_t n;

	if (!num_i64(digits, 0, FAR, &n))
		return RANGE_WHOLE;
	if (n == 0 || total == 0)
		return RANGE_NOWHERE;
	ret->n = (uint64_t)n < total ? (uint64_t)n : total;
	ret->first = total - ret->n;
	return RANGE_PART;
}

enum range
range_of(str s, uint64_t total, struct range_part *ret)
{
	int64_t first, last = FAR;
	str head;

	if (!str_starts(s, S("bytes=")))
		return RANGE_WHOLE;
	s = str_trim(str_sub(s, 6, s.n));
	if (!str_cut(&s, '-', &head))
		return RANGE_WHOLE;
	if (head.n == 0)
		return suffix(s, total, ret);
	if (!num_i64(head, 0, FAR, &first) ||
	    (s.n > 0 && !num_i64(s, 0, FAR, &last)) || last < first)
		return RANGE_WHOLE;
	if ((uint64_t)first >= total)
		return RANGE_NOWHERE;
	ret->first = (uint64_t)first;
	ret->n = total - ret->first;
	if ((uint64_t)last - ret->first < ret->n)
		ret->n = (uint64_t)last - ret->first + 1;
	return RANGE_PART;
}
