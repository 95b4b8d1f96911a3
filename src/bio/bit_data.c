/* What is inside the templates of a group, and its conversion. */
#include "bio39794_int.h"

#include <stdlib.h>

enum what { FACE, FINGER, IRIS, NOTHING };

static const struct {
	uint16_t format;
	bool now; /* ISO/IEC 39794 */
	enum what what;
} formats[] = {
	{ PERSO_BIO_19794_5, false, FACE },
	{ PERSO_BIO_39794_5, true, FACE },
	{ PERSO_BIO_19794_4, false, FINGER },
	{ PERSO_BIO_39794_4, true, FINGER },
	{ PERSO_BIO_19794_6, false, IRIS },
	{ PERSO_BIO_19794_6_2011, false, IRIS },
	{ PERSO_BIO_39794_6, true, IRIS },
};

static enum what
what_of(const struct perso_bit *b, bool *ret_now)
{
	*ret_now = false;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (b->owner == PERSO_BIO_OWNER &&
		    formats[i].format == b->format) {
			*ret_now = formats[i].now;
			return formats[i].what;
		}
	return NOTHING;
}

/* see perso/bio39794.h */
bool
perso_bit_is_39794(const struct perso_bit *b)
{
	bool now;

	return what_of(b, &now) != NOTHING && now;
}

/* see perso/bio39794.h */
perso_rc
perso_39794_open(struct perso_span data, struct perso_span *ret)
{
	struct perso_rd rd = perso_rd(data), in;

	PERSO_TRY(bio_open(&rd, 0xA1, &in));
	PERSO_TRY(perso_rd_finish(&rd));
	*ret = perso_span_sub(data, in.at, perso_rd_left(&in));
	return PERSO_OK;
}

/* What a template's data says: faces or one finger, in 19794's terms. */
struct data {
	enum what what;
	size_t others;
	bool no_resolution;
	union {
		struct perso_face_record face;
		struct perso_finger_record finger;
	};
};

static perso_rc
read_now(enum what what, struct perso_span data, struct data *ret)
{
	struct perso_span rec = PERSO_SPAN_EMPTY;

	PERSO_TRY(perso_39794_open(data, &rec));
	if (what == FACE) {
		struct perso_face_39794 f = { .others = 0 };

		PERSO_TRY(perso_face_39794_parse(rec, &f));
		ret->others = f.others;
		ret->face.count = 1;
		ret->face.faces[0] = f.face;
	} else {
		struct perso_finger_39794 f = { .others = 0 };

		PERSO_TRY(perso_finger_39794_parse(rec, &f));
		ret->others = f.others;
		ret->finger = f.record;
		ret->no_resolution = f.record.image_x == 0;
	}
	return PERSO_OK;
}

/* ISO/IEC 19794-6: identifier, version, length. */
static perso_rc
iris_head(struct perso_span data)
{
	struct perso_rd rd = perso_rd(data);

	PERSO_TRY_CTX(
	    perso_rd_expect(&rd, perso_span("IIR\0", 4)), "format identifier");
	PERSO_TRY_CTX(perso_rd_skip(&rd, 4), "version");
	return bio_19794_length(&rd);
}

/* ISO/IEC 39794-6: the version block; the rest is DER. */
static perso_rc
iris_now(struct perso_span data)
{
	struct perso_span rec = PERSO_SPAN_EMPTY;
	struct perso_rd rd, in, version;
	struct bio_39794 v = { 0 };

	PERSO_TRY(perso_39794_open(data, &rec));
	rd = perso_rd(rec);
	PERSO_TRY(bio_open(&rd, 0x66, &in));
	PERSO_TRY(perso_rd_finish(&rd));
	PERSO_TRY_CTX(bio_open(&in, 0xA0, &version), "version");
	PERSO_TRY_CTX(bio_version(&version, &v), "version");
	return bio_der(&in);
}

static perso_rc
read_data(const struct perso_bit *b, struct data *ret)
{
	bool now = false;

	ret->what = what_of(b, &now);
	if (ret->what == NOTHING)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "format %04X of owner %04X",
		    b->format, b->owner);
	if (b->constructed != now)
		PERSO_FAIL(PERSO_E_MISMATCH, "format %04X in tag %s", b->format,
		    b->constructed ? "7F2E" : "5F2E");
	if (ret->what == IRIS)
		return now ? iris_now(b->data) : iris_head(b->data);
	if (now)
		return read_now(ret->what, b->data, ret);
	if (ret->what == FACE)
		return perso_face_parse(b->data, &ret->face);
	return perso_finger_parse(b->data, &ret->finger);
}

