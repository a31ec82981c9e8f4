/* A .tmk that was read is written the same but for its coefficients, which may
 * differ a little; its scores are numbers.  The input is laid over a good file,
 * at the place its first three bytes say, or stands alone when it is long. */
#include "hash/tmk.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct tmk video, read_again;
static uint8_t good[TMK_BYTES], file[TMK_BYTES], written[TMK_BYTES];

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
make_file(void)
{
	float frame[PDQ_BITS];
	struct err e;

	tmk_begin(&video);
	for (int k = 0; k < PDQ_BITS; k++)
		frame[k] = (float)(k % 17);
	must(tmk_add(&video, frame, &e));
	tmk_end(&video);
	tmk_write(&video, good);
}

static void
check(str s, bool thoroughly)
{
	static float memory[2 * TMK_OFFSETS];
	static struct tmk_offsets offsets;
	struct err e;

	if (offsets.step == NULL)
		tmk_offsets_init(&offsets, memory);
	if (!tmk_read(s, &read_again, &e))
		return;
	tmk_write(&read_again, written);
	must(memcmp(written, s.p, 48) == 0);
	must(memcmp(written + 176, s.p + 176, TMK_BYTES - 176) == 0);
	must(isfinite(tmk_level1(&read_again, &video)));
	must(
	    !thoroughly || isfinite(tmk_level2(&offsets, &read_again, &video)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t at, n;

	if (size < 3)
		return 0;
	if (video.frames == 0)
		make_file();
	check((str){(const char *)data, size}, false);
	memcpy(file, good, sizeof(file));
	at = ((size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2]) %
	     TMK_BYTES;
	n = size - 3 < TMK_BYTES - at ? size - 3 : TMK_BYTES - at;
	memcpy(file + at, data + 3, n);
	/* Level 2 takes its time: for some places. */
	check((str){(const char *)file, TMK_BYTES}, data[2] % 64 == 63);
	return 0;
}
