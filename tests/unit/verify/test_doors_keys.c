/*
 * What the chip and the terminal prove: Chip Authentication Mapping, Chip and
 * Terminal Authentication; chips of the field.
 */
#include "doors.h"

#include "sim/sim_int.h"

/* ------------------------------------------- Chip Authentication Mapping */

Test(doors, the_cam_key_is_chosen_by_its_id)
{
	WORLD(w);
	DOORS(d);

	d.mappings = CAM;
	d.decoy = true;
	doors_open(&d, &w);
	doors_verify(&d, &w, BY_MRZ(w));
	GOOD(w);
	PASSED(w, "cam");
}

Test(doors, a_cam_key_that_only_the_decoy_id_has_does_not_count)
{
	WORLD(w);
	DOORS(d);

	d.mappings = CAM;
	doors_make(&d);
	doors_files(&d, &w);
	for (size_t i = 0; i < d.info_count; i++)
		if (d.infos[i].kind == PERSO_SECINFO_CA_PUBKEY)
			d.infos[i].id++;
	doors_security(&d, &w, w.ds_key, &w.ds);
	doors_chip(&d, &w);
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "cam");
}

Test(doors, a_copied_chip_fails_cam_and_chip_authentication)
{
	WORLD(w);
	DOORS(d);

	d.mappings = CAM;
	doors_open(&d, &w);
	perso_sim_quirk(w.sim, PERSO_SIM_CLONE);
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "cam");
	BAD(w, "chip-auth");
	PASSED(w, "card-security");
	PASSED(w, "hash-dg2"); /* and the rest is told all the same */
}

Test(doors, cam_counts_only_under_a_trusted_signature)
{
	struct perso_keyref *key = NULL;
	const struct perso_key_spec p256 = { PERSO_KEY_EC, PERSO_P256, 0 };

	OK(perso_keyref_generate(p256, &key));
	for (int i = 0; i < 2; i++) {
		WORLD(w);
		WORLD(stranger);
		DOORS(d);

		d.mappings = CAM;
		doors_make(&d);
		doors_files(&d, &w);
		if (i == 0) /* a signer under a CSCA that nobody trusts */
			doors_security(&d, &w, stranger.ds_key, &stranger.ds);
		else /* the right certificate, another key's signature */
			doors_security(&d, &w, key, &w.ds);
		doors_chip(&d, &w);
		doors_verify(&d, &w, BY_MRZ(w));
		BAD(w, "card-security");
		BAD(w, "cam");
		cr_assert_eq(w.report.failed, 2, "%s", world_text(&w));
	}
	perso_keyref_free(&key);
}

Test(doors, cam_without_ef_card_security_does_not_count)
{
	WORLD(w);
	DOORS(d);

	d.mappings = CAM;
	doors_open(&d, &w);
	world_nv(&w)->files[sim_find(SIM_MF, 0x011D)].there = false;
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "cam");
}

/* --------------------------------------------------- chips of the field */

Test(doors, tag_84_is_sent_or_left_out_as_the_chip_wants_it)
{
	static const unsigned quirks[] = { PERSO_SIM_WANTS_84,
		PERSO_SIM_REFUSES_84 };

	for (size_t i = 0; i < 2; i++) {
		WORLD(w);
		DOORS(d);

		d.mappings = GM;
		doors_open(&d, &w);
		perso_sim_quirk(w.sim, quirks[i]);
		doors_verify(&d, &w, BY_MRZ(w));
		GOOD(w);
		PASSED(w, "pace");
		PASSED(w, "chip-auth");
	}
}

/* Nothing of the application before PACE, not even its name. */
static void
hide_application(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	static const uint8_t select[] = { 0x00, 0xA4, 0x04, 0x0C };

	(void)number;
	if (!perso_span_equal(perso_span_sub(cmd, 0, 4), perso_span_of(select)))
		return;
	perso_buf_clear(rsp);
	OK(perso_buf_append(rsp, perso_span("\x69\x82", 2)));
}

