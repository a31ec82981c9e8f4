#!/bin/sh
# usage: bench/segment.sh BUILD FILE...
#
# What a picture of one's own weighs and costs, beside the plain rendition and
# beside decoding, drawing and encoding (bench/segment/bench_segment.c).
set -eu
build=$1
shift
exec "$build/bench/segment/bench_segment" "$@"
