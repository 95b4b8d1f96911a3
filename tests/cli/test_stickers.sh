#!/bin/sh
# Documents without a chip: stickers in stock, numbers from an option, a file
# or nowhere, the printed page and what reads it.
set -eu
. "$TOP/tests/cli/common.sh"
station
for pair in V-0001:lv-visa V-0002:lv-visa V-0003:lv-visa U-0001:uto-visa \
    T-0001:lv-temporary-document; do
	order "${pair%%:*}" "${pair#*:}"
done
want 0 "$PERSO" order import orders/?-000?.json

# stock: a kind that a profile names, numbers that its documents can have
printf '# scanned\nLV0000001\nLV0000002\nLV0000003\n' >visa.txt
want 0 "$PERSO" stock receive --product visa-sticker --list visa.txt
says '^3 blanks received'
want 0 "$PERSO" stock receive --product specimen-sticker S-1
want 0 "$PERSO" stock receive --product etd-sticker LV0000101
want 2 "$PERSO" stock receive --product visa LV0000009
errs 'no document that is made on blanks of that name'
want 3 "$PERSO" stock receive --product visa-sticker LV001
errs 'LV001 is no number of a document made on visa-sticker'
want 3 "$PERSO" stock receive --product visa-sticker 'LV 0000009'
want 6 "$PERSO" stock receive --product visa-sticker LV0000001
want 0 "$PERSO" stock list
says '^LV0000003 +visa-sticker +received +LV0000003'

# without numbers they are passed over; without a printer refused
want 0 "$PERSO" run --dry-run
says '^5 without a chip, passed over'
set +e
"$PERSO" run V-0001 --sticker LV0000001 >out 2>err </dev/null
got=$?
set -e
[ $got != 0 ] || fail "no printer, and exit 0"
errs 'print-folder or print-command'
want 0 "$PERSO" order show V-0001
says imported
echo 'print-folder: "pages"' >>perso.yaml
want 0 "$PERSO" run --dry-run
says '^V-0001: ready'
says '^T-0001: ready'

# one number for one order
want 2 "$PERSO" run --sticker LV0000001
want 1 "$PERSO" run V-0001 --sticker S-1
errs 'S-1 refused: blank S-1 is specimen-sticker, not visa-sticker'
want 0 "$PERSO" run U-0001 --sticker S-1 --reports reports --sheet sheets
pdftotext -layout sheets/U-0001.pdf sheet.txt
for word in GOOD 'Visible digital seal' 'page read back' seal-signature \
    'passport-number +[A-Z0-9]' 'VU?<?UTO'; do
	grep -qE "$word" sheet.txt || fail "no $word on the sheet"
done
says '^U-0001 +V000001A1 .*good: 18 checks, 0 failed'
grep -q '^GOOD: 18 checks' reports/U-0001/verification.txt
grep -q '"seal-sha256"' reports/U-0001/evidence.json
want 1 "$PERSO" run V-0001
errs 'give a sticker'

# scanned numbers, in their order; one that does not fit is passed by
printf 'LV0000009\nS-1\n\nLV0000002\nLV0000003\n' >scan.txt
want 0 "$PERSO" run V-0001 V-0002 --stickers scan.txt --output results
errs 'LV0000009 refused: .*not in stock'
errs 'S-1 refused'
says '^V-0001 +LV0000002 .*good'
says '^V-0002 +LV0000003 .*good'
[ "$(grep -c '"good"' results)" = 2 ] || fail "results"
printf 'LV0000101\n' | "$PERSO" run T-0001 --stickers - --quiet >out
says '^T-0001 +LV0000101 .*good'
want 0 "$PERSO" stock list --state good
[ "$(wc -l <out)" = 5 ] || fail "stock"

# the pages, read by others: the seal's bytes are those that Perso reads
visa=$(ls pages/V-0001/*-page.png)
specimen=$(ls pages/U-0001/*-page.png)
zbarimg -q --raw --oneshot -Sbinary -Sdisable -Sqrcode.enable \
    "$specimen" 2>/dev/null >zbar.bin
dmtxread -N1 "$visa" >dmtx.bin
form=$(ls pages/T-0001/*-page.png)
dmtxread -N1 "$form" >form.bin
# byte for byte what was signed
for pair in "$specimen:zbar.bin" "$visa:dmtx.bin" "$form:form.bin"; do
	job=$(basename "${pair%%:*}" -page.png)
	want 0 "$PERSO" --json job show "$job"
	says "\"seal-sha256\": \"$(sha256sum <"${pair##*:}" | cut -c1-64 | tr a-f A-F)\""
done
for pair in "$specimen:zbar.bin" "$visa:dmtx.bin" "$form:form.bin"; do
	want 0 "$PERSO" seal check "${pair##*:}" --json
	cp out by_foreign
	want 0 "$PERSO" seal check "${pair%%:*}" --json
	/usr/bin/python3 - <<'PYTHON'
import json
a, b = json.load(open("by_foreign")), json.load(open("out"))
assert a["seal"] == b["seal"] and a["genuine"] and b["genuine"]
PYTHON
done

# verify --page: with the order, without, of another sticker
want 0 "$PERSO" verify --page "$visa" --order orders/V-0001.json \
    --number LV0000002
says '^passed +order-values'
says '^GOOD: 17 checks'
want 0 "$PERSO" verify --page "$visa"
says '^passed +mrz  '
says '^GOOD'
want 0 "$PERSO" verify --page "$specimen" --document uto-visa
want 1 "$PERSO" verify --page "$visa" --order orders/V-0001.json \
    --number LV0000003
says '^FAILED +order-mrz'
want 1 "$PERSO" verify --page "$visa" --document lv-temporary-document
says '^FAILED +page'
mkdir nobody
want 1 "$PERSO" verify --page "$visa" --trust nobody --cert pki/lva/seal.cer
says '^FAILED +seal-chain'
head -c 2000 "$visa" >cut.png
want 1 "$PERSO" verify --page cut.png
says '^FAILED +page'
want 0 "$PERSO" verify --page "$visa" --json
json '["ok"]' | grep -q True

# as PDF for the printer: the check has the same page as a picture
sed -i 's/^print-folder.*/print-folder: "pdf"\nprint-format: "pdf"/' perso.yaml
want 0 "$PERSO" run V-0003 --sticker LV0000001
ls pdf/V-0003/*.pdf >/dev/null

# a printer that fails spoils the sticker and stops the run
sed -i '/^print-f/d' perso.yaml
echo 'print-command: "cat >/dev/null; echo jam >&2; exit 3"' >>perso.yaml
order V-0004 lv-visa
order V-0005 lv-visa
want 0 "$PERSO" order import orders/V-0004.json orders/V-0005.json
printf 'LV0000011\nLV0000012\n' >more.txt
want 0 "$PERSO" stock receive --product visa-sticker --list more.txt
want 1 "$PERSO" run --stickers more.txt
says '^V-0004 .*spoiled'
errs 'nobody knows whether LV0000011 was printed'
want 0 "$PERSO" stock list --state received
says '^LV0000012 '
want 0 "$PERSO" order show V-0005
says imported

# nothing about the person in reports
! grep -rqE 'OKONKWO|Okonkwo|ERIKSSON|C01X00T47' reports results ||
    fail "personal data in a report"
