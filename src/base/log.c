#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

static struct {
	const char *role;
	enum log_level least;
} state = { "preau", LOG_LEVEL_INFO };

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void
log_init(const char *role, enum log_level least)
{
	state.role = role;
	state.least = least;
}

/* One write(2) per line: lines of several processes never mix.  Control
 * bytes become '?': a message cannot forge a second line. */
void
log_line(enum log_level level, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int head, n;

	if (level < state.least)
		return;
	head = snprintf(line, sizeof(line), "time=%lld level=%s role=%s ",
	    (long long)clock_now(), level_names[level], state.role);
	va_start(ap, fmt);
	n = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	n += head;
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	for (int i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	(void)!write(STDERR_FILENO, line, (size_t)n);
}

void
log_err(enum log_level level, const struct err *e, const char *what)
{
	log_line(level, "what=%s kind=%s where=%s msg=\"%s\"", what,
	    err_meanings[e->kind].name, e->where == NULL ? "-" : e->where,
	    e->msg);
}
