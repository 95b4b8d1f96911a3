#!/bin/sh
# The newcomer's first command, twice: over a pcscd of its own, new documents
# each time, the earlier store kept.
set -eu
export DEMO_DIR="$WORK/demo" DEMO_PKI="$WORK/pki" CI=true
for n in 1 2; do
	timeout 500 "$TOP/tools/demo" > "$WORK/demo-$n.log" 2>&1 || {
		cat "$WORK/demo-$n.log"
		exit 1
	}
	grep -q 'over a pcscd of our own' "$WORK/demo-$n.log"
	grep -q '^[0-9]* good, 0 not' "$WORK/demo-$n.log"
	sleep 1 # a run is named by its second
done
first=$(grep -c ' good: ' "$WORK/demo-1.log")
second=$(grep -c ' good: ' "$WORK/demo-2.log")
[ "$first" -ge 6 ] && [ "$second" = "$first" ]
done=$("$PERSO" --config "$DEMO_DIR/perso.yaml" order list --state done --json |
    wc -l)
[ "$done" = $((first + second)) ]
count() { find "$DEMO_DIR" "$@" | wc -l; }
for kind in evidence.json verification.txt; do
	[ "$(count -name $kind)" = "$done" ]
done
[ "$(count -path '*/sheets/*.png')" = "$done" ]
stickers=$(count -path '*/stickers/*.json')
[ "$stickers" -gt 0 ]
[ "$(count -name EF.SOD.bin)" = $((done - stickers)) ]
echo "note: $done runs over pcscd"
