/*
 * From images of fingers in the order to EF.DG3, in either standard: made,
 * inspected, found good by the independent judge.
 */
#include "perso/bio39794.h"
#include "perso/hooks.h"

#include "world.h"

static struct {
	char standard[2][200]; /* what the checks of DG2 and DG3 say */
	bool ok;
} told;

static void
on_report(void *ctx, const struct perso_inspection *what,
    const struct perso_report *r)
{
	(void)ctx;
	(void)what;
	told.ok = r->ok;
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->checks[i].id, "dg2-order") == 0)
			snprintf(told.standard[0], sizeof(told.standard[0]),
			    "%s", r->checks[i].text);
		if (strcmp(r->checks[i].id, "dg3-order") == 0)
			snprintf(told.standard[1], sizeof(told.standard[1]),
			    "%s", r->checks[i].text);
		if (r->checks[i].state == PERSO_CHECK_FAILED)
			fprintf(stderr, "%s: %s\n", r->checks[i].id,
			    r->checks[i].text);
	}
}

static struct perso_inspect_terminal system_3;

static const struct perso_inspect_terminal *
terminal(void *ctx, const struct perso_doc_profile *profile)
{
	(void)ctx;
	(void)profile;
	return &system_3;
}

/* Loaded profiles are const for everybody else. */
static void
use_39794(struct world *w)
{
	struct perso_doc_profile *p;
	const struct perso_doc_profile *loaded =
	    perso_profiles_doc(w->profiles, "lv-passport-eac");

	cr_assert_not_null(loaded);
	p = (struct perso_doc_profile *)(uintptr_t)loaded;
	p->biometrics = PERSO_BIOMETRICS_39794;
}

static void
make(const char *template, bool now)
{
	struct world w;
	struct perso_line_result r;
	struct station st;

	memset(&told, 0, sizeof(told));
	world_open(&w);
	w.verify.reported = on_report;
	w.verify.terminal = terminal;
	system_3 = (struct perso_inspect_terminal){ w.cv_key[2], w.cv + 1, 2 };
	if (now)
		use_39794(&w);
	world_order(&w, template, "T-1");
	world_start(&w, world_blank(&w, "LV1234567"), &st);
	LET(perso_line_run_order(st.line, "T-1", st.link, &r));
	world_stop(&st);
	cr_assert_eq(r.outcome, PERSO_LINE_GOOD, "%s", r.text);
	cr_assert(told.ok);
	cr_assert_not_null(
	    strstr(told.standard[0], now ? "39794-5" : "19794-5"), "%s",
	    told.standard[0]);
	cr_assert_not_null(
	    strstr(told.standard[1], now ? "39794-4" : "19794-4"), "%s",
	    told.standard[1]);
	world_check(&w, false, template);
	world_close(&w);
}

Test(fingers, of_an_order_become_19794)
{
	make("lv-passport-eac-fingers", false);
}

Test(fingers, of_an_order_become_39794)
{
	make("lv-passport-eac-fingers", true);
}

Test(fingers, in_a_group_of_the_order_are_converted)
{
	make("lv-passport-eac", true);
}
