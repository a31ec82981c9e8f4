#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
const struct err_meaning err_meanings[ERR_KINDS] = {
	[ERR_NONE]	= { "none",	 200,  0, false },
	[ERR_INPUT]	= { "input",	 400, 65, false },
	[ERR_DENIED]	= { "denied",	 403, 77, false },
	[ERR_NOT_FOUND]	= { "not-found", 404, 66, false },
	[ERR_CONFLICT]	= { "conflict",	 409, 73, false },
	[ERR_LIMIT]	= { "limit",	 413, 69, false },
	[ERR_BUSY]	= { "busy",	 503, 75, true },
	[ERR_FULL]	= { "full",	 507, 74, true },
	[ERR_READ_ONLY]	= { "read-only", 507, 74, true },
	[ERR_IO]	= { "io",	 500, 74, true },
	[ERR_CORRUPT]	= { "corrupt",	 500, 70, false },
};
/* clang-format on */

enum err_kind
err_kind_of_errno(int sys)
{
	if (sys == ENOSPC || sys == EDQUOT)
		return ERR_FULL;
	if (sys == EROFS)
		return ERR_READ_ONLY;
	if (sys == EAGAIN || sys == EINTR)
		return ERR_BUSY;
	return ERR_IO;
}

/* After the n bytes that are there, as much of ": more" as fits. */
static void
append(struct err *e, int n, const char *more)
{
	size_t at = n < 0 ? 0 : (size_t)n;

	for (const char *p = ": "; *p != '\0' && at + 1 < sizeof(e->msg); p++)
		e->msg[at++] = *p;
	for (; *more != '\0' && at + 1 < sizeof(e->msg); more++)
		e->msg[at++] = *more;
	e->msg[at < sizeof(e->msg) ? at : sizeof(e->msg) - 1] = '\0';
}

void
err_set_(struct err *e, const char *where, enum err_kind kind, int sys,
    const char *fmt, ...)
{
	va_list ap;
	int n;

	*e = (struct err){.kind = kind, .sys = sys, .where = where};
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	if (sys != 0)
		append(e, n, strerror(sys));
}

void
err_wrap_(struct err *e, const char *fmt, ...)
{
	char inner[sizeof(e->msg)];
	va_list ap;
	int n;

	memcpy(inner, e->msg, sizeof(inner));
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	append(e, n, inner);
}
