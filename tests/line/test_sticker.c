/* Documents without a chip: whole runs, stops at each durable write, and what
 * the finished check finds. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perso/file.h"
#include "perso/picture.h"
#include "perso/render.h"
#include "perso/symbol.h"
#include "world.h"

#define DPI 300
#define CELL 30 /* pixels of 2.54 mm */

struct shop {
	struct world w;
	struct perso_keyref *key[2];
	struct perso_cert cert[2];
	struct perso_printer printer;
	struct perso_buf page; /* that was printed last */
	unsigned printed;
	bool broken;	 /* the printer */
	bool no_printer; /* none is there */
	struct perso_verify_page_inspector pages;
	struct perso_report report; /* the last one */
};

static perso_rc
print(void *ctx, const struct perso_print *what)
{
	struct shop *s = ctx;

	cr_assert_eq(what->count, 1);
	s->printed++;
	perso_buf_clear(&s->page);
	OK(perso_buf_append(&s->page, what->pages[0].bytes));
	if (s->broken)
		PERSO_FAIL(PERSO_E_IO, "out of paper");
	return PERSO_OK;
}

static perso_rc
find_sealer(
    void *ctx, const struct perso_doc_profile *p, struct perso_line_sealer *ret)
{
	struct shop *s = ctx;
	int i = strcmp(p->issuer, "UTO") == 0;

	*ret = (struct perso_line_sealer){ s->key[i], &s->cert[i] };
	return PERSO_OK;
}

static perso_rc
find_ds(void *ctx, const struct perso_doc_profile *p, struct perso_signer **ret)
{
	struct shop *s = ctx;

	*ret = s->w.ds[strcmp(p->issuer, "UTO") == 0];
	return PERSO_OK;
}

static perso_rc
find_cert(void *ctx, const struct perso_seal *seal, struct perso_cert *ret,
    bool *ret_found)
{
	struct shop *s = ctx;

	for (int i = 0; i < 2; i++)
		if (perso_seal_is_by(seal, &s->cert[i])) {
			*ret_found = true;
			return perso_cert_parse(
			    perso_buf_span(&s->cert[i].der), ret);
		}
	*ret_found = false;
	return PERSO_OK;
}

static void
keep_report(void *ctx, const struct perso_page_inspection *what,
    const struct perso_report *r)
{
	struct shop *s = ctx;

	(void)what;
	s->report = *r;
}

static void
shop_open(struct shop *s)
{
	static const char *const states[] = { "lva", "uto" };
	char path[128];

	memset(s, 0, sizeof(*s));
	world_open(&s->w);
	for (int i = 0; i < 2; i++) {
		s->cert[i].der.max = PERSO_CERT_MAX;
		snprintf(path, sizeof(path), "%s/pki/%s/seal.key", s->w.dir,
		    states[i]);
		OK(perso_keyref_open(path, &s->key[i]));
		snprintf(path, sizeof(path), "%s/pki/%s/seal.cer", s->w.dir,
		    states[i]);
		OK(perso_cert_load(path, &s->cert[i]));
	}
	s->page.max = PERSO_RENDER_MAX;
	s->printer = (struct perso_printer){ "test", s, print };
	s->pages.in.profiles = s->w.profiles;
	s->pages.in.trust = s->w.trust;
	s->pages.in.signer = find_cert;
	s->pages.in.ctx = s;
	s->pages.reported = keep_report;
	s->pages.ctx = s;
}

static void
shop_close(struct shop *s)
{
	for (int i = 0; i < 2; i++) {
		perso_keyref_free(&s->key[i]);
		perso_cert_done(&s->cert[i]);
	}
	perso_buf_done(&s->page);
	world_close(&s->w);
}

