/* DG11, DG12, DG13 and DG16 against the order: each element in turn. */
#include <stdio.h>
#include <string.h>

#include "rig.h"

static const struct rig_plan full = { .order = "uto-passport-full" };

/* What the order says in the end, the document having been made. */
typedef void (*change_fn)(struct perso_record *r);

#define CHANGE(name, act)                        \
	static void name(struct perso_record *r) \
	{                                        \
		act;                             \
	}
#define ALTER(member) (r->member[0] = (char)(r->member[0] ^ 1))

CHANGE(native_name, ALTER(native_name.given_names))
CHANGE(other_name, ALTER(other_names[1].surname))
CHANGE(fewer_names, r->other_name_count--)
CHANGE(personal_number, ALTER(personal_number))
CHANGE(place, ALTER(birth_place))
CHANGE(address, ALTER(address[1]))
CHANGE(no_address, r->address_count = 0)
CHANGE(phone, ALTER(phone))
CHANGE(profession, ALTER(profession))
CHANGE(title, r->title[2] = '\0')
CHANGE(summary, ALTER(summary))
CHANGE(proof, r->citizenship.bytes.n = 0)
CHANGE(documents, r->other_document_count = 1)
CHANGE(custody, r->custody[0] = '\0')
CHANGE(authority, ALTER(authority))
CHANGE(issue, r->issue.day--)
CHANGE(person, ALTER(other_persons[0].given_names))
CHANGE(remarks, ALTER(remarks))
CHANGE(tax, ALTER(tax_exit))
CHANGE(front, r->front.bytes.n--)
CHANGE(rear, r->rear.bytes.n--)
CHANGE(issuer_data, r->issuer_data[3] ^= 1)
CHANGE(notified, ALTER(notify[1].name.surname))
CHANGE(fewer, r->notify_count--)
CHANGE(notify_phone, ALTER(notify[0].phone))
CHANGE(notify_address, ALTER(notify[0].address[0]))
CHANGE(notify_date, r->notify[0].recorded.day++)

static const struct {
	const char *id, *element;
	change_fn change;
} all[] = {
	{ "dg11-order", "5F0E", native_name },
	{ "dg11-order", "5F0F", other_name },
	{ "dg11-order", "5F0F", fewer_names },
	{ "dg11-order", "5F10", personal_number },
	{ "dg11-order", "5F11", place },
	{ "dg11-order", "5F42", address },
	{ "dg11-order", "5F42", no_address },
	{ "dg11-order", "5F12", phone },
	{ "dg11-order", "5F13", profession },
	{ "dg11-order", "5F14", title },
	{ "dg11-order", "5F15", summary },
	{ "dg11-order", "5F16", proof },
	{ "dg11-order", "5F17", documents },
	{ "dg11-order", "5F18", custody },
	{ "dg12-order", "5F19", authority },
	{ "dg12-order", "5F26", issue },
	{ "dg12-order", "5F1A", person },
	{ "dg12-order", "5F1B", remarks },
	{ "dg12-order", "5F1C", tax },
	{ "dg12-order", "5F1D", front },
	{ "dg12-order", "5F1E", rear },
	{ "dg13-order", "6D", issuer_data },
	{ "dg16-order", "5F51", notified },
	{ "dg16-order", "2", fewer },
	{ "dg16-order", "5F52", notify_phone },
	{ "dg16-order", "5F53", notify_address },
	{ "dg16-order", "5F50", notify_date },
};

static const struct perso_check *
find(const struct rig *r, const char *id)
{
	for (size_t i = 0; i < r->report.count; i++)
		if (strcmp(r->report.checks[i].id, id) == 0)
			return &r->report.checks[i];
	cr_assert(false, "no check %s", id);
	return NULL;
}

Test(details, of_a_good_document_are_what_the_order_says)
{
	struct rig r;

	rig_make(&r, &full);
	rig_inspect(&r);
	cr_expect(r.report.ok);
	cr_expect(rig_has(&r, "dg11-order", PERSO_CHECK_PASSED));
	cr_expect(rig_has(&r, "dg12-order", PERSO_CHECK_PASSED));
	cr_expect(rig_has(&r, "dg13-order", PERSO_CHECK_PASSED));
	cr_expect(rig_has(&r, "dg16-order", PERSO_CHECK_PASSED));
	rig_done(&r);
}

Test(details, each_element_that_the_order_does_not_say_is_found)
{
	struct perso_record *o;
	struct perso_record was;
	struct rig r;
	char text[64];

	rig_make(&r, &full);
	o = &r.order->record;
	was = *o; /* the bytes of images stay where they are */
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		all[i].change(o);
		rig_inspect(&r);
		*o = was;
		cr_expect_not(r.report.ok);
		snprintf(text, sizeof(text),
		    "element %s is not what the order says", all[i].element);
		cr_expect_str_eq(find(&r, all[i].id)->text, text, "%zu", i);
		cr_expect_eq(find(&r, all[i].id)->state, PERSO_CHECK_FAILED);
	}
	rig_done(&r);
}

/* What the profile does not show must not be there, nor be left out. */
Test(details, what_the_profile_does_not_show_is_not_there)
{
	struct perso_doc_profile p;
	struct rig r;

	rig_make(&r, &full);
	p = *r.order->record.profile;
	r.order->record.profile = &p;
	p.dg11 &= ~(unsigned)PERSO_DG11_CUSTODY;
	p.dg12 &= ~(unsigned)PERSO_DG12_PERSONALISED;
	p.data_groups &= ~(1u << 13);
	r.order->record.notify_count = 0;
	rig_inspect(&r);
	cr_expect_str_eq(find(&r, "dg11-order")->text,
	    "element 5F18 is not what the order says");
	cr_expect_str_eq(find(&r, "dg12-order")->text,
	    "element 5F55 is not what the order says");
	cr_expect_str_eq(
	    find(&r, "dg13-order")->text, "EF.DG13 is there, and not to be");
	cr_expect_str_eq(
	    find(&r, "dg16-order")->text, "EF.DG16 is there, and not to be");
	rig_done(&r);
}
