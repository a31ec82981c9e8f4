#!/bin/sh
# usage: bench/memories.sh BUILD
#
# « Coffre souvenirs » of 1,000 photos: how long until its first byte, how fast
# it comes beside `zip -0` of the same files into the same client, what the front
# needs in memory, its book beside img2pdf, and how long another family waits for a page meanwhile.
#
# The demonstration's pictures stand in the box many times (boxes.c).
. "$(dirname "$0")/house.sh"
many=${PHOTOS:-1000}

machine
house_begin
house_settle
. "$work/ready"
kill "$serve_pid" && wait "$serve_pid" || :
serve_pid=''
album=$(sqlite3 "$kept/data/preau.db" \
    "SELECT post FROM medium WHERE id = $photo")
house=$kept/memories-$many
if [ ! -d "$house" ]; then
	mkdir "$house"
	cp -R "$kept/data" "$kept/erasures.log" "$house"
	"$build/bench/bench_boxes" "$house/data" "$kept/keys/master.key" \
	    "$album" "$many"
fi
house_begin
. "$work/ready"
page() { curl -s -H "Cookie: $cookie" "$base/memories/1"; }
box=$base$(page | sed -n 's/.*href="\(\/memories\/1\/[0-9a-f]*\.zip\)".*/\1/p')
front=$(pgrep -P "$serve_pid" preau-front)
peak() { awk '/VmHWM/ { print $2 }' "/proc/$front/status"; }

# The same client for both: curl, what it got counted and thrown away.
fetch() {
	curl -s -o /dev/null -H "Cookie: $cookie" \
	    -w '%{time_starttransfer} %{time_total} %{size_download}\n' "$1"
}
take() { fetch "$box"; }
theirs() { fetch "http://127.0.0.1:$nginx_port/"; }

before=$(peak)
curl -s -o "$work/box.zip" -H "Cookie: $cookie" "$box"
unzip -tq "$work/box.zip"
mkdir "$work/files"
(cd "$work/files" && unzip -q "$work/box.zip")
printf '# %s files, %s bytes; the page of it %s s\n' \
    "$(unzip -Z1 "$work/box.zip" | wc -l)" "$(wc -c <"$work/box.zip")" \
    "$(curl -s -o /dev/null -w '%{time_total}' -H "Cookie: $cookie" "$base/memories/1")"
rm "$work/box.zip"
node "$bench/zip.mjs" $nginx_port "$work/files" &
others="$others $!"
until theirs >/dev/null; do sleep 0.1; done

printf '%9s %9s %9s %6s\n' 'first/ms' 'MB/s' 'zip MB/s' ratio
for i in $(seq "$rounds"); do
	{ take; theirs; } | awk '
	NR == 1 { first = $1 * 1000; ours = $3 / $2 / 1e6 }
	NR == 2 { zip = $3 / $2 / 1e6 }
	END { printf "%9.0f %9.0f %9.0f %6.2f\n", first, ours, zip,
	    ours / zip }'
done
# The book of the season with the most photos, beside img2pdf of the same ones.
book=$base$(page | sed -n 's/.*href="\(\/memories\/1\/[0-9-]*\.pdf\)".*/\1/p' |
    tail -1)
curl -s -o "$work/book.pdf" -H "Cookie: $cookie" "$book"
pages=$(pdfinfo "$work/book.pdf" | awk '/^Pages/ { print $2 }')
mkdir "$work/copies"
(cd "$work/copies" && pdfimages -all "$work/book.pdf" p)
printf '# book: %s pages, %s photos, %s bytes\n' "$pages" \
    "$(ls "$work/copies" | wc -l)" "$(wc -c <"$work/book.pdf")"
rm "$work/book.pdf"
printf '%9s %9s %9s %6s\n' 'first/ms' 'MB/s' 'img2pdf' ratio
for i in $(seq "$rounds"); do
	from=$(date +%s.%N)
	img2pdf -o "$work/theirs.pdf" "$work"/copies/*.jpg
	to=$(date +%s.%N)
	{ fetch "$book"; echo "$from $to $(wc -c <"$work/theirs.pdf")"; } | awk '
	NR == 1 { first = $1 * 1000; ours = $3 / $2 / 1e6 }
	NR == 2 { other = $3 / ($2 - $1) / 1e6 }
	END { printf "%9.0f %9.0f %9.0f %6.2f\n", first, ours, other,
	    ours / other }'
done
printf '# front, peak: %s kB before, %s kB after\n' "$before" "$(peak)"

# A page of another connection, alone and while boxes go out.
waits() {
	for i in $(seq 200); do
		curl -s -o /dev/null -w '%{time_total}\n' \
		    -H "Cookie: $cookie" "$base/about"
	done | sort -n | awk '{ v[NR] = $1 * 1000 }
	    END { printf "median %.1f ms, 99 %% %.1f ms\n", v[int(NR / 2)],
	        v[int(NR * .99)] }'
}
printf '# a page, alone: %s\n' "$(waits)"
(while :; do take >/dev/null; done) &
others="$others $!"
printf '# a page, beside a box: %s\n' "$(waits)"
