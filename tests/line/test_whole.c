/* Whole runs on the simulated chip, with the real inspector. */
#include "perso/evidence.h"
#include "perso/file.h"
#include "perso/hex.h"
#include "world.h"

#include <sys/stat.h>
#include <unistd.h>

static void
run_good(
    struct world *w, const char *id, size_t chip, struct perso_line_result *r)
{
	struct station st;

	world_start(w, chip, &st);
	OK(perso_line_run_order(st.line, id, st.link, r));
	cr_assert_eq(r->outcome, PERSO_LINE_GOOD, "%s", r->text);
	cr_assert(perso_sim_is_operational(st.sim));
	OK(perso_store_check(st.store));
	world_stop(&st);
	world_check(w, false, id);
}

Test(line, makes_documents_of_every_profile)
{
	static const struct {
		const char *template, *number;
	} all[] = { { "lv-passport-adult", "LV0000001" }, { "lv-eid", NULL },
		{ "lv-residence-permit", "PR0000001" },
		{ "uto-passport", NULL } };
	struct perso_line_result r;
	struct world w;
	char id[32];
	size_t c;

	world_open(&w);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		snprintf(id, sizeof(id), "T-2026-%06zu", i);
		world_order(&w, all[i].template, id);
		c = world_blank(&w, all[i].number);
		run_good(&w, id, c, &r);
		if (all[i].number != NULL)
			cr_assert_str_eq(r.number, all[i].number);
		cr_assert_str_eq(r.blank, w.serial[c]);
		cr_assert_gt(r.apdus, 20);
		cr_assert_gt(r.bytes, 8000);
	}
	world_close(&w);
}

Test(line, makes_a_document_with_every_element)
{
	struct perso_line_result r;
	struct world w;

	world_open(&w);
	world_order(&w, "uto-passport-full", "T-2026-000001");
	run_good(&w, "T-2026-000001", world_blank(&w, NULL), &r);
	cr_assert_gt(r.bytes, 30000); /* three scans are among them */
	world_close(&w);
}

Test(line, makes_documents_with_short_commands)
{
	struct perso_line_result r;
	struct world w;

	world_open(&w);
	world_use_short(&w);
	world_order(&w, "lv-eid", "T-1");
	run_good(&w, "T-1", world_blank(&w, NULL), &r);
	cr_assert_gt(r.apdus, 150);
	world_close(&w);
}

Test(line, leaves_evidence_without_personal_data)
{
	static const char *const personal[] = { "Kalni", "KALNI", "290602",
		"\"PA1000" };
	struct perso_line_result r;
	struct perso_store *s;
	PERSO_BUF(json, 65536);
	struct world w;

	world_open(&w);
	world_order(&w, "lv-eid", "T-2026-000001");
	run_good(&w, "T-2026-000001", world_blank(&w, NULL), &r);
	s = world_store(&w);
	OK(perso_evidence_json(s, r.job, &json));
	OK(perso_buf_append_u8(&json, 0));
	cr_assert_not_null(strstr((char *)json.p, "\"state\": \"good\""));
	cr_assert_not_null(strstr((char *)json.p, "\"step\": \"lock\""));
	cr_assert_not_null(strstr((char *)json.p, "sod-sha256"));
	cr_assert_null(strstr((char *)json.p, r.number));
	for (size_t i = 0; i < 4; i++)
		cr_assert_null(strstr((char *)json.p, personal[i]), "%zu", i);
	cr_assert_eq(perso_evidence_json(s, 99, &json), PERSO_E_NOT_FOUND);
	perso_store_close(&s);
	world_close(&w);
}

static enum perso_line_outcome
run(struct world *w, const char *id, size_t chip, struct perso_line_result *r)
{
	struct station st;
	perso_rc rc;

	world_start(w, chip, &st);
	rc = perso_line_run_order(st.line, id, st.link, r);
	cr_assert_eq(rc, r->rc);
	cr_assert_eq(rc == PERSO_OK, r->outcome == PERSO_LINE_GOOD);
	world_stop(&st);
	world_check(w, false, r->text);
	return r->outcome;
}

static bool
same_file(const char *a, const char *b)
{
	PERSO_BUF(x, 1 << 20);
	PERSO_BUF(y, 1 << 20);

	OK(perso_file_read(a, &x));
	OK(perso_file_read(b, &y));
	return perso_span_equal(perso_buf_span(&x), perso_buf_span(&y));
}

