#!/bin/sh
# A blank that is not for an order waits for one that it is for; an order
# without a fitting blank holds nobody up.
set -eu
. "$TOP/tests/cli/common.sh"

cd "$WORK"
"$PERSO" init --profiles "$TOP/profiles" . >/dev/null
"$PERSO" pki init-dev --conf "$TOP/certs/dev.conf" pki >/dev/null
cp "$TOP"/tests/data/orders/*.jp2 "$TOP"/tests/data/orders/*.jpg .
for pair in 1:lv-eid 2:lv-passport-adult 3:lv-eid; do
	"$PERSO" order new --id "B-000${pair%%:*}" \
	    --out "B-000${pair%%:*}.json" \
	    "$TOP/tests/data/orders/${pair#*:}.json"
done
"$PERSO" order sign --key pki/approver/approver.key \
    --cert pki/approver/approver.cer B-*.json >/dev/null
"$PERSO" order import B-*.json >/dev/null
"$PERSO" sim make chips --count 3 > delivery
"$PERSO" stock receive --product perso-sim --list delivery >/dev/null

# No booklet has a number printed in: the passport finds none.
status=0
"$PERSO" run --quiet --sim chips > out || status=$?
[ $status = 1 ] || { echo "exit $status, 1 expected"; cat out; exit 1; }
grep -q '^B-0001 .*good' out
grep -q '^B-0002 .*refused' out
grep -q '^B-0003 .*good' out
[ "$("$PERSO" order list --state imported --json | wc -l)" = 1 ]
[ "$("$PERSO" stock list --state received --json | wc -l)" = 1 ]