static void
shop_start(struct shop *s, struct station *st)
{
	struct perso_line_config cfg;

	memset(st, 0, sizeof(*st));
	st->store = world_store(&s->w);
	cfg = world_config(&s->w, st->store);
	cfg.signer = find_ds;
	cfg.sealer = find_sealer;
	cfg.signer_ctx = s;
	cfg.page_inspector = perso_verify_page_inspector(&s->pages);
	cfg.printer = s->no_printer ? NULL : &s->printer;
	OK(perso_line_new(&cfg, &st->line));
}

static void
sticker(struct shop *s, const char *product, const char *number)
{
	struct perso_store *store = world_store(&s->w);

	OK(perso_store_blank_receive(store, number, product, number));
	perso_store_close(&store);
}

/* One order on one sticker; the code. */
static perso_rc
run(struct shop *s, const char *order, const char *number,
    struct perso_line_result *r)
{
	struct station st;

	shop_start(s, &st);
	perso_rc rc = perso_line_run_sticker(st.line, order, number, r);
	world_stop(&st);
	world_check(&s->w, false, r->text);
	return rc;
}

static void
visa_shop(struct shop *s)
{
	shop_open(s);
	world_order(&s->w, "lv-visa", "V-1");
	sticker(s, "visa-sticker", "LV0000001");
	sticker(s, "visa-sticker", "LV0000002");
}

Test(sticker, becomes_a_document_of_each_kind)
{
	static const struct {
		const char *template, *product, *blank, *number;
	} rows[] = {
		{ "lv-visa", "visa-sticker", "LV0000001", "LV0000001" },
		{ "uto-visa", "specimen-sticker", "S-17", "V000001A1" },
		{ "lv-temporary-document", "etd-sticker", "LV0000001",
		    "LV0000001" },
	};
	struct perso_line_result r;
	struct perso_store_job j;
	struct perso_md md;
	struct shop s;

	for (size_t i = 0; i < 3; i++) {
		PERSO_BUF(seal, PERSO_SEAL_MAX);

		shop_open(&s);
		world_order(&s.w, rows[i].template, "T-2026-000001");
		sticker(&s, rows[i].product, rows[i].blank);
		cr_assert_eq(run(&s, "T-2026-000001", rows[i].blank, &r),
		    PERSO_OK, "%s", r.text);
		cr_assert_eq(r.outcome, PERSO_LINE_GOOD);
		cr_assert_str_eq(r.number, rows[i].number);
		cr_assert_eq(s.printed, 1);
		cr_assert(s.report.ok);
		cr_assert_eq(s.report.count, 18);
		OK(perso_symbol_read(perso_buf_span(&s.page), 0, &seal));
		OK(perso_digest(PERSO_SHA256, perso_buf_span(&seal), &md));
		struct perso_store *store = world_store(&s.w);
		OK(perso_store_job_get(store, r.job, &j));
		perso_store_close(&store);
		cr_assert(j.has_seal_hash);
		cr_assert_arr_eq(j.seal_hash, md.p, 32);
		shop_close(&s);
	}
}

Test(sticker, is_refused_before_anything_is_begun)
{
	static const char *const numbers[] = { "LV9999999", "S-1",
		"LV0000002" };
	static const char *const why[] = { "is not in stock",
		"is specimen-sticker, not visa-sticker", "is lost" };
	struct perso_store_order *o = calloc(1, sizeof(*o));
	struct perso_line_result r;
	struct perso_store *store;
	struct shop s;

	visa_shop(&s);
	sticker(&s, "specimen-sticker", "S-1");
	store = world_store(&s.w);
	OK(perso_store_blank_mark(
	    store, "LV0000002", PERSO_BLANK_LOST, "fell behind"));
	perso_store_close(&store);
	for (size_t i = 0; i < 3; i++) {
		cr_assert_neq(run(&s, "V-1", numbers[i], &r), PERSO_OK);
		cr_assert_eq(r.outcome, PERSO_LINE_REFUSED, "%s", r.text);
		cr_assert_not_null(strstr(r.text, why[i]), "%s", r.text);
	}
	s.no_printer = true;
	cr_assert_eq(run(&s, "V-1", "LV0000001", &r), PERSO_E_CONFIG);
	cr_assert_eq(r.outcome, PERSO_LINE_NOTHING);
	store = world_store(&s.w);
	OK(perso_store_order_get(store, "V-1", o));
	cr_assert_eq(o->state, PERSO_ORDER_IMPORTED);
	perso_store_close(&store);
	cr_assert_eq(s.printed, 0);
	free(o);
	shop_close(&s);
}

