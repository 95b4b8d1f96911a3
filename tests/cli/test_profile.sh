#!/bin/sh
# perso profile list, check, show, diff; perso order mrz; documents without a
# chip in perso run; perso doctor looks ahead.
. "$TOP/tests/cli/common.sh"

want 2 "$PERSO" profile list
errs 'perso init makes one|no configuration'
station

# list
want 0 "$PERSO" profile list
says '^DOCUMENT +CODE +MRZ +CHIP +NEXT +TITLE'
says '^lv-passport-eac +PP +td3 +yes +[0-9-]+ +Citizen'
says '^lv-temporary-document +PU +td2 +no '
says '^uto-visa +VU +mrv-b +no '
want 0 "$PERSO" profile list --json
[ "$(wc -l <out)" = "$(ls "$TOP/profiles/documents" | wc -l)" ] ||
    fail "one line for each document"
/usr/bin/python3 - <<'P' || fail "list --json"
import json
rows = [json.loads(l) for l in open("out")]
ids = [r["document"] for r in rows]
assert len(set(ids)) == len(ids)
assert {r["document"] for r in rows if not r["chip"]} == {
    "lv-temporary-document", "lv-visa", "uto-visa"}
P

# show: a day decides
want 0 "$PERSO" profile show uto-passport --on 2026-12-31
says '^uto-passport, for documents issued on 2026-12-31'
says '^  document-code +P$'
says '^  access +bac$'
says '^from 2027-01-01: access bac -> bac, pace'
! grep -q '^  pace' out || fail "PACE before its day"
want 0 "$PERSO" profile show uto-passport --on 2030-01-01
says '^  document-code +PP$'
says '^  access +pace$'
says '^  lds.biometrics +iso39794$'
! grep -q '^from' out || fail "nothing is ahead"
want 0 "$PERSO" profile show lv-service-passport --on 2027-06-01
says '^  extends +lv-booklet$'
says '^  validity.min +2 years$'
says '^  terminal-authentication +for DG3$'
want 0 "$PERSO" profile show lv-visa --on 2027-06-01
says '^ *blanks +visa-sticker'
says '^ *seal +visa, header version 4'
says '^ *seal.symbol +datamatrix'
says '^ *seal.duration-of-stay +from: duration-of-stay'
want 0 "$PERSO" profile show lv-visa --json --on 2027-06-01
[ "$(json '["on"]')" = 2027-06-01 ] || fail "show --json"
/usr/bin/python3 - <<'P' || fail "a visa shows a chip"
import json
does = {d["key"]: d["value"] for d in json.load(open("out"))["does"]}
assert does["mrz-format"] == "mrv-a"
assert does["chips"].startswith("none")
assert not any(k.startswith(("lds", "pace", "access")) for k in does)
P
want 2 "$PERSO" profile show nothing
errs 'no document profile nothing'
want 3 "$PERSO" profile show lv-visa --on 2027-02-30
errs '--on'

# diff
want 0 "$PERSO" profile diff uto-passport --from 2026-12-31 --to 2028-01-01
says '^document-code$'
says '^  - P$'
says '^  \+ PP$'
says '^  \+ pace$'
want 0 "$PERSO" profile diff uto-passport --from 2031-01-01 --to 2040-01-01
says '^no difference$'
want 0 "$PERSO" profile diff lv-refugee-document lv-stateless-document \
    --on 2027-06-01
says '^  \+ PS$'
says '^  - from age 0: 5 years$'
! grep -q '^order.required$' out || fail "a difference that is none"
want 0 "$PERSO" profile diff uto-visa lv-visa --json
/usr/bin/python3 - <<'P' || fail "diff --json"
import json
d = {r["key"]: (r["was"], r["is"]) for r in json.load(open("out"))["differences"]}
assert d["mrz-format"] == ("mrv-b", "mrv-a"), d
assert d["validity"] == ("from age 0: 90 days", ""), d
P
want 2 "$PERSO" profile diff uto-passport
want 2 "$PERSO" profile diff uto-passport lv-visa --from 2027-01-01
want 2 "$PERSO" profile diff uto-passport --from 2027-01-01 --on 2027-01-01

# check: what is shipped keeps the rules today and on every day ahead
want 0 "$PERSO" profile check
says '^21 documents, [0-9]+ warnings, 0 failures'
! grep -q '^FAIL' out || fail "a shipped profile is wrong"
! grep -qE 'against Doc|required at' out || fail "a rule will be broken"
want 0 "$PERSO" profile check "$TOP/profiles" --json
[ "$(json '["ok"]')" = True ] || fail "check --json"

# one that stays as it is breaks a rule on each day
mkdir mine
cp -R "$TOP/profiles/." mine
sed -i '/^rules:/d; /^  - {from: 20/d' mine/documents/uto-passport.yaml
sed -i 's/^pace:/xpace:/' mine/documents/uto-passport.yaml
want 1 "$PERSO" profile check mine
says '^FAIL .*documents/uto-passport.yaml:[0-9]+:[0-9]+: unknown key xpace'
says '^20 documents, '
sed -i '/^xpace:/,/passwords/d; s/, card-access\]/]/' \
    mine/documents/uto-passport.yaml
