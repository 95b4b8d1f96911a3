#!/bin/sh
# perso portrait check: the synthetic portrait passes; spoilt copies of it
# fail with the code of what was done to them.
. "$TOP/tests/cli/common.sh"
good=$TOP/tests/data/synthetic/images/portrait_413x531.png
eyes=266,231,146,231

/usr/bin/python3 - "$good" <<'P'
import struct, sys, zlib
data = open(sys.argv[1], "rb").read()
at, idat = 8, b""
while at < len(data):
    n, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + n]
    if kind == b"IHDR":
        w, h, bits, colour = struct.unpack(">IIBB", body[:10])
        assert (bits, colour, body[12]) == (8, 2, 0)
    if kind == b"IDAT":
        idat += body
    at += 12 + n
raw, rows, prev = zlib.decompress(idat), [], bytes(3 * w)
for y in range(h):
    line = raw[y * (3 * w + 1):(y + 1) * (3 * w + 1)]
    kind, row = line[0], bytearray(line[1:])
    for i in range(3 * w):
        a, c = (row[i - 3], prev[i - 3]) if i >= 3 else (0, 0)
        b = prev[i]
        p = a + b - c
        near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))
        row[i] = (row[i] + (0, a, b, (a + b) // 2, near[2])[kind]) & 255
    rows.append(bytes(row))
    prev = row

def save(name, rows, colour=2):
    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body +
                struct.pack(">I", zlib.crc32(kind + body)))
    width = len(rows[0]) // (3 if colour == 2 else 1)
    head = struct.pack(">IIBBBBB", width, len(rows), 8, colour, 0, 0, 0)
    with open(name, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) +
                chunk(b"IDAT", zlib.compress(b"".join(
                    b"\0" + bytes(r) for r in rows))) + chunk(b"IEND", b""))

def blur(rows, r):
    across = [bytes(sum(row[max(i % 3, i - 3 * r):i + 3 * r + 1:3]) //
                    len(row[max(i % 3, i - 3 * r):i + 3 * r + 1:3])
                    for i in range(len(row))) for row in rows]
    return [bytes(sum(c) // len(c) for c in
                  zip(*across[max(0, y - r):y + r + 1]))
            for y in range(len(rows))]

save("same.png", rows)
save("blur.png", blur(rows, 3))
save("small.png", [b"".join(r[i:i + 3] for i in range(0, 3 * w, 6))
                   for r in rows[::2]])
save("dark.png", [bytes(v * 18 // 100 for v in r) for r in rows])
save("frame.png", [r if 9 <= y < h - 9 else bytes(3 * w)
                   for y, r in enumerate(rows)])
save("green.png", [bytes(v if i % 3 == 1 else v * 6 // 10
                         for i, v in enumerate(r)) for r in rows])
save("grey.png", [r[1::3] for r in rows], 0)
P

fails() { # FILE CODE OPTION...: this check fails and no other
	file=$1 code=$2
	shift 2
	want 1 "$PERSO" portrait check "$file" "$@"
	says "^$code .*FAIL$"
	! grep 'FAIL$' out | grep -v "^$code " || fail "$file: not only $code"
}

want 0 "$PERSO" portrait check "$good"
says '^E-PORTRAIT-ASPECT  +aspect  +0\.778  +0\.740 to 0\.810  +pass$'
says '^E-PORTRAIT-EYES-LEVEL  +roll  +-  +.*not measured$'
want 0 "$PERSO" portrait check "$good" --frame 413x531 --eyes $eyes
says '^E-PORTRAIT-SIZE  +width  +413 px  +at least 413 px  +pass$'
says '^E-PORTRAIT-EYES-DISTANCE  +eyes-distance  +120 px '
! grep -q 'not measured' out || fail "something is not measured"
cp out first
want 0 "$PERSO" portrait check same.png --frame 413x531 --eyes $eyes
cmp out first || fail "the copy measures otherwise"

fails blur.png E-PORTRAIT-SHARPNESS
fails small.png E-PORTRAIT-SIZE
fails dark.png E-PORTRAIT-EXPOSURE
fails frame.png E-PORTRAIT-BORDER
fails green.png E-PORTRAIT-COLOUR-CAST
fails grey.png E-PORTRAIT-GREY
want 0 "$PERSO" portrait check grey.png --grey
fails "$good" E-PORTRAIT-SIZE --frame 826x1062
fails "$good" E-PORTRAIT-ASPECT --frame 400x400
fails "$good" E-PORTRAIT-EYES-LEVEL --eyes 266,245,146,231
fails "$good" E-PORTRAIT-EYES-DISTANCE --eyes 245,231,167,231
fails "$good" E-PORTRAIT-HEAD-POSITION --eyes 306,231,186,231

want 1 "$PERSO" portrait check --json blur.png --eyes $eyes
[ "$(json '["failed"]')" = 1 ] || fail "failed"
[ "$(json '["passed"]')" = False ] || fail "passed"
[ "$(json '["checks"][2]["value"]')" = 0.778 ] || fail "aspect"
[ "$(json '["checks"][5]["code"]')" = E-PORTRAIT-SHARPNESS ] || fail "code"
[ "$(json '["checks"][5]["verdict"]')" = fail ] || fail "verdict"
[ "$(json '["checks"][5]["max"]')" = None ] || fail "max"
want 0 "$PERSO" portrait check --json "$good"
[ "$(json '["checks"][-1]["value"]')" = None ] || fail "unmeasured"

for e in 266,231,146 266,231,146,231,1 a,1,2,3 -1,1,1,1 266,231,,1 \
    99999999999,1,1,1 ''; do
	want 2 "$PERSO" portrait check "$good" "--eyes=$e"
	errs '^perso: --eyes is X,Y,X,Y'
done
for f in 413 413x 0x531 413x531x1 413,531 x; do
	want 2 "$PERSO" portrait check "$good" --frame "$f"
	errs '^perso: --frame is WIDTHxHEIGHT'
done
want 3 "$PERSO" portrait check "$good" --eyes 146,231,266,231
errs 'are the eyes swapped\?'
want 3 "$PERSO" portrait check "$good" --eyes 413,231,266,231
errs '^perso: the left eye is outside the picture'
printf 'not a picture' >bad.png
want 3 "$PERSO" portrait check bad.png
errs 'in bad\.png'
head -c 2000 same.png >cut.png
want 3 "$PERSO" portrait check cut.png
want 2 "$PERSO" portrait check
"$PERSO" portrait check missing.png >out 2>err && fail "a missing file"
errs 'missing\.png'
