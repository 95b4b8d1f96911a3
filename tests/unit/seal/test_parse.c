/* Hostile seals: each is refused with where, and changes nothing. */
#include "seal_test.h"

/* The seal of Doc 9303-7. */
#define HEAD "DC03D9C5D9CAC8A73A995D91345DDF545D01"
#define SIG                                                                \
	"FF40"                                                             \
	"21C6785B027EC4A5BFA6DDE537E8ADFA91BEB1197BED97ADF2FF89E0A344512B" \
	"7B0136C44050F117E507BC2A782FFE15F68DDD6818AF5A7BAF21CA7CFC7E83BE"

Test(parse, refuses_what_is_no_seal_and_says_where)
{
	static const struct {
		const char *hex;
		perso_rc want;
		const char *says;
	} t[] = {
		{ "", PERSO_E_TRUNCATED, "header" },
		{ "DD03", PERSO_E_DATA, "DC" },
		{ "DC04D9C5", PERSO_E_UNSUPPORTED, "version 5" },
		{ "DC01D9C5", PERSO_E_UNSUPPORTED, "version 2" },
		{ "DC03D9", PERSO_E_TRUNCATED, "country" },
		{ "DC030000", PERSO_E_DATA, "country" },
		{ "DC0313C4", PERSO_E_DATA, "country" }, /* spaces only */
		/* reference: length of no characters, no hexadecimal, too
		 * long, beyond the end */
		{ "DC03D9C5D9CAC5F5", PERSO_E_DATA, "signer" },
		{ "DC03D9C5D9CA", PERSO_E_TRUNCATED, "signer" },
		{ "DC03D9C5D9CAC8A73A995D9134", PERSO_E_TRUNCATED,
		    "signature date" },
		/* month 0, month 13, 30 February */
		{ "DC03D9C5D9CAC8A73A990000005DDF545D01" SIG, PERSO_E_DATA,
		    "issue date" },
		{ "DC03D9C5D9CAC8A73A99FFFFFF5DDF545D01" SIG, PERSO_E_DATA,
		    "issue date" },
		{ "DC03D9C5D9CAC8A73A995D91345DDF540001" SIG, PERSO_E_DATA,
		    "definition" },
		{ "DC03D9C5D9CAC8A73A995D91345DDF54FF01" SIG, PERSO_E_DATA,
		    "definition" },
		{ HEAD, PERSO_E_TRUNCATED, "no signature" },
		{ HEAD "02", PERSO_E_TRUNCATED, "message 02" },
		{ HEAD "0205AABB", PERSO_E_TRUNCATED, "message 02" },
		{ HEAD "028105AABBCCDDEE" SIG, PERSO_E_DATA, "shortest" },
		{ HEAD "02820080AABB", PERSO_E_DATA, "shortest" },
		{ HEAD "0285000000000102", PERSO_E_DATA, "no length" },
		{ HEAD "0284FFFFFFFF", PERSO_E_TRUNCATED, "message 02" },
		{ HEAD "0280AABB" SIG, PERSO_E_TRUNCATED, "message 02" },
		{ HEAD "FF", PERSO_E_TRUNCATED, "signature" },
		{ HEAD "FF00", PERSO_E_DATA, "r and s" },
		{ HEAD "FF03AABBCC", PERSO_E_DATA, "r and s" },
		{ HEAD "FF04AABBCC", PERSO_E_TRUNCATED, "signature" },
		{ HEAD "FF04AABBCCDDEE", PERSO_E_TRAILING, "signature" },
		{ HEAD SIG "00", PERSO_E_TRAILING, "signature" },
	};
	struct perso_seal s = { .version = 77 };
	PERSO_BUF(in, PERSO_SEAL_MAX);

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		from_hex(t[i].hex, &in);
		EXPECT(perso_seal_parse(perso_buf_span(&in), &s), t[i].want);
		says(t[i].says);
		cr_assert_eq(s.version, 77);
	}
	from_hex(HEAD SIG, &in);
	OK(perso_seal_parse(perso_buf_span(&in), &s));
	cr_assert_eq(s.message_count, 0);
}

