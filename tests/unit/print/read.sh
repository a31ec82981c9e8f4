#!/bin/sh
# What independent programs read in a document that was printed.
set -eu
make=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
	echo "$1" >&2
	exit 1
}
has() { # FILE WHAT
	grep -qF -- "$2" "$1" || fail "$1 has no « $2 »: $(head -c 2000 "$1")"
}

LC_ALL=C.UTF-8
export LC_ALL
vips gaussnoise a.v 800 600 --mean 128 --sigma 30
vips bandjoin 'a.v a.v a.v' b.v
vips cast b.v c.v uchar
vips copy c.v d.v --interpretation srgb
vips copy d.v 'a.jpg[Q=80]'
"$make" a.jpg 800 600 5 >a.pdf
"$make" a.jpg 800 600 5 >b.pdf
cmp a.pdf b.pdf || fail 'twice the same document is not the same'

qpdf --check a.pdf >check 2>&1 || fail "$(cat check)"
pdfinfo a.pdf >info
has info 'Le livre de Zoé'
has info 'Tagged:          yes'
has info '(A4)'
grep -qE '^(Producer|Creator|Author|CreationDate)' info && fail "$(cat info)"
qpdf --qdf --object-streams=disable a.pdf q.pdf
grep -aqE '/Lang (\(fr\)|<feff00660072>|\(..f.r\))' q.pdf || fail 'no language'
has q.pdf '/DisplayDocTitle true'
test "$(grep -ac '/Alt ' q.pdf)" = 5 || fail 'not five alternative texts'
pdfinfo -struct-text a.pdf >tree 2>&1
has tree 'H1'
has tree 'Figure'

pdftotext a.pdf text
for word in Zoé 2026-2027 'juillet 2026' œuvre Ελλάδα Русский العربية עברית 中文 日本語 한국어 ไทย 🦆 'Zoé · 2'; do
	has text "$word"
done
pdfimages -list a.pdf >images
test "$(grep -c ' jpeg ' images)" = 5 || fail "$(cat images)"
pdfimages -all a.pdf out
for copy in out-*.jpg; do
	cmp "$copy" a.jpg || fail 'a picture is not as it was'
done
pdffonts a.pdf | tail -n +3 | grep -vE 'yes yes yes' && fail 'a font is not embedded'
exit 0
