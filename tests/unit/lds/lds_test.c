#include "lds_test.h"

#include <stdlib.h>
#include <string.h>

#define CYCLE(name, type)                                                   \
	static perso_rc name(struct perso_span file, struct perso_buf *ret) \
	{                                                                   \
		struct perso_##type v;                                      \
		perso_rc rc = perso_##name##_parse(file, &v);               \
		if (rc == PERSO_OK && ret != NULL)                          \
			rc = perso_##name##_build(&v, ret);                 \
		return rc;                                                  \
	}

CYCLE(com, com)
CYCLE(dg1, dg1)
CYCLE(dg2, dg2)
CYCLE(dg3, dg_bio)
CYCLE(dg4, dg_bio)
CYCLE(dg7, dg7)
CYCLE(dg11, dg11)
CYCLE(dg12, dg12)
CYCLE(dg13, dg13)
CYCLE(dg16, dg16)
CYCLE(dg14, lds_infos)
CYCLE(card_access, lds_infos)
CYCLE(dg15, dg15)
CYCLE(atr_info, atr_info)
CYCLE(dir, dir)
CYCLE(cvca, cvca)
CYCLE(lds_object, lds_object)

static perso_rc
sod(struct perso_span file, struct perso_buf *ret)
{
	struct perso_sod s;
	struct perso_sod_values v;
	perso_rc rc = perso_sod_parse(file, &s);

	if (rc == PERSO_OK && ret != NULL) {
		rc = perso_sod_values_of(&s, &v);
		if (rc == PERSO_OK)
			rc = perso_sod_assemble(&v, s.cms.signature, ret);
	}
	return rc;
}

static perso_rc
card_security(struct perso_span file, struct perso_buf *ret)
{
	struct perso_cardsec c;
	struct perso_cardsec_values v;
	perso_rc rc = perso_cardsec_parse(file, &c);

	if (rc == PERSO_OK && ret != NULL) {
		rc = perso_cardsec_values_of(&c, &v);
		if (rc == PERSO_OK)
			rc = perso_cardsec_assemble(&v, c.cms.signature, ret);
	}
	return rc;
}

static const struct {
	const char *name;
	lds_cycle_fn fn;
} cycles[] = {
	{ "com", com },
	{ "dg1", dg1 },
	{ "dg2", dg2 },
	{ "dg3", dg3 },
	{ "dg4", dg4 },
	{ "dg7", dg7 },
	{ "dg11", dg11 },
	{ "dg12", dg12 },
	{ "dg13", dg13 },
	{ "dg16", dg16 },
	{ "dg14", dg14 },
	{ "card_access", card_access },
	{ "dg15", dg15 },
	{ "atr_info", atr_info },
	{ "dir", dir },
	{ "object", lds_object },
	{ "cvca", cvca },
	{ "card_security", card_security },
	{ "sod", sod },
};

lds_cycle_fn
lds_cycle(const char *name)
{
	for (size_t i = 0; i < sizeof(cycles) / sizeof(cycles[0]); i++)
		if (strcmp(cycles[i].name, name) == 0)
			return cycles[i].fn;
	return NULL;
}

void
lds_load(const char *path, struct perso_buf *b)
{
	cr_assert_eq(
	    perso_file_read(path, b), PERSO_OK, "%s: %s", path, lds_trail());
}

void
lds_hex(const char *hex, struct perso_buf *b)
{
	cr_assert_eq(perso_hex_decode(perso_span_str(hex), b), PERSO_OK);
}

const char *
lds_trail(void)
{
	static char text[PERSO_TRAIL_MAX * PERSO_TRAIL_LEN];

	perso_trail_text(text, sizeof(text));
	return text;
}
