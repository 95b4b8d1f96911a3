/* Published card-verifiable certificates: read, verified, written again. */
#include "pki_test.h"

#include "perso/cvc.h"
#include "perso/hex.h"

#define MAX_CERTS 4

struct sample {
	char word[8][64]; /* car chr effective expires key-oid type-oid chat */
	struct perso_cvc c;
};

struct set {
	char name[128];
	struct sample s[MAX_CERTS];
	size_t count;
};

static void
text_date(struct perso_date d, char dst[32])
{
	snprintf(dst, 32, "%02d%02d%02d", d.year - 2000, d.month, d.day);
}

static void
check_fields(const struct sample *s, const char *oid)
{
	char from[32], to[32], chat[16], type[64];

	cr_assert_str_eq(s->c.car, s->word[0]);
	cr_assert_str_eq(s->c.chr, s->word[1]);
	text_date(s->c.effective, from);
	text_date(s->c.expires, to);
	cr_assert_str_eq(from, s->word[2]);
	cr_assert_str_eq(to, s->word[3]);
	cr_assert_str_eq(oid, s->word[4]);
	snprintf(
	    type, sizeof(type), "0.4.0.127.0.7.3.1.2.%d", (int)s->c.chat.type);
	cr_assert_str_eq(type, s->word[5]);
	for (size_t i = 0; i < s->c.chat.n; i++)
		snprintf(chat + 2 * i, 3, "%02x", s->c.chat.bits[i]);
	cr_assert_str_eq(chat, s->word[6]);
}

static void
read_sample(struct set *set, char *line)
{
	struct sample *s = &set->s[set->count++];
	PERSO_BUF(der, PERSO_CVC_MAX);
	char *p = line;

	cr_assert(set->count <= MAX_CERTS);
	perso_buf_init(&s->c.der, PERSO_CVC_MAX);
	strtok_r(p, " \n", &p);
	for (size_t i = 0; i < 7; i++)
		snprintf(s->word[i], 64, "%s", strtok_r(NULL, " \n", &p));
	OK(perso_hex_decode(perso_span_str(strtok_r(NULL, " \n", &p)), &der));
	OK(perso_cvc_parse(perso_buf_span(&der), &s->c));
	check_fields(s, perso_cvc_alg_oid(s->c.key.alg));
	cr_assert(
	    perso_span_equal(perso_buf_span(&s->c.der), perso_buf_span(&der)));
}

/* Calls fn with each set of the file; how many there were. */
static size_t
each_set(void (*fn)(struct set *set))
{
	FILE *f = fopen("tests/vectors/cvc.txt", "r");
	static char line[8192];
	static struct set set;
	size_t sets = 0;

	cr_assert_not_null(f);
	for (bool more = true; more;) {
		more = fgets(line, sizeof(line), f) != NULL;
		if ((!more || strncmp(line, "set ", 4) == 0) && set.count > 0) {
			fn(&set);
			sets++;
			for (size_t i = 0; i < set.count; i++)
				perso_cvc_done(&set.s[i].c);
			set = (struct set){ .count = 0 };
		}
		if (more && strncmp(line, "set ", 4) == 0)
			snprintf(
			    set.name, sizeof(set.name), "%.100s", line + 4);
		if (more && strncmp(line, "cert ", 5) == 0)
			read_sample(&set, line);
	}
	fclose(f);
	return sets;
}

static void
check_chain(struct set *set)
{
	struct perso_cvc certs[MAX_CERTS];
	PERSO_CVC_CHAIN(r);
	const struct perso_cvc *last = &set->s[set->count - 1].c;

	for (size_t i = 0; i < set->count; i++)
		certs[i] = set->s[i].c;
	OK(perso_cvc_chain_check(certs, set->count, NULL, &r));
	cr_assert_eq(r.at, set->count - 1);
	cr_assert(!r.wider);
	cr_assert_eq(perso_cvc_role(&r.effective), perso_cvc_role(&last->chat));
	cr_assert(perso_cvc_rights_within(&r.effective, &last->chat));
	OK(perso_cvc_chain_check(certs, set->count, &last->effective, &r));
	EXPECT(perso_cvc_chain_check(
		   certs, set->count, &(struct perso_date){ 2026, 11, 22 }, &r),
	    set->count > 1 ? PERSO_E_EXPIRED : PERSO_OK);
}

