/*
 * A chip for each combination of mapping, domain parameters and cipher that
 * a profile can name: ordered, personalised, inspected by the line's
 * inspector, read and verified once more with either password.
 */
#include "perso/file.h"
#include "perso/hooks.h"
#include "perso/pace.h"

#include "cli/link_sim.h"
#include "world.h"

static const char *const ciphers[] = { "3DES", "AES-128", "AES-192",
	"AES-256" };
/* Who cannot do Chip Authentication Mapping needs another one beside it. */
static const char *const mappings[] = { "gm", "im", "gm, cam" };
static const unsigned parameters[] = { 0, 1, 2, 12, 13, 14, 15, 16, 17, 18 };

/* What the inspector was told, to open the chip again. */
static struct {
	char mrz[91];
	char can[7];
	bool ok;
} told;

static void
on_report(void *ctx, const struct perso_inspection *what,
    const struct perso_report *r)
{
	(void)ctx;
	told.ok = r->ok;
	cr_assert_eq(what->can.n, 6);
	OK(perso_span_copy(told.can, sizeof(told.can), what->can));
	told.can[6] = '\0';
	OK(perso_verify_expected_mrz(what, told.mrz));
	for (size_t i = 0; i < r->count; i++)
		if (r->checks[i].state == PERSO_CHECK_FAILED)
			fprintf(stderr, "%s: %s\n", r->checks[i].id,
			    r->checks[i].text);
}

static void
write_text(const char *path, const char *text)
{
	OK(perso_file_write(path, perso_span_str(text), 0600));
}

/* The section of a profile that begins with this line, replaced. */
static void
replace(char *text, size_t cap, const char *key, const char *with)
{
	char *at = strstr(text, key), *end, *rest;

	cr_assert_not_null(at, "%s", key);
	at++;
	end = strchr(at, '\n') + 1;
	while (*end == ' ')
		end = strchr(end, '\n') + 1;
	rest = strdup(end);
	cr_assert_not_null(rest);
	snprintf(at, cap - (size_t)(at - text), "%s%s", with, rest);
	free(rest);
}

static void
use_profile(struct world *w, unsigned mapping, unsigned id, unsigned cipher)
{
	static char text[1 << 14], chip[1 << 14];
	const char *name = perso_profile_parameters_name(id);
	char path[160], part[400];
	PERSO_BUF(b, 1 << 14);
	PERSO_BUF(c, 1 << 14);

	cr_assert_not_null(name);
	OK(perso_file_read("profiles/documents/lv-eid-pace.yaml", &b));
	snprintf(text, sizeof(text), "%.*s", (int)b.n, (const char *)b.p);
	OK(perso_file_read("profiles/chips/perso-sim.yaml", &c));
	snprintf(chip, sizeof(chip), "%.*s", (int)c.n, (const char *)c.p);
	snprintf(part, sizeof(part),
	    "pace:\n  mappings: [%s]\n  parameters: %s\n  cipher: %s\n"
	    "  passwords: [mrz, can]\n",
	    mappings[mapping], name, ciphers[cipher]);
	replace(text, sizeof(text), "\npace:", part);
	snprintf(part, sizeof(part),
	    "chip-authentication:\n  parameters: %s\n  cipher: %s\n"
	    "  key-id: %u\n  origin: %s\n",
	    name, ciphers[cipher], id,
	    (id + cipher) % 2 != 0 ? "chip" : "loaded");
	replace(text, sizeof(text), "\nchip-authentication:", part);
	if (mapping == 2) {
		char *at = strstr(text, "card-access]");

		cr_assert_not_null(at);
		char *rest = strdup(at + strlen("card-access]"));
		snprintf(at, sizeof(text) - (size_t)(at - text),
		    "card-access, card-security]%s", rest);
		free(rest);
	}
	snprintf(path, sizeof(path), "%s/m", w->dir);
	OK(perso_dir_make(path, 0700));
	snprintf(path, sizeof(path), "%s/m/documents", w->dir);
	OK(perso_dir_make(path, 0700));
	snprintf(path, sizeof(path), "%s/m/chips", w->dir);
	OK(perso_dir_make(path, 0700));
	snprintf(path, sizeof(path), "%s/m/documents/lv-eid-pace.yaml", w->dir);
	write_text(path, text);
	snprintf(path, sizeof(path), "%s/m/chips/perso-sim.yaml", w->dir);
	write_text(path, chip);
	snprintf(path, sizeof(path), "%s/m", w->dir);
	perso_profiles_free(&w->profiles);
	OK(perso_profile_load_dir(path, &w->profiles));
}

/* As somebody who found the document, with one of its passwords. */
static void
verify_again(struct world *w, struct perso_link *link, bool by_can)
{
	struct perso_report *r = calloc(1, sizeof(*r));
	struct perso_verify_input in = { .link = link,
		.protocol = PERSO_VERIFY_PACE,
		.trust = w->trust,
		.now = world_clock };

	cr_assert_not_null(r);
	if (by_can)
		in.can = perso_span_str(told.can);
	else
		in.mrz = perso_span_str(told.mrz);
	OK(perso_link_reset(link));
	OK(perso_verify(&in, r, NULL));
	for (size_t i = 0; i < r->count; i++)
		cr_expect_neq(r->checks[i].state, PERSO_CHECK_FAILED, "%s: %s",
		    r->checks[i].id, r->checks[i].text);
	cr_assert(r->ok);
	cr_assert_str_eq(r->access, "PACE");
	free(r);
}

static void
read_again(struct perso_link *link)
{
	const struct perso_verify_input in = { .link = link,
		.mrz = perso_span_str(told.mrz) };
	PERSO_LDS_IMAGE(files);

	OK(perso_link_reset(link));
	OK(perso_verify_files(&in, &files));
	cr_assert_geq(files.count, 10);
}

static void
one(struct world *w, unsigned mapping, unsigned id, unsigned cipher)
{
	struct perso_line_result r;
	struct station st;
	char order[16];

	use_profile(w, mapping, id, cipher);
	snprintf(order, sizeof(order), "M-%u", cipher);
	world_order(w, "lv-eid-pace", order);
	world_start(w, world_blank(w, NULL), &st);
	memset(&told, 0, sizeof(told));
	LET(perso_line_run_order(st.line, order, st.link, &r));
	cr_assert_eq(r.outcome, PERSO_LINE_GOOD, "%s over %s with %s: %s",
	    mappings[mapping], perso_profile_parameters_name(id),
	    ciphers[cipher], r.text);
	cr_assert(told.ok);
	verify_again(w, st.link, cipher % 2 == 0);
	read_again(st.link);
	world_stop(&st);
}

static void
matrix(unsigned mapping)
{
	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++) {
		struct world w;

		if (mapping == 2 && parameters[i] < 3)
			continue;
		world_open(&w);
		w.verify.reported = on_report;
		for (unsigned c = mapping == 2 ? 1 : 0; c < 4; c++)
			one(&w, mapping, parameters[i], c);
		world_close(&w);
	}
}

Test(eac_matrix, generic_mapping, .timeout = 60)
{
	matrix(0);
}

Test(eac_matrix, integrated_mapping, .timeout = 60)
{
	matrix(1);
}

Test(eac_matrix, chip_authentication_mapping, .timeout = 60)
{
	matrix(2);
}
