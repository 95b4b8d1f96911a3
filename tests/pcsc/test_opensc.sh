#!/bin/sh
# OpenSC's opensc-tool sees the simulated chip in its reader and gets, byte
# for byte, the answers that the chip gives without a reader.
. tests/pcsc/pcscd.sh

: "${B:?}"
export OPENSC_CONF="$WORK/opensc.conf"
cat > "$OPENSC_CONF" <<'END'
app default {
	reader_driver pcsc {
		max_send_size = 2048;
		max_recv_size = 2048;
	}
}
END
san=
[ "${V:-}" = asan ] && san="-fsanitize=address,undefined"
# shellcheck disable=SC2046,SC2086
"${CC:-cc}" -std=c17 -D_GNU_SOURCE -Iinclude $san -o "$WORK/apdus" \
    tests/pcsc/apdus.c "$B/libperso.a" $(pkg-config --libs libcrypto \
    libpcsclite jansson yaml-0.1 sqlite3) -lpthread ||
    fail "apdus.c does not compile"

opensc() {
	timeout -k 5 30 opensc-tool -r "$reader" "$@" < /dev/null \
	    2> "$WORK/opensc.err" ||
	    fail "opensc-tool: $(cat "$WORK/opensc.err")"
}

# The answers in opensc-tool's output, one per line, in hex.
answers() {
	awk '
	/^Sending/ { if (n++) print data sw; data = sw = ""; next }
	/^Received/ { match($0, /SW1=0x../); sw = substr($0, RSTART + 6, 2)
		match($0, /SW2=0x../); sw = sw substr($0, RSTART + 6, 2); next }
	n && /^[0-9A-F][0-9A-F] / { # "XX " for each byte, then its letter
		line = substr($0, 1, 3 * int(length($0) / 4))
		gsub(/ /, "", line); data = data line }
	END { print data sw }'
}

# compare CHIP APDU...: the same through both ways.
compare() {
	cp "$1" "$WORK/copy.chip"
	copy="$WORK/copy.chip"
	shift
	args=
	for a in "$@"; do args="$args -s $a"; done
	timeout 30 "$WORK/apdus" "$copy" "$@" > "$WORK/direct" ||
	    fail "no answers without a reader"
	# shellcheck disable=SC2086
	opensc -c default $args > "$WORK/opensc.out"
	answers < "$WORK/opensc.out" > "$WORK/through"
	over_pcscd=$((over_pcscd + 1))
	cat "$WORK/through"
	cmp "$WORK/direct" "$WORK/through" || {
		cat "$WORK/direct" "$WORK/opensc.out"
		fail "other answers"
	}
	[ "$(wc -l < "$WORK/through")" = $# ] || fail "not $# answers"
}

station
new_order uto-passport
new_chip
blank_chip=$chip

# A blank: who it is, that nothing works before SCP03, and the handshake:
# its challenge and cryptogram follow from the counter and our challenge.
chip_in "$blank_chip"
wait_card card
timeout 30 opensc-tool -l | tee "$WORK/list"
grep -q "Yes.*$reader" "$WORK/list" || fail "opensc-tool sees no card"
opensc -a | tee "$WORK/atr"
grep -qi '^3b:8c:80:01:80:73:94:21:c0:66:50:45:52:53:4f:31' "$WORK/atr" ||
    fail "another ATR"
compare "$blank_chip" 00A4000C023F00 00CA006600 00CA9F7F00 \
    00A4040C07A0000002471001 00B0000000 00D600000401020304 \
    80F0000000 8050300008000102030405060700 00A4020C02011E \
    8482330010000102030405060708090A0B0C0D0E0F
chip_out

# The same chip as a document.
wait_card empty
chip_in --hopper "$blank_chip"
perso_reader run --wait 20 --lds-dir "$WORK/lds" || fail "no document"
wait_card empty
chip_out
chip_in "$blank_chip"
wait_card card
compare "$blank_chip" 00A4000C023F00 00B0810000 00B09E0000 \
    00A4020C022F01 00B0000004 00A4020C02011C \
    00A4040C07A0000002471001 00A4020C02011E 00B09E0000 00B0810000 \
    0CB09E000D97010E8E080000000000000000 \
    8050300008000102030405060700 80E40000024F00 00FF0000 A0A4000000 \
    0082000028$(printf '%080d' 0)28

# READ BINARY of EF.COM and DG1 before BAC: 6982, and nothing but that.
sed -n '9,10p' "$WORK/through" | grep -vx 6982 && fail "not refused"
# What may be read, reads the same bytes as were written.
ef=$(od -An -v -tx1 "$WORK/lds/$order/EF.ATR-INFO.bin" | tr -d ' \n' |
    tr a-f A-F)
sed -n 2p "$WORK/through" | grep -q "^${ef}9000$" || fail "EF.ATR/INFO"

# GET CHALLENGE: eight random bytes, others each time.
opensc -c default -s 00A4040C07A0000002471001 -s 0084000008 -s 0084000008 \
    > "$WORK/opensc.out"
answers < "$WORK/opensc.out" | tee "$WORK/challenges"
[ "$(sed -n '2,3p' "$WORK/challenges" | grep -c '^................9000$')" = 2 ] ||
    fail "no challenge of eight bytes"
[ "$(sort -u "$WORK/challenges" | wc -l)" = 3 ] || fail "the same challenge"
over_pcscd=$((over_pcscd + 1))
