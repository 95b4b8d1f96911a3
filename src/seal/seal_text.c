/* What the messages of a seal say. */
#include <stdio.h>

#include "perso/hex.h"

#include "seal_int.h"

/* see perso/seal.h */
const struct perso_seal_feature *
perso_seal_feature(const struct perso_seal_definition *d, uint8_t tag)
{
	for (size_t i = 0; i < d->feature_count; i++)
		if (d->features[i].tag == tag)
			return &d->features[i];
	return NULL;
}

/* With < for a space; strip: those at the end are fillers. */
static perso_rc
text_c40(struct perso_span value, bool strip, struct perso_buf *ret)
{
	PERSO_BUF(text, 2 * PERSO_SEAL_MAX);

	PERSO_TRY(perso_c40_decode(value, &text));
	while (strip && text.n > 0 && text.p[text.n - 1] == SEAL_SPACE)
		PERSO_TRY(perso_buf_resize(&text, text.n - 1));
	for (size_t i = 0; i < text.n; i++)
		PERSO_TRY(perso_buf_append_u8(
		    ret, text.p[i] == SEAL_SPACE ? '<' : text.p[i]));
	return PERSO_OK;
}

static perso_rc
text_number(struct perso_span value, struct perso_buf *ret)
{
	struct perso_rd rd = perso_rd(value);
	char text[24];
	uint64_t v = 0;
	uint8_t b = 0;

	while (perso_rd_left(&rd) != 0) {
		if (v >> 56 != 0)
			PERSO_FAIL(PERSO_E_RANGE, "number is too large");
		PERSO_TRY(perso_rd_u8(&rd, &b));
		v = v << 8 | b;
	}
	snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	return perso_buf_append(ret, perso_span_str(text));
}

static perso_rc
text_date(struct perso_span value, struct perso_buf *ret)
{
	struct perso_rd rd = perso_rd(value);
	struct perso_date d;
	uint32_t v = 0;
	char text[32];

	PERSO_TRY(perso_rd_u24(&rd, &v));
	PERSO_TRY(perso_rd_finish(&rd));
	d = (struct perso_date){ .year = (int)(v % 10000),
		.month = (int)(v / 1000000),
		.day = (int)(v / 10000 % 100) };
	if (!perso_date_is_valid(d))
		PERSO_FAIL(PERSO_E_DATA, "no date");
	snprintf(text, sizeof(text), "%04d-%02d-%02d", d.year, d.month, d.day);
	return perso_buf_append(ret, perso_span_str(text));
}

static perso_rc
text_duration(struct perso_span value, struct perso_buf *ret)
{
	struct perso_rd rd = perso_rd(value);
	uint8_t days = 0, months = 0, years = 0;
	char text[32];

	PERSO_TRY(perso_rd_u8(&rd, &days));
	PERSO_TRY(perso_rd_u8(&rd, &months));
	PERSO_TRY(perso_rd_u8(&rd, &years));
	PERSO_TRY(perso_rd_finish(&rd));
	snprintf(text, sizeof(text), "%u-%u-%u", days, months, years);
	return perso_buf_append(ret, perso_span_str(text));
}

static perso_rc
text_utf8(struct perso_span value, struct perso_buf *ret)
{
	size_t points = 0;

	PERSO_TRY(perso_utf8_count(value, &points));
	return perso_buf_append(ret, value);
}

/* see perso/seal.h */
perso_rc
perso_seal_text(const struct perso_seal_feature *f, struct perso_span value,
    struct perso_buf *ret)
{
	if (f == NULL)
		return perso_hex_encode(value, ret);
	if (value.n < f->min || value.n > f->max)
		PERSO_FAIL(PERSO_E_RANGE,
		    "%s: %zu bytes, possible are %u to %u", f->name, value.n,
		    (unsigned)f->min, (unsigned)f->max);
	switch (f->coding) {
	case PERSO_SEAL_C40:
		PERSO_TRY_CTX(text_c40(value, true, ret), "%s", f->name);
		return PERSO_OK;
	case PERSO_SEAL_MRZ:
		PERSO_TRY_CTX(text_c40(value, false, ret), "%s", f->name);
		return PERSO_OK;
	case PERSO_SEAL_NUMBER:
		PERSO_TRY_CTX(text_number(value, ret), "%s", f->name);
		return PERSO_OK;
	case PERSO_SEAL_DATE:
		PERSO_TRY_CTX(text_date(value, ret), "%s", f->name);
		return PERSO_OK;
	case PERSO_SEAL_DURATION:
		PERSO_TRY_CTX(text_duration(value, ret), "%s", f->name);
		return PERSO_OK;
	case PERSO_SEAL_UTF8:
		PERSO_TRY_CTX(text_utf8(value, ret), "%s", f->name);
		return PERSO_OK;
	case PERSO_SEAL_BYTES:
		break;
	}
	return perso_hex_encode(value, ret);
}

/* Of the features that stand for one another exactly one. */
static perso_rc
check_group(const struct perso_seal *s, const struct perso_seal_definition *d,
    const char *word)
{
	struct perso_span value;
	unsigned n = 0;

	for (size_t i = 0; i < d->feature_count; i++)
		if (strcmp(d->features[i].one_of, word) == 0 &&
		    perso_seal_find(s, d->features[i].tag, &value))
			n++;
	if (n != 1)
		PERSO_FAIL(n == 0 ? PERSO_E_MISSING : PERSO_E_MISMATCH,
		    "%u of the features that stand for %s, not one", n, word);
	return PERSO_OK;
}

static perso_rc
check_wanted(const struct perso_seal *s, const struct perso_seal_definition *d)
{
	struct perso_span value;

	for (size_t i = 0; i < d->feature_count; i++) {
		const struct perso_seal_feature *f = &d->features[i];

		if (f->one_of[0] != '\0')
			PERSO_TRY(check_group(s, d, f->one_of));
		else if (f->required && !perso_seal_find(s, f->tag, &value))
			PERSO_FAIL(PERSO_E_MISSING, "no %s", f->name);
	}
	return PERSO_OK;
}

/* see perso/seal.h */
perso_rc
perso_seal_check_contents(
    const struct perso_seal *s, const struct perso_seal_definition *d)
{
	if (s->definition != d->definition || s->category != d->category)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "seal is %02X/%02X, %s is %02X/%02X", s->definition,
		    s->category, d->id, d->definition, d->category);
	if (s->version < d->min_version)
		PERSO_FAIL(PERSO_E_MISMATCH, "header version %u, %s needs %u",
		    s->version, d->id, d->min_version);
	for (size_t i = 0; i < s->message_count; i++) {
		const struct perso_seal_feature *f =
		    perso_seal_feature(d, s->message[i].tag);
		PERSO_BUF(text, 2 * PERSO_SEAL_MAX);

		for (size_t k = 0; f != NULL && k < i; k++)
			if (s->message[k].tag == f->tag)
				PERSO_FAIL(
				    PERSO_E_DATA, "%s stands twice", f->name);
		if (f != NULL)
			PERSO_TRY(
			    perso_seal_text(f, s->message[i].value, &text));
	}
	return check_wanted(s, d);
}
