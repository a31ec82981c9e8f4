#!/bin/sh
# usage: read.sh MAKE
#
# What the ZIP writer writes, read by another program: small; one whose last
# file begins behind 4 GB; one of more than 65,535 files.
set -eu
export LC_ALL=C.UTF-8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$1" "$work/small.zip" 1000 3
unzip -tq "$work/small.zip"
[ "$(unzip -Z1 "$work/small.zip" | tail -1)" = "Été/dernière.txt" ]
[ "$(unzip -Z1 "$work/small.zip" | wc -l)" -eq 4 ]
mkdir "$work/out"
TZ=UTC unzip -q "$work/small.zip" -d "$work/out"
[ "$(cat "$work/out/Été/dernière.txt")" = here ]
[ "$(stat -c %Y "$work/out/Été/0.bin")" -eq 1783866604 ]
# The last begins behind 4 GB: holes on the disk.
"$1" "$work/far.zip" 16777216 300
[ "$(stat -c %s "$work/far.zip")" -gt 4294967296 ]
[ "$(unzip -p "$work/far.zip" 'Été/dernière.txt')" = here ]
unzip -tq "$work/far.zip" 'Été/299.bin'
"$1" "$work/many.zip" 10 70000
[ "$(unzip -Z1 "$work/many.zip" | wc -l)" -eq 70001 ]
[ "$(unzip -p "$work/many.zip" 'Été/dernière.txt')" = here ]
