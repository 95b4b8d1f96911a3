#include "lds_test.h"

#include "perso/secinfo.h"

/*
 * Every sample of the files that we build. Canonical ones must come back
 * byte for byte; the others are listed with the rule of Doc 9303-10 (or of
 * DER) that they break. Those that parse are rebuilt by the rule, so they
 * differ; those that the parser refuses have its code. Either way they are
 * hashed over their original bytes: see the hash table below.
 */
static const struct {
	const char *kind;
	const char *path;
	const char *breaks; /* NULL: canonical */
	perso_rc rc;	    /* of parsing */
} samples[] = {
	{ "com", TD3 "EF.COM.bin", NULL, PERSO_OK },
	{ "dg1", TD3 "EF.DG1.bin", NULL, PERSO_OK },
	{ "dg1", SYN "td1/EF.DG1.bin", NULL, PERSO_OK },
	{ "dg2", TD3 "EF.DG2.bin", NULL, PERSO_OK },
	{ "dg2", TD3 "alt/EF.DG2.jpeg.bin", NULL, PERSO_OK },
	{ "dg3", TD3 "EF.DG3.bin", NULL, PERSO_OK },
	{ "dg11", TD3 "EF.DG11.bin", NULL, PERSO_OK },
	{ "dg12", TD3 "EF.DG12.bin", NULL, PERSO_OK },
	{ "dg14", TD3 "EF.DG14.bin", NULL, PERSO_OK },
	{ "dg15", TD3 "EF.DG15.bin", NULL, PERSO_OK },
	{ "card_access", TD3 "EF.CardAccess.bin", NULL, PERSO_OK },
	{ "atr_info", TD3 "EF.ATR_INFO.bin", NULL, PERSO_OK },
	{ "dir", TD3 "EF.DIR.bin", NULL, PERSO_OK },
	{ "cvca", TD3 "EF.CVCA.bin", NULL, PERSO_OK },
	{ "card_security", TD3 "EF.CardSecurity.bin", NULL, PERSO_OK },
	{ "sod", TD3 "EF.SOD.bin", NULL, PERSO_OK },

	{ "com", BSI "sha256-pss/EF_COM.bin", NULL, PERSO_OK },
	{ "dg1", BSI "sha256-pss/Datagroup1.bin", NULL, PERSO_OK },
	{ "dg14", BSI "sha256-pss/Datagroup14.bin",
	    "X.690 11.6: the SET OF SecurityInfo is not in order", PERSO_OK },
	{ "dg15", BSI "sha256-pss/Datagroup15.bin", NULL, PERSO_OK },
	{ "sod", BSI "sha256-pss/EF_SOD.bin",
	    "Doc 9303-10 4.6.2: the hash list is not in order and digest "
	    "algorithms have NULL parameters",
	    PERSO_OK },

	{ "com", BSI "sha1-2008/EF_COM.bin", NULL, PERSO_OK },
	{ "dg1", BSI "sha1-2008/EF_DG1.bin", NULL, PERSO_OK },
	{ "dg11", BSI "sha1-2008/EF_DG11.bin",
	    "Doc 9303-10 4.7.11: elements are not in the order of the tag "
	    "list, 5F17 is not in it, the date is BCD, 5F16 is no image",
	    PERSO_E_MISMATCH },
	{ "dg12", BSI "sha1-2008/EF_DG12.bin",
	    "Doc 9303-10 4.7.12: no tag list, BCD, 5F1D and 5F1E no images",
	    PERSO_E_MISSING },
	{ "dg14", BSI "sha1-2008/EF_DG14.bin",
	    "X.690 11.6: the SET OF SecurityInfo is not in order", PERSO_OK },
	{ "dg15", BSI "sha1-2008/EF_DG15.bin", NULL, PERSO_OK },
	{ "sod", BSI "sha1-2008/EF_SOD.bin",
	    "Doc 9303-10 4.6.2: SHA-1, NULL parameters in digest algorithms; "
	    "RFC 5758 3.2: NULL parameters in the ECDSA identifier",
	    PERSO_OK },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

Test(roundtrip, canonical_samples_come_back_byte_for_byte)
{
	size_t canonical = 0;

	for (size_t i = 0; i < COUNT(samples); i++) {
		PERSO_BUF(file, 1 << 20);
		PERSO_BUF(built, 1 << 20);

		if (samples[i].breaks != NULL)
			continue;
		canonical++;
		lds_load(samples[i].path, &file);
		cr_assert_eq(
		    lds_cycle(samples[i].kind)(perso_buf_span(&file), &built),
		    PERSO_OK, "%s: %s", samples[i].path, lds_trail());
		cr_assert(perso_span_equal(
			      perso_buf_span(&file), perso_buf_span(&built)),
		    "%s", samples[i].path);
	}
	cr_assert_eq(canonical, 22);
}

Test(roundtrip, other_samples_parse_or_are_refused_as_listed)
{
	for (size_t i = 0; i < COUNT(samples); i++) {
		PERSO_BUF(file, 1 << 20);

		if (samples[i].breaks == NULL)
			continue;
		lds_load(samples[i].path, &file);
		cr_assert_eq(
		    lds_cycle(samples[i].kind)(perso_buf_span(&file), NULL),
		    samples[i].rc, "%s: %s", samples[i].path, lds_trail());
	}
}

Test(roundtrip, unsorted_security_infos_are_flagged_and_built_sorted)
{
	PERSO_BUF(file, 4096);
	PERSO_BUF(built, 4096);
	PERSO_BUF(whole, 4096);
	struct perso_lds_infos v, again;

	lds_load(BSI "sha1-2008/EF_DG14.bin", &file);
	cr_assert_eq(perso_dg14_parse(perso_buf_span(&file), &v), PERSO_OK);
	cr_assert_not(v.sorted);
	cr_assert_eq(perso_dg14_build(&v, &built), PERSO_OK);
	cr_assert_eq(built.n, file.n);
	cr_assert_not(
	    perso_span_equal(perso_buf_span(&file), perso_buf_span(&built)));
	cr_assert_eq(
	    perso_dg14_parse(perso_buf_span(&built), &again), PERSO_OK);
	cr_assert(again.sorted);
	cr_assert_eq(again.count, v.count);
	v = (struct perso_lds_infos){ .set = again.set };
	cr_assert_eq(perso_dg14_build(&v, &whole), PERSO_OK);
	cr_assert(
	    perso_span_equal(perso_buf_span(&whole), perso_buf_span(&built)));
}

Test(roundtrip, a_flagged_sod_comes_back_unless_ecdsa_has_parameters)
{
	static const char *const paths[] = { BSI "sha256-pss/EF_SOD.bin",
		BSI "sha1-2008/EF_SOD.bin" };

	for (size_t i = 0; i < COUNT(paths); i++) {
		PERSO_BUF(file, 4096);
		PERSO_BUF(built, 4096);
		struct perso_sod s;

		lds_load(paths[i], &file);
		cr_assert_eq(perso_sod_parse(perso_buf_span(&file), &s),
		    PERSO_OK, "%s", lds_trail());
		cr_assert(s.object.digest_null);
		cr_assert_eq(s.object.version, 0);
		cr_assert_eq(s.object.ascending, i == 1);
		cr_assert_eq(s.object.hash, i == 0 ? PERSO_SHA256 : PERSO_SHA1);
		cr_assert_eq(lds_cycle("sod")(perso_buf_span(&file), &built),
		    PERSO_OK, "%s", lds_trail());
		cr_assert_eq(perso_span_equal(
				 perso_buf_span(&file), perso_buf_span(&built)),
		    i == 0, "%s", paths[i]);
	}
}

/* The hash tables of both reference sets: which files match EF.SOD. */
static const struct {
	const char *sod;
	const char *path;
	int dg;
	perso_rc rc;
} hashes[] = {
	{ BSI "sha256-pss/EF_SOD.bin", BSI "sha256-pss/Datagroup1.bin", 1,
	    PERSO_OK },
	{ BSI "sha256-pss/EF_SOD.bin", BSI "sha256-pss/Datagroup14.bin", 14,
	    PERSO_OK },
	{ BSI "sha256-pss/EF_SOD.bin", BSI "sha256-pss/Datagroup15.bin", 15,
	    PERSO_E_MISSING },
	{ BSI "sha1-2008/EF_SOD.bin", BSI "sha1-2008/EF_DG1.bin", 1, PERSO_OK },
	{ BSI "sha1-2008/EF_SOD.bin", BSI "sha1-2008/EF_DG14.bin", 14,
	    PERSO_OK },
	{ BSI "sha1-2008/EF_SOD.bin", BSI "sha1-2008/EF_DG11.bin", 11,
	    PERSO_E_MISSING },
	{ BSI "sha1-2008/EF_SOD.bin", BSI "sha1-2008/EF_DG12.bin", 12,
	    PERSO_E_MISSING },
	{ BSI "sha1-2008/EF_SOD.bin", BSI "sha1-2008/EF_DG15.bin", 15,
	    PERSO_E_MISSING },
	/* the numbers of the other set's DG1 differ */
	{ BSI "sha256-pss/EF_SOD.bin", BSI "sha1-2008/EF_DG1.bin", 1,
	    PERSO_E_MISMATCH },
	{ TD3 "EF.SOD.bin", TD3 "EF.DG1.bin", 1, PERSO_OK },
	{ TD3 "EF.SOD.bin", TD3 "EF.DG2.bin", 2, PERSO_OK },
	{ TD3 "EF.SOD.bin", TD3 "EF.DG3.bin", 3, PERSO_OK },
	{ TD3 "EF.SOD.bin", TD3 "EF.DG11.bin", 11, PERSO_OK },
	{ TD3 "EF.SOD.bin", TD3 "EF.DG12.bin", 12, PERSO_OK },
	{ TD3 "EF.SOD.bin", TD3 "EF.DG14.bin", 14, PERSO_OK },
	{ TD3 "EF.SOD.bin", TD3 "EF.DG15.bin", 15, PERSO_OK },
	{ TD3 "EF.SOD.bin", TD3 "alt/EF.DG2.jpeg.bin", 2, PERSO_E_MISMATCH },
};

Test(roundtrip, files_are_hashed_over_their_original_bytes)
{
	for (size_t i = 0; i < COUNT(hashes); i++) {
		PERSO_BUF(sod, 1 << 20);
		PERSO_BUF(file, 1 << 20);
		struct perso_sod s;

		lds_load(hashes[i].sod, &sod);
		lds_load(hashes[i].path, &file);
		cr_assert_eq(perso_sod_parse(perso_buf_span(&sod), &s),
		    PERSO_OK, "%s", lds_trail());
		cr_assert_eq(perso_sod_check(&s.object, hashes[i].dg,
				 perso_buf_span(&file)),
		    hashes[i].rc, "%s", hashes[i].path);
	}
}

/* Doc 9303-10 (8th edition), appendix A and tables 31, 50, 51. DG11: the
 * standard prints the outer length 63 and the telephone's 0E; with the
 * eleven digits printed they are 60 and 0B. */
static const struct {
	const char *kind;
	const char *hex;
} vectors[] = {
	{ "com", "60165F0104303130375F36063034303030305C046175766C" },
	{ "com", "60165F0104313539395F36063034303030305C046175766C" },
	{ "dg1", "615D5F1F5A493C4E4C44584938353933354638363939393939393939303"
		 "C3C3C3C3C3C3732303831343846313130383236384E4C443C3C3C3C3C3C"
		 "3C3C3C3C3C3456414E3C4445523C535445454E3C3C4D415249414E4E453"
		 "C4C4F55495345" },
	{ "dg11", "6B605C0A5F0E5F115F425F125F135F0E0D534D4954483C3C4A4F484E3C"
		  "4A5F110A414E59544F574E3C4D4E5F4217313233204D41504C45205244"
		  "3C414E59544F574E3C4D4E5F120B31363132353535313231325F130C54"
		  "524156454C3C4147454E54" },
	{ "dir", "61094F07A000000247100161094F07A000000247200161094F07A000000"
		 "247200261094F07A0000002472003" },
	/* LDSSecurityObject of the reference set of 2008 */
	{ "object", "307C020100300906052B0E03021A0500306C30190201010414FB1BC19"
		    "21F4DC07947408A7CDD5CC0C928353809301902010204140F34E1E19"
		    "4035A036AC87B134E0AE41BCFD0C991301902010304145D14A5FB526"
		    "1932CFF2BB3CB2235CCC8561CAFA6301902010E04140C023A95B0D3C"
		    "7F70C4B05E21F57AF03992B3EE4" },
};

Test(roundtrip, printed_examples_come_back_byte_for_byte)
{
	for (size_t i = 0; i < COUNT(vectors) - 1; i++) {
		PERSO_BUF(file, 4096);
		PERSO_BUF(built, 4096);

		lds_hex(vectors[i].hex, &file);
		cr_assert_eq(
		    lds_cycle(vectors[i].kind)(perso_buf_span(&file), &built),
		    PERSO_OK, "%zu: %s", i, lds_trail());
		cr_assert(perso_span_equal(
			      perso_buf_span(&file), perso_buf_span(&built)),
		    "%zu", i);
	}
}

Test(roundtrip, an_object_with_sha1_is_read_and_not_issued)
{
	PERSO_BUF(der, 4096);
	PERSO_BUF(built, 4096);
	struct perso_lds_object o;

	lds_hex(vectors[COUNT(vectors) - 1].hex, &der);
	cr_assert_eq(
	    perso_lds_object_parse(perso_buf_span(&der), &o), PERSO_OK);
	cr_assert_eq(o.count, 4);
	cr_assert(o.digest_null && o.ascending);
	cr_assert_eq(perso_lds_object_build(&o, &built), PERSO_E_ARG);
	cr_assert_eq(built.n, 0);
}

/* DG2 of the reference set: bytes before its image of 14999 octets, which
 * is not here; the test makes a JPEG 2000 file of that size. */
static const char dg2_prefix[] =
    "75823AE77F61823AE20201017F60823ADAA10E81010282010087020101880200085F2E82"
    "3AC5464143003031300000003AC5000100003AB700000000000000000000000000000000"
    "0101015101C1000000000000";

static void
make_jp2(struct perso_wr *w, size_t total)
{
	size_t head = 12 + 20 + 8 + 22, stream = total - head;

	perso_wr_u32(w, 12);
	perso_wr_str(w, "jP  \r\n\x87\n");
	perso_wr_u32(w, 20);
	perso_wr_str(w, "ftypjp2 ");
	perso_wr_u32(w, 0);
	perso_wr_str(w, "jp2 ");
	perso_wr_u32(w, 30);
	perso_wr_str(w, "jp2h");
	perso_wr_u32(w, 22);
	perso_wr_str(w, "ihdr");
	perso_wr_u32(w, 0x1C1);
	perso_wr_u32(w, 0x151);
	perso_wr_u16(w, 3);
	perso_wr_u32(w, 0x07070000);
	perso_wr_u32(w, (uint32_t)stream);
	perso_wr_str(w, "jp2c");
	perso_wr_u32(w, 0xFF4FFF51);
	perso_wr_u16(w, 38 + 9);
	perso_wr_u16(w, 0);
	for (int i = 0; i < 2; i++) {
		perso_wr_u32(w, 0x151);
		perso_wr_u32(w, 0x1C1);
		perso_wr_zero(w, 8);
	}
	perso_wr_u16(w, 3);
	for (int i = 0; i < 3; i++)
		perso_wr_u24(w, 0x070101);
	perso_wr_u32(w, 0xFF90000A);
	perso_wr_zero(w, 8);
	perso_wr_zero(w, total - w->b->n - 2);
	perso_wr_u16(w, 0xFFD9);
}

Test(roundtrip, the_reference_dg2_begins_as_printed)
{
	PERSO_BUF(image, 14999);
	PERSO_BUF(want, 65536);
	PERSO_BUF(built, 65536);
	struct perso_wr w = perso_wr(&image);
	struct perso_dg2 v;

	make_jp2(&w, 14999);
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
	cr_assert_eq(image.n, 14999);
	lds_hex(dg2_prefix, &want);
	cr_assert_eq(perso_buf_append(&want, perso_buf_span(&image)), PERSO_OK);
	cr_assert_eq(perso_dg2_parse(perso_buf_span(&want), &v), PERSO_OK, "%s",
	    lds_trail());
	cr_assert_eq(v.face.faces[0].width, 0x151);
	cr_assert_eq(perso_dg2_build(&v, &built), PERSO_OK);
	cr_assert(
	    perso_span_equal(perso_buf_span(&want), perso_buf_span(&built)));
}

/* Doc 9303-10, BIT header example of 4.7.2. */
Test(roundtrip, the_full_biometric_header_example_is_built)
{
	static const uint8_t data[] = { 1, 2, 3 };
	struct perso_bit_group g = { .count = 1,
		.bits = { { .version = { (const uint8_t *)"\x01\x01", 2 },
		    .type = { (const uint8_t *)"\x02", 1 },
		    .created = { (const uint8_t
					 *)"\x20\x02\x03\x15\x13\x30\x00",
			7 },
		    .validity = { (const uint8_t
					  *)"\x20\x02\x04\x01\x20\x07\x03\x31",
			8 },
		    .creator = { (const uint8_t *)"\x00\x01\x00\x01", 4 },
		    .owner = 0x0101,
		    .format = 0x0008,
		    .data = { data, sizeof(data) } } } };
	struct perso_bit_group again;
	PERSO_BUF(want, 256);
	PERSO_BUF(built, 256);

	lds_hex("7F61370201017F6031A129800201018101028307200203151330008508"
		"2002040120070331860400010001870201018802"
		"00085F2E03010203",
	    &want);
	cr_assert_eq(perso_bit_build(&g, &built), PERSO_OK);
	cr_assert_eq(perso_bit_parse(perso_buf_span(&built), &again), PERSO_OK,
	    "%s", lds_trail());
	want.p[2] = (uint8_t)(want.n - 3);
	want.p[8] = (uint8_t)(want.n - 9);
	want.p[10] = (uint8_t)(want.n - 11 - 6);
	cr_assert(
	    perso_span_equal(perso_buf_span(&want), perso_buf_span(&built)));
}

Test(roundtrip, biometric_groups_with_39794_and_fingers_come_back)
{
	static const struct {
		const char *path;
		uint32_t tag;
		size_t count;
		bool constructed;
	} files[] = {
		{ TD3 "alt/EF.DG2.39794-5.bin", 0x75, 1, true },
		{ TD3 "EF.DG3.bin", 0x63, 2, false },
	};

	for (size_t i = 0; i < COUNT(files); i++) {
		PERSO_BUF(file, 1 << 20);
		PERSO_BUF(built, 1 << 20);
		struct perso_bit_group g;
		struct perso_tlv t;

		lds_load(files[i].path, &file);
		cr_assert_eq(
		    perso_tlv_only(perso_buf_span(&file), files[i].tag, &t),
		    PERSO_OK);
		cr_assert_eq(
		    perso_bit_parse(t.val, &g), PERSO_OK, "%s", lds_trail());
		cr_assert_eq(g.count, files[i].count);
		cr_assert_eq(g.bits[0].constructed, files[i].constructed);
		cr_assert_eq(perso_bit_build(&g, &built), PERSO_OK);
		cr_assert(perso_span_equal(t.val, perso_buf_span(&built)));
	}
}

Test(roundtrip, a_dg2_with_39794_is_read_and_a_dg3_without_fingers)
{
	PERSO_BUF(file, 1 << 20);
	PERSO_BUF(dg3, 1 << 20);
	struct perso_dg2 v;
	struct perso_bit_group g;
	struct perso_tlv t;

	lds_load(TD3 "alt/EF.DG2.39794-5.bin", &file);
	cr_assert_eq(perso_dg2_parse(perso_buf_span(&file), &v), PERSO_OK, "%s",
	    lds_trail());
	cr_assert_eq(v.bit.format, PERSO_BIO_39794_5);
	cr_assert_eq(v.face.count, 1);
	cr_assert_eq(v.face.faces[0].width, 413);
	cr_assert(v.face.faces[0].jpeg2000);
	cr_assert_eq(v.others, 0);
	lds_load(TD3 "alt/EF.DG3.zero-instances.bin", &dg3);
	cr_assert_eq(perso_tlv_only(perso_buf_span(&dg3), 0x63, &t), PERSO_OK);
	cr_assert_eq(perso_bit_parse(t.val, &g), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(g.count, 0);
}

Test(roundtrip, security_infos_of_dg14_and_card_access_are_those_of_pki)
{
	static const char *const kinds[] = { "dg14", "card_access" };
	static const char *const paths[] = { TD3 "EF.DG14.bin",
		TD3 "EF.CardAccess.bin" };

	for (size_t i = 0; i < 2; i++) {
		PERSO_BUF(file, 4096);
		PERSO_BUF(set, 4096);
		struct perso_lds_infos v;
		static struct perso_secinfos s;

		lds_load(paths[i], &file);
		cr_assert_eq(
		    i == 0 ? perso_dg14_parse(perso_buf_span(&file), &v)
			   : perso_card_access_parse(perso_buf_span(&file), &v),
		    PERSO_OK, "%s", kinds[i]);
		cr_assert_eq(perso_secinfos_parse(v.set, &s), PERSO_OK, "%s",
		    lds_trail());
		cr_assert_eq(s.count, v.count);
		cr_assert_eq(perso_secinfos_build(s.items, s.count, true, &set),
		    PERSO_OK, "%s", lds_trail());
		cr_assert(perso_span_equal(v.set, perso_buf_span(&set)));
	}
}
