#!/bin/sh
# perso portrait prepare: what it makes is read by the tools of others, holds
# its budget, says nothing but the picture, and is as good as opj_compress.
. "$TOP/tests/cli/common.sh"
images="$TOP/tests/data/synthetic/images"

# psnr A B: of two PPM or PGM files, in dB.
psnr() {
	/usr/bin/python3 - "$1" "$2" <<'PY'
import math, re, sys

def read(path):
    data = open(path, "rb").read()
    head = re.sub(rb"#[^\n]*\n", b"", data[:200]).split(None, 4)
    n = int(head[1]) * int(head[2]) * (3 if head[0] == b"P6" else 1)
    return head[1:3], data[-n:]

(sa, a), (sb, b) = read(sys.argv[1]), read(sys.argv[2])
assert sa == sb and len(a) == len(b), (sa, sb)
e = sum((x - y) ** 2 for x, y in zip(a, b)) / len(a)
print("%.3f" % (99 if e == 0 else 10 * math.log10(255 * 255 / e)))
PY
}
at_least() { # A B: A >= B
	awk -v a="$1" -v b="$2" 'BEGIN { exit !(a >= b) }' ||
	    fail "$1 is less than $2"
}

# The source as a picture that others read: without loss.
opj_decompress -i "$images/portrait_413x531_lossless.jp2" -o source.ppm \
    >/dev/null

for n in 6000 10000 15000 20000; do
	want 0 "$PERSO" portrait prepare --json "$images/portrait_413x531.png" \
	    --frame 413x531 --format jp2 --max-bytes $n --out p.jp2
	ours=$(json '["psnr"]')
	size=$(wc -c <p.jp2)
	[ "$size" = "$(json '["bytes"]')" ] || fail "bytes"
	[ "$size" -le $n ] || fail "$size of $n bytes"
	[ $((size * 100)) -ge $((n * 97)) ] || fail "$size of $n bytes"
	[ "$(json '["encodes"]')" -le 5 ] || fail "encodes"

	opj_dump -i p.jp2 >dump
	grep -q 'x1=413, y1=531' dump || fail "opj_dump: size"
	grep -q 'numcomps=3' dump || fail "opj_dump: components"
	opj_decompress -i p.jp2 -o p.ppm >/dev/null
	theirs=$(psnr source.ppm p.ppm)
	at_least "$theirs" "$(echo "$ours" | awk '{ print $1 - 0.05 }')"

	# opj_compress with the same pixels into no fewer bytes, both ways
	best=0
	for how in "" -I; do
		ratio=$(awk -v n="$size" 'BEGIN { print 413 * 531 * 3 / n }')
		# shellcheck disable=SC2086
		opj_compress -i source.ppm -o o.jp2 -r "$ratio" $how >/dev/null
		opj_decompress -i o.jp2 -o o.ppm >/dev/null
		d=$(psnr source.ppm o.ppm)
		best=$(awk -v a="$best" -v b="$d" \
		    'BEGIN { print(a > b ? a : b) }')
	done
	echo "note: $size bytes: $theirs dB, opj_compress $best dB"
	at_least "$theirs" "$(awk -v b="$best" 'BEGIN { print b - 1 }')"
done

# JPEG: djpeg reads it; baseline, and no marker that says more.
want 0 "$PERSO" portrait prepare "$images/portrait_413x531.png" \
    --frame 413x531 --format jpeg --max-bytes 15000 --out p.jpg
says '^JPEG, 413 x 531, [0-9]+ bytes of 15000$'
says '^quality +[0-9]+$'
says '^PSNR +[0-9.]+ dB$'
[ "$(wc -c <p.jpg)" -le 15000 ] || fail "JPEG above its budget"
djpeg -pnm -outfile j.ppm p.jpg
at_least "$(psnr source.ppm j.ppm)" 38
djpeg -verbose -verbose p.jpg 2>verbose >/dev/null
grep -q 'Start Of Frame 0xc0: width=413, height=531, components=3' verbose ||
    fail "not baseline"
! grep -qE 'APP1|APP2|Comment|Miscellaneous' verbose || fail "metadata"

# Grey stays grey; the name of a file says nothing; the same bytes again.
djpeg -grayscale -pnm -outfile g.pgm "$images/portrait_413x531.jpg"
cjpeg -grayscale -quality 95 -outfile g.png g.pgm
for i in 1 2; do
	want 0 "$PERSO" portrait prepare --json g.png --frame 300x400 \
	    --format jp2 --max-bytes 9000 --out "g$i.jp2"
done
[ "$(json '["components"]')" = 1 ] || fail "grey"
cmp g1.jp2 g2.jp2 || fail "other bytes"
opj_dump -i g1.jp2 | grep -q 'numcomps=1' || fail "grey for opj_dump"

# A photo of an expected kind: larger, with room around the face.
djpeg -pnm -scale 16/8 -outfile large.ppm "$images/portrait_413x531.jpg"
cjpeg -progressive -quality 92 -outfile large.jpg large.ppm
want 0 "$PERSO" portrait prepare --json large.jpg --frame 240x320 \
    --format jpeg --max-bytes 10000 --eyes 330,480,490,470 --out e.jpg
at_least "$(json '["turned"]')" -4
at_least -3 "$(json '["turned"]')"
at_least 0.4 "$(json '["scale"]')"

# What is wrong is refused, says why, and leaves the file that is there.
echo old >keep
refused() {
	code=$1 words=$2
	shift 2
	want "$code" "$PERSO" portrait prepare "$@" --out keep
	errs "$words"
	[ "$(cat keep)" = old ] || fail "the file is gone: $words"
}
p="$images/portrait_413x531.png"
refused 2 'frame is width x height' "$p" --frame 413 --format jp2 \
    --max-bytes 9000
refused 2 'format is jp2 or jpeg' "$p" --frame 9x9 --format gif \
    --max-bytes 9000
refused 2 'max-bytes' "$p" --frame 9x9 --format jp2 --max-bytes 100
refused 2 'max-bytes is wanted' "$p" --frame 9x9 --format jp2
refused 2 'eyes is x,y,x,y' "$p" --frame 9x9 --format jp2 --max-bytes 9000 \
    --eyes 1,2,3
refused 3 'would have to be enlarged' "$p" --frame 826x1062 --format jp2 \
    --max-bytes 9000
refused 3 'degrees off level' "$p" --frame 100x130 --format jp2 \
    --max-bytes 9000 --eyes 100,100,200,200
refused 3 'neither JPEG' "$TOP/Makefile" --frame 9x9 --format jp2 \
    --max-bytes 9000
head -c 9000 "$p" >cut.png
refused 3 'chunk at offset|bytes wanted' cut.png --frame 9x9 --format jp2 \
    --max-bytes 9000
refused 3 'too few' large.jpg --frame 800x1000 --format jpeg --max-bytes 900
