/* A finished document on a contact sheet. */
#include "perso/picture.h"
#include "perso/secret.h"
#include "sheet.h"

/* One sheet in hand. */
struct work {
	struct cli_sheet *open;
	const struct cli_sheet_values *v;
	struct perso_sheet sheet;
	struct perso_render_input input;
	struct perso_pixels portrait, signature; /* of the order */
	struct perso_pixels chip[PERSO_SHEET_PICTURES];
	char caption[PERSO_SHEET_PICTURES][80];
	char line[PERSO_SHEET_LINES][320];
	char summary[96];
	char mrz[PERSO_SHEET_LINES][48];
	char why[PERSO_TRAIL_LEN];
	char can[16];
	struct perso_sheet_check checks[PERSO_CHECKS];
	struct cli_sheet_rows rows;
};

static void
close_work(struct work **w)
{
	if (*w == NULL)
		return;
	perso_pixels_done(&(*w)->portrait);
	perso_pixels_done(&(*w)->signature);
	for (size_t i = 0; i < PERSO_SHEET_PICTURES; i++)
		perso_pixels_done(&(*w)->chip[i]);
	cli_sheet_rows_done(&(*w)->rows);
	perso_wipe(*w, sizeof(**w));
	free(*w);
	*w = NULL;
}

/* see sheet.h */
void
cli_sheet_done(struct cli_sheet *s)
{
	perso_sheet_close(&s->maker);
	perso_render_close(&s->render);
	s->layout = NULL;
}

/* ---- The printed faces. ---- */

static perso_rc
decode(const struct perso_record_image *image, const char *role,
    struct perso_pixels *ret, const struct perso_pixels **ret_there)
{
	if (image->bytes.n == 0)
		return PERSO_OK;
	PERSO_TRY_CTX(
	    perso_picture_decode(perso_buf_span(&image->bytes), NULL, ret),
	    "%s", role);
	*ret_there = ret;
	return PERSO_OK;
}

static perso_rc
open_layout(struct cli_sheet *s, const struct perso_doc_profile *p)
{
	const struct perso_layout *l =
	    perso_profiles_layout(s->profiles, p->layout);

	if (l == NULL)
		PERSO_FAIL(PERSO_E_CONFIG, "profile %s has no layout", p->id);
	if (l == s->layout)
		return PERSO_OK;
	perso_render_close(&s->render);
	s->layout = NULL;
	PERSO_TRY(perso_render_open(l, &s->render));
	s->layout = l;
	return PERSO_OK;
}

static perso_rc
take_faces(struct work *w)
{
	const struct perso_record *r = w->v->record;

	PERSO_TRY(open_layout(w->open, r->profile));
	w->input.record = r;
	w->input.symbol = w->v->symbol;
	if (w->v->can.n > 0 && w->v->can.n < sizeof(w->can)) {
		PERSO_TRY(perso_span_copy(w->can, sizeof(w->can), w->v->can));
		w->input.can = w->can;
	}
	PERSO_TRY(
	    decode(&r->portrait, "portrait", &w->portrait, &w->input.portrait));
	PERSO_TRY(decode(
	    &r->signature, "signature", &w->signature, &w->input.signature));
	w->sheet.page = w->open->render;
	w->sheet.input = &w->input;
	return PERSO_OK;
}

/* No face is no failure: a bad document has its sheet, too. */
static void
try_faces(struct work *w)
{
	if (w->v->record == NULL)
		return;
	if (take_faces(w) == PERSO_OK)
		return;
	perso_trail_text(w->why, sizeof(w->why));
	perso_trail_reset();
	w->sheet.page = NULL;
	w->sheet.no_page = w->why;
}

/* ---- The chip. ---- */

static void
take_picture(struct work *w, const char *what, struct perso_span image)
{
	const size_t i = w->sheet.picture_count;
	struct perso_sheet_picture *p = &w->sheet.pictures[i];
	struct perso_image_info info = { 0 };

	if (i == PERSO_SHEET_PICTURES || image.n == 0)
		return;
	*p = (struct perso_sheet_picture){ .caption = w->caption[i] };
	w->sheet.picture_count++;
	if (perso_image_probe(image, &info) == PERSO_OK &&
	    perso_picture_decode(image, NULL, &w->chip[i]) == PERSO_OK) {
		p->pixels = &w->chip[i];
		snprintf(
		    w->caption[i], sizeof(w->caption[i]), "chip: %s", what);
		return;
	}
	snprintf(w->caption[i], sizeof(w->caption[i]),
	    "chip: %s cannot be decoded", what);
	perso_trail_reset();
}

