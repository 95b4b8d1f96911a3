#!/bin/sh
# Chips that are torn out of a real reader, once in each phase of a job, and
# put back a second later: the line goes on. Before a job has begun, it says
# so and nothing has happened. Tears at every command, without a reader, are
# in tests/line.
. tests/pcsc/pcscd.sh

station
good=0 spoiled=0

# tear KIND AT: a new chip, torn at a command of its job.
tear() {
	new_order lv-passport-adult > /dev/null
	new_chip > /dev/null
	wait_card empty
	chip_in --hopper --fault "$1" --at "$2" "$chip"
	wait_card card
	perso_reader run "$order" --wait 5 --time-limit 5 --quiet \
	    --output "$WORK/out.jsonl" > "$WORK/run.log" 2>&1
	rc=$?
	outcome=$(json "$WORK/out.jsonl" outcome)
	state=$(blank_state "$blank")
	echo "$1 at $2: exit $rc, $outcome, blank $state," \
	    "chip $(chip_state "$chip"): $(json "$WORK/out.jsonl" text)"
	chip_out
	[ "$(json "$WORK/out.jsonl" order)" = "$order" ] || fail "no result"
	case $outcome in
	good)
		good=$((good + 1))
		[ $rc = 0 ] || fail "good, but exit $rc"
		[ "$state" = good ] || fail "blank is $state"
		[ "$(chip_state "$chip")" = operational ] || fail "not locked"
		;;
	spoiled)
		spoiled=$((spoiled + 1))
		[ $rc = 1 ] || fail "spoiled, but exit $rc"
		[ "$state" = spoiled ] || fail "blank is $state"
		;;
	refused | failed | nothing)
		[ $rc != 0 ] || fail "$outcome, but exit 0"
		[ "$state" = received ] || fail "blank is $state"
		;;
	*) fail "outcome $outcome" ;;
	esac
	no_child_left
}

# 73 commands or so: handshake, keys, writing, comparing, locking, reading.
tear tear-before 3
tear tear-after 8
tear tear-inside 12
tear tear-before 18
tear tear-inside 20
tear tear-after 22
tear tear-before 27
tear tear-after 36
tear tear-before 45
[ "$(perso job list --json | wc -l)" -ge $((good + spoiled)) ] ||
    fail "jobs are missing"
echo "$good went on to a good document, $spoiled were spoiled"
[ $good = 8 ] || fail "the line does not go on after a tear"
[ $over_pcscd = 9 ] || fail "$over_pcscd of 9 runs went over pcscd"
