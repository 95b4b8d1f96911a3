/* perso bio show|convert: biometric records in a file of a chip, a group or
 * by themselves. */
#include "cli_int.h"
#include "perso/bio39794.h"
#include "perso/lds.h"
#include "perso/tlv.h"

#include <stdlib.h>
#include <string.h>

#define INPUT_MAX ((size_t)1 << 22)

/* What the bytes are. */
enum shape { SHAPE_FILE, SHAPE_GROUP, SHAPE_RECORD };

struct input {
	struct perso_buf bytes;
	struct perso_buf group; /* 7F61; around a bare record ours */
	enum shape shape;
	uint32_t tag; /* of the file */
	struct perso_bit_group parsed;
};

static void
close_input(struct input *in)
{
	perso_buf_done(&in->bytes);
	perso_buf_done(&in->group);
}

#define AUTO_INPUT(name)                                            \
	__attribute__((cleanup(close_input))) struct input name = { \
		.bytes = { .max = INPUT_MAX },                      \
		.group = { .max = 2 * INPUT_MAX }                   \
	}

/* What a record's first bytes say it is. */
static const struct {
	size_t n;
	uint8_t first[4];
	uint16_t format;
	const char *name;
} records[] = {
	{ 4, "FAC", PERSO_BIO_19794_5, "ISO/IEC 19794-5" },
	{ 4, "FIR", PERSO_BIO_19794_4, "ISO/IEC 19794-4" },
	{ 4, "IIR", PERSO_BIO_19794_6, "ISO/IEC 19794-6" },
	{ 1, { 0x65 }, PERSO_BIO_39794_5, "ISO/IEC 39794-5" },
	{ 1, { 0x64 }, PERSO_BIO_39794_4, "ISO/IEC 39794-4" },
	{ 1, { 0x66 }, PERSO_BIO_39794_6, "ISO/IEC 39794-6" },
	{ 0, { 0 }, PERSO_BIO_19794_6_2011, "ISO/IEC 19794-6:2011" },
};
#define RECORDS (sizeof(records) / sizeof(records[0]))

static const char *
format_name(uint16_t format)
{
	for (size_t i = 0; i < RECORDS; i++)
		if (records[i].format == format)
			return records[i].name;
	return "unknown";
}

/* A group of one template around a bare record. */
static perso_rc
wrap(uint16_t format, struct input *in)
{
	struct perso_bit_group g = { .count = 1 };
	PERSO_BUF(data, INPUT_MAX + 16);
	struct perso_wr w = perso_wr(&data);

	g.bits[0].owner = PERSO_BIO_OWNER;
	g.bits[0].format = format;
	g.bits[0].data = perso_buf_span(&in->bytes);
	g.bits[0].constructed = perso_bit_is_39794(&g.bits[0]);
	if (g.bits[0].constructed) {
		perso_wr_tlv(&w, 0xA1, perso_buf_span(&in->bytes));
		PERSO_TRY(perso_wr_end(&w));
		g.bits[0].data = perso_buf_span(&data);
	}
	in->shape = SHAPE_RECORD;
	return perso_bit_build(&g, &in->group);
}

static perso_rc
open_record(struct input *in)
{
	struct perso_span s = perso_buf_span(&in->bytes);

	for (size_t i = 0; i < RECORDS; i++)
		if (records[i].n != 0 &&
		    perso_span_equal(perso_span_sub(s, 0, records[i].n),
			perso_span(records[i].first, records[i].n)))
			return wrap(records[i].format, in);
	PERSO_FAIL(PERSO_E_UNSUPPORTED,
	    "neither EF.DG2, EF.DG3, EF.DG4, nor a group 7F61, nor a record "
	    "of ISO/IEC 19794 or 39794");
}

static perso_rc
sort_out(struct input *in)
{
	struct perso_span s = perso_buf_span(&in->bytes);
	struct perso_tlv t = { 0 };

	if (s.n > 1 && s.p[0] == 0x7F && s.p[1] == 0x61) {
		in->shape = SHAPE_GROUP;
		PERSO_TRY(perso_buf_set(&in->group, s));
	} else if (s.n > 0 &&
		   (s.p[0] == 0x75 || s.p[0] == 0x63 || s.p[0] == 0x76)) {
		in->shape = SHAPE_FILE;
		in->tag = s.p[0];
		PERSO_TRY(perso_tlv_only(s, in->tag, &t));
		PERSO_TRY(perso_buf_set(&in->group, t.val));
	} else {
		PERSO_TRY(open_record(in));
	}
	PERSO_TRY(perso_bit_parse(perso_buf_span(&in->group), &in->parsed));
	return perso_bit_check_group(&in->parsed);
}

static perso_rc
open_input(const char *path, struct input *in)
{
	PERSO_TRY(perso_file_read(path, &in->bytes));
	PERSO_TRY_CTX(sort_out(in), "%s", path);
	return PERSO_OK;
}

