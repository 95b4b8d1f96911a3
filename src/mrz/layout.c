/*
 * Where the fields stand: Doc 9303-4, -5, -6 and -7, 4.2.2.
 */
#include "mrz_int.h"

/* clang-format off */
#define LINE2_COMMON							\
	.code = { 0, 0, 2 }, .issuer = { 0, 2, 3 },			\
	.number = { 1, 0, 9 }, .nationality = { 1, 10, 3 },		\
	.birth = { 1, 13, 6 }, .sex = { 1, 20, 1 }, .expiry = { 1, 21, 6 }

const struct mrz_layout mrz_layouts[PERSO_MRZ_FORMATS] = {
	[PERSO_MRZ_TD1] = {
		.name = "TD1", .lines = 3, .length = 30,
		.code = { 0, 0, 2 }, .issuer = { 0, 2, 3 },
		.number = { 0, 5, 9 }, .optional1 = { 0, 15, 15 },
		.birth = { 1, 0, 6 }, .sex = { 1, 7, 1 },
		.expiry = { 1, 8, 6 }, .nationality = { 1, 15, 3 },
		.optional2 = { 1, 18, 11 }, .name_field = { 2, 0, 30 },
		.composite = { { 0, 5, 25 }, { 1, 0, 7 }, { 1, 8, 7 },
		    { 1, 18, 11 } },
		.composite_line = 1,
	},
	[PERSO_MRZ_TD2] = {
		.name = "TD2", .lines = 2, .length = 36, LINE2_COMMON,
		.name_field = { 0, 5, 31 }, .optional1 = { 1, 28, 7 },
		.composite = { { 1, 0, 10 }, { 1, 13, 7 }, { 1, 21, 14 } },
		.composite_line = 1,
	},
	[PERSO_MRZ_TD3] = {
		.name = "TD3", .lines = 2, .length = 44, LINE2_COMMON,
		.name_field = { 0, 5, 39 }, .optional1 = { 1, 28, 14 },
		.has_optional_cd = true,
		.composite = { { 1, 0, 10 }, { 1, 13, 7 }, { 1, 21, 22 } },
		.composite_line = 1,
	},
	[PERSO_MRZ_MRVA] = {
		.name = "MRV-A", .lines = 2, .length = 44, LINE2_COMMON,
		.name_field = { 0, 5, 39 }, .optional1 = { 1, 28, 16 },
	},
	[PERSO_MRZ_MRVB] = {
		.name = "MRV-B", .lines = 2, .length = 36, LINE2_COMMON,
		.name_field = { 0, 5, 31 }, .optional1 = { 1, 28, 8 },
	},
};
/* clang-format on */

/* see perso/mrz.h */
unsigned
perso_mrz_lines(enum perso_mrz_format f)
{
	return mrz_layouts[f].lines;
}

/* see perso/mrz.h */
unsigned
perso_mrz_length(enum perso_mrz_format f)
{
	return mrz_layouts[f].length;
}

/* see perso/mrz.h */
unsigned
perso_mrz_name_width(enum perso_mrz_format f)
{
	return mrz_layouts[f].name_field.n;
}

/* see perso/mrz.h */
unsigned
perso_mrz_optional_width(enum perso_mrz_format f, unsigned which)
{
	return which == 1   ? mrz_layouts[f].optional1.n
	       : which == 2 ? mrz_layouts[f].optional2.n
			    : 0;
}

/* see perso/mrz.h */
const char *
perso_mrz_format_name(enum perso_mrz_format f)
{
	return mrz_layouts[f].name;
}

/* see perso/mrz.h */
perso_rc
perso_mrz_format_parse(struct perso_span name, enum perso_mrz_format *ret)
{
	static const struct {
		const char *name;
		enum perso_mrz_format f;
	} names[] = { { "TD1", PERSO_MRZ_TD1 }, { "TD2", PERSO_MRZ_TD2 },
		{ "TD3", PERSO_MRZ_TD3 }, { "MRV-A", PERSO_MRZ_MRVA },
		{ "MRV-B", PERSO_MRZ_MRVB }, { "MRVA", PERSO_MRZ_MRVA },
		{ "MRVB", PERSO_MRZ_MRVB } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!perso_span_equal(name, perso_span_str(names[i].name)))
			continue;
		*ret = names[i].f;
		return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_NOT_FOUND, "no such MRZ format");
}
