/* Symbols: sizes, what does not fit, PNG, and the tools of others. */
#include "seal_test.h"

static const struct perso_symbol_print print4 = { 4, 4, 600 };

static void
pattern(struct perso_buf *b, size_t n, unsigned seed)
{
	perso_buf_clear(b);
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525u + 1013904223u;
		OK(perso_buf_append_u8(b, (uint8_t)(seed >> 24)));
	}
}

static void
png_of(const struct perso_symbol_spec *spec, struct perso_span bytes,
    struct perso_buf *ret)
{
	PERSO_SYMBOL(s);

	OK(perso_symbol_make(spec, bytes, &s));
	OK(perso_symbol_png(&s, &print4, ret));
}

/* The table of capacities is what the library does: one more byte makes the
 * next larger symbol. */
Test(symbol, qr_is_the_smallest_for_every_version_and_level)
{
	for (unsigned level = 0; level < 4; level++)
		for (unsigned version = 1; version <= 40; version++) {
			struct perso_symbol_spec spec = { PERSO_SYMBOL_QR,
				level, 17 + 4 * version };
			size_t room = perso_symbol_capacity(&spec);
			PERSO_SYMBOL(s);
			PERSO_BUF(bytes, 4096);

			pattern(&bytes, room, version);
			OK(perso_symbol_make(
			    &spec, perso_buf_span(&bytes), &s));
			cr_assert_eq(s.side, 17 + 4 * version);
			OK(perso_buf_append_u8(&bytes, 0xA5));
			spec.max_side = 0;
			if (version == 40)
				continue;
			OK(perso_symbol_make(
			    &spec, perso_buf_span(&bytes), &s));
			cr_assert_eq(s.side, 21 + 4 * version);
		}
}

Test(symbol, data_matrix_is_the_smallest_of_every_size)
{
	static const unsigned sides[] = { 10, 12, 14, 16, 18, 20, 22, 24, 26,
		32, 36, 40, 44, 48, 52, 64, 72, 80, 88, 96, 104, 120, 132,
		144 };

	for (size_t i = 0; i < 24; i++) {
		struct perso_symbol_spec spec = { PERSO_SYMBOL_DATAMATRIX, 0,
			sides[i] };
		size_t room = perso_symbol_capacity(&spec);
		PERSO_SYMBOL(s);
		PERSO_BUF(bytes, 4096);

		/* bytes that no text encodation shortens */
		for (size_t k = 0; k < room; k++)
			OK(perso_buf_append_u8(
			    &bytes, (uint8_t)(0x80 + k % 128)));
		OK(perso_symbol_make(&spec, perso_buf_span(&bytes), &s));
		cr_assert_eq(s.side, sides[i]);
		OK(perso_buf_append_u8(&bytes, 0xA5));
		EXPECT(perso_symbol_make(&spec, perso_buf_span(&bytes), &s),
		    PERSO_E_RANGE);
		says("does not fit by 1 byte:");
		cr_assert_eq(s.side, sides[i]);
	}
}

