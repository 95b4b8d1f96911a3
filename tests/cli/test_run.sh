#!/bin/sh
# A day at a station: stock, run on simulated chips, read back, verify, jobs.
. "$TOP/tests/cli/common.sh"
station

# Stock.
"$PERSO" sim make chips --count 4 >serials
[ "$(wc -l <serials)" = 4 ] || fail "four serials expected"
want 0 "$PERSO" sim show chips/*.chip
[ "$(grep -c ' blank$' out)" = 4 ] || fail "blank chips"
first=$(sed -n 1p serials)
want 2 "$PERSO" stock receive --product no-such-chip "$first"
want 2 "$PERSO" stock receive "$first"
want 2 "$PERSO" stock receive --product perso-sim
want 0 "$PERSO" stock receive --product perso-sim --number LV0000001 "$first"
says '^1 blank received'
want 6 "$PERSO" stock receive --product perso-sim "$first"
{
	echo '# serial number'
	sed 1d serials | awk '{ printf "%s LV%07d\r\n", $1, NR + 1 }'
} >delivery
want 0 "$PERSO" stock receive --product perso-sim --list delivery --json
[ "$(json '[2]["number"]')" = LV0000004 ] || fail "number in the list"
want 3 "$PERSO" stock receive --product perso-sim --list nowhere
printf 'ABCD1234 LV9999999 what\n' >bad
want 3 "$PERSO" stock receive --product perso-sim --list bad
errs 'line 1'
want 0 "$PERSO" stock list --state received
[ "$(grep -c perso-sim out)" = 4 ] || fail "four blanks"
# A delivery is taken in as a whole or not at all.
printf 'AA01 N1\nAA02 N2\nAA01 N3\n' >bad
want 6 "$PERSO" stock receive --product perso-sim --list bad
errs 'named twice'
errs 'line 3'
printf 'AA01 N1\n%s N2\n' "$first" >bad
want 6 "$PERSO" stock receive --product perso-sim --list bad
errs 'known already'
want 3 "$PERSO" stock receive --product perso-sim AA01 XYZ
want 0 "$PERSO" stock list --json
! grep -q AA01 out || fail "half a delivery was received"
want 0 "$PERSO" stock receive --product perso-sim ab01
want 6 "$PERSO" stock receive --product perso-sim AB01
want 0 "$PERSO" stock mark AB01 lost --reason "for the test"
want 2 "$PERSO" stock list --state nonsense
want 2 "$PERSO" stock mark "$first" spoiled
errs 'reason'
want 6 "$PERSO" stock mark 00 spoiled --reason x
want 0 "$PERSO" stock receive --product perso-sim 00112233445566778899
want 6 "$PERSO" stock mark 00112233445566778899 destroyed --reason shredded
want 0 "$PERSO" stock mark 00112233445566778899 spoiled --reason scratched
want 0 "$PERSO" stock mark 00112233445566778899 destroyed --reason shredded
want 0 "$PERSO" stock list --state destroyed --json
[ "$(json '["reason"]')" = shredded ] || fail "reason"

# Orders, and the run.
order B-0001 lv-passport-adult
order B-0002 uto-passport
want 0 "$PERSO" order import orders/B-0001.json orders/B-0002.json
want 0 "$PERSO" run --dry-run
says '^B-0001: ready'
want 0 "$PERSO" stock list --state received
[ "$(grep -c perso-sim out)" = 4 ] || fail "a dry run took a blank"
want 0 "$PERSO" run --sim chips --output results.jsonl --reports reports \
    --lds-dir lds
/usr/bin/python3 - <<'P'
import json
rows = [json.loads(l) for l in open("results.jsonl")]
assert [r["order"] for r in rows] == ["B-0001", "B-0002"], rows
P
for id in B-0001 B-0002; do
	want 0 "$PERSO" order show $id --json
	[ "$(json '["state"]')" = done ] || fail "$id is not done"
	want 0 "$PERSO" order show $id
	says '^job 1|^job 2'
	[ -s lds/$id/EF.SOD.bin ] || fail "no files of $id"
done
want 0 "$PERSO" run --sim chips # nothing to do
want 6 "$PERSO" run B-0001 --sim chips || want 1 "$PERSO" run B-0001 --sim chips
want 0 "$PERSO" stock list --state good
[ "$(grep -c perso-sim out)" = 2 ] || fail "two good blanks"

# Jobs and evidence.
want 0 "$PERSO" job list
says '^1 +B-0001 .* good '
want 0 "$PERSO" job list --state good --order B-0002 --json
[ "$(json '["order"]')" = B-0002 ] || fail "filter by order"
[ "$(json '["state"]')" = good ] || fail "filter by state"
want 0 "$PERSO" job list --state spoiled --json
[ ! -s out ] || fail "no job is spoiled"
want 2 "$PERSO" job list --state nonsense
want 2 "$PERSO" job show one
want 6 "$PERSO" job show 99
want 0 "$PERSO" job show 1
says '^state +good$'
says '^lock +ok +1 '
want 0 "$PERSO" job show 1 --json
[ "$(json '["perso-evidence"]')" = 1 ] || fail "evidence version"
sod=$(sha256sum <lds/B-0001/EF.SOD.bin | cut -c1-64)
[ "$(json '["sod-sha256"]' | tr A-F a-f)" = "$sod" ] || fail "EF.SOD's hash"

# Read and verify, with the whole zone and with the access key alone.
mrz lds/B-0001 >zone
for f in chips/*.chip; do
	if "$PERSO" read --sim "$f" --mrz - <zone >out 2>err; then
		chip=$f
	fi
done
[ -n "${chip:-}" ] || fail "no chip opens with the MRZ of B-0001"
want 0 "$PERSO" read --sim "$chip" --mrz "$(cat zone)" --out files
says '^EF.SOD +011D'
diff -r files lds/B-0001 || fail "what is read is not what was written"
[ "$(stat -c %a files/EF.DG1.bin)" = 600 ] || fail "mode of a file"
want 0 "$PERSO" verify --sim "$chip" --mrz "$(cat zone)" --report report.json
says '^passed +active-auth '
says '^GOOD: '
grep -q '"ok": true' report.json || fail "report"
key=$(sed -n '2{s/^\(.\{10\}\)...\(.\{7\}\).\(.\{7\}\).*/\1\2\3/p}' zone)
want 0 "$PERSO" verify --sim "$chip" --mrz "$key" --json
[ "$(json '["ok"]')" = True ] || fail "verify with the access key"
mrz lds/B-0002 >zone2
want 1 "$PERSO" verify --sim "$chip" --mrz "$(cat zone2)"
says '^FAILED +bac '
want 4 "$PERSO" read --sim "$chip" --mrz "$(cat zone2)"
want 2 "$PERSO" verify --sim "$chip"
errs '--mrz'
want 2 "$PERSO" verify --sim "$chip" --mrz nonsense
want 2 "$PERSO" verify --sim "$chip" --reader x --mrz "$key"
want 3 "$PERSO" verify --sim nowhere.chip --mrz "$key"
printf damaged >damaged.chip
want 3 "$PERSO" verify --sim damaged.chip --mrz "$key"

