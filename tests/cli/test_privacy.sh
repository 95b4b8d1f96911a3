#!/bin/sh
# Nothing personal in messages, logs, evidence, reports and the store.
. "$TOP/tests/cli/common.sh"
station
chips 4
: >all.err
for t in lv-passport-adult uto-passport lv-eid; do
	order "D-$(printf %s "$t" | cksum | cut -c1-5)" $t
done
order D-BAD uto-passport
# Orders that are refused for their personal data.
sed -e 's/Eriksson/Eriksson 漢/; s/ZE184226B/070385-11205/' \
    -e 's/1974-08-12/1974-02-31/' orders/D-BAD.json >orders/D-BAD2.json
sign orders/D-BAD2.json
"$PERSO" order check orders/D-BAD2.json >>all.err 2>&1 && fail "not refused"
rm orders/D-BAD*
"$PERSO" order import orders/D-*.json >>all.err 2>&1
"$PERSO" run --sim chips --output results.jsonl --reports reports \
    --lds-dir lds >run.out 2>>all.err || {
	cat all.err
	fail "run"
}
n=0
for d in lds/*; do
	mrz "$d" >zone
	for c in chips/*.chip; do
		"$PERSO" verify --sim "$c" --mrz - --report "report-$n.json" \
		    <zone >>all.err 2>&1 || true
		"$PERSO" --json verify --sim "$c" --mrz - <zone >>all.err 2>&1 ||
		    true
		n=$((n + 1))
	done
done
"$PERSO" job list --json >jobs
for j in 1 2 3; do
	"$PERSO" job show $j >>evidence
	"$PERSO" job show --json $j >>evidence
done
"$PERSO" order list >>all.err
"$PERSO" stock list >stock
"$PERSO" doctor >>all.err || true
for f in all.err run.out evidence jobs results.jsonl report-*.json \
    reports/*/* perso.db*; do
	[ -f "$f" ] || continue
	if strings -n 4 "$f" | grep -qE "$personal"; then
		strings -n 4 "$f" | grep -E "$personal" | cut -c1-20
		fail "personal data in $f"
	fi
done
# Document numbers are for the operator's screen, not for evidence.
! grep -qE 'LV0000001|LV0000002' evidence jobs report-*.json ||
    fail "a document number in evidence"
# What an unfinished job keeps is gone: no EF.SOD in the store.
for d in lds/*; do
	/usr/bin/python3 - "$d/EF.SOD.bin" <<'P' || fail "EF.SOD in the store"
import glob, sys
sod = open(sys.argv[1], "rb").read()
for f in glob.glob("perso.db*"):
    assert sod[200:264] not in open(f, "rb").read(), f
P
done
echo "note: no personal data in messages, evidence, reports and store"
