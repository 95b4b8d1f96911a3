/* perso portrait prepare: a picture into a frame and a budget. */
#include "cli_int.h"
#include "perso/picture.h"

static perso_rc
need(const struct cli *c, const char *name, const char **ret)
{
	*ret = cli_value(c, name);
	if (*ret == NULL)
		PERSO_FAIL(PERSO_E_ARG, "--%s is wanted", name);
	return PERSO_OK;
}

static perso_rc
take_frame(const struct cli *c, struct perso_picture_fit *fit)
{
	const char *text;
	unsigned w = 0, h = 0;
	int end = 0;

	PERSO_TRY(need(c, "frame", &text));
	if (sscanf(text, "%5ux%5u%n", &w, &h, &end) != 2 || text[end] != '\0' ||
	    w == 0 || h == 0)
		PERSO_FAIL(PERSO_E_ARG,
		    "--frame is width x height in pixels, e.g. 413x531");
	fit->width = w;
	fit->height = h;
	return PERSO_OK;
}

static perso_rc
take_format(const struct cli *c, struct perso_picture_fit *fit)
{
	const char *text;

	PERSO_TRY(need(c, "format", &text));
	if (strcmp(text, "jp2") == 0)
		fit->format = PERSO_IMAGE_JP2;
	else if (strcmp(text, "jpeg") == 0)
		fit->format = PERSO_IMAGE_JPEG;
	else
		PERSO_FAIL(PERSO_E_ARG, "--format is jp2 or jpeg");
	return PERSO_OK;
}

static perso_rc
take_eyes(const struct cli *c, struct perso_picture_fit *fit)
{
	const char *text = cli_value(c, "eyes");
	double v[4] = { 0 };
	int end = 0;

	if (text == NULL)
		return PERSO_OK;
	if (sscanf(text, "%9lf,%9lf,%9lf,%9lf%n", v, v + 1, v + 2, v + 3,
		&end) != 4 ||
	    text[end] != '\0')
		PERSO_FAIL(PERSO_E_ARG,
		    "--eyes is x,y,x,y in pixels, the eye on the left of the "
		    "picture first");
	fit->eyes[0] = (struct perso_picture_point){ v[0], v[1] };
	fit->eyes[1] = (struct perso_picture_point){ v[2], v[3] };
	fit->has_eyes = true;
	return PERSO_OK;
}

static perso_rc
take_options(const struct cli *c, struct perso_picture_fit *fit)
{
	uint64_t max = 0;
	const char *text;

	PERSO_TRY(take_frame(c, fit));
	PERSO_TRY(take_format(c, fit));
	PERSO_TRY(need(c, "max-bytes", &text));
	PERSO_TRY(cli_number(c, "max-bytes", PERSO_PICTURE_BYTES, &max));
	if (max < PERSO_PICTURE_BUDGET_MIN)
		PERSO_FAIL(PERSO_E_ARG, "--max-bytes is at least %d",
		    PERSO_PICTURE_BUDGET_MIN);
	fit->max_bytes = (size_t)max;
	return take_eyes(c, fit);
}

/* What was made and how; psnr against the picture in the frame. */
struct result {
	struct perso_picture_info info;
	double psnr;
	struct perso_pixels frame;
	struct perso_buf file;
};

static void
result_done(struct result *r)
{
	perso_pixels_done(&r->frame);
	perso_buf_done(&r->file);
}

static perso_rc
prepare(
    const char *path, const struct perso_picture_fit *fit, struct result *ret)
{
	PERSO_BUF(in, PERSO_PICTURE_BYTES);
	PERSO_PIXELS(px);
	PERSO_PIXELS(back);

	PERSO_TRY(perso_file_read(path, &in));
	PERSO_TRY_CTX(
	    perso_picture_decode(perso_buf_span(&in), NULL, &px), "%s", path);
	PERSO_TRY_CTX(
	    perso_picture_scale(&px, fit, &ret->frame, &ret->info), "%s", path);
	PERSO_TRY_CTX(
	    perso_picture_encode(&ret->frame, fit, &ret->file, &ret->info),
	    "%s", path);
	PERSO_TRY_CTX(
	    perso_picture_decode(perso_buf_span(&ret->file), NULL, &back),
	    "what was made");
	return perso_picture_psnr(&ret->frame, &back, &ret->psnr);
}

static perso_rc
print(
    struct cli *c, const struct perso_picture_fit *fit, const struct result *r)
{
	const struct perso_picture_info *i = &r->info;

	if (c->json)
		return cli_json(json_pack(
		    "{s:s, s:i, s:i, s:i, s:i, s:i, s:f, s:i, s:b, s:f, s:f, "
		    "s:f, s:[f,f,f,f]}",
		    "format", fit->format == PERSO_IMAGE_JP2 ? "jp2" : "jpeg",
		    "width", (int)fit->width, "height", (int)fit->height,
		    "components", (int)r->frame.channels, "bytes",
		    (int)i->bytes, "encodes", (int)i->encodes, "rate", i->rate,
		    "quality", (int)i->quality, "best", (int)i->is_best, "psnr",
		    r->psnr, "scale", i->scale, "turned", i->turned, "crop",
		    i->crop.x, i->crop.y, i->crop.width, i->crop.height));
	cli_print("%s, %u x %u, %zu bytes of %zu\n",
	    perso_image_format_name(fit->format), fit->width, fit->height,
	    i->bytes, fit->max_bytes);
	cli_print(
	    "encodes  %u\nrate     %.3f bits per pixel\n", i->encodes, i->rate);
	if (i->quality > 0)
		cli_print("quality  %u\n", i->quality);
	cli_print("PSNR     %.2f dB\n", r->psnr);
	cli_print("crop     %.1f x %.1f at %.1f, %.1f", i->crop.width,
	    i->crop.height, i->crop.x, i->crop.y);
	if (i->turned != 0)
		cli_print(", turned by %.2f degrees", i->turned);
	cli_print(
	    "\nscale    %.3f%s\n", i->scale, i->scale > 1 ? " (enlarged)" : "");
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_portrait_prepare(struct cli *c)
{
	struct perso_picture_fit fit = { .width = 0 };
	const char *out;
	__attribute__((cleanup(result_done))) struct result r = {
		.file = { .max = PERSO_PICTURE_BYTES }
	};

	PERSO_TRY(take_options(c, &fit));
	PERSO_TRY(need(c, "out", &out));
	PERSO_TRY(prepare(c->argv[0], &fit, &r));
	PERSO_TRY(perso_file_write(out, perso_buf_span(&r.file), 0600));
	if (r.info.scale > 1)
		cli_note(c, "perso: %s was enlarged %.2f times\n", c->argv[0],
		    r.info.scale);
	return print(c, &fit, &r);
}
