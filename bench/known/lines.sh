#!/bin/sh
# usage: bench/known/lines.sh BUILD [LINES]
#
# A list of 100 million lines (or so many) is imported where no process may have
# more than 250 MB of addresses: the most that each process had resident, the
# time, and the room on the disk, of which a hundred million need 25 GB.
set -eu
export LC_ALL=C
build=$(cd "${1:?usage: $0 BUILD [LINES]}" && pwd)
lines=${2:-100000000}
work=$(mktemp -d "${TMPDIR:-/tmp}/preau-lines.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

preau() {
	"$build/preau" --set data="$work/data" \
	    --set master_key="$work/master.key" \
	    --set erasures="$work/erasures.log" "$@"
}

# The most that a process of this import had resident, second after second.
watch() {
	most=0 room=0
	while sleep 1; do
		for p in $(pgrep -f "$work/data" || :) \
		    $(pgrep -x preau-list-read || :); do
			now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' \
			    "/proc/$p/status" 2>/dev/null || :)
			[ "${now:-0}" -le "$most" ] || most=$now
		done
		used=$(du -sk "$work/data/lists" 2>/dev/null | cut -f1)
		[ "${used:-0}" -le "$room" ] || room=$used
		echo "most resident of a process: $((most / 1024)) MB," \
		    "most on the disk: $((room / 1024)) MB" >"$work/most"
	done
}

preau demo --photo-pixels 400 >/dev/null
preau list add lines --by 1 --format plain --kind pdq
watch &
watching=$!
begin=$(date +%s)
(
	ulimit -v 250000
	"$build/bench/known/bench_lines" "$lines" |
	    preau --json list import lines - --by 1
)
echo "$(($(date +%s) - begin)) s"
kill "$watching"
cat "$work/most"
