/* Orders and blanks. */
#include "store_fix.h"

Test(store_order, imported_twice_is_one_order)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	bool is_new = true;
	struct fix f;

	fix_open(&f);
	fix_order(&f, "UT-1");
	OK(fix_import(&f, "UT-1", 7, &is_new));
	cr_assert_not(is_new);
	RC(fix_import(&f, "UT-1", 8, &is_new), PERSO_E_CONFLICT);
	OK(perso_store_order_get(f.s, "UT-1", o));
	cr_assert_str_eq(o->path, "/orders/UT-1.json");
	cr_assert_str_eq(o->approver, "01A7");
	cr_assert_eq(o->json_hash[31], 7);
	cr_assert_eq(o->cms_hash[0], 8);
	cr_assert_eq(o->state, PERSO_ORDER_IMPORTED);
	RC(perso_store_order_get(f.s, "UT-2", o), PERSO_E_NOT_FOUND);
	free(o);
	fix_close(&f);
}

Test(store_order, texts_are_bounded)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	bool is_new = false;
	struct fix f;

	fix_open(&f);
	RC(perso_store_order_import(f.s, o, &is_new), PERSO_E_ARG);
	snprintf(o->id, sizeof(o->id), "a\nb");
	RC(perso_store_order_import(f.s, o, &is_new), PERSO_E_DATA);
	RC(perso_store_blank_receive(f.s, "", "sim", NULL), PERSO_E_ARG);
	RC(perso_store_blank_receive(f.s,
	       "000000000000000000000000000000000000000000000000000000000000000"
	       "00",
	       "sim", NULL),
	    PERSO_E_RANGE);
	free(o);
	fix_close(&f);
}

Test(store_order, pages_through_ten_thousand)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	bool there = true, is_new = false;
	int64_t after = 0;
	char id[32];
	int n = 0;
	struct fix f;

	fix_open(&f);
	for (int i = 0; i < 10000; i++) {
		snprintf(id, sizeof(id), "UT-%05d", i);
		OK(fix_import(&f, id, 1, &is_new));
	}
	for (;; n++) {
		OK(perso_store_order_next(f.s,
		    PERSO_ORDER_IMPORTED | PERSO_ORDER_FAILED, after, o,
		    &there));
		if (!there)
			break;
		snprintf(id, sizeof(id), "UT-%05d", n);
		cr_assert_str_eq(o->id, id);
		after = o->seq;
	}
	cr_assert_eq(n, 10000);
	OK(perso_store_order_next(f.s, PERSO_ORDER_DONE, 0, o, &there));
	cr_assert_not(there);
	free(o);
	fix_close(&f);
}

Test(store_order, fails_and_is_cancelled_only_outside_a_job)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	struct fix f;

	fix_open(&f);
	fix_order(&f, "A");
	OK(perso_store_order_fail(f.s, "A", "image is gone"));
	OK(perso_store_order_fail(f.s, "A", "image is gone again"));
	OK(perso_store_order_get(f.s, "A", o));
	cr_assert_eq(o->state, PERSO_ORDER_FAILED);
	cr_assert_eq(o->attempts, 2);
	cr_assert_str_eq(o->error, "image is gone again");
	OK(perso_store_blank_receive(f.s, "B1", "sim", NULL));
	(void)fix_job(&f, "A", "B1", PERSO_JOB_BEGUN);
	RC(perso_store_order_fail(f.s, "A", "x"), PERSO_E_STATE);
	RC(perso_store_order_cancel(f.s, "A", "x"), PERSO_E_STATE);
	RC(perso_store_order_cancel(f.s, "Z", "x"), PERSO_E_NOT_FOUND);
	fix_order(&f, "C");
	OK(perso_store_order_cancel(f.s, "C", "withdrawn"));
	RC(perso_store_order_cancel(f.s, "C", "withdrawn"), PERSO_E_STATE);
	free(o);
	fix_close(&f);
}