Test(sticker, sees_one_order)
{
	struct perso_line_result r;
	struct shop s;

	visa_shop(&s);
	world_order(&s.w, "lv-visa", "V-2");
	OK(run(&s, "V-1", "LV0000001", &r));
	cr_assert_neq(run(&s, "V-2", "LV0000001", &r), PERSO_OK);
	cr_assert_eq(r.outcome, PERSO_LINE_REFUSED);
	cr_assert_neq(run(&s, "V-1", "LV0000002", &r), PERSO_OK);
	cr_assert_eq(r.outcome, PERSO_LINE_NOTHING);
	cr_assert_eq(s.printed, 1);
	shop_close(&s);
}

Test(sticker, is_spoiled_when_the_printer_does_not_say_that_it_printed)
{
	struct perso_line_result r;
	struct shop s;

	visa_shop(&s);
	s.broken = true;
	cr_assert_neq(run(&s, "V-1", "LV0000001", &r), PERSO_OK);
	cr_assert_eq(r.outcome, PERSO_LINE_SPOILED);
	cr_assert(r.printer_failed);
	cr_assert_not_null(strstr(r.text, "out of paper"), "%s", r.text);
	s.broken = false;
	OK(run(&s, "V-1", "LV0000002", &r));
	cr_assert_str_eq(r.number, "LV0000002");
	shop_close(&s);
}

/* ---- stops --------------------------------------------------------------- */

static void
die_at(void *ctx, const char *kind, bool committed)
{
	if (committed && strcmp(kind, ctx) == 0)
		kill(getpid(), SIGKILL);
}

static void
run_until(struct shop *s, const char *kind)
{
	struct perso_line_result r;
	struct station st;
	char copy[24];
	int status = 0;
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		snprintf(copy, sizeof(copy), "%s", kind);
		shop_start(s, &st);
		perso_store_hook(st.store, die_at, copy);
		LET(perso_line_run_sticker(st.line, "V-1", "LV0000001", &r));
		_exit(1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "%s never came", kind);
	world_check(&s->w, true, kind);
}

struct heard {
	size_t count;
	struct perso_line_result last;
};

static void
hear(void *ctx, const struct perso_line_result *r)
{
	struct heard *h = ctx;

	h->count++;
	h->last = *r;
}

static perso_rc
recover(struct shop *s, struct heard *h)
{
	struct station st;
	bool rest = true;

	memset(h, 0, sizeof(*h));
	shop_start(s, &st);
	perso_rc rc = perso_line_recover_pages(st.line, hear, h, &rest);
	cr_assert_not(rest);
	world_stop(&st);
	cr_assert_eq(h->count, 1);
	return rc;
}

static void
stored_seal(struct shop *s, struct perso_buf *ret)
{
	struct perso_store *store = world_store(&s->w);

	OK(perso_store_job_seal_get(store, 1, ret));
	perso_store_close(&store);
}

