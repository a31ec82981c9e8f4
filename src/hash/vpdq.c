#include "hash/vpdq.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

#define FIELD_MAX 32 /* characters of a time */

int64_t
vpdq_step(double seconds, double fps)
{
	double step = seconds * fps;

	/* Also for what is not a number. */
	if (!(step >= 1))
		return 1;
	return step < (double)INT32_MAX ? (int64_t)step : INT32_MAX;
}

double
vpdq_seconds(int64_t number, double fps)
{
	return (double)((float)number / (float)fps);
}

void
vpdq_write_lines(const struct vpdq *q, struct buf *b)
{
	char hex[PDQ_HEX + 1];

	for (size_t i = 0; i < q->n; i++) {
		const struct vpdq_frame *f = &q->v[i];

		pdq_text(&f->hash, hex);
		buf_printf(b, "%" PRId64 ",%d,%s,%.3f\n", f->number, f->quality,
		    hex, f->seconds);
	}
}

/* Without the zeroes before `end`, of which those down to `keep` stay. */
static const char *
strip_zeroes(const char *keep, const char *end)
{
	while (end > keep && end[-1] == '0')
		end--;
	return end;
}

/* As Python's format(x, ".3"): a digit behind the point, or an exponent where
 * three digits leave no room for one. */
static void
write_three_digits(double x, struct buf *b)
{
	char text[FIELD_MAX];
	const char *e, *dot, *end;
	int exponent;

	(void)snprintf(text, sizeof(text), "%.2e", x);
	dot = strchr(text, '.');
	e = strchr(text, 'e');
	exponent = (e[2] - '0') * 10 + (e[3] - '0');
	exponent = e[1] == '-' ? -exponent : exponent;
	if (exponent < -4 || exponent >= 2) {
		end = strip_zeroes(dot, e);
		end -= end == dot + 1;
		buf_put(b, text, (size_t)(end - text));
		buf_put(b, e, strlen(e));
		return;
	}
	(void)snprintf(text, sizeof(text), "%.*f", 2 - exponent, x);
	dot = strchr(text, '.');
	end = strip_zeroes(dot + 2, text + strlen(text));
	buf_put(b, text, (size_t)(end - text));
}

void
vpdq_write_json(const struct vpdq *q, struct buf *b)
{
	char hex[PDQ_HEX + 1];

	buf_byte(b, '[');
	for (size_t i = 0; i < q->n; i++) {
		const struct vpdq_frame *f = &q->v[i];

		pdq_text(&f->hash, hex);
		buf_printf(
		    b, "%s\"%s,%d,", i == 0 ? "" : ", ", hex, f->quality);
		write_three_digits(f->seconds, b);
		buf_byte(b, '"');
	}
	buf_byte(b, ']');
}

static bool
read_seconds(str s, double *ret)
{
	char text[FIELD_MAX + 1] = {0}, *end;

	s = str_trim(s);
	if (s.n == 0 || s.n > FIELD_MAX)
		return false;
	memcpy(text, s.p, s.n);
	*ret = strtod(text, &end);
	return end == text + s.n && isfinite(*ret);
}

static bool
read_quality(str s, int *ret)
{
	int64_t n;

	if (!num_i64(str_trim(s), 0, 100, &n))
		return false;
	*ret = (int)n;
	return true;
}

/* number,quality,hash,seconds; more fields are let be. */
static bool
read_line(str s, struct vpdq_frame *ret)
{
	str number, quality, hash, seconds;

	if (!str_cut(&s, ',', &number) || !str_cut(&s, ',', &quality) ||
	    !str_cut(&s, ',', &hash))
		return false;
	(void)str_cut(&s, ',', &seconds);
	return num_i64(str_trim(number), 0, INT64_MAX, &ret->number) &&
	       read_quality(quality, &ret->quality) &&
	       pdq_parse(str_trim(hash), &ret->hash) &&
	       read_seconds(seconds, &ret->seconds);
}

/* hash,quality,seconds */
static bool
read_string(str s, struct vpdq_frame *ret)
{
	str hash, quality;

	ret->number = -1;
	if (!str_cut(&s, ',', &hash) || !str_cut(&s, ',', &quality))
		return false;
	return pdq_parse(str_trim(hash), &ret->hash) &&
	       read_quality(quality, &ret->quality) &&
	       read_seconds(s, &ret->seconds);
}