/* The finger that the header names, if it names one, is in the record. */
static perso_rc
check_subtype(const struct perso_bit *b, const struct data *d)
{
	unsigned named =
	    b->subtype.n == 1 ? perso_finger_of_subtype(b->subtype.p[0]) : 0;
	unsigned shown = d->finger.views[0].position;

	if (d->what != FINGER || named == 0 || shown == 0 || shown == named)
		return PERSO_OK;
	PERSO_FAIL(PERSO_E_MISMATCH,
	    "the header names finger %u, the record finger %u", named, shown);
}

static perso_rc
with_data(const struct perso_bit *b, struct data **ret)
{
	struct data *d = calloc(1, sizeof(*d));
	perso_rc rc;

	if (d == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a record");
	rc = read_data(b, d);
	if (rc == PERSO_OK)
		rc = check_subtype(b, d);
	if (rc != PERSO_OK) {
		free(d);
		return rc;
	}
	*ret = d;
	return PERSO_OK;
}

/* see perso/bio39794.h */
perso_rc
perso_bit_check_data(const struct perso_bit *b)
{
	struct data *d = NULL;

	PERSO_TRY(with_data(b, &d));
	free(d);
	return PERSO_OK;
}

/* see perso/bio39794.h */
perso_rc
perso_bit_check_group(const struct perso_bit_group *g)
{
	for (size_t i = 0; i < g->count; i++)
		PERSO_TRY_CTX(perso_bit_check_data(&g->bits[i]),
		    "biometric template %zu", i);
	return PERSO_OK;
}

static perso_rc
to_now(const struct data *d, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	PERSO_39794(e);

	if (d->what == IRIS)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "irises are not converted");
	if (d->what == FACE && d->face.count != 1)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "%zu faces where one is allowed", d->face.count);
	if (d->what == FACE)
		PERSO_TRY(
		    perso_face_39794_encode(&d->face.faces[0], false, &e));
	else
		PERSO_TRY(perso_finger_39794_encode(&d->finger, &e));
	PERSO_TRY(perso_buf_reserve(ret, ret->n + perso_39794_data_size(&e)));
	perso_39794_data_write(&w, &e);
	return perso_wr_end(&w);
}

static perso_rc
to_old(const struct data *d, struct perso_buf *ret)
{
	if (d->what == IRIS)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "irises are not converted");
	if (d->others != 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "%zu elements have no place in ISO/IEC 19794", d->others);
	if (d->no_resolution)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "ISO/IEC 19794 wants a resolution, there is none");
	if (d->what == FACE)
		return perso_face_build(&d->face, ret);
	return perso_finger_build(&d->finger, ret);
}

/* b becomes the same in the other format; its new data is in bytes. */
static perso_rc
convert(struct perso_bit *b, bool now, struct perso_buf *bytes)
{
	struct data *d = NULL;
	enum what what;
	perso_rc rc;

	PERSO_TRY(with_data(b, &d));
	what = d->what;
	rc = now ? to_now(d, bytes) : to_old(d, bytes);
	free(d);
	PERSO_TRY(rc);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].what == what && formats[i].now == now)
			b->format = formats[i].format;
	b->constructed = now;
	b->data = perso_buf_span(bytes);
	return PERSO_OK;
}

static perso_rc
convert_all(struct perso_bit_group *g, bool now,
    struct perso_buf bytes[PERSO_BITS], struct perso_buf *ret)
{
	for (size_t i = 0; i < g->count; i++)
		if (perso_bit_is_39794(&g->bits[i]) != now)
			PERSO_TRY_CTX(convert(&g->bits[i], now, &bytes[i]),
			    "biometric template %zu", i);
	return perso_bit_build(g, ret);
}

/* see perso/bio39794.h */
perso_rc
perso_bit_convert(struct perso_span group, bool to_39794, struct perso_buf *ret)
{
	struct perso_bit_group g = { .count = 0 };
	struct perso_buf bytes[PERSO_BITS];
	perso_rc rc;

	PERSO_TRY(perso_bit_parse(group, &g));
	for (size_t i = 0; i < PERSO_BITS; i++)
		perso_buf_init(&bytes[i], group.n + 65536);
	rc = convert_all(&g, to_39794, bytes, ret);
	for (size_t i = 0; i < PERSO_BITS; i++)
		perso_buf_done(&bytes[i]);
	return rc;
}
