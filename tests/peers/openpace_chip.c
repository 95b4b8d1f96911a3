/* OpenPACE as the chip: a link that answers PACE, then SELECT and READ
 * BINARY, and Terminal Authentication under secure messaging. */
#include <string.h>

#include "openpace.h"

static BUF_MEM *
step(struct their_chip *c, unsigned tag, const BUF_MEM *in)
{
	BUF_MEM *out = NULL;

	switch (tag) {
	case 0:
		return PACE_STEP1_enc_nonce(c->ctx, c->secret);
	case 0x81:
		out = PACE_STEP3A_generate_mapping_data(c->ctx);
		if (out != NULL && PACE_STEP3A_map_generator(c->ctx, in) != 1) {
			BUF_MEM_free(out);
			out = NULL;
		}
		return out;
	case 0x83:
		out = PACE_STEP3B_generate_ephemeral_key(c->ctx);
		if (out == NULL ||
		    PACE_STEP3B_compute_shared_secret(c->ctx, in) != 1 ||
		    PACE_STEP3C_derive_keys(c->ctx) != 1)
			return NULL;
		seen.secret += is_short(
		    c->row, c->ctx->pace_ctx->ka_ctx->shared_secret->length);
		c->id_ic = EAC_Comp(c->ctx, EAC_ID_PACE, out);
		c->token = PACE_STEP3D_compute_authentication_token(c->ctx, in);
		return out;
	case 0x85:
		if (c->token == NULL ||
		    PACE_STEP3D_verify_authentication_token(c->ctx, in) != 1)
			return NULL;
		c->sm = EAC_CTX_set_encryption_ctx(c->ctx, EAC_ID_PACE) &&
			EAC_reset_ssc(c->ctx);
		out = c->token;
		c->token = NULL;
		return c->sm ? out : NULL;
	default:
		return NULL;
	}
}

/* data: the command's data field */
static unsigned
general(struct their_chip *c, const struct bytes *data, struct bytes *ret)
{
	struct bytes inner, value = { .n = 0 };
	size_t at = 0, end = 0;
	unsigned tag = 0;
	BUF_MEM *in, *out;

	if (!next(data->p, data->n, &at, &tag, &inner) || tag != 0x7C ||
	    at != data->n)
		return 0x6A80;
	tag = 0;
	if (inner.n > 0 &&
	    (!next(inner.p, inner.n, &end, &tag, &value) || end != inner.n))
		return 0x6A80;
	in = mem(value.p, value.n);
	out = step(c, tag, in);
	BUF_MEM_free(in);
	if (out == NULL)
		return 0x6300;
	if (tag == 0x81 || tag == 0x83)
		seen.sent += is_short(c->row, out->length);
	value.n = inner.n = 0;
	add_mem(&inner, tag == 0 ? 0x80 : tag + 1, out);
	add_tlv(ret, 0x7C, inner.p, inner.n);
	BUF_MEM_free(out);
	return 0x9000;
}

static unsigned
set_at(const struct their_chip *c, const struct bytes *data)
{
	struct bytes v;
	uint8_t oid[10];

	row_oid(c->row, oid);
	if (!find(data, 0x80, &v) || v.n != 10 || memcmp(v.p, oid, 10) != 0)
		return 0x6A80;
	if (!find(data, 0x83, &v) || v.n != 1 || v.p[0] != c->password->type)
		return 0x6A88;
	return 0x9000;
}

/* ---- Chip Authentication, the commands of version 1. ---- */

bool
their_chip_key(struct their_chip *c, enum perso_cipher cipher,
    struct perso_span pkcs8, struct perso_span point)
{
	const char *name = cipher == PERSO_3DES ? "id-CA-ECDH-3DES-CBC-CBC"
						: "id-CA-ECDH-AES-CBC-CMAC-128";

	if (!EAC_CTX_init_ca(c->ctx, OBJ_txt2nid(name), 13))
		return no("EAC_CTX_init_ca");
	return CA_set_key(c->ctx, pkcs8.p, pkcs8.n, point.p, point.n) ||
	       no("OpenPACE does not take the chip's key");
}

static unsigned
ca_agree(struct their_chip *c, const struct bytes *pk)
{
	BUF_MEM *in = mem(pk->p, pk->n);

	c->ca_set = false;
	c->ca_next = CA_STEP4_compute_shared_secret(c->ctx, in) == 1 &&
		     KA_CTX_derive_keys(
			 c->ctx->ca_ctx->ka_ctx, NULL, c->ctx->md_ctx) == 1;
	BUF_MEM_free(c->comp);
	c->comp = EAC_Comp(c->ctx, EAC_ID_CA, in);
	BUF_MEM_free(in);
	return c->ca_next && c->comp != NULL ? 0x9000 : 0x6300;
}

/* {80 OID}, then GENERAL AUTHENTICATE {7C {80 key}}; or {91 key}: 3DES */
static unsigned
ca_set_at(struct their_chip *c, const struct bytes *data)
{
	static const uint8_t oid[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02,
		0x03, 0x02 };
	struct bytes v;

	if (!find(data, 0x80, &v) || v.n != 10 || memcmp(v.p, oid, 9) != 0)
		return 0x6A80;
	c->ca_set = true;
	return 0x9000;
}

static unsigned
ca_set_kat(struct their_chip *c, const struct bytes *data)
{
	struct bytes v;

	return find(data, 0x91, &v) ? ca_agree(c, &v) : 0x6A80;
}

static unsigned
ca_general(struct their_chip *c, const struct bytes *data, struct bytes *ret)
{
	struct bytes inner, v;

	if (!find(data, 0x7C, &inner) || !find(&inner, 0x80, &v))
		return 0x6A80;
	add_tlv(ret, 0x7C, NULL, 0);
	return ca_agree(c, &v);
}

