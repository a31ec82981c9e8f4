#!/bin/sh
# What the keepers of the house let in and what they turn away.
# usage: golden.sh LAYERS HABITS EMBED
set -eu
layers=$(realpath "$1") habits=$(realpath "$2") embed=$(realpath "$3")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

expect() { # expect WHAT-IS-SAID COMMAND…: it fails, and says this
	want=$1
	shift
	if "$@" >said 2>&1; then
		echo "taken as right: $*"
		failed=1
	elif ! grep -qF -- "$want" said; then
		echo "expected \"$want\" from: $*"
		cat said
		failed=1
	fi
}

fine() {
	"$@" >said 2>&1 || { cat said; failed=1; }
}

# --- layers
mkdir -p src/low src/high
printf '# rules\nlow:\nhigh: low other/one.h\n' >src/LAYERS
printf '#include "low/a.h"\n#include "high/b.h"\n#include "b.h"\n' >src/high/b.c
printf '#include <stdio.h>\n' >src/low/a.c
expect 'LAYERS:3: other/one.h does not stand above' "$layers" src
printf 'low:\nother:\nhigh: low other/one.h\n' >src/LAYERS
fine "$layers" src --map
grep -q '^high  *low other/one.h$' said || failed=1
printf '#include "other/one.h"\n' >>src/high/b.c
fine "$layers" src
printf '\n#include "other/two.h"\n' >>src/high/b.c
expect 'src/high/b.c:6: high may not use other/two.h' "$layers" src
printf '#include "low/a.h"\n' >src/high/b.c
printf '#include "high/b.h"\n' >src/low/a.c
expect 'src/low/a.c:1: low may not use high/b.h' "$layers" src
printf '#include "sql_x.h"\n' >src/low/a.c
expect 'low may not use sql_x.h' "$layers" src
: >src/low/a.c
mkdir src/new
: >src/new/x.c
expect 'does not know this module' "$layers" src
printf 'low:\nlow:\n' >src/LAYERS
expect 'LAYERS:2: expected a new module' "$layers" src
printf 'low: high\nhigh: low\n' >src/LAYERS
expect 'LAYERS:1: high does not stand above' "$layers" src

# --- habits
rm -rf src
mkdir -p src tools sql web tests
printf 'int f(void)\n{\n\treturn 0; /* system() and "sprintf(" */\n}\n' >src/a.c
printf 'const char *s = "system(1)"; // popen(2)\nint my_system(int);\n' >>src/a.c
fine "$habits" .
for call in system sprintf strcpy atoi localtime alloca; do
	printf 'int g(void)\n{\n\treturn %s(x);\n}\n' "$call" >tools/b.c
	expect "tools/b.c:3: $call is banned" "$habits" .
done
rm tools/b.c
{ echo 'int'; echo 'f(void)'; echo '{'; yes '	x();' | head -n 80; echo '}'; } >src/a.c
fine "$habits" .
{ echo 'int'; echo 'f(void)'; echo '{'; yes '	x();' | head -n 81; echo '}'; } >src/a.c
expect 'src/a.c:3: a function of 81 lines' "$habits" .
rm src/a.c
yes '/* */' | head -n 601 >src/long.h
expect 'a file of 601 lines' "$habits" .
rm src/long.h
for mark in TO-DO FIX-ME; do
	echo "<p>$mark</p>" | tr -d - >web/a.html
	expect 'web/a.html:1: something is left to do' "$habits" .
done

# --- embed
yes 'body { color: black }' | head -n 40 >app.css
printf 'x' >tiny.txt
fine "$embed" one.c tiny.txt app.css
grep -q '"/static/app\.[0-9a-f]\{8\}\.css"' one.c || failed=1
[ "$(grep -c 'gzip = ' one.c)" = 1 ] || failed=1
fine "$embed" two.c app.css tiny.txt
cmp one.c two.c || failed=1
echo >>app.css
fine "$embed" three.c app.css tiny.txt
if [ "$(grep -o 'app\.[0-9a-f]*\.css' one.c)" = \
    "$(grep -o 'app\.[0-9a-f]*\.css' three.c)" ]; then
	echo 'other content has the same path'
	failed=1
fi
mkdir other
cp app.css other
printf 'x' >a.exe
printf 'x' >'a b.css'
expect 'twice' "$embed" out.c app.css other/app.css
expect 'do not serve' "$embed" out.c a.exe
expect 'do not serve' "$embed" out.c 'a b.css'
expect 'missing.css' "$embed" out.c missing.css
exit "$failed"
