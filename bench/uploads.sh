#!/bin/sh
# usage: bench/uploads.sh BUILD
#
# 1,000 MiB in 25 photos of 40 MiB, in pieces by tus, five of them cut at 60 %,
# and in one video that is cut five times; beside the same bytes by a plain PUT
# to nginx, in turns.  Each is begun, encrypted, synced and its digest made; nginx
# writes a file and renames it.  What jobs would do with them is left for later:
# they stand still.
. "$(dirname "$0")/house.sh"

machine
house_begin
. "$work/ready"
mkdir "$work/put"
nginx_begin "$work/put" \
    'client_max_body_size 1100m; dav_methods PUT; create_full_put_path on;'
jobs=$(pgrep -P "$serve_pid" -f -- --jobs)
kill -STOP "$jobs"
node "$bench/uploads.mjs" "$base" "http://127.0.0.1:$nginx_port" \
    "$work/logins.json" "$rounds" || failed=1
kill -CONT "$jobs"
exit "${failed:-0}"