/* ---- Terminal Authentication, the commands of version 1. ---- */

static unsigned
verify_certificate(struct their_chip *c, const struct bytes *data)
{
	struct bytes cert = { .n = 0 };

	add_tlv(&cert, 0x7F21, data->p, data->n);
	return TA_STEP2_import_certificate(c->ctx, cert.p, cert.n) == 1
		   ? 0x9000
		   : 0x6300;
}

static unsigned
challenge(struct their_chip *c, struct bytes *ret)
{
	BUF_MEM *nonce = TA_STEP4_get_nonce(c->ctx);

	if (nonce == NULL)
		return 0x6F00;
	add(ret, nonce->data, nonce->length);
	BUF_MEM_free(nonce);
	return 0x9000;
}

static unsigned
verify_terminal(struct their_chip *c, const struct bytes *data)
{
	BUF_MEM *signature = mem(data->p, data->n);

	c->authenticated =
	    TA_STEP6_verify(c->ctx, c->comp, c->id_ic, NULL, signature) == 1;
	BUF_MEM_free(signature);
	return c->authenticated ? 0x9000 : 0x6300;
}

static unsigned
dispatch(struct their_chip *c, const struct command *cmd, struct bytes *ret)
{
	switch (cmd->ins << 16 | cmd->p1 << 8 | cmd->p2) {
	case 0x22C1A4:
		return set_at(c, &cmd->data);
	case 0x2241A4:
		return c->sm ? ca_set_at(c, &cmd->data) : 0x6982;
	case 0x2241A6:
		return c->sm ? ca_set_kat(c, &cmd->data) : 0x6982;
	case 0x860000:
		if (c->ca_set)
			return ca_general(c, &cmd->data, ret);
		return general(c, &cmd->data, ret);
	case 0xB00000:
		add(ret, c->card_access.p, c->card_access.n);
		return 0x9000;
	case 0x2281B6:
	case 0x2281A4:
		return c->sm ? 0x9000 : 0x6982;
	case 0x2A00BE:
		return c->sm ? verify_certificate(c, &cmd->data) : 0x6982;
	case 0x840000:
		return c->sm ? challenge(c, ret) : 0x6982;
	case 0x820000:
		return c->sm ? verify_terminal(c, &cmd->data) : 0x6982;
	default:
		return cmd->ins == 0xA4	  ? 0x9000
		       : cmd->ins == 0xB0 ? 0x6B00
					  : 0x6D00;
	}
}

static bool
parse(struct perso_span apdu, struct command *ret)
{
	size_t lc, at = 5;

	*ret = (struct command){ apdu.p[1], apdu.p[2], apdu.p[3], { .n = 0 },
		false, 0 };
	if (apdu.n <= 5)
		return true;
	lc = apdu.p[4];
	if (lc == 0) {
		if (apdu.n <= 7)
			return true;
		lc = (size_t)(apdu.p[5] << 8 | apdu.p[6]);
		at = 7;
	}
	if (lc > apdu.n - at)
		return false;
	add(&ret->data, apdu.p + at, lc);
	return true;
}

static perso_rc
transmit(struct perso_link *l, struct perso_span apdu, struct perso_buf *rsp)
{
	struct their_chip *c = (struct their_chip *)l;
	struct bytes data = { .n = 0 }, answer = { .n = 0 };
	struct command cmd;
	bool secured = apdu.p[0] == 0x0C;
	unsigned sw;

	if (secured ? !c->sm || !they_accept(c->ctx, apdu.p, apdu.n, &cmd)
		    : !parse(apdu, &cmd)) {
		add1(&answer, 0x69);
		add1(&answer, 0x88);
		return perso_buf_append(rsp, perso_span(answer.p, answer.n));
	}
	sw = dispatch(c, &cmd, &data);
	if (secured) {
		if (!they_answer(c->ctx, &data, sw, &answer))
			return PERSO_E_LINK;
		if (c->ca_next &&
		    (!EAC_CTX_set_encryption_ctx(c->ctx, EAC_ID_CA) ||
			!EAC_reset_ssc(c->ctx)))
			return PERSO_E_LINK;
		c->ca_next = false;
	} else {
		add(&answer, data.p, data.n);
		add1(&answer, sw >> 8);
		add1(&answer, sw);
	}
	return perso_buf_append(rsp, perso_span(answer.p, answer.n));
}

static perso_rc
reset(struct perso_link *l)
{
	(void)l;
	return PERSO_OK;
}

static const struct perso_link_ops ops = {
	.name = "OpenPACE", .transmit = transmit, .reset = reset
};

bool
their_chip_init(struct their_chip *c, const struct row *r,
    const struct password *pw, const char *secret)
{
	*c = (struct their_chip){ .base.ops = &ops, .row = r, .password = pw };
	row_card_access(r, &c->card_access);
	c->ctx = EAC_CTX_new();
	c->secret = PACE_SEC_new(secret, strlen(secret), pw->type);
	if (c->ctx == NULL || c->secret == NULL)
		return no("OpenPACE does not take the password");
	if (!EAC_CTX_init_pace(c->ctx, row_nid(r), (int)r->id))
		return no("OpenPACE does not take the parameters");
	c->ctx->tr_version = EAC_TR_VERSION_2_02;
	return true;
}

void
their_chip_done(struct their_chip *c)
{
	EAC_CTX_clear_free(c->ctx);
	PACE_SEC_clear_free(c->secret);
	BUF_MEM_free(c->id_ic);
	BUF_MEM_free(c->token);
	BUF_MEM_free(c->comp);
}
