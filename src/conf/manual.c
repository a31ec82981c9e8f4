/* The options as a manual page has them. */
#include <inttypes.h>

#include "conf/conf.h"

/* A line that begins with a dot or quote, and every backslash, mean something
 * to roff; a dash would become a hyphen. */
static void
print_roff(const char *s, FILE *f)
{
	if (*s == '.' || *s == '\'')
		fputs("\\&", f);
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			fputs("\\e", f);
		else if (*s == '-')
			fputs("\\-", f);
		else
			fputc(*s, f);
	}
}

static void
print_option(const struct conf_option *o, FILE *f)
{
	fputs(".TP\n.B ", f);
	print_roff(o->name, f);
	fputc('\n', f);
	print_roff(o->what, f);
	fputc('\n', f);
	if (o->kind == CONF_NUMBER)
		fprintf(
		    f, "From %" PRId64 " to %" PRId64 ".\n", o->min, o->max);
	if (o->kind == CONF_CHOICE) {
		fputs("One of", f);
		for (int i = 0; o->choices[i] != NULL; i++) {
			fputs(i == 0 ? " " : ", ", f);
			print_roff(o->choices[i], f);
		}
		fputs(".\n", f);
	}
	if (o->fallback[0] != '\0') {
		fputs("Default: ", f);
		print_roff(o->fallback, f);
		fputs(".\n", f);
	} else {
		fputs("Default: empty.\n", f);
	}
}

void
conf_print_manual(FILE *f)
{
	for (size_t i = 0; i < conf_options_n; i++)
		print_option(&conf_options[i], f);
}
