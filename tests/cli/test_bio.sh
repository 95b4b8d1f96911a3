#!/bin/sh
# perso bio show and convert: records of both standards in every wrapping.
. "$TOP/tests/cli/common.sh"
td3="$TOP/tests/data/synthetic/emrtd-td3"
fingers="$TOP/tests/data/orders/fingers.dg3"

want 0 "$PERSO" bio show "$td3/EF.DG2.bin" "$td3/EF.DG3.bin" "$fingers"
says 'EF.DG2, 1 template'
says 'EF.DG3, 2 templates'
says 'group, 2 templates'
says 'format +ISO/IEC 19794-4'
says 'finger +right-index'
want 0 "$PERSO" bio show --json "$td3/alt/EF.DG2.39794-5.bin"
/usr/bin/python3 - <<'P'
import json
o = json.load(open("out"))
t = o["templates"][0]
assert o["kind"] == "EF.DG2", o
assert t["format"] == "ISO/IEC 39794-5" and t["year"] == 2019, t
assert (t["faces"][0]["width"], t["faces"][0]["height"]) == (413, 531), t
P

# Each wrapping keeps its form, and the image its bytes.
want 0 "$PERSO" bio convert --to 39794 --out new.dg2 "$td3/EF.DG2.bin"
want 0 "$PERSO" bio convert --to 39794 --out new.dg3 "$fingers"
errs 'quality and device'
/usr/bin/python3 - "$td3/EF.DG2.bin" new.dg2 "$fingers" new.dg3 <<'P'
import sys
d = [open(p, "rb").read() for p in sys.argv[1:]]
assert d[1][0] == 0x75 and d[3][:2] == b"\x7f\x61"
for old, new in ((d[0], d[1]), (d[2], d[3])):
    at = old.index(b"\0\0\0\x0cjP  ")
    end = old.index(b"\xff\xd9", at) + 2
    assert old[at:end] in new, "the image was touched"
    assert len(new) < 1.05 * len(old), (len(old), len(new))
# Bare records, cut out of the files.
at = d[0].index(b"FAC\0")
open("face", "wb").write(d[0][at:])
at = d[1].index(b"\x65\x82")
open("face.now", "wb").write(d[1][at:])
P
for f in face face.now; do
	want 0 "$PERSO" bio show "$f"
	says 'record, 1 template'
done
want 0 "$PERSO" bio convert --to 39794 --out face.new face
want 0 "$PERSO" bio convert --to 19794 --out face.old face.now
cmp face.new face.now || fail "a bare record and that in EF.DG2 differ"
want 0 "$PERSO" bio show face.old
says 'format +ISO/IEC 19794-5'
want 0 "$PERSO" bio convert --to 19794 --out back.dg3 new.dg3
want 0 "$PERSO" bio convert --json --to 39794 --out again.dg3 back.dg3
says '"kind": *"group"'
cmp new.dg3 again.dg3 || fail "there and back differs"
# What is so already is left as it is; the empty group too.
want 0 "$PERSO" bio convert --to 39794 --out same.dg3 new.dg3
cmp new.dg3 same.dg3 || fail "nothing was to be done"
want 0 "$PERSO" bio convert --to 39794 --out empty.dg3 \
    "$td3/alt/EF.DG3.zero-instances.bin"
cmp empty.dg3 "$td3/alt/EF.DG3.zero-instances.bin" || fail "the empty group"

# Refusals write nothing.
want 2 "$PERSO" bio convert --to 12345 --out none face
errs '--to must be 39794 or 19794'
want 2 "$PERSO" bio convert --to 39794 face
errs '--out is missing'
want 3 "$PERSO" bio show "$TOP/tests/data/orders/portrait.jp2"
errs 'neither EF.DG2'
head -c 9000 "$fingers" > cut
want 3 "$PERSO" bio convert --to 39794 --out none cut
errs 'cut'
printf 'IIR\000\060\061\060\000\000\000\000\014' > iris
want 0 "$PERSO" bio show iris
want 3 "$PERSO" bio convert --to 39794 --out none iris
errs 'irises are not converted'
[ ! -e none ] || fail "a refused conversion has written"
