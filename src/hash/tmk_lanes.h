/* tmk_lanes — the body of tmk_ops; the compiler makes the vectors.  LANES are
 * what is done side by side. */

static void
add(float *sum, const float *y, double factor)
{
	for (int k = 0; k < PDQ_BITS; k++)
		sum[k] = (float)((double)sum[k] + (double)y[k] * factor);
}

static float
dot(const float *a, const float *b)
{
	float part[LANES] = {0}, sum = 0;

	for (int k = 0; k < PDQ_BITS; k += LANES)
		for (int i = 0; i < LANES; i++)
			part[i] += a[k + i] * b[k + i];
	for (int i = 0; i < LANES; i++)
		sum += part[i];
	return sum;
}

/* Cosine and sine of j times the angle, each from the one before: c - (step c +
 * sine s), s - (step s - sine c). */
static float
best(const float *step, const float *sine, size_t n, const float *even,
    const float *odd)
{
	float most = -INFINITY;

	for (size_t at = 0; at < n; at += LANES) {
		size_t from = at + LANES <= n ? at : n - LANES;
		float c[LANES], s[LANES], sum[LANES];

		for (size_t i = 0; i < LANES; i++) {
			c[i] = 1;
			s[i] = 0;
			sum[i] = even[0];
		}
		for (int j = 1; j < TMK_WAVES; j++)
			for (size_t i = 0; i < LANES; i++) {
				float a = step[from + i], b = sine[from + i];
				float old = c[i];

				c[i] -= a * c[i] + b * s[i];
				s[i] -= a * s[i] - b * old;
				sum[i] += c[i] * even[j] + s[i] * odd[j];
			}
		for (size_t i = 0; i < LANES; i++)
			most = sum[i] > most ? sum[i] : most;
	}
	return most;
}