static void
take_face(struct work *w)
{
	const struct perso_span file =
	    perso_lds_image_find(w->v->files, perso_lds_by_dg(2));
	struct perso_dg2 *d = file.n > 0 ? calloc(1, sizeof(*d)) : NULL;

	if (d == NULL)
		return;
	if (perso_dg2_parse(file, d) == PERSO_OK && d->face.count > 0)
		take_picture(w, "EF.DG2", d->face.faces[0].image);
	perso_trail_reset();
	free(d);
}

static void
take_displayed(struct work *w, int dg)
{
	const struct perso_span file =
	    perso_lds_image_find(w->v->files, perso_lds_by_dg(dg));
	struct perso_dg7 d = { 0 };

	if (file.n > 0 && (dg == 5 ? perso_dg5_parse(file, &d)
				   : perso_dg7_parse(file, &d)) == PERSO_OK)
		take_picture(w, perso_lds_by_dg(dg)->name, d.images[0]);
	perso_trail_reset();
}

static void
take_mrz(struct work *w)
{
	struct perso_dg1 d = { 0 };

	if (perso_dg1_parse(
		perso_lds_image_find(w->v->files, perso_lds_by_dg(1)), &d) !=
	    PERSO_OK) {
		perso_trail_reset();
		return;
	}
	const size_t length = d.mrz.n == 90 ? 30 : d.mrz.n / 2;
	for (size_t i = 0; i < d.mrz.n / length; i++) {
		snprintf(w->mrz[i], sizeof(w->mrz[i]), "%.*s", (int)length,
		    (const char *)d.mrz.p + i * length);
		w->sheet.mrz[i] = w->mrz[i];
	}
}

static perso_rc
take_chip(struct work *w)
{
	if (w->v->files == NULL)
		return PERSO_OK;
	take_mrz(w);
	take_face(w);
	take_displayed(w, 5);
	take_displayed(w, 7);
	return cli_sheet_rows_take(&w->rows, w->v->report, w->v->files);
}

/* ---- The rest. ---- */

static void
take_title(struct work *w)
{
	const struct cli_sheet_values *v = w->v;
	const struct perso_report *r = v->report;
	char at[24];

	w->sheet.title = v->order != NULL ? v->order : "finished document";
	snprintf(w->line[0], sizeof(w->line[0]), "%s%s%s%s%s%s",
	    v->record != NULL ? v->record->profile->title : "",
	    v->number != NULL ? ",  number " : "",
	    v->number != NULL ? v->number : "",
	    v->blank != NULL && v->blank[0] ? ",  blank " : "",
	    v->blank != NULL ? v->blank : "",
	    v->record == NULL ? "read without its order" : "");
	if (v->files != NULL)
		snprintf(w->line[1], sizeof(w->line[1]),
		    "read %s, %s%s; %llu bytes in %llu commands, %.2f s",
		    cli_time(r->at, at),
		    r->access[0] ? "opened by " : "not opened", r->access,
		    (unsigned long long)r->bytes_read,
		    (unsigned long long)r->commands, (double)r->us / 1e6);
	else
		snprintf(w->line[1], sizeof(w->line[1]),
		    "page read back %s, %.2f s", cli_time(r->at, at),
		    (double)r->us / 1e6);
	snprintf(w->line[2], sizeof(w->line[2]), "%s%s%s%s",
	    r->signer[0] ? "signed by " : "", r->signer,
	    r->csca[0] ? ",  issued by " : "", r->csca);
	for (size_t i = 0; i < PERSO_SHEET_LINES; i++)
		w->sheet.lines[i] = w->line[i];
}

