/* Seals of the standards and of others: every field as another parser sees
 * it, signatures under their certificates. */
#include "seal_test.h"

static void
load_cert(const char *name, struct perso_cert *ret)
{
	static struct rows r;
	bool found = false;
	PERSO_BUF(der, PERSO_CERT_MAX);

	rows_open(&r, "tests/vectors/seal.txt");
	while (rows_next(&r, "cert"))
		if (strcmp(r.field[1], name) == 0) {
			from_hex(r.field[2], &der);
			OK(perso_cert_parse(perso_buf_span(&der), ret));
			found = true;
		}
	cr_assert(found, "%s", name);
}

static void
check_messages(const struct perso_seal *s, char *list)
{
	char *save = NULL;
	size_t n = 0;

	for (char *p = strtok_r(list, ",", &save); p != NULL;
	     p = strtok_r(NULL, ",", &save), n++) {
		PERSO_BUF(value, 4096);

		cr_assert_lt(n, s->message_count);
		cr_assert_eq(s->message[n].tag, strtoul(p, NULL, 16));
		from_hex(p + 3, &value);
		cr_assert(perso_span_equal(
		    perso_buf_span(&value), s->message[n].value));
	}
	cr_assert_eq(n, s->message_count);
}

static void
check_row(struct rows *r)
{
	struct perso_seal s = { 0 };
	char issued[32], signed_on[32], code[8];
	PERSO_BUF(bytes, PERSO_SEAL_MAX);
	PERSO_CERT(cert);
	struct perso_pubkey *key = NULL;

	from_hex(r->field[11], &bytes);
	OK(perso_seal_parse(perso_buf_span(&bytes), &s));
	snprintf(issued, sizeof(issued), "%04d-%02d-%02d", s.issued.year,
	    s.issued.month, s.issued.day);
	snprintf(signed_on, sizeof(signed_on), "%04d-%02d-%02d",
	    s.signed_on.year, s.signed_on.month, s.signed_on.day);
	snprintf(code, sizeof(code), "%02X%02X", s.definition, s.category);
	cr_assert_eq(s.version, (unsigned)atoi(r->field[3]));
	cr_assert_str_eq(s.country, r->field[4]);
	cr_assert_str_eq(s.signer.id, r->field[5]);
	cr_assert_str_eq(s.signer.reference, r->field[6]);
	cr_assert_str_eq(issued, r->field[7]);
	cr_assert_str_eq(signed_on, r->field[8]);
	cr_assert_str_eq(code, r->field[9]);
	check_messages(&s, r->field[10]);
	if (strcmp(r->field[2], "-") == 0)
		return;
	load_cert(r->field[2], &cert);
	OK(perso_cert_key(&cert, &key));
	OK(perso_seal_check_signature(&s, key));
	cr_assert(perso_seal_is_by(&s, &cert));
	bytes.p[20] ^= 1;
	EXPECT(perso_seal_check_signature(&s, key), PERSO_E_SIGNATURE);
	perso_pubkey_free(&key);
}

Test(vectors, every_seal_parses_and_nine_verify)
{
	static struct rows r;
	unsigned n = 0, verified = 0;

	rows_open(&r, "tests/vectors/seal.txt");
	while (rows_next(&r, "seal")) {
		verified += strcmp(r.field[2], "-") != 0;
		check_row(&r);
		n++;
	}
	cr_assert_eq(n, 14);
	cr_assert_eq(verified, 9);
}

/* Text of the message of that name. */
static void
text_is(const struct perso_seal *s, const struct perso_seal_definition *d,
    const char *name, const char *want)
{
	PERSO_BUF(text, 4096);
	struct perso_span value;

	for (size_t i = 0; i < d->feature_count; i++) {
		if (strcmp(d->features[i].name, name) != 0)
			continue;
		cr_assert(perso_seal_find(s, d->features[i].tag, &value));
		OK(perso_seal_text(&d->features[i], value, &text));
		cr_assert(perso_span_equal(
			      perso_buf_span(&text), perso_span_str(want)),
		    "%s: %.*s", name, (int)text.n, (char *)text.p);
		return;
	}
	cr_assert_fail("no feature %s", name);
}

static void
seal_of(const char *name, struct perso_buf *bytes, struct perso_seal *ret)
{
	static struct rows r;
	bool found = false;

	rows_open(&r, "tests/vectors/seal.txt");
	while (rows_next(&r, "seal"))
		if (strcmp(r.field[1], name) == 0) {
			from_hex(r.field[11], bytes);
			found = true;
		}
	cr_assert(found, "%s", name);
	OK(perso_seal_parse(perso_buf_span(bytes), ret));
}

Test(vectors, visa_of_doc_9303_7_says_what_the_standard_prints)
{
	PERSO_BUF(bytes, PERSO_SEAL_MAX);
	struct perso_seal s;
	const struct perso_seal_definition *d = definition("visa");

	seal_of("visa-MRV-B-worked-example", &bytes, &s);
	OK(perso_seal_check_contents(&s, d));
	text_is(&s, d, "mrv-b",
	    "VCD<<DENT<<ARTHUR<PHILIP<<<<<<<<<<<<"
	    "1234567XY7GBR5203116M2105253");
	text_is(&s, d, "duration-of-stay", "90-0-0");
	text_is(&s, d, "passport-number", "ABC424242");
	text_is(&s, d, "entries", "2");
}

Test(vectors, travel_document_of_doc_9303_8_says_what_the_standard_prints)
{
	PERSO_BUF(bytes, PERSO_SEAL_MAX);
	struct perso_seal s;
	const struct perso_seal_definition *d = definition("etd");

	seal_of("ETD-worked-example", &bytes, &s);
	OK(perso_seal_check_contents(&s, d));
	text_is(&s, d, "mrz",
	    "PUUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<"
	    "D231458907UTO7408122F2606277<<<<<<<8");
}

/* What the definitions that ship make of the other seals. */
Test(vectors, seals_of_others_fit_their_definitions)
{
	static const struct {
		const char *seal, *definition;
	} t[] = { { "residentPermit", "example-residence-permit" },
		{ "supplementSheet", "example-supplementary-sheet" },
		{ "addressStickerPassport", "example-address-sticker" },
		{ "addressStickerId", "example-address-sticker-id" },
		{ "socialInsurance", "example-social-insurance" },
		{ "arrivalAttestation", "example-arrival-attestation" },
		{ "arrivalAttestationV02", "example-arrival-attestation" },
		{ "ankunftsnwPapier", "example-arrival-attestation" },
		{ "visa_224bitSig", "visa" }, { "emergenyTravelDoc", "etd" } };

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		PERSO_BUF(bytes, PERSO_SEAL_MAX);
		const struct perso_seal_definition *d =
		    definition(t[i].definition);
		struct perso_seal s;

		seal_of(t[i].seal, &bytes, &s);
		OK(perso_seal_check_contents(&s, d));
		cr_assert_eq(perso_profiles_seal_by_code(
				 profiles(), s.definition, s.category),
		    d);
	}
}
