#!/bin/sh
# commands.sh PREAU PAGE.in — the page with the table of commands in its place.
set -eu
version=$("$1" version | sed 's/.* //')
while IFS= read -r line; do
	case $line in
	@COMMANDS@) "$1" help --manual ;;
	*) printf '%s\n' "$line" | sed "s/@VERSION@/$version/" ;;
	esac
done <"$2"
