#!/bin/sh
# Nobody gets at the bytes of a photo but by a grant: which object files may
# refer to what opens a blob, unwraps its key, or reads that key from a row.
# Usage: only_by_grant.sh <build folder> <library> …
# The objects of the programs themselves are in the folder's preau*.p.
set -eu

allowed() {
	case "$1" in
	blob_key_unwrap) echo "permit_grant pieces intake check" ;;
	blob_open) echo "permit_grant intake check make sheaf parcels" ;;
	grant_open_blob) echo "medium memories document safe_bundle" ;;
	sql_permit_medium) echo "permit" ;;
	sql_medium_to_take) echo "intake" ;;
	# Keys that are no blob's: of an organisation, of a child.
	key_unwrap) echo "blob_key house child check parcels" ;;
	esac
}

watched="blob_key_unwrap blob_open grant_open_blob sql_permit_medium
	sql_medium_to_take key_unwrap"
folder=$1
shift
set -- "$folder"/preau*.p/*.o "$@"
[ -e "$1" ] || { echo "no program in $folder" >&2; exit 1; }
referred=$(nm -A --undefined-only "$@" |
	sed -n 's/^.*[:\/]\([A-Za-z0-9_.-]*\)\.c\.o: *U \(.*\)$/\1 \2/p')
bad=0 seen=0
for symbol in $watched; do
	for object in $(echo "$referred" | sed -n "s/ $symbol\$//p"); do
		seen=$((seen + 1))
		case " $(allowed "$symbol") " in
		*" $object "*) ;;
		*)
			echo "$object.c refers to $symbol" >&2
			bad=1
			;;
		esac
	done
done
# A test that finds nothing at all looked in the wrong place.
[ "$seen" -ge 4 ] || { echo "only $seen references found" >&2; exit 1; }
exit "$bad"