# Another trust folder: nobody, somebody else, a damaged certificate.
mkdir nobody
want 1 "$PERSO" verify --sim "$chip" --mrz "$key" --trust nobody
says '^FAILED +ds-chain '
"$PERSO" pki init-dev --conf "$TOP/certs/dev.conf" other >/dev/null
want 1 "$PERSO" verify --sim "$chip" --mrz "$key" --trust other/trust
says '^FAILED +ds-chain '
mkdir damaged
for c in pki/trust/*.cer; do
	head -c 100 "$c" >"damaged/$(basename "$c")"
done
want 1 "$PERSO" verify --sim "$chip" --mrz "$key" --trust damaged
errs 'not trusted: '
says '^FAILED +ds-chain '
want 3 "$PERSO" verify --sim "$chip" --mrz "$key" --trust nowhere
want 0 "$PERSO" verify --config perso.yaml --sim "$chip" --mrz "$key"

# Outside a station, with --trust only.
mkdir outside
cd outside
want 2 "$PERSO" verify --sim "../$chip" --mrz "$key"
want 0 "$PERSO" verify --sim "../$chip" --mrz "$key" --trust ../pki/trust
cd ..

# A changed order file after its import is not made.
order B-0003 uto-passport
want 0 "$PERSO" order import orders/B-0003.json
sed -i 's/"sex": "F"/"sex": "M"/' orders/B-0003.json
want 1 "$PERSO" run --sim chips
want 0 "$PERSO" order list --state failed
says '^B-0003 '
want 0 "$PERSO" stock list --state good
[ "$(grep -c perso-sim out)" = 2 ] || fail "a blank went for a changed order"
echo "note: a station's day: 2 documents good, 1 changed order refused"
