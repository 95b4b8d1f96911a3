/*
 * The bytes as the names and texts of an order. What is taken is kept as it
 * came, and can be put into the zone and every data group.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perso/hex.h"
#include "perso/image_build.h"
#include "perso/order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1795348800 /* 2026-11-22 */

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
put(struct perso_buf *b, const char *s)
{
	must(perso_buf_append(b, perso_span_str(s)) == PERSO_OK);
}

/* As a JSON string that says these very bytes. */
static void
put_text(struct perso_buf *b, struct perso_span s)
{
	char escape[16];

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		snprintf(escape, sizeof(escape), "\\u%04X", c);
		if (c < 0x20 || c == '"' || c == '\\')
			put(b, escape);
		else
			must(perso_buf_append_u8(b, c) == PERSO_OK);
	}
}

static void
write_order(struct perso_buf *b, struct perso_span s)
{
	static const char *const parts[] = {
		"{\"perso-order\":1,\"order\":\"F-1\",\"document\":"
		"\"uto-passport\",\"reason\":\"first\",\"holder\":{"
		"\"birth-date\":\"1974-08-12\",\"sex\":\"F\",\"surname\":\"",
		"\",\"native-name\":{\"surname\":\"A\",\"given-names\":\"",
		"\"},\"other-names\":[\"", "\"],\"birth-place\":\"",
		"\",\"notify\":[{\"surname\":\"", "\"}],\"address\":[\"",
		"\"]},\"document-data\":{\"number\":\"L898902C3\","
		"\"tax-exit\":\""
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		put(b, parts[i]);
		put_text(b, s);
	}
	put(b, "\"},\"images\":[{\"role\":\"portrait\",\"file\":"
	       "\"portrait.jp2\",\"sha256\":\"1601a27aabc1e0fadd4c542c3de5141"
	       "575d658eaf2b6188bdcaa5965cf47af2c\"}]}");
}

/* What was taken. */
static void
judge(const struct perso_record *r, struct perso_span s)
{
	struct perso_image_values v = {
		.record = r, .profile = r->profile, .clock = NOW
	};
	struct perso_mrz_text zone;
	struct perso_mrz m;
	size_t at = 0;
	uint32_t c = 0;

	must(perso_span_equal(s, perso_span_str(r->surname)));
	must(perso_span_equal(s, perso_span_str(r->native_name.given_names)));
	must(perso_span_equal(s, perso_span_str(r->tax_exit)));
	must(perso_span_equal(s, perso_span_str(r->notify[0].name.surname)));
	while (at < s.n) {
		must(perso_utf8_next(s, &at, &c) == PERSO_OK);
		must(perso_text_fault(c) == NULL);
	}
	must(perso_record_mrz(r, &m) == PERSO_OK);
	must(perso_mrz_compose(&m, &zone) == PERSO_OK);
	must(perso_image_try(&v) == PERSO_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct perso_profiles *profiles;
	struct perso_span s = perso_span(data, size);
	PERSO_BUF(json, 65536);
	PERSO_ORDER(o);

	if (size > 1000)
		return 0;
	if (!profiles && perso_profile_load_dir("profiles", &profiles))
		abort();
	write_order(&json, s);
	struct perso_order_input in = { .json = perso_buf_span(&json),
		.dir = "tests/data/orders",
		.profiles = profiles,
		.now = NOW,
		.imported = true };
	if (perso_order_check(&in, o) == PERSO_OK)
		judge(&o->record, s);
	else
		must(o->findings.count != 0);
	return 0;
}