Test(line, refuses_foreign_issued_and_spoiled_chips_before_the_first_write)
{
	struct perso_line_result r;
	struct perso_store *s;
	size_t foreign, spoiled, issued;
	struct world w;

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	world_order(&w, "lv-eid", "T-2");
	issued = world_blank(&w, NULL);
	run_good(&w, "T-1", issued, &r);
	cr_assert_eq(run(&w, "T-2", issued, &r), PERSO_LINE_REFUSED);
	cr_assert_eq(r.rc, PERSO_E_CARD_STATE);

	spoiled = world_blank(&w, NULL);
	s = world_store(&w);
	OK(perso_store_blank_mark(
	    s, w.serial[spoiled], PERSO_BLANK_SPOILED, "bent"));
	perso_store_close(&s);
	cr_assert_eq(run(&w, "T-2", spoiled, &r), PERSO_LINE_REFUSED);
	cr_assert_eq(r.rc, PERSO_E_STATE);
	cr_assert_str_eq(r.blank, w.serial[spoiled]);

	/* an order that was made stays made */
	cr_assert_eq(run(&w, "T-1", spoiled, &r), PERSO_LINE_NOTHING);
	cr_assert_eq(r.rc, PERSO_E_STATE);
	foreign = world_chip(&w);
	{
		struct station st;

		world_start(&w, foreign, &st);
		cr_assert_eq(perso_line_run_order(st.line, "T-2", st.link, &r),
		    PERSO_E_NOT_FOUND);
		cr_assert_eq(r.outcome, PERSO_LINE_REFUSED);
		world_stop(&st);
	}
	world_close(&w);
}

Test(line, refuses_a_chip_of_another_product_in_stock)
{
	struct perso_line_result r;
	struct perso_store *s;
	struct world w;
	size_t c;

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	c = world_chip(&w);
	s = world_store(&w);
	OK(perso_store_blank_receive(s, w.serial[c], "other", NULL));
	perso_store_close(&s);
	cr_assert_eq(run(&w, "T-1", c, &r), PERSO_LINE_REFUSED);
	cr_assert_eq(r.rc, PERSO_E_PRODUCT);
	world_close(&w);
}

Test(line, refuses_a_blank_whose_number_does_not_fit)
{
	struct perso_line_result r;
	struct world w;

	world_open(&w);
	world_order(&w, "lv-passport-adult", "T-1");
	cr_assert_eq(run(&w, "T-1", world_blank(&w, "XX0000001"), &r),
	    PERSO_LINE_REFUSED);
	cr_assert_eq(r.rc, PERSO_E_RANGE);
	cr_assert_eq(
	    run(&w, "T-1", world_blank(&w, NULL), &r), PERSO_LINE_REFUSED);
	cr_assert_eq(
	    run(&w, "T-1", world_blank(&w, "LV0000002"), &r), PERSO_LINE_GOOD);
	world_close(&w);
}

static void
path_of(const struct world *w, const char *name, char ret[128])
{
	snprintf(ret, 128, "%s/%s", w->dir, name);
}

Test(line, fails_an_order_whose_files_changed)
{
	static const char *const files[] = { "T-1.json", "T-1.p7s",
		"portrait.jp2" };
	struct perso_line_result r;
	struct world w;
	char path[128], away[136];
	size_t c;

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	c = world_blank(&w, NULL);
	for (size_t i = 0; i < 3; i++) {
		path_of(&w, files[i], path);
		snprintf(away, sizeof(away), "%s.away", path);
		cr_assert_eq(rename(path, away), 0);
		cr_assert_eq(run(&w, "T-1", c, &r), PERSO_LINE_FAILED);
		FILE *f = fopen(path, "wb");
		fputs("something else", f);
		fclose(f);
		cr_assert_eq(run(&w, "T-1", c, &r), PERSO_LINE_FAILED);
		cr_assert_eq(rename(away, path), 0);
	}
	cr_assert_eq(run(&w, "T-1", c, &r), PERSO_LINE_GOOD);
	world_close(&w);
}

Test(line, does_nothing_when_the_signer_may_not_sign)
{
	struct perso_line_result r;
	struct world w;
	time_t then = world_clock;
	size_t c;

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	c = world_blank(&w, NULL);
	world_clock += 365 * 86400;
	cr_assert_eq(run(&w, "T-1", c, &r), PERSO_LINE_NOTHING);
	cr_assert_eq(r.rc, PERSO_E_EXPIRED);
	world_clock = then;
	cr_assert_eq(run(&w, "T-1", c, &r), PERSO_LINE_GOOD);
	world_close(&w);
}

static perso_rc
say_no(void *ctx, struct perso_link *link, const struct perso_inspection *what,
    struct perso_verdict *ret)
{
	(void)ctx;
	(void)link;
	(void)what;
	ret->ok = false;
	snprintf(ret->text, sizeof(ret->text), "one bit differs");
	return PERSO_OK;
}

Test(line, spoils_what_the_inspector_does_not_like)
{
	struct perso_line_config cfg;
	struct perso_line_result r;
	struct perso_line *line = NULL;
	struct station st;
	struct world w;
	size_t c;

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	c = world_blank(&w, NULL);
	world_start(&w, c, &st);
	cfg = world_config(&w, st.store);
	cfg.inspector = (struct perso_inspector){ "no", NULL, say_no };
	OK(perso_line_new(&cfg, &line));
	cr_assert_eq(
	    perso_line_run_order(line, "T-1", st.link, &r), PERSO_E_MISMATCH);
	cr_assert_eq(r.outcome, PERSO_LINE_SPOILED);
	cr_assert_str_eq(r.text, "inspection: one bit differs");
	perso_line_free(&line);
	world_stop(&st);
	world_check(&w, false, "no");
	cr_assert_eq(
	    run(&w, "T-1", world_blank(&w, NULL), &r), PERSO_LINE_GOOD);
	world_close(&w);
}

