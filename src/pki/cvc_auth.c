/*
 * Card-verifiable certificates: authorisations and algorithms.
 */
#include "cvc_int.h"

#define TYPE_OID "0.4.0.127.0.7.3.1.2."

struct type {
	const char *name, *oid;
	size_t n; /* bytes of role and rights */
	const char *const *rights;
	unsigned named;
};

/* TR-03110-4, 2.2 (IS: Doc 9303-11, 7.1) */
static const char *const is_rights[] = { "read-dg3", "read-dg4" };
static const char *const at_rights[] = { "age-verification",
	"municipality-verification", "restricted-identification", "privileged",
	"can-allowed", "pin-management", "install-certificate",
	"install-qualified-certificate", "read-dg1", "read-dg2", "read-dg3",
	"read-dg4", "read-dg5", "read-dg6", "read-dg7", "read-dg8", "read-dg9",
	"read-dg10", "read-dg11", "read-dg12", "read-dg13", "read-dg14",
	"read-dg15", "read-dg16", "read-dg17", "read-dg18", "read-dg19",
	"read-dg20", "read-dg21", "read-dg22", "psa", NULL, "write-dg22",
	"write-dg21", "write-dg20", "write-dg19", "write-dg18", "write-dg17" };
static const char *const st_rights[] = { "electronic-signature",
	"qualified-electronic-signature" };

static const struct type types[] = {
	[PERSO_CVC_NONE] = { "none", NULL, 0, NULL, 0 },
	[PERSO_CVC_IS] = { "IS", TYPE_OID "1", 1, is_rights, 2 },
	[PERSO_CVC_AT] = { "AT", TYPE_OID "2", 5, at_rights, 38 },
	[PERSO_CVC_ST] = { "ST", TYPE_OID "3", 1, st_rights, 2 },
};
#define TYPES (sizeof(types) / sizeof(types[0]))

static const struct type *
type_of(enum perso_cvc_type t)
{
	return (size_t)t < TYPES ? &types[t] : &types[PERSO_CVC_NONE];
}

/* see perso/cvc.h */
struct perso_cvc_auth
perso_cvc_auth(enum perso_cvc_type type, enum perso_cvc_role role)
{
	struct perso_cvc_auth a = { .type = type, .n = type_of(type)->n };

	if (a.n > 0)
		a.bits[0] = (uint8_t)((unsigned)role << 6);
	return a;
}

/* see perso/cvc.h */
enum perso_cvc_role
perso_cvc_role(const struct perso_cvc_auth *a)
{
	return (enum perso_cvc_role)(a->bits[0] >> 6);
}

/* see perso/cvc.h */
unsigned
perso_cvc_right_count(enum perso_cvc_type type)
{
	size_t n = type_of(type)->n;

	return n == 0 ? 0 : (unsigned)(8 * n - 2);
}

/* see perso/cvc.h */
bool
perso_cvc_has_right(const struct perso_cvc_auth *a, unsigned bit)
{
	if (bit >= perso_cvc_right_count(a->type))
		return false;
	return (a->bits[a->n - 1 - bit / 8] >> (bit % 8) & 1) != 0;
}

/* see perso/cvc.h */
void
perso_cvc_set_right(struct perso_cvc_auth *a, unsigned bit)
{
	if (bit < perso_cvc_right_count(a->type))
		a->bits[a->n - 1 - bit / 8] |= (uint8_t)(1u << (bit % 8));
}

/* see perso/cvc.h */
const char *
perso_cvc_right_name(enum perso_cvc_type type, unsigned bit)
{
	const struct type *t = type_of(type);

	return bit < t->named ? t->rights[bit] : NULL;
}

/* see perso/cvc.h */
const char *
perso_cvc_type_name(enum perso_cvc_type type)
{
	return type_of(type)->name;
}

/* see perso/cvc.h */
const char *
perso_cvc_role_name(enum perso_cvc_role role)
{
	static const char *const names[] = { "terminal", "foreign DV",
		"domestic DV", "CVCA" };

	return names[(unsigned)role & 3];
}

/* see perso/cvc.h */
bool
perso_cvc_rights_within(
    const struct perso_cvc_auth *a, const struct perso_cvc_auth *b)
{
	if (a->type != b->type)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		uint8_t more = (uint8_t)(a->bits[i] & ~b->bits[i]);

		if ((i == 0 ? more & 0x3F : more) != 0)
			return false;
	}
	return true;
}

/* see cvc_int.h */
struct perso_cvc_auth
cvc_auth_and(const struct perso_cvc_auth *a, const struct perso_cvc_auth *b)
{
	struct perso_cvc_auth r = *b;

	for (size_t i = 0; i < r.n; i++)
		r.bits[i] &= (uint8_t)(a->bits[i] | (i == 0 ? 0xC0 : 0));
	return r;
}

