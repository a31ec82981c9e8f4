#!/bin/sh
# usage: bench/growth.sh BUILD
#
# What a feed, an album and a permission cost as the house grows: 1,000 photos
# of 40 families beside 100,000 of 2,000.  First whole requests, as a client
# sees them, to two served houses in turns; then the functions alone, in
# microseconds of processor time, for a random family each time (feed.c).
. "$(dirname "$0")/house.sh"

machine
house_begin
kill "$serve_pid" && wait "$serve_pid" || :
serve_pid=''

# name photos families
grow() {
	house=$kept/$1
	[ -d "$house" ] && return
	mkdir "$house"
	cp -R "$kept/data" "$kept/erasures.log" "$house"
	sed "s/\$PHOTOS/$2/g; s/\$FAMILIES/$3/g; s/\$GROUPS/$(($3 / 20))/g
	    s/\$MOST/100000/g" "$bench/growth.sql" |
	    sqlite3 "$house/data/preau.db"
}
grow small 1000 40
house_begin "$work/small"
small=$base
grow large 100000 2000
port=$((port + 2))
base=http://127.0.0.1:$port
house_begin "$work/large"
large=$base

for h in small large; do
	. "$work/$h"
	walk_of "$ids" "$work/$h.lua"
done

row() { # name path [walk]
	: >"$work/a"; : >"$work/b"
	for i in $(seq "$rounds"); do
		. "$work/small"
		per_second 16 "$small$(eval echo "$2")" "$cookie" \
		    ${3:+"$work/small.lua"} >>"$work/a"
		. "$work/large"
		per_second 16 "$large$(eval echo "$2")" "$cookie" \
		    ${3:+"$work/large.lua"} >>"$work/b"
	done
	awk -v n="$1" -v a="$(median "$work/a")" -v b="$(median "$work/b")" \
	    'BEGIN { printf "%-24s %10.0f %10.0f %7.2f\n", n, a, b, a / b }'
}
printf '%-24s %10s %10s %7s\n' 'requests per second' 1,000 100,000 ratio
row 'feed' /
row 'album' '/album/$album'
row 'one thumbnail' '/m/$photo/320'
row 'thumbnails in turn' / walk

one() { # the second line: the first has warmed the caches
	"$build/tests/unit/sharing/feed_bench" "$1" "$2" 2000 | tail -1 |
	    awk '{ print $2 + $5, $10, $12 }'
}
for i in $(seq "$rounds"); do
	one 1008 40 >>"$work/few"
	one 100000 2000 >>"$work/many"
done
cost() { # name column
	for f in few many; do
		cut -d' ' -f"$2" "$work/$f" >"$work/$f.$2"
	done
	awk -v n="$1" -v a="$(median "$work/few.$2")" \
	    -v b="$(median "$work/many.$2")" \
	    'BEGIN { printf "%-24s %10.1f %10.1f %7.2f\n", n, a, b, b / a }'
}
printf '%-24s %10s %10s %7s\n' 'microseconds' 1,000 100,000 ratio
cost 'viewer and feed' 1
cost 'permission of a photo' 2
cost 'album of 24' 3
