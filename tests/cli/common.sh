# What the command-line tests share; sourced. They run with PERSO (the
# program), WORK (a folder of their own) and TOP (the project's folder).
set -eu
cd "$WORK"
export TZ=UTC LC_ALL=C.UTF-8
unset PERSO_CONFIG || true

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

# want CODE COMMAND...: exit code; output in out, errors in err.
want() {
	want_code=$1
	shift
	set +e
	"$@" >out 2>err </dev/null
	got=$?
	set -e
	[ "$got" = "$want_code" ] || {
		cat out err
		fail "exit $got, not $want_code: $*"
	}
	! grep -qE 'Sanitizer|runtime error' err || {
		cat err
		fail "sanitizer: $*"
	}
}

# The last output has this line (a regular expression).
says() {
	grep -qE -- "$1" out || {
		cat out err
		fail "output without: $1"
	}
}
errs() {
	grep -qE -- "$1" err || {
		cat out err
		fail "errors without: $1"
	}
}

# The value of a member of the last JSON document: json '["a"][0]'
json() {
	/usr/bin/python3 -c \
	    'import json, sys; print(json.load(open("out"))'"$1"')'
}

# A station in $WORK with a development PKI.
station() {
	"$PERSO" init --profiles "$TOP/profiles" . >/dev/null
	"$PERSO" pki init-dev --conf "$TOP/certs/dev.conf" pki >/dev/null
	mkdir -p orders
	cp "$TOP"/tests/data/orders/* orders/
}

# order ID TEMPLATE: a new, signed order orders/ID.json
order() {
	"$PERSO" order new --id "$1" --out "orders/$1.json" \
	    "orders/$2.json"
	sign "orders/$1.json"
}
sign() {
	"$PERSO" order sign --key pki/approver/approver.key \
	    --cert pki/approver/approver.cer "$@" >/dev/null
}

# chips N: N blanks in chips/, received; the first ones carry the numbers
# LV0000001 and so on.
chips() {
	"$PERSO" sim make chips --count "$1" >serials
	awk '{ printf "%s LV%07d\n", $1, NR }' serials >delivery
	"$PERSO" stock receive --product perso-sim --list delivery >/dev/null
}

# The printed MRZ of a document whose files are in this folder.
mrz() {
	"$PERSO" lds show --json "$1/EF.DG1.bin" | /usr/bin/python3 -c '
import json, sys
print("\n".join(json.load(sys.stdin)["contents"]["mrz"]))'
}

# Values of invented persons that may not come out anywhere: surname, given
# names, numbers of persons, as they are and as in the zone.
personal='Paraudzi|PARAUDZI|Eriksson|ERIKSSON|070385|ZE184226B|L898902C'
