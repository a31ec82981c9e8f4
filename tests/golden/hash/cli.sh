#!/bin/sh
# cli.sh PREAU DATA — « preau hash » prints what the tables say, and refuses
# what it does not decode.
set -eu
preau=$(realpath "$1")
data=$2
out=$(mktemp)
trap 'rm -f "$out"' EXIT
cd "$data"

tail -n +2 pdq.tsv | cut -f 1,5,6 | grep -E '^[^	]*\.p[gp]m	' |
awk -F '\t' '{ print $1 "\tpdq\t" $2 "\t" $3 }' > "$out"
cut -f 1 "$out" | xargs "$preau" hash | cmp - "$out"

first=$(head -n 1 "$out" | cut -f 1)
test "$("$preau" hash - < "$first" | cut -f 2-)" = \
	"$(head -n 1 "$out" | cut -f 2-)"
test "$("$preau" hash --dihedral "$first" | wc -l)" = 8
test "$("$preau" hash --hypotheses --dihedral pixels/size_64x64.ppm |
	grep -c '	pdq+padded[24]')" = 16
test "$("$preau" hash --alg sha256 README.md | cut -f 3)" = \
	"$(sha256sum README.md | cut -d ' ' -f 1)"
"$preau" hash --json "$first" | grep -q '^\[{"file":.*"quality":[0-9]*}\]$'

# What is not to be matched says why, beside the lines and in JSON.
"$preau" hash pixels/solid_grey.ppm 2>&1 >/dev/null |
	grep -q 'quality 0, not to be matched: the picture is of one colour'
"$preau" hash --json pixels/solid_grey.ppm | grep -q '"reason":"flat"'

# PhotoDNA is computed with a licensed library only: 66, and it says so.
code=0
"$preau" hash --alg photodna "$first" >/dev/null 2>"$out" || code=$?
test "$code" = 66
grep -q 'licensed library' "$out"

for wrong in 'hash README.md' 'hash --alg none README.md' \
	'hash --pipeline none README.md' 'hash none'; do
	# shellcheck disable=SC2086
	if "$preau" $wrong > /dev/null 2>&1; then
		echo "preau $wrong did not fail"
		exit 1
	fi
done
