#include "pki_test.h"

#include "perso/secinfo.h"

static struct perso_span
whole(const struct perso_buf *b, bool wrapped)
{
	struct perso_tlv t = { 0 };

	if (!wrapped)
		return perso_buf_span(b);
	OK(perso_tlv_only(perso_buf_span(b), 0x6E, &t));
	return t.val;
}

Test(secinfo, samples_are_rebuilt_from_their_values)
{
	static const struct {
		const char *path;
		bool wrapped, canonical;
		size_t count;
	} t[] = {
		{ SYNTH "emrtd-td3/EF.CardAccess.bin", false, true, 2 },
		{ SYNTH "emrtd-td3/EF.DG14.bin", true, true, 6 },
		/* the SET is not in ascending order: X.690 11.6 */
		{ "tests/data/bsi-tr03105-5/sha256-pss/Datagroup14.bin", true,
		    false, 3 },
		{ "tests/data/bsi-tr03105-5/sha1-2008/EF_DG14.bin", true, false,
		    3 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		PERSO_BUF(file, 65536);
		PERSO_BUF(kept, 65536);
		PERSO_BUF(sorted, 65536);
		struct perso_secinfos s;
		struct perso_span der;

		read_into(t[i].path, &file);
		der = whole(&file, t[i].wrapped);
		OK(perso_secinfos_parse(der, &s));
		cr_assert_eq(s.count, t[i].count);
		cr_assert_eq(s.sorted, t[i].canonical, "%s", t[i].path);
		OK(perso_secinfos_build(s.items, s.count, false, &kept));
		cr_assert(perso_span_equal(perso_buf_span(&kept), der));
		OK(perso_secinfos_build(s.items, s.count, true, &sorted));
		cr_assert_eq(perso_span_equal(perso_buf_span(&sorted), der),
		    t[i].canonical);
		OK(perso_secinfos_parse(perso_buf_span(&sorted), &s));
		cr_assert(s.sorted);
	}
}

Test(secinfo, values_of_the_specimen)
{
	PERSO_BUF(file, 65536);
	struct perso_secinfos s;
	const struct perso_secinfo *i;
	enum perso_hash h;

	read_into(SYNTH "emrtd-td3/EF.DG14.bin", &file);
	OK(perso_secinfos_parse(whole(&file, true), &s));
	i = perso_secinfos_find(&s, PERSO_SECINFO_TA);
	cr_assert(i != NULL && i->version == 1 && i->efcvca.n == 0);
	i = perso_secinfos_find(&s, PERSO_SECINFO_CA);
	cr_assert(i != NULL && i->has_id && i->id == 13);
	cr_assert_str_eq(i->oid, PERSO_OID_CA ".2.2");
	i = perso_secinfos_find(&s, PERSO_SECINFO_PACE);
	cr_assert(i != NULL && i->version == 2 && i->id == PERSO_BP256);
	i = perso_secinfos_find(&s, PERSO_SECINFO_CA_PUBKEY);
	cr_assert(i != NULL && i->spki.n > 300 && i->id == 13);
	i = perso_secinfos_find(&s, PERSO_SECINFO_AA);
	cr_assert_not_null(i);
	OK(perso_secinfo_aa_hash(i, &h));
	cr_assert_eq(h, PERSO_SHA256);
	cr_assert_null(perso_secinfos_find(&s, PERSO_SECINFO_EFDIR));
}

Test(secinfo, every_kind_survives_build_and_parse)
{
	static const uint8_t alg_id[] = { 0x30, 0x0C, 0x06, 0x07, 0x04, 0x00,
		0x7F, 0x00, 0x07, 0x01, 0x02, 0x02, 0x01, 0x0D };
	static const uint8_t file_id[] = { 0x30, 0x04, 0x04, 0x02, 0x01, 0x1C };
	static const uint8_t card_info[] = { 0x30, 0x0B, 0x06, 0x08, 0x04, 0x00,
		0x7F, 0x00, 0x07, 0x02, 0x02, 0x06, 0x05, 0x00 };
	struct perso_secinfo v[8] = {
		{ .kind = PERSO_SECINFO_PACE_DOMAIN,
		    .oid = PERSO_OID_PACE ".2",
		    .alg_id = perso_span_of(alg_id),
		    .has_id = true,
		    .id = 40 },
		{ .kind = PERSO_SECINFO_CA_DOMAIN,
		    .oid = PERSO_OID_CA ".2",
		    .alg_id = perso_span_of(alg_id) },
		{ .kind = PERSO_SECINFO_TA,
		    .oid = PERSO_OID_TA,
		    .version = 1,
		    .efcvca = perso_span_of(file_id) },
		{ .kind = PERSO_SECINFO_CA,
		    .oid = PERSO_OID_CA ".1.4",
		    .version = 1 },
		{ .kind = PERSO_SECINFO_EFDIR,
		    .oid = PERSO_OID_EFDIR,
		    .efdir = perso_span_of(file_id) },
	};
	PERSO_BUF(der, 4096);
	PERSO_BUF(again, 4096);
	struct perso_secinfos s;

	OK(perso_secinfo_aa(PERSO_SHA384, &v[5]));
	OK(perso_secinfo_pace(PERSO_OID_PACE ".6.4", 13, &v[6]));
	/* the SEQUENCE announces 11 bytes, card_info has 14 in all */
	v[7] = (struct perso_secinfo){ .kind = PERSO_SECINFO_CARD_INFO,
		.raw = perso_span(card_info, sizeof(card_info)) };
	v[7].raw.n = 0;
	EXPECT(perso_secinfos_build(v, 8, true, &der), PERSO_E_ARG);
	cr_assert_eq(der.n, 0);
	OK(perso_secinfos_build(v, 7, true, &der));
	OK(perso_secinfos_parse(perso_buf_span(&der), &s));
	cr_assert(s.sorted && s.count == 7);
	for (size_t i = 0; i < 7; i++) {
		const struct perso_secinfo *p =
		    perso_secinfos_find(&s, v[i].kind);

		cr_assert_not_null(p);
		cr_assert_str_eq(p->oid, v[i].oid);
		cr_assert_eq(p->version, v[i].version);
		cr_assert_eq(p->has_id, v[i].has_id);
		cr_assert_eq(p->id, v[i].id);
		cr_assert_str_eq(p->alg, v[i].alg);
		cr_assert(perso_span_equal(p->alg_id, v[i].alg_id));
		cr_assert(perso_span_equal(p->efcvca, v[i].efcvca));
		cr_assert(perso_span_equal(p->efdir, v[i].efdir));
		cr_assert_eq(p->has_param, v[i].alg_id.n != 0);
		cr_assert_eq(p->param, v[i].alg_id.n != 0 ? 13u : 0u);
	}
	OK(perso_secinfos_build(s.items, s.count, true, &again));
	cr_assert(
	    perso_span_equal(perso_buf_span(&again), perso_buf_span(&der)));
	EXPECT(perso_secinfo_aa(PERSO_SHA1, &v[0]), PERSO_E_UNSUPPORTED);
}

Test(secinfo, unknown_protocols_keep_their_bytes)
{
	/* a private protocol, and a PACE mapping that nobody knows */
	static const uint8_t der[] = { 0x31, 0x17, 0x30, 0x06, 0x06, 0x02, 0x2A,
		0x03, 0x05, 0x00, 0x30, 0x0D, 0x06, 0x09, 0x04, 0x00, 0x7F,
		0x00, 0x07, 0x02, 0x02, 0x04, 0x09, 0x05, 0x00 };
	PERSO_BUF(again, 256);
	struct perso_secinfos s;

	OK(perso_secinfos_parse(perso_span_of(der), &s));
	cr_assert_eq(s.count, 2);
	cr_assert_eq(s.items[0].kind, PERSO_SECINFO_UNKNOWN);
	cr_assert_str_eq(s.items[0].oid, "1.2.3");
	cr_assert_eq(s.items[1].kind, PERSO_SECINFO_UNKNOWN);
	OK(perso_secinfos_build(s.items, s.count, false, &again));
	cr_assert(perso_span_equal(perso_buf_span(&again), perso_span_of(der)));
}

Test(secinfo, damaged_sets_leave_the_output_alone)
{
	PERSO_BUF(file, 65536);
	PERSO_BUF(bad, 65536);
	struct perso_secinfos s = { .count = 99 };
	struct perso_span der;

	read_into(SYNTH "emrtd-td3/EF.DG14.bin", &file);
	der = whole(&file, true);
	for (size_t n = 0; n < der.n; n++) {
		cr_assert_neq(
		    perso_secinfos_parse(perso_span(der.p, n), &s), PERSO_OK);
		cr_assert_eq(s.count, 99);
	}
	for (size_t i = 0; i < der.n; i++) {
		struct perso_secinfos one = { .count = 99 };

		OK(perso_buf_set(&bad, der));
		bad.p[i] ^= 0x21;
		if (perso_secinfos_parse(perso_buf_span(&bad), &one) !=
		    PERSO_OK)
			cr_assert_eq(one.count, 99);
	}
}
