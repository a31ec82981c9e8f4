#!/bin/sh
# usage: run.sh TARGET SECONDS FOUND SEEDS
# Words for it, if there are any, are in SEEDS.dict.
# What the fuzzer finds stays out of the source tree; a crash leaves its input
# in FOUND.  libFuzzer ends with 77 then, which the runner of tests would take
# for a test that was left out.
set -eu
target=$1 seconds=$2 found=$3 seeds=$4
mkdir -p "$found"
words=
[ -f "$seeds.dict" ] && words=-dict=$seeds.dict
[ -d "$seeds" ] || seeds=
exec "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=0 -verbosity=0 -error_exitcode=1 \
    -artifact_prefix="$found/crash-" $words \
    "$found" $seeds
