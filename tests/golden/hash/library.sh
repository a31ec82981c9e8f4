#!/bin/sh
# library.sh BUILD PROGRAM.c DATA EXPORTS — libpreau-hash as somebody
# else gets it: installed to an empty folder, found by pkg-config, compiled
# against, and with nothing exported but what the map says.
set -eu
build=$1
program=$2
data=$3
exports=$4
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
meson install -C "$build" --no-rebuild --quiet --destdir "$root" \
	--tags preau-hash,devel > /dev/null
pc=$(find "$root" -name preau-hash.pc)
test -n "$pc"
PKG_CONFIG_LIBDIR=$(dirname "$pc"):$(pkg-config --variable pc_path pkg-config)
PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
# shellcheck disable=SC2046
${CC:-cc} -std=gnu17 -Wall -Wextra -Werror -o "$root/program" "$program" \
	$(pkg-config --cflags --libs preau-hash)
lib=$(dirname "$(find "$root" -name 'libpreau-hash.so.0')")

row=$(tail -n +2 "$data/pdq.tsv" | cut -f 1,5,6 | grep -E '^[^	]*\.p[gp]m	' |
	head -n 1)
got=$(LD_LIBRARY_PATH=$lib "$root/program" < "$data/${row%%	*}")
test "$got" = "${row#*	}"

nm -D --defined-only "$lib/libpreau-hash.so.0" | awk '{ print $3 }' |
	sed 's/@.*//' | grep -v '^PREAU_HASH' | sort -u > "$root/exported"
sed -n 's/^	\([a-z0-9_]*\);$/\1/p' "$exports" | sort -u | diff - "$root/exported"
find "$root" -path '*preau-hash/hash/*.h' | while read -r header; do
	# shellcheck disable=SC2046
	${CC:-cc} -std=gnu17 -fsyntax-only -x c \
		$(pkg-config --cflags preau-hash) "$header"
done
test "$(readlink "$lib/libpreau-hash.so")" = libpreau-hash.so.0
test -n "$(find "$root" -name preau_hash.3)"
