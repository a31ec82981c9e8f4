#!/bin/sh
# usage: bench/served.sh BUILD PLAIN
#
# A photo with session, permission, decryption and composition for its viewer,
# beside the same photo as a plain rendition: PLAIN is a build of the last
# version that served those.  Both servers stand side by side and are asked in
# turns; nginx with sendfile gives the plain file, as a yardstick of the machine.
# First one photo for all connections, as when an album has just appeared; then
# every photo in turn, so that hardly two connections read the same one.
. "$(dirname "$0")/house.sh"
plain_build=$(cd "${2:?usage: $0 BUILD PLAIN}" && pwd)

machine
house=$kept/composed
house_begin
house_settle
. "$work/ready"
ours="$base/m/$photo" ours_cookie=$cookie ours_ids=$ids
build=$plain_build port=$((port + 2)) house=$kept/plain
base=http://127.0.0.1:$port
house_begin "$work/plain"
. "$work/plain"
mkdir "$work/files"

# A file for wrk: the photos $1, at $2 px, one after the other.
in_turn() {
	cat >"$work/turn.lua" <<-LUA
	local ids, i = {$(echo $1 | tr ' ' ',')}, 0
	function request()
		i = i % #ids + 1
		return wrk.format("GET", "/m/" .. ids[i] .. "/$2")
	end
	LUA
}

printf '%-14s %4s %9s %9s %9s %8s %8s   %s\n' '' conn 'composed/s' 'plain/s' \
    'nginx/s' 'to plain' 'to nginx' 'rounds, to plain'
for side in 2048 1024 320; do
	curl -sf -H "Cookie: $cookie" -o "$work/files/$side.jpg" \
	    "$base/m/$photo/$side"
	bytes=$(curl -sf -H "Cookie: $ours_cookie" "$ours/$side" | wc -c)
	printf '# %s px: composed %s bytes, plain %s\n' $side "$bytes" \
	    "$(wc -c <"$work/files/$side.jpg")"
done
nginx_port=$((port + 1))
nginx_begin "$work/files"

# Ours and theirs in turns, one line: $1 what, $2 side, $3 connections.
line() {
	awk -v w="$1" -v s="$2" -v c="$3" -v a="$(median "$work/a")" \
	    -v b="$(median "$work/b")" -v n="$(median "$work/c")" \
	    -v r="$(median "$work/r")" \
	    -v all="$(tr '\n' ' ' <"$work/r")" 'BEGIN {
		printf "%-5s %-8s %4s %9.0f %9.0f %9.0f %8.2f %8.2f   %s\n",
		    w, s, c, a, b, n, r, a / n, all }'
}

for what in photo all; do
	for side in 2048 1024 320; do
		for c in 16 64; do
			: >"$work/a"; : >"$work/b"; : >"$work/c"; : >"$work/r"
			for i in $(seq "$rounds"); do
				[ $what = photo ] || in_turn "$ours_ids" $side
				a=$(per_second $c "$ours/$side" "$ours_cookie")
				[ $what = photo ] || in_turn "$ids" $side
				b=$(per_second $c "$base/m/$photo/$side" \
				    "$cookie")
				rm -f "$work/turn.lua"
				n=$(per_second $c \
				    "http://127.0.0.1:$nginx_port/$side.jpg")
				echo "$a" >>"$work/a"; echo "$b" >>"$work/b"
				echo "$n" >>"$work/c"
				echo "$a $b" | awk '{ printf "%.3f\n",
				    $1 / $2 }' >>"$work/r"
			done
			line $what $side $c
		done
	done
done
