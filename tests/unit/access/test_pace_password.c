/* Passwords with try counters, and what the terminal asks the chip for. */
#include "pace_test.h"

#define ECDH_GM "tests/vectors/pace_ecdh_gm.txt"

static void
pin_random(const struct vec *v)
{
	wire_random(joined(
	    vec_text(v, "map_terminal_sk"), vec_text(v, "ka_terminal_sk")));
}

static struct perso_pace_params
params_of(const struct vec *v, uint64_t id)
{
	return (struct perso_pace_params){
		.choice = choice_of(vec_text(v, "oid"), id),
		.password = PERSO_PACE_MRZ,
		.secret =
		    perso_span_str(vec_text(v, "password_MRZ_information")),
	};
}

static const char *
auth(const char *content)
{
	static char t[4][8192];
	static int at;
	char *s = t[at++ & 3];
	size_t n = strlen(content) / 2;

	if (n < 128)
		snprintf(s, sizeof(t[0]), "7C%02zX%s9000", n, content);
	else
		snprintf(s, sizeof(t[0]), "7C81%02zX%s9000", n, content);
	return s;
}

/* ---- DO84. ---- */

#define MSE "0022C1A4"
#define OID_DO "800A04007F00070202040202"
#define PLAIN MSE "0F" OID_DO "830101"
#define TAG84                    \
	MSE "12" OID_DO "830101" \
	    "84010D"

struct tagged {
	const char *name;
	enum perso_pace_tag84 policy;
	bool ambiguous;
	const char *mse[2], *sw[2]; /* commands, answers */
	bool at_nonce;		    /* the first sw[0] is the nonce's */
	perso_rc rc;
	bool sent, retried;
};

static void
run_tagged(const struct tagged *t)
{
	VEC(v, ECDH_GM);
	CARD(card);
	struct perso_pace_params p = params_of(v, 13);
	PERSO_PACE_RESULT(r);

	p.tag84 = t->policy;
	p.choice.ambiguous = t->ambiguous;
	for (int i = 0; i < 2 && t->mse[i] != NULL; i++) {
		bool nonce = i == 0 && t->at_nonce;

		wire_add(card.link, t->mse[i], nonce ? "9000" : t->sw[i]);
		if (nonce)
			wire_add(card.link, vec_text(v, "apdu3"), t->sw[i]);
	}
	for (int i = 3; t->rc == PERSO_OK && i <= 10; i += 2)
		wire_add(card.link, vec_text(v, "apdu%d", i),
		    vec_text(v, "apdu%d", i + 1));
	pin_random(v);
	is_rc(perso_pace_open(&card, &p, &r), t->rc, "%s", t->name);
	cr_assert(wire_is_over(card.link), "%s", t->name);
	cr_assert_eq(r.sent_tag84, t->sent, "%s", t->name);
	cr_assert_eq(r.retried, t->retried, "%s", t->name);
}

