/*
 * Passwords of PACE; answers that somebody refuses or alters.
 */
#include "doors.h"

#include "sim/sim_int.h"

/* ------------------------------------------------------------- passwords */

Test(doors, can_and_pin_open_without_an_mrz)
{
	struct perso_verify_input in = { .can = perso_span_str(DOORS_CAN) };
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_open(&d, &w);
	doors_verify(&d, &w, in);
	GOOD(w);
	cr_assert_str_eq(doors_auth(&w, "PACE")->password, "CAN");
	cr_assert_eq(world_check(&w, "dg1-mrz"), PERSO_CHECK_SKIPPED);
	in = (struct perso_verify_input){ .pin = perso_span_str(DOORS_PIN) };
	doors_verify(&d, &w, in);
	GOOD(w);
	cr_assert_str_eq(doors_auth(&w, "PACE")->password, "PIN");
}

Test(doors, a_wrong_pin_is_sent_once_and_the_rest_is_told)
{
	struct perso_verify_input in = { .pin = perso_span_str("000000") };
	struct world *v;
	WORLD(w);
	DOORS(d);

	v = &w;
	d.mappings = GM;
	doors_open(&d, &w);
	doors_verify(&d, &w, in);
	BAD(w, "pace");
	cr_assert_not_null(strstr(doors_text(v, "pace"), "has 2 tries left"),
	    "%s", world_text(v));
	cr_assert_eq(world_nv(v)->passwords[SIM_PIN].tries, 2);
	in.link = w.link;
	{
		PERSO_LDS_IMAGE(files);
		char text[300];

		OK(perso_link_reset(w.link));
		cr_assert_eq(
		    perso_verify_files(&in, &files), PERSO_E_CARD_AUTH);
		perso_trail_text(text, sizeof(text));
		cr_assert_not_null(strstr(text, "has 1 try left"), "%s", text);
		cr_assert_null(strstr(text, "000000"));
	}
	/* suspended: refused without a try */
	in.pin = perso_span_str(DOORS_PIN);
	doors_verify(&d, &w, in);
	BAD(w, "pace");
	cr_assert_eq(world_nv(v)->passwords[SIM_PIN].tries, 1);
}

/* EF.CardAccess says how; then a session of our terminal. */
static void
open_with_puk(struct world *w, struct perso_card *card)
{
	struct perso_secinfos infos;
	struct perso_pace_params p = { .password = PERSO_PACE_PUK,
		.secret = perso_span_str(DOORS_PUK) };
	PERSO_BUF(file, 4096);
	PERSO_PACE_RESULT(r);

	perso_card_init(card, w->link);
	OK(perso_card_reset(card));
	perso_card_limits_from_atr(perso_link_atr(w->link), &card->limits);
	OK(perso_card_read_file(card, PERSO_FID_CARD_ACCESS, 4096, &file));
	OK(perso_secinfos_parse(perso_buf_span(&file), &infos));
	OK(perso_pace_choose(&infos, 0, &p.choice));
	OK(perso_pace_open(card, &p, &r));
}

/* RESET RETRY COUNTER has neither data nor Le: its protection is a MAC over
 * the header alone. */
Test(doors, the_puk_gives_the_pin_its_tries_back)
{
	const struct perso_apdu reset = { .ins = 0x2C, .p1 = 3, .p2 = 3 };
	struct perso_verify_input in = { .pin = perso_span_str("000000") };
	struct perso_card card;
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_open(&d, &w);
	doors_verify(&d, &w, in);
	BAD(w, "pace");
	cr_assert_eq(world_nv(&w)->passwords[SIM_PIN].tries, 2);
	open_with_puk(&w, &card);
	OK(perso_card_expect(&card, &reset, NULL));
	perso_card_done(&card);
	cr_assert_eq(world_nv(&w)->passwords[SIM_PIN].tries, 3);
	in.pin = perso_span_str(DOORS_PIN);
	doors_verify(&d, &w, in);
	GOOD(w);
}

