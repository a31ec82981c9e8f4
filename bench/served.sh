#!/bin/sh
# usage: bench/served.sh BUILD PLAIN     (WHAT='all each': these rows alone)
#
# A photo with session, permission, decryption and composition for its viewer,
# beside the same photo as a plain rendition: PLAIN is a build of the last
# version that served those.  Both servers stand side by side and are asked in
# turns; nginx with sendfile gives the plain file, as a yardstick of the machine.
# First one photo for all connections, as when an album has just appeared; then
# every photo in turn, so that hardly two connections read the same one; then as
# many viewers as connections, each going through the album (all photos there
# are) in order from a place of its own.  The last rows are every photo in turn
# once more, of a house that keeps nothing opened.
. "$(dirname "$0")/house.sh"
plain_build=$(cd "${2:?usage: $0 BUILD PLAIN}" && pwd)

machine
house=$kept/composed
house_begin
house_settle
. "$work/ready"
ours="$base/m/$photo" ours_cookie=$cookie ours_ids=$ids
port=$((port + 4)) house=$kept/cold more='--set kept_photos_mb=0'
base=http://127.0.0.1:$port
house_begin "$work/cold"
house_settle
. "$work/cold"
cold="$base/m/$photo" cold_cookie=$cookie cold_ids=$ids
build=$plain_build port=$((port - 2)) house=$kept/plain more=''
base=http://127.0.0.1:$port
house_begin "$work/plain"
. "$work/plain"
mkdir "$work/files"

# Files for wrk of $3 connections: the photos $1, at $2 px, one after the other;
# or each viewer its own next one.
ask_all() {
	cat >"$work/turn.lua" <<-LUA
	local ids, i = {$(echo $1 | tr ' ' ',')}, 0
	function request()
		i = i % #ids + 1
		return wrk.format("GET", "/m/" .. ids[i] .. "/$2")
	end
	LUA
}
ask_each() {
	cat >"$work/turn.lua" <<-LUA
	local ids, who, at = {$(echo $1 | tr ' ' ',')}, 0, {}
	for v = 1, $3 do at[v] = math.floor((v - 1) * #ids / $3) end
	function request()
		who = who % $3 + 1
		at[who] = at[who] % #ids + 1
		return wrk.format("GET", "/m/" .. ids[at[who]] .. "/$2")
	end
	LUA
}
ask_photo() { rm -f "$work/turn.lua"; }
ask_cold() { ask_all "$@"; }

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

for what in ${WHAT:-photo all each cold}; do
	url=$ours with=$ours_cookie of=$ours_ids
	[ $what != cold ] || { url=$cold with=$cold_cookie of=$cold_ids; }
	for side in 2048 1024 320; do
		for c in 16 64; do
			: >"$work/a"; : >"$work/b"; : >"$work/c"; : >"$work/r"
			for i in $(seq "$rounds"); do
				ask_$what "$of" $side $c
				a=$(per_second $c "$url/$side" "$with")
				ask_$what "$ids" $side $c
				b=$(per_second $c "$base/m/$photo/$side" \
				    "$cookie")
				ask_photo
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
