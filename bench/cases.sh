#!/bin/sh
# usage: bench/cases.sh BUILD
#
# What the lists of cases cost a safeguarding lead as the past grows: 1,000 cases
# beside 100,000, 40 of them waiting in both, in turns.  Then how long it takes
# from a report of a photo until nobody sees it.
. "$(dirname "$0")/house.sh"

machine
house_begin
kill "$serve_pid" && wait "$serve_pid" || :
serve_pid=''

grow() { # name cases
	house=$work/$1
	mkdir "$house"
	cp -R "$kept/data" "$kept/erasures.log" "$house"
	sed "s/\$CASES/$2/g" "$bench/cases.sql" | sqlite3 "$house/data/preau.db"
}
logins=$work/logins.json
cp "$logins" "$work/first.json"
grow few 1000
house_begin "$work/few.ready"
small=$base
grow many 100000
port=$((port + 2))
base=http://127.0.0.1:$port
house_begin "$work/many.ready"
node "$bench/cases.mjs" "$work/first.json" "$small" "$base"
