#!/bin/sh
# usage: bench/digest.sh BUILD
#
# 2,000 families whose hour comes at once, 200 new photos in the albums of a
# hundred groups: one message each, handed to a mail server beside (sink.mjs,
# without TLS).  Processor time of the processes that count, write and hand over
# (jobs and egress), all that they did from their start to the last letter; and,
# as a yardstick, of curl that hands the same 2,000 letters, written before, to
# the same server over one connection.
. "$(dirname "$0")/house.sh"

families=${FAMILIES:-2000}
sink_port=$((port + 7))
ticks=$(getconf CLK_TCK)
machine
house_begin
kill "$serve_pid" && wait "$serve_pid" || :
serve_pid=''

groups=$((families / 20))
album_of() { # photos each: 24 were made, two stay
	sed "s/\$PHOTOS/$((groups * 24))/g; s/\$FAMILIES/$families/g
	    s/\$GROUPS/$groups/g; s/\$MOST/100000/g" "$bench/growth.sql"
	cat <<-SQL
	BEGIN;
	DELETE FROM blob WHERE medium IN
	  (SELECT id FROM medium WHERE post >= 1000 AND position >= 2);
	DELETE FROM medium WHERE post >= 1000 AND position >= 2;
	UPDATE post SET photos = 2, publish_at = unixepoch() - 3600
	 WHERE id >= 1000;
	COMMIT;
	SQL
}

# The processor time of a process of the house so far, in seconds.
used() { # pattern
	pid=$(pgrep -P "$serve_pid" -f -- "$1" | head -1)
	awk -v t="$ticks" '{ print ($14 + $15) / t }' "/proc/$pid/stat"
}

sink_begin() {
	mkdir -p "$work/letters"
	AGAIN=$sink_port node "$bench/sink.mjs" $sink_port "$work/letters" \
	    >"$work/sink.log" &
	sink_pid=$!
	others="$others $sink_pid"
	until grep -q ready "$work/sink.log"; do sleep 0.1; done
}

taken() {
	kill -USR2 "$sink_pid"
	sleep 0.2
	cat "$work/letters/count" 2>/dev/null || echo 0 0
}

one_round() {
	house=$work/house
	rm -rf "$house" "$work/letters"
	mkdir "$house"
	cp -R "$kept/data" "$kept/erasures.log" "$house"
	album_of | sqlite3 "$house/data/preau.db"
	at=$(($(date +%s) + ${SETTLE:-12}))
	told=$("$build/bench/bench_digest" "$house/data" \
	    "$kept/keys/master.key" 10000 "$at")
	[ "$told" = "$families" ] || { echo "$told families" >&2; exit 1; }
	sink_begin
	preau --set "egress_hosts=mail.test:$sink_port=127.0.0.1" \
	    --set "mail_server=mail.test:$sink_port" --set mail_tls=none \
	    --set mail_from=preau@ecole.test serve >"$work/serve.log" 2>&1 &
	serve_pid=$!
	while [ "$(date +%s)" -lt "$at" ]; do sleep 0.2; done
	jobs_0=$(used --jobs) egress_0=$(used preau-egress)
	began=$(date +%s.%N)
	until [ "$(taken | cut -d' ' -f1)" -ge "$families" ]; do sleep 0.3; done
	ended=$(date +%s.%N)
	sleep 1
	jobs_1=$(used --jobs) egress_1=$(used preau-egress)
	kill "$serve_pid" && wait "$serve_pid" || :
	serve_pid=''
	kill "$sink_pid" && wait "$sink_pid" || :
	[ "$(sort "$work/letters/to" | uniq -d | wc -l)" = 0 ] ||
	    { echo 'more than one to a family' >&2; exit 1; }
	[ "$(sort -u "$work/letters/to" | wc -l)" = "$families" ] ||
	    { echo 'not one to each family' >&2; exit 1; }
	cp "$work/letters/curl.conf" "$work/curl.conf"
	cp -R "$work/letters" "$work/again"
	sed -i "s#$work/letters/#$work/again/#" "$work/curl.conf"
	sink_begin
	curl_s=$( { command time -f '%U %S' \
	    curl -K "$work/curl.conf" >/dev/null; } 2>&1 | tail -1 |
	    awk '{ print $1 + $2 }')
	kill "$sink_pid" && wait "$sink_pid" || :
	[ "$(wc -l <"$work/letters/to")" = "$families" ] ||
	    { echo 'curl lost some' >&2; exit 1; }
	rm -rf "$work/again"
	awk -v j="$jobs_0 $jobs_1" -v g="$egress_0 $egress_1" -v c="$curl_s" \
	    -v w="$began $ended" 'BEGIN {
		split(j, a, " "); split(g, b, " "); split(w, d, " ")
		printf "%-8.2f %-8.2f %-8.2f %-8.2f %-8.1f\n", a[2] - a[1],
		    b[2] - b[1], a[2] - a[1] + b[2] - b[1], c, d[2] - d[1] }'
}

printf '%-8s %-8s %-8s %-8s %-8s\n' jobs egress both curl 'clock (s)'
for i in $(seq "$rounds"); do one_round; done
