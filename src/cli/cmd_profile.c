/* perso profile list|check|show|diff: what profiles do, and from when. */
#include "cli_int.h"
#include "perso/hooks.h"
#include "perso/outlook.h"

/* What lies further ahead is not looked for. */
#define AHEAD_YEARS 15
#define DAY 40 /* characters of a date, whatever is in it */

static void
day_text(struct perso_date d, char dst[DAY])
{
	snprintf(dst, DAY, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static perso_rc
open_profiles(struct cli *c, struct perso_profiles **ret)
{
	struct cli_config cfg;

	PERSO_TRY(cli_config_load(c, &cfg));
	return cli_open_profiles(&cfg, ret);
}

static struct perso_date
today(void)
{
	return perso_date_of(perso_now());
}

/* A day of the command line; today if it is not there. */
static perso_rc
day_option(const struct cli *c, const char *name, struct perso_date *ret)
{
	const char *v = cli_value(c, name);

	*ret = today();
	if (v != NULL)
		PERSO_TRY_CTX(
		    perso_date_parse(perso_span_str(v), ret), "--%s", name);
	return PERSO_OK;
}

static perso_rc
find(const struct perso_profiles *set, const char *id,
    const struct perso_doc_profile **ret)
{
	*ret = perso_profiles_doc(set, id);
	if (*ret == NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "no document profile %s: perso profile list shows all", id);
	return PERSO_OK;
}

/* -------------------------------------------------------------- list */

/* The next day on which it changes or breaks a rule; "" for never. */
static void
next_day(const struct perso_profiles *set, const struct perso_doc_profile *p,
    char dst[DAY])
{
	struct perso_date from = today();
	struct perso_outlook o;

	perso_outlook(perso_profiles_policy(set), p, from,
	    perso_date_add_years(from, AHEAD_YEARS), &o);
	dst[0] = '\0';
	for (size_t i = 0; i < o.count && dst[0] == '\0'; i++)
		if (perso_date_compare(o.v[i].day, from) > 0)
			day_text(o.v[i].day, dst);
}

/* see cli_int.h */
perso_rc
cli_run_profile_list(struct cli *c)
{
	CLI_PROFILES(set);
	CLI_TABLE(t);

	PERSO_TRY(open_profiles(c, &set));
	cli_table_begin(&t);
	PERSO_TRY(cli_table_row(&t, "DOCUMENT\tCODE\tMRZ\tCHIP\tNEXT\tTITLE"));
	for (size_t i = 0; i < perso_profiles_doc_count(set); i++) {
		const struct perso_doc_profile *p =
		    perso_profiles_doc_at(set, i);
		const char *code = perso_doc_profile_code(p, today());
		const char *format = perso_doc_format_name(p->format);
		bool chip = !perso_doc_profile_is_chipless(p);
		char next[DAY];

		next_day(set, p, next);
		if (c->json)
			PERSO_TRY(cli_json_line(json_pack(
			    "{s:s, s:s, s:s, s:b, s:s, s:s}", "document", p->id,
			    "code", code, "mrz", format, "chip", chip, "next",
			    next, "title", p->title)));
		else
			PERSO_TRY(cli_table_row(&t, "%s\t%s\t%s\t%s\t%s\t%s",
			    p->id, code, format, chip ? "yes" : "no",
			    next[0] ? next : "-", p->title));
	}
	if (!c->json)
		cli_table_end(&t);
	return PERSO_OK;
}

/* ------------------------------------------------------------- check */

struct check {
	struct cli *cli;
	struct cli_table table;
	json_t *rows;
	size_t wrong, warned;
	perso_rc rc; /* memory */
};

static void
say(struct check *k, bool is_wrong, const char *document, const char *day,
    const char *text)
{
	const char *result = is_wrong ? "FAIL" : "WARN";

	k->wrong += is_wrong;
	k->warned += !is_wrong;
	json_array_append_new(k->rows,
	    json_pack("{s:s, s:s, s:s, s:o}", "result", result, "document",
		document, "from", day, "text", cli_json_text(text)));
	if (k->rc == PERSO_OK)
		k->rc = cli_table_row(&k->table, "%s\t%s\t%s\t%s", result,
		    document[0] ? document : "-", day[0] ? day : "-", text);
}

static void
on_wrong(void *ctx, perso_rc rc)
{
	char text[400];

	(void)rc;
	perso_trail_text(text, sizeof(text));
	say(ctx, true, "", "", text);
}

static void
check_one(struct check *k, const struct perso_policy *policy,
    const struct perso_doc_profile *p)
{
	struct perso_date from = today();
	struct perso_date notice =
	    perso_date_add_days(from, policy ? (int)policy->notice_days : 366);
	struct perso_outlook o;
	char day[DAY];

	perso_outlook(
	    policy, p, from, perso_date_add_years(from, AHEAD_YEARS), &o);
	for (size_t i = 0; i < o.count; i++) {
		const struct perso_outlook_row *r = &o.v[i];
		bool now = perso_date_compare(r->day, from) <= 0;

		if (r->kind == PERSO_OUTLOOK_CHANGE &&
		    perso_date_compare(r->day, notice) > 0)
			continue;
		day_text(r->day, day);
		say(k, r->kind == PERSO_OUTLOOK_BREACH && now, p->id, day,
		    r->text);
	}
}

static perso_rc
check_print(struct check *k, size_t documents)
{
	PERSO_TRY(k->rc);
	k->cli->exit = k->wrong > 0 ? CLI_EXIT_CHECK : CLI_EXIT_OK;
	if (k->cli->json)
		return cli_json(json_pack("{s:b, s:I, s:I, s:I, s:O}", "ok",
		    k->wrong == 0, "documents", (json_int_t)documents,
		    "warnings", (json_int_t)k->warned, "failures",
		    (json_int_t)k->wrong, "checks", k->rows));
	if (k->wrong + k->warned > 0)
		cli_table_end(&k->table);
	cli_print("%zu documents, %zu warnings, %zu failures\n", documents,
	    k->warned, k->wrong);
	return PERSO_OK;
}

static perso_rc
check_dir(struct check *k, const char *dir)
{
	CLI_PROFILES(set);
	const struct perso_policy *policy;

	PERSO_TRY(perso_profile_load_each(dir, on_wrong, k, &set));
	policy = perso_profiles_policy(set);
	if (policy == NULL)
		say(k, false, "", "",
		    "no policy.yaml: the days of Doc 9303 are not looked at");
	for (size_t i = 0; i < perso_profiles_doc_count(set); i++)
		check_one(k, policy, perso_profiles_doc_at(set, i));
	return check_print(k, perso_profiles_doc_count(set));
}

static void
close_check(struct check *k)
{
	cli_table_drop(&k->table);
	json_decref(k->rows);
}

/* see cli_int.h */
perso_rc
cli_run_profile_check(struct cli *c)
{
	__attribute__((cleanup(close_check))) struct check k = {
		.cli = c, .rows = json_array(), .rc = PERSO_OK
	};
	struct cli_config cfg;

	cli_table_begin(&k.table);
	PERSO_TRY(cli_table_row(&k.table, "RESULT\tDOCUMENT\tFROM\tWHAT"));
	if (c->argc > 0)
		return check_dir(&k, c->argv[0]);
	PERSO_TRY(cli_config_load(c, &cfg));
	return check_dir(&k, cfg.profiles);
}

/* -------------------------------------------------------------- show */

static json_t *
view_json(const struct perso_profile_view *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->count; i++)
		json_array_append_new(
		    list, json_pack("{s:s, s:o}", "key", v->v[i].key, "value",
			      cli_json_text(v->v[i].value)));
	return list;
}

static json_t *
outlook_json(const struct perso_outlook *o)
{
	json_t *list = json_array();
	char day[DAY];

	for (size_t i = 0; i < o->count; i++) {
		day_text(o->v[i].day, day);
		json_array_append_new(
		    list, json_pack("{s:s, s:b, s:s}", "from", day, "breach",
			      o->v[i].kind == PERSO_OUTLOOK_BREACH, "text",
			      o->v[i].text));
	}
	return list;
}

static perso_rc
show_text(const struct perso_doc_profile *p, const char *day,
    const struct perso_profile_view *v, const struct perso_outlook *o)
{
	char from[DAY];
	CLI_TABLE(t);

	cli_print("%s, for documents issued on %s\n", p->id, day);
	cli_table_begin(&t);
	for (size_t i = 0; i < v->count; i++)
		PERSO_TRY(
		    cli_table_row(&t, "  %s\t%s", v->v[i].key, v->v[i].value));
	cli_table_end(&t);
	for (size_t i = 0; i < o->count; i++) {
		day_text(o->v[i].day, from);
		cli_print("%s %s: %s\n",
		    o->v[i].kind == PERSO_OUTLOOK_BREACH ? "WRONG from"
							 : "from",
		    from, o->v[i].text);
	}
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_profile_show(struct cli *c)
{
	const struct perso_doc_profile *p = NULL;
	struct perso_profile_view view;
	struct perso_outlook o;
	struct perso_date on;
	char day[DAY];
	CLI_PROFILES(set);

	PERSO_TRY(day_option(c, "on", &on));
	PERSO_TRY(open_profiles(c, &set));
	PERSO_TRY(find(set, c->argv[0], &p));
	perso_profile_view(p, on, &view);
	perso_outlook(perso_profiles_policy(set), p, on,
	    perso_date_add_years(on, AHEAD_YEARS), &o);
	day_text(on, day);
	if (c->json)
		return cli_json(json_pack("{s:s, s:s, s:o, s:o}", "document",
		    p->id, "on", day, "does", view_json(&view), "ahead",
		    outlook_json(&o)));
	return show_text(p, day, &view, &o);
}

/* -------------------------------------------------------------- diff */

/* Lines of one key are compared as a whole: a key can have several. */
static void
join(const struct perso_profile_view *v, const char *key, char dst[600])
{
	dst[0] = '\0';
	for (size_t i = 0; i < v->count; i++) {
		size_t n = strlen(dst);

		if (strcmp(v->v[i].key, key) == 0)
			snprintf(dst + n, 600 - n, "%s%s", n ? "; " : "",
			    v->v[i].value);
	}
}

static bool
first_of(const struct perso_profile_view *v, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(v->v[i].key, v->v[at].key) == 0)
			return false;
	return true;
}

static bool
has_key(const struct perso_profile_view *v, const char *key)
{
	char text[600];

	join(v, key, text);
	return text[0] != '\0';
}

static void
diff_key(const struct perso_profile_view *a, const struct perso_profile_view *b,
    const char *key, json_t *ret)
{
	char was[600], is[600];

	join(a, key, was);
	join(b, key, is);
	if (strcmp(was, is) != 0)
		json_array_append_new(
		    ret, json_pack("{s:s, s:o, s:o}", "key", key, "was",
			     cli_json_text(was), "is", cli_json_text(is)));
}

static json_t *
diff(const struct perso_profile_view *a, const struct perso_profile_view *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->count; i++)
		if (first_of(a, i))
			diff_key(a, b, a->v[i].key, list);
	for (size_t i = 0; i < b->count; i++)
		if (first_of(b, i) && !has_key(a, b->v[i].key))
			diff_key(a, b, b->v[i].key, list);
	return list;
}

