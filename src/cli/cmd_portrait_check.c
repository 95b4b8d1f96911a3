/* perso portrait check: is a picture fit for a document? */
#include "cli_int.h"
#include "perso/picture.h"
#include "perso/portrait.h"

static const char *const verdicts[] = { "pass", "FAIL", "not measured" };

/* count decimal numbers parted by sep, each below the side of a picture. */
static bool
read_numbers(const char *s, char sep, uint32_t *dst, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t v = 0;

		if (i > 0 && *s++ != sep)
			return false;
		if (*s < '0' || *s > '9')
			return false;
		for (; *s >= '0' && *s <= '9' && v <= PERSO_PIXELS_SIDE; s++)
			v = v * 10 + (uint32_t)(*s - '0');
		if (v > PERSO_PIXELS_SIDE)
			return false;
		dst[i] = v;
	}
	return *s == '\0';
}

static perso_rc
read_eyes(const struct cli *c, struct perso_portrait_eyes *ret)
{
	uint32_t n[4];

	if (!read_numbers(cli_value(c, "eyes"), ',', n, 4))
		PERSO_FAIL(PERSO_E_ARG,
		    "--eyes is X,Y,X,Y in pixels: the person's left eye, then "
		    "the right one");
	*ret = (struct perso_portrait_eyes){ n[0], n[1], n[2], n[3] };
	return PERSO_OK;
}

static perso_rc
read_limits(const struct cli *c, struct perso_portrait_limits *ret)
{
	const char *frame = cli_value(c, "frame");
	uint32_t n[2];

	perso_portrait_defaults(ret);
	if (cli_flag(c, "grey"))
		ret->v[PERSO_PORTRAIT_COLOURED].min = PERSO_PORTRAIT_ANY_MIN;
	if (frame == NULL)
		return PERSO_OK;
	if (!read_numbers(frame, 'x', n, 2) || n[0] == 0 || n[1] == 0)
		PERSO_FAIL(PERSO_E_ARG, "--frame is WIDTHxHEIGHT in pixels");
	return perso_portrait_limits_frame(ret, n[0], n[1]);
}

/* In units: 778 steps of 0.001 are 0.778; null for a limit that is none. */
static json_t *
number_json(enum perso_portrait_measure m, int32_t value)
{
	unsigned decimals = perso_portrait_about(m)->decimals;
	double v = value;

	if (value == PERSO_PORTRAIT_ANY_MIN || value == PERSO_PORTRAIT_ANY_MAX)
		return json_null();
	if (decimals == 0)
		return json_integer(value);
	for (unsigned i = 0; i < decimals; i++)
		v /= 10;
	return json_real(v);
}

static json_t *
result_json(
    enum perso_portrait_measure m, const struct perso_portrait_result *r)
{
	static const char *const words[] = { "pass", "fail", "unmeasured" };
	const struct perso_portrait_about *a = perso_portrait_about(m);
	bool is_measured = r->verdict != PERSO_PORTRAIT_UNMEASURED;

	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:s}", "code", a->code,
	    "measure", a->name, "value",
	    is_measured ? number_json(m, r->value) : json_null(), "unit",
	    a->unit, "min", number_json(m, r->limit.min), "max",
	    number_json(m, r->limit.max), "verdict", words[r->verdict]);
}

static perso_rc
print_json(const char *path, const struct perso_portrait_report *r)
{
	json_t *checks = json_array();

	for (unsigned i = 0; i < PERSO_PORTRAIT_MEASURES; i++)
		json_array_append_new(checks, result_json(i, &r->v[i]));
	return cli_json(json_pack("{s:o, s:b, s:I, s:o}", "file",
	    cli_json_text(path), "passed", r->failed == 0, "failed",
	    (json_int_t)r->failed, "checks", checks));
}

static perso_rc
print_table(const struct perso_portrait_report *r)
{
	CLI_TABLE(t);

	cli_table_begin(&t);
	PERSO_TRY(cli_table_row(&t, "CODE\tMEASURE\tMEASURED\tLIMIT\tVERDICT"));
	for (unsigned i = 0; i < PERSO_PORTRAIT_MEASURES; i++) {
		const struct perso_portrait_result *v = &r->v[i];
		char value[48] = "-", limit[64];

		if (v->verdict != PERSO_PORTRAIT_UNMEASURED)
			perso_portrait_text(i, v->value, value, sizeof(value));
		perso_portrait_range_text(i, v->limit, limit, sizeof(limit));
		PERSO_TRY(cli_table_row(&t, "%s\t%s\t%s\t%s\t%s",
		    perso_portrait_about(i)->code,
		    perso_portrait_about(i)->name, value, limit,
		    verdicts[v->verdict]));
	}
	cli_table_end(&t);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_portrait_check(struct cli *c)
{
	const char *path = c->argv[0];
	bool has_eyes = cli_flag(c, "eyes");
	struct perso_portrait_limits limits;
	struct perso_portrait_eyes eyes;
	struct perso_portrait_report report;
	PERSO_BUF(file, PERSO_PICTURE_BYTES);
	PERSO_PIXELS(picture);

	PERSO_TRY(read_limits(c, &limits));
	if (has_eyes)
		PERSO_TRY(read_eyes(c, &eyes));
	PERSO_TRY(perso_file_read(path, &file));
	PERSO_TRY_CTX(
	    perso_picture_decode(perso_buf_span(&file), NULL, &picture), "%s",
	    path);
	PERSO_TRY_CTX(perso_portrait_check(
			  &picture, &limits, has_eyes ? &eyes : NULL, &report),
	    "%s", path);
	if (report.failed > 0)
		c->exit = CLI_EXIT_CHECK;
	return c->json ? print_json(path, &report) : print_table(&report);
}
