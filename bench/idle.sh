#!/bin/sh
# usage: bench/idle.sh BUILD
#
# The proportional set size of all processes of an idle house, once the media
# processes have gone home; then how soon a media process is ready to decode.
more='--set media_idle_s=2'
. "$(dirname "$0")/house.sh"

machine
house_begin
. "$work/ready"
roles() { pgrep -P "$serve_pid"; }
for i in $(seq 100); do
	roles | xargs ps -o comm= -p | grep -q preau-media || break
	sleep 0.3
done
printf '%-14s %8s %8s\n' process 'Pss kB' 'own kB'
for pid in $serve_pid $(roles); do
	awk -v name="$(tr '\0' ' ' </proc/$pid/cmdline | cut -d' ' -f1,2 |
	    sed 's|.*/||; s| --set||')" '
	    /^Pss:/ { pss = $2 } /^Private_(Clean|Dirty):/ { own += $2 }
	    END { printf "%-14s %8d %8d\n", name, pss, own }' \
	    "/proc/$pid/smaps_rollup"
done | tee "$work/pss"
awk '{ s += $(NF - 1) } END { printf "%-14s %8d kB, bar 81920\n", "all", s }' \
    "$work/pss"
"$build/src/draw/preau-draw" 4 7 640 480 2026-11-20T16:30:00 >"$work/small.jpg"
node "$bench/warm.mjs" $base "$work/logins.json" "$work/small.jpg" 2 "$rounds"
