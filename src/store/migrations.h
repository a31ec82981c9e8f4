/*
 * migrations — the schema's history, compiled in.
 *
 * The build makes the table from sql/migrations/NNNN_what.sql; the numbers
 * start at 1 and leave no gap.  A database keeps the number of the last one
 * that it has seen in PRAGMA user_version.
 */
#ifndef STORE_MIGRATIONS_H
#define STORE_MIGRATIONS_H

struct migration {
	int number;
	const char *name;
	const char *sql;
};

extern const struct migration migrations[];
extern const int migrations_n;

#endif
