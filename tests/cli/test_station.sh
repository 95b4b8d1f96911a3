#!/bin/sh
# Setting up: configuration found where it should be, PKI shown, simulated
# chips, readers; and every exit code seen once.
. "$TOP/tests/cli/common.sh"

want 0 "$PERSO" init --profiles "$TOP/profiles" --reader "Reader one" a --json
[ "$(json '["config"]')" = a/perso.yaml ] || fail "init --json"
grep -q '^reader: "Reader one"$' a/perso.yaml || fail "reader"
[ -s a/perso.db ] || fail "no store"
want 0 "$PERSO" init --profiles "$TOP/profiles" --pki keys b
grep -q 'keys/trust' b/perso.yaml || fail "--pki"
want 2 "$PERSO" init --profiles /nowhere c
[ ! -e c ] || fail "half a station"

# --config before $PERSO_CONFIG before ./perso.yaml; relative to the file.
want 0 "$PERSO" pki init-dev --conf "$TOP/certs/dev.conf" a/pki --json
[ "$(json '["states"]')" = 2 ] || fail "states"
want 0 "$PERSO" sim make --config a/perso.yaml a/chips
[ "$(wc -c <out)" = 21 ] || fail "a serial of 20 digits"
serial=$(cat out)
want 0 "$PERSO" stock receive --config a/perso.yaml --product perso-sim \
    "$serial"
want 0 env PERSO_CONFIG=a/perso.yaml "$PERSO" stock list
says "^$serial "
cd b
want 0 env PERSO_CONFIG=../a/perso.yaml "$PERSO" stock list
says "^$serial "
want 0 "$PERSO" stock list
! grep -q "$serial" out || fail "./perso.yaml is not taken"
want 0 "$PERSO" --config ../a/perso.yaml stock list
says "^$serial "
want 2 env PERSO_CONFIG=../no.yaml "$PERSO" stock list
errs 'no.yaml'
cd ../a
printf 'store: a\nstore: b\n' >bad.yaml
want 2 "$PERSO" --config bad.yaml order list
errs 'bad.yaml:2'

# Certificates.
want 0 "$PERSO" pki show pki/uto/csca.cer pki/uto/ds.cer
says '^  role +CSCA$'
says '^  role +document signer$'
says '^  types +I P PP$'
want 0 "$PERSO" pki show --json pki/lva/ds.cer
[ "$(json '["types"][0]')" = A ] || fail "types"
want 0 "$PERSO" pki show
says 'Development Approver'
want 3 "$PERSO" pki show perso.yaml
want 3 "$PERSO" pki show nowhere.cer
for k in pki/*/*.key pki/chip-keys.txt; do
	[ "$(stat -c %a "$k")" = 600 ] || fail "mode of $k"
done
[ -e pki/DEVELOPMENT ] || fail "the PKI is not marked"
openssl verify -CAfile pki/approver/approver.cer \
    pki/approver/approver.cer >/dev/null 2>&1 ||
    openssl x509 -in pki/approver/approver.cer -noout ||
    fail "openssl cannot read the approver"

# Simulated chips.
want 6 "$PERSO" sim make chips
want 0 "$PERSO" sim make chips --first 2 --count 2 --short --json
[ "$(wc -l <out)" = 2 ] || fail "two chips"
want 2 "$PERSO" sim make chips --count many
want 2 "$PERSO" sim make chips --product none
want 0 "$PERSO" sim show --json chips/chip-000001.chip
[ "$(json '["state"]')" = blank ] || fail "state"
want 3 "$PERSO" sim show perso.yaml
want 2 "$PERSO" sim serve --fault flood chips/chip-000001.chip
want 4 "$PERSO" sim serve --port 1 chips/chip-000001.chip

# No reader service.
want 4 env PCSCLITE_CSOCK_NAME="$WORK/none" "$PERSO" readers
want 4 env PCSCLITE_CSOCK_NAME="$WORK/none" "$PERSO" readers --json
errs '"error": *"link"'
want 4 env PCSCLITE_CSOCK_NAME="$WORK/none" "$PERSO" verify \
    --mrz L898902C3674081223604159

# A store of something else, a damaged one, a folder that cannot be written.
cp perso.db good.db
echo 'no database' >perso.db
want 6 "$PERSO" order list
cp good.db perso.db
want 0 "$PERSO" order list