sed -i 's/"14", //; s/  cipher: none//' mine/documents/uto-passport.yaml
"$PERSO" profile check mine >out || true
says 'uto-passport +2027-01-01|uto-passport +20[0-9-]+ +has no PACE'
says 'uto-passport +20[0-9-]+ +has BAC, against Doc 9303-11, 4.2'
says 'uto-passport +20[0-9-]+ +document code has no second letter'
says 'uto-passport +20[0-9-]+ +has ISO/IEC 19794 records'

# all files that are wrong are named
echo 'colour: red' >>mine/documents/lv-visa.yaml
echo 'colour: red' >>mine/common/lv-card.yaml
echo 'notice-days: 5' >>mine/policy.yaml
want 1 "$PERSO" profile check mine
says '^FAIL .*documents/lv-visa.yaml:[0-9]+:1: unknown key colour'
says '^FAIL .*common/lv-card.yaml:[0-9]+:1: unknown key colour'
says '^FAIL .*policy.yaml:[0-9]+:1: key notice-days appears twice'
says '^WARN .*no policy.yaml'
says '^17 documents, '
want 1 "$PERSO" profile check mine --json
[ "$(json '["ok"]')" = False ] || fail "check --json of what is wrong"
want 3 "$PERSO" profile check mine/documents

# a policy that is near: doctor says what has to be done
rm -rf mine
cp -R "$TOP/profiles" mine
cat >mine/policy.yaml <<'P'
notice-days: 3660
rules:
  - {from: 2001-01-01, forbids: [iso39794], source: "an old rule"}
  - {from: 2002-01-01, forbids: [pace], source: "a silly rule"}
P
cp perso.yaml keep.yaml
sed -i "s|^profiles:.*|profiles: mine|" perso.yaml
want 1 "$PERSO" doctor
says '^FAIL +profiles +from 20[0-9-]+ has PACE, against a silly rule: .*lv-eid-eac'
says '^WARN +profiles +from 2030-01-01 biometric records iso19794 -> iso39794: .*lv-passport'
says '-> give the profile a rule'
rm mine/policy.yaml
want 0 "$PERSO" doctor
says '^WARN +profiles +no policy.yaml'
mv keep.yaml perso.yaml

# order mrz
order M-0001 lv-visa
order M-0002 lv-temporary-document
order M-0003 uto-visa
order M-0004 lv-eid-eac
want 0 "$PERSO" order check orders/M-000?.json
want 0 "$PERSO" order mrz orders/M-0001.json --number LV1234567
says '^V<LVAOKONKWO<<CHIDINMA<NGOZI<<<<<<<<<<<<<<<<$'
says '^LV12345678NGA9307229F3009303<<<<<<<<<<<<<<<<$'
"$PERSO" mrz check <out >zone || fail "the zone is not one"
want 2 "$PERSO" order mrz orders/M-0001.json
errs '--number'
want 3 "$PERSO" order mrz orders/M-0001.json --number 12
want 0 "$PERSO" order mrz orders/M-0003.json --json
[ "$(json '["fields"]["format"]')" = MRV-B ] || fail "format"
[ "$(json '["fields"]["number"]')" = V000001A1 ] || fail "number"
want 0 "$PERSO" order mrz orders/M-0004.json --number PB1000001
says '^IDLVAPB10000010329504<11882<<<$'
! grep -q 020495 out || fail "the former number is in the zone"

# a former number is the holder's, or the order is refused
sed 's/020495-14563/020495-14564/' orders/M-0004.json >orders/bad.json
sign orders/bad.json
want 3 "$PERSO" order check orders/bad.json
says 'E-ORDER-PERSONAL-NUMBER +\$.holder.former-personal-number'
! grep -q 020495 out || fail "the number is in the message"
# a lost document needs no number, a changed name does
sed 's/"replaces": "PA1000777",//' orders/M-0004.json >orders/bad.json
sign orders/bad.json
want 3 "$PERSO" order check orders/bad.json
says 'E-ORDER-MISSING +\$.replaces'
sed -i 's/"change-name"/"lost"/' orders/bad.json
sign orders/bad.json
want 0 "$PERSO" order check orders/bad.json

# run: documents without a chip are passed over, the others are made
order M-0005 lv-eid
chips 2
want 0 "$PERSO" order import orders/M-0001.json orders/M-0002.json \
    orders/M-0005.json
want 0 "$PERSO" run --dry-run
errs 'order M-0001 passed over: lv-visa has no chip: give a sticker'
says '^M-0005: ready'
want 0 "$PERSO" run --sim chips --output results
errs 'order M-0002 passed over: lv-temporary-document has no chip'
says '^1 good, 0 not'
says '^2 without a chip, passed over'
[ "$(grep -c 'give a sticker' results)" = 2 ] || fail "results"
want 0 "$PERSO" order list --state imported
says '^M-0001 '
says '^M-0002 '
want 1 "$PERSO" run --sim chips M-0001
errs 'M-0001 passed over'
want 0 "$PERSO" order show M-0001
says 'imported'