Test(pace_password, chips_that_want_tag_84_and_chips_that_refuse_it)
{
	static const struct tagged rows[] = {
		{ "ambiguous", PERSO_PACE_TAG84_AUTO, true, { TAG84 },
		    { "9000" }, .sent = true },
		{ "ambiguous, refused", PERSO_PACE_TAG84_AUTO, true,
		    { TAG84, PLAIN }, { "6A80", "9000" }, .retried = true },
		{ "wanted", PERSO_PACE_TAG84_AUTO, false, { PLAIN, TAG84 },
		    { "6A88", "9000" }, .sent = true, .retried = true },
		{ "wanted, said at the nonce", PERSO_PACE_TAG84_AUTO, false,
		    { PLAIN, TAG84 }, { "6985", "9000" }, .at_nonce = true,
		    .sent = true, .retried = true },
		{ "refused both ways", PERSO_PACE_TAG84_AUTO, false,
		    { PLAIN, TAG84 }, { "6A80", "6A80" }, .rc = PERSO_E_SW },
		{ "refused for another reason", PERSO_PACE_TAG84_AUTO, false,
		    { PLAIN }, { "6982" }, .rc = PERSO_E_SW },
		{ "always", PERSO_PACE_TAG84_ALWAYS, false, { TAG84 },
		    { "9000" }, .sent = true },
		{ "always, refused", PERSO_PACE_TAG84_ALWAYS, false, { TAG84 },
		    { "6A80" }, .rc = PERSO_E_SW },
		{ "never", PERSO_PACE_TAG84_NEVER, true, { PLAIN }, { "9000" },
		    .sent = false },
		{ "never, refused", PERSO_PACE_TAG84_NEVER, true, { PLAIN },
		    { "6A80" }, .rc = PERSO_E_SW },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_tagged(&rows[i]);
}

/* ---- PIN and PUK: what costs a try is tried once. ---- */

#define MSE_PIN MSE "0F" OID_DO "830103"

static void
run_pin(const char *sw, perso_rc want, struct perso_pace_result *r)
{
	VEC(v, ECDH_GM);
	CARD(card);
	struct perso_pace_params p = params_of(v, 13);

	p.password = PERSO_PACE_PIN;
	p.secret = perso_span_str("123456");
	wire_add(card.link, MSE_PIN, sw);
	if (sw[3] == '2')
		wire_add(card.link, vec_text(v, "apdu3"), "6F00");
	is_rc(perso_pace_open(&card, &p, r), want, "%s", sw);
	cr_assert(wire_is_over(card.link), "%s", sw);
}

Test(pace_password, the_state_of_the_pin_is_told_and_no_try_is_wasted)
{
	PERSO_PACE_RESULT(r);

	run_pin("63C2", PERSO_E_SW, &r);
	cr_assert_eq(r.tries, 2);
	cr_assert_not(r.blocked);
	run_pin("63C1", PERSO_E_CARD_STATE, &r);
	cr_assert_eq(r.tries, 1);
	cr_assert(r.suspended);
	run_pin("63C0", PERSO_E_CARD_STATE, &r);
	cr_assert_eq(r.tries, 0);
	cr_assert(r.blocked);
	run_pin("6983", PERSO_E_CARD_STATE, &r);
	cr_assert(r.blocked);
	run_pin("6984", PERSO_E_CARD_STATE, &r);
	cr_assert_not(r.blocked);
	/* no second MSE:Set AT with DO84 */
	run_pin("6A80", PERSO_E_SW, &r);
	run_pin("6A88", PERSO_E_SW, &r);
}

/* A run of pace_computed.txt with the PIN, refused at the token. */
static void
refused_pin(const char *sw, int tries, bool blocked, bool suspended)
{
	VEC(v, "tests/vectors/pace_computed.txt");
	CARD(card);
	char *line = strdup(vec_text(v, "run.10")), *save = NULL;
	char *word[20] = { 0 };
	struct perso_pace_params p = { .password = PERSO_PACE_PIN };
	PERSO_PACE_RESULT(r);
	size_t n = 0;

	for (char *w = strtok_r(line, " ", &save); w != NULL && n < 20;
	     w = strtok_r(NULL, " ", &save))
		word[n++] = w;
	cr_assert_str_eq(word[2], "3");
	p.choice = choice_of(word[0], strtoul(word[1], NULL, 10));
	p.secret = perso_span_str(word[3]);
	for (size_t i = 8; i < 18; i += 2)
		wire_add(card.link, word[i], i == 16 ? sw : word[i + 1]);
	wire_random(word[5]);
	is_rc(perso_pace_open(&card, &p, &r), PERSO_E_CARD_AUTH, "%s", sw);
	cr_assert(wire_is_over(card.link));
	cr_assert_eq(r.tries, tries, "%s", sw);
	cr_assert_eq(r.blocked, blocked, "%s", sw);
	cr_assert_eq(r.suspended, suspended, "%s", sw);
	free(line);
}

Test(pace_password, a_wrong_pin_tells_how_many_tries_are_left)
{
	refused_pin("63C2", 2, false, false);
	refused_pin("63C1", 1, false, true);
	refused_pin("63C0", 0, true, false);
	refused_pin("6983", PERSO_PACE_TRIES_UNKNOWN, true, false);
	refused_pin("6300", PERSO_PACE_TRIES_UNKNOWN, false, false);
}

Test(pace_password, a_suspended_pin_is_resumed_under_the_cans_channel)
{
	VEC(v, "tests/vectors/pace_computed.txt");
	CARD(card);
	char *line = strdup(vec_text(v, "run.10")), *save = NULL;
	char *word[20] = { 0 };
	struct perso_pace_params p = { .password = PERSO_PACE_PIN };
	PERSO_PACE_RESULT(r);
	size_t n = 0;

	perso_card_set_channel(&card, through_channel());
	for (char *w = strtok_r(line, " ", &save); w != NULL && n < 20;
	     w = strtok_r(NULL, " ", &save))
		word[n++] = w;
	p.choice = choice_of(word[0], strtoul(word[1], NULL, 10));
	p.secret = perso_span_str(word[3]);
	for (size_t i = 8; i < 18; i += 2)
		wire_add(card.link, word[i], i == 8 ? "63C1" : word[i + 1]);
	wire_random(word[5]);
	ok(perso_pace_open(&card, &p, &r));
	cr_assert(wire_is_over(card.link));
	cr_assert_str_neq(card.channel->ops->name, "through");
	cr_assert_eq(r.tries, 1);
	free(line);
}

/* ---- What the terminal asks for. ---- */

Test(pace_password, the_terminal_asks_for_authorities_and_takes_two)
{
	VEC(v, ECDH_GM);
	CARD(card);
	struct perso_pace_params p = params_of(v, 13);
	PERSO_PACE_RESULT(r);
	char s[256];

	p.ask_cars = true;
	wire_add(card.link,
	    MSE "20" OID_DO "830101"
		"7F4C0E060904007F00070301020153013F",
	    "9000");
	for (int i = 3; i < 9; i += 2)
		wire_add(card.link, vec_text(v, "apdu%d", i),
		    vec_text(v, "apdu%d", i + 1));
	snprintf(s, sizeof(s),
	    "8608%s870D44454953435643413030303032"
	    "880D44454953435643413030303031",
	    vec_text(v, "T_IC"));
	wire_add(card.link, vec_text(v, "apdu9"), auth(s));
	pin_random(v);
	ok(perso_pace_open(&card, &p, &r));
	cr_assert_eq(r.cars.count, 2);
	cr_assert_str_eq(r.cars.name[0], "DEISCVCA00002");
	cr_assert_str_eq(r.cars.name[1], "DEISCVCA00001");
}

Test(pace_password, refuses_passwords_that_are_none)
{
	CARD(card);
	VEC(v, ECDH_GM);
	struct perso_pace_params p = params_of(v, 13);
	PERSO_PACE_RESULT(r);
	char s[80];

	p.secret = PERSO_SPAN_EMPTY;
	is_rc(perso_pace_open(&card, &p, &r), PERSO_E_ARG, "empty");
	memset(s, '1', sizeof(s));
	p.secret = perso_span(s, sizeof(s));
	is_rc(perso_pace_open(&card, &p, &r), PERSO_E_ARG, "long");
	p.choice.group = NULL;
	is_rc(perso_pace_open(&card, &p, &r), PERSO_E_ARG, "no choice");
}
