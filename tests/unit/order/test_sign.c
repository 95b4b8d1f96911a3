#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "order_test.h"

Test(order_path, names_signature_and_folder)
{
	char text[32] = "untouched";

	cr_assert(eq(int, perso_order_cms_path("a/b.json", text, sizeof(text)),
	    PERSO_OK));
	cr_assert(eq(str, text, "a/b.p7s"));
	cr_assert(eq(int, perso_order_cms_path("a/b.jso", text, sizeof(text)),
	    PERSO_E_ARG));
	cr_assert(eq(int, perso_order_cms_path(".json", text, sizeof(text)),
	    PERSO_E_ARG));
	cr_assert(eq(
	    int, perso_order_cms_path("a/bcdef.json", text, 8), PERSO_E_RANGE));
	cr_assert(
	    eq(int, perso_order_dir("a/b.json", text, sizeof(text)), PERSO_OK));
	cr_assert(eq(str, text, "a"));
	cr_assert(
	    eq(int, perso_order_dir("/b.json", text, sizeof(text)), PERSO_OK));
	cr_assert(eq(str, text, "/"));
	cr_assert(
	    eq(int, perso_order_dir("b.json", text, sizeof(text)), PERSO_OK));
	cr_assert(eq(str, text, "."));
}

/* The example with its portrait alone: white space in place of the others. */
static void
without_scans(struct perso_buf *json)
{
	char *start, *end;

	cr_assert(eq(int, perso_buf_append_u8(json, 0), PERSO_OK));
	start = strstr((char *)json->p, "{\n      \"role\": \"citizenship\"");
	cr_assert(start != NULL);
	while (*start != ',')
		start--;
	end = strchr(start, ']');
	while (start < end)
		*start++ = ' ';
	perso_buf_remove(json, json->n - 1, 1);
}

Test(order_file, is_checked_from_its_folder)
{
	struct perso_profiles *profiles = test_profiles();
	struct desk d;
	char path[200], cms_path[200];
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(image, PERSO_IMAGE_MAX);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);
	PERSO_ORDER(o);

	test_desk(&d, TYPES, NOW - DAY, NOW + DAY);
	test_read("example.json", &json);
	without_scans(&json);
	test_read("portrait.jp2", &image);
	cr_assert(eq(int,
	    perso_order_sign(perso_buf_span(&json), d.key,
		perso_buf_span(&d.cert), NOW, &cms),
	    PERSO_OK));
	snprintf(path, sizeof(path), "%s/x.json", d.dir);
	snprintf(cms_path, sizeof(cms_path), "%s/portrait.jp2", d.dir);
	cr_assert(eq(int, perso_file_write(path, perso_buf_span(&json), 0600),
	    PERSO_OK));
	struct perso_order_input in = {
		.profiles = profiles, .approvers = d.approvers, .now = NOW
	};
	cr_assert(eq(int, perso_order_check_file(path, in, o), PERSO_E_DATA));
	cr_assert(test_has(o, "E-APPROVAL-MISSING", "$"));
	cr_assert(test_has(o, "E-IMAGE-FILE", "$.images[0]"));
	cr_assert(eq(int, symlink("/etc/hostname", cms_path), 0));
	cr_assert(eq(int, perso_order_check_file(path, in, o), PERSO_E_DATA));
	cr_assert(test_has(o, "E-IMAGE-FILE", "$.images[0]"));
	unlink(cms_path);
	cr_assert(
	    eq(int, perso_file_write(cms_path, perso_buf_span(&image), 0600),
		PERSO_OK));
	cr_assert(eq(int, perso_order_check_file(path, in, o), PERSO_E_TRUST));
	char p7s[200];
	cr_assert(
	    eq(int, perso_order_cms_path(path, p7s, sizeof(p7s)), PERSO_OK));
	cr_assert(eq(
	    int, perso_file_write(p7s, perso_buf_span(&cms), 0600), PERSO_OK));
	cr_assert(eq(int, perso_order_check_file(path, in, o), PERSO_OK));
	unlink(path);
	unlink(p7s);
	unlink(cms_path);
	test_desk_done(&d);
	perso_profiles_free(&profiles);
}

