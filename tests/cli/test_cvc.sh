#!/bin/sh
# perso pki cvca|dv|is|cvc: a chain for Terminal Authentication from nothing.
# shellcheck disable=SC2086 # words of $ca and $dv
. "$TOP/tests/cli/common.sh"

ca="--ca-key cv/UTCVCA00001.key --ca-cert cv/UTCVCA00001.cvcert"
dv="--ca-key cv/UTDV00001.key --ca-cert cv/UTDV00001.cvcert"

# a CVCA, a DV, a terminal
want 0 "$PERSO" pki cvca --out cv --chr UTCVCA00001 --from 2026-01-01
says '^curve +brainpoolP256r1$'
says '^expires +2028-12-30$'
want 0 "$PERSO" pki dv --out cv --chr UTDV00001 --from 2026-11-01 $ca
says '^role +domestic DV$'
says '^expires +2027-01-29$'
want 0 "$PERSO" pki is --json --out cv --chr UTIS00001 --from 2026-11-01 \
    --days 30 --rights read-dg3 $dv
[ "$(json '["rights"]')" = "['read-dg3']" ] || fail "rights"
[ "$(json '["expires"]')" = 2026-11-30 ] || fail "expires"
[ "$(stat -c %a cv/*.key | sort -u)" = 600 ] || fail "modes of keys"
want 0 "$PERSO" pki cvc show --chain --at 2026-11-22 \
    cv/UTCVCA00001.cvcert cv/UTDV00001.cvcert cv/UTIS00001.cvcert
says '^chain +right$'
want 1 "$PERSO" pki cvc show --chain --at 2026-12-01 --json \
    cv/UTCVCA00001.cvcert cv/UTDV00001.cvcert cv/UTIS00001.cvcert
says '"chain":"expired","certificate":3'
want 1 "$PERSO" pki cvc show --chain cv/UTCVCA00001.cvcert \
    cv/UTIS00001.cvcert
says '^chain +trust$'

# a key that exists is not written over
cp cv/UTDV00001.key before
want 6 "$PERSO" pki dv --out cv --chr UTDV00001 --from 2026-11-01 $ca
errs 'exists already'
cmp -s before cv/UTDV00001.key || fail "key was overwritten"
rm cv/UTIS00001.key
want 6 "$PERSO" pki is --out cv --chr UTIS00001 --from 2026-11-01 $dv
[ ! -e cv/UTIS00001.key ] || fail "key without its certificate"

# requests: the first one, and one that the last key vouches for
want 0 "$PERSO" pki dv --out cv --chr UTDV00002 \
    --ca-cert cv/UTCVCA00001.cvcert
says '^request +cv/UTDV00002.cvreq$'
want 0 "$PERSO" pki dv --out cv --request cv/UTDV00002.cvreq \
    --from 2026-11-01 $ca
want 0 "$PERSO" pki dv --out cv --chr UTDV00003 --ca-cert \
    cv/UTCVCA00001.cvcert --old-key cv/UTDV00002.key --old-cert \
    cv/UTDV00002.cvcert
want 0 "$PERSO" pki cvc show cv/UTDV00003.cvreq
says '^ request +authenticated$'
says '^ outer_car +UTDV00002$'
says '^ inner_signature +right$'
want 2 "$PERSO" pki dv --out cv --request cv/UTDV00003.cvreq \
    --from 2026-11-01 $ca
errs 'name the certificate of its outer signature'
want 5 "$PERSO" pki dv --out cv --request cv/UTDV00003.cvreq \
    --from 2026-11-01 --old-cert cv/UTDV00001.cvcert $ca
errs 'outer CAR'
[ ! -e cv/UTDV00003.cvcert ] || fail "signed all the same"

# a certificate of a like-named authority vouches for nothing
want 0 "$PERSO" pki cvca --out forged --chr UTCVCA00001 --from 2026-01-01
want 0 "$PERSO" pki dv --out forged --chr UTDV00002 --from 2026-11-01 \
    --ca-key forged/UTCVCA00001.key --ca-cert forged/UTCVCA00001.cvcert
