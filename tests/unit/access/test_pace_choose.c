/* Which PACE a terminal picks from EF.CardAccess. */
#include "pace_test.h"

#define PACE "0.4.0.127.0.7.2.2.4."

static struct perso_secinfo
info(const char *arcs, uint64_t id)
{
	struct perso_secinfo i = { 0 };

	ok(perso_secinfo_pace(joined(PACE, arcs), id, &i));
	return i;
}

static void
add(struct perso_secinfos *s, struct perso_secinfo i)
{
	s->items[s->count++] = i;
}

static void
is_choice(const struct perso_pace_choice *c, const char *arcs, uint64_t id)
{
	const char *oid = NULL;

	ok(perso_pace_oid(&c->protocol, &oid));
	cr_assert_str_eq(oid, joined(PACE, arcs));
	cr_assert_eq(c->id, id);
}

Test(pace_choose, the_order_is_the_documented_one)
{
	static const struct {
		const char *arcs;
		uint64_t id;
	} best_first[] = {
		{ "6.4", 13 },
		{ "6.2", 16 },
		{ "6.2", 12 },
		{ "2.4", 12 },
		{ "2.3", 17 },
		{ "2.2", 13 },
		{ "2.1", 18 },
		{ "1.4", 2 },
		{ "1.2", 1 },
		{ "1.2", 0 },
		{ "4.4", 12 },
		{ "4.1", 12 },
		{ "3.2", 2 },
	};
	size_t n = sizeof(best_first) / sizeof(best_first[0]), count = 0;
	struct perso_pace_choice list[PERSO_SECINFO_MAX];

	/* any order of the SET gives the same */
	for (size_t from = 0; from < n; from++) {
		struct perso_secinfos s = { 0 };

		for (size_t i = 0; i < n; i++)
			add(&s, info(best_first[(from + 5 * i) % n].arcs,
				    best_first[(from + 5 * i) % n].id));
		ok(perso_pace_list(&s, 0, list, &count));
		cr_assert_eq(count, n);
		for (size_t i = 0; i < n; i++)
			is_choice(
			    &list[i], best_first[i].arcs, best_first[i].id);
		cr_assert(list[0].ambiguous);
	}
}

Test(pace_choose, what_is_not_wanted_is_left_out)
{
	struct perso_secinfos s = { 0 };
	struct perso_pace_choice c = { 0 };

	add(&s, info("6.2", 13));
	add(&s, info("2.2", 13));
	add(&s, info("4.2", 13));
	add(&s, info("1.1", 0));
	ok(perso_pace_choose(&s, 0, &c));
	is_choice(&c, "6.2", 13);
	ok(perso_pace_choose(&s, PERSO_PACE_NO_CAM, &c));
	is_choice(&c, "2.2", 13);
	ok(perso_pace_choose(&s, PERSO_PACE_NO_CAM | PERSO_PACE_NO_GM, &c));
	is_choice(&c, "4.2", 13);
	ok(perso_pace_choose(&s, PERSO_PACE_NO_ECDH, &c));
	is_choice(&c, "1.1", 0);
	is_rc(
	    perso_pace_choose(&s, PERSO_PACE_NO_ECDH | PERSO_PACE_NO_3DES, &c),
	    PERSO_E_UNSUPPORTED, "nothing left");
	is_choice(&c, "1.1", 0); /* untouched */
}

static void
is_unusable(struct perso_secinfo i, const char *name)
{
	struct perso_secinfos s = { 0 };
	struct perso_pace_choice c = { 0 };

	add(&s, i);
	is_rc(perso_pace_choose(&s, 0, &c), PERSO_E_UNSUPPORTED, "%s", name);
	cr_assert(perso_pace_is_announced(&s));
	/* beside a good one it does no harm */
	add(&s, info("2.2", 13));
	ok(perso_pace_choose(&s, 0, &c));
	is_choice(&c, "2.2", 13);
}

