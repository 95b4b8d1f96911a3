/*
 * A seal from values to symbol (encode, sign, symbol) beside the signature
 * and the symbol library's own encoding of the same bytes, bare.
 */
#include <dmtx.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "perso/seal.h"
#include "perso/symbol.h"

#define ROUNDS 30
#define COUNT 16

struct sealing {
	struct perso_keyref *key;
	const struct perso_seal_definition *definition;
	struct perso_symbol_spec spec;
	struct perso_buf seal; /* of the last round, for the bare side */
	size_t signed_len;
	EVP_PKEY_CTX *bare;
};

static const char zone[] = "VCUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
			   "L8988901C4XXX4009078F9612109<<<<<<<<\n";

static void
make_seal(struct sealing *t)
{
	PERSO_SEAL_MESSAGES_OF(m);
	PERSO_SYMBOL(symbol);
	const struct perso_seal_values v = { .definition = t->definition,
		.version = 4,
		.country = "UTO",
		.signer = { "UTVS", "0ABCDE" },
		.issued = { 2026, 11, 20 },
		.signed_on = { 2026, 11, 21 },
		.messages = &m };

	bench_need(
	    perso_seal_set(t->definition, "mrv-b", perso_span_str(zone), &m),
	    "zone");
	bench_need(perso_seal_set(t->definition, "duration-of-stay",
		       perso_span_str("90-0-0"), &m),
	    "duration");
	bench_need(perso_seal_set(t->definition, "passport-number",
		       perso_span_str("L8988901C"), &m),
	    "number");
	perso_buf_clear(&t->seal);
	bench_need(perso_seal_build(&v, t->key, &t->seal), "seal");
	bench_need(
	    perso_symbol_make(&t->spec, perso_buf_span(&t->seal), &symbol),
	    "symbol");
}

static double
time_ours(struct sealing *t)
{
	double start = bench_now();

	for (int i = 0; i < COUNT; i++)
		make_seal(t);
	return (bench_now() - start) / COUNT;
}

static void
encode_qr(const struct sealing *t)
{
	QRcode *q =
	    QRcode_encodeData((int)t->seal.n, t->seal.p, 0, QR_ECLEVEL_M);

	bench_need(q != NULL ? PERSO_OK : PERSO_E_NOMEM, "QR code");
	QRcode_free(q);
}

static void
encode_dm(const struct sealing *t)
{
	DmtxEncode *e = dmtxEncodeCreate();

	dmtxEncodeSetProp(e, DmtxPropScheme, DmtxSchemeAutoBest);
	dmtxEncodeSetProp(e, DmtxPropSizeRequest, DmtxSymbolSquareAuto);
	dmtxEncodeSetProp(e, DmtxPropPixelPacking, DmtxPack8bppK);
	dmtxEncodeSetProp(e, DmtxPropModuleSize, 1);
	dmtxEncodeSetProp(e, DmtxPropMarginSize, 0);
	bench_need(
	    dmtxEncodeDataMatrix(e, (int)t->seal.n, t->seal.p) == DmtxPass
		? PERSO_OK
		: PERSO_E_NOMEM,
	    "Data Matrix");
	dmtxEncodeDestroy(&e);
}

/* Digest and signature with a kept context, the library's own encoding. The
 * new signature goes into the bytes, as in a seal: over the same bytes again
 * and again a processor foresees every branch of the encoder. */
static double
time_bare(struct sealing *t)
{
	double start = bench_now();

	for (int i = 0; i < COUNT; i++) {
		unsigned char md[32], sig[80];
		size_t n = sizeof(sig);

		if (EVP_Digest(t->seal.p, t->signed_len, md, NULL, EVP_sha256(),
			NULL) != 1 ||
		    EVP_PKEY_sign(t->bare, sig, &n, md, sizeof(md)) != 1)
			bench_need(PERSO_E_CRYPTO, "signature");
		for (size_t k = 0; k < 64; k++)
			t->seal.p[t->signed_len + 2 + k] = sig[4 + k];
		if (t->spec.kind == PERSO_SYMBOL_QR)
			encode_qr(t);
		else
			encode_dm(t);
	}
	return (bench_now() - start) / COUNT;
}

static void
bench_kind(struct sealing *t, enum perso_symbol_kind kind, const char *name)
{
	double ours = 1e9, bare = 1e9;

	t->spec = (struct perso_symbol_spec){ kind, PERSO_SYMBOL_LEVEL_M, 0 };
	make_seal(t);
	t->signed_len = t->seal.n - 66;
	for (int i = 0; i < ROUNDS; i++) {
		double a = time_ours(t), b = time_bare(t);

		ours = a < ours ? a : ours;
		bare = b < bare ? b : bare;
	}
	bench_print(&(struct bench_result){
	    name, ours / bare, 1.2, false, ours * 1e6, bare * 1e6, "us" });
}

int
main(void)
{
	struct sealing t = { .seal = { .max = PERSO_SEAL_MAX } };
	struct perso_profiles *profiles = bench_profiles();
	EVP_PKEY *k = EVP_EC_gen("P-256");

	t.key = bench_key();
	t.definition = perso_profiles_seal(profiles, "visa");
	t.bare = EVP_PKEY_CTX_new(k, NULL);
	if (t.definition == NULL || t.bare == NULL ||
	    EVP_PKEY_sign_init(t.bare) != 1)
		return 1;
	bench_kind(&t, PERSO_SYMBOL_QR, "seal-qr");
	bench_kind(&t, PERSO_SYMBOL_DATAMATRIX, "seal-datamatrix");
	EVP_PKEY_CTX_free(t.bare);
	EVP_PKEY_free(k);
	perso_buf_done(&t.seal);
	perso_keyref_free(&t.key);
	perso_profiles_free(&profiles);
	return 0;
}
