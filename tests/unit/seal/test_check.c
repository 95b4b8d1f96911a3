/* The judgement of seals: each fact can be the one that is wrong. */
#include "seal_test.h"

/* Only these facts are wrong; the rest was judged and is right. */
static void
only(const struct perso_seal_verdict *v, unsigned wrong, unsigned unjudged)
{
	for (unsigned f = 0; f < PERSO_SEAL_FACTS; f++) {
		cr_assert_eq(v->fact[f].judged, !(unjudged >> f & 1), "%s: %s",
		    perso_seal_fact_name(f), v->fact[f].text);
		if (!v->fact[f].judged)
			continue;
		cr_assert_eq(v->fact[f].rc != PERSO_OK, wrong >> f & 1,
		    "%s: %s", perso_seal_fact_name(f), v->fact[f].text);
	}
}
#define F(name) (1u << PERSO_SEAL_FACT_##name)

struct world {
	struct signer *s;
	struct perso_buf bytes;
	struct perso_seal seal;
	struct perso_seal_question q;
};

static void
world_make(struct world *w, struct signer *s)
{
	signer_make(s, PERSO_P256);
	w->s = s;
	perso_buf_init(&w->bytes, PERSO_SEAL_MAX);
	seal_make(s, definition("visa"), 4, true, &w->bytes);
	OK(perso_seal_parse(perso_buf_span(&w->bytes), &w->seal));
	w->q = (struct perso_seal_question){ &w->seal, definition("visa"),
		&s->cert, s->trust, NOW };
}

static void
judge(struct world *w, unsigned wrong, unsigned unjudged)
{
	struct perso_seal_verdict v;
	bool good = perso_seal_judge(&w->q, &v);

	only(&v, wrong, unjudged);
	cr_assert_eq(good, wrong == 0 && !(unjudged & F(SIGNATURE)));
	cr_assert_eq(perso_trail_count(), 0);
}

Test(check, a_genuine_seal_has_every_fact_right)
{
	SIGNER(s);
	struct world w;

	world_make(&w, &s);
	judge(&w, 0, 0);
	w.q.trust = NULL;
	judge(&w, 0, F(CHAIN));
	w.q.definition = NULL;
	judge(&w, 0, F(CHAIN) | F(CONTENTS) | F(TYPE));
	w.q.cert = NULL;
	judge(&w, 0, 0x7F);
	perso_buf_done(&w.bytes);
}

Test(check, one_changed_bit_anywhere_is_noticed)
{
	SIGNER(s);
	struct world w;
	unsigned refused = 0;

	world_make(&w, &s);
	for (size_t i = 0; i < w.bytes.n * 8; i++) {
		struct perso_seal got;
		struct perso_seal_verdict v;

		w.bytes.p[i / 8] ^= (uint8_t)(1u << i % 8);
		if (perso_seal_parse(perso_buf_span(&w.bytes), &got) ==
		    PERSO_OK) {
			w.q.seal = &got;
			cr_assert(!perso_seal_judge(&w.q, &v), "bit %zu", i);
			cr_assert(
			    v.fact[PERSO_SEAL_FACT_SIGNATURE].rc != PERSO_OK);
		} else {
			refused++;
		}
		w.bytes.p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	cr_assert(refused > 20 && refused < w.bytes.n * 8);
	perso_buf_done(&w.bytes);
}

Test(check, wrong_definition_or_signer_or_key)
{
	SIGNER(s);
	SIGNER(other);
	struct world w;
	struct perso_cert_values v = seal_values();

	world_make(&w, &s);
	w.q.definition = definition("etd");
	judge(&w, F(CONTENTS), F(TYPE));
	w.q.definition = definition("visa");
	/* the same names and serial, another key and CSCA */
	signer_make(&other, PERSO_P256);
	w.q.cert = &other.cert;
	judge(&w, F(SIGNATURE) | F(CHAIN), 0);
	w.q.cert = &s.cert;
	v.subject.common_name = "VT";
	signer_reissue(&s, v);
	judge(&w, F(SIGNER), 0);
	v = seal_values();
	v.serial = perso_span("\x0A\xBC\xDD", 3);
	signer_reissue(&s, v);
	judge(&w, F(SIGNER), 0);
	perso_buf_done(&w.bytes);
}

Test(check, certificate_for_another_use_or_time_or_type)
{
	static const char *const passports[] = { "P" };
	SIGNER(s);
	struct world w;
	struct perso_cert_values v = seal_values();

	world_make(&w, &s);
	v.types = passports;
	v.type_count = 1;
	signer_reissue(&s, v);
	judge(&w, F(TYPE), 0);
	v.type_count = 0;
	signer_reissue(&s, v);
	judge(&w, 0, F(TYPE));
	/* a document signer with the same names, key and serial number */
	v.type_count = 1;
	v.types = (const char *const[]){ "V" };
	v.role = PERSO_CERT_DS;
	v.use_to = v.not_after;
	signer_reissue(&s, v);
	judge(&w, F(PROFILE) | F(CHAIN), 0);
	v = seal_values();
	v.not_after = NOW - DAY - DAY; /* signed at NOW - 1 day */
	signer_reissue(&s, v);
	judge(&w, F(DATES) | F(CHAIN), 0);
	v.not_after = NOW - DAY / 2; /* in order when signed, not now */
	signer_reissue(&s, v);
	judge(&w, F(CHAIN), 0);
	signer_reissue(&s, seal_values());
	w.q.now = NOW - 3 * DAY;
	judge(&w, F(DATES), 0);
	perso_buf_done(&w.bytes);
}

Test(check, document_signers_rules_refuse_a_seal_signer_and_the_reverse)
{
	SIGNER(s);
	struct world w;
	struct perso_cert_values v = seal_values();

	world_make(&w, &s);
	EXPECT(perso_trust_check_ds(s.trust, &s.cert, NOW, NULL), PERSO_E_ROLE);
	OK(perso_trust_check_seal(s.trust, &s.cert, NOW, NULL));
	EXPECT(
	    perso_trust_check_seal(s.trust, &s.csca, NOW, NULL), PERSO_E_ROLE);
	v.role = PERSO_CERT_DS;
	v.use_to = v.not_after;
	signer_reissue(&s, v);
	OK(perso_trust_check_ds(s.trust, &s.cert, NOW, NULL));
	EXPECT(
	    perso_trust_check_seal(s.trust, &s.cert, NOW, NULL), PERSO_E_ROLE);
	perso_buf_done(&w.bytes);
}
