/* OpenPACE as the terminal, the simulated chip on the other side. */
#include <stdio.h>
#include <string.h>

#include "openpace.h"
#include "openpace_blank.h"

struct session {
	const struct row *row;
	struct perso_sim *sim;
	EAC_CTX *ctx;
	PACE_SEC *secret;
	struct bytes answer; /* with SW */
	unsigned sw;
	BUF_MEM *pk_ic; /* the chip's key of PACE */
};

static void
session_done(struct session *s)
{
	perso_sim_free(&s->sim);
	EAC_CTX_clear_free(s->ctx);
	PACE_SEC_clear_free(s->secret);
	BUF_MEM_free(s->pk_ic);
}

/* Returns SW; the answer's data without it. */
static unsigned
send(struct session *s, const struct bytes *apdu)
{
	PERSO_BUF(rsp, PERSO_RSP_MAX);
	unsigned sw;

	s->answer.n = 0;
	if (perso_sim_transmit(s->sim, perso_span(apdu->p, apdu->n), &rsp) !=
	    PERSO_OK)
		return 0;
	add(&s->answer, rsp.p, rsp.n);
	sw = (unsigned)(rsp.p[rsp.n - 2] << 8 | rsp.p[rsp.n - 1]);
	return sw;
}

static unsigned
plain(
    struct session *s, const uint8_t head[4], const struct bytes *data, bool le)
{
	struct bytes apdu = { .n = 0 };
	unsigned sw;

	add(&apdu, head, 4);
	if (data->n > 255) {
		add1(&apdu, 0);
		add1(&apdu, (unsigned)data->n >> 8);
	}
	add1(&apdu, (unsigned)data->n);
	add(&apdu, data->p, data->n);
	if (le) {
		add1(&apdu, 0);
		if (data->n > 255)
			add1(&apdu, 0);
	}
	sw = send(s, &apdu);
	if (s->answer.n >= 2)
		s->answer.n -= 2;
	return sw;
}

/* GENERAL AUTHENTICATE with {7C {tag value}}; the value of the answer's
 * first object. */
static unsigned
general(struct session *s, unsigned tag, const BUF_MEM *value, bool last,
    struct bytes *ret)
{
	const uint8_t head[4] = { last ? 0x00 : 0x10, 0x86, 0, 0 };
	struct bytes inner = { .n = 0 }, data = { .n = 0 };
	unsigned sw, got;
	size_t at = 0;

	if (value != NULL)
		add_mem(&inner, tag, value);
	add_tlv(&data, 0x7C, inner.p, inner.n);
	sw = plain(s, head, &data, true);
	if (sw != 0x9000)
		return sw;
	if (!next(s->answer.p, s->answer.n, &at, &got, &inner) || got != 0x7C ||
	    at != s->answer.n)
		return 0;
	return find(&inner, tag + (value != NULL), ret) ? sw : 1;
}

/* EF.CardAccess as our chip gives it, judged by OpenPACE. */
static bool
announced(struct session *s, const struct row *r)
{
	static const uint8_t select[] = { 0x00, 0xA4, 0x02, 0x0C, 0x02, 0x01,
		0x1C };
	static const uint8_t binary[] = { 0x00, 0xB0, 0x00, 0x00, 0x00 };
	struct bytes b = { .n = 0 };

	add(&b, select, sizeof(select));
	if (send(s, &b) != 0x9000)
		return no("SELECT EF.CardAccess");
	b.n = 0;
	add(&b, binary, sizeof(binary));
	if (send(s, &b) != 0x9000)
		return no("READ BINARY EF.CardAccess");
	if (!EAC_CTX_init_ef_cardaccess(s->answer.p, s->answer.n - 2, s->ctx) ||
	    s->ctx->pace_ctx == NULL)
		return no("OpenPACE does not take our EF.CardAccess");
	if (s->ctx->pace_ctx->protocol != row_nid(r))
		return no("OpenPACE reads another protocol");
	return true;
}

static unsigned
set_at(struct session *s, const struct row *r, enum s_type type)
{
	static const uint8_t head[4] = { 0x00, 0x22, 0xC1, 0xA4 };
	uint8_t oid[10], pw = (uint8_t)type;
	struct bytes data = { .n = 0 };

	row_oid(r, oid);
	add_tlv(&data, 0x80, oid, sizeof(oid));
	add_tlv(&data, 0x83, &pw, 1);
	return plain(s, head, &data, false);
}

