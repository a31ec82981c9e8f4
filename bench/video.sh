#!/bin/sh
# Ten seconds of 1080p to three renditions, against ffmpeg's own command line
# with the same settings, in seconds of processor, three times in turn; what the
# hashes cost is said apart, and so is the look between its stills, which is a
# job of its own.  usage: video.sh BUILD
set -eu
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Pictures that move, with some noise as a phone has it.
ffmpeg -v error -f lavfi -i testsrc2=size=1920x1080:rate=30:duration=10 \
	-f lavfi -i sine=frequency=440:duration=10 \
	-vf noise=alls=8:allf=t -c:v libx264 -preset veryfast -b:v 17M \
	-pix_fmt yuv420p -colorspace bt709 -color_range tv -c:a aac "$work/in.mp4"

x264='-c:v libx264 -preset veryfast -profile:v high -crf 23 -threads 1'
key='-force_key_frames expr:gte(t,n_forced*2) -forced-idr 1 -g 250'
aac='-c:a aac -b:a 64k -ac 1 -ar 48000 -movflags +faststart'
theirs() {
	ffmpeg -v error -y -threads 1 -filter_threads 1 \
		-filter_complex_threads 1 -i "$work/in.mp4" -filter_complex \
		'[0:v]split=3[a][b][c];[a]scale=1280:720[d];[b]scale=854:480[e];[c]scale=426:240[f]' \
		-map '[d]' -map 0:a $x264 $key -maxrate 3500k -bufsize 7000k $aac "$work/720.mp4" \
		-map '[e]' -map 0:a $x264 $key -maxrate 1500k -bufsize 3000k $aac "$work/480.mp4" \
		-map '[f]' -map 0:a $x264 $key -maxrate 500k -bufsize 1000k $aac "$work/240.mp4"
}

for turn in 1 2 3; do
	before=$(awk '{ print $16 + $17 }' /proc/$$/stat)
	theirs
	after=$(awk '{ print $16 + $17 }' /proc/$$/stat)
	"$build/bench/video/bench_take" "$work/in.mp4" |
	awk -v ticks=$((after - before)) '{
		theirs = ticks / 100
		hashes = $3 - $2 + $4 - $2 + $5
		printf "ffmpeg %.2f s  taken %.2f s  of it hashes %.2f s  renditions and stills: %.2f times  with the hashes: %.2f times  between its stills: %.2f s\n",
			theirs, $1, hashes, ($1 - hashes) / theirs, $1 / theirs, $6
	}'
done
