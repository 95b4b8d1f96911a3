/* Which key and cipher for Chip Authentication: Doc 9303-11, 9.2.5 to
 * 9.2.7. */
#include <string.h>

#include "access_int.h"
#include "perso/chipauth.h"

static const struct {
	const char *oid;
	enum perso_agree_kind kind;
	enum perso_cipher cipher;
} protocols[] = {
	{ PERSO_OID_CA ".1.1", PERSO_AGREE_DH, PERSO_3DES },
	{ PERSO_OID_CA ".1.2", PERSO_AGREE_DH, PERSO_AES128 },
	{ PERSO_OID_CA ".1.3", PERSO_AGREE_DH, PERSO_AES192 },
	{ PERSO_OID_CA ".1.4", PERSO_AGREE_DH, PERSO_AES256 },
	{ PERSO_OID_CA ".2.1", PERSO_AGREE_ECDH, PERSO_3DES },
	{ PERSO_OID_CA ".2.2", PERSO_AGREE_ECDH, PERSO_AES128 },
	{ PERSO_OID_CA ".2.3", PERSO_AGREE_ECDH, PERSO_AES192 },
	{ PERSO_OID_CA ".2.4", PERSO_AGREE_ECDH, PERSO_AES256 },
};

#define PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

/* see perso/chipauth.h */
perso_rc
perso_ca_from_oid(const char *oid, enum perso_agree_kind *ret_kind,
    enum perso_cipher *ret_cipher)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		if (strcmp(protocols[i].oid, oid) == 0) {
			*ret_kind = protocols[i].kind;
			*ret_cipher = protocols[i].cipher;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED,
	    "%s is no known Chip Authentication protocol", oid);
}

/* see perso/chipauth.h */
perso_rc
perso_ca_oid(
    enum perso_agree_kind kind, enum perso_cipher cipher, const char **ret)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		if (protocols[i].kind == kind &&
		    protocols[i].cipher == cipher) {
			*ret = protocols[i].oid;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "Chip Authentication with %s",
	    perso_cipher_name(cipher));
}

struct key {
	const struct perso_secinfo *info;
	enum perso_agree_kind kind;
	bool unclear; /* another key has the same id */
};

struct keys {
	struct key items[PERSO_SECINFO_MAX];
	size_t count;
};

static void
add_key(struct keys *keys, const struct perso_secinfo *it)
{
	struct key k = {
		.info = it,
		.kind = strcmp(it->oid, PERSO_OID_PK_DH) == 0
			    ? PERSO_AGREE_DH
			    : PERSO_AGREE_ECDH,
	};

	for (size_t i = 0; i < keys->count; i++) {
		struct key *old = &keys->items[i];

		if (old->kind != k.kind || old->info->has_id != it->has_id ||
		    (it->has_id && old->info->id != it->id))
			continue;
		if (perso_span_equal(old->info->spki, it->spki))
			return;
		old->unclear = true;
		k.unclear = true;
	}
	keys->items[keys->count++] = k;
}

static void
collect_keys(const struct perso_secinfos *infos, struct keys *ret)
{
	for (size_t i = 0; i < infos->count; i++)
		if (infos->items[i].kind == PERSO_SECINFO_CA_PUBKEY)
			add_key(ret, &infos->items[i]);
}

/* The key of a ChipAuthenticationInfo: with the same id, or without a choice
 * the only one of its kind. */
static const struct key *
key_of(const struct keys *keys, enum perso_agree_kind kind,
    const struct perso_secinfo *info)
{
	const struct key *only = NULL;
	size_t of_kind = 0;

	for (size_t i = 0; i < keys->count; i++) {
		const struct key *k = &keys->items[i];

		if (k->kind != kind)
			continue;
		of_kind++;
		only = k;
		if (k->info->has_id == info->has_id &&
		    (!info->has_id || k->info->id == info->id))
			return k->unclear ? NULL : k;
	}
	if (of_kind == 1 && !(info->has_id && only->info->has_id))
		return only;
	return NULL;
}

