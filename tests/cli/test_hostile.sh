#!/bin/sh
# Texts that steer terminals, outputs that cannot be written, numbers that are
# none, a second line at the same store, Ctrl-C.
. "$TOP/tests/cli/common.sh"
station
order A-0001 lv-passport-adult
order A-0002 lv-passport-adult
"$PERSO" order import orders/A-0001.json orders/A-0002.json >/dev/null

# No control character of a stranger reaches the terminal or breaks the JSON.
steer=$(printf 'A\033[31m\302\233x\377')
no_controls() {
	LC_ALL=C grep -q "[$(printf '\001-\010\013-\037\177-\237')]" out err &&
		fail "control characters: $1"
	return 0
}
want 6 "$PERSO" order show "$steer"
no_controls 'order show'
want 2 "$PERSO" "$steer"
no_controls 'no command'
want 2 "$PERSO" order check "$steer"
no_controls 'order check'
cp orders/A-0001.json "$steer.json"
cp orders/A-0001.p7s "$steer.p7s" 2>/dev/null || true
set +e
"$PERSO" order check "$steer.json" >out 2>err
set -e
no_controls 'name of a file'
want 6 "$PERSO" --json order show "$steer"
/usr/bin/python3 -c 'import json; t = json.load(open("err"))["trail"]
assert len(t) == 2, t' || fail "trail in JSON"

# Nothing is lost in silence: full disk, closed output.
for how in '>/dev/full' '>&-'; do
	for what in 'order schema' 'order list' 'order list --json' help; do
		set +e
		sh -c "\"$PERSO\" $what $how" 2>err
		got=$?
		set -e
		[ $got = 3 ] || fail "exit $got: $what $how"
		errs 'standard output cannot be written'
	done
done

# Numbers.
mkdir empty
for n in -1 ' 1' 1e3 0x10 '' 86401 18446744073709551616 \
	99999999999999999999999; do
	want 2 "$PERSO" run --sim empty "--wait=$n"
done
want 2 "$PERSO" job show ''
want 2 "$PERSO" job show 9999999999999999999
want 6 "$PERSO" job show 999999999999999999
want 4 "$PERSO" run --sim empty
errs 'no blank chip is left'
want 3 "$PERSO" run --sim nowhere
want 0 env -i "$PERSO" order list
says A-0001

# The store belongs to one line at a time.
chips 3
/usr/bin/python3 - "$PERSO" <<'EOF' || fail "locked store"
import fcntl, subprocess, sys
lock = open('perso.db.lock', 'w')
fcntl.lockf(lock, fcntl.LOCK_EX)
p = subprocess.run([sys.argv[1], 'run', '--sim', 'chips'],
                   capture_output=True, text=True)
assert p.returncode == 6, p
assert 'another program runs jobs of this store' in p.stderr, p
EOF

# Results that cannot be kept are told, once, and stop nothing.
want 0 "$PERSO" run --sim chips --output /dev/full A-0001
[ "$(grep -c 'results not written' err)" = 1 ] || fail "full disk"

# Ctrl-C, twice: the chip in hand is finished, nothing is left half made.
i=3
while [ $i -lt 12 ]; do
	order "B-$i" uto-passport
	i=$((i + 1))
done
"$PERSO" order import orders/B-*.json >/dev/null
"$PERSO" sim make more --count 9 >serials
"$PERSO" stock receive --product perso-sim \
    $(awk '{ print $1 }' serials) >/dev/null
/usr/bin/python3 - "$PERSO" <<'EOF' || fail "Ctrl-C"
import json, signal, subprocess, sys
p = subprocess.Popen([sys.argv[1], 'run', '--sim', 'more'],
                     stderr=subprocess.PIPE, stdout=subprocess.PIPE)
for line in p.stderr:
    if b'  write' in line or b'  build' in line or b'  open' in line:
        break
p.send_signal(signal.SIGINT)
p.send_signal(signal.SIGINT)
p.send_signal(signal.SIGHUP)
rest = p.stderr.read()
p.wait(60)
assert p.returncode in (0, 1), (p.returncode, rest)
assert b'stopped' in rest, rest
EOF
want 0 "$PERSO" job list --json
! grep -qE '"state":"(open|written|started)"' out || fail "a job is half made"

# Closed streams do not become the store or another file.
for how in '<&- >&- 2>&-' '>&-' '2>&-'; do
	sh -c "\"$PERSO\" order list $how" >/dev/null 2>&1 || true
	sh -c "\"$PERSO\" order import orders/B-3.json $how" >/dev/null 2>&1 ||
	    true
	sh -c "\"$PERSO\" order show nobody $how" >/dev/null 2>&1 || true
done
want 0 "$PERSO" order list
want 0 /usr/bin/python3 -c 'import sqlite3
c = sqlite3.connect("perso.db")
assert c.execute("PRAGMA integrity_check").fetchone()[0] == "ok"'

# A new order holds somebody's data.
[ "$(stat -c %a orders/A-0001.json)" = 600 ] || fail "mode of a new order"
want 2 "$PERSO" order new --id C-1 --number "$(printf '\377')" \
    orders/uto-passport.json

# One strange text does not take a whole list away.
bad=$(printf 'x\377y')
cp orders/A-0001.json "orders/$bad.json"
sed 's/A-0001/D-0001/' orders/A-0001.json >"orders/$bad.json"
sign "orders/$bad.json"
want 0 "$PERSO" order check --json "orders/$bad.json"
want 0 "$PERSO" order import --json "orders/$bad.json"
want 0 "$PERSO" order list --json
grep -q '"order":"D-0001"' out || fail "list with a strange path"
want 0 "$PERSO" order show --json D-0001
serial=$(sed -n 1p serials | cut -d' ' -f1)
want 2 "$PERSO" stock mark "$serial" spoiled --reason "$bad"
want 2 "$PERSO" stock mark "$serial" spoiled --reason "$(printf 'a\033[2J')"
want 3 "$PERSO" stock receive --product perso-sim --number "$bad" AA01
errs 'not UTF-8'
printf 'AA02 N\0001\nAA03 Q\n' >list
want 3 "$PERSO" stock receive --product perso-sim --list list
errs 'is not text'
want 0 "$PERSO" stock list --json
! grep -q 'AA0[123]' out || fail "half a list"
