#!/bin/sh
# Orders from template to store: what is refused, with which code, and what
# the store keeps.
. "$TOP/tests/cli/common.sh"
station

want 2 "$PERSO" init --profiles "$TOP/profiles" .
errs 'exists already'
want 6 "$PERSO" pki init-dev --conf "$TOP/certs/dev.conf" pki

order A-0001 lv-passport-adult
want 0 "$PERSO" order check orders/A-0001.json
says '^orders/A-0001.json: order A-0001 for lv-passport, approved by'
want 0 "$PERSO" order list
! grep -q A-0001 out || fail "check has imported"

# Each refusal: its code, and the exit code of its category.
refused() { # CODE EXIT FILE
	want "$2" "$PERSO" order check "$3"
	says "^  $1 "
	want "$2" "$PERSO" order check --json "$3"
	/usr/bin/python3 - "$1" <<'P' || fail "no $1 in the JSON for $3"
import json, sys
d = json.loads(open("out").readline())
assert not d["ok"]
assert sys.argv[1] in [f["code"] for f in d["findings"]], d
assert all(f["path"].startswith("$") for f in d["findings"]), d
P
	want "$2" "$PERSO" order import "$3"
}
# edit NAME SED-EXPRESSION: A-0001 changed and signed anew.
edit() {
	sed "$2" orders/A-0001.json >"orders/$1.json"
	! cmp -s orders/A-0001.json "orders/$1.json" || fail "$1: no change"
	sign "orders/$1.json"
}
# An indentation that sed can rely on.
/usr/bin/python3 - <<'P'
import json
p = "orders/A-0001.json"
d = json.load(open(p))
json.dump(d, open(p, "w"), indent=1, ensure_ascii=False)
P
sign orders/A-0001.json

edit r-date 's/"birth-date": "1985-03-07"/"birth-date": "1985-02-30"/'
refused E-ORDER-DATE 3 orders/r-date.json
edit r-twice 's/^ "order": .*/&\n "order": "A-0001",/'
refused E-ORDER-DUPLICATE 3 orders/r-twice.json
edit r-unknown 's/^ "order": .*/&\n "colour": "red",/'
refused E-ORDER-UNKNOWN 3 orders/r-unknown.json
edit r-type 's/"height": 172/"height": "172"/'
refused E-ORDER-TYPE 3 orders/r-type.json
edit r-profile 's/"document": "lv-passport"/"document": "xx-passport"/'
refused E-ORDER-PROFILE 3 orders/r-profile.json
edit r-digest 's/"sha256": "1601/"sha256": "1602/'
refused E-IMAGE-DIGEST 3 orders/r-digest.json
edit r-file 's/"file": "portrait.jp2"/"file": "nobody.jp2"/'
refused E-IMAGE-FILE 3 orders/r-file.json
edit r-escape 's/"file": "portrait.jp2"/"file": "..\/portrait.jp2"/'
refused E-ORDER-TEXT 3 orders/r-escape.json
edit r-digit 's/070385-11204/070385-11205/'
refused E-ORDER-PERSONAL-NUMBER 3 orders/r-digit.json
edit r-version 's/"perso-order": 1/"perso-order": 2/'
refused E-ORDER-VERSION 3 orders/r-version.json
edit r-number 's/"order": "A-0001"/"order": "a 1"/'
refused E-ORDER-TEXT 3 orders/r-number.json
printf '{' >orders/r-json.json
sign orders/r-json.json
refused E-ORDER-JSON 3 orders/r-json.json

# Approval.
sed 's/"height": 172/"height": 173/' orders/A-0001.json >orders/r-signed.json
cp orders/A-0001.p7s orders/r-signed.p7s
refused E-APPROVAL-SIGNATURE 5 orders/r-signed.json
cp orders/A-0001.json orders/r-none.json
refused E-APPROVAL-MISSING 5 orders/r-none.json
cp orders/A-0001.json orders/r-format.json
echo garbage >orders/r-format.p7s
refused E-APPROVAL-FORMAT 5 orders/r-format.json
"$PERSO" pki init-dev --conf "$TOP/certs/dev.conf" other >/dev/null
cp orders/A-0001.json orders/r-other.json
want 0 "$PERSO" order sign --key other/approver/approver.key \
    --cert other/approver/approver.cer orders/r-other.json
refused E-APPROVAL-UNKNOWN 5 orders/r-other.json
cp pki/approver/approvers.txt approvers.txt
sed 's/lv-passport//' approvers.txt >pki/approver/approvers.txt
refused E-APPROVAL-ROLE 5 orders/A-0001.json
rm -r pki/approver.away 2>/dev/null || true
mv pki/approver pki/approver.away
mkdir pki/approver
refused E-APPROVAL-UNKNOWN 5 orders/A-0001.json
rmdir pki/approver
mv pki/approver.away pki/approver
cp approvers.txt pki/approver/approvers.txt
want 5 "$PERSO" order sign --key pki/approver/approver.key \
    --cert other/approver/approver.cer orders/A-0001.json
