/*
 * The state file.
 *
 *	"PERSOSIM" version(2)
 *	extended(1) max_command(4) memory(4) product(2) cplc(42)
 *	kvn(1) enc(16) mac(16) dek(16)
 *	operational(1) sequence(3) fails(1)
 *	has_seed(1) seed(16)  aa_length(2) aa(n)
 *	files(1), each: number in sim_ef(1) size(3) contents
 *	and from version 2 on:
 *	CA keys: 4 times group(1), FF for none, else has_id(1) id(4)
 *		length(2) sk(n)
 *	passwords: 4 times length(1) value(n) tries(1)
 *	today(4)
 *	trust points: 2 times length(1), 0 for none, else chr(n) chat(1)
 *		effective(4) expires(4) algorithm(2) length(2) spki(n)
 *	SHA-256 over all before it
 */
#include "sim_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "perso/digest.h"
#include "perso/file.h"

#define MAGIC "PERSOSIM"
#define VERSION 2
#define NO_GROUP 0xFF
#define FIRST_DAY 101 /* 2000-01-01 */
#define SUM 32

/* see sim_int.h */
void
sim_nv_init(struct sim_nv *nv)
{
	*nv = (struct sim_nv){ .aa.max = 8192, .today = FIRST_DAY };
	for (size_t i = 0; i < SIM_EFS; i++)
		nv->files[i].data.max = SIM_MEMORY_MAX;
	for (size_t i = 0; i < SIM_TRUST; i++)
		sim_cv_init(&nv->trust[i]);
}

/* see sim_int.h */
void
sim_nv_done(struct sim_nv *nv)
{
	for (size_t i = 0; i < SIM_EFS; i++)
		perso_buf_done(&nv->files[i].data);
	for (size_t i = 0; i < SIM_TRUST; i++)
		sim_cv_done(&nv->trust[i]);
	perso_buf_done(&nv->aa);
	perso_keyref_free(&nv->aa_key);
	perso_wipe(nv, sizeof(*nv));
}

/* see sim_int.h */
perso_rc
sim_config_check(const struct perso_sim_config *cfg)
{
	if (cfg->product[0] != cfg->cplc[2] || cfg->product[1] != cfg->cplc[3])
		PERSO_FAIL(PERSO_E_ARG, "product is not the IC type in CPLC");
	if (cfg->memory > SIM_MEMORY_MAX)
		PERSO_FAIL(PERSO_E_ARG, "memory over %u bytes", SIM_MEMORY_MAX);
	if (cfg->max_command > (cfg->extended ? 65535u : 255u))
		PERSO_FAIL(PERSO_E_ARG, "max_command is too large");
	return PERSO_OK;
}

static void
write_config(struct perso_wr *w, const struct perso_sim_config *c)
{
	perso_wr_u8(w, c->extended);
	perso_wr_u32(w, c->max_command);
	perso_wr_u32(w, c->memory);
	perso_wr_bytes(w, perso_span_of(c->product));
	perso_wr_bytes(w, perso_span_of(c->cplc));
	perso_wr_u8(w, c->keys.kvn);
	perso_wr_bytes(w, perso_span_of(c->keys.enc));
	perso_wr_bytes(w, perso_span_of(c->keys.mac));
	perso_wr_bytes(w, perso_span_of(c->keys.dek));
}

static void
write_files(struct perso_wr *w, const struct sim_nv *nv)
{
	uint8_t n = 0;

	for (size_t i = 0; i < SIM_EFS; i++)
		n = (uint8_t)(n + nv->files[i].there);
	perso_wr_u8(w, n);
	for (size_t i = 0; i < SIM_EFS; i++) {
		if (!nv->files[i].there)
			continue;
		perso_wr_u8(w, (uint8_t)i);
		perso_wr_u24(w, (uint32_t)nv->files[i].data.n);
		perso_wr_bytes(w, perso_buf_span(&nv->files[i].data));
	}
}

static void
write_ca(struct perso_wr *w, const struct sim_ca_key *k)
{
	perso_wr_u8(
	    w, k->group == NULL ? NO_GROUP : (uint8_t)perso_group_id(k->group));
	if (k->group == NULL)
		return;
	perso_wr_u8(w, k->has_id);
	perso_wr_u32(w, k->id);
	perso_wr_u16(w, (uint16_t)k->sk.n);
	perso_wr_bytes(w, perso_num_span(&k->sk));
}