Test(sticker, goes_on_after_a_stop_before_it_was_printed)
{
	static const char *const kinds[] = { "job-begun", "job-sealed" };
	struct heard h;
	struct shop s;

	for (size_t i = 0; i < 2; i++) {
		PERSO_BUF(before, PERSO_SEAL_MAX);
		PERSO_BUF(after, PERSO_SEAL_MAX);

		visa_shop(&s);
		run_until(&s, kinds[i]);
		if (i == 1)
			stored_seal(&s, &before);
		world_clock += 3600;
		OK(recover(&s, &h));
		world_clock -= 3600;
		cr_assert_eq(
		    h.last.outcome, PERSO_LINE_GOOD, "%s", h.last.text);
		cr_assert_str_eq(h.last.blank, "LV0000001");
		cr_assert_eq(s.printed, 1);
		OK(perso_symbol_read(
		    perso_buf_span(&s.page), PERSO_SYMBOL_DATAMATRIX, &after));
		if (i == 1)
			cr_assert(perso_span_equal(
			    perso_buf_span(&before), perso_buf_span(&after)));
		world_check(&s.w, false, kinds[i]);
		shop_close(&s);
	}
}

Test(sticker, is_spoiled_after_a_stop_while_it_was_printed)
{
	struct perso_line_result r;
	struct heard h;
	struct shop s;

	visa_shop(&s);
	run_until(&s, "job-printing");
	OK(recover(&s, &h));
	cr_assert_eq(h.last.outcome, PERSO_LINE_SPOILED);
	cr_assert_not_null(
	    strstr(h.last.text, "nobody knows whether LV0000001 was"), "%s",
	    h.last.text);
	cr_assert_eq(s.printed, 0);
	world_check(&s.w, false, "printing");
	OK(run(&s, "V-1", "LV0000002", &r));
	cr_assert_str_eq(r.number, "LV0000002");
	shop_close(&s);
}

Test(sticker, is_only_checked_after_a_stop_when_it_was_printed)
{
	struct heard h;
	struct shop s;

	visa_shop(&s);
	run_until(&s, "job-printed");
	OK(recover(&s, &h));
	cr_assert_eq(h.last.outcome, PERSO_LINE_GOOD, "%s", h.last.text);
	cr_assert_eq(s.printed, 0);
	world_check(&s.w, false, "printed");
	shop_close(&s);
}

Test(sticker, waits_for_a_printer)
{
	struct perso_line_result r;
	struct station st;
	struct heard h;
	struct shop s;

	visa_shop(&s);
	run_until(&s, "job-sealed");
	s.no_printer = true;
	cr_assert_eq(recover(&s, &h), PERSO_E_CONFIG);
	cr_assert_eq(h.last.outcome, PERSO_LINE_NOTHING);
	world_check(&s.w, true, "waiting");
	shop_start(&s, &st);
	OK(perso_line_spoil_job(st.line, 1, "no printer to be had", &r));
	world_stop(&st);
	cr_assert_eq(r.outcome, PERSO_LINE_SPOILED);
	world_check(&s.w, false, "spoiled");
	shop_close(&s);
}

/* ---- what the finished check finds ------------------------------------- */

/* The page of V-1 on LV0000001, changed by somebody, checked as that. */
static void
check_page(struct shop *s, struct perso_span png, const char *number)
{
	PERSO_ORDER(o);
	struct perso_order_input in = {
		.profiles = s->w.profiles, .now = world_clock, .imported = true
	};
	struct perso_doc_profile on;
	struct perso_page_inspection x = {
		.record = &o->record, .profile = &on, .number = number
	};
	struct perso_verify_page_input q = s->pages.in;
	char path[128];

	snprintf(path, sizeof(path), "%s/V-1.json", s->w.dir);
	OK(perso_order_check_file(path, in, o));
	OK(perso_record_bind(&o->record, number));
	perso_doc_profile_on(o->record.profile, o->record.issue, &on);
	q.png = png;
	q.now = world_clock;
	q.expect = &x;
	OK(perso_verify_page(&q, &s->report));
}

