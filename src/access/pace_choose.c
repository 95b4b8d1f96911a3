/* Which PACE: identifiers, and what EF.CardAccess offers. */
#include <string.h>

#include "pace_int.h"

#define STANDARD_IDS 32 /* below: table 12 of 9.5.1, reserved ones too */

static const struct {
	const char *oid;
	struct perso_pace_protocol p;
} protocols[] = {
#define ROW(arc, map, kind, key, cipher)                                      \
	{                                                                     \
		PERSO_OID_PACE "." #arc "." #key,                             \
		    { PERSO_PACE_##map, PERSO_AGREE_##kind, PERSO_##cipher }, \
	}
	ROW(1, GM, DH, 1, 3DES),
	ROW(1, GM, DH, 2, AES128),
	ROW(1, GM, DH, 3, AES192),
	ROW(1, GM, DH, 4, AES256),
	ROW(2, GM, ECDH, 1, 3DES),
	ROW(2, GM, ECDH, 2, AES128),
	ROW(2, GM, ECDH, 3, AES192),
	ROW(2, GM, ECDH, 4, AES256),
	ROW(3, IM, DH, 1, 3DES),
	ROW(3, IM, DH, 2, AES128),
	ROW(3, IM, DH, 3, AES192),
	ROW(3, IM, DH, 4, AES256),
	ROW(4, IM, ECDH, 1, 3DES),
	ROW(4, IM, ECDH, 2, AES128),
	ROW(4, IM, ECDH, 3, AES192),
	ROW(4, IM, ECDH, 4, AES256),
	ROW(6, CAM, ECDH, 2, AES128),
	ROW(6, CAM, ECDH, 3, AES192),
	ROW(6, CAM, ECDH, 4, AES256),
#undef ROW
};

#define PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

/* see perso/pace.h */
const char *
perso_pace_mapping_name(enum perso_pace_mapping m)
{
	switch (m) {
	case PERSO_PACE_GM:
		return "GM";
	case PERSO_PACE_IM:
		return "IM";
	case PERSO_PACE_CAM:
		return "CAM";
	}
	return "unknown mapping";
}

/* see perso/pace.h */
const char *
perso_agree_kind_name(enum perso_agree_kind k)
{
	return k == PERSO_AGREE_DH ? "DH" : "ECDH";
}

/* see perso/pace.h */
const char *
perso_pace_password_name(enum perso_pace_password p)
{
	switch (p) {
	case PERSO_PACE_MRZ:
		return "MRZ";
	case PERSO_PACE_CAN:
		return "CAN";
	case PERSO_PACE_PIN:
		return "PIN";
	case PERSO_PACE_PUK:
		return "PUK";
	}
	return "unknown password";
}

static bool
is_same(
    const struct perso_pace_protocol *a, const struct perso_pace_protocol *b)
{
	return a->mapping == b->mapping && a->agreement == b->agreement &&
	       a->cipher == b->cipher;
}

/* see perso/pace.h */
perso_rc
perso_pace_from_oid(const char *oid, struct perso_pace_protocol *ret)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		if (strcmp(protocols[i].oid, oid) == 0) {
			*ret = protocols[i].p;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s is no known PACE protocol", oid);
}

/* see perso/pace.h */
perso_rc
perso_pace_oid(const struct perso_pace_protocol *p, const char **ret)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		if (is_same(&protocols[i].p, p)) {
			*ret = protocols[i].oid;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "PACE-%s with %s and %s",
	    perso_pace_mapping_name(p->mapping),
	    perso_agree_kind_name(p->agreement), perso_cipher_name(p->cipher));
}

static bool
same_set(const struct perso_secinfo *a, const struct perso_secinfo *b)
{
	return a->has_id == b->has_id && (!a->has_id || a->id == b->id);
}

/* Are these domain parameters for that protocol? */
static bool
is_domain_of(
    const struct perso_secinfo *domain, const struct perso_secinfo *info)
{
	size_t n = strlen(domain->oid);

	return domain->kind == PERSO_SECINFO_PACE_DOMAIN &&
	       strncmp(domain->oid, info->oid, n) == 0 && info->oid[n] == '.' &&
	       same_set(domain, info);
}

/* Explicit parameters, if they are standardised ones all the same. */
static perso_rc
find_explicit(const struct perso_secinfos *infos,
    const struct perso_secinfo *info, const struct perso_group **ret)
{
	const struct perso_secinfo *found = NULL;
	PERSO_GROUP(g);

	for (size_t i = 0; i < infos->count; i++) {
		const struct perso_secinfo *it = &infos->items[i];

		if (!is_domain_of(it, info))
			continue;
		if (found != NULL &&
		    !perso_span_equal(found->alg_id, it->alg_id))
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "two sets of domain parameters of one identifier");
		found = it;
	}
	if (found == NULL)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "no domain parameters");
	if (found->has_param)
		return perso_group_get(found->param, ret);
	PERSO_TRY(perso_group_from_params(found->alg_id, &g));
	if (perso_group_id(g) == PERSO_GROUP_EXPLICIT)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "explicit domain parameters");
	return perso_group_get((uint64_t)perso_group_id(g), ret);
}

static unsigned
avoid_bits(const struct perso_pace_protocol *p)
{
	static const unsigned mapping[] = {
		[PERSO_PACE_GM] = PERSO_PACE_NO_GM,
		[PERSO_PACE_IM] = PERSO_PACE_NO_IM,
		[PERSO_PACE_CAM] = PERSO_PACE_NO_CAM,
	};

	return mapping[p->mapping] |
	       (unsigned)(p->agreement == PERSO_AGREE_DH ? PERSO_PACE_NO_DH
							 : PERSO_PACE_NO_ECDH) |
	       (unsigned)(p->cipher == PERSO_3DES ? PERSO_PACE_NO_3DES : 0);
}

