#!/bin/sh
# The table of letters is what its generator makes of the Unicode database.
. "$TOP/tests/cli/common.sh"
/usr/bin/python3 "$TOP/tools/gen-letters" >letters.c
cmp letters.c "$TOP/src/base/letters.c" || exit 1
echo "note: $(grep -c '' letters.c) lines of letters and marks, as made"
