/* Seals made: every definition in both versions, read back, judged by
 * OpenSSL; what is refused. */
#include "perso/key.h"
#include "seal_test.h"

#define ZONE                                             \
	"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" \
	"L8988901C4XXX4009078F9612109<<<<<<<<"           \
	"AAAAAAAAAAAAAAAAAA"

/* A value that fits the feature. */
static const char *
value_of(const struct perso_seal_feature *f)
{
	static char text[2 * PERSO_SEAL_VALUE_MAX + 1];
	size_t n = 0;

	switch (f->coding) {
	case PERSO_SEAL_C40:
		n = f->max / 2 * 3;
		for (size_t i = 0; i < n; i++)
			text[i] = "AB12CD3"[i % 7];
		break;
	case PERSO_SEAL_MRZ:
		return ZONE;
	case PERSO_SEAL_BYTES:
		n = 2 * f->max;
		for (size_t i = 0; i < n; i++)
			text[i] = "0F7FFF80DC"[i % 10];
		break;
	case PERSO_SEAL_NUMBER:
		return "200";
	case PERSO_SEAL_DATE:
		return "2026-12-31";
	case PERSO_SEAL_DURATION:
		return "90-1-255";
	case PERSO_SEAL_UTF8:
		return "Bērziņa-Ĺ";
	}
	text[n] = '\0';
	return text;
}

/* The zone of value_of as the seal says it. */
static void
zone_of(const struct perso_seal_feature *f, char *dst)
{
	size_t n = 0;

	for (const char *p = ZONE; *p != '\0' && n < f->chars; p++)
		if (*p != '\n')
			dst[n++] = *p;
	dst[n] = '\0';
}

static bool
is_first_of_group(const struct perso_seal_definition *d, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(d->features[i].one_of, d->features[n].one_of) == 0)
			return false;
	return true;
}

void
seal_fill(const struct perso_seal_definition *d, struct perso_seal_messages *m,
    bool optional)
{
	for (size_t i = 0; i < d->feature_count; i++) {
		const struct perso_seal_feature *f = &d->features[i];

		if (f->one_of[0] != '\0' ? !is_first_of_group(d, i)
					 : !f->required && !optional)
			continue;
		OK(perso_seal_set(d, f->name, perso_span_str(value_of(f)), m));
	}
}

static struct perso_seal_values
values(const struct signer *s, const struct perso_seal_definition *d,
    unsigned version, const struct perso_seal_messages *m)
{
	struct perso_seal_values v = { .definition = d,
		.version = version,
		.country = "UTO",
		.issued = { 2026, 11, 20 },
		.signed_on = { 2026, 11, 21 },
		.messages = m };

	OK(perso_seal_signer_of(&s->cert, version, &v.signer));
	return v;
}

void
seal_make(const struct signer *s, const struct perso_seal_definition *d,
    unsigned version, bool optional, struct perso_buf *ret)
{
	PERSO_SEAL_MESSAGES_OF(m);
	struct perso_seal_values v;

	seal_fill(d, &m, optional);
	v = values(s, d, version, &m);
	OK(perso_seal_build(&v, s->key, ret));
}

static void
check_text(const struct perso_seal *s, const struct perso_seal_definition *d)
{
	for (size_t i = 0; i < s->message_count; i++) {
		const struct perso_seal_feature *f =
		    perso_seal_feature(d, s->message[i].tag);
		char zone[128];
		const char *want;
		PERSO_BUF(text, 8192);

		cr_assert_not_null(f);
		want = value_of(f);
		if (f->coding == PERSO_SEAL_MRZ) {
			zone_of(f, zone);
			want = zone;
		}
		OK(perso_seal_text(f, s->message[i].value, &text));
		cr_assert(perso_span_equal(
			      perso_buf_span(&text), perso_span_str(want)),
		    "%s %s: %.*s", d->id, f->name, (int)text.n, (char *)text.p);
	}
}

