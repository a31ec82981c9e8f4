#!/bin/sh
# Installs the Debian packages named that are missing; through sudo if need be.
set -eu
missing=
for p in "$@"; do
	case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) in
	*" installed") ;;
	# NodeSource's nodejs and the like bring their own npm.
	*) [ "$p" = npm ] && command -v npm >/dev/null && continue
	   [ "$p" = nodejs ] && command -v node >/dev/null && continue
	   missing="$missing $p" ;;
	esac
done
[ -z "$missing" ] && exit 0
echo "Installing:$missing"
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
$sudo apt-get update -q
# shellcheck disable=SC2086
$sudo apt-get install -y -q --no-install-recommends $missing
