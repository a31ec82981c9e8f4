#include "cli/match_input.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"

#define SAY_EVERY_MS 200
#define SAY_LINES 4096 /* between two looks at the clock */

bool
match_input_open(struct match_input *in, const char *name, enum hash_kind kind,
    struct err *e)
{
	struct stat st;

	*in = (struct match_input){.name = name, .kind = kind};
	in->file = strcmp(name, "-") == 0 ? fdopen(dup(STDIN_FILENO), "r")
					  : fopen(name, "re");
	if (in->file == NULL)
		return err_sys(e, "%s", name);
	if (fstat(fileno(in->file), &st) == 0 && S_ISREG(st.st_mode))
		in->bytes_all = (uint64_t)st.st_size;
	in->progress = isatty(STDERR_FILENO) != 0;
	in->said_ms = clock_ms();
	return true;
}

void
match_input_close(struct match_input *in)
{
	if (in->file != NULL)
		(void)fclose(in->file);
	in->file = NULL;
}

void
match_progress(int64_t *said_ms, const char *what, double part)
{
	int64_t now = clock_ms();

	if (now - *said_ms < SAY_EVERY_MS)
		return;
	*said_ms = now;
	if (part < 0)
		fprintf(stderr, "\r%s\033[K", what);
	else
		fprintf(stderr, "\r%s  %.0f %%\033[K", what, part * 100);
	fflush(stderr);
}

static void
say_progress(struct match_input *in)
{
	double part = -1;

	if (!in->progress || in->lines % SAY_LINES != 0)
		return;
	if (in->bytes_all > 0)
		part = (double)in->bytes / (double)in->bytes_all;
	match_progress(&in->said_ms, in->name, part);
}

/* The line without its end; *ret_long: it had more than the buffer holds. */
static bool
read_line(struct match_input *in, str *ret, bool *ret_long)
{
	int c = 0;

	*ret_long = false;
	if (fgets(in->line, sizeof(in->line), in->file) == NULL)
		return false;
	*ret = str_c(in->line);
	in->bytes += ret->n;
	if (ret->n > 0 && ret->p[ret->n - 1] == '\n') {
		ret->n--;
		return true;
	}
	while (c != '\n' && (c = getc(in->file)) != EOF) {
		in->bytes++;
		*ret_long = *ret_long || c != '\n';
	}
	return true;
}

bool
match_input_next(struct match_input *in, struct match_line *ret,
    uint64_t *ret_number, bool *ret_more, struct err *e)
{
	str line;
	bool too_long;

	while (read_line(in, &line, &too_long)) {
		uint64_t number = in->lines++;

		say_progress(in);
		if (!too_long && match_line_read(line, in->kind, ret)) {
			*ret_number = number;
			*ret_more = true;
			return true;
		}
		if (!too_long && str_trim(line).n == 0)
			continue;
		if (in->wrong++ == 0)
			in->first_wrong = in->lines;
	}
	if (ferror(in->file))
		return err_sys(e, "%s", in->name);
	*ret_more = false;
	return true;
}

void
match_input_report(const struct match_input *in)
{
	if (in->progress)
		fprintf(stderr, "\r\033[K");
	if (in->wrong > 0)
		fprintf(stderr,
		    "preau: %s: %llu lines are no hashes, the first is line "
		    "%llu\n",
		    in->name, (unsigned long long)in->wrong,
		    (unsigned long long)in->first_wrong);
}
