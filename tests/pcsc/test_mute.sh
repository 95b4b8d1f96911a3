#!/bin/sh
# A chip that stops answering would block its PC/SC client for ever. `perso
# run` comes back within its time limit, says what happened, leaves the job
# spoiled and no process behind, and goes on with the next chip.
. tests/pcsc/pcscd.sh

station

# mute AT LIMIT: seconds in which everything must be over.
mute() {
	new_order lv-passport-adult > /dev/null
	new_chip > /dev/null
	wait_card empty
	chip_in --hopper --fault mute --at "$1" "$chip"
	wait_card card
	before=$(date +%s)
	perso_reader run "$order" --wait 3 --time-limit 2 \
	    --output "$WORK/out.jsonl" > "$WORK/run.log" 2>&1
	rc=$?
	took=$(($(date +%s) - before))
	outcome=$(json "$WORK/out.jsonl" outcome)
	text=$(json "$WORK/out.jsonl" text)
	echo "mute at $1: exit $rc after $took s: $outcome: $text"
	cat "$WORK/run.log"
	[ $rc != 0 ] && [ $rc -lt 124 ] || fail "exit $rc"
	[ $took -le "$2" ] || fail "took $took s"
	no_child_left
	# The reader's process hangs in pcscd for the mute chip until it is
	# taken out.
	chip_out
	wait_card empty
}

mute 5 25
[ "$(blank_state "$blank")" = received ] || [ "$outcome" = spoiled ] ||
    fail "before the job's begin: $outcome, $(blank_state "$blank")"
mute 20 25
[ "$outcome" = spoiled ] || fail "outcome is $outcome"
[ "$(blank_state "$blank")" = spoiled ] || fail "blank not spoiled"
grep -q "no answer within 2000 ms" "$WORK/run.log" ||
    fail "the message does not say what happened"
[ "$(perso job list --state spoiled --json | wc -l)" -ge 1 ] ||
    fail "no spoiled job"

# The station works on.
new_order lv-passport-adult
new_chip
chip_in --hopper "$chip"
perso_reader run "$order" --wait 20 || fail "the next chip did not come out"
[ "$(blank_state "$blank")" = good ] || fail "the next blank is not good"
no_child_left