Test(doors, an_application_that_pace_must_open_is_selected_afterwards)
{
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	d.no_bac = true;
	doors_open(&d, &w);
	world_answer = hide_application;
	doors_verify(&d, &w, BY_MRZ(w));
	GOOD(w);
	PASSED(w, "access-control");
}

Test(doors, bad_points_and_tokens_are_refused)
{
	static const unsigned quirks[] = { PERSO_SIM_BAD_TOKEN,
		PERSO_SIM_BAD_POINT, PERSO_SIM_SAME_POINT };

	for (size_t i = 0; i < 3 * 3; i++) {
		static const unsigned mappings[] = { GM, IM, CAM };
		struct perso_verify_input in;
		WORLD(w);
		DOORS(d);

		d.mappings = mappings[i / 3];
		d.no_bac = true;
		doors_open(&d, &w);
		perso_sim_quirk(w.sim, quirks[i % 3]);
		in = BY_MRZ(w);
		in.protocol = PERSO_VERIFY_PACE;
		doors_verify(&d, &w, in);
		BAD(w, "pace");
		cr_assert_eq(w.report.bytes_read, 0);
	}
}

/* -------------------------------------------------- Chip Authentication */

Test(doors, chip_authentication_waits_for_passive_authentication)
{
	WORLD(w);
	WORLD(stranger);
	DOORS(d);
	const struct perso_trust *trust;
	struct perso_verify_input in;

	d.mappings = GM;
	doors_open(&d, &w);
	trust = stranger.trust;
	in = BY_MRZ(w);
	in.link = w.link;
	in.now = NOW;
	in.trust = trust;
	OK(perso_verify(&in, &w.report, NULL));
	BAD(w, "ds-chain");
	BAD(w, "chip-auth");
	cr_assert_not_null(strstr(doors_text(&w, "chip-auth"), "not tried"));
	for (size_t i = 0; i < w.report.auth_count; i++)
		cr_assert_str_neq(w.report.auths[i].name, "CA");
}

Test(doors, chip_authentication_does_not_use_an_altered_ef_dg14)
{
	WORLD(w);
	DOORS(d);
	struct sim_file *f;

	d.mappings = GM;
	doors_open(&d, &w);
	f = &world_nv(&w)->files[sim_find(SIM_APP, 0x010E)];
	f->data.p[f->data.n - 1] ^= 1; /* somewhere in a key or an OID */
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "hash-dg14");
	cr_assert_neq(world_check(&w, "chip-auth"), PERSO_CHECK_PASSED);
}

Test(doors, a_copied_chip_fails_chip_authentication_after_bac)
{
	WORLD(w);
	DOORS(d);

	doors_open(&d, &w);
	perso_sim_quirk(w.sim, PERSO_SIM_CLONE);
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "chip-auth");
	PASSED(w, "hash-dg2");
	cr_assert_eq(w.report.failed, 1, "%s", world_text(&w));
}

/* ----------------------------------------------- Terminal Authentication */

Test(doors, fingerprints_open_after_pace_cam_and_bac)
{
	static const unsigned mappings[] = { GM, CAM, 0 };

	for (size_t i = 0; i < 3; i++) {
		WORLD(w);
		DOORS(d);

		d.mappings = mappings[i];
		d.ta = true;
		doors_open(&d, &w);
		doors_verify(&d, &w, BY_MRZ(w));
		GOOD(w);
		PASSED(w, "eac");
		PASSED(w, "terminal-auth");
		PASSED(w, "hash-dg3");
		PASSED(w, "ef-cvca");
	}
}

/* CAM alone: the terminal signs its key of PACE. */
Test(doors, fingerprints_open_after_cam_without_chip_authentication)
{
	WORLD(w);
	DOORS(d);

	d.mappings = CAM;
	d.ta = true;
	doors_make(&d);
	doors_drop(&d, PERSO_SECINFO_CA);
	doors_files(&d, &w);
	{
		/* the key is in EF.CardSecurity only */
		struct doors bare = d;
		struct perso_span security;
		PERSO_BUF(kept, 16384);

		security = world_get(&w, "EF.CardSecurity");
		OK(perso_buf_append(&kept, security));
		doors_drop(&bare, PERSO_SECINFO_CA_PUBKEY);
		doors_files(&bare, &w);
		world_put(&w, "EF.CardSecurity", perso_buf_span(&kept));
	}
	doors_chip(&d, &w);
	doors_verify(&d, &w, BY_MRZ(w));
	GOOD(w);
	cr_assert_eq(world_check(&w, "chip-auth"), PERSO_CHECK_SKIPPED);
	PASSED(w, "terminal-auth");
	PASSED(w, "hash-dg3");
}

