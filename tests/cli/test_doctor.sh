#!/bin/sh
# perso doctor finds what is broken and says what to do.
. "$TOP/tests/cli/common.sh"

want 1 "$PERSO" doctor
says '^FAIL +configuration '
says '-> perso init makes one'
station
want 0 "$PERSO" doctor
says '^ok +store '
says '^WARN +signers .*development PKI'
want 0 "$PERSO" doctor --json
[ "$(json '["ok"]')" = True ] || fail "ok"
[ "$(json '["failures"]')" = 0 ] || fail "failures"

# broken WHAT: the check fails; put back afterwards by the caller.
broken() {
	want 1 "$PERSO" doctor
	says "^FAIL +$1"
	says '-> '
	want 1 "$PERSO" doctor --json
	[ "$(json '["ok"]')" = False ] || fail "$1: ok"
}
mv perso.db away
broken store
want 1 "$PERSO" doctor
[ ! -e perso.db ] || fail "doctor has made a store"
head -c 5000 /dev/urandom >perso.db
broken store
mv away perso.db
mv pki/chip-keys.txt away
broken 'chip keys'
mv away pki/chip-keys.txt
chmod 644 pki/chip-keys.txt
broken 'chip keys'
chmod 600 pki/chip-keys.txt
mv pki/trust away
mkdir pki/trust
broken trust
rmdir pki/trust
mv away pki/trust
mv pki/trust/uto-csca.cer away
broken 'signer UTO'
mv away pki/trust/uto-csca.cer
cp pki/uto/ds.cer away
cp pki/lva/ds.cer pki/uto/ds.cer
broken 'signer UTO'
cp away pki/uto/ds.cer
want 0 "$PERSO" doctor
says '^ok +sealer UTO'
says '^ok +sealer LVA'
cp pki/uto/seal.cer away
cp pki/lva/seal.cer pki/uto/seal.cer
broken 'sealer UTO'
says 'belongs to another key'
cp away pki/uto/seal.cer
mv pki/lva/seal.key away
want 0 "$PERSO" doctor
says '^WARN +sealer LVA'
mv away pki/lva/seal.key
mv pki/uto away.d
want 0 "$PERSO" doctor # one state without a signer is a warning
says '^WARN +signer UTO'
mv pki/lva away.e
broken signers
mv away.d pki/uto
mv away.e pki/lva
chmod 644 pki/uto/ds.key
want 0 "$PERSO" doctor
says '^WARN +signer UTO .*can be read by others'
chmod 600 pki/uto/ds.key
mv pki/approver away.d
broken approvers
mkdir pki/approver
broken approvers
rmdir pki/approver
mv away.d pki/approver
cp pki/approver/approvers.txt away
: >pki/approver/approvers.txt
broken approvers
echo 'nonsense' >pki/approver/approvers.txt
broken approvers
cp away pki/approver/approvers.txt
cp perso.yaml away
cp -r "$TOP/profiles" profiles
sed -i 's|^profiles:.*|profiles: "profiles"|' perso.yaml
want 0 "$PERSO" doctor
echo 'colour: red' >>profiles/documents/uto-passport.yaml
broken profiles
says 'uto-passport.yaml:[0-9]+'
cp away perso.yaml
echo 'nonsense: 1' >>perso.yaml
broken configuration
says 'nonsense'
cp away perso.yaml
PCSCLITE_CSOCK_NAME=$WORK/no-such-socket want 0 "$PERSO" doctor
says '^WARN +readers '
want 0 "$PERSO" doctor