Test(pace_choose, unusable_infos_are_passed_over)
{
	struct perso_secinfo i;

	is_unusable(info("2.2", 3), "reserved");
	is_unusable(info("2.2", 19), "reserved");
	is_unusable(info("2.2", 31), "reserved");
	is_unusable(info("2.2", 32), "explicit, not there");
	is_unusable(info("2.2", 0), "ECDH over a DH group");
	is_unusable(info("1.2", 13), "DH over a curve");
	is_unusable(info("4.2", 10), "IM over P-224");
	is_unusable(info("6.1", 13), "CAM with 3DES");
	is_unusable(info("2.5", 13), "no such cipher");
	is_unusable(info("5.2", 13), "no such mapping");
	i = info("2.2", 13);
	i.version = 1;
	is_unusable(i, "version 1");
	i = info("2.2", 0);
	i.has_id = false;
	is_unusable(i, "no parameterId");
	i = info("6.2", 0);
	i.has_id = false;
	is_unusable(i, "CAM without parameterId");
}

Test(pace_choose, duplicates_count_once_and_are_not_ambiguous)
{
	struct perso_secinfos s = { 0 };
	struct perso_pace_choice list[PERSO_SECINFO_MAX];
	size_t count = 0;

	add(&s, info("2.2", 13));
	add(&s, info("2.2", 13));
	add(&s, info("6.2", 13));
	ok(perso_pace_list(&s, 0, list, &count));
	cr_assert_eq(count, 2);
	cr_assert_not(list[0].ambiguous);
	add(&s, info("2.2", 27)); /* unknown, and yet another set */
	ok(perso_pace_list(&s, 0, list, &count));
	cr_assert_eq(count, 2);
	cr_assert(list[0].ambiguous);
}

static struct perso_secinfo
domain(const char *arc, struct perso_span alg_id, bool has_id, uint64_t id)
{
	struct perso_secinfo i = {
		.kind = PERSO_SECINFO_PACE_DOMAIN,
		.alg_id = alg_id,
		.has_id = has_id,
		.id = id,
	};

	snprintf(i.oid, sizeof(i.oid), "%s%s", PACE, arc);
	return i;
}

static struct perso_span
explicit_params(uint64_t id)
{
	const struct perso_group *g = NULL;
	PERSO_BUF(b, 4096);

	ok(perso_group_get(id, &g));
	ok(perso_group_params(g, false, &b));
	return hx(hx_text(perso_buf_span(&b)));
}

Test(pace_choose, explicit_parameters_only_if_they_are_standardised_ones)
{
	struct perso_secinfos s = { 0 };
	struct perso_pace_choice c = { 0 };

	add(&s, info("2.2", 40));
	add(&s, domain("2", explicit_params(13), true, 40));
	ok(perso_pace_choose(&s, 0, &c));
	cr_assert_eq(c.id, 40);
	cr_assert_eq(perso_group_id(c.group), 13);
	/* twice the same does no harm, two different ones do */
	add(&s, domain("2", explicit_params(13), true, 40));
	ok(perso_pace_choose(&s, 0, &c));
	s.items[2] = domain("2", explicit_params(12), true, 40);
	is_rc(perso_pace_choose(&s, 0, &c), PERSO_E_UNSUPPORTED, "two");
	/* of another mapping */
	s.items[1] = domain("4", explicit_params(13), true, 40);
	s.count = 2;
	is_rc(perso_pace_choose(&s, 0, &c), PERSO_E_UNSUPPORTED, "mapping");
	/* without an identifier on either side */
	s.items[0].has_id = false;
	s.items[1] = domain("2", explicit_params(13), false, 0);
	ok(perso_pace_choose(&s, 0, &c));
	cr_assert_eq(perso_group_id(c.group), 13);
	cr_assert_not(c.has_id);
	s.items[1] = domain("2", hx("3003060101"), false, 0);
	is_rc(perso_pace_choose(&s, 0, &c), PERSO_E_UNSUPPORTED, "rubbish");
}

Test(pace_choose, without_pace_that_is_said)
{
	struct perso_secinfos s = { 0 };
	struct perso_pace_choice c = { 0 };

	is_rc(perso_pace_choose(&s, 0, &c), PERSO_E_MISSING, "empty");
	cr_assert_not(perso_pace_is_announced(&s));
	add(&s, (struct perso_secinfo){ .kind = PERSO_SECINFO_TA });
	is_rc(perso_pace_choose(&s, 0, &c), PERSO_E_MISSING, "TA only");
}
