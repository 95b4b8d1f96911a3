/*
 * The chip as a whole: making, opening, power on, one command with the
 * faults that were asked for.
 */
#include "sim_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "perso/file.h"

#define MEMORY_DEFAULT (128u * 1024)

/* ISO/IEC 7816-3, 8.2; historical bytes: ISO/IEC 7816-4, 8.1.1 */
static perso_rc
make_atr(struct perso_sim *s)
{
	const uint8_t head[] = { 0x3B, 0x8C, 0x80, 0x01, 0x80, 0x73, 0x94, 0x21,
		s->nv.cfg.extended ? 0xC0 : 0x80, 0x66 };
	PERSO_BUF(b, sizeof(s->atr));
	uint8_t tck = 0;

	PERSO_TRY(perso_buf_append(&b, perso_span_of(head)));
	PERSO_TRY(perso_buf_append(&b, perso_span_str("PERSO1")));
	for (size_t i = 1; i < b.n; i++)
		tck ^= b.p[i];
	PERSO_TRY(perso_buf_append_u8(&b, tck));
	s->atr_len = b.n;
	return perso_span_copy(s->atr, sizeof(s->atr), perso_buf_span(&b));
}

static void
blank(struct sim_nv *nv, const struct perso_sim_config *cfg)
{
	sim_nv_init(nv);
	nv->cfg = *cfg;
	if (nv->cfg.memory == 0)
		nv->cfg.memory = MEMORY_DEFAULT;
}

static perso_rc
load(const char *path, struct sim_nv *ret)
{
	PERSO_BUF(b, SIM_STATE_MAX);

	PERSO_TRY(perso_file_read(path, &b));
	return sim_state_decode(perso_buf_span(&b), ret);
}

/* see perso/sim.h */
perso_rc
perso_sim_create(const char *path, const struct perso_sim_config *cfg)
{
	PERSO_BUF(b, SIM_STATE_MAX);
	struct sim_nv nv;
	perso_rc rc;

	if (path == NULL)
		PERSO_FAIL(PERSO_E_ARG, "a chip in memory has no state file");
	PERSO_TRY(sim_config_check(cfg));
	if (access(path, F_OK) == 0)
		PERSO_FAIL(PERSO_E_CONFLICT, "%s exists", path);
	blank(&nv, cfg);
	rc = sim_state_encode(&nv, &b);
	sim_nv_done(&nv);
	PERSO_TRY(rc);
	return perso_file_write(path, perso_buf_span(&b), 0600);
}

/* Takes nv, also when it fails. */
static perso_rc
power_up(struct sim_nv *nv, const char *path, struct perso_sim **ret)
{
	struct perso_sim *s = calloc(1, sizeof(*s));
	perso_rc rc;

	if (s == NULL) {
		sim_nv_done(nv);
		PERSO_FAIL(PERSO_E_NOMEM, "a chip");
	}
	s->nv = *nv;
	perso_wipe(nv, sizeof(*nv));
	perso_buf_init(&s->chain, SIM_CHAIN_MAX);
	sim_sessions_end(s);
	rc = make_atr(s);
	if (rc == PERSO_OK && path != NULL) {
		s->path = strdup(path);
		rc = s->path != NULL ? PERSO_OK : PERSO_E_NOMEM;
	}
	if (rc != PERSO_OK) {
		perso_sim_free(&s);
		return rc;
	}
	sim_fs_reset(s);
	*ret = s;
	return PERSO_OK;
}

/* see perso/sim.h */
perso_rc
perso_sim_open(const char *path, struct perso_sim **ret)
{
	struct sim_nv nv;

	PERSO_TRY(load(path, &nv));
	return power_up(&nv, path, ret);
}

/* see perso/sim.h */
perso_rc
perso_sim_open_memory(
    const struct perso_sim_config *cfg, struct perso_sim **ret)
{
	struct sim_nv nv;

	PERSO_TRY(sim_config_check(cfg));
	blank(&nv, cfg);
	return power_up(&nv, NULL, ret);
}

/* see perso/sim.h */
void
perso_sim_free(struct perso_sim **s)
{
	if (s == NULL || *s == NULL)
		return;
	sim_sessions_end(*s);
	sim_nv_done(&(*s)->nv);
	perso_buf_done(&(*s)->chain);
	free((*s)->path);
	perso_wipe(*s, sizeof(**s));
	free(*s);
	*s = NULL;
}

/* see perso/sim.h */
void
perso_sim_no_sync(struct perso_sim *s, bool on)
{
	s->no_sync = on;
}

