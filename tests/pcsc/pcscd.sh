# Sourced by the tests of this folder: a station under $WORK, a pcscd of its
# own, chips in its readers. Every command has its own time limit, and what
# was started is ended with the test, however that ends.
#
# There is no way around pcscd here: where it cannot run, the test fails.
set -u
: "${PERSO:?}" "${TOP:?}" "${WORK:?}"

reader="Virtual PCD 00 00"
pcscd="$WORK/pcscd"
over_pcscd=0	# runs of perso that went over pcscd
serving=
running=	# a perso in the background
serial_number=0	# of orders and blanks

case ${V:-release} in
asan) limit=60 ;;
*) limit=30 ;;
esac

fail() {
	echo "FAIL: $*"
	exit 1
}

finish() {
	rc=$?
	trap - EXIT INT TERM
	[ -z "$running" ] || kill -s KILL "$running" 2>/dev/null
	chip_out
	timeout 20 "$TOP/tools/pcscd-run" stop "$pcscd"
	echo "note: $over_pcscd runs over pcscd"
	exit $rc
}
trap finish EXIT
trap 'exit 143' INT TERM

perso() {
	timeout -k 5 $limit "$PERSO" --config "$WORK/perso.yaml" "$@" \
	    < /dev/null
}

# The same with a reader; counted.
perso_reader() {
	over_pcscd=$((over_pcscd + 1))
	perso "$@" --reader "$reader"
}

station() {
	timeout 30 "$PERSO" init "$WORK" --profiles "$TOP/profiles" &&
	    timeout 60 "$PERSO" pki init-dev "$WORK/pki" \
	    --conf "$TOP/certs/dev.conf" || fail "no station"
	mkdir -p "$WORK/orders"
	cp "$TOP"/tests/data/orders/*.jp* "$WORK/orders/"
	env=$(timeout 60 "$TOP/tools/pcscd-run" start "$pcscd" 2)
	case $? in
	0) ;;
	3) fail "pcscd cannot run here, and these tests are about pcscd" ;;
	*) fail "pcscd does not start" ;;
	esac
	export "${env?}"
}

# A signed and imported order of a template; its number in $order.
new_order() {
	serial_number=$((serial_number + 1))
	order=PC-2026-$(printf '%06d' $serial_number)
	file="$WORK/orders/$order.json"
	perso order new --id "$order" --out "$file" \
	    "$TOP/tests/data/orders/$1.json" &&
	    perso order sign --key "$WORK/pki/approver/approver.key" \
	    --cert "$WORK/pki/approver/approver.cer" "$file" &&
	    perso order import "$file" || fail "no order $order"
}

# A blank in stock; its file in $chip, its serial in $blank.
new_chip() {
	n=$(printf '%06d' $((serial_number + 500)))
	blank=$(perso sim make "$WORK/chips" --first $((serial_number + 500)))
	chip="$WORK/chips/chip-$n.chip"
	[ -f "$chip" ] || fail "no chip $chip"
	perso stock receive --product perso-sim --number "LV2$n" "$blank" ||
	    fail "blank not received"
}

# chip_in FILE... [options]: in the first reader, until chip_out.
chip_in() {
	timeout -k 5 240 "$TOP/tools/pcscd-run" exec "$pcscd" "$PERSO" \
	    --config "$WORK/perso.yaml" sim serve "$@" \
	    > "$WORK/serve.log" 2>&1 < /dev/null &
	serving=$!
}

chip_out() {
	[ -n "$serving" ] || return 0
	kill "$serving" 2>/dev/null
	wait "$serving" 2>/dev/null
	serving=
}

# wait_card card|empty: until that is the reader's state.
wait_card() {
	until=$(($(date +%s) + 20))
	until perso readers | grep "^$reader  *$1" > /dev/null; do
		[ "$(date +%s)" -lt $until ] ||
		    fail "$reader is not: $1 ($(perso readers))"
		sleep 0.2
	done
}

# json FILE KEY: of the last line.
json() {
	/usr/bin/python3 -c 'import json, sys
print(json.loads(open(sys.argv[1]).read().splitlines()[-1])[sys.argv[2]])' \
	    "$1" "$2"
}

# The MRZ that stands in DG1.
mrz_of() {
	/usr/bin/python3 -c 'import sys
b = open(sys.argv[1], "rb").read()
assert b[0] == 0x61 and b[2:4] == b"\x5f\x1f"
print(b[5:].decode())' "$1"
}

blank_state() {
	perso stock list --json | /usr/bin/python3 -c 'import json, sys
rows = [json.loads(r) for r in sys.stdin.read().splitlines()]
print([r["state"] for r in rows if r["serial"] == sys.argv[1]][0])' "$1"
}

chip_state() {
	perso sim show "$1" | sed 's/.* //'
}

# No process of perso is left that works for this station, but the one that
# serves a chip.
no_child_left() {
	ps -eo pid,args | grep -F -- "--config $WORK/perso.yaml" |
	    grep -v -e grep -e "sim serve" && fail "a process is left over"
	return 0
}
