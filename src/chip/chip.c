#include "chip_int.h"
#include "perso/agree.h"

#define SEED 16
#define MRZ_KEY 20
#define CAN 6

static const struct perso_chip_ops *const families[] = { &chip_iso7816 };

static const char *const act_names[] = {
	[PERSO_CHIP_HANDSHAKE] = "handshake",
	[PERSO_CHIP_MAKE_AA] = "make AA key",
	[PERSO_CHIP_LOAD_AA] = "load AA key",
	[PERSO_CHIP_LOAD_BAC] = "load BAC key",
	[PERSO_CHIP_MAKE_CA] = "make CA key",
	[PERSO_CHIP_LOAD_CA] = "load CA key",
	[PERSO_CHIP_LOAD_PASSWORD] = "load PACE password",
	[PERSO_CHIP_LOAD_TRUST] = "load trust point",
	[PERSO_CHIP_WRITE] = "write file",
	[PERSO_CHIP_LOCK] = "lock",
};

/* see perso/chip.h */
const char *
perso_chip_act_name(enum perso_chip_act act)
{
	return act_names[act];
}

/* see chip_int.h */
perso_rc
chip_before(struct perso_chip *c, enum perso_chip_act act,
    const struct perso_chip_file *f)
{
	struct perso_chip_step step = {
		.act = act,
		.reversible = act != PERSO_CHIP_LOCK,
		.mf = f != NULL && f->mf,
		.fid = f != NULL ? f->fid : 0,
	};

	if (c->p.steps.before == NULL)
		return PERSO_OK;
	return c->p.steps.before(c->p.steps.ctx, &step);
}

/* see perso/chip.h */
const struct perso_chip_ops *
perso_chip_find(const char *family)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (strcmp(families[i]->name, family) == 0)
			return families[i];
	return NULL;
}

/* see perso/chip.h */
const struct perso_chip_profile *
perso_chip_recognise(
    const struct perso_profiles *profiles, struct perso_span atr)
{
	for (size_t i = 0; i < perso_profiles_chip_count(profiles); i++) {
		const struct perso_chip_profile *p =
		    perso_profiles_chip_at(profiles, i);
		const struct perso_chip_ops *ops = perso_chip_find(p->family);

		if (ops != NULL && ops->recognise(p, atr))
			return p;
	}
	return NULL;
}

/* Lengths by the profile, as far as the chip at hand announces them. */
static struct perso_card_limits
find_limits(const struct perso_chip_profile *p, struct perso_span atr)
{
	struct perso_card_limits said = { 0 };
	bool known = perso_card_limits_from_atr(atr, &said);
	bool extended = p->extended && (said.extended || !known);
	struct perso_card_limits l = {
		.max_command = PERSO_LC_SHORT,
		.max_response = PERSO_LE_SHORT,
		.extended = extended,
		.chaining = said.chaining,
	};

	if (extended || p->max_command < l.max_command)
		l.max_command = p->max_command;
	if (extended || p->max_response < l.max_response)
		l.max_response = p->max_response;
	return l;
}

/* see perso/chip.h */
perso_rc
perso_chip_open(const struct perso_chip_params *p, struct perso_chip **ret)
{
	const struct perso_chip_ops *ops = perso_chip_find(p->profile->family);
	struct perso_span atr = perso_link_atr(p->link);
	struct perso_chip *c;

	if (ops == NULL)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "no driver for the family %s",
		    p->profile->family);
	if (p->keys->kvn != p->profile->scp03_kvn)
		PERSO_FAIL(PERSO_E_KEY,
		    "key set has version %u, product %s "
		    "has %u",
		    p->keys->kvn, p->profile->id, p->profile->scp03_kvn);
	if (!ops->recognise(p->profile, atr))
		PERSO_FAIL(PERSO_E_PRODUCT, "the ATR is not that of %s",
		    p->profile->id);
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a chip");
	c->ops = ops;
	c->p = *p;
	perso_card_init(&c->card, p->link);
	c->card.limits = find_limits(p->profile, atr);
	*ret = c;
	return PERSO_OK;
}

/* see perso/chip.h */
void
perso_chip_free(struct perso_chip **c)
{
	if (c == NULL || *c == NULL)
		return;
	perso_card_done(&(*c)->card);
	free(*c);
	*c = NULL;
}