/* The next string of the JSON list, up to its closing quote. */
static bool
next_string(str *s, bool first, str *ret)
{
	*s = str_trim(*s);
	if (!first) {
		if (!str_starts(*s, S(",")))
			return false;
		*s = str_trim(str_sub(*s, 1, s->n));
	}
	if (!str_starts(*s, S("\"")))
		return false;
	*s = str_sub(*s, 1, s->n);
	return str_cut(s, '"', ret);
}

static size_t
count(str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

static bool
wrong_frame(const struct vpdq *q, struct err *e)
{
	return err_set(e, ERR_INPUT, "frame %zu is wrong", q->n + 1);
}

static bool
read_list(str s, struct vpdq *q, struct err *e)
{
	str item;

	s = str_trim(str_sub(s, 1, s.n));
	while (!str_starts(s, S("]"))) {
		if (!next_string(&s, q->n == 0, &item) ||
		    !read_string(item, &q->v[q->n]))
			return wrong_frame(q, e);
		q->n++;
		s = str_trim(s);
	}
	if (s.n != 1)
		return err_set(e, ERR_INPUT, "there is more after the list");
	return true;
}

static bool
read_lines(str s, struct vpdq *q, struct err *e)
{
	str line;

	while (s.n > 0) {
		(void)str_cut(&s, '\n', &line);
		if (!read_line(line, &q->v[q->n]))
			return wrong_frame(q, e);
		q->n++;
	}
	return true;
}

bool
vpdq_read(struct arena *a, str file, struct vpdq *ret, struct err *e)
{
	bool json = str_starts(str_trim(file), S("["));
	size_t most = json ? count(file, '"') / 2 : count(file, '\n') + 1;
	struct vpdq q = {0};

	if (most > VPDQ_FRAMES_MAX)
		return err_set(e, ERR_LIMIT, "over %d frames", VPDQ_FRAMES_MAX);
	if (file.n == 0 || most == 0)
		return err_set(e, ERR_INPUT, "no frames");
	q.v = NEW_N(a, struct vpdq_frame, most);
	if (q.v == NULL)
		return err_set(e, ERR_LIMIT, "%zu frames", most);
	if (json ? !read_list(str_trim(file), &q, e) : !read_lines(file, &q, e))
		return false;
	if (q.n == 0)
		return err_set(e, ERR_INPUT, "no frames");
	*ret = q;
	return true;
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct pdq_hash));
}

/* The hashes that count. */
struct kept {
	struct pdq_hash *v;
	size_t n;
};

static bool
keep(struct arena *a, const struct vpdq *q, int quality, bool once,
    struct kept *ret, struct err *e)
{
	size_t n = 0;

	*ret = (struct kept){.v = NEW_N(a, struct pdq_hash, q->n + 1)};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "%zu frames", q->n);
	for (size_t i = 0; i < q->n; i++)
		if (q->v[i].quality >= quality)
			ret->v[ret->n++] = q->v[i].hash;
	if (!once || ret->n == 0)
		return true;
	qsort(ret->v, ret->n, sizeof(*ret->v), by_hash);
	for (size_t i = 1; i < ret->n; i++)
		if (by_hash(&ret->v[i], &ret->v[n]) != 0)
			ret->v[++n] = ret->v[i];
	ret->n = n + 1;
	return true;
}

static double
percent_near(const struct kept *from, const struct kept *to, int distance)
{
	size_t near = 0;

	for (size_t i = 0; i < from->n; i++) {
		bool found = false;

		for (size_t j = 0; j < to->n && !found; j++)
			found =
			    pdq_distance(&from->v[i], &to->v[j]) <= distance;
		near += found;
	}
	return from->n == 0 ? 0 : (double)near * 100 / (double)from->n;
}

bool
vpdq_compare(struct arena *a, const struct vpdq *query,
    const struct vpdq *target, enum vpdq_rule rule, int distance, int quality,
    struct vpdq_match *ret, struct err *e)
{
	bool once = rule == VPDQ_PYTHON;
	int most = rule == VPDQ_BRUTE ? distance - 1 : distance;
	struct kept q, t;

	if (!keep(a, query, quality, once, &q, e) ||
	    !keep(a, target, quality, once, &t, e))
		return false;
	*ret = (struct vpdq_match){
	    q.n, t.n, percent_near(&q, &t, most), percent_near(&t, &q, most)};
	return true;
}
