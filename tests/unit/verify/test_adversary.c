#include "world.h"

#include "sim/sim_int.h"
#include "verify/verify_int.h"

/*
 * Forged, altered and strange documents: each is told apart from the good
 * one, and the good one is good.
 */

#define GOOD(w) cr_assert((w).report.ok, "%s", world_text(&(w)))
#define BAD(w, id)                                                        \
	do {                                                              \
		cr_assert(!(w).report.ok, "%s", world_text(&(w)));        \
		cr_assert_eq(world_check(&(w), (id)), PERSO_CHECK_FAILED, \
		    "%s", world_text(&(w)));                              \
	} while (0)

Test(adversary, the_document_itself_is_good)
{
	WORLD(w);

	world_chip(&w);
	world_verify(&w, w.mrz);
	GOOD(w);
	cr_assert_eq(world_check(&w, "active-auth"), PERSO_CHECK_PASSED);
}

Test(adversary, the_access_key_alone_opens_it_and_is_compared)
{
	WORLD(w);

	world_chip(&w);
	world_verify(&w, w.key);
	GOOD(w);
	cr_assert_eq(world_check(&w, "dg1-mrz"), PERSO_CHECK_SKIPPED);
}

/* A chip that knows the key of the booklet it sits in, and gives away the
 * genuine files of another one. */
Test(adversary, files_of_another_document_are_noticed_by_the_access_key)
{
	static const char *const other[] = { "L898902C36"
					     "7408122"
					     "1204159",
		"L898902C36"
		"6908061"
		"9406236" };

	for (size_t i = 0; i < 2; i++) {
		WORLD(w);

		snprintf(w.key, sizeof(w.key), "%s", other[i]);
		world_chip(&w);
		world_verify(&w, w.key);
		BAD(w, "dg1-mrz");
	}
}

Test(adversary, files_of_another_document_are_noticed_by_the_printed_zone)
{
	char printed[89];
	WORLD(w);

	snprintf(printed, sizeof(printed), "%s", w.mrz);
	printed[5] = printed[5] == 'Z' ? 'Y' : 'Z'; /* another name, same key */
	world_chip(&w);
	world_verify(&w, printed);
	BAD(w, "dg1-mrz");
}

/* Doc 9303-12, table 6: no extKeyUsage in a DS certificate. The CSCA also
 * issues master list signers, which may not sign documents. */
Test(adversary, a_master_list_signer_does_not_sign_documents)
{
	static const uint8_t eku[] = { 0x30, 0x13, 0x06, 0x03, 0x55, 0x1D, 0x25,
		0x01, 0x01, 0xFF, 0x04, 0x09, 0x30, 0x07, 0x06, 0x05, 0x67,
		0x81, 0x08, 0x01, 0x01 };
	uint8_t ext[sizeof(eku) + 1];
	WORLD(w);

	/* 2.23.136.1.1.3 is 67 81 08 01 01 03 */
	memcpy(ext, eku, sizeof(eku));
	ext[sizeof(eku)] = 0x03;
	ext[1]++;
	ext[11]++;
	ext[13]++;
	ext[15]++;
	world_extend_ds(&w, perso_span(ext, sizeof(ext)));
	world_sign(&w, 0);
	world_chip(&w);
	world_verify(&w, w.mrz);
	cr_assert_eq(world_check(&w, "sod-signature"), PERSO_CHECK_PASSED, "%s",
	    world_text(&w));
	BAD(w, "ds-chain");
}

Test(adversary, a_data_group_without_a_hash_is_bad)
{
	static const int dgs[] = { 14, 15 };

	for (size_t i = 0; i < 2; i++) {
		WORLD(w);

		world_sign(&w, 1u << dgs[i]);
		world_chip(&w);
		world_verify(&w, w.mrz);
		BAD(w, "hash-missing");
		BAD(w, "active-auth");
	}
}

/* DG14 says which hash the chip signs with: it counts only if it is the one
 * that was signed for. */
Test(adversary, active_authentication_does_not_believe_an_altered_dg14)
{
	PERSO_BUF(dg14, 8192);
	WORLD(w);

	OK(perso_buf_append(&dg14, world_get(&w, "EF.DG14")));
	OK(perso_buf_append_u8(&dg14, 0));
	world_chip(&w);
	/* one unknown SecurityInfo more: parses, and is not what was hashed */
	{
		static const uint8_t more[] = { 0x30, 0x06, 0x06, 0x01, 0x2A,
			0x02, 0x01, 0x00 };
		struct perso_lds_infos infos;
		PERSO_BUF(built, 8192);

		dg14.n--;
		OK(perso_dg14_parse(perso_buf_span(&dg14), &infos));
		infos.infos[infos.count++] = perso_span(more, sizeof(more));
		OK(perso_dg14_build(&infos, &built));
		struct sim_file *f =
		    &world_nv(&w)->files[sim_find(SIM_APP, 0x010E)];
		perso_buf_clear(&f->data);
		OK(perso_buf_append(&f->data, perso_buf_span(&built)));
	}
	world_verify(&w, w.mrz);
	BAD(w, "hash-dg14");
	BAD(w, "active-auth");
}