static void
round_trip(const struct signer *s, const struct perso_seal_definition *d,
    unsigned version, bool optional)
{
	PERSO_BUF(bytes, PERSO_SEAL_MAX);
	struct perso_seal got = { 0 };
	struct perso_seal_verdict v;
	struct perso_seal_question q = { &got, d, &s->cert, s->trust, NOW };

	seal_make(s, d, version, optional, &bytes);
	OK(perso_seal_parse(perso_buf_span(&bytes), &got));
	cr_assert_eq(got.version, version);
	cr_assert_str_eq(got.country, "UTO");
	cr_assert_str_eq(got.signer.id, "UTVS");
	cr_assert_str_eq(
	    got.signer.reference, version == 3 ? "ABCDE" : "0ABCDE");
	cr_assert_eq(got.issued.day, 20);
	cr_assert_eq(got.signed_on.day, 21);
	check_text(&got, d);
	OK(perso_seal_check_contents(&got, d));
	(void)perso_seal_judge(&q, &v);
	for (unsigned f = 0; f < PERSO_SEAL_FACTS; f++)
		cr_assert(f == PERSO_SEAL_FACT_TYPE ||
			      (v.fact[f].judged && v.fact[f].rc == PERSO_OK),
		    "%s v%u: %s: %s", d->id, version, perso_seal_fact_name(f),
		    v.fact[f].text);
}

Test(build, every_definition_comes_back_in_both_versions)
{
	SIGNER(s);
	unsigned n = 0;

	signer_make(&s, PERSO_P256);
	for (size_t i = 0; perso_profiles_seal_at(profiles(), i); i++) {
		const struct perso_seal_definition *d =
		    perso_profiles_seal_at(profiles(), i);

		for (unsigned version = d->min_version; version <= 4;
		     version++) {
			round_trip(&s, d, version, true);
			round_trip(&s, d, version, false);
			n += 2;
		}
	}
	cr_assert_geq(n, 20);
}

Test(build, every_curve_gives_a_seal_that_openssl_verifies)
{
	static const struct {
		enum perso_curve curve;
		const char *digest;
	} t[] = { { PERSO_P224, "sha224" }, { PERSO_P256, "sha256" },
		{ PERSO_BP256, "sha256" }, { PERSO_BP320, "sha384" },
		{ PERSO_P384, "sha384" }, { PERSO_BP384, "sha384" },
		{ PERSO_BP512, "sha512" }, { PERSO_P521, "sha512" } };
	PERSO_BUF(out, 1 << 16);

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		SIGNER(s);
		PERSO_BUF(bytes, PERSO_SEAL_MAX);
		PERSO_BUF(der, 1024);
		struct perso_seal got;

		signer_make(&s, t[i].curve);
		seal_make(&s, definition("visa"), i % 2 ? 3 : 4, true, &bytes);
		OK(perso_seal_parse(perso_buf_span(&bytes), &got));
		OK(perso_ecdsa_to_der(got.signature, &der));
		put(s.dir, "tbs", got.signed_part);
		put(s.dir, "sig", perso_buf_span(&der));
		put(s.dir, "seal.cer", perso_buf_span(&s.cert.der));
		cr_assert_eq(
		    run(&out,
			"cd %s && openssl x509 -inform DER -in seal.cer "
			"-pubkey -noout > pub && openssl dgst -%s -verify pub "
			"-signature sig tbs 2>&1",
			s.dir, t[i].digest),
		    0, "%s: %.*s", perso_curve_name(t[i].curve), (int)out.n,
		    (char *)out.p);
	}
}

/* Doc 9303-12, table 6, as OpenSSL prints it. */
Test(build, signers_certificate_has_what_the_profile_says_and_no_more)
{
	SIGNER(s);
	PERSO_BUF(out, 1 << 16);
	const char *text;

	signer_make(&s, PERSO_P256);
	put(s.dir, "seal.cer", perso_buf_span(&s.cert.der));
	cr_assert_eq(run(&out,
			 "openssl x509 -inform DER -in %s/seal.cer -noout "
			 "-text 2>&1 | sed -n '/Serial/p;/Subject:/p;/X509v3/"
			 "p;/2.23/p' | tr -s ' \\n' ' '",
			 s.dir),
	    0);
	OK(perso_buf_append_u8(&out, 0));
	text = (const char *)out.p;
	cr_assert_str_eq(text,
	    " Serial Number: 703710 (0xabcde) Subject: C = UT, CN = VS X509v3 "
	    "extensions: X509v3 Authority Key Identifier: 2.23.136.1.1.6.2: "
	    "X509v3 Extended Key Usage: critical 2.23.136.1.1.11.1 ");
}