static void
write_trust(struct perso_wr *w, const struct sim_cv *cv)
{
	perso_wr_u8(w, cv->chr_n);
	if (cv->chr_n == 0)
		return;
	perso_wr_bytes(w, perso_span(cv->chr, cv->chr_n));
	perso_wr_u8(w, cv->chat);
	perso_wr_u32(w, cv->effective);
	perso_wr_u32(w, cv->expires);
	perso_wr_bytes(w, perso_span_of(cv->alg));
	perso_wr_u16(w, (uint16_t)cv->spki.n);
	perso_wr_bytes(w, perso_buf_span(&cv->spki));
}

static void
write_access(struct perso_wr *w, const struct sim_nv *nv)
{
	for (size_t i = 0; i < SIM_CA_KEYS; i++)
		write_ca(w, &nv->ca[i]);
	for (size_t i = 1; i < SIM_PASSWORDS; i++) {
		const struct sim_secret *p = &nv->passwords[i];

		perso_wr_u8(w, p->n);
		perso_wr_bytes(w, perso_span(p->p, p->n));
		perso_wr_u8(w, p->tries);
	}
	perso_wr_u32(w, nv->today);
	for (size_t i = 0; i < SIM_TRUST; i++)
		write_trust(w, &nv->trust[i]);
}

/* see sim_int.h */
perso_rc
sim_state_encode(const struct sim_nv *nv, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	struct perso_md md;

	perso_wr_str(&w, MAGIC);
	perso_wr_u16(&w, VERSION);
	write_config(&w, &nv->cfg);
	perso_wr_u8(&w, nv->operational);
	perso_wr_u24(&w, nv->sequence);
	perso_wr_u8(&w, nv->fails);
	perso_wr_u8(&w, nv->has_seed);
	perso_wr_bytes(&w, perso_span_of(nv->seed));
	perso_wr_u16(&w, (uint16_t)nv->aa.n);
	perso_wr_bytes(&w, perso_buf_span(&nv->aa));
	write_files(&w, nv);
	write_access(&w, nv);
	PERSO_TRY(perso_wr_end(&w));
	PERSO_TRY(perso_digest(PERSO_SHA256, perso_buf_span(ret), &md));
	return perso_buf_append(ret, perso_md_span(&md));
}

static perso_rc
read_bool(struct perso_rd *rd, bool *ret)
{
	uint8_t v = 0;

	PERSO_TRY(perso_rd_u8(rd, &v));
	if (v > 1)
		PERSO_FAIL(PERSO_E_RANGE, "flag at offset %zu", rd->at - 1);
	*ret = v != 0;
	return PERSO_OK;
}

static perso_rc
read_array(struct perso_rd *rd, uint8_t *dst, size_t n)
{
	struct perso_span s;

	PERSO_TRY(perso_rd_take(rd, n, &s));
	return perso_span_copy(dst, n, s);
}

static perso_rc
read_config(struct perso_rd *rd, struct perso_sim_config *c)
{
	PERSO_TRY(read_bool(rd, &c->extended));
	PERSO_TRY(perso_rd_u32(rd, &c->max_command));
	PERSO_TRY(perso_rd_u32(rd, &c->memory));
	PERSO_TRY(read_array(rd, c->product, sizeof(c->product)));
	PERSO_TRY(read_array(rd, c->cplc, sizeof(c->cplc)));
	PERSO_TRY(perso_rd_u8(rd, &c->keys.kvn));
	PERSO_TRY(read_array(rd, c->keys.enc, sizeof(c->keys.enc)));
	PERSO_TRY(read_array(rd, c->keys.mac, sizeof(c->keys.mac)));
	PERSO_TRY(read_array(rd, c->keys.dek, sizeof(c->keys.dek)));
	if (sim_config_check(c) != PERSO_OK)
		return PERSO_E_RANGE;
	return PERSO_OK;
}

static perso_rc
read_keys(struct perso_rd *rd, struct sim_nv *nv)
{
	struct perso_span aa;
	uint16_t n = 0;

	PERSO_TRY(read_bool(rd, &nv->has_seed));
	PERSO_TRY(read_array(rd, nv->seed, SIM_SEED));
	PERSO_TRY(perso_rd_u16(rd, &n));
	PERSO_TRY(perso_rd_take(rd, n, &aa));
	if (n == 0)
		return PERSO_OK;
	PERSO_TRY(perso_buf_set(&nv->aa, aa));
	if (perso_keyref_from_pkcs8(aa, &nv->aa_key) != PERSO_OK ||
	    perso_keyref_pubkey(nv->aa_key) == NULL)
		PERSO_FAIL(PERSO_E_DATA, "key at offset %zu", rd->at - n);
	return PERSO_OK;
}

