/* perso render: the pages of an order, or of a job's order, without a chip. */
#include <ctype.h>
#include <unistd.h>

#include "cli_int.h"
#include "perso/hooks.h"
#include "perso/line.h"
#include "perso/order.h"
#include "perso/picture.h"
#include "perso/render.h"

struct drawing {
	struct perso_profiles *profiles;
	struct perso_order *order;
	struct perso_render *render;
	const struct perso_layout *layout;
	struct perso_pixels portrait, signature;
	struct perso_render_input in;
	char dir[PERSO_PATH_MAX];
	unsigned dpi;
	bool is_pdf;
	/* of a job; path is the operand else */
	char path[PERSO_STORE_PATH_MAX];
	char number[PERSO_NUMBER_MAX];
	uint8_t hash[PERSO_STORE_HASH];
	time_t clock;
	bool is_job;
	struct perso_secret can;
};

static void
close_job(struct drawing *j)
{
	perso_render_close(&j->render);
	perso_pixels_done(&j->portrait);
	perso_pixels_done(&j->signature);
	perso_order_free(&j->order);
	perso_profiles_free(&j->profiles);
	perso_secret_wipe(&j->can);
}

/* Digits only; a file of such a name can be called ./17. */
static bool
is_job(const char *s)
{
	const char *p = s;

	while (isdigit((unsigned char)*p))
		p++;
	return *p == '\0' && p != s;
}

/* The CAN that is kept until the job ends, if it has one. */
static perso_rc
find_can(const struct cli_config *cfg, struct perso_store *store, int64_t job,
    struct drawing *j)
{
	PERSO_SECRET(wrap_key);
	perso_rc rc;

	if (cfg->wrap_key[0] == '\0' || access(cfg->wrap_key, F_OK) != 0)
		return PERSO_OK;
	PERSO_TRY(perso_wrap_key_load(cfg->wrap_key, &wrap_key));
	rc = perso_line_kept_can(
	    store, perso_secret_span(&wrap_key), job, &j->can);
	if (rc != PERSO_E_NOT_FOUND)
		return rc;
	perso_trail_reset();
	return PERSO_OK;
}

static perso_rc
find_order(struct perso_store *store, const char *id, struct drawing *j)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	perso_rc rc;

	if (o == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	rc = perso_store_order_get(store, id, o);
	snprintf(j->path, sizeof(j->path), "%s", o->path);
	if (rc == PERSO_OK)
		rc = perso_span_copy(
		    j->hash, sizeof(j->hash), perso_span_of(o->json_hash));
	free(o);
	return rc;
}

static perso_rc
find_job(struct cli *c, const struct cli_config *cfg, struct drawing *j)
{
	struct perso_store_job job;
	int64_t id = 0;
	CLI_STORE(store);

	PERSO_TRY(cli_job_number(c->argv[0], &id));
	PERSO_TRY(cli_open_store(cfg, &store));
	PERSO_TRY(perso_store_job_get(store, id, &job));
	PERSO_TRY(find_order(store, job.order, j));
	snprintf(j->number, sizeof(j->number), "%s", job.number);
	j->clock = (time_t)job.clock;
	j->is_job = true;
	return find_can(cfg, store, id, j);
}

static perso_rc
find_source(struct cli *c, const struct cli_config *cfg, struct drawing *j)
{
	if (is_job(c->argv[0]))
		return find_job(c, cfg, j);
	j->clock = perso_now();
	snprintf(j->path, sizeof(j->path), "%s", c->argv[0]);
	if (strlen(c->argv[0]) >= sizeof(j->path))
		PERSO_FAIL(PERSO_E_RANGE, "path is too long");
	return PERSO_OK;
}

static perso_rc
load_order(struct cli *c, struct drawing *j)
{
	PERSO_TRY(cli_load_order(c, j->path, j->profiles, j->clock, &j->order));
	if (j->order != NULL && j->is_job &&
	    !perso_span_equal(
		perso_md_span(&j->order->sha256), perso_span_of(j->hash)))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "%s is not the order file that was imported", j->path);
	return PERSO_OK;
}

static perso_rc
bind_number(struct cli *c, const struct drawing *j, struct perso_record *r)
{
	if (!j->is_job)
		return cli_bind_number(c, r);
	if (cli_value(c, "number") != NULL)
		PERSO_FAIL(PERSO_E_ARG, "a job has its number: no --number");
	return perso_record_bind(r, j->number);
}

static perso_rc
find_layout(struct drawing *j)
{
	const struct perso_doc_profile *p = j->order->record.profile;

	if (p->layout[0] == '\0')
		PERSO_FAIL(PERSO_E_CONFIG,
		    "profile %s names no layout; add one: layout: td3-passport",
		    p->id);
	j->layout = perso_profiles_layout(j->profiles, p->layout);
	if (j->layout == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "there is no layouts/%s.yaml among the profiles",
		    p->layout);
	return perso_render_open(j->layout, &j->render);
}