struct list {
	struct perso_ca_choice *items;
	size_t count;
};

static bool
is_better(const struct perso_ca_choice *a, const struct perso_ca_choice *b)
{
	if (a->agreement != b->agreement)
		return a->agreement == PERSO_AGREE_ECDH;
	return a->cipher > b->cipher;
}

static void
add_choice(struct list *l, const struct perso_ca_choice *c)
{
	size_t at;

	if (l->count == PERSO_SECINFO_MAX)
		return;
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].agreement == c->agreement &&
		    l->items[i].cipher == c->cipher &&
		    perso_span_equal(l->items[i].spki, c->spki))
			return;
	for (at = l->count++; at > 0 && is_better(c, &l->items[at - 1]); at--)
		l->items[at] = l->items[at - 1];
	l->items[at] = *c;
}

static struct perso_ca_choice
choice_of(const struct keys *keys, const struct key *k,
    const struct perso_secinfo *info)
{
	const struct perso_secinfo *named =
	    info != NULL && info->has_id ? info : k->info;

	return (struct perso_ca_choice){
		.agreement = k->kind,
		.cipher = PERSO_3DES,
		.has_id = named->has_id,
		.key_id = named->id,
		.ambiguous = keys->count > 1,
		.assumed = info == NULL,
		.spki = k->info->spki,
	};
}

static void
add_info(
    struct list *l, const struct keys *keys, const struct perso_secinfo *info)
{
	enum perso_agree_kind kind = PERSO_AGREE_DH;
	enum perso_cipher cipher = PERSO_3DES;
	struct perso_ca_choice c;
	const struct key *k;

	if (info->version != 1 ||
	    perso_ca_from_oid(info->oid, &kind, &cipher) != PERSO_OK)
		return;
	k = key_of(keys, kind, info);
	if (k == NULL)
		return;
	c = choice_of(keys, k, info);
	c.cipher = cipher;
	add_choice(l, &c);
}

/* see perso/chipauth.h */
perso_rc
perso_ca_list(const struct perso_secinfos *infos,
    struct perso_ca_choice ret[PERSO_SECINFO_MAX], size_t *ret_count)
{
	struct perso_ca_choice items[PERSO_SECINFO_MAX];
	struct list l = { .items = items };
	struct keys keys = { .count = 0 };

	collect_keys(infos, &keys);
	if (keys.count == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no Chip Authentication key");
	for (size_t i = 0; i < infos->count; i++)
		if (infos->items[i].kind == PERSO_SECINFO_CA)
			add_info(&l, &keys, &infos->items[i]);
	if (perso_secinfos_find(infos, PERSO_SECINFO_CA) == NULL)
		for (size_t i = 0; i < keys.count; i++) {
			struct perso_ca_choice c =
			    choice_of(&keys, &keys.items[i], NULL);

			if (!keys.items[i].unclear)
				add_choice(&l, &c);
		}
	if (l.count == 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "no Chip Authentication key "
						"that can be used");
	for (size_t i = 0; i < l.count; i++)
		ret[i] = items[i];
	*ret_count = l.count;
	return PERSO_OK;
}

/* see perso/chipauth.h */
perso_rc
perso_ca_choose(const struct perso_secinfos *infos, const uint64_t *key_id,
    struct perso_ca_choice *ret)
{
	struct perso_ca_choice list[PERSO_SECINFO_MAX];
	size_t count = 0;

	PERSO_TRY(perso_ca_list(infos, list, &count));
	for (size_t i = 0; i < count; i++) {
		if (key_id == NULL ||
		    (list[i].has_id && list[i].key_id == *key_id)) {
			*ret = list[i];
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED,
	    "no usable key with the identifier "
	    "%llu",
	    (unsigned long long)*key_id);
}
