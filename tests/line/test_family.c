/*
 * Every profile that is shipped, on the days before and after each
 * change-over: ordered, personalised, read back by the line's inspector and
 * verified once more as somebody who found it. Of those without a chip the
 * record is checked, and the MRZ by the inspector's own composition.
 */
#include "perso/hooks.h"

#include "cli/link_sim.h"
#include "perso/file.h"
#include "world.h"

static const struct perso_date days[] = { { 2026, 12, 31 }, { 2027, 1, 1 },
	{ 2028, 1, 1 }, { 2029, 12, 31 }, { 2030, 1, 1 } };

/* What the inspector was told, and what it found. */
static struct {
	char mrz[91];
	struct perso_doc_profile on;
	bool ok;
	bool fingers; /* EF.DG3 was read and is what was signed */
} told;

static void
on_report(void *ctx, const struct perso_inspection *what,
    const struct perso_report *r)
{
	(void)ctx;
	told.ok = r->ok;
	told.on = *what->profile;
	OK(perso_verify_expected_mrz(what, told.mrz));
	for (size_t i = 0; i < r->count; i++) {
		const struct perso_check *c = &r->checks[i];

		if (strcmp(c->id, "hash-dg3") == 0)
			told.fingers = c->state == PERSO_CHECK_PASSED;
		if (c->state == PERSO_CHECK_FAILED)
			fprintf(stderr, "%s: %s\n", c->id, c->text);
	}
}

/* An inspection system, for fingerprints. */
static struct perso_inspect_terminal terminal;

static const struct perso_inspect_terminal *
find_terminal(void *ctx, const struct perso_doc_profile *profile)
{
	(void)ctx;
	return profile->ta.data_groups != 0 ? &terminal : NULL;
}

/* As somebody who found the document. */
static void
verify_again(struct world *w, struct perso_link *link, const char *access)
{
	struct perso_report *r = calloc(1, sizeof(*r));
	struct perso_verify_input in = { .link = link,
		.mrz = perso_span_str(told.mrz),
		.trust = w->trust,
		.now = world_clock };

	cr_assert_not_null(r);
	OK(perso_link_reset(link));
	OK(perso_verify(&in, r, NULL));
	for (size_t i = 0; i < r->count; i++)
		cr_expect_neq(r->checks[i].state, PERSO_CHECK_FAILED, "%s: %s",
		    r->checks[i].id, r->checks[i].text);
	cr_assert(r->ok);
	cr_assert_str_eq(r->access, access);
	free(r);
}

/* What the profile says of the day, told by its rules alone. */
static const struct perso_day_rule *
last_rule(const struct perso_doc_profile *p, struct perso_date day, int what)
{
	const struct perso_day_rule *found = NULL;

	for (size_t i = 0; i < p->day_count; i++) {
		const struct perso_day_rule *r = &p->days[i];
		bool sets = what == 0	? r->access != 0
			    : what == 1 ? r->document_code[0] != '\0'
					: r->sets_biometrics;

		if (sets && perso_date_compare(r->from, day) <= 0)
			found = r;
	}
	return found;
}

static void
check_day(const struct perso_doc_profile *p, struct perso_date day,
    const char *mrz, const struct perso_doc_profile *on)
{
	const struct perso_day_rule *r = last_rule(p, day, 1);
	const char *code = r ? r->document_code : p->document_code;

	cr_assert_eq(mrz[0], code[0], "%s", p->id);
	cr_assert_eq(mrz[1], code[1] ? code[1] : '<', "%s", p->id);
	r = last_rule(p, day, 0);
	cr_assert_eq(on->access, r ? r->access : p->access, "%s", p->id);
	r = last_rule(p, day, 2);
	cr_assert_eq(on->biometrics, r ? r->biometrics : p->biometrics);
	/* Doc 9303 */
	if (on->chip_count != 0 && day.year >= 2027)
		cr_assert(on->access & PERSO_ACCESS_PACE, "%s", p->id);
	if (on->chip_count != 0 && day.year >= 2028)
		cr_assert_not(on->access & PERSO_ACCESS_BAC, "%s", p->id);
	if (on->chip_count != 0 && day.year >= 2030)
		cr_assert_eq(on->biometrics, PERSO_BIOMETRICS_39794);
	if (p->format == PERSO_DOC_TD3 && day.year >= 2028)
		cr_assert_neq(mrz[1], '<', "%s", p->id);
}

static void
template_of(const struct perso_doc_profile *p, char dst[64])
{
	snprintf(dst, 64, "%s%s", p->id,
	    strcmp(p->id, "lv-passport") == 0 ? "-adult" : "");
}

static void
make(struct world *w, const struct perso_doc_profile *p, size_t n,
    struct perso_date day)
{
	struct perso_line_result r;
	struct station st;
	char template[64], id[32], number[32];

	template_of(p, template);
	snprintf(id, sizeof(id), "F-%zu", n);
	snprintf(number, sizeof(number), "LV%07zu", n + 1);
	world_order(w, template, id);
	world_start(w,
	    world_blank(
		w, p->number.kind == PERSO_NUMBER_BLANK ? number : NULL),
	    &st);
	memset(&told, 0, sizeof(told));
	LET(perso_line_run_order(st.line, id, st.link, &r));
	cr_assert_eq(r.outcome, PERSO_LINE_GOOD, "%s on %d-%d-%d: %s", p->id,
	    day.year, day.month, day.day, r.text);
	cr_assert(told.ok);
	cr_assert_eq(told.fingers, told.on.ta.data_groups != 0, "%s", p->id);
	check_day(p, day, told.mrz, &told.on);
	verify_again(
	    w, st.link, told.on.access & PERSO_ACCESS_PACE ? "PACE" : "BAC");
	world_stop(&st);
}