/* Every kind of key that an approver may have. */
static const struct perso_key_spec specs[] = { { PERSO_KEY_EC, PERSO_P256, 0 },
	{ PERSO_KEY_EC, PERSO_P384, 0 }, { PERSO_KEY_EC, PERSO_BP512, 0 },
	{ PERSO_KEY_RSA, 0, 2048 } };

Test(order_sign, signs_with_each_kind_of_key)
{
	struct desk d;

	test_desk(&d, TYPES, NOW - DAY, NOW + DAY);
	for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++) {
		struct perso_keyref *k = NULL;
		struct perso_cms c;
		struct perso_span text = perso_span_str("{}");
		PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);
		cr_assert(
		    eq(int, perso_keyref_generate(specs[i], &k), PERSO_OK));
		cr_assert(eq(int,
		    perso_order_sign(
			text, k, perso_buf_span(&d.cert), NOW, &cms),
		    PERSO_OK));
		cr_assert(eq(
		    int, perso_cms_parse(perso_buf_span(&cms), &c), PERSO_OK));
		cr_assert(eq(int, c.has_content, 0));
		cr_assert(c.has_signing_time && c.signing_time == NOW);
		cr_assert(
		    eq(int, perso_cms_verify(&c, text, perso_keyref_pubkey(k)),
			PERSO_OK));
		perso_keyref_free(&k);
	}
	test_desk_done(&d);
}

Test(order_fill, takes_templates_only)
{
	PERSO_BUF(b, 4096);

	cr_assert(eq(int, perso_order_fill(perso_span_str("[]"), "A", &b),
	    PERSO_E_DATA));
	cr_assert(eq(
	    int, perso_order_fill(perso_span_str("{"), "A", &b), PERSO_E_DATA));
	cr_assert(eq(int,
	    perso_order_fill(perso_span_str("{\"order\":\"B\"}"), "A", &b),
	    PERSO_E_DATA));
	cr_assert(eq(sz, b.n, 0));
	cr_assert(eq(int,
	    perso_order_fill(perso_span_str("{\"document-data\":{\"number\":"
					    "\"X###\"},\"perso-order\":1}"),
		"A-7", &b),
	    PERSO_OK));
	cr_assert(eq(int, perso_buf_append_u8(&b, 0), PERSO_OK));
	cr_assert(eq(str, (char *)b.p,
	    "{\n  \"perso-order\": 1,\n"
	    "  \"order\": \"A-7\",\n  \"document-data\": {\n"
	    "    \"number\": \"X007\"\n  }\n}"));
}

Test(order_schema, describes_every_member_of_the_example)
{
	PERSO_BUF(text, 65536);
	PERSO_BUF(example, 65536);

	cr_assert(eq(int, perso_order_schema(&text), PERSO_OK));
	test_read("example.json", &example);
	json_t *s = json_loadb((char *)text.p, text.n, 0, NULL);
	json_t *e = json_loadb((char *)example.p, example.n, 0, NULL);
	json_t *top = json_object_get(s, "properties");
	json_t *holder =
	    json_object_get(json_object_get(top, "holder"), "properties");
	const char *key;
	json_t *v;
	cr_assert(holder != NULL);
	json_object_foreach(e, key, v)
	    cr_expect(json_object_get(top, key) != NULL, "%s", key);
	json_object_foreach(json_object_get(e, "holder"), key, v)
	    cr_expect(json_object_get(holder, key) != NULL, "%s", key);
	cr_expect(
	    eq(int, json_typeof(json_object_get(s, "additionalProperties")),
		JSON_FALSE));
	cr_expect(eq(sz, json_array_size(json_object_get(s, "required")), 5));
	json_decref(s);
	json_decref(e);
}
