#!/bin/sh
# The line over pcscd: all order templates become documents on chips that a
# hopper puts into a reader; afterwards each is read and verified again.
. tests/pcsc/pcscd.sh

station
templates="lv-passport-adult lv-passport-child lv-eid lv-residence-permit
uto-passport uto-passport-unknown-birth"
chips=
for t in $templates; do
	new_order $t
	new_chip
	chips="$chips $chip"
done
perso order list

# shellcheck disable=SC2086
chip_in --hopper $chips
perso_reader run --wait 20 --output "$WORK/out.jsonl" \
    --reports "$WORK/reports" --lds-dir "$WORK/lds" ||
    fail "a document did not come out"
cat "$WORK/out.jsonl"
[ "$(grep -c '"outcome":"good"' "$WORK/out.jsonl")" = 6 ] ||
    fail "not six good documents"
[ "$(perso stock list --state good --json | wc -l)" = 6 ] ||
    fail "stock does not know six good blanks"
n=0
while [ -n "$(ps -o pid= -p "$serving")" ] && [ $n -lt 50 ]; do
	sleep 0.1
	n=$((n + 1))
done
[ $n -lt 50 ] || fail "the hopper did not take out the last chip"
chip_out
for chip in $chips; do
	[ "$(chip_state "$chip")" = operational ] || fail "$chip not locked"
done
no_child_left

# Each document once more, as a border would.
i=0
for chip in $chips; do
	i=$((i + 1))
	# Chips come in the order of their names, and so do the orders.
	lds="$WORK/lds/PC-2026-$(printf '%06d' $i)"
	mrz=$(mrz_of "$lds/EF.DG1.bin") || fail "no MRZ"
	wait_card empty
	chip_in "$chip"
	wait_card card
	perso_reader verify --mrz "$mrz" > "$WORK/verify.$i" ||
	    fail "verify: $(cat "$WORK/verify.$i")"
	perso_reader read --mrz "$mrz" --out "$WORK/read.$i" ||
	    fail "read"
	diff -r "$lds" "$WORK/read.$i" || fail "read other files than written"
	chip_out
done
tail -5 "$WORK/verify.1"

# With the wrong MRZ the chip stays shut.
chip_in "$chip"
wait_card card
perso_reader verify --mrz "L898902C3674081223604159" && fail "opened"
no_child_left
[ $over_pcscd = 14 ] || fail "$over_pcscd of 14 runs went over pcscd"
