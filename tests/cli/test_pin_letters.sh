#!/bin/sh
# PIN and PUK from the line to the letter: the digits on the page open the
# chip; each envelope is used once; what is confirmed is gone.
. "$TOP/tests/cli/common.sh"

station
chips 3
for n in 1 2 3; do order L-$n lv-eid-eac; done
want 0 "$PERSO" order import orders/L-*.json
want 0 "$PERSO" run --sim chips
want 0 "$PERSO" letter list
says 'L-1 +[0-9A-F]+ +waiting'
want 0 "$PERSO" --json letter list --state waiting
[ "$(wc -l <out)" = 3 ] || fail "not three letters"
want 0 "$PERSO" doctor
says 'waiting: 3, torn in print: 0, not confirmed: 0'
"$PERSO" read --sim chips/chip-000001.chip --pin 1x >/dev/null 2>&1 &&
	fail "any PIN opens the chip"

# Where to, which, into what.
want 2 "$PERSO" letter print
errs 'JOB or --all'
want 2 "$PERSO" letter print 1 --envelope E-1
errs 'where to'
want 2 "$PERSO" letter print 1 --out letters
errs '--envelope NUMBER or --envelopes FILE'
want 2 "$PERSO" letter print --all --envelope E-1 --out letters
errs 'is for one JOB'
want 6 "$PERSO" letter print 9 --envelope E-1 --out letters
errs 'job 9 has no letter'
want 3 "$PERSO" letter print 1 --envelope 'E 1/2' --out letters
errs 'not that at position 3'
want 2 "$PERSO" letter print 1 --envelope E-1 --out letters --confirm
errs 'not printed yet'
printf 'E-1\nE-2\n' >few
want 3 "$PERSO" letter print --all --envelopes few --out letters
errs 'not enough envelopes'
[ ! -e letters ] || fail "printed what could not all be"
want 0 "$PERSO" letter print --all --envelopes few --dry-run --help
want 0 "$PERSO" letter print 2 --envelope E-7 --dry-run
says 'would go into envelope E-7'
[ "$(sqlite3 perso.db 'SELECT count(*) FROM envelopes')" = 0 ] ||
	fail "a dry run used an envelope"

# The digits on the page are the ones of the chip, and tried once each.
want 0 "$PERSO" letter print 1 --envelope E-1 --out letters
says 'letter printed, envelope E-1'
page=letters/letter-1-E-1.pdf
[ "$(stat -c %a $page)" = 600 ] || fail "others may read the letter"
pdftotext -layout $page text
pdffonts $page | awk 'NR > 2 && $(NF - 4) != "yes" { exit 1 }' ||
	fail "a font is not embedded"