Test(cvc, published_chains_verify)
{
	cr_assert_eq(each_set(check_chain), 8);
}

static void
verify_links(struct set *set)
{
	PERSO_BUF(spoiled, PERSO_CVC_MAX);
	PERSO_CVC(bad);

	for (size_t i = 0; i < set->count; i++) {
		struct perso_cvc *c = &set->s[i].c;
		struct perso_pubkey *own = NULL, *ca = NULL;
		struct perso_cvc *by = i > 0 ? &set->s[i - 1].c : c;

		if (i == 0 && !perso_cvc_is_self_signed(c))
			continue; /* its issuer is in another set */
		OK(perso_cvc_pubkey(&set->s[0].c, NULL, &ca));
		OK(perso_cvc_pubkey(by, ca, &own));
		OK(perso_cvc_verify(c, own, by->key.alg));
		for (size_t at = 0; at < c->signature.n; at += 13) {
			OK(perso_buf_set(&spoiled, perso_buf_span(&c->der)));
			spoiled.p[c->der.n - 1 - at] ^= 1;
			OK(perso_cvc_parse(perso_buf_span(&spoiled), &bad));
			EXPECT(perso_cvc_verify(&bad, own, by->key.alg),
			    PERSO_E_SIGNATURE);
		}
		perso_pubkey_free(&own);
		perso_pubkey_free(&ca);
	}
}

Test(cvc, each_published_signature_verifies_and_a_spoiled_one_does_not)
{
	cr_assert_eq(each_set(verify_links), 8);
}

static void
rebuild(struct set *set)
{
	struct perso_pubkey *ca = NULL;

	OK(perso_cvc_pubkey(&set->s[0].c, NULL, &ca));
	for (size_t i = 0; i < set->count; i++) {
		const struct perso_cvc *c = &set->s[i].c;
		struct perso_pubkey *key = NULL;
		PERSO_BUF(body, PERSO_CVC_MAX);
		PERSO_BUF(der, PERSO_CVC_MAX);

		OK(perso_cvc_pubkey(c, ca, &key));
		OK(perso_cvc_body(
		    &(struct perso_cvc_values){
			.car = c->car,
			.chr = c->chr,
			.key = key,
			.alg = c->key.alg,
			.domain = c->key.has_domain,
			.chat = c->chat,
			.effective = c->effective,
			.expires = c->expires,
			.extensions = c->extensions,
		    },
		    &body));
		cr_assert(perso_span_equal(perso_buf_span(&body), c->body),
		    "%s %s", set->name, c->chr);
		OK(perso_cvc_assemble(
		    perso_buf_span(&body), c->signature, &der));
		cr_assert(perso_span_equal(
		    perso_buf_span(&der), perso_buf_span(&c->der)));
		perso_pubkey_free(&key);
	}
	perso_pubkey_free(&ca);
}

Test(cvc, published_certificates_are_built_again_byte_for_byte)
{
	cr_assert_eq(each_set(rebuild), 8);
}

/* The link certificate of one set belongs to the CVCA of another. */
static struct perso_cvc old_ca = { .der = { .max = PERSO_CVC_MAX } };
static size_t joined;

static void
join(struct set *set)
{
	struct perso_cvc certs[MAX_CERTS + 1];
	PERSO_CVC_CHAIN(r);

	if (perso_cvc_is_link(&set->s[0].c)) {
		certs[0] = old_ca;
		for (size_t i = 0; i < set->count; i++)
			certs[i + 1] = set->s[i].c;
		OK(perso_cvc_chain_check(certs, set->count + 1, NULL, &r));
		cr_assert_eq(perso_cvc_role(&r.effective), PERSO_CVC_TERMINAL);
		cr_assert(perso_cvc_has_right(&r.effective, PERSO_CVC_DG3));
		cr_assert(!perso_cvc_has_right(&r.effective, PERSO_CVC_DG4));
		joined++;
	} else if (strcmp(set->s[0].c.chr, "NLCVCAA00001") == 0) {
		OK(perso_cvc_parse(perso_buf_span(&set->s[0].c.der), &old_ca));
	}
}

Test(cvc, a_published_link_certificate_leads_from_the_old_ca_to_a_terminal)
{
	each_set(join);
	cr_assert_eq(joined, 1);
	perso_cvc_done(&old_ca);
}