/* This check failed, and these did not. */
static void
found(const struct shop *s, const char *failed, const char *passed)
{
	bool has_failed = false, has_passed = passed == NULL;

	for (size_t i = 0; i < s->report.count; i++) {
		const struct perso_check *c = &s->report.checks[i];

		if (strcmp(c->id, failed) == 0)
			has_failed |= c->state == PERSO_CHECK_FAILED;
		if (passed != NULL && strcmp(c->id, passed) == 0)
			has_passed |= c->state == PERSO_CHECK_PASSED;
	}
	cr_assert(has_failed, "%s did not fail", failed);
	cr_assert(has_passed, "%s did not pass", passed);
	cr_assert_not(s->report.ok);
}

static void
pixels_of(struct shop *s, struct perso_pixels *ret)
{
	OK(perso_picture_decode(perso_buf_span(&s->page), NULL, ret));
	cr_assert_eq(ret->width, 1417);
}

static void
check_pixels(struct shop *s, const struct perso_pixels *p)
{
	PERSO_BUF(png, PERSO_RENDER_MAX);

	OK(perso_render_encode(p, DPI, &png));
	check_page(s, perso_buf_span(&png), "LV0000001");
}

static int
mm(double v)
{
	return (int)(v * DPI / 25.4 + 0.5);
}

/* Copies a rectangle; y from the top, in pixels. */
static void
copy(struct perso_pixels *p, int x, int y, int w, int h,
    const struct perso_pixels *from, int fx, int fy)
{
	size_t c = p->channels;

	for (int i = 0; i < h; i++)
		memcpy(perso_pixels_row(p, y + i) + (size_t)x * c,
		    perso_pixels_row(from, fy + i) + (size_t)fx * c,
		    (size_t)w * c);
}

/* Cell k of line i (0, 1) onto another. */
static void
copy_cell(struct perso_pixels *p, int i, int k, int from_i, int from_k)
{
	static const double centre[] = { 15.75, 9.4 };
	int h = mm(4.2);

	copy(p, mm(4 + 2.54 * k), (int)p->height - mm(centre[i]) - h / 2, CELL,
	    h, p, mm(4 + 2.54 * from_k),
	    (int)p->height - mm(centre[from_i]) - h / 2);
}

Test(sticker_check, finds_a_changed_character)
{
	struct perso_line_result r;
	struct shop s;
	PERSO_PIXELS(p);

	visa_shop(&s);
	OK(run(&s, "V-1", "LV0000001", &r));
	check_page(&s, perso_buf_span(&s.page), "LV0000001");
	cr_assert(s.report.ok);
	pixels_of(&s, &p);
	copy_cell(&p, 0, 6, 0, 7); /* OKONKWO becomes OOONKWO */
	check_pixels(&s, &p);
	found(&s, "seal-mrz", "mrz-digits");
	found(&s, "order-mrz", "seal-signature");
	shop_close(&s);
}

Test(sticker_check, finds_a_changed_digit_and_an_unreadable_one)
{
	struct perso_line_result r;
	struct shop s;
	PERSO_PIXELS(p);
	PERSO_PIXELS(q);

	visa_shop(&s);
	OK(run(&s, "V-1", "LV0000001", &r));
	pixels_of(&s, &p);
	copy_cell(&p, 1, 21, 1, 22); /* year of expiry 30 becomes 00 */
	check_pixels(&s, &p);
	found(&s, "mrz-digits", "mrz");
	found(&s, "seal-mrz", "seal-chain");
	pixels_of(&s, &q);
	for (int y = (int)q.height - mm(17); y < (int)q.height - mm(14); y++)
		memset(perso_pixels_row(&q, y) + mm(20) * q.channels, 255,
		    (size_t)mm(4) * q.channels);
	check_pixels(&s, &q);
	found(&s, "mrz", "seal-signature");
	shop_close(&s);
}

