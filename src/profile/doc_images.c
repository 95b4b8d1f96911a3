/*
 * The pictures of a document.
 */
#include "profile_int.h"

#define DOC(member) Y_AT(struct perso_doc_profile, member)

const struct yaml_name perso_image_kinds[] = { { "jpeg",
						   PERSO_IMAGE_KIND_JPEG },
	{ "jp2", PERSO_IMAGE_KIND_JP2 }, { NULL, 0 } };

#define IMAGE_FIELDS(m)                                          \
	{ .key = "formats",                                      \
		.kind = Y_BITS,                                  \
		.required = true,                                \
		DOC(m.formats),                                  \
		.names = perso_image_kinds },                    \
	    { .key = "max-bytes",                                \
		    .kind = Y_UINT,                              \
		    .required = true,                            \
		    DOC(m.max_bytes),                            \
		    .min = 256,                                  \
		    .max = 1048576 },                            \
	    { .key = "min-width",                                \
		    .kind = Y_UINT,                              \
		    .required = true,                            \
		    DOC(m.min_width),                            \
		    .min = 1,                                    \
		    .max = 8192 },                               \
	    { .key = "max-width",                                \
		    .kind = Y_UINT,                              \
		    .required = true,                            \
		    DOC(m.max_width),                            \
		    .min = 1,                                    \
		    .max = 8192 },                               \
	    { .key = "min-height",                               \
		    .kind = Y_UINT,                              \
		    .required = true,                            \
		    DOC(m.min_height),                           \
		    .min = 1,                                    \
		    .max = 8192 },                               \
	    { .key = "max-height",                               \
		    .kind = Y_UINT,                              \
		    .required = true,                            \
		    DOC(m.max_height),                           \
		    .min = 1,                                    \
		    .max = 8192 },                               \
	    { .key = "frame", .kind = Y_MAP, .sub = m##_frame }, \
	    { .key = "checks", .kind = Y_BOOL, DOC(m.checks) },  \
	{                                                        \
		0                                                \
	}

#define FRAME_FIELDS(m)                           \
	{ .key = "width",                         \
		.kind = Y_UINT,                   \
		.required = true,                 \
		DOC(m.frame_width),               \
		.min = 1,                         \
		.max = 4096 },                    \
	    { .key = "height",                    \
		    .kind = Y_UINT,               \
		    .required = true,             \
		    DOC(m.frame_height),          \
		    .min = 1,                     \
		    .max = 4096 },                \
	    { .key = "format",                    \
		    .kind = Y_CHOICE,             \
		    .required = true,             \
		    DOC(m.frame_format),          \
		    .names = perso_image_kinds }, \
	{                                         \
		0                                 \
	}

static const struct yaml_field portrait_frame[] = { FRAME_FIELDS(portrait) };
static const struct yaml_field signature_frame[] = { FRAME_FIELDS(signature) };
static const struct yaml_field scan_frame[] = { FRAME_FIELDS(scan) };
static const struct yaml_field portrait_fields[] = { IMAGE_FIELDS(portrait) };
static const struct yaml_field signature_fields[] = { IMAGE_FIELDS(signature) };
static const struct yaml_field scan_fields[] = { IMAGE_FIELDS(scan) };

const struct yaml_field perso_image_fields[] = { { .key = "portrait",
						     .kind = Y_MAP,
						     .required = true,
						     .sub = portrait_fields },
	{ .key = "signature", .kind = Y_MAP, .sub = signature_fields },
	{ .key = "scan", .kind = Y_MAP, .sub = scan_fields }, { 0 } };

/* ------------------------------------------------------------ checks */

static bool
limits_cross(const struct perso_image_profile *i)
{
	return i->min_width > i->max_width || i->min_height > i->max_height;
}

static bool
frame_outside(const struct perso_image_profile *i)
{
	return i->frame_width != 0 && (i->frame_width < i->min_width ||
					  i->frame_width > i->max_width ||
					  i->frame_height < i->min_height ||
					  i->frame_height > i->max_height);
}

static bool
frame_of_other_format(const struct perso_image_profile *i)
{
	return i->frame_width != 0 && !(i->frame_format & i->formats);
}

#define RULE_OF(name, expression)                            \
	static bool name(const void *profile)                \
	{                                                    \
		const struct perso_doc_profile *p = profile; \
		return (expression);                         \
	}

static bool
has_signature(const struct perso_doc_profile *p)
{
	return ((p->required | p->optional) & PERSO_FIELD_SIGNATURE) != 0;
}

#define SCANS (PERSO_FIELD_CITIZENSHIP | PERSO_FIELD_FRONT | PERSO_FIELD_REAR)

static bool
has_scans(const struct perso_doc_profile *p)
{
	return ((p->required | p->optional) & SCANS) != 0;
}

RULE_OF(bad_portrait, limits_cross(&p->portrait))
RULE_OF(bad_signature, limits_cross(&p->signature))
RULE_OF(checks_elsewhere, p->signature.checks || p->scan.checks)
RULE_OF(bad_scan, limits_cross(&p->scan))
RULE_OF(scan_alone, (p->scan.formats != 0) != has_scans(p))
RULE_OF(wide_portrait, frame_outside(&p->portrait))
RULE_OF(wide_signature, frame_outside(&p->signature))
RULE_OF(wide_scan, frame_outside(&p->scan))
RULE_OF(other_portrait, frame_of_other_format(&p->portrait))
RULE_OF(other_signature, frame_of_other_format(&p->signature))
RULE_OF(other_scan, frame_of_other_format(&p->scan))
RULE_OF(no_signature, p->signature.formats == 0 && has_signature(p))
RULE_OF(useless_signature, p->signature.formats != 0 && !has_signature(p))

const struct profile_rule perso_image_checks[] = {
	{ "images.portrait", "minimum above maximum", bad_portrait },
	{ "images.signature", "minimum above maximum", bad_signature },
	{ "images.scan", "minimum above maximum", bad_scan },
	{ "images", "checks are for the portrait", checks_elsewhere },
	{ "images.scan",
	    "it and the fields citizenship, front, rear belong together",
	    scan_alone },
	{ "images.portrait.frame", "outside minimum and maximum",
	    wide_portrait },
	{ "images.signature.frame", "outside minimum and maximum",
	    wide_signature },
	{ "images.scan.frame", "outside minimum and maximum", wide_scan },
	{ "images.scan.frame", "format is not among formats", other_scan },
	{ "images.portrait.frame", "format is not among formats",
	    other_portrait },
	{ "images.signature.frame", "format is not among formats",
	    other_signature },
	{ "order", "signature is a field, but images has none", no_signature },
	{ "images.signature", "signature is no field of the order",
	    useless_signature },
	{ NULL, NULL, NULL }
};
