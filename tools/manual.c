/*
 * manual PAGE.in — prints the page with @OPTIONS@ replaced by the table of
 * options, and @VERSION@ by the version, so that it cannot say otherwise than
 * the parser.
 */
#include "conf/conf.h"
#include "file.h"

static void
print_line(str line)
{
	str head;

	if (str_eq(line, S("@OPTIONS@"))) {
		conf_print_manual(stdout);
		return;
	}
	while (str_cut(&line, '@', &head)) {
		fwrite(head.p, 1, head.n, stdout);
		if (str_starts(line, S("VERSION@"))) {
			fputs(PREAU_VERSION, stdout);
			line = str_sub(line, 8, line.n);
		} else {
			putchar('@');
		}
	}
	if (head.n > 0)
		fwrite(head.p, 1, head.n, stdout);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf page = BUF_MAX(1u << 20);
	struct err e;
	str text, line;

	if (argc != 2) {
		fprintf(stderr, "usage: manual page.in\n");
		return 2;
	}
	if (!file_read(argv[1], &page, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	text = buf_view(&page);
	while (text.n > 0) {
		(void)str_cut(&text, '\n', &line);
		print_line(line);
	}
	return ferror(stdout) || fflush(stdout) != 0;
}
