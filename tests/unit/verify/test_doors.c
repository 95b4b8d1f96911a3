/*
 * Ways into a chip as the verifier takes them: each combination of mapping,
 * key agreement and cipher; downgrades; files that must agree.
 */
#include "doors.h"

#include "sim/sim_int.h"

/* ------------------------------------------------------ all combinations */

static const uint64_t parameters[] = { 0, 1, 2, 12, 13, 14, 15, 16, 17, 18 };

static void
one_combination(unsigned mapping, uint64_t parameter, enum perso_cipher c)
{
	const struct perso_authentication *a;
	struct perso_verify_input in = { .can = perso_span_str(DOORS_CAN) };
	const struct perso_group *g = NULL;
	WORLD(w);
	DOORS(d);

	OK(perso_group_get(parameter, &g));
	d.mappings = 1u << mapping;
	d.parameters = d.ca = d.ca_id = parameter;
	d.cipher = d.ca_cipher = c;
	d.no_bac = true;
	doors_open(&d, &w);
	if ((unsigned)c % 2 == 0)
		in = BY_MRZ(w);
	doors_verify(&d, &w, in);
	cr_assert(w.report.ok, "%s over %s with %s: %s",
	    perso_pace_mapping_name((enum perso_pace_mapping)mapping),
	    perso_group_name(g), perso_cipher_name(c), world_text(&w));
	a = doors_auth(&w, "PACE");
	cr_assert_str_eq(a->mapping,
	    perso_pace_mapping_name((enum perso_pace_mapping)mapping));
	cr_assert_str_eq(a->parameters, perso_group_name(g));
	cr_assert_str_eq(a->cipher, perso_cipher_name(c));
	a = doors_auth(&w, "CA");
	cr_assert_str_eq(a->parameters, perso_group_name(g));
	cr_assert_str_eq(a->cipher, perso_cipher_name(c));
	PASSED(w, "chip-auth");
	if (mapping == PERSO_PACE_CAM)
		PASSED(w, "cam");
}

static void
combinations(unsigned mapping)
{
	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++) {
		for (unsigned c = PERSO_3DES; c <= PERSO_AES256; c++) {
			if (mapping == PERSO_PACE_CAM &&
			    (c == PERSO_3DES || parameters[i] < 3))
				continue;
			one_combination(
			    mapping, parameters[i], (enum perso_cipher)c);
		}
	}
}

Test(doors, generic_mapping_opens_with_every_group_and_cipher)
{
	combinations(PERSO_PACE_GM);
}

Test(doors, integrated_mapping_opens_with_every_group_and_cipher)
{
	combinations(PERSO_PACE_IM);
}

Test(doors, chip_authentication_mapping_opens_with_every_curve_and_cipher)
{
	combinations(PERSO_PACE_CAM);
}

/* --------------------------------------------------------------- reports */

Test(doors, the_report_names_each_authentication)
{
	static const char *const names[] = { "PACE", "PA", "CAM", "CA", "TA",
		"AA" };
	PERSO_BUF(json, 65536);
	WORLD(w);
	DOORS(d);

	d.mappings = GM | CAM;
	d.ta = true;
	doors_open(&d, &w);
	doors_verify(&d, &w, BY_MRZ(w));
	GOOD(w);
	cr_assert_eq(w.report.auth_count, 6);
	for (size_t i = 0; i < 6; i++) {
		cr_assert_str_eq(w.report.auths[i].name, names[i]);
		cr_assert_eq(w.report.auths[i].state, PERSO_CHECK_PASSED);
		cr_assert_gt(w.report.auths[i].us, 0);
	}
	cr_assert_str_eq(w.report.access, "PACE");
	cr_assert_str_eq(doors_auth(&w, "PACE")->password, "MRZ");
	OK(perso_report_json(&w.report, &json));
	OK(perso_buf_append_u8(&json, 0));
	cr_assert_not_null(strstr((char *)json.p, "\"mapping\": \"CAM\""));
	cr_assert_not_null(strstr((char *)json.p, "id-TA-ECDSA-SHA-256"));
}

/* ------------------------------------------------------------ downgrades */

Test(doors, a_chip_that_announces_pace_and_does_bac_is_a_downgrade)
{
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_open(&d, &w);
	perso_sim_quirk(w.sim, PERSO_SIM_NO_PACE);
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "downgrade");
	cr_assert_eq(world_check(&w, "pace"), PERSO_CHECK_FAILED);
	cr_assert_str_eq(w.report.access, "BAC");
	PASSED(w, "hash-dg2");
	cr_assert_eq(w.report.failed, 2, "%s", world_text(&w));
}

Test(doors, pace_or_nothing_does_not_fall_back)
{
	struct perso_verify_input in;
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_open(&d, &w);
	perso_sim_quirk(w.sim, PERSO_SIM_NO_PACE);
	in = BY_MRZ(w);
	in.protocol = PERSO_VERIFY_PACE;
	doors_verify(&d, &w, in);
	BAD(w, "pace");
	cr_assert_eq(world_check(&w, "bac"), -1);
	cr_assert_str_eq(w.report.access, "");
}

