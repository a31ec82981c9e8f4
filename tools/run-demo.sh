#!/bin/sh
# run-demo.sh BUILD FOLDER PORT — the demonstration on loopback; see `make run`.
# What was there before is kept: stopping and starting again changes nothing,
# and options that somebody added to the configuration stay.
set -eu
build=$1 folder=$2 port=$3
mkdir -p "$folder"
conf=$folder/preau.conf
added=$(grep -Ev '^(data|listen|url) ' "$conf" 2>/dev/null || true)
cat >"$conf.new" <<EOF
data $(cd "$folder" && pwd)/data
listen 127.0.0.1:$port
url http://127.0.0.1:$port
$added
EOF
mv "$conf.new" "$conf"
echo "Drawing the demonstration's pictures (once)…"
"$build/preau" --config "$conf" demo --photo-pixels 2400
echo
echo "Ctrl-C stops it; everything stays in $folder."
exec "$build/preau" --config "$conf" serve
