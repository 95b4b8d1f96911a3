#!/bin/sh
# An order whose own document number is another document's fails alone: the
# orders behind it are made, with the same blank.
. "$TOP/tests/cli/common.sh"
station
for id in N-1 N-2 N-3; do
	number=L000001C3
	[ "$id" != N-3 ] || number=L000003C3
	"$PERSO" order new --id "$id" --number "$number" \
	    --out "orders/$id.json" orders/uto-passport.json
	sign "orders/$id.json"
done
want 0 "$PERSO" order import orders/N-1.json orders/N-2.json orders/N-3.json
chips 2
want 1 "$PERSO" run --quiet --sim chips --output results
says '^2 good, 1 not'
want 0 "$PERSO" order list --state failed
says '^N-2 .*the document number of order N-2 is taken'
want 0 "$PERSO" order list --state "done"
says '^N-3 '
want 0 "$PERSO" doctor
says '^WARN +orders +1 failed'
want 0 "$PERSO" stock list --state good
[ "$(wc -l <out)" = 3 ] || fail "both blanks are good documents"
