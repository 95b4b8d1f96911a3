/* A store in a folder of its own for each test. */
#ifndef STORE_FIX_H
#define STORE_FIX_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "perso/store.h"

struct fix {
	bool secret; /* a job keeps one */
	char dir[64];
	char path[96];
	struct perso_store *s;
};

static inline void
fix_reopen(struct fix *f)
{
	struct perso_store_config cfg = {
		.path = f->path, .create = true, .unsafe_no_sync = true
	};

	perso_store_close(&f->s);
	cr_assert_eq(
	    perso_store_open(&cfg, &f->s), PERSO_OK, "%s", perso_trail_get(0));
}

static inline void
fix_open(struct fix *f)
{
	memset(f, 0, sizeof(*f));
	snprintf(f->dir, sizeof(f->dir), "/tmp/perso-store-XXXXXX");
	cr_assert_not_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/store.db", f->dir);
	fix_reopen(f);
}

static inline void
fix_close(struct fix *f)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock",
		".letters" };
	char path[128];

	perso_store_close(&f->s);
	for (size_t i = 0; i < 5; i++) {
		snprintf(path, sizeof(path), "%s%s", f->path, ends[i]);
		unlink(path);
	}
	cr_assert_eq(rmdir(f->dir), 0);
}

static inline perso_rc
fix_import(struct fix *f, const char *id, uint8_t mark, bool *ret_new)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	perso_rc rc;

	snprintf(o->id, sizeof(o->id), "%s", id);
	snprintf(o->path, sizeof(o->path), "/orders/%s.json", id);
	snprintf(o->profile, sizeof(o->profile), "uto-passport");
	snprintf(o->approver, sizeof(o->approver), "01A7");
	memset(o->json_hash, mark, sizeof(o->json_hash));
	memset(o->cms_hash, mark + 1, sizeof(o->cms_hash));
	rc = perso_store_order_import(f->s, o, ret_new);
	free(o);
	return rc;
}

static inline void
fix_order(struct fix *f, const char *id)
{
	bool is_new = false;

	cr_assert_eq(fix_import(f, id, 7, &is_new), PERSO_OK);
	cr_assert(is_new);
}

static inline perso_rc
fix_format(void *ctx, uint64_t value, char ret[PERSO_NUMBER_MAX])
{
	(void)ctx;
	snprintf(ret, PERSO_NUMBER_MAX, "UT%07llu", (unsigned long long)value);
	return PERSO_OK;
}

static const struct perso_store_number fix_range = { .source =
							 PERSO_STORE_FROM_RANGE,
	.range = "uto-passport",
	.first = 1,
	.last = 99,
	.format = fix_format };

#define OK(call) \
	cr_assert_eq((call), PERSO_OK, "%s: %s", #call, perso_trail_get(0))
#define RC(call, code)                                                \
	do {                                                          \
		perso_rc rc_ = (call);                                \
		cr_assert_eq(rc_, code, "%s: %d %s", #call, (int)rc_, \
		    perso_trail_get(0));                              \
	} while (0)

/* A job of order o with blank b, in this state. */
static inline int64_t
fix_job(struct fix *f, const char *o, const char *b, enum perso_job_state state)
{
	static const uint8_t sod[] = "EF.SOD-MARK-0123456789-EF.SOD-MARK";
	static const uint8_t spki[] = "SPKI-MARK-0123456789";
	struct perso_store_file files[2] = { { 0x0101, false, { 0 } },
		{ 0x011D, false, { 0 } } };
	struct perso_store_job j;

	memset(files[0].hash, 0xD1, 32);
	memset(files[1].hash, 0xD2, 32);
	OK(perso_store_job_begin(f->s, o, b, 1700000000, &fix_range, &j));
	if (f->secret)
		OK(perso_store_job_keep(f->s, j.id, PERSO_KEPT_SECRETS,
		    perso_span("KEPT-MARK", 9)));
	if (state >= PERSO_JOB_KEYED)
		OK(perso_store_job_keys(f->s, j.id, perso_span_of(spki)));
	if (state >= PERSO_JOB_SEALED)
		OK(perso_store_job_sealed(
		    f->s, j.id, perso_span_of(sod), files, 2));
	if (state >= PERSO_JOB_LOCKING)
		OK(perso_store_job_locking(f->s, j.id));
	if (state >= PERSO_JOB_LOCKED)
		OK(perso_store_job_locked(f->s, j.id));
	return j.id;
}

#endif