static void
take_checks(struct work *w)
{
	static const enum perso_sheet_state states[] = {
		[PERSO_CHECK_PASSED] = PERSO_SHEET_PASSED,
		[PERSO_CHECK_FAILED] = PERSO_SHEET_FAILED,
		[PERSO_CHECK_SKIPPED] = PERSO_SHEET_SKIPPED,
	};
	const struct perso_report *r = w->v->report;

	for (size_t i = 0; i < r->count; i++)
		w->checks[i] = (struct perso_sheet_check){ r->checks[i].id,
			r->checks[i].text, states[r->checks[i].state] };
	w->sheet.checks = w->checks;
	w->sheet.check_count = r->count;
	w->sheet.good = r->ok;
	snprintf(w->summary, sizeof(w->summary),
	    "%zu checks, %zu failed, %zu skipped%s", r->count, r->failed,
	    r->skipped, r->complete ? "" : ", not all made");
	w->sheet.summary = w->summary;
}

static perso_rc
take_seal(struct work *w)
{
	for (size_t i = 0; i < w->v->seal_count; i++)
		PERSO_TRY(cli_sheet_rows_add(
		    &w->rows, w->v->seal[i].key, w->v->seal[i].value));
	return PERSO_OK;
}

static perso_rc
take_all(
    struct cli_sheet *s, const struct cli_sheet_values *v, struct work **ret)
{
	struct work *w = *ret = calloc(1, sizeof(*w));

	if (w == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a contact sheet");
	if (s->maker == NULL)
		PERSO_TRY(perso_sheet_open(&s->maker));
	w->open = s;
	w->v = v;
	take_title(w);
	take_checks(w);
	try_faces(w);
	PERSO_TRY(take_seal(w));
	PERSO_TRY(take_chip(w));
	w->sheet.rows = w->rows.row;
	w->sheet.row_count = w->rows.count;
	return PERSO_OK;
}

static perso_rc
write_one(const struct work *w, bool is_pdf, const char *path)
{
	PERSO_BUF(bytes, PERSO_RENDER_MAX);

	PERSO_TRY(is_pdf ? perso_sheet_pdf(w->open->maker, &w->sheet, &bytes)
			 : perso_sheet_png(w->open->maker, &w->sheet, &bytes));
	return perso_file_write(path, perso_buf_span(&bytes), 0600);
}

/* see sheet.h */
perso_rc
cli_sheet_check_path(const char *path, bool *ret_is_pdf)
{
	const size_t n = strlen(path);
	const char *ending = n > 4 ? path + n - 4 : "";

	*ret_is_pdf = strcmp(ending, ".pdf") == 0;
	if (!*ret_is_pdf && strcmp(ending, ".png") != 0)
		PERSO_FAIL(
		    PERSO_E_ARG, "%s: a sheet ends in .png or .pdf", path);
	return PERSO_OK;
}

/* see sheet.h */
perso_rc
cli_sheet_file(
    struct cli_sheet *s, const struct cli_sheet_values *v, const char *path)
{
	bool is_pdf = false;
	__attribute__((cleanup(close_work))) struct work *w = NULL;

	PERSO_TRY(cli_sheet_check_path(path, &is_pdf));
	PERSO_TRY(take_all(s, v, &w));
	return write_one(w, is_pdf, path);
}

/* see sheet.h */
perso_rc
cli_sheet_write(
    struct cli_sheet *s, const struct cli_sheet_values *v, const char *dir)
{
	char name[PERSO_ID_MAX + 8], path[PERSO_PATH_MAX];
	__attribute__((cleanup(close_work))) struct work *w = NULL;

	if (v->order[0] == '.' || strchr(v->order, '/') != NULL)
		PERSO_FAIL(
		    PERSO_E_ARG, "order %s cannot name a file", v->order);
	PERSO_TRY(take_all(s, v, &w));
	PERSO_TRY(perso_dir_make(dir, 0700));
	for (int is_pdf = 0; is_pdf < 2; is_pdf++) {
		snprintf(name, sizeof(name), "%s.%s", v->order,
		    is_pdf ? "pdf" : "png");
		PERSO_TRY(perso_path_join(path, sizeof(path), dir, name));
		PERSO_TRY(write_one(w, is_pdf, path));
	}
	return PERSO_OK;
}