Test(doors, bac_on_request_says_that_pace_was_announced)
{
	struct perso_verify_input in;
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_open(&d, &w);
	in = BY_MRZ(w);
	in.protocol = PERSO_VERIFY_BAC;
	doors_verify(&d, &w, in);
	GOOD(w);
	cr_assert_eq(world_check(&w, "pace"), PERSO_CHECK_SKIPPED);
}

/* Whoever stands between takes EF.CardAccess away; 0x6A82 or 0x6986. */
static void
hide_card_access(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	static const uint8_t select[] = { 0x00, 0xA4, 0x02, 0x0C, 0x02, 0x01,
		0x1C };

	(void)number;
	if (!perso_span_equal(cmd, perso_span_of(select)))
		return;
	perso_buf_clear(rsp);
	OK(perso_buf_append(rsp, perso_span("\x69\x86", 2)));
}

Test(doors, an_ef_card_access_that_was_taken_away_is_a_downgrade)
{
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_open(&d, &w);
	world_answer = hide_card_access;
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "downgrade");
	cr_assert_eq(w.report.failed, 1, "%s", world_text(&w));
}

/* A chip without PACE says so by 6986, at SELECT or at READ BINARY. */
Test(doors, sw_6986_for_ef_card_access_is_no_pace)
{
	struct perso_verify_input in;
	WORLD(w);
	DOORS(d);

	doors_open(&d, &w);
	perso_sim_quirk(w.sim, PERSO_SIM_6986);
	doors_verify(&d, &w, BY_MRZ(w));
	GOOD(w);
	cr_assert_str_eq(w.report.access, "BAC");
	in = BY_MRZ(w);
	in.protocol = PERSO_VERIFY_PACE;
	doors_verify(&d, &w, in);
	BAD(w, "pace");
	cr_assert_not_null(strstr(doors_text(&w, "pace"), "is not there"));
}

static void
select_then_6986(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	static const uint8_t select[] = { 0x00, 0xA4, 0x02, 0x0C, 0x02, 0x01,
		0x1C };

	(void)number;
	if (!perso_span_equal(cmd, perso_span_of(select)))
		return;
	perso_buf_clear(rsp); /* READ BINARY then: no current EF, 6986 */
	OK(perso_buf_append(rsp, perso_span("\x90\x00", 2)));
}

Test(doors, sw_6986_when_ef_card_access_is_read_is_no_pace)
{
	WORLD(w);
	DOORS(d);

	doors_open(&d, &w);
	world_answer = select_then_6986;
	doors_verify(&d, &w, BY_MRZ(w));
	GOOD(w);
	cr_assert_str_eq(w.report.access, "BAC");
}

Test(doors, an_ef_card_access_that_is_garbage_is_bad)
{
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_make(&d);
	doors_files(&d, &w);
	world_put(&w, "EF.CardAccess", perso_span("\x31\x02\x30\x05", 4));
	doors_chip(&d, &w);
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "card-access");
	BAD(w, "downgrade");
}

/* ------------------------------------------------------- what must agree */

Test(doors, what_only_ef_card_access_says_is_bad)
{
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_make(&d);
	doors_files(&d, &w);
	doors_drop(&d, PERSO_SECINFO_PACE);
	d.mappings = 0; /* EF.DG14 only */
	doors_files(&d, &w);
	d.mappings = GM;
	doors_chip(&d, &w);
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "card-access");
	cr_assert_eq(w.report.failed, 1, "%s", world_text(&w));
}

/* The chip's own bytes are hashed and compared, though their order is not
 * DER's. */
Test(doors, hashes_are_over_the_bytes_as_they_are)
{
	PERSO_BUF(der, 4096);
	PERSO_BUF(file, 4096);
	struct perso_wr out = perso_wr(&file);
	struct perso_secinfo swap;
	struct perso_secinfos parsed;
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_make(&d);
	doors_files(&d, &w);
	swap = d.infos[0];
	d.infos[0] = d.infos[d.info_count - 1];
	d.infos[d.info_count - 1] = swap;
	OK(perso_secinfos_build(d.infos, d.info_count, false, &der));
	OK(perso_secinfos_parse(perso_buf_span(&der), &parsed));
	cr_assert(!parsed.sorted);
	perso_wr_tlv(&out, 0x6E, perso_buf_span(&der));
	OK(perso_wr_end(&out));
	world_put(&w, "EF.DG14", perso_buf_span(&file));
	world_sign(&w, 0);
	doors_chip(&d, &w);
	doors_verify(&d, &w, BY_MRZ(w));
	GOOD(w);
	PASSED(w, "hash-dg14");
	PASSED(w, "chip-auth");
}

/* The better one was taken out, on the way or by whoever copied the chip. */
Test(doors, a_protocol_that_only_ef_dg14_has_is_a_downgrade)
{
	PERSO_BUF(kept, 4096);
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_make(&d);
	doors_files(&d, &w);
	OK(perso_buf_append(&kept, world_get(&w, "EF.CardAccess")));
	OK(perso_secinfo_pace(PERSO_OID_PACE ".4.2", d.parameters,
	    &d.infos[d.info_count++])); /* IM */
	doors_files(&d, &w);
	world_put(&w, "EF.CardAccess", perso_buf_span(&kept));
	doors_chip(&d, &w);
	doors_verify(&d, &w, BY_MRZ(w));
	BAD(w, "downgrade");
	cr_assert_eq(w.report.failed, 1, "%s", world_text(&w));
}
