#!/bin/sh
# usage: bench/memories_big.sh BUILD
#
# « Coffre souvenirs » of more than 4 GiB in a real house: taken whole, taken
# with five cuts and gone on with, and by eight families at once.  The ZIP is
# tested, what came in parts is what came whole, and the memory of the processes
# is the same before and after.
#
# The demonstration's larger pictures stand in the box many times
# (boxes.c); the eight families are guardians of the same child.
. "$(dirname "$0")/house.sh"
many=${PHOTOS:-18000} # a box has 20,000 at most
families=8            # BUNDLINGS_MAX
stored=300000         # bytes of a picture as it is stored, for every viewer

machine
house_begin
house_settle
. "$work/ready"
kill "$serve_pid" && wait "$serve_pid" || :
serve_pid=''
album=$(sqlite3 "$kept/data/preau.db" \
    "SELECT post FROM medium WHERE id = $photo")
house=$kept/memories-big-$many
if [ ! -e "$house/ready" ]; then
	rm -rf "$house"
	mkdir "$house"
	cp -R "$kept/data" "$kept/erasures.log" "$house"
	sed "s/\$FAMILIES/$families/g" "$bench/memories_big.sql" |
	    sqlite3 "$house/data/preau.db"
	"$build/bench/bench_boxes" "$house/data" "$kept/keys/master.key" \
	    "$album" "$many" "$stored"
	touch "$house/ready"
fi
"$build/bench/bench_sessions" "$house/data" "$kept/keys/master.key" 10000 \
    >"$work/tokens"
# Not by house_begin, which looks at every photo.
preau serve >"$work/serve.log" 2>&1 &
serve_pid=$!
until curl -s -o /dev/null "$base/about"; do sleep 0.2; done
name=$(echo "$cookie" | sed -E 's/.*( |^)([^=; ]+)=[0-9a-f]{64}.*/\2/')
cookie_of() { echo "$name=$(sed -n "$1p" "$work/tokens")"; }
box_of() { # cookie
	path=$(curl -s -H "Cookie: $1" "$base/memories/1" |
	    sed -n 's/.*href="\(\/memories\/1\/[0-9a-f]*\.zip\)".*/\1/p')
	[ -n "$path" ] || { echo "a family has no box" >&2; exit 1; }
	echo "$base$path"
}
memory() {
	for pid in $(pgrep -P "$serve_pid" 'preau-(front|worker)'); do
		awk '/^Name/ { n = $2 } /VmHWM/ { p = $2 } /VmRSS/ { r = $2 }
		    END { printf " %s %d (%d now)", n, p / 1024, r / 1024 }' \
		    "/proc/$pid/status"
	done
}

first=$(cookie_of 1)
box=$(box_of "$first")
printf '# peak in MB, the box looked at: %s\n' "$(memory)"

# Whole: its sum, its time, its length.
curl -sf -H "Cookie: $first" -D "$work/heads" -o - \
    -w '%{stderr}%{time_starttransfer} %{time_total} %{size_download}\n' \
    "$box" 2>"$work/whole" | sha256sum >"$work/sum"
bytes=$(awk '{ print $3 }' "$work/whole")
tag=$(sed -n 's/^[Ee][Tt]ag: *\(".*"\).*/\1/p' "$work/heads")
[ "$bytes" -gt 4294967296 ] || { echo "only $bytes bytes" >&2; exit 1; }
awk '{ printf "# whole: %.0f bytes, first byte %d ms, %d MB/s\n", $3,
    $1 * 1000, $3 / $2 / 1e6 }' "$work/whole"
printf '# peak in MB: %s\n' "$(memory)"

# Five cuts, the last one behind 4 GiB; each goes on where it stopped.
at=0
: >"$work/box.zip"
for to in 65537 1000000007 2147483647 3333333333 4294967301 "$bytes"; do
	curl -sf -H "Cookie: $first" -H "If-Range: $tag" -r "$at-" "$box" \
	    2>/dev/null | head -c $((to - at)) >>"$work/box.zip"
	at=$(wc -c <"$work/box.zip")
	[ "$at" = "$to" ] || { echo "ends at $at, not $to" >&2; exit 1; }
done
sha256sum <"$work/box.zip" | cmp - "$work/sum"
unzip -tq "$work/box.zip"
printf '# cut five times and gone on with: the same; %s files\n' \
    "$(unzip -Z1 "$work/box.zip" | wc -l)"
rm "$work/box.zip"

# Eight at once, each the whole of its own copies.
waits() {
	for i in $(seq 200); do
		curl -s -o /dev/null -w '%{time_total}\n' "$base/about"
	done | sort -n | awk '{ v[NR] = $1 * 1000 }
	    END { printf "median %.1f ms, 99 %% %.1f ms\n", v[int(NR / 2)],
	        v[int(NR * .99)] }'
}
printf '# a page, alone: %s\n' "$(waits)"
takers=''
for i in $(seq $families); do
	c=$(cookie_of "$i")
	box=$(box_of "$c")
	curl -sf -o /dev/null -H "Cookie: $c" \
	    -w '%{time_total} %{size_download}\n' "$box" >"$work/took.$i" &
	takers="$takers $!"
done
printf '# a page, beside %s boxes: %s\n' "$families" "$(waits)"
for pid in $takers; do
	wait "$pid" || { echo "a box ended short" >&2; exit 1; }
done
cat "$work"/took.* | awk -v want="$families" '{
	n += $2 > 4294967296; sum += $2; if ($1 > most) most = $1 }
    END { printf "# %d at once: %.1f GB in %.0f s, %d MB/s together\n", n,
        sum / 1e9, most, sum / most / 1e6; exit n != want }'
printf '# peak in MB: %s\n' "$(memory)"
