#!/bin/sh
# cli.sh PREAU DATA HASHDATA — « preau hash » on the files that people have, and
# « preau hash video », give what the reference programs give, through the
# jail; with the whole set in $PREAU_GOLDEN or beside the repository, on all
# its videos.
set -eu
preau=$(realpath "$1")
data=$(realpath "$2")
reference=$(realpath "$3")
whole=${PREAU_GOLDEN:-$4}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

fail() {
	echo "$*"
	exit 1
}

cd "$data"
tail -n +2 pdq.tsv | awk -F '\t' '{ print $29 "\tpdq\t" $5 "\t" $6 }' \
	> "$out/want"
cut -f 1 "$out/want" | xargs "$preau" hash | cmp - "$out/want"
test "$("$preau" hash --alg all --dihedral encoded/fmt_webp.webp | wc -l)" = \
	$((8 + 10 + 3)) || fail "not every hash of a WebP"
test "$("$preau" hash --pipeline file512 encoded/fmt_rgb.png | cut -f 2,3)" = \
	"$(grep -F encoded/fmt_rgb.png pdq.tsv | cut -f 15 |
	    sed 's/^/pdq-file512\t/')" || fail "file512 differs"
head -c 3000 encoded/fmt_baseline.jpg > "$out/cut.jpg"
if "$preau" hash "$out/cut.jpg" 2> "$out/why"; then
	fail "half a JPEG has a hash"
fi
grep -q 'cut short' "$out/why" || fail "no reason: $(cat "$out/why")"

# videos FOLDER REFERENCE
videos() {
	for video in "$1"/*; do
		name=$(basename "${video%.*}")
		"$preau" hash video --alg tmk --out "$out/tmk" "$video"
		cmp "$out/tmk" "$2/tmk/$name.tmk"
		for every in 0 0.5 1; do
			"$preau" hash video --alg vpdq --every $every "$video" |
			    cmp - "$2/vpdq/$name.r$every.txt"
		done
	done
}
videos videos "$reference"
if [ -d "$whole/videos" ]; then
	videos "$whole/videos" "$whole"
fi

"$preau" hash video --json --alg vpdq --out "$out/lines" videos/v1_pan.mp4 |
	grep -q '"kind":"vpdq","frames":[0-9]*,"hashed":[0-9]*,"broken":0}' ||
	fail "no JSON of a video"
cmp "$out/lines" "$reference/vpdq/v1_pan.r1.txt"
for wrong in 'video --alg tmk README.md' 'video --alg none videos/v1_pan.mp4' \
	'video --alg tmk none' 'video --alg vpdq --every -1 videos/v1_pan.mp4'
do
	# shellcheck disable=SC2086
	if "$preau" hash $wrong > /dev/null 2>&1; then
		fail "preau hash $wrong did not fail"
	fi
done
