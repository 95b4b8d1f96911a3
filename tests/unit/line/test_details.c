/* Every element of DG11, DG12, DG13 and DG16, from the order's words. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line/line_int.h"
#include "perso/file.h"
#include "perso/image_build.h"
#include "perso/lds.h"
#include "perso/order.h"

#define NOW INT64_C(1795348800) /* 2026-11-22, 12:00:00 */

#define OK(call)                                                               \
	do {                                                                   \
		perso_rc rc_ = (call);                                         \
		char t_[512];                                                  \
		perso_trail_text(t_, sizeof(t_));                              \
		cr_assert_eq(rc_, PERSO_OK, "%s: %d %s", #call, (int)rc_, t_); \
	} while (0)

struct fix {
	struct perso_profiles *profiles;
	struct perso_order *order;
	struct perso_image_values v;
	struct perso_buf out;
};

static void
open_fix(struct fix *f, const char *name)
{
	struct perso_order_input in = {
		.dir = "tests/data/orders", .now = NOW, .imported = true
	};
	PERSO_BUF(json, 1 << 20);

	memset(f, 0, sizeof(*f));
	f->out.max = 1 << 20;
	OK(perso_profile_load_dir("profiles", &f->profiles));
	f->order = perso_order_new();
	OK(perso_file_read(name, &json));
	in.json = perso_buf_span(&json);
	in.profiles = f->profiles;
	OK(perso_order_check(&in, f->order));
	f->v = (struct perso_image_values){ .record = &f->order->record,
		.profile = f->order->record.profile,
		.clock = NOW + 3661 };
}

static void
close_fix(struct fix *f)
{
	perso_buf_done(&f->out);
	perso_order_free(&f->order);
	perso_profiles_free(&f->profiles);
}

static bool
is(struct perso_span s, const char *text)
{
	return perso_span_equal(s, perso_span_str(text));
}

#define IS(span, text) \
	cr_assert(is(span, text), "%.*s", (int)(span).n, (const char *)(span).p)

static bool
is_image(struct perso_span s, const char *path)
{
	PERSO_BUF(bytes, 1 << 20);

	OK(perso_file_read(path, &bytes));
	return perso_span_equal(s, perso_buf_span(&bytes));
}

Test(details, the_example_fills_every_element_of_dg11)
{
	static const uint32_t order[] = { 0x5F0E, 0xA0, 0x5F10, 0x5F2B, 0x5F11,
		0x5F42, 0x5F12, 0x5F13, 0x5F14, 0x5F15, 0x5F16, 0x5F17,
		0x5F18 };
	struct perso_dg11 d;
	struct fix f;

	open_fix(&f, "tests/data/orders/example.json");
	OK(perso_image_dg11(&f.v, &f.out));
	OK(perso_dg11_parse(perso_buf_span(&f.out), &d));
	cr_assert_eq(d.order.count, sizeof(order) / sizeof(order[0]));
	for (size_t i = 0; i < d.order.count; i++)
		cr_assert_eq(d.order.tags[i], order[i]);
	IS(d.name, "Эрикссон<<Анна<Мария");
	cr_assert_eq(d.other_name_count, 2);
	IS(d.other_names[0], "Stevenson");
	IS(d.other_names[1], "Smith-Jones<<Anne<Mary");
	IS(d.personal_number, "ZE184226B");
	cr_assert(d.has_birth && !d.bcd_dates);
	cr_assert_eq(
	    d.birth.year * 10000 + d.birth.month * 100 + d.birth.day, 19740812);
	IS(d.place_of_birth, "Zenith");
	IS(d.address, "12 Main Street<Zenith");
	IS(d.telephone, "+999 555 0100");
	IS(d.profession, "Travel agent");
	IS(d.title, "Dr.");
	IS(d.summary, "Scar on the left hand");
	cr_assert(
	    is_image(d.citizenship_proof, "tests/data/orders/signature.jpg"));
	IS(d.other_documents, "ID0012345<L898902C1");
	IS(d.custody, "None");
	close_fix(&f);
}

Test(details, the_example_fills_every_element_of_dg12)
{
	static const uint32_t order[] = { 0x5F19, 0x5F26, 0xA0, 0x5F1B, 0x5F1C,
		0x5F1D, 0x5F1E, 0x5F55, 0x5F56 };
	struct perso_dg12 d;
	struct fix f;

	open_fix(&f, "tests/data/orders/example.json");
	OK(perso_image_dg12(&f.v, &f.out));
	OK(perso_dg12_parse(perso_buf_span(&f.out), &d));
	cr_assert_eq(d.order.count, sizeof(order) / sizeof(order[0]));
	for (size_t i = 0; i < d.order.count; i++)
		cr_assert_eq(d.order.tags[i], order[i]);
	IS(d.authority, "Passport Office Zenith");
	cr_assert_eq(d.issued.day, 20);
	cr_assert_eq(d.other_person_count, 1);
	IS(d.other_persons[0], "Eriksson<<Peter");
	IS(d.endorsements, "None");
	IS(d.tax_exit, "Exit tax paid 2026");
	cr_assert(is_image(d.front, "tests/data/orders/portrait.jpg"));
	cr_assert(is_image(d.rear, "tests/data/orders/signature.jpg"));
	cr_assert(d.has_personalised && !d.bcd_dates);
	cr_assert_eq(d.personalised.date.day, 22);
	cr_assert_eq(d.personalised.hour, 13);
	cr_assert_eq(d.personalised.minute, 1);
	cr_assert_eq(d.personalised.second, 1);
	IS(d.system_serial, "UTO-PERSO-01");
	close_fix(&f);
}

Test(details, the_example_fills_dg13_and_dg16)
{
	static const uint8_t data[] = { 0xC0, 0xFF, 0xEE, 0x00 };
	struct perso_dg13 d13;
	struct perso_dg16 d16;
	struct fix f;

	open_fix(&f, "tests/data/orders/example.json");
	OK(perso_image_dg13(&f.v, &f.out));
	OK(perso_dg13_parse(perso_buf_span(&f.out), &d13));
	cr_assert(perso_span_equal(d13.data, perso_span_of(data)));
	perso_buf_clear(&f.out);
	OK(perso_image_dg16(&f.v, &f.out));
	OK(perso_dg16_parse(perso_buf_span(&f.out), &d16));
	cr_assert_eq(d16.count, 2);
	IS(d16.persons[0].name, "Эрикссон<<Карл");
	IS(d16.persons[0].telephone, "+999 555 0101");
	IS(d16.persons[0].address, "12 Main Street<Zenith");
	cr_assert_eq(d16.persons[0].recorded.day, 1);
	IS(d16.persons[1].name, "Stevenson<<Joan<Olive");
	cr_assert_eq(d16.persons[1].telephone.n, 0);
	cr_assert_eq(d16.persons[1].address.n, 0);
	cr_assert_eq(d16.persons[1].recorded.day, 20); /* of issue */
	close_fix(&f);
}

/* A profile that shows an element, and an order without it. */
Test(details, what_an_order_leaves_out_is_left_out)
{
	struct perso_dg11 d11;
	struct perso_dg12 d12;
	struct perso_record *r;
	struct fix f;

	open_fix(&f, "tests/data/orders/example.json");
	r = &f.order->record;
	r->native_name.surname[0] = r->personal_number[0] = '\0';
	r->birth_place[0] = r->phone[0] = r->profession[0] = '\0';
	r->title[0] = r->summary[0] = r->custody[0] = '\0';
	r->other_name_count = r->address_count = r->other_document_count = 0;
	r->remarks[0] = r->tax_exit[0] = '\0';
	r->other_person_count = 0;
	perso_buf_clear(&r->citizenship.bytes);
	perso_buf_clear(&r->front.bytes);
	perso_buf_clear(&r->rear.bytes);
	OK(perso_image_dg11(&f.v, &f.out));
	OK(perso_dg11_parse(perso_buf_span(&f.out), &d11));
	cr_assert_eq(d11.order.count, 2);
	IS(d11.name, "Eriksson<<Anna<Maria");
	perso_buf_clear(&f.out);
	OK(perso_image_dg12(&f.v, &f.out));
	OK(perso_dg12_parse(perso_buf_span(&f.out), &d12));
	cr_assert_eq(d12.order.count, 4);
	close_fix(&f);
}
