#!/bin/sh
# The compiled catalogue, letter by letter, and everything that it refuses.
# usage: golden.sh CATALOGUE FOLDER [--accept]
set -eu
catalogue=$(realpath "$1") here=$2 accept=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

same() { # same WANTED GOT
	if [ -n "$accept" ]; then
		cp "$2" "$1"
	fi
	diff -u "$1" "$2" || failed=1
}

cp -r "$here/right" "$here/wrong" "$work"
cd "$work"
"$catalogue" right out.c out.d >said || failed=1
same "$here/right.c.txt" out.c
same "$here/right.said.txt" said
grep -q 'right/po/fr.d/a.po' out.d || failed=1
rm -f out.c out.d

if "$catalogue" wrong out.c out.d >said 2>&1 || [ -e out.c ]; then
	echo "what is wrong was taken as right"
	failed=1
fi
same "$here/wrong.said.txt" said
# Others' missing texts do not stop somebody who asks for a lax build.
if ! "$catalogue" --lax wrong out.c out.d >said 2>&1 || [ ! -e out.c ]; then
	echo "a lax build fails"
	failed=1
fi

awk '
	/^== / { n++; print substr($0, 4) > (n ".title"); next }
	n == 0 || /^$/ { next }
	/^=> / { print "case/po/fr.d/a.po:" substr($0, 4) > (n ".want"); next }
	{ print > (n ".po") }
	END { print n > "count" }
' "$here/syntax.txt"
i=1
while [ "$i" -le "$(cat count)" ]; do
	rm -rf case
	mkdir -p case/po/fr.d
	mv "$i.po" case/po/fr.d/a.po
	for how in '' --lax; do
		if "$catalogue" $how case none.c none.d >got 2>&1; then
			echo "taken as right: $(cat "$i.title")"
			failed=1
		fi
		if ! diff -u "$i.want" got; then
			echo "in: $(cat "$i.title")"
			failed=1
		fi
	done
	i=$((i + 1))
done
exit "$failed"
