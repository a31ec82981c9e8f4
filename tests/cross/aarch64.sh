#!/bin/sh
# aarch64.sh PRINTS SOURCE [PICTURES] — the loops of hashing and search give the
# same bits on a 64-bit ARM (NEON, by its compiler and an emulator) as each kind
# of loops does here.  PRINTS is tests/cross/prints of this machine, SOURCE the
# source's root.  Needs gcc-aarch64-linux-gnu and qemu-user-static.
set -eu
prints=$(realpath "$1") source=$2 pictures=${3:-250}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$source"
aarch64-linux-gnu-gcc -std=c17 -D_GNU_SOURCE -O3 -ffp-contract=off -static -Isrc \
	-o "$dir/prints" tests/cross/prints.c \
	src/hash/cosine.c src/hash/lanczos.c src/hash/pdq.c \
	src/hash/pdq_plain.c src/hash/phash.c src/hash/phash_org.c \
	src/hash/phash_plain.c src/hash/phash_plan.c src/hash/pixels.c src/hash/tmk.c \
	src/hash/tmk_plain.c src/match/scan.c src/match/scan_plain.c \
	src/base/arena.c src/base/err.c src/base/num.c src/base/buf.c \
	src/base/utf8.c -lm
# It is NEON that is compared, not its absence.
aarch64-linux-gnu-objdump -d "$dir/prints" | grep -Eq 'fmul[[:space:]]+v[0-9]+\.4s'
qemu-aarch64-static "$dir/prints" "$pictures" >"$dir/there"
"$prints" "$pictures" >"$dir/here"
cat "$dir/there" "$dir/here"
for what in pdq tmk small scan; do
	n=$(cat "$dir/there" "$dir/here" | awk -v w="$what" '$1 == w {print $3}' | sort -u | wc -l)
	test "$n" = 1 || { echo "$what: not the same bits"; exit 1; }
done