/* No chip: the record, and its zone composed twice. */
static void
compose(
    struct world *w, const struct perso_doc_profile *p, struct perso_date day)
{
	struct perso_order_input in = { .profiles = w->profiles,
		.dir = "tests/data/orders",
		.now = world_clock,
		.imported = true };
	struct perso_inspection what = { .profile = p };
	struct perso_doc_profile on;
	struct perso_mrz m;
	struct perso_mrz_text t;
	char path[128], expected[91];
	PERSO_BUF(template, 1 << 16);
	PERSO_BUF(json, 1 << 16);
	PERSO_ORDER(o);

	snprintf(path, sizeof(path), "tests/data/orders/%s.json", p->id);
	OK(perso_file_read(path, &template));
	OK(perso_order_fill(perso_buf_span(&template), "F-1", &json));
	in.json = perso_buf_span(&json);
	cr_assert_eq(perso_order_check(&in, o), PERSO_OK, "%s: %s %s", p->id,
	    o->findings.v[0].path, o->findings.v[0].text);
	if (o->record.number[0] == '\0')
		OK(perso_record_bind(&o->record, "LV1234567"));
	OK(perso_record_mrz(&o->record, &m));
	OK(perso_mrz_check(&m, day));
	OK(perso_mrz_compose(&m, &t));
	what.record = &o->record;
	what.number = o->record.number;
	OK(perso_verify_expected_mrz(&what, expected));
	cr_assert_str_eq(t.text, expected, "%s", p->id);
	OK(perso_mrz_parse(perso_span_str(t.text), day, &m));
	perso_doc_profile_on(p, day, &on);
	check_day(p, day, t.text, &on);
}

/* A chip is not for them, and nobody prints here: the line says so and
 * changes nothing. */
static void
refuse(struct world *w, const struct perso_doc_profile *p, size_t n)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	struct perso_line_result r;
	struct station st;
	char id[32];

	snprintf(id, sizeof(id), "F-%zu", n);
	world_order(w, p->id, id);
	world_start(w, world_blank(w, NULL), &st);
	cr_assert_eq(perso_line_run_order(st.line, id, st.link, &r),
	    PERSO_E_UNSUPPORTED);
	cr_assert_eq(r.outcome, PERSO_LINE_NOTHING);
	cr_assert_not_null(strstr(r.text, "has no chip"), "%s", r.text);
	cr_assert_eq(perso_line_check_order(st.line, id), PERSO_E_CONFIG);
	OK(perso_store_order_get(st.store, id, o));
	cr_assert_eq(o->state, PERSO_ORDER_IMPORTED);
	cr_assert_eq(r.apdus, 0);
	world_stop(&st);
	world_check(w, false, p->id);
	free(o);
}

static void
family(struct perso_date day)
{
	size_t chips = 0, others = 0;
	struct world w;

	world_clock = perso_date_time(day) + 12 * 3600;
	world_open(&w);
	for (size_t i = 0; i < perso_profiles_doc_count(w.profiles); i++) {
		const struct perso_doc_profile *p =
		    perso_profiles_doc_at(w.profiles, i);

		if (perso_doc_profile_is_chipless(p)) {
			compose(&w, p, day);
			others++;
			continue;
		}
		if (w.chips == WORLD_CHIPS ||
		    p->number.kind == PERSO_NUMBER_ORDER) {
			/* numbers of sample orders repeat */
			world_close(&w);
			world_open(&w);
			p = perso_profiles_doc_at(w.profiles, i);
		}
		w.verify.reported = on_report;
		w.verify.terminal = find_terminal;
		terminal = (struct perso_inspect_terminal){
			.key = w.cv_key[2], .certs = w.cv, .cert_count = 3
		};
		make(&w, p, i, day);
		chips++;
	}
	cr_assert_eq(chips, 18);
	cr_assert_eq(others, 3);
	world_close(&w);
}

Test(family, is_made_before_pace_is_mandatory, .timeout = 120)
{
	family(days[0]);
}

Test(family, is_made_with_pace, .timeout = 120)
{
	family(days[1]);
}

Test(family, is_made_without_bac_and_with_two_letters, .timeout = 120)
{
	family(days[2]);
}

Test(family, is_made_on_the_last_day_of_iso_19794, .timeout = 120)
{
	family(days[3]);
}

Test(family, is_made_after_iso_19794, .timeout = 120)
{
	family(days[4]);
}

Test(family, without_a_chip_is_for_stickers_and_a_printer)
{
	struct world w;
	size_t n = 0;

	world_open(&w);
	for (size_t i = 0; i < perso_profiles_doc_count(w.profiles); i++) {
		const struct perso_doc_profile *p =
		    perso_profiles_doc_at(w.profiles, i);

		if (perso_doc_profile_is_chipless(p))
			refuse(&w, p, n++);
	}
	cr_assert_eq(n, 3);
	world_close(&w);
}