static perso_rc
diff_print(struct cli *c, json_t *list, const char *a, const char *b)
{
	const json_t *row;
	size_t i;

	if (c->json)
		return cli_json(json_pack(
		    "{s:s, s:s, s:o}", "was", a, "is", b, "differences", list));
	cli_print("--- %s\n+++ %s\n", a, b);
	json_array_foreach(list, i, row)
	{
		const char *was =
		    json_string_value(json_object_get(row, "was"));
		const char *is = json_string_value(json_object_get(row, "is"));

		cli_print(
		    "%s\n", json_string_value(json_object_get(row, "key")));
		if (was[0] != '\0')
			cli_print("  - %s\n", was);
		if (is[0] != '\0')
			cli_print("  + %s\n", is);
	}
	if (json_array_size(list) == 0)
		cli_print("no difference\n");
	json_decref(list);
	return PERSO_OK;
}

struct diff_side {
	const struct perso_doc_profile *p;
	struct perso_date day;
	struct perso_profile_view view;
	char name[PERSO_PROFILE_ID_MAX + DAY + 2];
};

static void
view_side(struct diff_side *s)
{
	char day[DAY];

	day_text(s->day, day);
	snprintf(s->name, sizeof(s->name), "%s %s", s->p->id, day);
	perso_profile_view(s->p, s->day, &s->view);
}

/* One document on two days, or two documents on one. */
static perso_rc
diff_days(const struct cli *c, struct diff_side *a, struct diff_side *b)
{
	bool days = cli_value(c, "from") != NULL || cli_value(c, "to") != NULL;

	if (days == (c->argc == 2))
		PERSO_FAIL(PERSO_E_ARG,
		    "either one document with --from and --to, or two "
		    "documents");
	if (days && cli_value(c, "on") != NULL)
		PERSO_FAIL(PERSO_E_ARG, "--on is for two documents");
	PERSO_TRY(day_option(c, days ? "from" : "on", &a->day));
	return day_option(c, days ? "to" : "on", &b->day);
}

/* see cli_int.h */
perso_rc
cli_run_profile_diff(struct cli *c)
{
	struct diff_side a = { .p = NULL }, b = { .p = NULL };
	CLI_PROFILES(set);

	PERSO_TRY(diff_days(c, &a, &b));
	PERSO_TRY(open_profiles(c, &set));
	PERSO_TRY(find(set, c->argv[0], &a.p));
	PERSO_TRY(find(set, c->argv[c->argc - 1], &b.p));
	view_side(&a);
	view_side(&b);
	return diff_print(c, diff(&a.view, &b.view), a.name, b.name);
}
