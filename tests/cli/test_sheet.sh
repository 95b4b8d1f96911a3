#!/bin/sh
# Contact sheets: of a run, of a job's chip, of any document.
. "$TOP/tests/cli/common.sh"
station
chips 4
order S-0001 lv-passport-adult
order S-0002 lv-eid-pace
want 0 "$PERSO" order import orders/S-0001.json orders/S-0002.json
want 0 "$PERSO" run --sim chips --reports reports --output results.jsonl
[ -z "$(find . -name 'S-000*.pdf')" ] || fail "a sheet that nobody asked for"

order S-0003 lv-passport-eac-fingers
order S-0004 lv-residence-permit
want 0 "$PERSO" order import orders/S-0003.json orders/S-0004.json
"$PERSO" sim make more --count 2 >serials
sed -n 1p serials | sed 's/$/ LV0000011/' >delivery
sed -n 2p serials | sed 's/$/ RP0000012/' >>delivery
want 0 "$PERSO" stock receive --product perso-sim --list delivery
want 0 "$PERSO" run --sim more --sheet sheets --reports reports \
    --lds-dir lds --output results.jsonl

# width height dpi of a PNG
size() {
	/usr/bin/python3 - "$1" <<'P'
import struct, sys
b = open(sys.argv[1], "rb").read()
at = b.index(b"pHYs")
print(*struct.unpack(">II", b[16:24]),
    round(struct.unpack(">I", b[at + 4:at + 8])[0] * 0.0254))
P
}
# Every word on the page, and none over another.
words() {
	pdftotext -bbox "$1" words.html
	/usr/bin/python3 - <<'P'
import re
t = open("words.html", encoding="utf-8").read()
w, h = map(float, re.search(r'<page width="([\d.]+)" height="([\d.]+)"',
    t).groups())
assert abs(w - 841.89) < 0.1 and abs(h - 595.28) < 0.1, (w, h)
box = [tuple(map(float, m[:4])) + (m[4],) for m in re.findall(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" '
    r'yMax="([-\d.]+)">([^<]*)<', t)]
assert len(box) > 150, len(box)
for a in box:
    assert a[0] > 15 and a[1] > 10 and a[2] < w - 15 and a[3] < h - 10, a
# On the right, where lists flow: lines of type are taller than their ink.
box = [b for b in box if b[0] > 380 and b[1] > 80]
for i, a in enumerate(box):
    for b in box[:i]:
        x = min(a[2], b[2]) - max(a[0], b[0])
        y = min(a[3], b[3]) - max(a[1], b[1])
        assert x < 0.5 or y < 0.4 * min(a[3] - a[1], b[3] - b[1]), (a, b)
P
}

for id in S-0003 S-0004; do
	[ "$(size sheets/$id.png)" = "1754 1240 150" ] || fail "A4 at 150 dpi"
	for f in png pdf; do
		[ "$(stat -c %a sheets/$id.$f)" = 600 ] || fail "mode of $f"
	done
	pdfinfo sheets/$id.pdf >info
	grep -qE '^Pages: +1$' info || fail "one page"
	! pdffonts sheets/$id.pdf | sed 1,2d | grep -vE ' (yes) +(yes|no) ' ||
	    fail "a font that is not embedded"
	words sheets/$id.pdf || fail "overflow"
	pdftotext -layout sheets/$id.pdf text
	grep -q "$id" text || fail "order"
	grep -q GOOD text || fail "verdict"
	! grep -q BAD text || fail "two verdicts"
	grep -q active-auth text || fail "checks"
done
[ "$(stat -c %a sheets)" = 700 ] || fail "mode of the folder"
pdftotext -layout sheets/S-0003.pdf text
grep -q LV0000011 text || fail "number"
# The zone twice: as it is printed and as the chip has it.
[ "$(grep -c '^ *LV0000011[0-9]LVA.*' text)" = 2 ] || fail "zones"
pdftotext -layout sheets/S-0004.pdf text
grep -q 'Приклад<<Оксана' text || fail "native name of EF.DG11"
[ "$(pdfimages -list sheets/S-0004.pdf | grep -c ' image ')" -ge 3 ] ||
    fail "portrait, ghost, and the portrait of the chip"

