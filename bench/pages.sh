#!/bin/sh
# usage: bench/pages.sh BUILD
#
# The pages of a signed-in guardian beside nginx with one worker, keep-alive
# and sendfile, giving a file of the same size to the same client (wrk, one
# thread) over the same number of connections, in turns.
. "$(dirname "$0")/house.sh"

machine
house_begin
house_settle
. "$work/ready"
mkdir "$work/files"
head -c "$page_bytes" /dev/urandom >"$work/files/page.html"
nginx_begin "$work/files"
printf '# feed page of %s bytes, median of %s rounds of %s s\n' \
    "$page_bytes" "$rounds" "$seconds"
printf '%-22s %4s %10s %10s %8s   %s\n' '' conn ours/s nginx/s ratio rounds
for c in 16 64; do
	beside_nginx feed $c $base/ "$cookie" \
	    http://127.0.0.1:$nginx_port/page.html
done
