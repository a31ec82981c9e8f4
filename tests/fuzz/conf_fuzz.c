/* A file of options: what is accepted prints and reads back the same. */
#include <stdlib.h>

#include "conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct conf c, back;
	struct err e;
	char *text = NULL;
	size_t len = 0;
	FILE *f;

	conf_defaults(&c);
	back = c;
	if (!conf_parse((str){(const char *)p, n}, &c, &e)) {
		if (memcmp(&c, &back, sizeof(c)) != 0)
			__builtin_trap();
		return 0;
	}
	f = open_memstream(&text, &len);
	if (f == NULL)
		return 0;
	conf_print(&c, f);
	(void)fclose(f);
	if (!conf_parse((str){text, len}, &back, &e) ||
	    memcmp(&c, &back, sizeof(c)) != 0)
		__builtin_trap();
	free(text);
	return 0;
}
