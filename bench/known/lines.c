/* lines N — as many PDQ hashes, a line each, that nobody has. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t
mix(uint64_t v)
{
	v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9u;
	v = (v ^ v >> 27) * 0x94d049bb133111ebu;
	return v ^ v >> 31;
}

int
main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	char line[65];

	line[64] = '\n';
	for (uint64_t i = 0; i < n; i++) {
		for (size_t k = 0; k < 64; k++)
			line[k] = "0123456789abcdef"[mix(4 * i + k / 16) >>
							 k % 16 * 4 &
						     15];
		if (fwrite(line, sizeof(line), 1, stdout) != 1)
			return EXIT_FAILURE;
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
