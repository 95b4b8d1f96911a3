#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "../../../src/sim/sim_int.h"
#include "host.h"
#include "perso/digest.h"
#include "perso/file.h"

#define GOLDEN "tests/golden/sim"

Test(sim_state, comes_back_from_its_bytes)
{
	PERSO_BUF(a, SIM_STATE_MAX);
	PERSO_BUF(b, SIM_STATE_MAX);
	struct sim_nv nv;
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_personalise(&h), 0x9000);
	cr_assert_eq(sim_state_encode(&h.s->nv, &a), PERSO_OK);
	cr_assert_eq(sim_state_decode(perso_buf_span(&a), &nv), PERSO_OK);
	cr_assert_eq(sim_state_encode(&nv, &b), PERSO_OK);
	cr_assert(perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)));
	sim_nv_done(&nv);
	host_done(&h);
}

/* Decodes body with its checksum put right. */
static perso_rc
decode_summed(struct perso_span body)
{
	PERSO_BUF(b, SIM_STATE_MAX);
	struct perso_md md;
	struct sim_nv nv;
	perso_rc rc;

	cr_assert_eq(perso_digest(PERSO_SHA256, body, &md), PERSO_OK);
	cr_assert_eq(perso_buf_append(&b, body), PERSO_OK);
	cr_assert_eq(perso_buf_append(&b, perso_md_span(&md)), PERSO_OK);
	rc = sim_state_decode(perso_buf_span(&b), &nv);
	if (rc == PERSO_OK)
		sim_nv_done(&nv);
	return rc;
}

Test(sim_state, refuses_every_truncation_and_every_flipped_byte)
{
	PERSO_BUF(a, SIM_STATE_MAX);
	struct sim_nv nv;
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	SHOULD_BE(&h, host_create(&h, 0x2F01, 1, 4), 0x9000);
	cr_assert_eq(sim_state_encode(&h.s->nv, &a), PERSO_OK);
	for (size_t i = 0; i < a.n; i++) {
		cr_assert_neq(
		    sim_state_decode(perso_span(a.p, i), &nv), PERSO_OK);
		if (i < a.n - 32)
			cr_assert_eq(perso_rc_category(
					 decode_summed(perso_span(a.p, i))),
			    PERSO_CAT_DATA, "%zu", i);
		a.p[i] ^= 0x10;
		cr_assert_eq(sim_state_decode(perso_buf_span(&a), &nv),
		    PERSO_E_MISMATCH);
		a.p[i] ^= 0x10;
	}
	host_done(&h);
}

static perso_rc
golden(void *ctx, const char *name)
{
	unsigned *n = ctx;
	char path[256], got[600], trail[500];
	struct perso_sim *s = NULL;
	PERSO_BUF(want, 600);
	size_t len = strlen(name);
	perso_rc rc;

	if (len < 4 || strcmp(name + len - 4, ".bin") != 0)
		return PERSO_OK;
	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	rc = perso_sim_open(path, &s);
	cr_assert_null(s);
	perso_trail_text(trail, sizeof(trail));
	snprintf(got, sizeof(got), "%s\n%s\n", perso_rc_name(rc), trail);
	snprintf(path, sizeof(path), GOLDEN "/%.*s.expect", (int)len - 4, name);
	cr_assert_eq(perso_file_read(path, &want), PERSO_OK, "%s", path);
	cr_assert(perso_span_equal(perso_buf_span(&want), perso_span_str(got)),
	    "%s: %s", name, got);
	++*n;
	return PERSO_OK;
}

Test(sim_state, refusals_are_as_written_down)
{
	unsigned n = 0;

	cr_assert_eq(perso_dir_each(GOLDEN, golden, &n), PERSO_OK);
	cr_assert_eq(n, 15);
}