Test(adversary, another_chip_with_the_same_files_fails_active_authentication)
{
	const struct perso_key_spec p256 = { PERSO_KEY_EC, PERSO_P256, 0 };
	WORLD(w);

	world_chip(&w);
	perso_keyref_free(&world_nv(&w)->aa_key);
	OK(perso_keyref_generate(p256, &world_nv(&w)->aa_key));
	world_verify(&w, w.mrz);
	BAD(w, "active-auth");
}

/* DG3 and DG4 open only to Terminal Authentication (Doc 9303-11, 8): that
 * this reader has none doesn't make the document bad. */
Test(adversary, fingerprints_that_stay_shut_are_skipped)
{
	WORLD(w);

	world_put(&w, "EF.DG3", perso_span("\x63\x01\x00", 3));
	world_sign(&w, 0);
	world_chip(&w);
	world_verify(&w, w.mrz);
	cr_assert_eq(world_check(&w, "hash-dg3"), PERSO_CHECK_SKIPPED, "%s",
	    world_text(&w));
	GOOD(w);
}

Test(adversary, a_signed_data_group_that_is_gone_is_bad)
{
	WORLD(w);

	world_chip(&w);
	world_nv(&w)->files[sim_find(SIM_APP, 0x010F)].there = false;
	world_verify(&w, w.mrz);
	BAD(w, "hash-dg15");
}

Test(adversary, a_chip_that_reads_without_a_key_is_bad)
{
	WORLD(w);

	world_chip(&w);
	world_nv(&w)->operational = false; /* before the lock SELECT is free */
	world_verify(&w, w.mrz);
	cr_assert(!w.report.ok);
}

static void
read_free(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	static const uint8_t select_dg1[] = { 0x00, 0xA4, 0x02, 0x0C, 0x02,
		0x01, 0x01 };
	static const uint8_t read[] = { 0x00, 0xB0, 0x00, 0x00 };

	(void)number;
	if (perso_span_equal(cmd, perso_span_of(select_dg1))) {
		perso_buf_clear(rsp);
		OK(perso_buf_append(rsp, perso_span("\x90\x00", 2)));
	} else if (perso_span_equal(
		       perso_span_sub(cmd, 0, 4), perso_span_of(read))) {
		perso_buf_clear(rsp);
		OK(perso_buf_append(rsp, perso_span("\x61\x90\x00", 3)));
	}
}

/* Without the short identifier it's open. */
Test(adversary, a_file_that_opens_by_select_alone_is_bad)
{
	WORLD(w);

	world_chip(&w);
	world_answer = read_free;
	world_verify(&w, w.mrz);
	BAD(w, "access-control");
}

static unsigned plain_from;
static bool was_hit;

/* Everything from one command on is answered 9000, without protection. */
static void
drop_to_plain(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	if (number < plain_from || cmd.p[0] != 0x0C)
		return;
	was_hit = true;
	perso_buf_clear(rsp);
	OK(perso_buf_append(rsp, perso_span("\x90\x00", 2)));
}

Test(adversary, a_channel_that_drops_to_plain_is_never_good)
{
	was_hit = true;
	for (plain_from = 0; was_hit; plain_from++) {
		WORLD(w);

		was_hit = false;
		world_chip(&w);
		world_answer = drop_to_plain;
		world_verify(&w, w.mrz);
		cr_assert(!was_hit || !w.report.ok, "from command %u: %s",
		    plain_from, world_text(&w));
	}
	cr_assert(plain_from > 20);
}

static uint16_t plain_sw;

/* One command under the channel is refused, as chips do that end it. */
static void
refuse_one(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	if (number != plain_from || cmd.p[0] != 0x0C)
		return;
	was_hit = true;
	perso_buf_clear(rsp);
	OK(perso_buf_append_u8(rsp, (uint8_t)(plain_sw >> 8)));
	OK(perso_buf_append_u8(rsp, (uint8_t)plain_sw));
}

Test(adversary, no_refused_command_makes_a_document_good)
{
	static const uint16_t sws[] = { 0x6A82, 0x6982, 0x6F00, 0x6B00 };
	unsigned hits = 0;

	for (size_t i = 0; i < 4 * 40; i++) {
		WORLD(w);

		plain_sw = sws[i % 4];
		plain_from = (unsigned)i / 4;
		was_hit = false;
		world_chip(&w);
		world_answer = refuse_one;
		world_verify(&w, w.mrz);
		/* after all is checked only absent files are asked for */
		if (world_check(&w, "extra") != PERSO_CHECK_SKIPPED)
			cr_assert(!was_hit || !w.report.ok,
			    "SW %04X to command %u: %s", plain_sw, plain_from,
			    world_text(&w));
		hits += was_hit;
	}
	cr_assert(hits > 80, "%u", hits);
}

