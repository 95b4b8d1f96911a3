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

static int fail(const char *what)
{
	char why[512];
	perso_trail_text(why, sizeof(why));
	fprintf(stderr, "%s: %s\n", what, why);
	return 1;
}

/* issue PROFILES ORDER KEY CERT */
int main(int argc, char **argv)
{
	struct perso_profiles *profiles = NULL;
	struct perso_keyref *key = NULL;
	struct perso_signer *signer = NULL;
	PERSO_ORDER(order);
	PERSO_CERT(cert);
	PERSO_BUF(spki, 4096);
	PERSO_LDS_IMAGE(image);
	struct perso_order_input in = { .imported = true, .now = perso_now() };
	struct perso_key_spec rsa = { .kind = PERSO_KEY_RSA, .bits = 2048 };
	struct perso_keyref *aa = NULL;

	if (argc != 5 || perso_profile_load_dir(argv[1], &profiles) ||
	    perso_keyref_open(argv[3], &key) || perso_cert_load(argv[4], &cert) ||
	    perso_signer_new(key, perso_buf_span(&cert.der), &signer))
		return fail("set-up");
	in.profiles = profiles;
	if (perso_order_check_file(argv[2], in, order))
		return fail(order->findings.v[0].code);
	if (perso_keyref_generate(rsa, &aa) ||
	    perso_pubkey_spki(perso_keyref_pubkey(aa), false, &spki))
		return fail("AA key");
	struct perso_image_values v = { .record = &order->record,
		.profile = order->record.profile, .signer = signer,
		.aa_spki = perso_buf_span(&spki), .clock = in.now };
	if (perso_image_build(&v, &image))
		return fail("image");
	for (size_t i = 0; i < image.count; i++)
		printf("%s %zu\n", image.files[i].file->name,
		    image.files[i].data.n);
	perso_keyref_free(&aa);
	perso_signer_free(&signer);
	perso_keyref_free(&key);
	perso_profiles_free(&profiles);
	return 0;
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