grep -q 'E-1' text || fail "no envelope's number"
pin=$(grep -oE '\b[0-9]{6}\b' text)
puk=$(grep -oE '\b[0-9]{10}\b' text)
[ ${#pin} = 6 ] && [ ${#puk} = 10 ] || { cat text; fail "no PIN and PUK"; }
number=$(sqlite3 perso.db 'SELECT number FROM jobs WHERE id = 1')
grep -q "$number" text && fail "the whole document number is on the letter"
grep -q "${number#??????}" text || fail "no end of the document number"
want 0 "$PERSO" read --sim chips/chip-000001.chip --pin "$pin" --out files
[ -s files/EF.DG1.bin ] || fail "the PIN did not open the chip"
bad=$(printf %06d $(((1$pin + 1) % 1000000)))
want 4 "$PERSO" read --sim chips/chip-000001.chip --pin "$bad"
errs '2 tries left'
want 0 "$PERSO" read --sim chips/chip-000001.chip --pin "$pin"
! "$PERSO" read --sim chips/chip-000002.chip --pin "$pin" >/dev/null 2>&1 ||
	fail "the PIN of another card"

# An envelope once; a letter that is printed not again, unless it is void.
want 6 "$PERSO" letter print 2 --envelope E-1 --out letters
errs 'envelope E-1 was used'
want 6 "$PERSO" letter print 1 --envelope E-2 --out letters
errs 'the letter of job 1 is printed'
want 6 "$PERSO" letter confirm 2
errs 'the letter of job 2 is waiting'
want 2 "$PERSO" letter void 1
want 0 "$PERSO" letter void 1 --reason "torn by the machine"
says 'letter waiting'
want 0 "$PERSO" letter print 1 --envelope E-2 --out letters
pdftotext letters/letter-1-E-2.pdf text2
grep -q "$pin" text2 || fail "another PIN the second time"

# Confirmed: gone from the files, and cannot be printed any more.
sqlite3 perso.db 'SELECT hex(sealed) FROM letter_boxes WHERE job = 1' >sealed
want 0 "$PERSO" letter confirm 1
says 'letter confirmed, envelope E-2'
want 0 "$PERSO" letter confirm 1
/usr/bin/python3 - <<'P' || fail "the sealed letter is still there"
import glob
box = bytes.fromhex(open("sealed").read())
assert len(box) > 100
for f in glob.glob("perso.db*"):
    data = open(f, "rb").read()
    for at in range(0, len(box) - 16, 8):
        assert box[at:at + 16] not in data, (f, at)
P
want 6 "$PERSO" letter print 1 --envelope E-3 --out letters
want 6 "$PERSO" letter void 1 --reason x
sqlite3 perso.db "SELECT kind, job, blank <> '', at > 0, text FROM journal
    WHERE kind LIKE 'letter-%' AND job = 1 AND text IS NOT NULL" >journal
cat >expected <<'X'
letter-printing|1|1|1|envelope E-1
letter-printed|1|1|1|envelope E-1
letter-void|1|1|1|envelope E-1: torn by the machine
letter-printing|1|1|1|envelope E-2
letter-printed|1|1|1|envelope E-2
letter-confirmed|1|1|1|envelope E-2
X
cmp journal expected || { cat journal; fail "journal"; }

# A command: has the page on its input, and what it is about as variables.
cat >>perso.yaml <<'Y'
letter-command: "cat > got.$PERSO_ENVELOPE && echo $PERSO_JOB $PERSO_ORDER >&2"
Y
want 0 "$PERSO" --json letter print 2 --envelope E-4 --confirm
grep -q '"state": *"confirmed"' out || fail "not confirmed"
pdftotext got.E-4 - | grep -qE '[0-9]{10}' || fail "the command got no letter"
errs '2 L-2$'
# One that fails: the envelope is void, the letter waits.
sed -i 's/^letter-command.*/letter-command: "cat >\/dev\/null; exit 3"/' perso.yaml
want 3 "$PERSO" letter print 3 --envelope E-5
errs 'exit code 3'
errs 'envelope E-5 is void'
want 0 "$PERSO" letter list --state waiting
says 'L-3'
sed -i 's/^letter-command.*/letter-command: "true"/' perso.yaml
want 3 "$PERSO" letter print 3 --envelope E-6
errs 'without reading the whole page'
# Killed in the middle of it: the next start says which envelope is void.
sed -i 's/^letter-command.*/letter-command: "cat >got.torn; kill -9 $PPID; sleep 0.2"/' perso.yaml
printf '# box 7\nE-4\nE-8\nE-9\n' | sed 1d >box
"$PERSO" letter print --all --envelopes box >/dev/null 2>&1 && fail "not killed"
want 0 "$PERSO" letter list --state printing
says 'L-3.*E-8'
want 0 "$PERSO" doctor
says 'torn in print: 1'
sed -i 's/^letter-command.*/letter-command: "cat >got.$PERSO_ENVELOPE"/' perso.yaml
want 0 "$PERSO" letter print --all --envelopes box --confirm
errs 'envelope E-8 is void'
want 0 "$PERSO" letter list
says 'L-3.*confirmed +E-9'
want 0 "$PERSO" letter list --state waiting
! grep -q L- out || fail "a letter waits"
pdftotext got.E-9 text9
pin3=$(grep -oE '\b[0-9]{6}\b' text9)
want 0 "$PERSO" read --sim chips/chip-000003.chip --pin "$pin3"

# No PIN and no PUK anywhere but in the letters.
"$PERSO" job show 1 >evidence
"$PERSO" job show --json 1 >>evidence
sqlite3 perso.db .dump >dump
for secret in "$pin" "$puk" "$pin3"; do
	grep -lF "$secret" perso.db* dump evidence out err journal 2>/dev/null |
	    while read -r f; do fail "a PIN in $f"; done
	[ -z "$(grep -lF "$secret" perso.db* dump evidence)" ] ||
	    fail "a PIN is kept"
done
want 0 "$PERSO" doctor
echo "note: PIN and PUK of three letters opened their chips"
