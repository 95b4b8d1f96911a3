#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perso/link_fault.h"
#include "perso/link_trace.h"
#include "wire.h"

static char said[1024];

static void
say(void *ctx, const char *line)
{
	(void)ctx;
	/* the time at the end differs */
	strncat(said, line, strcspn(line, "u"));
	strcat(said, "|");
}

Test(link, counts_commands_and_bytes)
{
	struct perso_link *l = wire_open();
	PERSO_BUF(rsp, PERSO_RSP_MAX);

	wire_add(l, "00B0000002", "01029000");
	wire_add(l, "00B0000002", "90");
	cr_assert_eq(perso_link_transmit(l, hx("00B0000002"), &rsp), 0);
	cr_assert_str_eq(hx_text(perso_buf_span(&rsp)), "01029000");
	cr_assert_eq(
	    perso_link_transmit(l, hx("00B0000002"), &rsp), PERSO_E_ANSWER);
	cr_assert_eq(perso_link_transmit(l, hx("00B000"), &rsp), PERSO_E_ARG);
	cr_assert_eq(l->commands, 2);
	cr_assert_eq(l->bytes_out, 10);
	cr_assert_eq(l->bytes_in, 5);
	perso_link_free(&l);
	cr_assert_null(l);
	perso_link_free(&l);
}

Test(link_trace, never_shows_data)
{
	struct perso_link *inner = wire_open(), *l = NULL;
	PERSO_BUF(rsp, PERSO_RSP_MAX);

	wire_add(inner, "00D60000034142430A", "444546479000");
	wire_add(inner, "00D6000003414243", NULL);
	wire_add(inner, "00D6000009414243", "6700");
	cr_assert_eq(perso_link_trace_open(inner, say, NULL, &l), 0);
	cr_assert_eq(perso_link_transmit(l, hx("00D60000034142430A"), &rsp), 0);
	cr_assert_eq(rsp.n, 6);
	cr_assert_eq(
	    perso_link_transmit(l, hx("00D6000003414243"), &rsp), PERSO_E_TORN);
	cr_assert_eq(perso_link_transmit(l, hx("00D6000009414243"), &rsp), 0);
	cr_assert_eq(perso_link_reset(l), 0);
	cr_assert(
	    strstr(said, "> 00 D6 00 00 Lc=3 Le=10|") == said, "%s", said);
	cr_assert(strstr(said, "< 9000 +4 ") != NULL, "%s", said);
	cr_assert(strstr(said, "> malformed, 8 bytes") != NULL, "%s", said);
	cr_assert(strstr(said, "< torn ") != NULL, "%s", said);
	cr_assert(strstr(said, "= reset|") != NULL);
	cr_assert(strstr(said, "4142") == NULL);
	cr_assert(strstr(said, "4445") == NULL);
	perso_link_free(&l);
}

static perso_rc
send_one(struct perso_link *l)
{
	PERSO_BUF(rsp, PERSO_RSP_MAX);
	perso_rc rc = perso_link_transmit(l, hx("00B0000001"), &rsp);

	if (rc != PERSO_OK)
		cr_assert_eq(rsp.n, 0);
	return rc;
}

Test(link_fault, strikes_at_the_nth_command_and_stays_torn_until_reset)
{
	static const struct {
		enum perso_fault f;
		perso_rc rc;
		uint64_t sent;
	} cases[] = {
		{ PERSO_FAULT_BEFORE, PERSO_E_TORN, 2 },
		{ PERSO_FAULT_AFTER, PERSO_E_TORN, 3 },
		{ PERSO_FAULT_TIMEOUT, PERSO_E_TIMEOUT, 3 },
	};

	for (size_t i = 0; i < 3; i++) {
		struct perso_fault_plan plan = { cases[i].f, 3, false };
		struct perso_link *inner = wire_open(), *l = NULL;

		for (int k = 0; k < 9; k++)
			wire_add(inner, "00B0000001", "AA9000");
		cr_assert_eq(perso_link_fault_open(inner, plan, &l), 0);
		cr_assert_eq(send_one(l), 0);
		cr_assert_eq(send_one(l), 0);
		cr_assert_not(perso_link_fault_struck(l));
		cr_assert_eq(send_one(l), cases[i].rc);
		cr_assert(perso_link_fault_struck(l));
		cr_assert_eq(send_one(l), PERSO_E_TORN);
		cr_assert_eq(inner->commands, cases[i].sent);
		cr_assert_eq(perso_link_reset(l), 0);
		cr_assert_eq(send_one(l), 0);
		plan.at = 1;
		plan.for_good = true;
		perso_link_fault_plan(l, plan);
		cr_assert_not(perso_link_fault_struck(l));
		cr_assert_eq(send_one(l), cases[i].rc);
		cr_assert_eq(perso_link_reset(l), PERSO_E_TORN);
		perso_link_free(&l);
	}
}

Test(link_fault, without_a_plan_nothing_happens)
{
	struct perso_link *inner = wire_open(), *l = NULL;

	for (int k = 0; k < 9; k++)
		wire_add(inner, "00B0000001", "AA9000");
	cr_assert_eq(
	    perso_link_fault_open(inner, (struct perso_fault_plan){ 0 }, &l),
	    0);
	for (int k = 0; k < 9; k++)
		cr_assert_eq(send_one(l), 0);
	perso_link_free(&l);
}
