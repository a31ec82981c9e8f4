/*
 * log — one line per event on standard error, logfmt, for the operator.
 *
 * No personal datum ever: numbers of rows, never names, addresses or text
 * that somebody typed.  Library code does not log; handlers of errors do.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

void log_init(const char *role, enum log_level least);
void log_line(enum log_level, const char *fmt, ...) PRINTF(2, 3);
void log_err(enum log_level, const struct err *, const char *what);

#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warn(...) log_line(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)

#endif
