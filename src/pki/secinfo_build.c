/* SecurityInfos written, and the values of the usual items. */
#include "perso/secinfo.h"

#include "pki_int.h"

static perso_rc
check_item(const struct perso_secinfo *i)
{
	bool raw = i->kind == PERSO_SECINFO_UNKNOWN ||
		   i->kind == PERSO_SECINFO_CARD_INFO;
	bool domain = i->kind == PERSO_SECINFO_PACE_DOMAIN ||
		      i->kind == PERSO_SECINFO_CA_DOMAIN;

	if ((raw && i->raw.n == 0) || (!raw && i->oid[0] == '\0') ||
	    (domain && i->alg_id.n == 0) ||
	    (i->kind == PERSO_SECINFO_CA_PUBKEY && i->spki.n == 0) ||
	    (i->kind == PERSO_SECINFO_AA && i->alg[0] == '\0'))
		PERSO_FAIL(PERSO_E_ARG, "a value is missing");
	return PERSO_OK;
}

static void
write_value(struct perso_wr *w, const struct perso_secinfo *i)
{
	switch (i->kind) {
	case PERSO_SECINFO_PACE:
	case PERSO_SECINFO_CA:
		perso_wr_int(w, i->version);
		break;
	case PERSO_SECINFO_PACE_DOMAIN:
	case PERSO_SECINFO_CA_DOMAIN:
		perso_wr_bytes(w, i->alg_id);
		break;
	case PERSO_SECINFO_CA_PUBKEY:
		perso_wr_bytes(w, i->spki);
		break;
	case PERSO_SECINFO_TA:
		perso_wr_int(w, i->version);
		perso_wr_bytes(w, i->efcvca);
		break;
	case PERSO_SECINFO_AA:
		perso_wr_int(w, i->version);
		perso_wr_oid(w, i->alg);
		break;
	case PERSO_SECINFO_EFDIR:
		perso_wr_tlv(w, DER_OCTETS, i->efdir);
		break;
	case PERSO_SECINFO_UNKNOWN:
	case PERSO_SECINFO_CARD_INFO:
		break;
	}
}

static void
write_item(struct perso_wr *w, const struct perso_secinfo *i)
{
	size_t seq;

	if (i->kind == PERSO_SECINFO_UNKNOWN ||
	    i->kind == PERSO_SECINFO_CARD_INFO) {
		perso_wr_bytes(w, i->raw);
		return;
	}
	seq = perso_wr_open(w, DER_SEQ);
	perso_wr_oid(w, i->oid);
	write_value(w, i);
	if (i->has_id)
		perso_wr_int(w, i->id);
	perso_wr_close(w, seq);
}

static perso_rc
check_items(const struct perso_secinfo *items, size_t count)
{
	if (count > PERSO_SECINFO_MAX)
		PERSO_FAIL(PERSO_E_ARG, "SecurityInfos: more than %d items",
		    PERSO_SECINFO_MAX);
	for (size_t i = 0; i < count; i++)
		PERSO_TRY_CTX(
		    check_item(&items[i]), "item %zu of SecurityInfos", i);
	return PERSO_OK;
}

/* see perso/secinfo.h */
perso_rc
perso_secinfos_build(const struct perso_secinfo *items, size_t count, bool sort,
    struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, at = 0, set;
	perso_rc rc;

	PERSO_TRY(check_items(items, count));
	set = pki_wr_open_set(&w, DER_SET, &at);
	for (size_t i = 0; i < count; i++)
		write_item(&w, &items[i]);
	if (sort)
		pki_wr_close_set(&w, set, at);
	else
		perso_wr_close(&w, set);
	rc = perso_wr_end(&w);
	if (rc != PERSO_OK)
		perso_buf_remove(ret, mark, ret->n - mark);
	PERSO_TRY_CTX(rc, "SecurityInfos");
	return PERSO_OK;
}

/* ecdsa-plain-signatures, BSI TR-03111 5.2.1 */
static const struct {
	enum perso_hash hash;
	const char *oid;
} plain[] = {
	{ PERSO_SHA224, "0.4.0.127.0.7.1.1.4.1.2" },
	{ PERSO_SHA256, "0.4.0.127.0.7.1.1.4.1.3" },
	{ PERSO_SHA384, "0.4.0.127.0.7.1.1.4.1.4" },
	{ PERSO_SHA512, "0.4.0.127.0.7.1.1.4.1.5" },
};

#define PLAIN_COUNT (sizeof(plain) / sizeof(plain[0]))

static bool
set_oid(char dst[PERSO_OID_MAX], const char *oid)
{
	return pki_text(perso_span_str(oid), dst, PERSO_OID_MAX);
}

/* see perso/secinfo.h */
perso_rc
perso_secinfo_aa(enum perso_hash h, struct perso_secinfo *ret)
{
	struct perso_secinfo i = { .kind = PERSO_SECINFO_AA, .version = 1 };

	for (size_t n = 0; n < PLAIN_COUNT; n++) {
		if (plain[n].hash == h && set_oid(i.oid, PERSO_OID_AA) &&
		    set_oid(i.alg, plain[n].oid)) {
			*ret = i;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED,
	    "no signature algorithm for Active Authentication with %s",
	    perso_hash_name(h));
}

/* see perso/secinfo.h */
perso_rc
perso_secinfo_aa_hash(const struct perso_secinfo *i, enum perso_hash *ret)
{
	for (size_t n = 0; n < PLAIN_COUNT; n++) {
		if (strcmp(plain[n].oid, i->alg) == 0) {
			*ret = plain[n].hash;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED,
	    "signature algorithm %s of ActiveAuthenticationInfo", i->alg);
}

/* see perso/secinfo.h */
perso_rc
perso_secinfo_pace(
    const char *oid, uint64_t param_id, struct perso_secinfo *ret)
{
	struct perso_secinfo i = { .kind = PERSO_SECINFO_PACE,
		.version = 2,
		.has_id = true,
		.id = param_id };

	if (!set_oid(i.oid, oid))
		PERSO_FAIL(PERSO_E_RANGE, "PACE protocol identifier");
	*ret = i;
	return PERSO_OK;
}