/* see perso/chip.h */
perso_rc
perso_chip_connect(struct perso_chip *c, struct perso_chip_identity *ret)
{
	struct perso_chip_identity id = { 0 };

	c->connected = false;
	PERSO_TRY(chip_before(c, PERSO_CHIP_HANDSHAKE, NULL));
	PERSO_TRY_CTX(c->ops->connect(c, &id), "chip %s", c->p.profile->id);
	c->connected = true;
	*ret = id;
	return PERSO_OK;
}

static perso_rc
need_connection(const struct perso_chip *c)
{
	if (!c->connected)
		PERSO_FAIL(PERSO_E_STATE, "the chip is not connected");
	return PERSO_OK;
}

static bool
can_make(const struct perso_chip_profile *p, struct perso_key_spec spec)
{
	if (!(p->aa_origins & 1U << PERSO_AA_CHIP))
		return false;
	if (spec.kind == PERSO_KEY_EC)
		return spec.curve != PERSO_CURVE_NONE &&
		       p->keygen_curves & 1U << spec.curve;
	for (size_t i = 0; i < p->keygen_rsa_count; i++)
		if (p->keygen_rsa[i] == spec.bits)
			return true;
	return false;
}

/* see perso/chip.h */
perso_rc
perso_chip_make_aa(
    struct perso_chip *c, struct perso_key_spec spec, struct perso_pubkey **ret)
{
	PERSO_TRY(need_connection(c));
	if (!can_make(c->p.profile, spec))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s does not make such AA keys",
		    c->p.profile->id);
	PERSO_TRY(chip_before(c, PERSO_CHIP_MAKE_AA, NULL));
	PERSO_TRY_CTX(c->ops->make_aa(c, spec, ret), "making the AA key");
	return PERSO_OK;
}

/* see perso/chip.h */
perso_rc
perso_chip_load_aa(struct perso_chip *c, const struct perso_keyref *key)
{
	PERSO_BUF(pkcs8, PERSO_LC_MAX);

	PERSO_TRY(need_connection(c));
	if (!(c->p.profile->aa_origins & 1U << PERSO_AA_LOADED))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s takes no AA keys",
		    c->p.profile->id);
	PERSO_TRY_CTX(perso_keyref_pkcs8(key, &pkcs8), "loading the AA key");
	PERSO_TRY(chip_before(c, PERSO_CHIP_LOAD_AA, NULL));
	PERSO_TRY_CTX(
	    c->ops->load_aa(c, perso_buf_span(&pkcs8)), "loading the AA key");
	return PERSO_OK;
}

/* see perso/chip.h */
perso_rc
perso_chip_load_bac(struct perso_chip *c, struct perso_span seed)
{
	PERSO_TRY(need_connection(c));
	if (seed.n != SEED)
		PERSO_FAIL(PERSO_E_ARG, "BAC key seed of %zu bytes", seed.n);
	PERSO_TRY(chip_before(c, PERSO_CHIP_LOAD_BAC, NULL));
	PERSO_TRY_CTX(c->ops->load_bac(c, seed), "loading the BAC key");
	return PERSO_OK;
}

static perso_rc
check_ca(const struct perso_chip *c, const struct perso_chip_ca *spec,
    enum perso_key_origin origin)
{
	const struct perso_chip_profile *p = c->p.profile;

	if (!(p->ca_origins & 1U << origin) || spec->parameters > 31 ||
	    !(p->ca_parameters >> spec->parameters & 1))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s does not %s such CA keys",
		    p->id, origin == PERSO_KEY_CHIP ? "make" : "take");
	return PERSO_OK;
}

/* The chip's word is not enough: the value must lie in the group. */
static perso_rc
public_spki(unsigned parameters, struct perso_span value, struct perso_buf *ret)
{
	const struct perso_group *g;
	PERSO_ELEM(pk);

	PERSO_TRY(perso_group_get(parameters, &g));
	if (perso_elem_decode(g, value, &pk) != PERSO_OK) {
		perso_trail_add("public key of the chip");
		return PERSO_E_ANSWER;
	}
	return perso_group_spki(g, true, pk, ret);
}

/* see perso/chip.h */
perso_rc
perso_chip_make_ca(struct perso_chip *c, const struct perso_chip_ca *spec,
    struct perso_buf *ret_spki)
{
	PERSO_BUF(value, 1024);

	PERSO_TRY(need_connection(c));
	PERSO_TRY(check_ca(c, spec, PERSO_KEY_CHIP));
	PERSO_TRY(chip_before(c, PERSO_CHIP_MAKE_CA, NULL));
	PERSO_TRY_CTX(c->ops->make_ca(c, spec, &value), "making the CA key");
	PERSO_TRY_CTX(
	    public_spki(spec->parameters, perso_buf_span(&value), ret_spki),
	    "making the CA key");
	return PERSO_OK;
}

