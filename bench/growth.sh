#!/bin/sh
# usage: bench/growth.sh BUILD
#
# What a feed, an album and a permission cost as the house grows: 1,000 photos
# of 40 families beside 100,000 of 2,000.  First whole requests, as a client
# sees them, to two served houses in turns, each request from a random family
# for a random album or photo of one of its groups; a permission is a thumbnail
# that the browser has already and asks for again (If-None-Match), so that the
# decision is all there is.  Then the functions alone, in microseconds of
# processor time (feed.c).
. "$(dirname "$0")/house.sh"

machine
house_begin
kill "$serve_pid" && wait "$serve_pid" || :
serve_pid=''

# name photos families
grow() {
	house=$kept/$1
	if [ ! -d "$house" ]; then
		mkdir "$house"
		cp -R "$kept/data" "$kept/erasures.log" "$house"
		sed "s/\$PHOTOS/$2/g; s/\$FAMILIES/$3/g
		    s/\$GROUPS/$(($3 / 20))/g; s/\$MOST/100000/g" \
		    "$bench/growth.sql" | sqlite3 "$house/data/preau.db"
	fi
	"$build/bench/bench_sessions" "$house/data" "$kept/keys/master.key" \
	    10000 >"$work/$1.tokens"
}
grow small 1000 40
house_begin "$work/small"
small=$base
grow large 100000 2000
port=$((port + 2))
base=http://127.0.0.1:$port
house_begin "$work/large"
large=$base

# house photos families url: a walk for wrk, see growth.sql for who is where.
walk() {
	. "$work/$1"
	name=$(echo "$cookie" | sed -E 's/.*( |^)([^=; ]+)=[0-9a-f]{64}.*/\2/')
	status=$(curl -s -o /dev/null -w '%{http_code}' "$4" \
	    -H "Cookie: $name=$(head -1 "$work/$1.tokens")")
	[ "$status" = 200 ] || { echo "a family gets $status" >&2; exit 1; }
	cat >"$work/$1.lua" <<-LUA
	local families, groups, posts = {}, $(($3 / 20)), $(($2 / 24))
	for token in io.lines("$work/$1.tokens") do
		families[#families + 1] = "$name=" .. token
	end
	local what = os.getenv("WHAT")
	math.randomseed(1)
	request = function()
		local i = math.random(#families)
		local group = (10000 + 2 * (i - 1) + math.random(0, 1)) % groups
		local first = (group - 1000) % groups
		local post = first + groups *
		    math.random(0, math.floor((posts - 1 - first) / groups))
		local head = { Cookie = families[i] }
		local path = "/"
		if what == "album" then
			path = "/album/" .. 1000 + post
		elseif what == "permission" then
			path = "/m/" .. 10000 + 24 * post + math.random(0, 23) ..
			    "/320"
			head["If-None-Match"] = "*"
		end
		return wrk.format("GET", path, head)
	end
	LUA
}
walk small 1000 40 "$small"
walk large 100000 2000 "$large"

# Once a minute the use of a session is written down: not while we measure.
per_second_of() { # house url: of $WHAT, from many families
	sqlite3 -cmd '.timeout 5000' "$kept/$1/data/preau.db" \
	    'UPDATE session SET seen_at = unixepoch()'
	wrk -t1 -c16 -d"$seconds"s -s "$work/$1.lua" "$2" >"$work/wrk"
	if grep -q 'Non-2xx\|Socket errors' "$work/wrk"; then
		cat "$work/wrk" >&2
		exit 1
	fi
	awk '/^Requests\/sec/ { print $2 }' "$work/wrk"
}

row() { # what
	export WHAT=$1
	: >"$work/a"; : >"$work/b"; : >"$work/ratio"
	for i in $(seq "$rounds"); do
		a=$(per_second_of small "$small")
		b=$(per_second_of large "$large")
		echo "$a" >>"$work/a"
		echo "$b" >>"$work/b"
		echo "$a $b" | awk '{ printf "%.3f\n", $1 / $2 }' >>"$work/ratio"
	done
	printf '%-24s %10.0f %10.0f %7s   %s\n' "$1" "$(median "$work/a")" \
	    "$(median "$work/b")" "$(median "$work/ratio")" \
	    "$(tr '\n' ' ' <"$work/ratio")"
}
printf '%-24s %10s %10s %7s   %s\n' 'requests per second' 1,000 100,000 \
    ratio rounds
row feed
row album
row permission

one() { # the second line: the first has warmed the caches
	"$build/tests/unit/sharing/feed_bench" "$1" "$2" 2000 | tail -1 |
	    awk '{ print $2 + $5, $10, $12 }'
}
for i in $(seq "$rounds"); do
	one 1008 40 >>"$work/few"
	one 100000 2000 >>"$work/many"
done
cost() { # name column
	for f in few many; do
		cut -d' ' -f"$2" "$work/$f" >"$work/$f.$2"
	done
	awk -v n="$1" -v a="$(median "$work/few.$2")" \
	    -v b="$(median "$work/many.$2")" \
	    'BEGIN { printf "%-24s %10.1f %10.1f %7.2f\n", n, a, b, b / a }'
}
printf '%-24s %10s %10s %7s\n' 'microseconds' 1,000 100,000 ratio
cost 'viewer and feed' 1
cost 'permission of a photo' 2
cost 'album of 24' 3