/* see cvc_int.h */
perso_rc
cvc_chat_parse(struct perso_span contents, struct perso_cvc_auth *ret)
{
	struct perso_rd rd = perso_rd(contents);
	struct perso_cvc_auth a = { .type = PERSO_CVC_NONE };
	struct perso_span oid, bits;

	PERSO_TRY(cvc_take(&rd, CVC_OID, "type", &oid));
	PERSO_TRY(cvc_take(&rd, CVC_BITS, "role and rights", &bits));
	PERSO_TRY(perso_rd_finish(&rd));
	for (size_t i = 1; i < TYPES; i++)
		if (perso_der_is_oid(oid, types[i].oid))
			a.type = (enum perso_cvc_type)i;
	if (a.type == PERSO_CVC_NONE)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "unknown type");
	a.n = type_of(a.type)->n;
	if (bits.n != a.n)
		PERSO_FAIL(PERSO_E_RANGE,
		    "role and rights of %zu bytes, not %zu", bits.n, a.n);
	PERSO_TRY(perso_span_copy(a.bits, sizeof(a.bits), bits));
	*ret = a;
	return PERSO_OK;
}

/* see cvc_int.h */
void
cvc_chat_write(struct perso_wr *w, const struct perso_cvc_auth *a)
{
	size_t mark = perso_wr_open(w, CVC_CHAT);

	perso_wr_oid(w, type_of(a->type)->oid);
	perso_wr_tlv(w, CVC_BITS, perso_span(a->bits, a->n));
	perso_wr_close(w, mark);
}

/* ---- Algorithms: TR-03110-3, A.7.1 ---- */

#define TA "0.4.0.127.0.7.2.2.2."

static const struct alg {
	struct perso_sig_alg alg;
	const char *oid, *name;
} algs[] = {
	{ { PERSO_SIG_RSA_PKCS1, PERSO_SHA1, 0 }, TA "1.1",
	    "id-TA-RSA-v1-5-SHA-1" },
	{ { PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 }, TA "1.2",
	    "id-TA-RSA-v1-5-SHA-256" },
	{ { PERSO_SIG_RSA_PSS, PERSO_SHA1, 20 }, TA "1.3",
	    "id-TA-RSA-PSS-SHA-1" },
	{ { PERSO_SIG_RSA_PSS, PERSO_SHA256, 32 }, TA "1.4",
	    "id-TA-RSA-PSS-SHA-256" },
	{ { PERSO_SIG_RSA_PKCS1, PERSO_SHA512, 0 }, TA "1.5",
	    "id-TA-RSA-v1-5-SHA-512" },
	{ { PERSO_SIG_RSA_PSS, PERSO_SHA512, 64 }, TA "1.6",
	    "id-TA-RSA-PSS-SHA-512" },
	{ { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA1, 0 }, TA "2.1",
	    "id-TA-ECDSA-SHA-1" },
	{ { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA224, 0 }, TA "2.2",
	    "id-TA-ECDSA-SHA-224" },
	{ { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 }, TA "2.3",
	    "id-TA-ECDSA-SHA-256" },
	{ { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA384, 0 }, TA "2.4",
	    "id-TA-ECDSA-SHA-384" },
	{ { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA512, 0 }, TA "2.5",
	    "id-TA-ECDSA-SHA-512" },
};
#define ALGS (sizeof(algs) / sizeof(algs[0]))

static const struct alg *
find_alg(struct perso_sig_alg alg)
{
	if (alg.kind == PERSO_SIG_ECDSA)
		alg.kind = PERSO_SIG_ECDSA_PLAIN;
	for (size_t i = 0; i < ALGS; i++)
		if (algs[i].alg.kind == alg.kind &&
		    algs[i].alg.hash == alg.hash)
			return &algs[i];
	return NULL;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_alg_from_oid(struct perso_span contents, struct perso_sig_alg *ret)
{
	for (size_t i = 0; i < ALGS; i++) {
		if (perso_der_is_oid(contents, algs[i].oid)) {
			*ret = algs[i].alg;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "unknown algorithm");
}

/* see perso/cvc.h */
const char *
perso_cvc_alg_oid(struct perso_sig_alg alg)
{
	const struct alg *a = find_alg(alg);

	return a != NULL ? a->oid : NULL;
}

/* see perso/cvc.h */
const char *
perso_cvc_alg_name(struct perso_sig_alg alg)
{
	const struct alg *a = find_alg(alg);

	return a != NULL ? a->name : NULL;
}

/* see cvc_int.h */
perso_rc
cvc_alg_normalise(struct perso_sig_alg alg, struct perso_sig_alg *ret)
{
	const struct alg *a = find_alg(alg);

	if (a == NULL)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "no id-TA algorithm for this signature and hash");
	*ret = a->alg;
	return PERSO_OK;
}