Test(parse, refuses_every_truncation)
{
	PERSO_BUF(in, PERSO_SEAL_MAX);
	struct perso_seal s;

	from_hex(HEAD "0A04DE515826" SIG, &in);
	OK(perso_seal_parse(perso_buf_span(&in), &s));
	for (size_t n = 0; n < in.n; n++)
		cr_assert_neq(
		    perso_seal_parse(perso_span(in.p, n), &s), PERSO_OK);
}

Test(parse, keeps_unknown_tags_up_to_a_limit)
{
	PERSO_BUF(in, PERSO_SEAL_MAX);
	PERSO_BUF(out, PERSO_SEAL_MAX);
	struct perso_seal s;

	for (unsigned n = 63; n <= 65; n++) {
		from_hex(HEAD, &in);
		for (unsigned i = 0; i < n; i++) {
			OK(perso_buf_append_u8(&in, (uint8_t)(100 + i)));
			OK(perso_buf_append_u8(&in, 1));
			OK(perso_buf_append_u8(&in, (uint8_t)i));
		}
		OK(perso_hex_decode(perso_span_str(SIG), &in));
		EXPECT(perso_seal_parse(perso_buf_span(&in), &s),
		    n > 64 ? PERSO_E_RANGE : PERSO_OK);
		cr_assert_eq(s.message_count, n > 64 ? 64 : n);
	}
	cr_assert_eq(s.message[63].tag, 163);
	OK(perso_seal_text(NULL, s.message[63].value, &out));
	cr_assert(perso_span_equal(perso_buf_span(&out), perso_span_str("3F")));
}

/* Older ones of version 3 with a signature of 128 bytes. */
Test(parse, version_3_reads_both_forms_of_a_signature_length)
{
	static const char head[] = "DC02D9C56D32C8A519FC0F71346F1D67FC04";
	static const char *const lengths[] = { "FF80", "FF8180" };
	PERSO_BUF(in, PERSO_SEAL_MAX);
	struct perso_seal s;

	for (size_t i = 0; i < 2; i++) {
		from_hex(head, &in);
		OK(perso_hex_decode(perso_span_str(lengths[i]), &in));
		OK(perso_buf_resize(&in, in.n + 128));
		OK(perso_seal_parse(perso_buf_span(&in), &s));
		cr_assert_eq(s.signature.n, 128);
		cr_assert_eq(s.version, 3);
	}
}

Test(parse, contents_are_held_against_the_definition)
{
	static const struct {
		const char *messages;
		perso_rc want;
		const char *says;
	} t[] = {
		{ "", PERSO_E_MISSING, "zone" },
		{ "0101AA", PERSO_E_RANGE, "mrv-a" },
		{ "04035A0000", PERSO_E_MISSING, "zone" },
		{ "0402FFFF", PERSO_E_RANGE, "duration-of-stay" },
		{ "04035A000004035A0000", PERSO_E_DATA, "twice" },
		{ "05060000D9C5D9C5", PERSO_E_DATA, "passport-number" },
		{ "C801AA", PERSO_E_MISSING, "zone" },
	};
	PERSO_BUF(in, PERSO_SEAL_MAX);
	struct perso_seal s;

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		from_hex(HEAD, &in);
		OK(perso_hex_decode(perso_span_str(t[i].messages), &in));
		OK(perso_hex_decode(perso_span_str(SIG), &in));
		OK(perso_seal_parse(perso_buf_span(&in), &s));
		EXPECT(perso_seal_check_contents(&s, definition("visa")),
		    t[i].want);
		says(t[i].says);
		EXPECT(perso_seal_check_contents(&s, definition("etd")),
		    PERSO_E_MISMATCH);
	}
}
