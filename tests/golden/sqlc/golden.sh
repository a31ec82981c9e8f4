#!/bin/sh
# The generator's output, letter by letter, and everything that it refuses.
# usage: golden.sh SQLC FOLDER [--accept]
set -eu
sqlc=$(realpath "$1") here=$(realpath "$2") accept=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
schema=$here/0001_sample.sql
failed=0

cp "$here/sample.sql" "$schema" "$work"
"$sqlc" tables "$work" "$work/sample.sql" -- "$schema"
"$sqlc" migrations "$work/migrations.c" "$schema"
(cd "$work" &&
    "$sqlc" postgres postgres.sql sample.sql -- 0001_sample.sql)
for f in sql_sample.h sql_sample.c migrations.c postgres.sql; do
	if [ -n "$accept" ]; then
		cp "$work/$f" "$here/$f.txt"
	fi
	diff -u "$here/$f.txt" "$work/$f" || failed=1
done

awk -v dir="$work" '
	/^== / { n++; print substr($0, 4) > (dir "/" n ".title"); next }
	n == 0 || /^$/ { next }
	/^=> / { print "wrong.sql:" substr($0, 4) > (dir "/" n ".want"); next }
	{ print > (dir "/" n ".sql") }
	END { print n > (dir "/count") }
' "$here/wrong.txt"
i=1
while [ "$i" -le "$(cat "$work/count")" ]; do
	mv "$work/$i.sql" "$work/wrong.sql"
	if (cd "$work" && "$sqlc" tables . wrong.sql -- "$schema") \
	    2>"$work/said"; then
		echo "taken as right: $(cat "$work/$i.title")"
		failed=1
	fi
	grep -v '^sqlc: ' "$work/said" >"$work/got" || :
	if ! diff -u "$work/$i.want" "$work/got"; then
		echo "in: $(cat "$work/$i.title")"
		failed=1
	fi
	if [ -e "$work/sql_wrong.h" ] || [ -e "$work/sql_wrong.c" ]; then
		echo "something was written: $(cat "$work/$i.title")"
		failed=1
		rm -f "$work/sql_wrong.h" "$work/sql_wrong.c"
	fi
	i=$((i + 1))
done

# Migrations have their own: a gap in the numbers, an error with its line.
printf 'CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;\n\nCREATE TBLE b (c);\n' \
    >"$work/0001_bad.sql"
cp "$schema" "$work/0002_late.sql"
for bad in 0001_bad.sql:3 0002_late.sql:1; do
	if "$sqlc" migrations "$work/out.c" "$work/${bad%:*}" 2>"$work/said" ||
	    ! grep -q "/$bad: " "$work/said"; then
		echo "migration ${bad%:*}: expected a fault at $bad"
		cat "$work/said"
		failed=1
	fi
done
exit $failed
