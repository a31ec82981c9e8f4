/*
 * cosine — the cosine transform of the second kind, unscaled, of 32 or 64
 * values: twice the sum of v[k] cos(pi i (2k + 1) / 2n).
 *
 * By a real Fourier transform of radix 4 (FFTPACK, Swarztrauber 1982), with the
 * order of operations and the roundings of scipy's, so that what must cancel
 * cancels there and here alike.
 */
#ifndef HASH_COSINE_H
#define HASH_COSINE_H

#define COSINE_MAX 64

struct cosine {
	unsigned n;
	double turn[COSINE_MAX];               /* cos(pi (i + 1) / 2n) */
	double re[COSINE_MAX], im[COSINE_MAX]; /* exp(2 pi i / n) */
};

void cosine_init(struct cosine *, unsigned n);

#endif
