#!/bin/sh
# usage: metadata.sh MEDIA_RENDER PREAU_DRAW SEEDS
#
# Pictures filled with every kind of metadata that exiftool can write come out
# with none of it; a download has the date, the caption and the organisation,
# and nothing else.
set -eu
render=$(realpath "$1") draw=$(realpath "$2") seeds=$3
command -v exiftool >/dev/null || { echo "exiftool is not here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "FAILED: $*"; exit 1; }

"$draw" 5 3 640 480 >photo.jpg
"$draw" 7 3 160 120 >thumb.jpg
for kind in png webp heic avif; do cp "$seeds/warm.$kind" "photo.$kind"; done

# Everything that must go says SECRET.
fill() {
	exiftool -q -overwrite_original -m \
	    -EXIF:DateTimeOriginal='2026:11:20 16:30:05' \
	    -EXIF:Make=SECRET -EXIF:Model=SECRET -EXIF:Software=SECRET \
	    -EXIF:Artist=SECRET -EXIF:ImageDescription=SECRET \
	    -EXIF:UserComment=SECRET -EXIF:OwnerName=SECRET \
	    -EXIF:SerialNumber=SECRET -EXIF:LensSerialNumber=SECRET \
	    -EXIF:GPSLatitude=48.8584 -EXIF:GPSLatitudeRef=N \
	    -EXIF:GPSLongitude=2.2945 -EXIF:GPSLongitudeRef=E \
	    -EXIF:GPSAreaInformation=SECRET \
	    -XMP:Creator=SECRET -XMP:Description=SECRET -XMP:City=SECRET \
	    -XMP-exif:GPSLatitude=48.8584 -XMP:PersonInImage=SECRET "$@"
}
fill photo.jpg
exiftool -q -overwrite_original -m -IPTC:By-line=SECRET -IPTC:City=SECRET \
    -Comment=SECRET '-ThumbnailImage<=thumb.jpg' -Photoshop:URL=http://SECRET \
    photo.jpg
fill photo.png
exiftool -q -overwrite_original -m -PNG:Comment=SECRET -PNG:Author=SECRET \
    photo.png
fill photo.webp
fill photo.heic
fill photo.avif
printf 'PK\003\004SECRET<html>SECRET</html>' >>photo.jpg

for kind in jpg png webp heic avif; do
	grep -q SECRET "photo.$kind" || fail "$kind was not filled"
	"$render" "out-$kind" 'Été : <la mare> & « nous » 🍁' 'Les Tilleuls' \
	    <"photo.$kind" >verdict || fail "$kind: $(cat verdict)"
	for i in 0 1 2; do
		! grep -aq SECRET "out-$kind-$i.jpg" || fail "$kind $i: SECRET"
		exiftool -a -G1 -s "out-$kind-$i.jpg" |
		    grep -vE '^\[(ExifTool|System|File|JFIF|Composite)\]' &&
		    fail "$kind $i has metadata"
	done

	tagged=out-$kind-tagged.jpg
	! grep -aq SECRET "$tagged" || fail "$kind tagged: SECRET"
	exiftool -a -G1 -s "$tagged" |
	    grep -vE '^\[(ExifTool|System|File|JFIF|Composite)\]' |
	    tr -s ' ' | sed 's/ : /: /' | sort >got
	sort >want <<-'WANT'
		[ExifIFD] DateTimeOriginal: 2026:11:20 16:30:05
		[ExifIFD] ExifVersion: 0232
		[IFD0] Artist: Les Tilleuls
		[IFD0] Copyright: Les Tilleuls
		[IFD0] ImageDescription: Été : <la mare> & « nous » 🍁
		[XMP-dc] Description: Été : <la mare> & « nous » 🍁
		[XMP-photoshop] Credit: Les Tilleuls
		[XMP-photoshop] DateCreated: 2026:11:20 16:30:05
	WANT
	diff want got || fail "$kind: tags of the download"
	# What the standard wants and a family does not need is left out.
	exiftool -validate -warning -a "$tagged" |
	    grep -v 'Missing required' | grep -i '^warning' &&
	    fail "$kind: exiftool warns"
done
echo "all metadata gone, all tags there"
