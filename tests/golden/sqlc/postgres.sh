#!/bin/sh
# The house's own statements are prepared by PostgreSQL too, in a cluster that
# lives as long as this test.  Skipped (77) where PostgreSQL is not installed.
# usage: postgres.sh SQLC SQL_FOLDER
set -eu
sqlc=$(realpath "$1") sql=$(realpath "$2")
bin=$(pg_config --bindir 2>/dev/null || :)
[ -n "$bin" ] || bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -x "$bin/initdb" ] || exit 77

work=$(mktemp -d)
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
	chown postgres "$work"
	as() { setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }
fi
end() {
	as "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || :
	rm -rf "$work"
}
trap end EXIT
cd "$work"

(cd "$sql" && "$sqlc" postgres "$work/all.sql" *.sql -- migrations/*.sql)
chmod 644 "$work/all.sql"
as "$bin/initdb" -D data -A trust -E UTF8 --locale=C -N >init.log 2>&1 ||
	{ cat init.log; exit 1; }
as "$bin/pg_ctl" -D data -w -l "$work/data/log" -o \
    "-c listen_addresses= -c unix_socket_directories=$work -c fsync=off" \
    start >init.log 2>&1 || { cat init.log data/log; exit 1; }
# Every fault is told, not only the first.
as "$bin/psql" -h "$work" -X -q -d postgres -f all.sql >said 2>&1 || :
if grep -q . said; then
	cat said
	grep -o 'all.sql:[0-9]*: ERROR' said | cut -d: -f2 | while read -r n; do
		head -n "$n" all.sql | grep '^-- ' | tail -1
	done
	exit 1
fi
echo "$(grep -c '^PREPARE' all.sql) statements prepared"