/* ---- show -------------------------------------------------------------- */

static void
set(json_t *o, const char *name, json_t *value)
{
	json_object_set_new(o, name, value);
}

static void
set_int(json_t *o, const char *name, uint64_t v)
{
	set(o, name, json_integer((json_int_t)v));
}

static json_t *
face_json(const struct perso_face *f)
{
	static const char *const types[] = { "basic", "full frontal", "token" };
	json_t *o = json_object();

	set(o, "image", json_string(f->jpeg2000 ? "JPEG 2000" : "JPEG"));
	set_int(o, "bytes", f->image.n);
	set_int(o, "width", f->width);
	set_int(o, "height", f->height);
	set(o, "image-type", json_string(types[f->image_type % 3]));
	set_int(o, "gender", f->gender);
	set_int(o, "eye-colour", f->eye);
	set_int(o, "hair-colour", f->hair);
	set_int(o, "feature-points", f->point_count);
	for (size_t i = 0; i < f->point_count; i++) {
		const struct perso_face_point *p = &f->points[i];
		const char *name = p->code == PERSO_POINT_LEFT_EYE ? "left-eye"
				   : p->code == PERSO_POINT_RIGHT_EYE
				       ? "right-eye"
				       : NULL;

		if (name != NULL)
			set(o, name, json_pack("[i, i]", p->x, p->y));
	}
	return o;
}

static json_t *
view_json(
    const struct perso_finger_record *r, const struct perso_finger_view *v)
{
	const char *name = perso_finger_name(v->position);
	json_t *o = json_object();

	set(o, "finger", json_string(name != NULL ? name : "other"));
	set_int(o, "position", v->position);
	set(o, "image",
	    json_string(perso_finger_compression_name(r->compression)));
	set_int(o, "bytes", v->image.n);
	set_int(o, "width", v->width);
	set_int(o, "height", v->height);
	set_int(o, "impression", v->impression);
	if (v->quality <= 100)
		set_int(o, "quality", v->quality);
	if (r->image_x != 0)
		set_int(o,
		    r->units == PERSO_FINGER_PPI ? "pixels-per-inch"
						 : "pixels-per-cm",
		    r->image_x);
	return o;
}

static perso_rc
show_old(const struct perso_bit *b, json_t *o, json_t *views)
{
	if (b->format == PERSO_BIO_19794_5) {
		struct perso_face_record r;

		PERSO_TRY(perso_face_parse(b->data, &r));
		set(o, "faces", json_incref(views));
		for (size_t i = 0; i < r.count; i++)
			json_array_append_new(views, face_json(&r.faces[i]));
	} else if (b->format == PERSO_BIO_19794_4) {
		struct perso_finger_record r;

		PERSO_TRY(perso_finger_parse(b->data, &r));
		set(o, "views", json_incref(views));
		for (size_t i = 0; i < r.count; i++)
			json_array_append_new(
			    views, view_json(&r, &r.views[i]));
	}
	return PERSO_OK;
}

static perso_rc
show_now(const struct perso_bit *b, json_t *o, json_t *views)
{
	struct perso_span rec;

	PERSO_TRY(perso_39794_open(b->data, &rec));
	if (b->format == PERSO_BIO_39794_5) {
		struct perso_face_39794 f;

		PERSO_TRY(perso_face_39794_parse(rec, &f));
		set_int(o, "generation", f.generation);
		set_int(o, "year", f.year);
		set_int(o, "other-elements", f.others);
		set(o, "faces", json_incref(views));
		json_array_append_new(views, face_json(&f.face));
	} else if (b->format == PERSO_BIO_39794_4) {
		struct perso_finger_39794 f;

		PERSO_TRY(perso_finger_39794_parse(rec, &f));
		set_int(o, "generation", f.generation);
		set_int(o, "year", f.year);
		set_int(o, "other-elements", f.others);
		set(o, "views", json_incref(views));
		json_array_append_new(
		    views, view_json(&f.record, &f.record.views[0]));
	}
	return PERSO_OK;
}

static perso_rc
template_json(const struct perso_bit *b, bool header, json_t *ret)
{
	json_t *o = json_object(), *views = json_array();
	const char *finger = NULL;
	perso_rc rc;

	if (b->subtype.n == 1)
		finger =
		    perso_finger_name(perso_finger_of_subtype(b->subtype.p[0]));
	set(o, "format", json_string(format_name(b->format)));
	if (header && b->subtype.n == 1)
		set(o, "subtype",
		    finger != NULL ? json_string(finger)
				   : cli_json_hex(b->subtype));
	set_int(o, "record-bytes", b->data.n);
	rc = b->constructed ? show_now(b, o, views) : show_old(b, o, views);
	json_decref(views);
	json_array_append_new(ret, o);
	return rc;
}