static bool absent_ends;

/* Chips there are that leave secure messaging to say "not found". */
static void
end_over_absent(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	static const uint8_t not_found[] = { 0x99, 0x02, 0x6A, 0x82 };

	(void)number;
	if (!absent_ends || cmd.p[0] != 0x0C ||
	    memmem(rsp->p, rsp->n, not_found, sizeof(not_found)) == NULL)
		return;
	was_hit = true;
	perso_buf_clear(rsp);
	OK(perso_buf_append(rsp, perso_span("\x6A\x82", 2)));
}

Test(adversary, a_chip_that_ends_the_session_over_an_absent_file_is_good)
{
	WORLD(w);

	absent_ends = true;
	was_hit = false;
	world_chip(&w);
	world_answer = end_over_absent;
	world_verify(&w, w.mrz);
	cr_assert(was_hit);
	GOOD(w);
	cr_assert_eq(world_check(&w, "active-auth"), PERSO_CHECK_PASSED);
	cr_assert_eq(world_check(&w, "extra"), PERSO_CHECK_SKIPPED);
}

static void
put_unlisted(struct world *w, const char *bytes, size_t n)
{
	struct sim_file *f = &world_nv(w)->files[sim_find(SIM_APP, 0x010D)];

	f->there = true;
	f->data.max = 256;
	OK(perso_buf_set(&f->data, perso_span(bytes, n)));
}

Test(adversary, files_that_were_made_and_never_filled_are_no_fault)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool good;
	} rows[] = { { "\0\0\0\0", 4, true }, { "\xFF\xFF", 2, true },
		{ "", 0, true }, { "\x6D\x01\x00", 3, false } };

	for (size_t i = 0; i < 4; i++) {
		WORLD(w);

		world_chip(&w);
		put_unlisted(&w, rows[i].bytes, rows[i].n);
		world_verify(&w, w.mrz);
		if (rows[i].good)
			GOOD(w);
		else
			BAD(w, "extra");
	}
}

static const char *
text_of(const struct world *w, const char *id)
{
	for (size_t i = 0; i < w->report.count; i++)
		if (strcmp(w->report.checks[i].id, id) == 0)
			return w->report.checks[i].text;
	return "";
}

/* The key in DG15 is the forger's own: that the chip has it says nothing. */
Test(adversary, active_authentication_under_a_strange_signer_claims_nothing)
{
	WORLD(w);

	world_chip(&w);
	perso_trust_free(&w.trust);
	world_verify(&w, w.mrz);
	BAD(w, "ds-chain");
	cr_assert_null(strstr(text_of(&w, "active-auth"), "signed for,"));
	cr_assert_not_null(
	    strstr(text_of(&w, "active-auth"), "nobody who is trusted"), "%s",
	    world_text(&w));
}

Test(adversary, versions_of_ef_com_that_do_not_exist_are_bad)
{
	static const char *const versions[] = { "0109", "9999", "0106" };

	for (size_t i = 0; i < 3; i++) {
		PERSO_BUF(com, 256);
		struct perso_span was;
		uint8_t *at;
		WORLD(w);

		was = world_get(&w, "EF.COM");
		OK(perso_buf_append(&com, was));
		at = memmem(com.p, com.n, "\x5F\x01\x04", 3);
		cr_assert_not_null(at);
		memcpy(at + 3, versions[i], 4);
		world_put(&w, "EF.COM", perso_buf_span(&com));
		world_chip(&w);
		world_verify(&w, w.mrz);
		BAD(w, "com-sod");
	}
}

/* A name in a certificate does not steer the terminal, nor break the JSON
 * report with half a code point. */
Test(adversary, texts_of_a_report_have_no_control_characters)
{
	static const struct {
		const char *in, *want;
	} rows[] = { { "CN=A\xC2\x9B"
		       "31mB",
			 "CN=A??31mB" },
		{ "CN=\x1B[2J", "CN=?[2J" }, { "CN=\xC4\x80", "CN=\xC4\x80" },
		{ "cut \xC4", "cut ?" }, { "\xFF\xC3\xA4", "?\xC3\xA4" } };
	static struct perso_report r;
	struct verify v = { .r = &r };
	char long_text[300];
	PERSO_BUF(json, 65536);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		verify_pass(&v, "x", "%s", rows[i].in);
		cr_assert_str_eq(r.checks[i].text, rows[i].want, "row %zu", i);
	}
	memset(long_text, 'a', sizeof(long_text));
	long_text[222] = '\xC3'; /* its second half finds no room */
	long_text[223] = '\xA4';
	long_text[299] = '\0';
	verify_pass(&v, "x", "%s", long_text);
	OK(perso_report_json(&r, &json));
}
