/* The way from a key that the chip knows to the terminal's certificate. */
#include <string.h>

#include "access_int.h"
#include "perso/termauth.h"

#define POOL_MAX 256
#define NONE SIZE_MAX

static struct perso_span
unsigned_part(struct perso_span v)
{
	while (v.n > 0 && v.p[0] == 0)
		v = perso_span_sub(v, 1, v.n - 1);
	return v;
}

/* Is this certificate's public key that one? */
static perso_rc
has_key(const struct perso_cvc *c, const struct perso_pubkey *key, bool *ret)
{
	PERSO_BUF(value, PK_MAX);
	PERSO_BUF(exponent, PK_MAX);

	*ret = false;
	if (c->key.kind != perso_pubkey_kind(key))
		return PERSO_OK;
	PERSO_TRY(perso_pubkey_point(key, &value));
	if (c->key.kind == PERSO_KEY_EC) {
		*ret = perso_span_equal(perso_buf_span(&value), c->key.point);
		return PERSO_OK;
	}
	PERSO_TRY(perso_pubkey_exponent(key, &exponent));
	*ret = perso_span_equal(unsigned_part(perso_buf_span(&value)),
		   unsigned_part(c->key.n)) &&
	       perso_span_equal(unsigned_part(perso_buf_span(&exponent)),
		   unsigned_part(c->key.e));
	return PERSO_OK;
}

/* A search from the terminal's certificate upwards, breadth first. */
struct search {
	const struct perso_cvc *pool;
	size_t count;
	size_t child[POOL_MAX]; /* what it would sign; NONE: nothing */
	bool seen[POOL_MAX];
	size_t queue[POOL_MAX];
	size_t head, tail;
};

static void
visit(struct search *s, size_t i, size_t child)
{
	if (s->seen[i])
		return;
	s->seen[i] = true;
	s->child[i] = child;
	s->queue[s->tail++] = i;
}

static bool
may_have_signed(const struct perso_cvc *issuer, const struct perso_cvc *c)
{
	return !issuer->is_request && !perso_cvc_is_self_signed(issuer) &&
	       strcmp(issuer->chr, c->car) == 0 &&
	       perso_cvc_check_role(&issuer->chat, &c->chat) == PERSO_OK;
}

/* The first found that the chip's key signed, or NONE. */
static size_t
climb(struct search *s, const char *car)
{
	while (s->head < s->tail) {
		size_t at = s->queue[s->head++];
		const struct perso_cvc *c = &s->pool[at];

		if (strcmp(c->car, car) == 0)
			return at;
		for (size_t i = 0; i < s->count; i++)
			if (may_have_signed(&s->pool[i], c))
				visit(s, i, at);
	}
	return NONE;
}

/* The rights that all have; the last one's role. */
static void
narrow(struct perso_cvc_auth *a, const struct perso_cvc_auth *by)
{
	uint8_t role = a->bits[0] & 0xC0;

	for (size_t i = 0; i < a->n && i < sizeof(a->bits); i++)
		a->bits[i] &= by->type == a->type ? by->bits[i] : 0;
	a->bits[0] = (uint8_t)((a->bits[0] & 0x3F) | role);
}

/* Terminal, DV and the CVCA certificate they refer to: 7.1.4.3.6. */
static struct perso_cvc_auth
effective(const struct search *s, const struct perso_ta_chain *chain)
{
	struct perso_cvc_auth a = chain->certs[chain->count - 1]->chat;

	for (size_t n = chain->count - 1; n-- > 0;) {
		narrow(&a, &chain->certs[n]->chat);
		if (perso_cvc_role(&chain->certs[n]->chat) == PERSO_CVC_CVCA)
			return a;
	}
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->pool[i].chr, chain->car) == 0 &&
		    perso_cvc_role(&s->pool[i].chat) == PERSO_CVC_CVCA) {
			narrow(&a, &s->pool[i].chat);
			break;
		}
	}
	return a;
}

static perso_rc
take_chain(const struct search *s, size_t at, const char *car,
    struct perso_ta_chain *ret)
{
	struct perso_ta_chain chain = { .car = car };

	for (; at != NONE; at = s->child[at]) {
		if (chain.count == PERSO_TA_CHAIN_MAX)
			PERSO_FAIL(PERSO_E_TRUST,
			    "a chain of more than %d certificates",
			    PERSO_TA_CHAIN_MAX);
		chain.certs[chain.count++] = &s->pool[at];
	}
	chain.effective = effective(s, &chain);
	*ret = chain;
	return PERSO_OK;
}

static perso_rc
find_from(const struct perso_cvc *pool, size_t count,
    const struct perso_pubkey *key, const char *car, struct perso_ta_chain *ret)
{
	struct search s = { .pool = pool, .count = count };
	size_t at;

	for (size_t i = 0; i < count; i++) {
		bool ours = false;

		if (pool[i].is_request ||
		    perso_cvc_role(&pool[i].chat) != PERSO_CVC_TERMINAL)
			continue;
		PERSO_TRY(has_key(&pool[i], key, &ours));
		if (ours)
			visit(&s, i, NONE);
	}
	if (s.tail == 0)
		PERSO_FAIL(PERSO_E_KEY, "no terminal certificate belongs to "
					"the private key");
	at = climb(&s, car);
	if (at == NONE)
		PERSO_FAIL(PERSO_E_TRUST, "no chain from %s", car);
	return take_chain(&s, at, car, ret);
}

/* see perso/termauth.h */
perso_rc
perso_ta_find_chain(const struct perso_cvc *pool, size_t count,
    const struct perso_pubkey *key, const struct perso_cars *cars,
    struct perso_ta_chain *ret)
{
	perso_rc rc = PERSO_E_TRUST;

	if (count > POOL_MAX)
		PERSO_FAIL(PERSO_E_ARG, "more than %d certificates", POOL_MAX);
	if (cars->count == 0)
		PERSO_FAIL(PERSO_E_TRUST, "the chip names no authority");
	for (size_t i = 0; i < cars->count; i++) {
		rc = find_from(pool, count, key, cars->name[i], ret);
		if (rc != PERSO_E_TRUST)
			break;
	}
	if (rc != PERSO_OK)
		perso_trail_add("Terminal Authentication");
	return rc;
}