static const char *
shape_name(const struct input *in)
{
	switch (in->shape) {
	case SHAPE_GROUP:
		return "group";
	case SHAPE_RECORD:
		return "record";
	default:
		return perso_lds_by_tag(in->tag)->name;
	}
}

static perso_rc
show_file(struct cli *c, const char *path)
{
	json_t *list;
	perso_rc rc = PERSO_OK;
	AUTO_INPUT(in);

	PERSO_TRY(open_input(path, &in));
	list = json_array();
	for (size_t i = 0; rc == PERSO_OK && i < in.parsed.count; i++)
		rc = template_json(
		    &in.parsed.bits[i], in.shape != SHAPE_RECORD, list);
	if (rc != PERSO_OK) {
		json_decref(list);
		return rc;
	}
	if (c->json)
		return cli_json_line(
		    json_pack("{s:o, s:s, s:o}", "path", cli_json_text(path),
			"kind", shape_name(&in), "templates", list));
	cli_print("%s  (%s, %zu template%s)\n", path, shape_name(&in),
	    in.parsed.count, in.parsed.count == 1 ? "" : "s");
	cli_print_tree(list, 2);
	json_decref(list);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_bio_show(struct cli *c)
{
	for (int i = 0; i < c->argc; i++)
		PERSO_TRY(show_file(c, c->argv[i]));
	return PERSO_OK;
}

/* ---- convert ----------------------------------------------------------- */

/* The converted group in the shape that came in. */
static perso_rc
unwrap(const struct input *in, struct perso_span group, struct perso_buf *ret)
{
	struct perso_bit_group g = { .count = 0 };
	struct perso_span data;
	struct perso_wr w = perso_wr(ret);

	if (in->shape == SHAPE_GROUP)
		return perso_buf_append(ret, group);
	if (in->shape == SHAPE_FILE) {
		perso_wr_tlv(&w, in->tag, group);
		return perso_wr_end(&w);
	}
	PERSO_TRY(perso_bit_parse(group, &g));
	data = g.bits[0].data;
	if (g.bits[0].constructed)
		PERSO_TRY(perso_39794_open(data, &data));
	return perso_buf_append(ret, data);
}

/* What ISO/IEC 39794 has no place for without the name of an algorithm or a
 * manufacturer. */
static bool
loses(const struct perso_bit_group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct perso_finger_record r;
		struct perso_face_record f;

		if (g->bits[i].format == PERSO_BIO_19794_4 &&
		    perso_finger_parse(g->bits[i].data, &r) == PERSO_OK &&
		    (r.device != 0 || r.views[0].quality <= 100))
			return true;
		if (g->bits[i].format == PERSO_BIO_19794_5 &&
		    perso_face_parse(g->bits[i].data, &f) == PERSO_OK &&
		    (f.faces[0].device != 0 || f.faces[0].quality != 0))
			return true;
	}
	return false;
}

static perso_rc
convert(struct cli *c, const struct input *in, bool now, const char *out)
{
	PERSO_BUF(group, 2 * INPUT_MAX);
	PERSO_BUF(bytes, 2 * INPUT_MAX);

	if (in->parsed.count == 0)
		PERSO_TRY(perso_buf_set(&group, perso_buf_span(&in->group)));
	else
		PERSO_TRY_CTX(
		    perso_bit_convert(perso_buf_span(&in->group), now, &group),
		    "%s", c->argv[0]);
	PERSO_TRY(unwrap(in, perso_buf_span(&group), &bytes));
	PERSO_TRY(perso_file_write(out, perso_buf_span(&bytes), 0600));
	if (now && loses(&in->parsed))
		cli_note(c,
		    "quality and device are left out: ISO/IEC 39794 "
		    "gives them with an algorithm and a manufacturer\n");
	if (c->json)
		return cli_json(json_pack("{s:o, s:s, s:I, s:I}", "path",
		    cli_json_text(out), "kind", shape_name(in), "bytes",
		    (json_int_t)bytes.n, "bytes-before",
		    (json_int_t)in->bytes.n));
	cli_print("%s  %s, %zu bytes (before: %zu)\n", out, shape_name(in),
	    bytes.n, in->bytes.n);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_bio_convert(struct cli *c)
{
	const char *to = cli_value(c, "to"), *out = cli_value(c, "out");
	AUTO_INPUT(in);

	if (to == NULL ||
	    (strcmp(to, "39794") != 0 && strcmp(to, "19794") != 0))
		PERSO_FAIL(PERSO_E_ARG, "--to must be 39794 or 19794");
	if (out == NULL)
		PERSO_FAIL(PERSO_E_ARG, "--out is missing");
	PERSO_TRY(open_input(c->argv[0], &in));
	return convert(c, &in, strcmp(to, "39794") == 0, out);
}