Test(build, refuses_certificates_that_are_none_of_a_seal_signer)
{
	SIGNER(s);
	struct perso_cert_values v;
	PERSO_BUF(der, PERSO_CERT_MAX);
	struct perso_seal_signer who;

	signer_make(&s, PERSO_P256);
	EXPECT(perso_seal_signer_of(&s.csca, 4, &who), PERSO_E_ROLE);
	EXPECT(perso_seal_signer_of(&s.cert, 5, &who), PERSO_E_ARG);
	v = seal_values();
	v.issuer = &s.csca;
	v.key = perso_keyref_pubkey(s.key);
	v.subject.common_name = "VSX";
	EXPECT(perso_cert_build(&v, s.csca_key, &der), PERSO_E_ARG);
	says("two capitals");
	v.subject.common_name = "VS";
	v.subject.organization = "More";
	EXPECT(perso_cert_build(&v, s.csca_key, &der), PERSO_E_ARG);
	v.subject.organization = NULL;
	v.issuer = NULL;
	EXPECT(perso_cert_build(&v, s.csca_key, &der), PERSO_E_ARG);
	v = seal_values();
	v.serial = PERSO_SPAN_EMPTY; /* random, of 16 bytes */
	signer_reissue(&s, v);
	EXPECT(perso_seal_signer_of(&s.cert, 3, &who), PERSO_E_RANGE);
	says("five digits");
	OK(perso_seal_signer_of(&s.cert, 4, &who));
	cr_assert_eq(strlen(who.reference), 32);
	{
		PERSO_BUF(bytes, PERSO_SEAL_MAX);
		struct perso_seal got;

		seal_make(&s, definition("etd"), 4, true, &bytes);
		OK(perso_seal_parse(perso_buf_span(&bytes), &got));
		cr_assert_str_eq(got.signer.reference, who.reference);
		cr_assert(perso_seal_is_by(&got, &s.cert));
	}
}

