#include "bio_int.h"

/* see perso/bio.h */
const char *
perso_image_format_name(enum perso_image_format f)
{
	switch (f) {
	case PERSO_IMAGE_JPEG:
		return "JPEG";
	case PERSO_IMAGE_JP2:
		return "JPEG 2000";
	case PERSO_IMAGE_J2K:
		return "JPEG 2000 codestream";
	case PERSO_IMAGE_PNG:
		return "PNG";
	case PERSO_IMAGE_WSQ:
		return "WSQ";
	case PERSO_IMAGE_NONE:
		break;
	}
	return "none";
}

static perso_rc
probe_j2k(struct perso_span image, struct perso_image_info *ret)
{
	struct perso_image_info info = { 0 };
	struct perso_rd rd = perso_rd(image);

	PERSO_TRY(bio_codestream(&rd, &info));
	PERSO_TRY(perso_rd_finish(&rd));
	*ret = info;
	return PERSO_OK;
}

static perso_rc
probe_wsq(struct perso_span image, struct perso_image_info *ret)
{
	struct perso_wsq_info wsq = { 0 };

	PERSO_TRY(bio_probe_wsq(image, &wsq));
	*ret = (struct perso_image_info){ PERSO_IMAGE_WSQ, wsq.width,
		wsq.height, 1, 8 };
	return PERSO_OK;
}

static const struct {
	size_t n;
	uint8_t magic[12];
	const char *name;
	perso_rc (*probe)(struct perso_span, struct perso_image_info *);
} kinds[] = {
	{ 2, { 0xFF, 0xD8 }, "JPEG", bio_probe_jpeg },
	{ 12, { 0, 0, 0, 12, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A },
	    "JPEG 2000", bio_probe_jp2 },
	{ 4, { 0xFF, 0x4F, 0xFF, 0x51 }, "JPEG 2000 codestream", probe_j2k },
	{ 8, { 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A }, "PNG",
	    bio_probe_png },
	{ 2, { 0xFF, 0xA0 }, "WSQ", probe_wsq },
};

/* see perso/bio.h */
perso_rc
perso_image_probe(struct perso_span image, struct perso_image_info *ret)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!perso_span_equal(perso_span_sub(image, 0, kinds[i].n),
			perso_span(kinds[i].magic, kinds[i].n)))
			continue;
		PERSO_TRY_CTX(
		    kinds[i].probe(image, ret), "%s image", kinds[i].name);
		return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED,
	    "image at offset 0 is neither JPEG, JPEG 2000, PNG nor WSQ");
}

/* see perso/bio.h */
bool
perso_image_is_reversible(struct perso_span image)
{
	struct perso_rd rd = perso_rd(image);
	bool reversible = false;

	if (image.n > 0 && image.p[0] == 0 &&
	    bio_jp2_codestream(image, &rd) != PERSO_OK)
		return false;
	return bio_codestream_reversible(&rd, &reversible) == PERSO_OK &&
	       reversible;
}
