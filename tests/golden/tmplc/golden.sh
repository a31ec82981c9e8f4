#!/bin/sh
# The compiler's output, letter by letter, and everything that it refuses.
# usage: golden.sh TMPLC FOLDER [--accept]
set -eu
tmplc=$(realpath "$1") here=$2 accept=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

cd "$work"
for name in base sample; do
	cp "$here/web/templates/$name.html" .
	"$tmplc" "$name.html" "html_$name.h" "html_$name.c"
	for f in "html_$name.h" "html_$name.c"; do
		if [ -n "$accept" ]; then
			cp "$f" "$here/$f.txt"
		fi
		diff -u "$here/$f.txt" "$f" || failed=1
	done
done

awk '
	/^== / { n++; print substr($0, 4) > (n ".title"); next }
	n == 0 || /^$/ { next }
	/^=> / { print "wrong.html:" substr($0, 4) > (n ".want"); next }
	{ print > (n ".html") }
	END { print n > "count" }
' "$here/wrong.txt"
i=1
while [ "$i" -le "$(cat count)" ]; do
	mv "$i.html" wrong.html
	if "$tmplc" wrong.html out.h out.c 2>got; then
		echo "taken as right: $(cat "$i.title")"
		failed=1
	fi
	if ! diff -u "$i.want" got; then
		echo "in: $(cat "$i.title")"
		failed=1
	fi
	if [ -e out.h ] || [ -e out.c ]; then
		echo "something was written: $(cat "$i.title")"
		failed=1
		rm -f out.h out.c
	fi
	i=$((i + 1))
done
exit "$failed"
