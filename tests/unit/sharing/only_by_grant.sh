#!/bin/sh
# Nobody gets at the bytes of a photo but by a grant: which object files may
# refer to what opens a blob, unwraps its key, or reads that key from a row.
# Usage: only_by_grant.sh <library> …
set -eu

allowed() {
	case "$1" in
	blob_key_unwrap) echo "permit pieces intake check" ;;
	blob_open) echo "permit intake check make" ;;
	grant_open_blob) echo "medium memories" ;;
	sql_permit_medium) echo "permit" ;;
	sql_medium_to_take) echo "intake" ;;
	# Keys that are no blob's: of an organisation, of a child.
	key_unwrap) echo "blob_key house child check" ;;
	esac
}

watched="blob_key_unwrap blob_open grant_open_blob sql_permit_medium
	sql_medium_to_take key_unwrap"
bad=0 seen=0
for lib in "$@"; do
	for symbol in $watched; do
		objects=$(nm -A --undefined-only "$lib" |
			sed -n "s/^.*[:\/]\([A-Za-z0-9_.-]*\)\.c\.o: *U $symbol\$/\1/p")
		for object in $objects; do
			seen=$((seen + 1))
			case " $(allowed "$symbol") " in
			*" $object "*) ;;
			*)
				echo "$lib: $object.c refers to $symbol" >&2
				bad=1
				;;
			esac
		done
	done
done
# A test that finds nothing at all looked in the wrong place.
[ "$seen" -ge 4 ] || { echo "only $seen references found" >&2; exit 1; }
exit "$bad"