/* Sends one of OpenPACE's values, which is freed; the chip's in *ret. */
static bool
swap(struct session *s, unsigned tag, BUF_MEM *out, BUF_MEM **ret)
{
	struct bytes v = { .n = 0 };

	*ret = NULL;
	s->sw = 0;
	if (out == NULL)
		return false;
	if (tag != 0x85)
		seen.sent += is_short(s->row, out->length);
	s->sw = general(s, tag, out, tag == 0x85, &v);
	BUF_MEM_free(out);
	if (s->sw != 0x9000)
		return false;
	if (tag != 0x85 && s->row->id < 3)
		seen.received += v.p[0] == 0;
	*ret = mem(v.p, v.n);
	return true;
}

static bool
nonce(struct session *s)
{
	struct bytes v;
	BUF_MEM *in;
	bool good;

	if ((s->sw = general(s, 0x80, NULL, false, &v)) != 0x9000)
		return false;
	in = mem(v.p, v.n);
	good = PACE_STEP2_dec_nonce(s->ctx, s->secret, in) == 1;
	BUF_MEM_free(in);
	return good;
}

static bool
mapping(struct session *s)
{
	BUF_MEM *in;
	bool good =
	    swap(s, 0x81, PACE_STEP3A_generate_mapping_data(s->ctx), &in) &&
	    PACE_STEP3A_map_generator(s->ctx, in) == 1;

	BUF_MEM_free(in);
	return good;
}

/* The token in *ret. */
static bool
agreement(struct session *s, BUF_MEM **ret)
{
	BUF_MEM *in;

	*ret = NULL;
	if (swap(s, 0x83, PACE_STEP3B_generate_ephemeral_key(s->ctx), &in) &&
	    PACE_STEP3B_compute_shared_secret(s->ctx, in) == 1 &&
	    PACE_STEP3C_derive_keys(s->ctx) == 1) {
		seen.secret += is_short(
		    s->row, s->ctx->pace_ctx->ka_ctx->shared_secret->length);
		*ret = PACE_STEP3D_compute_authentication_token(s->ctx, in);
	}
	s->pk_ic = in;
	return *ret != NULL;
}

static bool
tokens(struct session *s, BUF_MEM *token)
{
	BUF_MEM *in;
	bool good = swap(s, 0x85, token, &in) &&
		    PACE_STEP3D_verify_authentication_token(s->ctx, in) == 1;

	BUF_MEM_free(in);
	return good;
}

/* Which of the four fails, or 0; s->sw: the last status word. */
static int
steps(struct session *s)
{
	BUF_MEM *token;

	if (!nonce(s))
		return 1;
	if (!mapping(s))
		return 2;
	if (!agreement(s, &token))
		return 3;
	return tokens(s, token) ? 0 : 4;
}

/* SW, as it is inside; 0 if something does not check. */
static unsigned
secure(struct session *s, const struct command *c, struct bytes *ret)
{
	struct bytes apdu;
	unsigned sw = 0;

	if (!they_protect(s->ctx, c, &apdu))
		return 0;
	send(s, &apdu);
	return they_open(s->ctx, &s->answer, ret, &sw) ? sw : 0;
}

/* Under the new keys: SELECT by name, SELECT, READ BINARY. The PUK opens
 * nothing: there SELECT of EF.DG1 must be refused. */
static bool
read_dg1(struct session *s, const struct password *pw)
{
	static const uint8_t aid[] = { 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10,
		0x01 };
	static const uint8_t fid[] = { 0x01, 0x01 };
	struct command app = { .ins = 0xA4, .p1 = 4, .p2 = 0x0C };
	struct command ef = { .ins = 0xA4, .p1 = 2, .p2 = 0x0C };
	struct command rd = { .ins = 0xB0, .has_le = true, .le = 0xDF };
	struct bytes got;
	unsigned sw;

	add(&app.data, aid, sizeof(aid));
	add(&ef.data, fid, sizeof(fid));
	if (!EAC_CTX_set_encryption_ctx(s->ctx, EAC_ID_PACE) ||
	    !EAC_reset_ssc(s->ctx))
		return no("OpenPACE has no keys");
	if (secure(s, &app, &got) != 0x9000)
		return no("SELECT of the application");
	sw = secure(s, &ef, &got);
	if (pw->type == PACE_PUK)
		return sw == 0x6982 || no("SELECT with the PUK: %04X", sw);
	if (sw != 0x9000 || secure(s, &rd, &got) != 0x9000)
		return no("READ BINARY");
	if (got.n != strlen(dg1_text) || memcmp(got.p, dg1_text, got.n) != 0)
		return no("EF.DG1 differs");
	return true;
}

