# house.sh — for the other commands: a served demonstration, nginx beside it,
# and the client of both.  Sourced; BUILD is the first word of the command.
#
# The demonstration is drawn once and kept in $PREAU_BENCH.
set -eu
export LC_ALL=C
build=$(cd "${1:?usage: $0 BUILD}" && pwd)
bench=$(cd "$(dirname "$0")" && pwd)
kept=${PREAU_BENCH:-${TMPDIR:-/tmp}/preau-bench}
port=${PREAU_BENCH_PORT:-8571} nginx_port=$((${PREAU_BENCH_PORT:-8571} + 1))
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-2}
house=$kept
base=http://127.0.0.1:$port
work=$(mktemp -d)
serve_pid='' others=''

# In the background or in (…): it takes the shell's place.
preau() {
	exec "$build/preau" --set data="$house/data" \
	    --set master_key="$kept/keys/master.key" \
	    --set erasures="$house/erasures.log" \
	    --set listen=127.0.0.1:$port --set url=$base ${more:-} "$@"
}

finish() {
	[ $? -eq 0 ] || tail -5 "$work/serve.log" >&2 || :
	for pid in $serve_pid $others; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || :
	done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# $1: where to write what was found, if not $work/ready.
house_begin() {
	mkdir -p "$house"
	(preau --json demo --photo-pixels 2400 >"$work/logins.json")
	preau serve >"$work/serve.log" 2>&1 &
	others="$others $serve_pid" serve_pid=$!
	node "$bench/ready.mjs" $base "$work/logins.json" >"${1:-$work/ready}"
}

# Until the faces of the demonstration's photos are found: no media process has
# worked for three seconds.
house_settle() {
	before=none
	while now=$(ps -o comm=,cputimes= --ppid $serve_pid | grep media || :)
	    [ "$now" != "$before" ]; do
		before=$now
		sleep 3
	done
}

# $1: the folder whose files it serves; $2: more of its server.
nginx_begin() {
	chmod 755 "$work"
	cat >"$work/nginx.conf" <<-CONF
	user $(id -un);
	worker_processes 1;
	pid $work/nginx.pid;
	error_log $work/nginx.log;
	daemon off;
	events { worker_connections 1024; }
	http {
		access_log off;
		sendfile on;
		tcp_nopush on;
		keepalive_requests 1000000000;
		types { text/html html; image/jpeg jpg; }
		client_body_temp_path $work; proxy_temp_path $work;
		fastcgi_temp_path $work; uwsgi_temp_path $work;
		scgi_temp_path $work;
		server { listen 127.0.0.1:$nginx_port; root $1; ${2:-} }
	}
	CONF
	nginx -c "$work/nginx.conf" 2>"$work/nginx.err" &
	others="$others $!"
	until curl -s -o /dev/null "http://127.0.0.1:$nginx_port/"; do
		sleep 0.1
	done
}

# Requests per second; anything but 2xx ends the command.  $work/turn.lua, where
# there is one, says what is asked for instead of the path.
per_second() { # connections url [cookie]
	set -- "$1" "$2" "${3:-none}" ${4:-}
	[ ! -e "$work/turn.lua" ] || set -- "$@" -s "$work/turn.lua"
	wrk -t1 -c"$1" -d"$seconds"s -H "Cookie: $3" \
	    ${4:+"$4" "$5"} "$2" >"$work/wrk"
	if grep -q 'Non-2xx\|Socket errors' "$work/wrk"; then
		cat "$work/wrk" >&2
		exit 1
	fi
	awk '/^Requests\/sec/ { print $2 }' "$work/wrk"
}

median() { sort -n "$1" | awk '{ v[NR] = $1 }
    END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# Ours and nginx in turns: one line of medians, and the ratio of each round.
beside_nginx() { # name connections our-url cookie their-url
	: >"$work/ours"; : >"$work/theirs"; : >"$work/ratio"
	for i in $(seq "$rounds"); do
		a=$(per_second "$2" "$3" "$4")
		b=$(per_second "$2" "$5")
		echo "$a" >>"$work/ours"
		echo "$b" >>"$work/theirs"
		echo "$a $b" | awk '{ printf "%.3f\n", $1 / $2 }' >>"$work/ratio"
	done
	printf '%-22s %4s %10.0f %10.0f %8s   %s\n' "$1" "$2" \
	    "$(median "$work/ours")" "$(median "$work/theirs")" \
	    "$(median "$work/ratio")" "$(tr '\n' ' ' <"$work/ratio")"
}

machine() {
	printf '# %s x %s, Linux %s, %s\n' "$(nproc)" \
	    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" \
	    "$(uname -r)" \
	    "$(. /etc/os-release && echo "$PRETTY_NAME")"
	printf '# preau %s, %s, libmicrohttpd %s, SQLite %s, load %s\n' \
	    "$("$build/preau" version | awk 'NR == 1 { print $NF }')" \
	    "$(nginx -v 2>&1 | sed 's/.*: //')" \
	    "$(pkg-config --modversion libmicrohttpd)" \
	    "$(pkg-config --modversion sqlite3)" \
	    "$(cut -d' ' -f1 /proc/loadavg)"
}
