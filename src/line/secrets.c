/*
 * What the line draws for a job, and how it is kept:
 *
 *	nonce(12) AES-256-GCM(wrap key, job key)(48)
 *	nonce(12) AES-256-GCM(job key, secrets)
 *
 * bound to the job's number.
 */
#include <sys/stat.h>

#include "perso/file.h"
#include "perso/gcm.h"
#include "perso/hex.h"
#include "perso/hooks.h"
#include "perso/rd.h"
#include "perso/secret.h"
#include "line_int.h"

#define SECRETS (LINE_CAN + PERSO_BIO_RANDOM)
#define WRAPPED (PERSO_WRAP_KEY + PERSO_GCM_TAG)
#define SEALED_MAX 256
#define KEY_FILE_MAX 80

/* see perso/line.h */
perso_rc
perso_wrap_key_load(const char *path, struct perso_secret *ret)
{
	PERSO_BUF(text, KEY_FILE_MAX);
	PERSO_BUF(key, PERSO_WRAP_KEY);
	struct stat st;

	PERSO_TRY_CTX(perso_file_read(path, &text), "wrap key");
	if (stat(path, &st) != 0 || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		PERSO_FAIL(
		    PERSO_E_KEY, "wrap key %s: others may read it", path);
	while (text.n > 0 && text.p[text.n - 1] == '\n')
		PERSO_TRY(perso_buf_resize(&text, text.n - 1));
	if (perso_hex_decode(perso_buf_span(&text), &key) != PERSO_OK ||
	    key.n != PERSO_WRAP_KEY) {
		perso_trail_reset();
		PERSO_FAIL(PERSO_E_KEY,
		    "wrap key %s: not %d hexadecimal digits", path,
		    2 * PERSO_WRAP_KEY);
	}
	return perso_secret_set(ret, perso_buf_span(&key));
}

/* see perso/line.h */
perso_rc
perso_wrap_key_make(const char *path)
{
	char text[2 * PERSO_WRAP_KEY + 2];
	PERSO_SECRET(key);
	struct stat st;
	perso_rc rc;

	if (stat(path, &st) == 0)
		PERSO_FAIL(PERSO_E_CONFLICT, "wrap key %s is there", path);
	PERSO_TRY(perso_random(key.p, PERSO_WRAP_KEY));
	key.n = PERSO_WRAP_KEY;
	perso_hex_str(perso_secret_span(&key), text, sizeof(text));
	text[2 * PERSO_WRAP_KEY] = '\n';
	rc = perso_file_write(path, perso_span(text, sizeof(text) - 1), 0600);
	perso_wipe(text, sizeof(text));
	return rc;
}

/* Evenly: of 24 random bits those below the highest multiple count. */
static perso_rc
draw_can(uint8_t dst[LINE_CAN])
{
	const uint32_t places = 1000000, limit = 16 * places;
	uint8_t r[3];
	uint32_t v;

	do {
		PERSO_TRY(perso_random(r, sizeof(r)));
		v = (uint32_t)r[0] << 16 | (uint32_t)r[1] << 8 | r[2];
	} while (v >= limit);
	perso_wipe(r, sizeof(r));
	for (size_t i = LINE_CAN; i > 0; i--, v /= 10)
		dst[i - 1] = (uint8_t)('0' + v % 10);
	return PERSO_OK;
}

static void
bind(int64_t job, uint8_t aad[8])
{
	for (size_t i = 0; i < 8; i++)
		aad[i] = (uint8_t)((uint64_t)job >> (56 - 8 * i));
}

/* Appends nonce and box. */
static perso_rc
seal(struct perso_span key, struct perso_span aad, struct perso_span plain,
    struct perso_buf *ret)
{
	uint8_t nonce[PERSO_GCM_NONCE];

	PERSO_TRY(perso_random(nonce, sizeof(nonce)));
	PERSO_TRY(perso_buf_append(ret, perso_span_of(nonce)));
	return perso_gcm_seal(key, perso_span_of(nonce), aad, plain, ret);
}

static perso_rc
seal_all(const struct perso_work *w, struct perso_buf *ret)
{
	PERSO_SECRET(key);
	PERSO_BUF(plain, SECRETS);
	uint8_t aad[8];

	bind(w->job.id, aad);
	PERSO_TRY(perso_random(key.p, PERSO_WRAP_KEY));
	key.n = PERSO_WRAP_KEY;
	PERSO_TRY(perso_buf_append(&plain, perso_span_of(w->secrets.can)));
	PERSO_TRY(perso_buf_append(&plain, perso_span_of(w->secrets.random)));
	PERSO_TRY(seal(w->line->cfg.wrap_key, perso_span_of(aad),
	    perso_secret_span(&key), ret));
	return seal(perso_secret_span(&key), perso_span_of(aad),
	    perso_buf_span(&plain), ret);
}

static perso_rc
open_all(struct perso_span wrap_key, int64_t job, struct perso_span kept,
    struct line_secrets *ret)
{
	struct perso_rd rd = perso_rd(kept);
	struct perso_span nonce, box;
	PERSO_BUF(key, PERSO_WRAP_KEY);
	PERSO_BUF(plain, SECRETS);
	uint8_t aad[8];

	bind(job, aad);
	PERSO_TRY(perso_rd_take(&rd, PERSO_GCM_NONCE, &nonce));
	PERSO_TRY(perso_rd_take(&rd, WRAPPED, &box));
	PERSO_TRY_CTX(
	    perso_gcm_open(wrap_key, nonce, perso_span_of(aad), box, &key),
	    "the job's key");
	PERSO_TRY(perso_rd_take(&rd, PERSO_GCM_NONCE, &nonce));
	PERSO_TRY(perso_rd_take(&rd, SECRETS + PERSO_GCM_TAG, &box));
	PERSO_TRY(perso_rd_finish(&rd));
	PERSO_TRY(perso_gcm_open(
	    perso_buf_span(&key), nonce, perso_span_of(aad), box, &plain));
	PERSO_TRY(perso_span_copy(ret->can, LINE_CAN,
	    perso_span_sub(perso_buf_span(&plain), 0, LINE_CAN)));
	return perso_span_copy(ret->random, PERSO_BIO_RANDOM,
	    perso_span_sub(perso_buf_span(&plain), LINE_CAN, PERSO_BIO_RANDOM));
}

/* see perso/line.h */
perso_rc
perso_line_kept_can(struct perso_store *store, struct perso_span wrap_key,
    int64_t job, struct perso_secret *ret)
{
	struct line_secrets s = { .drawn = false };
	PERSO_BUF(kept, SEALED_MAX);
	perso_rc rc;

	PERSO_TRY(perso_store_job_kept(store, job, PERSO_KEPT_SECRETS, &kept));
	if (wrap_key.n != PERSO_WRAP_KEY)
		PERSO_FAIL(PERSO_E_CONFIG, "there is no wrap key");
	rc = open_all(wrap_key, job, perso_buf_span(&kept), &s);
	if (rc == PERSO_OK && s.can[0] == 0) {
		perso_trail_reset();
		perso_trail_add("the job has no CAN");
		rc = PERSO_E_NOT_FOUND;
	}
	if (rc == PERSO_OK)
		rc = perso_secret_set(ret, perso_span_of(s.can));
	if (rc == PERSO_OK)
		ret->p[ret->n] = '\0';
	perso_wipe(&s, sizeof(s));
	PERSO_TRY_CTX(rc, "secrets of the job");
	return PERSO_OK;
}

static bool
has_can(const struct perso_work *w)
{
	return (w->doc->pace.passwords & PERSO_PASSWORD_CAN) != 0;
}

static bool
has_secrets(const struct perso_work *w)
{
	return has_can(w) ||
	       perso_image_needs_random(w->doc, &w->order->record);
}

static perso_rc
draw_all(struct perso_work *w)
{
	PERSO_BUF(kept, SEALED_MAX);

	if (has_can(w))
		PERSO_TRY(draw_can(w->secrets.can));
	PERSO_TRY(perso_random(w->secrets.random, PERSO_BIO_RANDOM));
	PERSO_TRY(seal_all(w, &kept));
	return perso_work_stored(
	    w, perso_store_job_keep(w->line->cfg.store, w->job.id,
		   PERSO_KEPT_SECRETS, perso_buf_span(&kept)));
}

/* see line_int.h */
perso_rc
perso_work_secrets(struct perso_work *w, bool draw)
{
	PERSO_BUF(kept, SEALED_MAX);
	perso_rc rc;

	if (!has_secrets(w) || w->secrets.drawn)
		return PERSO_OK;
	rc = perso_work_kept(w, perso_store_job_kept(w->line->cfg.store,
				    w->job.id, PERSO_KEPT_SECRETS, &kept));
	if (rc == PERSO_E_NOT_FOUND && draw) {
		perso_trail_reset();
		PERSO_TRY_CTX(draw_all(w), "secrets of the job");
	} else {
		PERSO_TRY(rc);
		PERSO_TRY_CTX(open_all(w->line->cfg.wrap_key, w->job.id,
				  perso_buf_span(&kept), &w->secrets),
		    "secrets of the job");
	}
	w->secrets.drawn = true;
	return PERSO_OK;
}

static perso_rc
load_trust(struct perso_work *w)
{
	const struct perso_line_config *c = &w->line->cfg;

	if (c->trust_point == NULL)
		PERSO_FAIL(PERSO_E_CONFIG, "no trust points are configured");
	perso_buf_clear(&w->trust);
	return c->trust_point(c->signer_ctx, w->doc, &w->trust);
}

/* see line_int.h */
perso_rc
perso_work_ready(struct perso_work *w)
{
	if (w->doc->ta.data_groups != 0)
		PERSO_TRY_CTX(load_trust(w), "trust point of %s", w->doc->id);
	if (has_secrets(w) && w->line->cfg.wrap_key.n != PERSO_WRAP_KEY)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s needs secrets to be kept, and there is no wrap key",
		    w->doc->id);
	return PERSO_OK;
}
