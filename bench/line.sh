#!/bin/sh
# usage: bench/line.sh BUILD     (SIDES='2048 1024', CONNECTIONS='16 64')
#
# A photo with the visible line under it beside the same photo without: one
# house, asked in turns, switched in between.  First one photo for all
# connections, then every photo in turn.
. "$(dirname "$0")/house.sh"

machine
house=$kept/composed
house_begin
house_settle
. "$work/ready"

switch() {
	sqlite3 "$house/data/preau.db" "UPDATE organisation SET lined = $1"
}
ask_all() {
	cat >"$work/turn.lua" <<-LUA
	local ids, i = {$(echo $ids | tr ' ' ',')}, 0
	function request()
		i = i % #ids + 1
		return wrk.format("GET", "/m/" .. ids[i] .. "/$1")
	end
	LUA
}
ask_photo() { rm -f "$work/turn.lua"; }

printf '%-14s %4s %9s %9s %8s   %s\n' '' conn 'line/s' 'none/s' 'to none' rounds
for what in photo all; do
	for side in ${SIDES:-2048 1024}; do
		ask_$what $side
		for c in ${CONNECTIONS:-16 64}; do
			: >"$work/a"; : >"$work/b"; : >"$work/r"
			for i in $(seq "$rounds"); do
				switch 1
				a=$(per_second $c "$base/m/$photo/$side" \
				    "$cookie")
				switch 0
				b=$(per_second $c "$base/m/$photo/$side" \
				    "$cookie")
				echo "$a" >>"$work/a"; echo "$b" >>"$work/b"
				echo "$a $b" | awk '{ printf "%.3f\n",
				    $1 / $2 }' >>"$work/r"
			done
			awk -v w=$what -v s=$side -v c=$c \
			    -v a="$(median "$work/a")" \
			    -v b="$(median "$work/b")" \
			    -v r="$(median "$work/r")" \
			    -v all="$(tr '\n' ' ' <"$work/r")" 'BEGIN {
				printf "%-5s %-8s %4s %9.0f %9.0f %8.2f   %s\n",
				    w, s, c, a, b, r, all }'
		done
	done
done
