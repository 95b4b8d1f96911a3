#!/bin/sh
# perso seal make|show|check: a visa and a travel document, from values to
# symbols and back, with the tools of others as witnesses.
. "$TOP/tests/cli/common.sh"

station
cat >visa.txt <<'M'
VCUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
L8988901C4XXX4009078F9612109<<<<<<<<
M
cat >etd.txt <<'M'
PUUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
D231458907UTO7408122F2606277<<<<<<<8
M
visa() {
	"$PERSO" seal make --definition visa --country UTO "$@" \
	    mrv-b=@visa.txt passport-number=L8988901C \
	    duration-of-stay=90-0-0 entries=2
}

# bytes, both header versions
want 0 visa --out v4.bin
says '^v4.bin: seal of visa, [0-9]+ bytes$'
[ "$(stat -c %a v4.bin)" = 600 ] || fail "others may read a person's seal"
want 0 visa --out v3.bin --header 3
for v in 3 4; do
	want 0 "$PERSO" seal show v$v.bin
	says "^header-version +$v\$"
	says '^definition +visa$'
	says '^code +5D01$'
	says '^  mrv-b +VCUTOERIKSSON<<ANNA<MARIA<{11}L8988901C4XXX4009078F9612109$'
	says '^  duration-of-stay +90-0-0$'
	says '^  passport-number +L8988901C$'
	want 0 "$PERSO" seal check v$v.bin
	says '^verdict +genuine$'
	says '^chain +right'
	says '^type +right'
done
want 0 "$PERSO" seal check --json v4.bin
[ "$(json '["genuine"]')" = True ] || fail "not genuine"
[ "$(json '["seal"]["messages"][1]["value"]')" = L8988901C ] || fail "value"

# symbols: both kinds, read by ours and by the tools of others
for kind in qr datamatrix; do
	want 0 visa --out $kind.png --symbol $kind
	says "modules, [0-9.]+ mm\$"
	want 0 "$PERSO" seal check $kind.png
	says '^verdict +genuine$'
done
zbarimg -q --raw --nodbus -Sbinary qr.png >qr.bin 2>/dev/null
dmtxread -N1 datamatrix.png >datamatrix.bin 2>/dev/null
for kind in qr datamatrix; do
	want 0 "$PERSO" seal check $kind.bin
	"$PERSO" seal show --json $kind.bin >a
	"$PERSO" seal show --json $kind.png >b
	cmp -s a b || fail "$kind: others read other bytes"
done
want 0 visa --json --out small.png --symbol qr --level L
small=$(json '["modules"]')
want 0 visa --json --out large.png --symbol qr --level H
[ "$small" -lt "$(json '["modules"]')" ] || fail "level changes nothing"

# OpenSSL judges signature and certificate
openssl x509 -inform DER -in pki/uto/seal.cer -pubkey -noout >pub
/usr/bin/python3 - v4.bin <<'P'
import sys
seal = open(sys.argv[1], "rb").read()
at = len(seal) - 66
assert seal[at:at + 2] == b"\xff\x40"
open("tbs", "wb").write(seal[:at])
def integer(b):
    b = b.lstrip(b"\0") or b"\0"
    b = b"\0" + b if b[0] & 0x80 else b
    return bytes([2, len(b)]) + b
body = integer(seal[at + 2:at + 34]) + integer(seal[at + 34:])
open("sig", "wb").write(bytes([0x30, len(body)]) + body)
P
openssl dgst -sha256 -verify pub -signature sig tbs >/dev/null ||
    fail "openssl refuses the signature"
sed 's/^explicit_parameters = yes/explicit_parameters = no/;
    s/^csca_key = .*/csca_key = P-384/' "$TOP/certs/dev.conf" >named.conf
"$PERSO" pki init-dev --conf named.conf named >/dev/null
openssl x509 -inform DER -in named/trust/uto-csca.cer -out ca.pem
openssl x509 -inform DER -in named/uto/seal.cer -out seal.pem
# the purpose is unknown to OpenSSL, so its critical extension as well
openssl verify -ignore_critical -CAfile ca.pem seal.pem >/dev/null ||
    fail "openssl refuses the certificate"

