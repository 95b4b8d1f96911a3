#!/bin/sh
# perso mrz make|check, against the examples of Doc 9303-4 and -5.
. "$TOP/tests/cli/common.sh"

want 0 "$PERSO" mrz make --format TD3 --code P --issuer UTO \
    --number L898902C3 --surname Eriksson --given-names "Anna Maria" \
    --nationality UTO --birth 1974-08-12 --sex F --expiry 2012-04-15 \
    --optional ZE184226B
says '^P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<$'
says '^L898902C36UTO7408122F1204159ZE184226B<<<<<10$'
cp out td3
want 0 "$PERSO" mrz make --json --format TD1 --code I --issuer UTO \
    --number D23145890 --surname Eriksson --given-names "Anna Maria" \
    --nationality UTO --birth 1974-08-12 --sex F --expiry 2012-04-15
[ "$(json '["lines"][0]')" = 'I<UTOD231458907<<<<<<<<<<<<<<<' ] ||
    fail "TD1 line 1"
[ "$(json '["lines"][1]')" = '7408122F1204159UTO<<<<<<<<<<<6' ] ||
    fail "TD1 line 2"

set +e
"$PERSO" mrz check <td3 >out 2>err || fail "a right zone is refused"
set -e
says '^number +L898902C3$'
says '^check digits +right$'
# shellcheck disable=SC2046
want 0 "$PERSO" mrz check $(cat td3)
# shellcheck disable=SC2046
want 1 "$PERSO" mrz check $(sed 's/L898902C36/L898902C37/' td3)
says 'wrong check digit of document number: line 2, column 10 is 7, should be 6'
# shellcheck disable=SC2046
want 1 "$PERSO" mrz check --json $(sed 's/7408122/7408123/' td3)
[ "$(json '["wrong"][0]["expected"]')" = 2 ] || fail "expected digit"
want 3 "$PERSO" mrz check 'P<UTO'
want 3 "$PERSO" mrz make --format TD3 --code P --issuer UTO \
    --number L898902C3 --surname '漢' --given-names X \
    --nationality UTO --birth 1974-08-12 --sex F --expiry 2012-04-15
errs 'position 1|U\+6F22'
want 0 "$PERSO" mrz make --format TD3 --code P --issuer UTO \
    --number L898902C3 --surname Eriksson --given-names Anna \
    --nationality UTO --birth 1974-XX-XX --sex X --expiry 2012-04-15
says '^L898902C36UTO74<<<<[0-9]<1204159'
want 2 "$PERSO" mrz make --format TD9
errs '^perso: --format is TD1'
want 2 "$PERSO" mrz make --format TD3 --sex Q --birth 1974-08-12
errs '^perso: --sex is M'
want 3 "$PERSO" mrz make --format TD3 --issuer GBRX --birth 1974-08-12
errs '^perso: --issuer has 4 characters'
want 2 "$PERSO" mrz make --format TD3 --birth 1974
errs 'YYYY-MM-DD'
