#!/bin/sh
# usage: bench/publication.sh BUILD [FILE [ROUNDS]]
#
# One 12-megapixel JPEG from its bytes to what is stored, encrypted and synced:
# with plain renditions, with segmented ones, and with faces covered
# (bench/segment/bench_publication.c).  Without FILE a picture is drawn.
set -eu
build=$(cd "$1" && pwd) file=${2:-} rounds=${3:-9}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "$file" ]; then
	file=$work/drawn.jpg
	"$build/src/draw/preau-draw" 4 7 4032 3024 2026-11-20T16:30:00 >"$file"
fi
printf '# load %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
"$build/bench/segment/bench_publication" "$work" "$file" "$rounds"