static perso_rc
read_file(struct perso_rd *rd, struct sim_nv *nv, size_t *left)
{
	struct perso_span s;
	uint8_t i = 0;
	uint32_t n = 0;

	PERSO_TRY(perso_rd_u8(rd, &i));
	if (i >= SIM_EFS || nv->files[i].there)
		PERSO_FAIL(
		    PERSO_E_DATA, "file number at offset %zu", rd->at - 1);
	PERSO_TRY(perso_rd_u24(rd, &n));
	if (n == 0 || n > *left)
		PERSO_FAIL(
		    PERSO_E_RANGE, "file size at offset %zu", rd->at - 3);
	PERSO_TRY(perso_rd_take(rd, n, &s));
	PERSO_TRY(perso_buf_set(&nv->files[i].data, s));
	nv->files[i].there = true;
	*left -= n;
	return PERSO_OK;
}

static perso_rc
read_ca(struct perso_rd *rd, struct sim_ca_key *k)
{
	struct perso_span sk;
	uint16_t n = 0;
	uint8_t group = 0;

	PERSO_TRY(perso_rd_u8(rd, &group));
	if (group == NO_GROUP)
		return PERSO_OK;
	if (perso_group_get(group, &k->group) != PERSO_OK)
		PERSO_FAIL(PERSO_E_RANGE, "group at offset %zu", rd->at - 1);
	PERSO_TRY(read_bool(rd, &k->has_id));
	PERSO_TRY(perso_rd_u32(rd, &k->id));
	PERSO_TRY(perso_rd_u16(rd, &n));
	PERSO_TRY(perso_rd_take(rd, n, &sk));
	if (n != perso_group_order_len(k->group) ||
	    perso_scalar_set(k->group, sk, &k->sk) != PERSO_OK)
		PERSO_FAIL(PERSO_E_RANGE, "CA key at offset %zu", rd->at - n);
	return PERSO_OK;
}

static perso_rc
read_password(struct perso_rd *rd, struct sim_secret *p)
{
	PERSO_TRY(perso_rd_u8(rd, &p->n));
	if (p->n > SIM_PASSWORD_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "password at offset %zu", rd->at - 1);
	PERSO_TRY(read_array(rd, p->p, p->n));
	PERSO_TRY(perso_rd_u8(rd, &p->tries));
	if (p->tries > SIM_TRIES_PUK)
		PERSO_FAIL(PERSO_E_RANGE, "tries at offset %zu", rd->at - 1);
	return PERSO_OK;
}

static perso_rc
read_trust(struct perso_rd *rd, struct sim_cv *cv)
{
	struct perso_sig_alg alg;
	struct perso_span spki;
	uint16_t n = 0;

	PERSO_TRY(perso_rd_u8(rd, &cv->chr_n));
	if (cv->chr_n == 0)
		return PERSO_OK;
	if (cv->chr_n > SIM_NAME_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "name at offset %zu", rd->at - 1);
	PERSO_TRY(read_array(rd, cv->chr, cv->chr_n));
	PERSO_TRY(perso_rd_u8(rd, &cv->chat));
	PERSO_TRY(perso_rd_u32(rd, &cv->effective));
	PERSO_TRY(perso_rd_u32(rd, &cv->expires));
	PERSO_TRY(read_array(rd, cv->alg, sizeof(cv->alg)));
	if (!sim_cvc_alg(cv->alg, &alg))
		PERSO_FAIL(
		    PERSO_E_RANGE, "algorithm at offset %zu", rd->at - 2);
	PERSO_TRY(perso_rd_u16(rd, &n));
	PERSO_TRY(perso_rd_take(rd, n, &spki));
	if (n > SIM_SPKI_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "key at offset %zu", rd->at - n);
	return perso_buf_set(&cv->spki, spki);
}

static perso_rc
read_access(struct perso_rd *rd, struct sim_nv *nv)
{
	for (size_t i = 0; i < SIM_CA_KEYS; i++)
		PERSO_TRY_CTX(read_ca(rd, &nv->ca[i]), "CA key %zu", i + 1);
	for (size_t i = 1; i < SIM_PASSWORDS; i++)
		PERSO_TRY(read_password(rd, &nv->passwords[i]));
	PERSO_TRY(perso_rd_u32(rd, &nv->today));
	if (nv->today > 991231)
		PERSO_FAIL(PERSO_E_RANGE, "date at offset %zu", rd->at - 4);
	for (size_t i = 0; i < SIM_TRUST; i++)
		PERSO_TRY_CTX(
		    read_trust(rd, &nv->trust[i]), "trust point %zu", i + 1);
	return PERSO_OK;
}

