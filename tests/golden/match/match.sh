#!/bin/sh
# match.sh PREAU [DATA] — an index of db.txt asked with queries.txt answers
# expected.tsv, every pair within 63 bits and its distance.  Without DATA the
# whole reference set, in $PREAU_GOLDEN or beside the repository; 77,
# « skipped », when there is none.
set -eu
preau=$(realpath "$1")
data=${2:-${PREAU_GOLDEN:-$WHOLE_SET}/match}
[ -f "$data/expected.tsv" ] || { echo "no whole set"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tail -n +2 "$data/expected.tsv" | sort > "$work/want"
"$preau" match build "$data/db.txt" -o "$work/index" > "$work/built"
printf '%s\t%s\t0\n' "$data/db.txt" "$(wc -l < "$data/db.txt")" |
cmp - "$work/built"
"$preau" match query "$work/index" --distance 63 "$data/queries.txt" |
tee "$work/got" | cut -f 1-3 | sort | cmp - "$work/want"
test -z "$(cut -f 4 "$work/got" | grep -v '^original$')"

# The usual distance, and the same lines by standard input.
awk -F '\t' '$3 <= 31' "$work/want" > "$work/near"
"$preau" match query "$work/index" - < "$data/queries.txt" | cut -f 1-3 |
sort | cmp - "$work/near"