# a travel document needs header version 4; standard input
"$PERSO" seal make --definition etd --country UTO --out etd.bin mrz=- \
    <etd.txt >/dev/null || fail "etd"
want 0 "$PERSO" seal check --definition etd etd.bin
want 1 "$PERSO" seal check --definition visa etd.bin
says '^contents +wrong +seal is 5E/03, visa is 5D/01'
want 2 "$PERSO" seal make --definition etd --country UTO --header 3 \
    --out no.bin mrz=@etd.txt
errs 'need header version 4'

# whom to believe: the certificate alone, a folder, nobody, another CSCA
mkdir trust other alone
cp pki/trust/uto-csca.cer pki/uto/seal.cer trust/
cp named/trust/uto-csca.cer other/
mkdir away
cp v4.bin away/
cd away
want 0 "$PERSO" seal check --cert ../pki/uto/seal.cer v4.bin
says '^chain +not judged'
says '^verdict +genuine if the certificate is'
want 0 "$PERSO" seal check --trust ../trust v4.bin
says '^verdict +genuine$'
want 1 "$PERSO" seal check --trust ../alone v4.bin
says '^signature +not judged +the signer'
says '^verdict +NOT GENUINE$'
want 1 "$PERSO" seal check --trust ../other --cert ../pki/uto/seal.cer v4.bin
says '^chain +wrong'
want 1 "$PERSO" seal check --cert ../pki/uto/ds.cer v4.bin
says '^profile +wrong'
want 2 "$PERSO" seal check v4.bin
errs 'whom to believe'
want 0 "$PERSO" seal show v4.bin
says '^  tag 05'
cd ..

# one changed byte; bytes that are no seal
cp v4.bin bad.bin
printf 'Z' | dd of=bad.bin bs=1 seek=30 conv=notrunc 2>/dev/null
want 1 "$PERSO" seal check bad.bin
says '^signature +wrong'
printf 'DC' >bad.bin
want 3 "$PERSO" seal show bad.bin
errs 'does not begin with DC'
head -c 40 v4.bin >bad.bin
want 3 "$PERSO" seal check bad.bin
head -c 300 qr.png >bad.png
want 3 "$PERSO" seal check bad.png
errs 'PNG is damaged'

# what does not fit says by how much, and writes nothing
want 3 "$PERSO" seal make --definition visa --country UTO --out no.bin \
    mrv-b=@visa.txt passport-number=L8988901C12 duration-of-stay=90-0-0
errs 'does not fit by 2 bytes'
errs 'in passport-number'
want 3 visa --out no.png --symbol qr --level H --max-side 45
errs 'does not fit by [0-9]+ bytes'
want 3 "$PERSO" seal make --definition visa --country UTO --out no.bin \
    mrv-b=@visa.txt
errs 'needs duration-of-stay'
want 2 "$PERSO" seal make --definition visa --country UTO --out no.bin \
    colour=red
errs 'mrv-a, mrv-b'
want 2 "$PERSO" seal make --definition nothing --country UTO --out no.bin
errs 'one of: .*etd'
want 2 visa --out no.bin --symbol qr
errs 'FILE.png'
want 2 visa --out no.png --level M
errs 'one way of correction'
[ ! -e no.bin ] && [ ! -e no.png ] || fail "something was written"

# a key that is not the certificate's; a certificate of another use; a type
# of document that the signer may not seal
want 5 visa --out no.bin --signer-key named/uto/seal.key
errs 'is not the key of'
want 5 visa --out no.bin --signer-key pki/uto/ds.key \
    --signer-cert pki/uto/ds.cer
errs 'seal signer'
sed 's/^seal_types = .*/seal_types = P/' "$TOP/certs/dev.conf" >types.conf
"$PERSO" pki init-dev --conf types.conf types >/dev/null
want 5 visa --out no.bin --signer-key types/uto/seal.key \
    --signer-cert types/uto/seal.cer
errs 'the seal would be refused: type: .*VC'
[ ! -e no.bin ] || fail "something was written"

# errors name no person
! cat err out | grep -qE "$personal" || fail "personal data"