Test(build, values_that_do_not_fit_say_by_how_much)
{
	static const struct {
		const char *definition, *name, *text;
		perso_rc want;
		const char *says;
	} t[] = {
		{ "visa", "passport-number", "ABC4242421", PERSO_E_RANGE,
		    "passport-number: does not fit by 2 bytes" },
		{ "visa", "visa-type", "0102030405", PERSO_E_RANGE,
		    "visa-type: does not fit by 1 byte" },
		{ "visa", "visa-type", "", PERSO_E_RANGE,
		    "visa-type: too short by 1 byte" },
		{ "visa", "passport-number", "", PERSO_E_RANGE,
		    "too short by 6 bytes" },
		{ "visa", "passport-number", "abc", PERSO_E_DATA,
		    "passport-number: character 1" },
		{ "visa", "entries", "256", PERSO_E_RANGE, "above 255" },
		{ "visa", "entries", "-1", PERSO_E_DATA, "character 1" },
		{ "visa", "entries", "", PERSO_E_DATA, "number" },
		{ "visa", "duration-of-stay", "90", PERSO_E_DATA, "days" },
		{ "visa", "duration-of-stay", "90-0-0-0", PERSO_E_DATA,
		    "days" },
		{ "visa", "duration-of-stay", "90-0-256", PERSO_E_DATA, "255" },
		{ "visa", "mrv-a", "V<UTO", PERSO_E_RANGE,
		    "5 characters, 72 are needed" },
		{ "visa", "colour", "red", PERSO_E_ARG, "mrv-a, mrv-b" },
		{ "visa", "visa-type", "0", PERSO_E_DATA, "visa-type" },
		{ "uto-work-permit", "birth-date", "2026-02-30", PERSO_E_DATA,
		    "birth-date" },
		{ "uto-work-permit", "holder", "\xFF", PERSO_E_DATA, "holder" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		PERSO_SEAL_MESSAGES_OF(m);

		EXPECT(perso_seal_set(definition(t[i].definition), t[i].name,
			   perso_span_str(t[i].text), &m),
		    t[i].want);
		says(t[i].says);
		cr_assert_eq(m.count, 0);
		cr_assert_eq(m.bytes.n, 0);
	}
}

Test(build, short_numbers_are_filled_up_as_in_a_zone)
{
	const struct perso_seal_definition *d = definition("visa");
	static const char *const t[] = { "A", "AB1", "AB12345", "AB123456" };

	for (size_t i = 0; i < 4; i++) {
		PERSO_SEAL_MESSAGES_OF(m);
		PERSO_BUF(text, 64);

		OK(perso_seal_set(
		    d, "passport-number", perso_span_str(t[i]), &m));
		cr_assert_eq(m.bytes.n, 6);
		OK(perso_seal_text(
		    perso_seal_feature(d, 5), perso_buf_span(&m.bytes), &text));
		cr_assert(perso_span_equal(
		    perso_buf_span(&text), perso_span_str(t[i])));
	}
}

/* One wrong thing each; nothing is written. */
Test(build, refuses_headers_and_messages_that_are_incomplete)
{
	SIGNER(s);
	const struct perso_seal_definition *visa = definition("visa");
	PERSO_SEAL_MESSAGES_OF(m);
	PERSO_SEAL_MESSAGES_OF(none);
	PERSO_SEAL_MESSAGES_OF(two);
	PERSO_BUF(out, PERSO_SEAL_MAX);
	struct perso_seal_values good, v;

	signer_make(&s, PERSO_P256);
	seal_fill(visa, &m, true);
	seal_fill(visa, &two, true);
	OK(perso_seal_set(visa, "mrv-b", perso_span_str(ZONE), &two));
	EXPECT(perso_seal_set(visa, "mrv-b", perso_span_str(ZONE), &two),
	    PERSO_E_ARG);
	says("twice");
	good = values(&s, visa, 3, &m);
#define BAD(change, want, text)                                    \
	do {                                                       \
		v = good;                                          \
		change;                                            \
		EXPECT(perso_seal_build(&v, s.key, &out), (want)); \
		says(text);                                        \
		cr_assert_eq(out.n, 0);                            \
	} while (0)
	BAD(v.version = 2, PERSO_E_ARG, "version");
	BAD(v.definition = definition("etd"), PERSO_E_ARG, "need header");
	BAD(v.country = "uto", PERSO_E_ARG, "country");
	BAD(v.country = "UTOP", PERSO_E_ARG, "country");
	BAD(v.country = "", PERSO_E_ARG, "country");
	BAD(v.issued.month = 13, PERSO_E_ARG, "date");
	BAD(v.signed_on.day = 0, PERSO_E_ARG, "date");
	BAD(v.signer.id[0] = 'u', PERSO_E_ARG, "signer");
	BAD(v.signer.id[3] = '\0', PERSO_E_ARG, "signer");
	BAD(v.signer.reference[4] = '\0', PERSO_E_ARG, "five");
	BAD(v.signer.reference[4] = 'G', PERSO_E_ARG, "five");
	BAD(memcpy(v.signer.reference, "00000", 6), PERSO_E_ARG, "tests");
	BAD(v.messages = &none, PERSO_E_MISSING, "mrv-a");
	BAD(v.messages = &two, PERSO_E_MISSING, "exactly one");
	OK(perso_seal_build(&good, s.key, &out));
}

Test(build, shorter_country_codes_are_padded_and_come_back)
{
	SIGNER(s);
	PERSO_SEAL_MESSAGES_OF(m);
	static const char *const codes[] = { "D", "EU", "UTO" };

	signer_make(&s, PERSO_P256);
	seal_fill(definition("visa"), &m, false);
	for (size_t i = 0; i < 3; i++) {
		PERSO_BUF(out, PERSO_SEAL_MAX);
		struct perso_seal got;
		struct perso_seal_values v =
		    values(&s, definition("visa"), 4, &m);

		v.country = codes[i];
		OK(perso_seal_build(&v, s.key, &out));
		OK(perso_seal_parse(perso_buf_span(&out), &got));
		cr_assert_str_eq(got.country, codes[i]);
	}
}

Test(build, version_3_has_lengths_of_one_byte_and_version_4_of_der)
{
	SIGNER(s);
	struct perso_seal_definition d = *definition("uto-work-permit");
	static const unsigned sizes[] = { 127, 128, 255, 256 };
	char text[601];

	signer_make(&s, PERSO_P256);
	d.min_version = 3;
	d.features[1].max = 300; /* holder */
	memset(text, 'x', 600);

	for (size_t k = 0; k < 4; k++) {
		unsigned n = sizes[k];

		for (unsigned version = 3; version <= 4; version++) {
			PERSO_SEAL_MESSAGES_OF(m);
			PERSO_BUF(out, PERSO_SEAL_MAX);
			struct perso_seal_values v;
			struct perso_seal got;
			struct perso_span value;

			for (size_t i = 0; i < 4; i++)
				OK(perso_seal_set(&d, d.features[i].name,
				    i == 1 ? perso_span(text, n)
					   : perso_span_str(
						 value_of(&d.features[i])),
				    &m));
			OK(perso_seal_set(&d, "valid-until",
			    perso_span_str("2027-01-01"), &m));
			v = values(&s, &d, version, &m);
			if (version == 3 && n > 255) {
				EXPECT(perso_seal_build(&v, s.key, &out),
				    PERSO_E_RANGE);
				says("does not fit by 1 byte");
				continue;
			}
			OK(perso_seal_build(&v, s.key, &out));
			OK(perso_seal_parse(perso_buf_span(&out), &got));
			cr_assert(perso_seal_find(&got, 2, &value));
			cr_assert_eq(value.n, n);
		}
	}
}
