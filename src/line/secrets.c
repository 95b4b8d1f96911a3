/*
 * What the line draws for a job, kept in a box (box.c) bound to its number:
 *
 *	CAN(6) random of DG3 [ length(1) PIN length(1) PUK ]
 */
#include <sys/stat.h>

#include "perso/file.h"
#include "perso/hex.h"
#include "perso/hooks.h"
#include "perso/rd.h"
#include "perso/secret.h"
#include "line_int.h"

#define SECRETS (LINE_CAN + PERSO_BIO_RANDOM + 2 * (1 + LINE_CODE_MAX))
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

static perso_rc
put_code(struct perso_buf *b, const struct line_code *c)
{
	PERSO_TRY(perso_buf_append_u8(b, (uint8_t)c->n));
	return perso_buf_append(b, line_code_span(c));
}

static perso_rc
seal_all(const struct perso_work *w, struct perso_buf *ret)
{
	const struct line_secrets *s = &w->secrets;
	PERSO_BUF(plain, SECRETS);
	uint8_t bound[8];

	bind(w->job.id, bound);
	PERSO_TRY(perso_buf_append(&plain, perso_span_of(s->can)));
	PERSO_TRY(perso_buf_append(&plain, perso_span_of(s->random)));
	if (s->pin.n > 0) {
		PERSO_TRY(put_code(&plain, &s->pin));
		PERSO_TRY(put_code(&plain, &s->puk));
	}
	return line_box_seal(w->line->cfg.wrap_key, perso_span_of(bound),
	    perso_buf_span(&plain), ret);
}

static perso_rc
take(struct perso_rd *rd, uint8_t *dst, size_t n)
{
	struct perso_span s;

	PERSO_TRY(perso_rd_take(rd, n, &s));
	return perso_span_copy(dst, n, s);
}

static perso_rc
take_code(struct perso_rd *rd, struct line_code *ret)
{
	uint8_t n = 0;

	PERSO_TRY(perso_rd_u8(rd, &n));
	if (n > sizeof(ret->p))
		PERSO_FAIL(PERSO_E_RANGE, "a code of %u digits", n);
	PERSO_TRY(take(rd, ret->p, n));
	ret->n = n;
	return PERSO_OK;
}

static perso_rc
open_all(struct perso_span wrap_key, int64_t job, struct perso_span kept,
    struct line_secrets *ret)
{
	PERSO_BUF(plain, SECRETS);
	struct perso_rd rd;
	uint8_t bound[8];

	bind(job, bound);
	PERSO_TRY(line_box_open(wrap_key, perso_span_of(bound), kept, &plain));
	rd = perso_rd(perso_buf_span(&plain));
	PERSO_TRY(take(&rd, ret->can, LINE_CAN));
	PERSO_TRY(take(&rd, ret->random, PERSO_BIO_RANDOM));
	if (perso_rd_left(&rd) == 0)
		return PERSO_OK;
	PERSO_TRY_CTX(take_code(&rd, &ret->pin), "PIN");
	PERSO_TRY_CTX(take_code(&rd, &ret->puk), "PUK");
	return perso_rd_finish(&rd);
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
	       (w->doc->pace.passwords & PERSO_PASSWORD_SECRET) != 0 ||
	       perso_image_needs_random(w->doc, &w->order->record);
}

static perso_rc
draw_codes(struct perso_work *w)
{
	const struct perso_pace_profile *p = &w->doc->pace;
	struct line_secrets *s = &w->secrets;

	if (p->pin_digits != 0)
		PERSO_TRY(line_digits_draw(
		    s->pin.p, p->pin_digits, perso_span_of(s->can)));
	s->pin.n = p->pin_digits;
	if (p->puk_digits != 0)
		PERSO_TRY(line_digits_draw(
		    s->puk.p, p->puk_digits, line_code_span(&s->pin)));
	s->puk.n = p->puk_digits;
	return PERSO_OK;
}

static perso_rc
draw_all(struct perso_work *w)
{
	PERSO_BUF(kept, SEALED_MAX);

	if (has_can(w))
		PERSO_TRY(draw_can(w->secrets.can));
	PERSO_TRY(perso_random(w->secrets.random, PERSO_BIO_RANDOM));
	PERSO_TRY(draw_codes(w));
	PERSO_TRY(seal_all(w, &kept));
	return perso_work_stored(
	    w, perso_store_job_keep(w->line->cfg.store, w->job.id,
		   PERSO_KEPT_SECRETS, perso_buf_span(&kept)));
}

/* The profile is still the one for which they were drawn. */
static perso_rc
check_codes(const struct perso_work *w)
{
	const struct perso_pace_profile *p = &w->doc->pace;

	if (w->secrets.pin.n != p->pin_digits ||
	    w->secrets.puk.n != p->puk_digits)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "PIN and PUK of the job are not as long as %s says now",
		    w->doc->id);
	return PERSO_OK;
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
		PERSO_TRY(check_codes(w));
	}
	w->secrets.drawn = true;
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_codes(struct perso_work *w)
{
	PERSO_BUF(kept, SEALED_MAX);
	perso_rc rc;

	rc = perso_work_kept(w, perso_store_job_kept(w->line->cfg.store,
				    w->job.id, PERSO_KEPT_SECRETS, &kept));
	if (rc == PERSO_E_NOT_FOUND) {
		perso_trail_reset();
		return PERSO_OK;
	}
	PERSO_TRY(rc);
	if (w->line->cfg.wrap_key.n != PERSO_WRAP_KEY)
		PERSO_FAIL(PERSO_E_CONFIG, "there is no wrap key");
	PERSO_TRY_CTX(open_all(w->line->cfg.wrap_key, w->job.id,
			  perso_buf_span(&kept), &w->secrets),
	    "secrets of the job");
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
