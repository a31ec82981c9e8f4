#include "hash/tmk.h"

#include <math.h>
#include <string.h>

#include "hash/tmk_ops.h"

#define HEAD_BYTES 176 /* before the mean */
#define LIKE 1e-6f     /* two coefficients are the same */

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "files hold the memory's floats");

const int32_t tmk_periods[TMK_PERIODS] = {2731, 4391, 9767, 14653};

/* From modified Bessel functions: (I0(32) - e^-32) / (2 sinh 32), then
 * Ii(32) / sinh 32. */
static const float weights[TMK_WAVES] = {0.0708041893112f, 0.13937789309f,
    0.132897260304f, 0.122765735552f, 0.109878684888f, 0.09529606433f,
    0.0800986647852f, 0.0652590650356f, 0.0515478238322f, 0.0394851531195f,
    0.0293374252025f, 0.0211492623679f, 0.0147973073245f, 0.0100512818746f,
    0.0066306408014f, 0.00424947117334f, 0.0026467615764f, 0.00160270959695f,
    0.000943882629639f, 0.000540841638603f, 0.000301633183798f,
    0.000163800158855f, 8.66454753015e-05f, 4.46626303151e-05f,
    2.24429442235e-05f, 1.09982139799e-05f, 5.25823487999e-06f,
    2.45358229988e-06f, 1.11781474895e-06f, 4.97406489221e-07f,
    2.16265487234e-07f, 9.19087006565e-08f};

static const struct tmk_ops *
best(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return &tmk_ops_avx2;
#endif
	return &tmk_ops_plain;
}

/* In the order of the indices: its rounding is part of the hash. */
static float
dot(const float *a, const float *b)
{
	float sum = 0;

	for (int k = 0; k < PDQ_BITS; k++)
		sum += a[k] * b[k];
	return sum;
}

void
tmk_begin(struct tmk *t)
{
	memset(t, 0, sizeof(*t));
}

bool
tmk_add(struct tmk *t, const float frame[PDQ_BITS], struct err *e)
{
	const struct tmk_ops *ops = best();
	float norm = sqrtf(dot(frame, frame)), y[PDQ_BITS];

	if (t->frames == TMK_FRAMES_MAX)
		return err_set(e, ERR_LIMIT, "too many frames");
	for (int k = 0; k < PDQ_BITS; k++) {
		t->mean[k] += frame[k];
		y[k] = norm > 0 ? frame[k] / norm : frame[k];
	}
	for (int i = 0; i < TMK_PERIODS; i++) {
		for (int k = 0; k < PDQ_BITS; k++)
			t->cosine[i][0][k] += y[k];
		for (int j = 1; j < TMK_WAVES; j++) {
			double angle =
			    2 * M_PI * j * (double)t->frames / tmk_periods[i];

			ops->add(t->cosine[i][j], y, cos(angle));
			ops->add(t->sine[i][j], y, sin(angle));
		}
	}
	t->frames++;
	return true;
}

static void
scale(float *v, float weight)
{
	float norm = sqrtf(dot(v, v));

	for (int k = 0; k < PDQ_BITS; k++) {
		if (norm > 0)
			v[k] /= norm;
		v[k] *= weight;
	}
}

void
tmk_end(struct tmk *t)
{
	if (t->frames == 0)
		return;
	for (int k = 0; k < PDQ_BITS; k++)
		t->mean[k] /= (float)t->frames;
	for (int i = 0; i < TMK_PERIODS; i++)
		for (int j = 0; j < TMK_WAVES; j++) {
			scale(t->cosine[i][j], sqrtf(weights[j]));
			scale(t->sine[i][j], sqrtf(weights[j]));
		}
}

static void
write_head(int32_t frames, uint8_t ret[HEAD_BYTES])
{
	const int32_t numbers[] = {
	    TMK_FPS, TMK_PERIODS, TMK_WAVES, PDQ_BITS, frames};

	memcpy(ret, "TMK1FVECPDQF", 12);
	memcpy(ret + 12, numbers, sizeof(numbers));
	memcpy(ret + 32, tmk_periods, sizeof(tmk_periods));
	memcpy(ret + 48, weights, sizeof(weights));
}

void
tmk_write(const struct tmk *t, uint8_t ret[TMK_BYTES])
{
	uint8_t *p = ret + HEAD_BYTES;

	write_head((int32_t)t->frames, ret);
	memcpy(p, t->mean, sizeof(t->mean));
	p += sizeof(t->mean);
	memcpy(p, t->cosine, sizeof(t->cosine));
	p += sizeof(t->cosine);
	memcpy(p, t->sine, sizeof(t->sine));
}