Test(line, writes_files_out_only_with_a_development_pki)
{
	struct perso_line_config cfg;
	struct perso_line_result r;
	struct perso_line *line = NULL;
	struct station st;
	struct stat sb;
	struct world w;
	char dir[128], pki[128], path[200];
	size_t c;

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	c = world_blank(&w, NULL);
	world_start(&w, c, &st);
	cfg = world_config(&w, st.store);
	path_of(&w, "lds", dir);
	path_of(&w, "pki", pki);
	cfg.lds_dir = dir;
	cr_assert_eq(perso_line_new(&cfg, &line), PERSO_E_TRUST);
	cfg.pki_dir = w.dir;
	cr_assert_eq(perso_line_new(&cfg, &line), PERSO_E_TRUST);
	cfg.pki_dir = pki;
	OK(perso_line_new(&cfg, &line));
	OK(perso_line_run_order(line, "T-1", st.link, &r));
	snprintf(path, sizeof(path), "%s/T-1/EF.SOD.bin", dir);
	cr_assert_eq(stat(path, &sb), 0);
	snprintf(path, sizeof(path), "%s/T-1/EF.ATR-INFO.bin", dir);
	cr_assert_eq(stat(path, &sb), 0);
	perso_line_free(&line);
	world_stop(&st);
	world_close(&w);
}

Test(line, checks_an_order_without_a_chip_and_changes_nothing)
{
	struct station st;
	struct world w;
	char path[160];

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	(void)world_blank(&w, NULL);
	world_save(&w);
	world_start(&w, SIZE_MAX, &st);
	OK(perso_line_check_order(st.line, "T-1"));
	cr_assert_eq(perso_line_check_order(st.line, "T-9"), PERSO_E_NOT_FOUND);
	world_stop(&st);
	snprintf(path, sizeof(path), "%s.saved", w.db);
	cr_assert(same_file(path, w.db));
	world_close(&w);
}

struct heard {
	int open;
	unsigned begun[PERSO_LINE_STEPS];
	uint64_t last, total;
	unsigned torn;
};

static void
on_begin(void *ctx, enum perso_line_step step)
{
	struct heard *h = ctx;

	cr_assert_eq(h->open, -1);
	h->open = (int)step;
	h->begun[step]++;
	h->last = h->total = 0;
}

static void
on_end(void *ctx, enum perso_line_step step, perso_rc rc)
{
	struct heard *h = ctx;

	cr_assert_eq(h->open, (int)step);
	h->open = -1;
	if (rc == PERSO_OK &&
	    (step == PERSO_STEP_WRITE || step == PERSO_STEP_COMPARE))
		cr_assert_eq(h->last, h->total);
}

static void
on_progress(void *ctx, enum perso_line_step step, uint64_t done, uint64_t total)
{
	struct heard *h = ctx;

	cr_assert_eq(h->open, (int)step);
	cr_assert_geq(done, h->last);
	cr_assert_leq(done, total);
	h->last = done;
	h->total = total;
}

static void
on_torn(void *ctx, enum perso_line_step step, perso_rc rc)
{
	struct heard *h = ctx;

	(void)step;
	cr_assert_eq(perso_rc_category(rc), PERSO_CAT_LINK);
	h->torn++;
}

Test(line, tells_its_steps_and_progress)
{
	struct perso_line_config cfg;
	struct perso_line_result r;
	struct perso_line *line = NULL;
	struct heard h = { .open = -1 };
	struct station st;
	struct world w;

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	world_start(&w, world_blank(&w, NULL), &st);
	cfg = world_config(&w, st.store);
	cfg.events = (struct perso_line_events){ &h, on_begin, on_end,
		on_progress, on_torn };
	OK(perso_line_new(&cfg, &line));
	perso_sim_fault(st.sim, PERSO_SIM_TEAR_INSIDE, 20);
	OK(perso_line_run_order(line, "T-1", st.link, &r));
	cr_assert_eq(h.open, -1);
	cr_assert_eq(h.torn, 1);
	cr_assert_eq(h.begun[PERSO_STEP_PAGES], 0, "without a printer");
	for (size_t i = 0; i < PERSO_LINE_STEPS; i++)
		cr_assert_eq(h.begun[i] + (i == PERSO_STEP_PAGES),
		    i == PERSO_STEP_OPEN || i == PERSO_STEP_WRITE ? 2 : 1, "%s",
		    perso_line_step_name((enum perso_line_step)i));
	perso_line_free(&line);
	world_stop(&st);
	world_close(&w);
}