/* The symbol of another one's sticker: genuine, and not this document's. */
Test(sticker_check, finds_the_seal_and_the_page_of_another_sticker)
{
	struct perso_line_result r;
	struct shop s;
	PERSO_PIXELS(a);
	PERSO_PIXELS(b);
	PERSO_BUF(second, PERSO_RENDER_MAX);

	visa_shop(&s);
	world_order(&s.w, "lv-visa", "V-2");
	OK(run(&s, "V-1", "LV0000001", &r));
	pixels_of(&s, &a);
	OK(run(&s, "V-2", "LV0000002", &r));
	pixels_of(&s, &b);
	OK(perso_buf_append(&second, perso_buf_span(&s.page)));
	copy(
	    &a, mm(95.9), mm(10.7), mm(20.2), mm(20.2), &b, mm(95.9), mm(10.7));
	check_pixels(&s, &a);
	found(&s, "seal-mrz", "seal-signature");
	found(&s, "order-values", "order-mrz");
	check_page(&s, perso_buf_span(&second), "LV0000001");
	found(&s, "order-mrz", "seal-mrz");
	shop_close(&s);
}

static void
draw_symbol(struct perso_pixels *p, const struct perso_symbol *s)
{
	int x0 = mm(96.4), y0 = mm(11.2);

	for (int y = mm(10.8); y < mm(30.8); y++)
		memset(perso_pixels_row(p, y) + mm(96) * p->channels, 255,
		    (size_t)mm(20) * p->channels);
	for (unsigned y = 0; y < s->side * 4; y++)
		for (unsigned x = 0; x < s->side * 4; x++)
			if (perso_symbol_is_dark(s, x / 4, y / 4))
				memset(perso_pixels_row(p, y0 + (int)y) +
					   (x0 + (int)x) * p->channels,
				    0, p->channels);
}

/* The same bytes but for one: of the values, or of the signature. */
Test(sticker_check, finds_a_forged_seal)
{
	struct perso_symbol_spec spec = { .kind = PERSO_SYMBOL_DATAMATRIX };
	struct perso_line_result r;
	struct perso_seal seal;
	struct perso_span entries;
	struct shop s;
	PERSO_BUF(bytes, PERSO_SEAL_MAX);

	visa_shop(&s);
	OK(run(&s, "V-1", "LV0000001", &r));
	OK(perso_symbol_read(
	    perso_buf_span(&s.page), PERSO_SYMBOL_DATAMATRIX, &bytes));
	OK(perso_seal_parse(perso_buf_span(&bytes), &seal));
	cr_assert(perso_seal_find(&seal, 3, &entries));
	for (int i = 0; i < 3; i++) {
		PERSO_PIXELS(p);
		PERSO_SYMBOL(symbol);
		size_t at =
		    i == 1 ? (size_t)(entries.p - bytes.p) : bytes.n - 1;

		if (i > 0)
			bytes.p[at] ^= 1;
		OK(perso_symbol_make(&spec, perso_buf_span(&bytes), &symbol));
		pixels_of(&s, &p);
		draw_symbol(&p, &symbol);
		check_pixels(&s, &p);
		if (i == 0)
			cr_assert(s.report.ok, "the drawing is not at fault");
		else
			found(&s, "seal-signature", "seal-mrz");
		if (i == 1)
			found(&s, "order-values", "order-mrz");
		if (i > 0)
			bytes.p[at] ^= 1;
	}
	shop_close(&s);
}

/* A seal of somebody whom nobody trusts. */
Test(sticker_check, finds_a_signer_without_a_csca)
{
	struct perso_verify_page_input q;
	struct perso_line_result r;
	struct perso_trust *nobody = NULL;
	struct shop s;
	char dir[128];

	visa_shop(&s);
	OK(run(&s, "V-1", "LV0000001", &r));
	snprintf(dir, sizeof(dir), "%s/empty", s.w.dir);
	OK(perso_dir_make(dir, 0700));
	OK(perso_trust_open(dir, &nobody));
	q = s.pages.in;
	q.png = perso_buf_span(&s.page);
	q.now = world_clock;
	q.trust = nobody;
	OK(perso_verify_page(&q, &s.report));
	found(&s, "seal-chain", "seal-signature");
	perso_trust_free(&nobody);
	shop_close(&s);
}