static perso_rc
check_group(const struct perso_pace_protocol *p, const struct perso_group *g)
{
	PERSO_NUM(root);

	if (perso_group_kind(g) != p->agreement)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s over %s",
		    perso_agree_kind_name(p->agreement), perso_group_name(g));
	if (p->mapping != PERSO_PACE_IM || p->agreement == PERSO_AGREE_DH)
		return PERSO_OK;
	PERSO_TRY_CTX(perso_group_num(g, PERSO_GROUP_ROOT, &root),
	    "Integrated Mapping over %s", perso_group_name(g));
	return PERSO_OK;
}

static perso_rc
read_info(const struct perso_secinfos *infos, const struct perso_secinfo *info,
    unsigned avoid, struct perso_pace_choice *ret)
{
	struct perso_pace_choice c = { .has_id = info->has_id, .id = info->id };

	PERSO_TRY(perso_pace_from_oid(info->oid, &c.protocol));
	if (info->version != 2)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "version %llu",
		    (unsigned long long)info->version);
	if (avoid_bits(&c.protocol) & avoid)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "not wanted");
	if (c.protocol.mapping == PERSO_PACE_CAM && !info->has_id)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "CAM without a parameterId");
	if (info->has_id && info->id < STANDARD_IDS)
		PERSO_TRY(perso_group_get(info->id, &c.group));
	else
		PERSO_TRY(find_explicit(infos, info, &c.group));
	PERSO_TRY(check_group(&c.protocol, c.group));
	*ret = c;
	return PERSO_OK;
}

/* Is a better than b? The order that pace.h documents. */
static bool
is_better(const struct perso_pace_choice *a, const struct perso_pace_choice *b)
{
	static const int rank[] = {
		[PERSO_PACE_CAM] = 0,
		[PERSO_PACE_GM] = 1,
		[PERSO_PACE_IM] = 2,
	};

	if (a->protocol.mapping != b->protocol.mapping)
		return rank[a->protocol.mapping] < rank[b->protocol.mapping];
	if (a->protocol.agreement != b->protocol.agreement)
		return a->protocol.agreement == PERSO_AGREE_ECDH;
	if (a->protocol.cipher != b->protocol.cipher)
		return a->protocol.cipher > b->protocol.cipher;
	return perso_group_bits(a->group) > perso_group_bits(b->group);
}

static bool
is_known(const struct perso_pace_choice *list, size_t count,
    const struct perso_pace_choice *c)
{
	for (size_t i = 0; i < count; i++)
		if (is_same(&list[i].protocol, &c->protocol) &&
		    list[i].has_id == c->has_id && list[i].id == c->id)
			return true;
	return false;
}

static void
insert(struct perso_pace_choice *list, size_t *count,
    const struct perso_pace_choice *c)
{
	size_t at = (*count)++;

	for (; at > 0 && is_better(c, &list[at - 1]); at--)
		list[at] = list[at - 1];
	list[at] = *c;
}

/* Several sets of domain parameters for PACE, whether we know them or not. */
static bool
is_ambiguous(const struct perso_secinfos *infos)
{
	const struct perso_secinfo *first = NULL;

	for (size_t i = 0; i < infos->count; i++) {
		const struct perso_secinfo *it = &infos->items[i];

		if (it->kind != PERSO_SECINFO_PACE)
			continue;
		if (first != NULL && !same_set(first, it))
			return true;
		first = it;
	}
	return false;
}

/* see perso/pace.h */
bool
perso_pace_is_announced(const struct perso_secinfos *infos)
{
	return perso_secinfos_find(infos, PERSO_SECINFO_PACE) != NULL;
}

/* see perso/pace.h */
perso_rc
perso_pace_list(const struct perso_secinfos *infos, unsigned avoid,
    struct perso_pace_choice ret[PERSO_SECINFO_MAX], size_t *ret_count)
{
	struct perso_pace_choice list[PERSO_SECINFO_MAX];
	bool ambiguous = is_ambiguous(infos);
	size_t count = 0;

	if (!perso_pace_is_announced(infos))
		PERSO_FAIL(PERSO_E_MISSING, "no PACEInfo");
	for (size_t i = 0; i < infos->count; i++) {
		const struct perso_secinfo *it = &infos->items[i];
		struct perso_pace_choice c = { 0 };
		perso_rc rc;

		if (it->kind != PERSO_SECINFO_PACE)
			continue;
		rc = read_info(infos, it, avoid, &c);
		if (rc == PERSO_E_NOMEM || rc == PERSO_E_CRYPTO)
			return rc;
		c.ambiguous = ambiguous;
		if (rc == PERSO_OK && !is_known(list, count, &c))
			insert(list, &count, &c);
	}
	if (count == 0) {
		perso_trail_add("no PACEInfo that can be used");
		return PERSO_E_UNSUPPORTED;
	}
	for (size_t i = 0; i < count; i++)
		ret[i] = list[i];
	*ret_count = count;
	return PERSO_OK;
}

/* see perso/pace.h */
perso_rc
perso_pace_choose(const struct perso_secinfos *infos, unsigned avoid,
    struct perso_pace_choice *ret)
{
	struct perso_pace_choice list[PERSO_SECINFO_MAX];
	size_t count = 0;

	PERSO_TRY(perso_pace_list(infos, avoid, list, &count));
	*ret = list[0];
	return PERSO_OK;
}
