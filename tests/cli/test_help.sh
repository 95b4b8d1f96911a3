#!/bin/sh
# Every command has help with examples, a man page without warnings and
# completion; mistakes on the command line are exit 2.
. "$TOP/tests/cli/common.sh"

want 0 "$PERSO" --help
says '^  order import '
says '^exit codes: 0 ok'
want 0 "$PERSO" --version
says '^perso [0-9]+\.[0-9]+'
want 2 "$PERSO"

"$PERSO" help | sed -n '/^commands:/,/^$/s/^  \([a-z -]*[a-z]\)  .*/\1/p' \
    >commands
n=$(wc -l <commands)
[ "$n" -ge 25 ] || fail "$n commands only"
while read -r command; do
	# shellcheck disable=SC2086
	want 0 "$PERSO" $command --help
	says "^usage: perso $command"
	says '^examples:$'
	says "^  perso ${command}"
	says '^  --config FILE'
	cp out help.1
	# shellcheck disable=SC2086
	want 0 "$PERSO" help $command
	cmp -s out help.1 || fail "help $command is not $command --help"
	# shellcheck disable=SC2086
	want 2 "$PERSO" $command --no-such-option
	errs "perso $command has no option --no-such-option"
done <commands

# Each option that help names is taken.
want 0 "$PERSO" order --help
says '^usage: perso order COMMAND'
want 2 "$PERSO" order
want 2 "$PERSO" order frobnicate
errs "perso order has no command 'frobnicate'"
want 2 "$PERSO" frobnicate
errs "no command 'frobnicate'"
want 2 "$PERSO" help frobnicate
want 2 "$PERSO" stock mark only-one
errs 'usage: perso stock mark'
want 2 "$PERSO" order list --state
errs 'wants a value'
want 2 "$PERSO" order list --json=yes
errs 'takes no value'
want 2 "$PERSO" order list -x
errs 'has no option -x'
want 2 "$PERSO" --config
want 2 "$PERSO" order list
errs 'no configuration'
want 2 "$PERSO" order list --json
errs '"error"'

# Man pages: one per command and the overview.
want 0 "$PERSO" help --man-dir man
[ "$(find man -name '*.1' | wc -l)" = $((n + 1)) ] || fail "man pages missing"
for page in man/*.1; do
	MANWIDTH=80 man --warnings -E UTF-8 -l "$page" >page.txt 2>page.err ||
	    fail "man $page"
	[ ! -s page.err ] || {
		cat page.err
		fail "man warns of $page"
	}
	grep -q '^NAME' page.txt || fail "$page has no NAME"
done
MANWIDTH=80 man -l man/perso-run.1 >page.txt
grep -q -- '--dry-run' page.txt || fail "man page without its options"
grep -q '^EXAMPLES' page.txt || fail "man page without examples"

# Completion.
"$PERSO" help --completion >perso.bash
bash -n perso.bash || fail "completion is no bash"
complete_words() {
	bash -c '
	. ./perso.bash
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_perso
	printf "%s\n" "${COMPREPLY[@]}" | sort -u' complete "$@"
}
[ "$(complete_words perso or)" = order ] || fail "perso or<TAB>"
[ "$(complete_words perso order im)" = import ] || fail "perso order im<TAB>"
[ "$(complete_words perso run --dr)" = --dry-run ] || fail "run --dr<TAB>"
[ "$(complete_words perso stock receive --pr)" = --product ] ||
    fail "stock receive --pr<TAB>"
[ "$(complete_words perso sim | tr '\n' ' ')" = "sim " ] || fail "perso sim<TAB>"
complete_words perso sim '' | grep -qx serve || fail "perso sim <TAB>"
echo "note: $n commands have help, man page and completion"