static perso_rc
decode(const struct perso_record_image *image, const char *role,
    struct perso_pixels *ret)
{
	if (image->bytes.n == 0)
		return PERSO_OK;
	PERSO_TRY_CTX(
	    perso_picture_decode(perso_buf_span(&image->bytes), NULL, ret),
	    "%s", role);
	return PERSO_OK;
}

static perso_rc
read_can(struct cli *c, struct drawing *j)
{
	const char *can = cli_value(c, "can");

	if (can == NULL && j->can.n > 0)
		j->in.can = (const char *)j->can.p;
	if (can == NULL)
		return PERSO_OK;
	if (!perso_pattern_matches("[0-9]{6}", perso_span_str(can)))
		PERSO_FAIL(PERSO_E_ARG, "--can wants six digits");
	j->in.can = can;
	return PERSO_OK;
}

static perso_rc
read_format(struct cli *c, struct drawing *j)
{
	const char *format = cli_value(c, "format");

	j->is_pdf = format != NULL && strcmp(format, "pdf") == 0;
	if (format != NULL && !j->is_pdf && strcmp(format, "png") != 0)
		PERSO_FAIL(PERSO_E_ARG, "--format is png or pdf");
	return PERSO_OK;
}

static perso_rc
read_dpi(struct cli *c, struct drawing *j)
{
	uint64_t dpi = 300;

	PERSO_TRY(cli_number(c, "dpi", 600, &dpi));
	if (dpi != 300 && dpi != 600)
		PERSO_FAIL(PERSO_E_ARG, "--dpi is 300 or 600");
	j->dpi = (unsigned)dpi;
	return PERSO_OK;
}

static perso_rc
write_file(struct cli *c, const struct drawing *j, const char *side,
    const char *ending, const struct perso_buf *bytes)
{
	char name[PERSO_ORDER_ID_MAX + 40], path[PERSO_PATH_MAX];

	snprintf(name, sizeof(name), "%s%s%s.%s", j->order->record.order_id,
	    side[0] ? "-" : "", side, ending);
	PERSO_TRY(perso_path_join(path, sizeof(path), j->dir, name));
	PERSO_TRY(perso_file_write(path, perso_buf_span(bytes), 0600));
	if (c->json)
		return cli_json_line(
		    json_pack("{s:o, s:s, s:I}", "path", cli_json_text(path),
			"side", side, "bytes", (json_int_t)bytes->n));
	cli_print("%s\n", path);
	return PERSO_OK;
}

/* All sides are drawn before the first is written. */
static perso_rc
write_pngs(struct cli *c, struct drawing *j)
{
	PERSO_BUF(first, PERSO_RENDER_MAX);
	PERSO_BUF(second, PERSO_RENDER_MAX);
	struct perso_buf *png[PERSO_LAYOUT_SIDES] = { &first, &second };

	for (size_t i = 0; i < j->layout->side_count; i++)
		PERSO_TRY(
		    perso_render_png(j->render, i, j->dpi, &j->in, png[i]));
	PERSO_TRY(perso_dir_make(j->dir, 0700));
	for (size_t i = 0; i < j->layout->side_count; i++)
		PERSO_TRY(
		    write_file(c, j, j->layout->sides[i].name, "png", png[i]));
	return PERSO_OK;
}

static perso_rc
write_pages(struct cli *c, struct drawing *j)
{
	const char *out = cli_value(c, "out");
	PERSO_BUF(pdf, PERSO_RENDER_MAX);

	snprintf(j->dir, sizeof(j->dir), "%s", out != NULL ? out : ".");
	if (!j->is_pdf)
		return write_pngs(c, j);
	PERSO_TRY(perso_render_pdf(j->render, &j->in, &pdf));
	PERSO_TRY(perso_dir_make(j->dir, 0700));
	return write_file(c, j, "", "pdf", &pdf);
}

static perso_rc
render(struct cli *c, struct drawing *j)
{
	const struct perso_record *r = &j->order->record;

	PERSO_TRY(bind_number(c, j, &j->order->record));
	PERSO_TRY(find_layout(j));
	PERSO_TRY(decode(&r->portrait, "portrait", &j->portrait));
	PERSO_TRY(decode(&r->signature, "signature", &j->signature));
	j->in.record = r;
	j->in.portrait = r->portrait.bytes.n ? &j->portrait : NULL;
	j->in.signature = r->signature.bytes.n ? &j->signature : NULL;
	PERSO_TRY_CTX(write_pages(c, j), "order %s", r->order_id);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_render(struct cli *c)
{
	struct cli_config cfg;
	__attribute__((cleanup(close_job))) struct drawing j = { 0 };

	PERSO_TRY(read_dpi(c, &j));
	PERSO_TRY(read_format(c, &j));
	PERSO_TRY(cli_config_load(c, &cfg));
	PERSO_TRY(find_source(c, &cfg, &j));
	PERSO_TRY(read_can(c, &j));
	PERSO_TRY(cli_open_profiles(&cfg, &j.profiles));
	PERSO_TRY(load_order(c, &j));
	return j.order != NULL ? render(c, &j) : PERSO_OK;
}
