/* An answer of the CyberTipline: refused, or with numbers and words that may be
 * kept; and whatever it says, the way of a report goes on from it soundly. */
#include "ncmec/step.h"
#include "ncmec/xsd.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
sound(const struct ncmec_answer *a)
{
	if (a->code < 0 || a->report_id < 0 ||
	    strlen(a->file_id) > NCMEC_FILE_ID_MAX ||
	    strlen(a->words) > NCMEC_WORDS_MAX)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ncmec_answer a;
	const char *lacks;
	struct err e;

	(void)ncmec_xsd_read((str){(const char *)p, n}, &lacks, &e);
	if (!ncmec_answer_read((str){(const char *)p, n}, &a, &e))
		return 0;
	sound(&a);
	for (int step = 0; step < NCMEC_STEPS; step++) {
		struct ncmec_run r = {.step = (enum ncmec_step)step,
		    .report_id = step > NCMEC_SUBMIT ? 7 : 0,
		    .begun_at = 1000};
		const struct ncmec_heard h = {
		    NCMEC_CAME, 200, 0, &a, "d41d8cd98f00b204e9800998ecf8427e"};

		ncmec_step(&r, &h, 1, 1000, 60);
		if (r.end == NCMEC_GOES_ON && r.step != NCMEC_SUBMIT &&
		    r.report_id == 0)
			__builtin_trap();
	}
	return 0;
}