sign orders/A-0001.json

# All reasons at once.
edit r-many 's/"sex": "F"/"sex": "Q"/; s/1985-03-07/1985-13-07/;
    s/"nationality": "LVA"/"nationality": "QQQ"/'
want 3 "$PERSO" order check orders/r-many.json
[ "$(grep -c '^  E-' out)" -ge 2 ] || fail "not all reasons at once"

# Nothing was imported so far.
want 0 "$PERSO" order list --json
[ ! -s out ] || fail "a refused order is in the store"

# Import; the same again; another with its number.
want 0 "$PERSO" order import orders/A-0001.json
says 'order A-0001 imported'
want 0 "$PERSO" order import orders/A-0001.json
says 'imported before; nothing changed'
mkdir copy
cp orders/A-0001.* orders/portrait.jp2 copy/
want 0 "$PERSO" order import copy/A-0001.json
says 'imported before; nothing changed'
edit r-same 's/"height": 172/"height": 173/'
want 6 "$PERSO" order import orders/r-same.json
says '^  E-ORDER-CONFLICT .*A-0001'
want 0 "$PERSO" order list --json
[ "$(wc -l <out)" = 1 ] || fail "one order expected"
[ "$(json '["state"]')" = imported ] || fail "state"
want 0 "$PERSO" order show A-0001 --json
[ "$(json '["document"]')" = lv-passport ] || fail "document"
[ "$(json '["jobs"]')" = '[]' ] || fail "jobs"
want 0 "$PERSO" order show A-0001
says '^state +imported$'
want 6 "$PERSO" order show A-0002
want 2 "$PERSO" order list --state nonsense
want 0 "$PERSO" order list --state done
! grep -q A-0001 out || fail "filter by state"
# Several files: the good ones are taken, the exit code is the last refusal's.
order A-0002 uto-passport
want 3 "$PERSO" order import orders/A-0002.json orders/r-date.json
says '^1 accepted, 1 refused'
want 0 "$PERSO" order list
says '^A-0002 +uto-passport +imported'

# A file that cannot be read is refused alone, with its own reason.
want 3 "$PERSO" order import orders/r-date.json nowhere.json orders/A-0002.json
says '^  E-ORDER-FILE .*nowhere.json: No such file'
[ "$(grep -c E-ORDER-DATE out)" = 1 ] || fail "reasons of another file"
says '^1 accepted, 2 refused'
want 3 "$PERSO" order check nowhere.json
want 3 "$PERSO" order new --id A-3 nowhere.json
want 2 "$PERSO" order new orders/lv-eid.json
want 3 "$PERSO" order new --id A-3 orders/example.json
errs 'has an order number|order'
want 0 "$PERSO" order new --id A-3 orders/lv-eid.json
says '"order": *"A-3"'

# Eyes are where the picture is seen: a PNG that asks to be turned is 1000 x
# 600 in its file and 600 x 1000 to the eye. An eye that is not there, too.
picture() { # NAME LEFT-X
	/usr/bin/python3 - "$1" "$2" <<'P'
import hashlib, json, struct, sys, zlib
def chunk(kind, data):
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)
w, h = 1000, 600
rows = b"".join(b"\0" + bytes((x + y) // 8 % 256 for x in range(w)
                              for c in range(3)) for y in range(h))
exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
png = (b"\x89PNG\r\n\x1a\n" +
       chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 0)) +
       chunk(b"eXIf", exif) + chunk(b"IDAT", zlib.compress(rows)) +
       chunk(b"IEND", b""))
open("orders/turned.png", "wb").write(png)
o = json.load(open("orders/lv-residence-permit-eac.json"))
o["order"] = sys.argv[1]
o["images"] = [{"role": "portrait", "file": "turned.png",
                "sha256": hashlib.sha256(png).hexdigest(),
                "eyes": {"left": [int(sys.argv[2]), 640],
                         "right": [250, 650]}}]
json.dump(o, open("orders/" + sys.argv[1] + ".json", "w"))
P
	sign "orders/$1.json"
}
# An image that cannot be read hides no other that is missing.
sed -e 's/"role": *"portrait"/"role": "rear"/' \
    -e 's/"sha256": *"../"sha256": "00/' orders/A-0001.json >orders/E-0.json
sign orders/E-0.json
refused E-IMAGE-DIGEST 3 orders/E-0.json
want 3 "$PERSO" order check orders/E-0.json
says 'E-ORDER-MISSING .*portrait is required'
picture E-1 350
want 0 "$PERSO" order check orders/E-1.json
picture E-2 700
refused E-IMAGE-EYES 3 orders/E-2.json
[ "$(grep -o 'E-IMAGE-[A-Z]*' out | sort -u)" = E-IMAGE-EYES ] ||
    fail "blamed for more than the eyes"