Test(symbol, what_does_not_fit_says_by_how_much)
{
	static const struct {
		struct perso_symbol_spec spec;
		size_t n;
		const char *says;
	} t[] = {
		{ { PERSO_SYMBOL_QR, PERSO_SYMBOL_LEVEL_M, 0 }, 2332,
		    "does not fit by 1 byte: 2332, the largest QR code allowed "
		    "holds 2331" },
		{ { PERSO_SYMBOL_QR, PERSO_SYMBOL_LEVEL_H, 0 }, 2000,
		    "does not fit by 727 bytes" },
		{ { PERSO_SYMBOL_QR, PERSO_SYMBOL_LEVEL_L, 45 }, 160,
		    "does not fit by 6 bytes" },
		{ { PERSO_SYMBOL_QR, PERSO_SYMBOL_LEVEL_L, 20 }, 1, "holds 0" },
		{ { PERSO_SYMBOL_DATAMATRIX, 0, 0 }, 1600,
		    "does not fit by 44 bytes" },
		{ { PERSO_SYMBOL_DATAMATRIX, 0, 0 }, 5000,
		    "does not fit by 3444 bytes" },
		{ { PERSO_SYMBOL_DATAMATRIX, 0, 40 }, 140,
		    "does not fit by 28 bytes" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		PERSO_SYMBOL(s);
		PERSO_BUF(bytes, 8192);

		pattern(&bytes, t[i].n, 5);
		EXPECT(
		    perso_symbol_make(&t[i].spec, perso_buf_span(&bytes), &s),
		    PERSO_E_RANGE);
		says(t[i].says);
		cr_assert_eq(s.side, 0);
	}
}

Test(symbol, refuses_no_bytes_and_impossible_sizes)
{
	struct perso_symbol_spec spec = { PERSO_SYMBOL_QR, 0, 0 };
	static const struct perso_symbol_print bad[] = { { 0, 4, 0 },
		{ 65, 4, 0 }, { 4, 65, 0 }, { 4, 4, 10001 } };
	PERSO_SYMBOL(s);
	PERSO_BUF(out, 1 << 20);

	EXPECT(perso_symbol_make(&spec, PERSO_SPAN_EMPTY, &s), PERSO_E_ARG);
	spec.kind = 3;
	EXPECT(perso_symbol_make(&spec, perso_span_str("x"), &s), PERSO_E_ARG);
	EXPECT(perso_symbol_png(&s, &print4, &out), PERSO_E_ARG);
	spec.kind = PERSO_SYMBOL_QR;
	OK(perso_symbol_make(&spec, perso_span_str("x"), &s));
	for (size_t i = 0; i < 4; i++)
		EXPECT(perso_symbol_png(&s, &bad[i], &out), PERSO_E_ARG);
	cr_assert_eq(out.n, 0);
}

/* Bytes of every kind: seals begin with DC 03 and hold any byte. */
Test(symbol, is_read_back_byte_for_byte)
{
	static const size_t sizes[] = { 1, 2, 7, 64, 140, 141, 255, 256, 700,
		1200 };

	for (unsigned kind = 1; kind <= 2; kind++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			struct perso_symbol_spec spec = { kind,
				PERSO_SYMBOL_LEVEL_M, 0 };
			PERSO_BUF(bytes, 4096);
			PERSO_BUF(png, PERSO_SYMBOL_PNG_MAX);
			PERSO_BUF(got, 4096);
			PERSO_BUF(any, 4096);

			pattern(&bytes, sizes[i], (unsigned)i);
			png_of(&spec, perso_buf_span(&bytes), &png);
			OK(perso_symbol_read(perso_buf_span(&png), kind, &got));
			cr_assert(perso_span_equal(perso_buf_span(&got),
				      perso_buf_span(&bytes)),
			    "%zu bytes of kind %u", sizes[i], kind);
			OK(perso_symbol_read(perso_buf_span(&png), 0, &any));
			cr_assert(perso_span_equal(
			    perso_buf_span(&any), perso_buf_span(&bytes)));
			/* for a Data Matrix, looking in vain takes long */
			if (kind == PERSO_SYMBOL_QR)
				continue;
			EXPECT(perso_symbol_read(
				   perso_buf_span(&png), PERSO_SYMBOL_QR, &got),
			    PERSO_E_NOT_FOUND);
		}
}

/* Every definition, both versions, both symbols: our own reader and the
 * tools of others give the seal's bytes exactly. */
Test(symbol, seals_are_read_by_zbarimg_and_dmtxread, .timeout = 240)
{
	SIGNER(s);
	PERSO_BUF(out, 1 << 16);

	signer_make(&s, PERSO_BP256);
	for (size_t i = 0; perso_profiles_seal_at(profiles(), i); i++) {
		const struct perso_seal_definition *d =
		    perso_profiles_seal_at(profiles(), i);

		for (unsigned v = d->min_version; v <= 4; v++)
			for (unsigned kind = 1; kind <= 2; kind++) {
				struct perso_symbol_spec spec = { kind,
					PERSO_SYMBOL_LEVEL_M, 0 };
				PERSO_BUF(seal, PERSO_SEAL_MAX);
				PERSO_BUF(png, PERSO_SYMBOL_PNG_MAX);
				PERSO_BUF(got, PERSO_SEAL_MAX);

				seal_make(&s, d, v, true, &seal);
				png_of(&spec, perso_buf_span(&seal), &png);
				OK(perso_symbol_read(
				    perso_buf_span(&png), 0, &got));
				cr_assert(perso_span_equal(perso_buf_span(&got),
				    perso_buf_span(&seal)));
				put(s.dir, "s.png", perso_buf_span(&png));
				cr_assert_eq(
				    run(&out,
					kind == PERSO_SYMBOL_QR
					    ? "zbarimg -q --raw --nodbus "
					      "-Sbinary %s/s.png 2>/dev/null"
					    : "dmtxread -N1 -m20000 %s/s.png "
					      "2>/dev/null",
					s.dir),
				    0);
				cr_assert(perso_span_equal(perso_buf_span(&out),
					      perso_buf_span(&seal)),
				    "%s v%u kind %u: %zu of %zu bytes", d->id,
				    v, kind, out.n, seal.n);
			}
	}
}

Test(symbol, png_is_what_was_asked_for)
{
	static const struct perso_symbol_print how = { 8, 4, 600 };
	struct perso_symbol_spec spec = { PERSO_SYMBOL_QR, 0, 0 };
	char dir[64];
	PERSO_SYMBOL(s);
	PERSO_BUF(png, PERSO_SYMBOL_PNG_MAX);
	PERSO_BUF(again, PERSO_SYMBOL_PNG_MAX);
	PERSO_BUF(out, 65536);

	OK(perso_symbol_make(&spec, perso_span_str("seal"), &s));
	cr_assert_eq(s.side, 21);
	cr_assert(perso_symbol_is_dark(&s, 0, 0));
	cr_assert(!perso_symbol_is_dark(&s, 1, 1));
	cr_assert(perso_symbol_is_dark(&s, 2, 2));
	cr_assert(!perso_symbol_is_dark(&s, 21, 0));
	OK(perso_symbol_png(&s, &how, &png));
	OK(perso_symbol_png(&s, &how, &again));
	cr_assert(
	    perso_span_equal(perso_buf_span(&png), perso_buf_span(&again)));
	temp_make(dir);
	put(dir, "s.png", perso_buf_span(&png));
	/* width and height in IHDR, pixels per metre in pHYs: 600 dpi */
	cr_assert_eq(run(&out,
			 "od -An -tx1 -j16 -N8 %s/s.png; grep -c pHYs "
			 "%s/s.png; od -An -v -tx1 %s/s.png | tr -d ' \\n' | "
			 "grep -o '70485973.\\{18\\}'",
			 dir, dir, dir),
	    0);
	OK(perso_buf_append_u8(&out, 0));
	cr_assert_str_eq((char *)out.p,
	    " 00 00 00 e8 00 00 00 e8\n1\n7048597300005c4600005c4601\n");
	temp_remove(dir);
}

Test(symbol, images_without_one_symbol_are_refused)
{
	struct perso_symbol_spec spec = { PERSO_SYMBOL_QR, 0, 0 };
	char dir[64];
	PERSO_BUF(png, PERSO_SYMBOL_PNG_MAX);
	PERSO_BUF(two, PERSO_SYMBOL_PNG_MAX);
	PERSO_BUF(out, 65536);

	png_of(&spec, perso_span_str("first"), &png);
	EXPECT(perso_symbol_read(perso_span_str("no image"), 0, &out),
	    PERSO_E_DATA);
	EXPECT(perso_symbol_read(PERSO_SPAN_EMPTY, 0, &out), PERSO_E_DATA);
	for (size_t n = 8; n < png.n - 12; n += 13)
		cr_assert_neq(
		    perso_symbol_read(perso_span(png.p, n), 0, &out), PERSO_OK);
	/* side by side, two with different contents */
	png_of(&spec, perso_span_str("other"), &two);
	temp_make(dir);
	put(dir, "a.png", perso_buf_span(&png));
	put(dir, "b.png", perso_buf_span(&two));
	cr_assert_eq(
	    run(&out,
		"python3 tests/unit/seal/side_by_side.py %s/a.png %s/b.png "
		"%s/c.png 2>&1",
		dir, dir, dir),
	    0, "%.*s", (int)out.n, (char *)out.p);
	perso_buf_clear(&two);
	perso_buf_clear(&out);
	run(&out, "cat %s/c.png", dir);
	EXPECT(
	    perso_symbol_read(perso_buf_span(&out), 0, &two), PERSO_E_CONFLICT);
	says("2 symbols");
	temp_remove(dir);
}

/* A PNG's head that promises more than is allowed is refused before memory is
 * taken for it. */
Test(symbol, too_large_images_are_refused_by_their_head)
{
	static const struct {
		const char *ihdr; /* chunk with its CRC */
		perso_rc want;
	} t[] = {
		/* 16384 x 16384 */
		{ "0000000D49484452000040000000400008000000008CA34F58",
		    PERSO_E_RANGE },
		/* 2147483647 x 1 */
		{ "0000000D494844527FFFFFFF000000010800000000", PERSO_E_DATA },
	};
	PERSO_BUF(in, 4096);
	PERSO_BUF(out, 4096);

	for (size_t i = 0; i < 2; i++) {
		from_hex("89504E470D0A1A0A", &in);
		OK(perso_hex_decode(perso_span_str(t[i].ihdr), &in));
		OK(perso_hex_decode(perso_span_str("0000000049444154"
						   "35AF061E"),
		    &in));
		EXPECT(
		    perso_symbol_read(perso_buf_span(&in), 0, &out), t[i].want);
	}
}