static bool
weights_alike(const char *file)
{
	float w[TMK_WAVES];

	memcpy(w, file + 48, sizeof(w));
	for (int j = 0; j < TMK_WAVES; j++)
		if (!(fabsf(w[j] - weights[j]) <= LIKE * weights[j]))
			return false;
	return true;
}

/* All ones in the exponent is no number. */
static bool
all_finite(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i += sizeof(uint32_t)) {
		uint32_t bits;

		memcpy(&bits, p + i, sizeof(bits));
		if ((bits >> 23 & 0xff) == 0xff)
			return false;
	}
	return true;
}

bool
tmk_read(str file, struct tmk *ret, struct err *e)
{
	uint8_t head[HEAD_BYTES];
	int32_t frames;
	const char *p;

	if (file.n != TMK_BYTES)
		return err_set(e, ERR_INPUT,
		    "%zu bytes are no .tmk, which has "
		    "%d",
		    file.n, TMK_BYTES);
	memcpy(&frames, file.p + 28, sizeof(frames));
	write_head(frames, head);
	if (memcmp(head, file.p, 12) != 0)
		return err_set(e, ERR_INPUT, "not a .tmk of PDQF");
	if (frames < 0 || memcmp(head, file.p, 48) != 0 ||
	    !weights_alike(file.p))
		return err_set(e, ERR_INPUT, "a .tmk of other parameters");
	p = file.p + HEAD_BYTES;
	if (!all_finite(p, TMK_BYTES - HEAD_BYTES))
		return err_set(e, ERR_INPUT,
		    "a .tmk with values that are not "
		    "finite");
	ret->frames = frames;
	memcpy(ret->mean, p, sizeof(ret->mean));
	p += sizeof(ret->mean);
	memcpy(ret->cosine, p, sizeof(ret->cosine));
	p += sizeof(ret->cosine);
	memcpy(ret->sine, p, sizeof(ret->sine));
	return true;
}

void
tmk_turn(const struct tmk *t, enum pdq_turn turn, struct tmk *ret)
{
	ret->frames = t->frames;
	pdq_turn(t->mean, turn, ret->mean);
	for (int i = 0; i < TMK_PERIODS; i++)
		for (int j = 0; j < TMK_WAVES; j++) {
			pdq_turn(t->cosine[i][j], turn, ret->cosine[i][j]);
			pdq_turn(t->sine[i][j], turn, ret->sine[i][j]);
		}
}

float
tmk_level1(const struct tmk *a, const struct tmk *b)
{
	float norms =
	    sqrtf(dot(a->mean, a->mean)) * sqrtf(dot(b->mean, b->mean));
	float score = norms > 0 ? dot(a->mean, b->mean) / norms : 0;

	return isfinite(score) ? score : 0;
}

void
tmk_offsets_init(struct tmk_offsets *o, float *memory)
{
	size_t at = 0;

	*o = (struct tmk_offsets){memory, memory + TMK_OFFSETS, {0}};
	for (int i = 0; i < TMK_PERIODS; i++) {
		for (int32_t n = 0; n < tmk_periods[i]; n++, at++) {
			double angle = 2 * M_PI * n / tmk_periods[i];

			o->step[at] =
			    (float)(2 * sin(angle / 2) * sin(angle / 2));
			o->sine[at] = (float)sin(angle);
		}
		o->first[i + 1] = at;
	}
}

float
tmk_level2(
    const struct tmk_offsets *o, const struct tmk *a, const struct tmk *b)
{
	const struct tmk_ops *ops = best();
	float even[TMK_WAVES], odd[TMK_WAVES], top = 0, most = -INFINITY;

	for (int j = 0; j < TMK_WAVES; j++)
		top += (j == 0 ? 1 : 2) * weights[j];
	for (int i = 0; i < TMK_PERIODS; i++) {
		size_t first = o->first[i], n = o->first[i + 1] - first;
		float best_here;

		for (int j = 0; j < TMK_WAVES; j++) {
			even[j] = ops->dot(a->cosine[i][j], b->cosine[i][j]);
			odd[j] = 0;
			if (j == 0)
				continue;
			even[j] += ops->dot(a->sine[i][j], b->sine[i][j]);
			odd[j] = ops->dot(a->sine[i][j], b->cosine[i][j]) -
				 ops->dot(a->cosine[i][j], b->sine[i][j]);
		}
		best_here =
		    ops->best(o->step + first, o->sine + first, n, even, odd);
		most = best_here > most ? best_here : most;
	}
	return isfinite(most) ? most / top : 0;
}
