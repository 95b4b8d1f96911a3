#!/bin/sh
# perso render: the pages of an order without a chip.
. "$TOP/tests/cli/common.sh"
cp -r "$TOP/profiles" profiles
"$PERSO" init --profiles profiles . >/dev/null
mkdir orders
cp "$TOP"/tests/data/orders/* orders/
sha=$(sha256sum orders/portrait.jpg | cut -c1-64)
for t in lv-passport-adult lv-passport-child lv-eid lv-residence-permit \
    uto-passport; do
	id=R-$(printf %s "$t" | tr a-z A-Z)
	"$PERSO" order new --id "$id" --out "orders/$t.json" "orders/$t.json"
	sed -i -e 's/portrait.jp2/portrait.jpg/' \
	    -e "s/1601a27aabc1e0fadd4c542c3de5141575d658eaf2b6188bdcaa5965cf47af2c/$sha/" \
	    "orders/$t.json"
done

# width height dpi of a PNG, from its bytes
size() {
	/usr/bin/python3 - "$1" <<'P'
import struct, sys
b = open(sys.argv[1], "rb").read()
assert b[:8] == b"\x89PNG\r\n\x1a\n" and b[12:16] == b"IHDR"
at, per = 8, 0
names = []
while at < len(b):
    n, name = struct.unpack(">I4s", b[at:at + 8])
    names.append(name.decode())
    if name == b"pHYs":
        x, y, unit = struct.unpack(">IIB", b[at + 8:at + 17])
        assert x == y and unit == 1
        per = round(x * 0.0254)
    at += n + 12
assert set(names) == {"IHDR", "pHYs", "IDAT", "IEND"}, names
print(*struct.unpack(">II", b[16:24]), per)
P
}

want 0 "$PERSO" render orders/lv-passport-adult.json --number LV0000001 \
    --out pages
says '^pages/R-LV-PASSPORT-ADULT-page.png$'
[ "$(size pages/R-LV-PASSPORT-ADULT-page.png)" = "1476 1039 300" ] ||
    fail "size at 300 dpi"
[ "$(stat -c %a pages/R-LV-PASSPORT-ADULT-page.png)" = 600 ] || fail "mode"
want 0 "$PERSO" render orders/lv-eid.json --number PA1000001 --can 123456 \
    --dpi 600 --out pages --json
[ "$(wc -l <out)" = 2 ] || fail "a line for each side"
[ "$(size pages/R-LV-EID-front.png)" = "2022 1275 600" ] || fail "600 dpi"
want 0 "$PERSO" render orders/lv-residence-permit.json --number AR1000001 \
    --out pages --format pdf
pdfinfo pages/R-LV-RESIDENCE-PERMIT.pdf >info
grep -qE '^Pages: +2$' info || fail "two faces"
grep -qE '^Page size: +242.6[0-9]* x 153.0[0-9]* pts' info || fail "1:1"
pdftotext -f 1 -l 1 pages/R-LV-RESIDENCE-PERMIT.pdf text
grep -q 'Приклад Оксана' text || fail "native name"

# Same input, same bytes, whenever and wherever.
mkdir other
sleep 1.1
for f in png pdf; do
	want 0 "$PERSO" render orders/lv-passport-adult.json \
	    --number LV0000001 --format $f --out pages
	want 0 env HOME=/nowhere LANG=lv_LV.UTF-8 TZ=Asia/Tokyo \
	    FONTCONFIG_FILE=/dev/null "$PERSO" render \
	    orders/lv-passport-adult.json --number LV0000001 --format $f \
	    --out other
done
cmp pages/R-LV-PASSPORT-ADULT-page.png other/R-LV-PASSPORT-ADULT-page.png
cmp pages/R-LV-PASSPORT-ADULT.pdf other/R-LV-PASSPORT-ADULT.pdf

# A number that is missing, wrong, too many.
want 2 "$PERSO" render orders/lv-eid.json --out no
errs '--number'
want 3 "$PERSO" render orders/lv-eid.json --number 1 --out no
want 2 "$PERSO" render orders/uto-passport.json --number A1 --out no
want 2 "$PERSO" render orders/lv-eid.json --number PA1000001 --dpi 72
errs '300 or 600'
want 2 "$PERSO" render orders/lv-eid.json --number PA1000001 --can 12345
want 2 "$PERSO" render orders/lv-eid.json --number PA1000001 --format gif
[ ! -e no ] || fail "a folder in spite of the refusal"

# No glyph: the character and its position, nothing else of the name.
sed '/native-name/,/}/s/"Оксана"/"𐍈ксана"/' \
    orders/lv-residence-permit.json >orders/gothic.json
want 3 "$PERSO" render orders/gothic.json --number AR1000001 --out no2
errs 'native-name: no font has a glyph for U\+10348 at position 9'
! grep -q 'Приклад' err || fail "a name in an error"

# Too long for its frame: the field.
long=$(printf 'W%.0s' $(seq 100))
sed "s/\"birth-place\": \"Kyiv\"/\"birth-place\": \"$long\"/" \
    orders/lv-residence-permit.json >orders/long.json
want 3 "$PERSO" render orders/long.json --number AR1000001 --out no3
errs 'birth-place: does not fit its frame'
[ ! -e no2 ] && [ ! -e no3 ] || fail "half a card"

# Layouts that are wrong: file, line and column.
layout=profiles/layouts/td1-permit.yaml
cp $layout good
line=$(grep -n 'source: surname' good | cut -d: -f1)
sed "$((line + 1))s/frame:.*/frame: [60, 11.6, 48.1, 6.2]/" good >$layout
want 2 "$PERSO" render orders/lv-residence-permit.json --number AR1000001
errs "layouts/td1-permit.yaml:$((line - 1)):9: surname leaves the page"
sed 's/Noto Sans Hebrew/Noto Sans/' good >$layout
want 2 "$PERSO" render orders/lv-residence-permit.json --number AR1000001
errs 'td1-permit.yaml:[0-9]+:9: no font for hebrew in field native-name'
sed 's/caption: \[Uzvārds, Surname\]/caption: [Uzvārds שם 𐍈]/' good >$layout
want 2 "$PERSO" render orders/lv-residence-permit.json --number AR1000001
errs 'td1-permit.yaml:[0-9]+:9: surname: .*U\+10348 at position 12'
cp good $layout
sed -i 's/^layout: .*/layout: td9/' profiles/documents/lv-residence-permit.yaml
want 2 "$PERSO" render orders/lv-residence-permit.json --number AR1000001
errs 'lv-residence-permit.yaml: layout: there is no td9'
sed -i '/^layout: /d' profiles/documents/lv-residence-permit.yaml
want 2 "$PERSO" render orders/lv-residence-permit.json --number AR1000001
errs 'names no layout'
