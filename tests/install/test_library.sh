#!/bin/sh
# make install into a folder, then a program outside the tree that is
# compiled with pkg-config alone: it checks an order and builds its LDS image.
set -eu
unset MAKEFLAGS MFLAGS MAKELEVEL || true
root=$WORK/root
make --no-print-directory -s -C "$TOP" install DESTDIR="$root" PREFIX=/usr \
    B="$B" V="${V:-release}"
for f in bin/perso lib/libperso.a lib/pkgconfig/perso.pc \
    include/perso/order.h share/perso/profiles/documents/uto-passport.yaml \
    share/perso/certs/dev.conf share/man/man1/perso.1 \
    share/man/man1/perso-run.1 share/bash-completion/completions/perso; do
	[ -s "$root/usr/$f" ] || {
		echo "$f is not installed"
		exit 1
	}
done
# Whatever an integrator's program may include compiles alone, and no path of
# the build is in what was installed.
for h in "$root"/usr/include/perso/*.h; do
	echo "#include <perso/$(basename "$h")>"
done >"$WORK/all.c"
! grep -rl "$TOP" "$root/usr/share" "$root/usr/include" \
    "$root/usr/lib/pkgconfig" || exit 1

mkdir -p "$WORK/program"
cd "$WORK/program"
cat >issue.c <<'C'
#include <stdio.h>
#include <perso/hooks.h>
#include <perso/image_build.h>
#include <perso/order.h>

/* issue PROFILES ORDER KEY CERT: checks an order, builds its LDS image. */
int main(int argc, char **argv)
{
	struct perso_profiles *profiles = NULL;
	struct perso_keyref *key = NULL, *chip = NULL;
	struct perso_signer *ds = NULL;
	struct perso_key_spec rsa = { .kind = PERSO_KEY_RSA, .bits = 2048 };
	struct perso_order_input in = { .imported = true, .now = perso_now() };
	char why[512];
	PERSO_ORDER(order);
	PERSO_CERT(cert);
	PERSO_BUF(spki, 4096);
	PERSO_LDS_IMAGE(image);
	perso_rc rc = argc == 5 ? PERSO_OK : PERSO_E_ARG;

	rc = rc ? rc : perso_profile_load_dir(argv[1], &profiles);
	in.profiles = profiles;
	rc = rc ? rc : perso_order_check_file(argv[2], in, order);
	rc = rc ? rc : perso_keyref_open(argv[3], &key);
	rc = rc ? rc : perso_cert_load(argv[4], &cert);
	rc = rc ? rc : perso_signer_new(key, perso_buf_span(&cert.der), &ds);
	rc = rc ? rc : perso_keyref_generate(rsa, &chip);
	rc = rc ? rc : perso_pubkey_spki(perso_keyref_pubkey(chip), true, &spki);
	struct perso_image_values v = { .record = &order->record,
		.profile = order->record.profile, .signer = ds,
		.aa_spki = perso_buf_span(&spki), .clock = in.now };
	rc = rc ? rc : perso_image_build(&v, &image);
	for (size_t i = 0; i < image.count; i++)
		printf("%s %zu\n", image.files[i].file->name,
		    image.files[i].data.n);
	perso_trail_text(why, sizeof(why));
	if (rc != PERSO_OK)
		fprintf(stderr, "%s %s\n", why, order->findings.v[0].code);
	perso_signer_free(&ds);
	perso_keyref_free(&chip);
	perso_keyref_free(&key);
	perso_profiles_free(&profiles);
	return rc != PERSO_OK;
}
C
export PKG_CONFIG_PATH="$root/usr/lib/pkgconfig"
flags=$(pkg-config --cflags --libs --define-variable=prefix="$root/usr" perso)
san=
[ "${V:-release}" != asan ] || san="-fsanitize=address,undefined"
# shellcheck disable=SC2086
${CC:-gcc} -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror $san \
    -o issue issue.c $flags
# shellcheck disable=SC2086
${CC:-gcc} -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror $flags \
    -fsyntax-only "$WORK/all.c"

perso=$root/usr/bin/perso
"$perso" pki init-dev --conf "$root/usr/share/perso/certs/dev.conf" pki
./issue "$root/usr/share/perso/profiles" "$TOP/tests/data/orders/example.json" \
    pki/uto/ds.key pki/uto/ds.cer >files
cat files
for f in EF.COM EF.DG1 EF.DG2 EF.DG11 EF.DG15 EF.SOD; do
	grep -q "^$f [0-9]" files || {
		echo "no $f"
		exit 1
	}
done
# A refused order says so.
sed 's/1974-08-12/1974-02-31/' "$TOP/tests/data/orders/example.json" >bad.json
if ./issue "$root/usr/share/perso/profiles" bad.json pki/uto/ds.key \
    pki/uto/ds.cer >out 2>err; then
	echo "a bad order is built"
	exit 1
fi
grep -q 'E-ORDER-DATE\|E-IMAGE-FILE' err
# The installed program finds its profiles by itself where it is told.
"$perso" init --profiles "$root/usr/share/perso/profiles" station
"$perso" doctor --config station/perso.yaml >doctor || true
grep -q '^ok  *profiles' doctor
echo "note: a program outside the tree built $(wc -l <files) files"
