#!/bin/sh
# PACE, Chip and Terminal Authentication as the commands offer them: make a
# passport with fingerprints and one with BAC only, read and verify them with
# every password.
. "$TOP/tests/cli/common.sh"

# None of these files has the text.
quiet() {
	quiet_text=$1
	shift
	! grep -q -- "$quiet_text" "$@" || fail "$quiet_text in $*"
}

pin=314159
puk=27182818
station
order E-1 lv-passport-eac
order E-2 uto-passport
"$PERSO" sim make chips --count 2 --pin "$pin" --puk "$puk" >serials
awk '{ printf "%s LV%07d\n", $1, NR }' serials >delivery
"$PERSO" stock receive --product perso-sim --list delivery >/dev/null
want 0 "$PERSO" order import orders/E-1.json orders/E-2.json
want 0 "$PERSO" run --sim chips --lds-dir lds --reports reports
says 'E-1 .* good: [0-9]+ checks, 0 failed$'
quiet 'cannot be read' out # the development inspection system was there
grep -q 'passed .*terminal-auth' reports/E-1/verification.txt
chip=chips/chip-000001.chip
mrz lds/E-1 >mrz.txt
mrz lds/E-2 >mrz2.txt
is="--terminal-key pki/lva/is.key"
chain="--terminal-chain pki/lva/dv.cvcert,pki/lva/is.cvcert"

# By the MRZ: PACE, with Chip Authentication Mapping; no fingerprints.
want 0 "$PERSO" verify --sim $chip --mrz @mrz.txt
says '^passed +pace +CAM with the MRZ; brainpoolP256r1, AES-128'
says '^passed +card-security '
says '^passed +cam '
says '^passed +chip-auth +brainpoolP256r1, key 13'
says '^passed +eac +EF.DG3 stays shut'
says '^skipped +terminal-auth +no terminal'
says '^skipped +hash-dg3 +EF.DG3 cannot be read: no terminal'
says '^passed +dg1-mrz '
says '^GOOD'

# With an inspection system.
want 0 "$PERSO" verify --sim $chip --mrz @mrz.txt $is $chain
says '^passed +terminal-auth +LVISDEV00001 from LVCVCADEV00001 with 2 '
says '^passed +hash-dg3 '
says '^GOOD.* 0 failed, 0 skipped'
want 0 "$PERSO" read --sim $chip --mrz @mrz.txt $is $chain --out files
says '^EF.DG3 '
cmp files/EF.DG3.bin lds/E-1/EF.DG3.bin
want 0 "$PERSO" read --sim $chip --mrz @mrz.txt
quiet EF.DG3 out
# One file may hold the chain; the key of another state's terminal is not
# believed.
cat pki/lva/dv.cvcert pki/lva/is.cvcert >chain.cvcerts
want 0 "$PERSO" verify --sim $chip --mrz @mrz.txt $is \
    --terminal-chain chain.cvcerts
want 1 "$PERSO" verify --sim $chip --mrz @mrz.txt \
    --terminal-key pki/uto/is.key \
    --terminal-chain pki/uto/dv.cvcert,pki/uto/is.cvcert
says '^FAILED +terminal-auth .*no chain from LVCVCADEV00001'

# BAC on request; the report says what was passed over.
want 0 "$PERSO" verify --sim $chip --mrz @mrz.txt --protocol bac
says '^skipped +pace +announced, but BAC was asked for'
says '^passed +bac '
want 0 "$PERSO" verify --sim $chip --mrz @mrz.txt --protocol pace --json
[ "$(json '["access"]')" = PACE ]
[ "$(json '["authentications"][0]["mapping"]')" = CAM ]
[ "$(json '["authentications"][0]["parameters"]')" = brainpoolP256r1 ]
[ "$(json '["authentications"][0]["cipher"]')" = AES-128 ]
[ "$(json '["authentications"][0]["result"]')" = passed ]
[ "$(json '["authentications"][0]["us"] > 0')" = True ]

# The PIN: from a file, from standard input; a wrong one is sent once.
echo $pin >pin.txt
want 0 "$PERSO" verify --sim $chip --pin @pin.txt
says '^passed +pace +CAM with the PIN'
says '^skipped +dg1-mrz +nothing of the printed MRZ is known'
"$PERSO" verify --sim $chip --pin - <pin.txt >out || fail 'PIN by stdin'
says '^GOOD'
want 1 "$PERSO" verify --sim $chip --pin 999999
says '^FAILED +pace +the PIN has 2 tries left'
quiet 999999 out err
want 4 "$PERSO" read --sim $chip --pin 999999
errs 'the PIN has 1 try left'
want 1 "$PERSO" verify --sim $chip --pin @pin.txt
says '^FAILED +pace .*suspended'
"$PERSO" sim serve --help | grep -q -- --puk || fail 'sim serve --puk'

# A wrong CAN opens nothing, and BAC is not tried without an MRZ.
want 1 "$PERSO" verify --sim $chip --can 000000
says '^FAILED +pace '
quiet 'bac' out

# A chip without PACE.
want 0 "$PERSO" verify --sim chips/chip-000002.chip --mrz @mrz2.txt
says '^passed +bac '
want 1 "$PERSO" verify --sim chips/chip-000002.chip --mrz @mrz2.txt \
    --protocol pace
says '^FAILED +pace +no PACE: EF.CardAccess is not there'
want 4 "$PERSO" read --sim chips/chip-000002.chip --can 123456
errs 'no PACE'

# Command lines that say nothing, or too much.
want 2 "$PERSO" verify --sim $chip
errs '--mrz, --can or --pin opens the chip'
want 2 "$PERSO" verify --sim $chip --can 12x456
errs '--can: character 3 is no digit'
quiet 12x456 err
want 2 "$PERSO" verify --sim $chip --can - --pin -
errs 'is empty|only one value'
want 2 "$PERSO" verify --sim $chip --mrz @mrz.txt --protocol eac
errs '--protocol is auto, pace or bac'
want 2 "$PERSO" read --sim $chip --mrz @mrz.txt $is
errs 'go together'
want 2 "$PERSO" read --sim $chip --mrz @mrz.txt $is --terminal-chain ,
errs 'parted by commas'
want 3 "$PERSO" read --sim $chip --mrz @mrz.txt $is --terminal-chain mrz.txt
want 2 "$PERSO" sim make other --pin ''
errs '--pin is empty'