Test(doors, a_password_that_the_chip_has_not_got_gives_way_to_the_next)
{
	struct perso_verify_input in;
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_open(&d, &w);
	world_nv(&w)->passwords[SIM_CAN].n = 0;
	in = BY_MRZ(w);
	in.can = perso_span_str(DOORS_CAN);
	doors_verify(&d, &w, in);
	GOOD(w);
	cr_assert_str_eq(doors_auth(&w, "PACE")->password, "MRZ");
}

Test(doors, a_wrong_can_is_no_downgrade_if_there_is_no_mrz)
{
	struct perso_verify_input in = { .can = perso_span_str("000000") };
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_open(&d, &w);
	doors_verify(&d, &w, in);
	BAD(w, "pace");
	cr_assert_eq(w.report.failed, 1);
	cr_assert_eq(world_check(&w, "bac"), -1);
}

Test(doors, reading_refuses_a_downgrade)
{
	PERSO_LDS_IMAGE(files);
	struct perso_verify_input in;
	WORLD(w);
	DOORS(d);

	d.mappings = GM;
	doors_open(&d, &w);
	perso_sim_quirk(w.sim, PERSO_SIM_NO_PACE);
	in = BY_MRZ(w);
	in.link = w.link;
	cr_assert_eq(perso_verify_files(&in, &files), PERSO_E_TRUST);
	cr_assert_eq(files.count, 0);
	in.protocol = PERSO_VERIFY_BAC;
	OK(perso_link_reset(w.link));
	OK(perso_verify_files(&in, &files));
	cr_assert_gt(files.count, 4);
}

/* ------------------------------------------------------------- hostility */

static unsigned strike;
static bool struck;

/* One answer after the channel stands is replaced, at every place. */
static void
refuse_one(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	if (number != strike || cmd.p[0] == 0x00)
		return;
	struck = true;
	perso_buf_clear(rsp);
	OK(perso_buf_append(rsp, perso_span("\x6A\x82", 2)));
}

static void
flip_one(struct perso_span cmd, unsigned number, struct perso_buf *rsp)
{
	if (number != strike || cmd.p[0] == 0x00 || rsp->n < 4)
		return;
	struck = true;
	rsp->p[rsp->n / 2] ^= 0x10;
}

static void
strike_everywhere(world_hook hook)
{
	unsigned hits = 0;

	for (strike = 0; strike < 75; strike++) {
		WORLD(w);
		DOORS(d);

		d.mappings = CAM;
		d.ta = true;
		doors_open(&d, &w);
		struck = false;
		world_answer = hook;
		doors_verify(&d, &w, BY_MRZ(w));
		/* a chip may end the session over a file it has not got */
		cr_assert(!struck || !w.report.ok ||
			      world_check(&w, "extra") == PERSO_CHECK_SKIPPED,
		    "command %u: %s", strike, world_text(&w));
		hits += struck;
	}
	cr_assert_gt(hits, 30);
}

Test(doors, no_refused_command_makes_a_document_good)
{
	strike_everywhere(refuse_one);
}

Test(doors, no_altered_answer_makes_a_document_good)
{
	strike_everywhere(flip_one);
}

/* Torn out at each command: no verdict, and the report says so. */
Test(doors, a_chip_torn_out_is_never_judged)
{
	for (unsigned n = 1; n < 100; n++) {
		struct perso_verify_input in;
		perso_rc rc;
		WORLD(w);
		DOORS(d);

		d.mappings = CAM;
		d.ta = true;
		doors_open(&d, &w);
		in = BY_MRZ(w);
		in.link = w.link;
		in.now = NOW;
		in.trust = w.trust;
		in.terminal = &d.terminal;
		perso_sim_fault(w.sim, PERSO_SIM_TEAR_BEFORE, n);
		rc = perso_verify(&in, &w.report, NULL);
		if (rc == PERSO_OK) {
			GOOD(w);
			cr_assert_gt(n, 50);
			return;
		}
		cr_assert_eq(rc, PERSO_E_TORN);
		cr_assert(!w.report.complete && !w.report.ok);
		cr_assert_eq(world_check(&w, "link"), PERSO_CHECK_FAILED);
	}
	cr_assert_fail("no end");
}