static bool
start(struct session *s, const struct password *pw, const struct blank_eac *eac,
    bool wrong)
{
	if (!blank_personalise(s->row, eac, &s->sim))
		return no("the chip cannot be personalised");
	s->ctx = EAC_CTX_new();
	s->secret =
	    wrong ? PACE_SEC_new("000000", 6, PACE_CAN)
		  : PACE_SEC_new(pw->theirs, strlen(pw->theirs), pw->type);
	if (s->ctx == NULL || s->secret == NULL)
		return no("OpenPACE does not take the password");
	if (!announced(s, s->row))
		return false;
	s->ctx->tr_version = EAC_TR_VERSION_2_02;
	s->sw = set_at(s, s->row, pw->type);
	return s->sw == 0x9000 || no("MSE:Set AT: %04X", s->sw);
}

bool
they_are_terminal(const struct row *r, const struct password *pw, bool wrong)
{
	__attribute__((cleanup(session_done))) struct session s = { .row = r };
	unsigned want = pw->type == PACE_PIN   ? 0x63C2
			: pw->type == PACE_PUK ? 0x63C9
					       : 0x6300;
	int at;

	if (!start(&s, pw, NULL, wrong))
		return false;
	at = steps(&s);
	if (wrong)
		return (at == 4 && s.sw == want) ||
		       no("a wrong password: step %d, SW %04X", at, s.sw);
	if (at != 0)
		return no("step %d, SW %04X", at, s.sw);
	return read_dg1(&s, pw);
}

/* ---- Chip and Terminal Authentication, version 1. ---- */

static unsigned
order(struct session *s, uint8_t ins, unsigned p1p2, const struct bytes *data,
    struct bytes *ret)
{
	struct command c = {
		.ins = ins, .p1 = (uint8_t)(p1p2 >> 8), .p2 = (uint8_t)p1p2
	};

	if (data != NULL)
		add(&c.data, data->p, data->n);
	if (ins == 0x84 || ins == 0x86) {
		c.has_le = true;
		c.le = ins == 0x84 ? 8 : 256;
	}
	return secure(s, &c, ret);
}

/* 6.2: MSE:Set AT, GENERAL AUTHENTICATE; OpenPACE has the secret. Comp of the
 * key sent in *ret. */
static bool
chip_authentication(
    struct session *s, const struct perso_span *pk, BUF_MEM **ret)
{
	static const uint8_t oid[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02,
		0x03, 0x02, 0x02 };
	struct bytes data = { .n = 0 }, inner = { .n = 0 }, got;
	BUF_MEM *theirs, *own;
	unsigned sw;
	bool good;

	if (!EAC_CTX_init_ca(
		s->ctx, OBJ_txt2nid("id-CA-ECDH-AES-CBC-CMAC-128"), 13))
		return no("EAC_CTX_init_ca");
	*ret = TA_STEP3_generate_ephemeral_key(s->ctx);
	own = *ret != NULL ? CA_STEP2_get_eph_pubkey(s->ctx) : NULL;
	if (own == NULL)
		return no("TA_STEP3_generate_ephemeral_key");
	add_tlv(&data, 0x80, oid, sizeof(oid));
	add_mem(&inner, 0x80, own);
	BUF_MEM_free(own);
	if (order(s, 0x22, 0x41A4, &data, &got) != 0x9000)
		return no("MSE:Set AT");
	data.n = 0;
	add_tlv(&data, 0x7C, inner.p, inner.n);
	sw = order(s, 0x86, 0, &data, &got);
	if (sw != 0x9000)
		return no("GENERAL AUTHENTICATE: %04X", sw);
	theirs = mem(pk->p, pk->n);
	good = CA_STEP4_compute_shared_secret(s->ctx, theirs) == 1 &&
	       KA_CTX_derive_keys(
		   s->ctx->ca_ctx->ka_ctx, NULL, s->ctx->md_ctx) == 1 &&
	       EAC_CTX_set_encryption_ctx(s->ctx, EAC_ID_CA) &&
	       EAC_reset_ssc(s->ctx);
	BUF_MEM_free(theirs);
	return good || no("keys of Chip Authentication");
}

