#!/bin/sh
# usage: bench/photo.sh BUILD
#
# A photo of 2048 px and a thumbnail, each with session, permission and
# decryption, beside nginx with sendfile giving the same bytes.
. "$(dirname "$0")/house.sh"

machine
house_begin
. "$work/ready"
mkdir "$work/files"
for side in 2048 320; do
	curl -sf -H "Cookie: $cookie" -o "$work/files/$side.jpg" \
	    "$base/m/$photo/$side"
done
nginx_begin "$work/files"
printf '# photo of %s bytes, thumbnail of %s, median of %s rounds of %s s\n' \
    "$photo_bytes" "$thumb_bytes" "$rounds" "$seconds"
printf '%-22s %4s %10s %10s %8s   %s\n' '' conn ours/s nginx/s ratio rounds
for side in 2048 320; do
	for c in 16 64; do
		beside_nginx "photo $side" $c "$base/m/$photo/$side" "$cookie" \
		    http://127.0.0.1:$nginx_port/$side.jpg
	done
done
