#!/bin/sh
# perso or pcscd is killed while a chip in a reader is written: no process is
# left over, and the next run finishes the document or spoils the blank.
. tests/pcsc/pcscd.sh

# A slow chip: there is time to kill something.
slow="--bps 106000 --command-us 20000"

# start_run: in the background, until it writes; its pid in $running.
start_run() {
	over_pcscd=$((over_pcscd + 1))
	"$PERSO" --config "$WORK/perso.yaml" run "$order" --wait 5 \
	    --time-limit 5 --reader "$reader" --output "$WORK/first.jsonl" \
	    > "$WORK/first.log" 2>&1 < /dev/null &
	running=$!
	until=$(($(date +%s) + 20))
	until grep -q '^ *sign  *ok' "$WORK/first.log"; do
		[ "$(date +%s)" -lt $until ] || {
			cat "$WORK/first.log"
			fail "the run does not come to writing"
		}
		sleep 0.05
	done
	sleep 0.2
}

# end_of_job: the next run ends what the first one left.
end_of_job() {
	perso_reader run --wait 5 --time-limit 5 --output "$WORK/out.jsonl"
	perso job list --json | grep -v -e '"state":"good"' \
	    -e '"state":"spoiled"' && fail "a job is not ended"
	state=$(blank_state "$blank")
	echo "$1: blank $state, chip $(chip_state "$chip")"
	case $state in
	good) [ "$(chip_state "$chip")" = operational ] || fail "not locked" ;;
	spoiled) ;;
	*) fail "blank is $state" ;;
	esac
}

station
for signal in KILL TERM; do
	new_order lv-passport-adult > /dev/null
	new_chip > /dev/null
	wait_card empty
	# shellcheck disable=SC2086
	chip_in --hopper $slow "$chip"
	wait_card card
	start_run
	kill -s $signal $running
	wait $running
	echo "run after SIG$signal: exit $?"
	cat "$WORK/first.log"
	sleep 0.2
	no_child_left
	if [ $signal = KILL ]; then
		end_of_job "perso killed"
	else
		# Asked to stop, it finishes the chip in hand.
		[ "$(blank_state "$blank")" = good ] || fail "not finished"
	fi
	chip_out
done

new_order lv-passport-adult > /dev/null
new_chip > /dev/null
wait_card empty
# shellcheck disable=SC2086
chip_in --hopper $slow "$chip"
wait_card card
start_run
timeout 20 "$TOP/tools/pcscd-run" stop "$pcscd" || fail "pcscd does not end"
n=0
while kill -0 $running 2>/dev/null && [ $n -lt 300 ]; do
	sleep 0.1
	n=$((n + 1))
done
[ $n -lt 300 ] || {
	kill -s KILL $running
	fail "perso waits for a pcscd that is gone"
}
wait $running
echo "run without pcscd: exit $?"
cat "$WORK/first.log"
no_child_left
chip_out
timeout 60 "$TOP/tools/pcscd-run" start "$pcscd" 2 > /dev/null ||
    fail "no other pcscd"
# shellcheck disable=SC2086
chip_in --hopper $slow "$chip"
wait_card card
end_of_job "pcscd killed"