static bool
show(struct session *s, const char *car, struct perso_span cert)
{
	struct bytes data = { .n = 0 }, got;
	unsigned sw;

	add_tlv(&data, 0x83, car, strlen(car));
	if (order(s, 0x22, 0x81B6, &data, &got) != 0x9000)
		return no("MSE:Set DST");
	/* without the tag and length of 7F21 */
	data.n = 0;
	add(&data,
	    cert.p + (cert.p[2] == 0x82	     ? 5
			 : cert.p[2] == 0x81 ? 4
					     : 3),
	    cert.n - (cert.p[2] == 0x82	     ? 5
			 : cert.p[2] == 0x81 ? 4
					     : 3));
	sw = order(s, 0x2A, 0x00BE, &data, &got);
	return sw == 0x9000 || no("PSO: VERIFY CERTIFICATE: %04X", sw);
}

/* A challenge, and OpenPACE's signature; NULL if it makes none. */
static BUF_MEM *
challenge(struct session *s, const BUF_MEM *comp)
{
	struct bytes got;
	BUF_MEM *nonce, *id, *ret = NULL;

	if (order(s, 0x84, 0, NULL, &got) != 0x9000)
		return NULL;
	nonce = mem(got.p, got.n);
	id = EAC_Comp(s->ctx, EAC_ID_PACE, s->pk_ic);
	if (id != NULL && TA_STEP4_set_nonce(s->ctx, nonce) == 1) {
		seen.comp += id->length < 32 || comp->length < 32;
		ret = TA_STEP5_sign(s->ctx, comp, id, NULL);
	}
	BUF_MEM_free(nonce);
	BUF_MEM_free(id);
	return ret;
}

/* OpenPACE drops zeros of r and s: another challenge then. */
static unsigned
sign_in(struct session *s, const struct set *set, const BUF_MEM *comp)
{
	struct bytes data = { .n = 0 }, got;
	BUF_MEM *signature = NULL;

	add_tlv(&data, 0x83, "UTIS00001", 9);
	if (order(s, 0x22, 0x81A4, &data, &got) != 0x9000)
		return 0;
	for (int i = 0; i < 40; i++) {
		BUF_MEM_free(signature);
		signature = challenge(s, comp);
		if (signature == NULL || signature->length == set->signature)
			break;
	}
	if (signature == NULL)
		return 1;
	data.n = 0;
	add(&data, signature->data, signature->length);
	BUF_MEM_free(signature);
	return order(s, 0x82, 0, &data, &got);
}

static bool
authenticate(struct session *s, const struct set *set)
{
	BUF_MEM *comp = NULL;
	unsigned sw = 0;
	bool good = EAC_CTX_set_encryption_ctx(s->ctx, EAC_ID_PACE) &&
		    EAC_reset_ssc(s->ctx) &&
		    chip_authentication(s, &set->ca_point, &comp) &&
		    show(s, "UTCVCA00001", set->dv) &&
		    show(s, "UTDV00001", set->is);

	/* as terminal it wants its own certificate in place of the CVCA's */
	good = good && (EAC_CTX_init_ta(s->ctx, set->key.p, set->key.n,
			    set->is.p, set->is.n) ||
			   no("OpenPACE does not take our certificate"));
	if (good)
		sw = sign_in(s, set, comp);
	BUF_MEM_free(comp);
	return good &&
	       (sw == set->want || no("EXTERNAL AUTHENTICATE: %04X", sw));
}

bool
they_authenticate(const struct set *set)
{
	static const struct row r = { 2, 2, 13 };
	__attribute__((cleanup(session_done))) struct session s = { .row = &r };
	const struct blank_eac eac = { set->ca_key, set->cvca };
	int at;

	if (!start(&s, &passwords[1], &eac, false))
		return false;
	at = steps(&s);
	if (at != 0)
		return no("step %d, SW %04X", at, s.sw);
	return authenticate(&s, set);
}
