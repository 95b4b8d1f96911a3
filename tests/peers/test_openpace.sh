#!/bin/sh
# PACE, Chip and Terminal Authentication by OpenPACE's library, as terminal
# and as chip, against ours. The library is under the GPL: it is linked into
# this test's program only.
set -eu
cd "$TOP"
B=$(dirname "$PERSO")
san=
[ "${V:-release}" != asan ] || san="-fsanitize=address,undefined"
deps="libeac libcrypto libpcsclite jansson yaml-0.1 sqlite3"
# OpenPACE's headers use what OpenSSL 3 has deprecated.
# shellcheck disable=SC2046,SC2086
${CC:-gcc} -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror \
    -Wno-deprecated-declarations -g -O1 $san -Iinclude \
    $(pkg-config --cflags $deps) -o "$WORK/openpace" \
    tests/peers/openpace_*.c "$B/libperso.a" \
    $(pkg-config --libs $deps) -lpthread

pki() {
	dir=$WORK/ta/$1
	shift
	mkdir -p "$dir"
	"$PERSO" pki cvca --quiet --out "$dir" --chr UTCVCA00001 "$@"
	"$PERSO" pki dv --quiet --out "$dir" --chr UTDV00001 \
	    --ca-key "$dir/UTCVCA00001.key" --ca-cert "$dir/UTCVCA00001.cvcert"
	"$PERSO" pki is --quiet --out "$dir" --chr UTIS00001 \
	    --ca-key "$dir/UTDV00001.key" --ca-cert "$dir/UTDV00001.cvcert"
}
{
	pki P-256 --curve P-256
	pki P-384 --curve P-384
	pki P-521 --curve P-521
	pki brainpoolP256r1 --curve brainpoolP256r1
	pki brainpoolP384r1 --curve brainpoolP384r1
	pki brainpoolP512r1 --curve brainpoolP512r1
	pki RSA-2048-PSS --rsa 2048
	pki RSA-3072-PKCS1 --rsa 3072 --pkcs1
} >/dev/null
# The library leaks; what is found in it is not ours to mend.
export ASAN_OPTIONS=abort_on_error=1:detect_leaks=0
"$WORK/openpace" "$WORK"/ta/*