want 0 "$PERSO" pki dv --out forged --chr UTDV00009 --ca-cert \
    cv/UTCVCA00001.cvcert --old-key forged/UTDV00002.key --old-cert \
    forged/UTDV00002.cvcert
want 5 "$PERSO" pki dv --out forged --request forged/UTDV00009.cvreq \
    --from 2026-11-01 --old-cert forged/UTDV00002.cvcert $ca
errs 'old-cert'
[ ! -e forged/UTDV00009.cvcert ] || fail "signed for a forged one"
want 0 "$PERSO" pki dv --out cv --request cv/UTDV00003.cvreq \
    --from 2026-11-01 --old-cert cv/UTDV00002.cvcert $ca

# a request that was tampered with
head -c 20 cv/UTDV00002.cvreq >bad.cvreq
want 3 "$PERSO" pki cvc show bad.cvreq
/usr/bin/python3 - <<'EOF'
b = bytearray(open("cv/UTDV00002.cvreq", "rb").read())
b[-1] ^= 1
open("bad.cvreq", "wb").write(b)
EOF
want 1 "$PERSO" pki cvc show bad.cvreq
says '^ inner_signature +wrong$'
want 5 "$PERSO" pki dv --out bad --request bad.cvreq --from 2026-11-01 $ca
errs 'signature does not verify'

# a new CVCA, and the link to it; a foreign DV
want 0 "$PERSO" pki cvca --out cv --chr UTCVCA00002 --curve P-521 \
    --from 2026-11-01 --link-key cv/UTCVCA00001.key --link-cert \
    cv/UTCVCA00001.cvcert
says '^algorithm +id-TA-ECDSA-SHA-512$'
want 0 "$PERSO" pki dv --out cv --chr XADV00001 --from 2026-11-01 \
    --ca-key cv/UTCVCA00002.key --ca-cert cv/UTCVCA00002-link.cvcert
says '^role +foreign DV$'
want 0 "$PERSO" pki cvc show --chain cv/UTCVCA00001.cvcert \
    cv/UTCVCA00002-link.cvcert cv/XADV00001.cvcert
says '^chain +right$'

# what may not be issued
want 5 "$PERSO" pki is --out no --chr UTIS00009 --from 2026-11-01 $ca
errs 'a CVCA may not sign a terminal'
want 5 "$PERSO" pki dv --out no --chr UTDV00009 --from 2026-11-01 $dv
errs 'a domestic DV may not sign a domestic DV'
want 5 "$PERSO" pki dv --out no --chr UTDV00009 --from 2025-11-01 $ca
errs 'effective date'
want 5 "$PERSO" pki dv --out no --chr UTDV00009 --from 2026-11-01 \
    --days 2000 $ca
errs 'expiration date'
want 5 "$PERSO" pki dv --out no --chr UTDV00009 --from 2026-11-01 \
    --curve P-256 $ca
errs 'curve'
want 3 "$PERSO" pki dv --out no --chr UTDV00009 --from 2026-11-01 \
    --ca-key cv/UTDV00001.key --ca-cert cv/UTCVCA00001.cvcert
errs 'not that of its certificate'
want 2 "$PERSO" pki cvca --out no --chr UT/../CA00001
errs 'letters, digits'
want 3 "$PERSO" pki cvca --out no --chr UTCVCA0001x
want 2 "$PERSO" pki cvca --out no --chr UTCVCA00001 --rights read-dg9
want 3 "$PERSO" pki cvca --out no --chr UTCVCA00001 --hash SHA-1x
want 3 "$PERSO" pki cvca --out no --chr UTCVCA00001 --hash SHA-1
errs 'SHA-1 is for reading only'
want 2 "$PERSO" pki dv --out no --chr UTDV00009
errs '--curve is wanted'
want 2 "$PERSO" pki cvc list cv/UTCVCA00001.cvcert
[ ! -e no ] || fail "a refusal made something"
