#!/bin/sh
# usage: bench/intake.sh BUILD [FILE [ROUNDS]]
#
# One 12-megapixel JPEG to 2048, 1024 and 320 px: our intake and sharp's, in
# turns, each in one process from the same bytes.  Without FILE a picture is
# drawn.  Prints medians over the rounds, their ratio, and how near both come
# to the best that could be made.  sharp in four ways: each (three pipelines),
# together (the three at once, on all cores), clone (one input, three outputs),
# chain (the large one decoded once, the others from its pixels).
set -eu
build=$(cd "$1" && pwd) file=${2:-} rounds=${3:-5}
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

[ -d "$here/node_modules/sharp" ] ||
    (cd "$here" && npm ci --silent --no-audit --no-fund)
if [ -z "$file" ]; then
	file=$out/drawn.jpg
	"$build/src/draw/preau-draw" 4 7 4032 3024 2026-11-20T16:30:00 >"$file"
fi

# name: wall clock, processor time, of every round
for i in $(seq "$rounds"); do
	"$build/bench/intake/bench_intake" -o "$out/ours" "$file" 7 |
	    cut -d' ' -f1,2 >>"$out/ours"
	for way in each together clone chain; do
		node "$here/intake/sharp.mjs" "$file" 5 $way "$out/sharp" |
		    cut -d' ' -f1,2 >>"$out/$way"
	done
done

median() {
	cut -d' ' -f"$2" "$out/$1" | sort -n |
	    sed -n "$(((rounds + 1) / 2))p"
}
printf '%-10s %9s %9s %12s %12s\n' '' 'wall ms' 'cpu ms' 'ours/wall' 'ours/cpu'
for way in ours each together clone chain; do
	awk -v n=$way -v w="$(median $way 1)" -v c="$(median $way 2)" \
	    -v ow="$(median ours 1)" -v oc="$(median ours 2)" 'BEGIN {
		printf "%-10s %9.1f %9.1f %12.2f %12.2f\n", n, w, c, ow/w, oc/c
	}'
done
cd "$out"
"$build/bench/intake/intake_quality" "$file" ours-2048.jpg sharp-2048.jpg \
    ours-1024.jpg sharp-1024.jpg ours-320.jpg sharp-320.jpg
ls -l ours-*.jpg sharp-*.jpg | awk '{ print $NF, $5, "bytes" }'