# Nothing personal anywhere but on the sheets.
cp -r orders orders-kept
! grep -rqE "$personal" reports results.jsonl perso.db err out ||
    fail "personal data outside the sheets"

# A sheet that cannot be written stops no document, and is told.
order S-0005 uto-eid
want 0 "$PERSO" order import orders/S-0005.json
"$PERSO" sim make third --count 1 >serials
want 0 "$PERSO" stock receive --product perso-sim "$(cat serials)"
: >file
want 0 "$PERSO" run --sim third --sheet file
errs 'sheet not written: '
want 0 "$PERSO" order show S-0005 --json
[ "$(json '["state"]')" = done ] || fail "S-0005"

# A document that came out bad has its sheet, and what failed stands first.
order S-0006 uto-passport-full
want 0 "$PERSO" order import orders/S-0006.json
"$PERSO" sim make fourth --count 1 >serials
want 0 "$PERSO" stock receive --product perso-sim "$(cat serials)"
mv pki/trust kept-trust
mkdir pki/trust
want 1 "$PERSO" run --sim fourth --sheet sheets
rmdir pki/trust
mv kept-trust pki/trust
pdftotext -layout sheets/S-0006.pdf text
grep -q BAD text && grep -q 'Checks: failed' text || fail "bad"
grep -qE 'Checks: failed' text && grep -q 'ds-chain' text || fail "why"
! grep -q GOOD text || fail "two verdicts"
grep -q 'Эрикссон<<Анна' text || fail "data of a bad document"
words sheets/S-0006.pdf || fail "overflow"

# A job's chip, read again.
chip=$(ls chips/*.chip | sed -n 1p)
want 0 "$PERSO" job sheet 1 --sim "$chip" --out again
says '^S-0001: GOOD, [0-9]+ checks, 0 failed$'
pdftotext -layout again/S-0001.pdf text
grep -q 'LV0000001' text && grep -q GOOD text || fail "sheet of a job"
chip=$(ls chips/*.chip | sed -n 2p)
want 0 "$PERSO" job sheet 2 --sim "$chip" --out again --json
[ "$(json '["ok"]')" = True ] || fail "json"
# Not this job's chip: it does not open, which is a sheet, too.
want 1 "$PERSO" job sheet 1 --sim "$chip" --out bad
says '^S-0001: BAD'
pdftotext -layout bad/S-0001.pdf text
grep -q BAD text || fail "verdict of a bad one"
grep -q 'Checks: failed' text || fail "what failed"
! grep -q GOOD text || fail "two verdicts"
grep -q 'not opened' text || fail "it says that it was opened"
want 6 "$PERSO" job sheet 99 --sim "$chip"
want 2 "$PERSO" job sheet x --sim "$chip"
want 2 "$PERSO" job sheet 2 --sim "$chip" --can 12a
# An order file that was changed since is not believed.
sed -i 's/"sex": "F"/"sex": "M"/' orders/S-0001.json
want 3 "$PERSO" job sheet 1 --sim "$(ls chips/*.chip | sed -n 1p)"
errs 'not the one that was imported'
cp orders-kept/S-0001.json orders/

# A document without an order: no faces, the rest as it is.
mrz lds/S-0003 >mrz.txt
chip=$(ls more/*.chip | sed -n 1p)
want 0 "$PERSO" verify --sim "$chip" --mrz @mrz.txt --sheet some.pdf
pdftotext -layout some.pdf text
grep -q 'read without its order' text || fail "no order"
grep -q GOOD text && grep -q LV0000011 text || fail "sheet of a document"
! grep -q 'printed:' text || fail "a face from nowhere"
words some.pdf || fail "overflow"
want 0 "$PERSO" verify --sim "$chip" --mrz @mrz.txt --sheet some.png
[ "$(size some.png)" = "1754 1240 150" ] || fail "size"
[ "$(stat -c %a some.png)" = 600 ] || fail "mode"
want 2 "$PERSO" verify --sim "$chip" --mrz @mrz.txt --sheet some.gif
errs '.png or .pdf'
[ ! -e some.gif ] || fail "some.gif"
