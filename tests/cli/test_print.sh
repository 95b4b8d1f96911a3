#!/bin/sh
# Pages of finished documents: to a folder, to a command, to one that fails;
# printed again, given up; and nowhere else.
. "$TOP/tests/cli/common.sh"
station
chips 8
cp perso.yaml plain.yaml
mkdir tmp
export TMPDIR="$WORK/tmp"

# use LINE...: a configuration with these lines added
use() {
	cp plain.yaml perso.yaml
	for line; do
		printf '%s\n' "$line" >>perso.yaml
	done
}
ready() {
	order "$1" "$2"
	"$PERSO" order import "orders/$1.json" >/dev/null
}
journal() { sqlite3 perso.db "SELECT kind FROM journal WHERE kind LIKE
    'pages-%' AND job = $1 ORDER BY seq" | tr '\n' ' '; }
state() { sqlite3 perso.db "SELECT state FROM jobs WHERE id = $1"; }

# A folder: the pages that perso render draws, for their owner only.
use 'print-folder: "printed"'
ready P-0001 lv-passport-adult
want 0 "$PERSO" run --sim chips --reports reports
errs '^  pages +ok'
f=printed/P-0001/1-page.png
[ "$(ls printed/P-0001)" = 1-page.png ] || fail "one page"
[ "$(stat -c %a $f)" = 600 ] || fail "mode of a page"
[ "$(stat -c %a printed/P-0001)" = 700 ] || fail "mode of its folder"
[ "$(journal 1)" = "pages-printing pages-printed " ] || fail "journal"
want 0 "$PERSO" render 1 --out again
cmp $f again/P-0001-page.png || fail "other bytes than perso render"
want 0 "$PERSO" job show 1
says '^pages +ok .* folder$'
says '^render +ok '
want 2 "$PERSO" render 1 --number LV0000001 --out again
errs 'a job has its number'
want 6 "$PERSO" render 99 --out again
want 6 "$PERSO" job print 1
errs 'job 1 is good and has no pages to be printed'
cp orders/P-0001.json kept.json
sed -i 's/"sex": "F"/"sex": "M"/' orders/P-0001.json
want 3 "$PERSO" render 1 --out again
errs 'is not the order file that was imported'
cp kept.json orders/P-0001.json

# --pages before everything in the configuration; both faces as one PDF.
use 'print-command: "exit 9"' 'print-format: pdf'
ready P-0002 lv-eid
want 0 "$PERSO" run --sim chips --pages elsewhere
[ "$(ls elsewhere/P-0002)" = 2-pages.pdf ] || fail "one PDF"
pdfinfo elsewhere/P-0002/2-pages.pdf >info
grep -qE '^Pages: +2$' info || fail "two faces"

# A command: the page on its standard input, what it is in its environment.
cat >print.sh <<'P'
#!/bin/sh
mkdir -p got
cat >"got/$PERSO_ORDER-$PERSO_JOB-$PERSO_PAGE.$PERSO_TYPE"
echo "$PERSO_BLANK" >>got/blanks
echo "toner is low" >&2
P
chmod +x print.sh
use 'print-command: "./print.sh"' 'print-dpi: 600'
ready P-0003 lv-residence-permit
serial=$(sed -n 3p serials)
sqlite3 perso.db "UPDATE blanks SET number = 'RP' || substr(number, 3)"
want 0 "$PERSO" run --sim chips
errs '^  printer: toner is low$'
sort -u got/blanks >blanks
[ "$(cat blanks)" = "$serial" ] || fail "PERSO_BLANK"
want 0 "$PERSO" render 3 --dpi 600 --out again
for side in front back; do
	cmp got/P-0003-3-$side.png again/P-0003-$side.png ||
	    fail "other bytes: $side"
done

# A command that fails: chip good, document not finished, and the CAN is
# there when the face is drawn again.
use 'print-command: "cat >/dev/null; echo jammed >&2; exit 3"'
ready P-0004 lv-eid-pace
want 1 "$PERSO" run --sim chips
errs '^  printer: jammed$'
errs 'unprinted: chip good, pages not printed: print command, front: ended with exit code 3'
[ "$(state 4)" = locked ] || fail "job 4 has ended"
[ "$(journal 4)" = "pages-printing pages-failed " ] || fail "journal of 4"
want 0 "$PERSO" run --sim chips
errs 'perso job print 4 prints its pages'
[ "$(state 4)" = locked ] || fail "job 4 was touched"
want 0 "$PERSO" render 4 --out faces
want 1 "$PERSO" job print 4
says 'unprinted, chip good'
use 'print-folder: "printed"'
want 0 "$PERSO" job print 4
says '^job 4, order P-0004, blank .*: good, .*printed again'
[ "$(state 4)" = good ] || fail "job 4 is not good"
cmp faces/P-0004-front.png printed/P-0004/4-front.png || fail "front"
want 0 "$PERSO" render 4 --out later
! cmp -s later/P-0004-front.png printed/P-0004/4-front.png ||
    fail "the CAN is not on the face"
[ "$(sqlite3 perso.db 'SELECT count(*) FROM job_kept')" = 0 ] ||
    fail "a CAN is kept beyond the job"

# Given up: the blank is spoiled, the order runs again on another one.
use 'print-command: "head -c 10 >/dev/null"'
ready P-0005 uto-passport
want 1 "$PERSO" run --sim chips
errs 'ended without reading the whole page'
want 2 "$PERSO" job spoil 5
errs '--reason'
want 0 "$PERSO" job spoil 5 --reason "ink over the portrait"
says '^job 5, order P-0005, blank .*: spoiled, pages: ink over the portrait'
want 6 "$PERSO" job spoil 5 --reason twice
use 'print-folder: "printed"'
want 0 "$PERSO" run --failed --sim chips
[ -s printed/P-0005/6-page.png ] || fail "no page of the second blank"

# A command that hangs is stopped, with all that it started.
use 'print-command: "sleep 47.11 | cat"' 'print-time-limit: 1'
ready P-0006 uto-passport
want 1 "$PERSO" run --sim chips
errs 'took too long and was stopped'
! pgrep -f 'sleep 47.11' >/dev/null || fail "it goes on"
use 'print-folder: "printed"'
want 0 "$PERSO" job print 7

# Text that does not fit is refused before a blank is touched.
long=$(printf 'W%.0s' $(seq 100))
sed "s/\"birth-place\": *\"[^\"]*\"/\"birth-place\": \"$long\"/" \
    orders/lv-residence-permit.json >orders/long.json
order P-0007 long
"$PERSO" order import orders/P-0007.json >/dev/null
"$PERSO" stock list --state received >before
want 1 "$PERSO" run --sim chips --dry-run
says 'P-0007: pages: .*birth-place: does not fit its frame'
want 1 "$PERSO" run --sim chips
errs 'failed: pages: .*birth-place: does not fit its frame'
"$PERSO" stock list --state received >after
cmp before after || fail "a blank was touched"

# Configurations that are wrong.
use 'print-folder: a' 'print-command: b'
want 2 "$PERSO" run --sim chips
errs 'either print-folder or print-command'
use 'print-folder: a' 'print-dpi: 72'
want 2 "$PERSO" run --sim chips
errs 'print-dpi is 300 or 600'
use 'print-folder: a' 'print-format: gif'
want 2 "$PERSO" run --sim chips
errs 'print-format is png or pdf'
use
want 2 "$PERSO" job print 7
errs 'no printer'

# The doctor looks at folder, command and fonts.
use 'print-folder: printed'
want 0 "$PERSO" doctor
says '^ok +printer +folder (.*/)?printed$'
says '^ok +layouts +fonts of [0-9]+ layouts'
use 'print-folder: perso.yaml/pages'
want 1 "$PERSO" doctor
says '^FAIL +printer .*perso.yaml cannot be written'
use 'print-command: "cat -A"'
want 0 "$PERSO" doctor
says '^ok +printer +command cat$'
use 'print-command: "no-such-printer --now"'
want 1 "$PERSO" doctor
says '^FAIL +printer +no-such-printer of print-command is not there'
use 'print-command: "$HOME/print"'
want 0 "$PERSO" doctor
says '^WARN +printer '
use 'print-command: cat' 'print-time-limit: 0'
want 1 "$PERSO" doctor
says '^FAIL +printer .*print-time-limit'
use
want 0 "$PERSO" doctor
says '^ok +printer +none'

# A page is nowhere but where it was printed to; no name in store or reports.
[ -z "$(ls -A tmp)" ] || fail "something in the folder for temporary files"
find . -name '*.tmp' | grep . && fail "a temporary file"
for f in perso.db* reports/*/*; do
	! strings -n 4 "$f" | grep -qE "$personal" || fail "personal data in $f"
done
echo "note: printed to folder and command, again, and given up"