Test(store_blank, is_received_once)
{
	struct perso_store_blank b;
	struct fix f;

	fix_open(&f);
	OK(perso_store_blank_receive(f.s, "B1", "sim", "LV0000001"));
	RC(perso_store_blank_receive(f.s, "B1", "sim", NULL), PERSO_E_CONFLICT);
	RC(perso_store_blank_receive(f.s, "B2", "sim", "LV0000001"),
	    PERSO_E_CONFLICT);
	OK(perso_store_blank_receive(f.s, "B2", "sim", NULL));
	OK(perso_store_blank_receive(f.s, "B3", "sim", NULL));
	OK(perso_store_blank_get(f.s, "B1", &b));
	cr_assert_str_eq(b.number, "LV0000001");
	cr_assert_str_eq(b.product, "sim");
	cr_assert_eq(b.state, PERSO_BLANK_RECEIVED);
	RC(perso_store_blank_get(f.s, "B9", &b), PERSO_E_NOT_FOUND);
	fix_close(&f);
}

Test(store_blank, moves_only_along_its_picture)
{
	struct fix f;

	fix_open(&f);
	fix_order(&f, "A");
	OK(perso_store_blank_receive(f.s, "B1", "sim", NULL));
	RC(perso_store_blank_mark(f.s, "B1", PERSO_BLANK_DESTROYED, "x"),
	    PERSO_E_STATE);
	RC(perso_store_blank_mark(f.s, "B1", PERSO_BLANK_GOOD, "x"),
	    PERSO_E_ARG);
	RC(perso_store_blank_release(f.s, "B1"), PERSO_E_STATE);
	OK(perso_store_blank_reserve(f.s, "B1", "A"));
	RC(perso_store_blank_reserve(f.s, "B1", "A"), PERSO_E_STATE);
	OK(perso_store_blank_release(f.s, "B1"));
	OK(perso_store_blank_mark(f.s, "B1", PERSO_BLANK_SPOILED, "bent"));
	RC(perso_store_blank_mark(f.s, "B1", PERSO_BLANK_SPOILED, "bent"),
	    PERSO_E_STATE);
	OK(perso_store_blank_mark(f.s, "B1", PERSO_BLANK_DESTROYED, "cut"));
	RC(perso_store_blank_mark(f.s, "B1", PERSO_BLANK_LOST, "x"),
	    PERSO_E_STATE);
	RC(perso_store_blank_mark(f.s, "B9", PERSO_BLANK_LOST, "x"),
	    PERSO_E_NOT_FOUND);
	fix_close(&f);
}

Test(store_blank, reserved_serves_its_order_only)
{
	struct perso_store_job j;
	struct fix f;

	fix_open(&f);
	fix_order(&f, "A");
	fix_order(&f, "B");
	OK(perso_store_blank_receive(f.s, "B1", "sim", NULL));
	OK(perso_store_blank_reserve(f.s, "B1", "A"));
	RC(perso_store_job_begin(f.s, "B", "B1", 1, &fix_range, &j),
	    PERSO_E_STATE);
	OK(perso_store_job_begin(f.s, "A", "B1", 1, &fix_range, &j));
	OK(perso_store_check(f.s));
	fix_close(&f);
}

Test(store_state, names_and_bits_belong_together)
{
	enum perso_order_state o;
	enum perso_blank_state b;
	enum perso_job_state j;

	for (unsigned i = 0; i < 5; i++) {
		OK(perso_order_state_from_name(
		    perso_order_state_name(1u << i), &o));
		cr_assert_eq((unsigned)o, 1u << i);
	}
	for (unsigned i = 0; i < 7; i++) {
		OK(perso_blank_state_from_name(
		    perso_blank_state_name(1u << i), &b));
		OK(perso_job_state_from_name(
		    perso_job_state_name(1u << i), &j));
		cr_assert_eq((unsigned)b, 1u << i);
		cr_assert_eq((unsigned)j, 1u << i);
	}
	cr_assert_null(perso_job_state_name(0));
	RC(perso_order_state_from_name("none", &o), PERSO_E_ARG);
}