static perso_rc
read_all(struct perso_rd *rd, struct sim_nv *nv)
{
	size_t left;
	uint8_t n = 0;
	uint16_t version = 0;

	PERSO_TRY_CTX(
	    perso_rd_expect(rd, perso_span_str(MAGIC)), "not a chip's state");
	PERSO_TRY(perso_rd_u16(rd, &version));
	if (version < 1 || version > VERSION)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "version %u", version);
	PERSO_TRY_CTX(read_config(rd, &nv->cfg), "configuration");
	PERSO_TRY(read_bool(rd, &nv->operational));
	PERSO_TRY(perso_rd_u24(rd, &nv->sequence));
	PERSO_TRY(perso_rd_u8(rd, &nv->fails));
	PERSO_TRY_CTX(read_keys(rd, nv), "keys");
	PERSO_TRY(perso_rd_u8(rd, &n));
	left = nv->cfg.memory;
	for (unsigned i = 0; i < n; i++)
		PERSO_TRY_CTX(read_file(rd, nv, &left), "file %u", i + 1);
	if (version > 1)
		PERSO_TRY_CTX(read_access(rd, nv), "access");
	return perso_rd_finish(rd);
}

static perso_rc
check_sum(struct perso_span s, struct perso_span *ret_body)
{
	struct perso_span body;
	struct perso_md md;

	if (s.n < SUM)
		PERSO_FAIL(
		    PERSO_E_TRUNCATED, "%zu bytes have no checksum", s.n);
	body = perso_span_sub(s, 0, s.n - SUM);
	PERSO_TRY(perso_digest(PERSO_SHA256, body, &md));
	if (!perso_span_equal(
		perso_md_span(&md), perso_span_sub(s, body.n, SUM)))
		PERSO_FAIL(PERSO_E_MISMATCH, "checksum");
	*ret_body = body;
	return PERSO_OK;
}

/* see sim_int.h */
perso_rc
sim_state_decode(struct perso_span s, struct sim_nv *ret)
{
	struct perso_span body;
	struct perso_rd rd;
	perso_rc rc;

	PERSO_TRY_CTX(check_sum(s, &body), "state of the chip");
	sim_nv_init(ret);
	rd = perso_rd(body);
	rc = read_all(&rd, ret);
	if (rc != PERSO_OK) {
		sim_nv_done(ret);
		perso_trail_add("state of the chip");
	}
	return rc;
}

static perso_rc
write_fd(int fd, struct perso_span s)
{
	size_t at = 0;

	while (at < s.n) {
		ssize_t n = write(fd, s.p + at, s.n - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			PERSO_FAIL(PERSO_E_IO, "write: %s", strerror(errno));
		at += (size_t)n;
	}
	return PERSO_OK;
}

/* As perso_file_write, but doesn't wait for the disk. */
static perso_rc
replace_no_sync(const char *path, struct perso_span s)
{
	char tmp[4096];
	int n = snprintf(tmp, sizeof(tmp), "%s.new", path);
	perso_rc rc;
	int fd;

	if (n < 0 || (size_t)n >= sizeof(tmp))
		PERSO_FAIL(PERSO_E_RANGE, "path is too long");
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		PERSO_FAIL(PERSO_E_IO, "%s: %s", tmp, strerror(errno));
	rc = write_fd(fd, s);
	if (close(fd) != 0 && rc == PERSO_OK)
		rc = PERSO_E_IO;
	if (rc == PERSO_OK && rename(tmp, path) == 0)
		return PERSO_OK;
	unlink(tmp);
	if (rc == PERSO_OK)
		PERSO_FAIL(PERSO_E_IO, "%s: cannot be replaced", path);
	return rc;
}

/* see sim_int.h */
perso_rc
sim_save(struct perso_sim *s)
{
	PERSO_BUF(b, SIM_STATE_MAX);

	if (s->path == NULL)
		return PERSO_OK;
	PERSO_TRY(sim_state_encode(&s->nv, &b));
	if (s->no_sync)
		return replace_no_sync(s->path, perso_buf_span(&b));
	return perso_file_write(s->path, perso_buf_span(&b), 0600);
}
