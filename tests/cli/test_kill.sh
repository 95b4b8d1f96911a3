#!/bin/sh
# kill -9 of perso itself at every fsync and fdatasync of a run: at every
# durable write of the store and of the chip's file. The next run must leave
# one document, no blank in work, and no unlocked chip called good.
. "$TOP/tests/cli/common.sh"

"$PERSO" init --profiles "$TOP/profiles" station >/dev/null
"$PERSO" pki init-dev --conf "$TOP/certs/dev.conf" station/pki >/dev/null
cp "$TOP"/tests/data/orders/*.jp2 "$TOP"/tests/data/orders/*.jpg .
"$PERSO" order new --id K-0001 --out K-0001.json \
    "$TOP/tests/data/orders/lv-eid.json"
"$PERSO" order sign --key station/pki/approver/approver.key \
    --cert station/pki/approver/approver.cer K-0001.json >/dev/null
export PERSO_CONFIG=station/perso.yaml
"$PERSO" order import K-0001.json >/dev/null
"$PERSO" sim make station/chips --count 2 > delivery
"$PERSO" stock receive --product perso-sim --list delivery >/dev/null

export PERSO_CONFIG=try/perso.yaml
ask() { sqlite3 try/perso.db "$1"; }
n=1 good=0
while :; do
	rm -rf try
	cp -a station try
	status=0
	# leaks are not looked for under ptrace
	ASAN_OPTIONS=abort_on_error=1:detect_leaks=0 strace -f -qq -o trace -e trace=fsync,fdatasync \
	    -e "inject=fsync,fdatasync:signal=SIGKILL:when=$n" \
	    "$PERSO" run --quiet --sim try/chips > out 2> err || status=$?
	[ $status != 0 ] || break # it has no n-th one
	[ $status = 137 ] || { cat out err; fail "exit $status at write $n"; }
	"$PERSO" run --quiet --failed --sim try/chips > out 2>&1 || true
	"$PERSO" run --quiet --failed --sim try/chips > out2 2>&1 || true
	where="after write $n"
	[ "$(ask 'SELECT count(*) FROM documents')" = 1 ] ||
	    { cat out out2; fail "not one document $where"; }
	[ "$(ask "SELECT count(*) FROM blanks WHERE state = 'good'")" = 1 ] ||
	    fail "not one good blank $where"
	[ "$(ask "SELECT count(*) FROM blanks WHERE state NOT IN
	    ('good', 'spoiled', 'received')")" = 0 ] ||
	    fail "a blank is forgotten $where"
	[ "$(ask "SELECT count(*) FROM jobs WHERE state NOT IN
	    ('good', 'spoiled')")" = 0 ] || fail "a job is forgotten $where"
	[ "$(ask 'SELECT count(*) FROM (SELECT blank FROM jobs GROUP BY blank
	    HAVING count(*) > 1)')" = 0 ] || fail "a blank had two jobs $where"
	row=$(ask "SELECT rowid FROM blanks WHERE state = 'good'")
	chip=$(ls try/chips/*.chip | sed -n "${row}p")
	"$PERSO" sim show "$chip" | grep -q operational ||
	    fail "an unlocked chip is called good $where"
	[ "$(ask "SELECT count(*) FROM blanks WHERE state = 'spoiled'")" != 0 ] ||
	    good=$((good + 1))
	n=$((n + 1))
done
[ $n -gt 20 ] || fail "only $((n - 1)) durable writes seen"
echo "note: killed at $((n - 1)) durable writes; $good finished the same blank"