/* What is in memory after a failure may never have reached the file. */
static void
reload(struct perso_sim *s)
{
	struct sim_nv nv;

	if (!s->stale)
		return;
	if (s->path != NULL && load(s->path, &nv) != PERSO_OK)
		return;
	if (s->path != NULL) {
		sim_nv_done(&s->nv);
		s->nv = nv;
		perso_wipe(&nv, sizeof(nv));
	}
	s->stale = false;
}

/* Sessions, and a chain that was begun. */
static void
forget(struct perso_sim *s)
{
	sim_sessions_end(s);
	s->chaining = false;
	perso_buf_clear(&s->chain);
}

/* see perso/sim.h */
struct perso_span
perso_sim_reset(struct perso_sim *s)
{
	forget(s);
	sim_fs_reset(s);
	s->was_read = false;
	s->has_challenge = false;
	reload(s);
	s->torn = s->stale;
	return perso_span(s->atr, s->atr_len);
}

/* see perso/sim.h */
void
perso_sim_fault(struct perso_sim *s, enum perso_sim_fault f, unsigned n)
{
	s->fault = f;
	s->fault_in = f == PERSO_SIM_NONE ? 0 : n;
}

/* The fault of this very command. */
static enum perso_sim_fault
due_fault(struct perso_sim *s)
{
	enum perso_sim_fault f = s->fault;

	if (s->fault_in == 0 || --s->fault_in > 0)
		return PERSO_SIM_NONE;
	s->fault = PERSO_SIM_NONE;
	return f;
}

/* Runs the command; all that must last is in the file afterwards. */
static perso_rc
execute(struct perso_sim *s, struct perso_span raw, struct perso_buf *ret)
{
	struct sim_ans a = { .sw = 0x6F00 };
	struct sim_cmd c = { .cla = 0 };
	struct perso_wr w;
	perso_rc rc = PERSO_OK;

	perso_buf_init(&a.data, SIM_ANSWER_MAX + 64);
	a.sw = sim_apdu_parse(&s->nv.cfg, raw, &c);
	if (a.sw == SIM_OK)
		rc = sim_route(s, &c, &a);
	else
		forget(s);
	if (rc == PERSO_OK && s->dirty)
		rc = sim_save(s);
	w = perso_wr(ret);
	perso_wr_bytes(&w, perso_buf_span(&a.data));
	perso_wr_u16(&w, a.sw);
	perso_buf_done(&a.data);
	return rc != PERSO_OK ? rc : perso_wr_end(&w);
}

static perso_rc
one_command(struct perso_sim *s, struct perso_span cmd, struct perso_buf *ret)
{
	perso_rc rc;

	s->dirty = false;
	s->pages = 0;
	rc = execute(s, cmd, ret);
	s->inside = false;
	if (rc != PERSO_OK) {
		s->torn = s->stale = true;
		perso_trail_add("simulated chip");
		return rc;
	}
	sim_delay(s, cmd.n + ret->n);
	return PERSO_OK;
}

/* see perso/sim.h */
perso_rc
perso_sim_transmit(
    struct perso_sim *s, struct perso_span cmd, struct perso_buf *rsp)
{
	PERSO_BUF(ans, SIM_ANSWER_MAX + 66);
	enum perso_sim_fault f = PERSO_SIM_NONE;

	if (!s->torn && !s->mute)
		f = due_fault(s);
	s->mute = s->mute || f == PERSO_SIM_MUTE;
	s->torn = s->torn || f == PERSO_SIM_TEAR_BEFORE;
	if (s->mute)
		PERSO_FAIL(PERSO_E_TIMEOUT, "simulated chip is mute");
	if (s->torn)
		PERSO_FAIL(PERSO_E_TORN, "simulated chip was torn out");
	s->inside = f == PERSO_SIM_TEAR_INSIDE;
	PERSO_TRY(one_command(s, cmd, &ans));
	if (f != PERSO_SIM_NONE) {
		s->torn = true;
		PERSO_FAIL(PERSO_E_TORN, "simulated chip was torn out");
	}
	return perso_buf_append(rsp, perso_buf_span(&ans));
}

/* see perso/sim.h */
void
perso_sim_quirk(struct perso_sim *s, unsigned quirks)
{
	s->quirks = quirks;
}

/* see perso/sim.h */
bool
perso_sim_is_operational(const struct perso_sim *s)
{
	return s->nv.operational;
}

/* see perso/sim.h */
bool
perso_sim_was_read(const struct perso_sim *s)
{
	return s->was_read;
}