Test(doors, without_a_terminal_fingerprints_are_skipped_and_it_says_why)
{

	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	d.ta = true;
	doors_open(&d, &w);
	d.ta = false; /* no terminal here */
	doors_verify(&d, &w, BY_MRZ(w));
	GOOD(w);
	cr_assert_eq(world_check(&w, "terminal-auth"), PERSO_CHECK_SKIPPED);
	cr_assert_eq(world_check(&w, "hash-dg3"), PERSO_CHECK_SKIPPED);
	cr_assert_not_null(strstr(doors_text(&w, "hash-dg3"), "no terminal's"));
}

Test(doors, a_terminal_of_another_authority_is_refused)
{
	WORLD(w);
	DOORS(d);
	DOORS(other);

	d.mappings = GM;
	d.ta = true;
	doors_open(&d, &w);
	other.ta = true;
	doors_make(&other); /* the same names, other keys */
	doors_verify(&d, &w,
	    (struct perso_verify_input){
		.mrz = perso_span_str(w.mrz), .terminal = &other.terminal });
	BAD(w, "terminal-auth");
	cr_assert_eq(world_check(&w, "hash-dg3"), PERSO_CHECK_SKIPPED);
	cr_assert_not_null(strstr(doors_text(&w, "hash-dg3"), "failed"));
	PASSED(w, "hash-dg2");
}

Test(doors, a_terminal_without_the_right_reads_the_rest)
{
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	d.ta = true;
	doors_make(&d);
	doors_files(&d, &w);
	{
		static const uint8_t dg4[] = { 0x76, 0x10, 0x7F, 0x61, 0x03,
			0x02, 0x01, 0x00, 0x53, 0x08, 1, 2, 3, 4, 5, 6, 7, 8 };
		world_put(&w, "EF.DG4", perso_span_of(dg4));
		world_sign(&w, 0);
	}
	doors_chip(&d, &w);
	doors_verify(&d, &w, BY_MRZ(w));
	GOOD(w);
	PASSED(w, "hash-dg3");
	cr_assert_eq(world_check(&w, "hash-dg4"), PERSO_CHECK_SKIPPED);
	cr_assert_not_null(strstr(doors_text(&w, "hash-dg4"), "no right"));
}

Test(doors, reading_gives_fingerprints_to_a_terminal)
{
	PERSO_LDS_IMAGE(files);
	PERSO_LDS_IMAGE(fewer);
	struct perso_verify_input in;
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	d.ta = true;
	doors_open(&d, &w);
	in = BY_MRZ(w);
	in.link = w.link;
	OK(perso_verify_files(&in, &fewer));
	cr_assert(!perso_lds_image_has(&fewer, perso_lds_by_dg(3)));
	in.terminal = &d.terminal;
	OK(perso_link_reset(w.link));
	OK(perso_verify_files(&in, &files));
	cr_assert(
	    perso_span_equal(perso_lds_image_find(&files, perso_lds_by_dg(3)),
		world_get(&w, "EF.DG3")));
}

static struct perso_sim *lax;

/* A chip that opens its fingerprints after Chip Authentication alone. */
static void
open_early(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	(void)cmd;
	(void)number;
	(void)rsp;
	if (lax->auth.ca)
		lax->auth.rights = 3;
	lax->auth.ta = lax->auth.ca;
}

Test(doors, fingerprints_that_open_without_a_terminal_are_bad)
{
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	d.ta = true;
	doors_open(&d, &w);
	d.ta = false; /* no terminal here */
	lax = w.sim;
	world_answer = open_early;
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "eac");
	cr_assert_eq(w.report.failed, 1, "%s", world_text(&w));
}