/* see perso/chip.h */
perso_rc
perso_chip_load_ca(struct perso_chip *c, const struct perso_chip_ca *spec,
    struct perso_span pkcs8)
{
	PERSO_TRY(need_connection(c));
	PERSO_TRY(check_ca(c, spec, PERSO_KEY_LOADED));
	PERSO_TRY(chip_before(c, PERSO_CHIP_LOAD_CA, NULL));
	PERSO_TRY_CTX(c->ops->load_ca(c, spec, pkcs8), "loading the CA key");
	return PERSO_OK;
}

static const struct password {
	enum perso_password_bit which;
	const char *name;
	size_t min, max; /* bytes */
} passwords[] = {
	{ PERSO_PASSWORD_MRZ, "PACE key of the MRZ", MRZ_KEY, MRZ_KEY },
	{ PERSO_PASSWORD_CAN, "CAN", CAN, CAN },
	{ PERSO_PASSWORD_PIN, "PIN", PERSO_PIN_MIN, PERSO_PIN_MAX },
	{ PERSO_PASSWORD_PUK, "PUK", PERSO_PUK_MIN, PERSO_PUK_MAX },
};

static const struct password *
find_password(enum perso_password_bit which)
{
	for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++)
		if (passwords[i].which == which)
			return &passwords[i];
	return NULL;
}

/* see perso/chip.h */
perso_rc
perso_chip_load_password(struct perso_chip *c, enum perso_password_bit which,
    struct perso_span secret)
{
	const struct password *kind = find_password(which);

	PERSO_TRY(need_connection(c));
	if (kind == NULL || !(c->p.profile->pace_passwords & which))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s takes no such password",
		    c->p.profile->id);
	if (secret.n < kind->min || secret.n > kind->max)
		PERSO_FAIL(PERSO_E_ARG, "PACE password of %zu bytes", secret.n);
	PERSO_TRY(chip_before(c, PERSO_CHIP_LOAD_PASSWORD, NULL));
	PERSO_TRY_CTX(c->ops->load_password(c, which, secret), "loading the %s",
	    kind->name);
	return PERSO_OK;
}

/* see perso/chip.h */
perso_rc
perso_chip_load_trust(struct perso_chip *c, struct perso_span cert)
{
	PERSO_TRY(need_connection(c));
	if (!c->p.profile->trust_points)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s takes no trust points",
		    c->p.profile->id);
	PERSO_TRY(chip_before(c, PERSO_CHIP_LOAD_TRUST, NULL));
	PERSO_TRY_CTX(c->ops->load_trust(c, cert), "loading the trust point");
	return PERSO_OK;
}

/* see perso/chip.h */
perso_rc
perso_chip_write(struct perso_chip *c, const struct perso_chip_file *f)
{
	PERSO_TRY(need_connection(c));
	PERSO_TRY(chip_before(c, PERSO_CHIP_WRITE, f));
	PERSO_TRY_CTX(c->ops->write(c, f), "writing file %04X%s", f->fid,
	    f->mf ? " of the MF" : "");
	return PERSO_OK;
}

/* see perso/chip.h */
perso_rc
perso_chip_compare(struct perso_chip *c, const struct perso_chip_file *f)
{
	PERSO_TRY(need_connection(c));
	if (!c->p.profile->reads_before_lock)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "%s cannot be read before it "
		    "is locked",
		    c->p.profile->id);
	PERSO_TRY_CTX(c->ops->compare(c, f), "comparing file %04X%s", f->fid,
	    f->mf ? " of the MF" : "");
	return PERSO_OK;
}

/* see perso/chip.h */
perso_rc
perso_chip_lock(struct perso_chip *c)
{
	perso_rc rc;

	PERSO_TRY(need_connection(c));
	PERSO_TRY(chip_before(c, PERSO_CHIP_LOCK, NULL));
	rc = c->ops->lock(c);
	if (rc != PERSO_E_SW) {
		/* locked, or nobody knows */
		perso_card_set_channel(&c->card, NULL);
		c->connected = false;
	}
	if (rc != PERSO_OK)
		perso_trail_add("locking");
	return rc;
}

/* see perso/chip.h */
uint64_t
perso_chip_commands(const struct perso_chip *c)
{
	return c->p.link->commands;
}