Test(cvc, authorisations_have_roles_rights_and_names)
{
	struct perso_cvc_auth a =
	    perso_cvc_auth(PERSO_CVC_AT, PERSO_CVC_DV_FOREIGN);
	struct perso_cvc_auth b = perso_cvc_auth(PERSO_CVC_IS, PERSO_CVC_CVCA);

	cr_assert_eq(a.n, 5);
	cr_assert_eq(a.bits[0], 0x40);
	cr_assert_eq(perso_cvc_role(&a), PERSO_CVC_DV_FOREIGN);
	perso_cvc_set_right(&a, 37);
	perso_cvc_set_right(&a, 38); /* the role's: nothing happens */
	perso_cvc_set_right(&a, 0);
	cr_assert_eq(a.bits[0], 0x60);
	cr_assert_eq(a.bits[4], 0x01);
	cr_assert(perso_cvc_has_right(&a, 37));
	cr_assert(!perso_cvc_has_right(&a, 38));
	cr_assert(!perso_cvc_has_right(&a, 36));
	cr_assert_str_eq(perso_cvc_right_name(PERSO_CVC_AT, 37), "write-dg17");
	cr_assert_str_eq(perso_cvc_right_name(PERSO_CVC_AT, 8), "read-dg1");
	cr_assert_str_eq(perso_cvc_right_name(PERSO_CVC_AT, 29), "read-dg22");
	cr_assert_str_eq(perso_cvc_right_name(PERSO_CVC_AT, 30), "psa");
	cr_assert_null(perso_cvc_right_name(PERSO_CVC_AT, 31));
	cr_assert_null(perso_cvc_right_name(PERSO_CVC_IS, 2));
	perso_cvc_set_right(&b, PERSO_CVC_DG4);
	cr_assert_eq(b.bits[0], 0xC2);
	cr_assert(!perso_cvc_rights_within(&a, &b));
	cr_assert_eq(perso_cvc_right_count(PERSO_CVC_NONE), 0);
}

Test(cvc, names_have_a_country_a_mnemonic_and_a_sequence_number)
{
	static const struct {
		const char *name;
		perso_rc want;
	} rows[] = {
		{ "UTCVCA00001", PERSO_OK },
		{ "UTM00001", PERSO_OK },
		{ "UT\xC4\x80_- 00001", PERSO_E_DATA }, /* C1 control */
		{ "UT\xC4\xFC_- 00001", PERSO_OK },
		{ "UTCVCAUT001", PERSO_OK },
		{ "UTNINECHAR00001", PERSO_OK },
		{ "UTNINECHARS00001", PERSO_OK },
		{ "UTTENCHARSX00001", PERSO_OK },
		{ "UTELEVENCHRS00001", PERSO_E_RANGE },
		{ "UT00001", PERSO_E_RANGE },
		{ "", PERSO_E_RANGE },
		{ "utCVCA00001", PERSO_E_DATA },
		{ "U1CVCA00001", PERSO_E_DATA },
		{ "UTCVCA0000a", PERSO_E_DATA },
		{ "UTCVCA0000 ", PERSO_E_DATA },
		{ "UTCV\nA00001", PERSO_E_DATA },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EXPECT(perso_cvc_name_check(perso_span_str(rows[i].name)),
		    rows[i].want);
}

Test(cvc, algorithms_have_their_object_identifiers)
{
	static const struct {
		struct perso_sig_alg alg;
		const char *oid;
	} rows[] = {
		{ { PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 },
		    "0.4.0.127.0.7.2.2.2.1.2" },
		{ { PERSO_SIG_RSA_PSS, PERSO_SHA512, 0 },
		    "0.4.0.127.0.7.2.2.2.1.6" },
		{ { PERSO_SIG_ECDSA, PERSO_SHA1, 0 },
		    "0.4.0.127.0.7.2.2.2.2.1" },
		{ { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA512, 0 },
		    "0.4.0.127.0.7.2.2.2.2.5" },
		{ { PERSO_SIG_RSA_PSS, PERSO_SHA384, 48 }, NULL },
		{ { PERSO_SIG_RSA_PKCS1, PERSO_SHA224, 0 }, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *oid = perso_cvc_alg_oid(rows[i].alg);

		if (rows[i].oid == NULL)
			cr_assert_null(oid);
		else
			cr_assert_str_eq(oid, rows[i].oid);
	}
}
