#!/bin/sh
# usage: bench/busy.sh BUILD [COUNT]
#
# How long a family waits for a page, asked for every 50 ms, while 60 photos of
# 12 megapixels are sent and taken in on all processors.
. "$(dirname "$0")/house.sh"

machine
house_begin
"$build/src/draw/preau-draw" 4 7 4032 3024 2026-11-20T16:30:00 >"$work/12mp.jpg"
node "$bench/busy.mjs" $base "$work/logins.json" "$work/12mp.jpg" "${2:-60}"
