/* The seal of a page: its symbol, what vouches for it, what it says. */
#include <stdio.h>
#include <stdlib.h>

#include "perso/symbol.h"
#include "page_int.h"

static bool
read_symbol(struct page *p)
{
	enum perso_symbol_kind kind = 0;

	if (p->profile != NULL && p->profile->seal.definition[0] != '\0')
		kind = (enum perso_symbol_kind)p->profile->seal.symbol;
	if (perso_symbol_read(p->in->png, kind, &p->seal_bytes) != PERSO_OK) {
		verify_fail_trail(&p->v, "symbol");
		return false;
	}
	verify_pass(&p->v, "symbol", "%zu bytes", p->seal_bytes.n);
	if (perso_seal_parse(perso_buf_span(&p->seal_bytes), &p->seal) !=
	    PERSO_OK) {
		verify_fail_trail(&p->v, "seal");
		return false;
	}
	return true;
}

static const struct perso_seal_definition *
find_definition(const struct page *p)
{
	return p->in->profiles == NULL
		   ? NULL
		   : perso_profiles_seal_by_code(
			 p->in->profiles, p->seal.definition, p->seal.category);
}

/* It is a seal of the kind that the profile names. */
static void
check_kind(struct page *p)
{
	const struct perso_seal_profile *s =
	    p->profile != NULL ? &p->profile->seal : NULL;

	p->definition = find_definition(p);
	if (s != NULL && (p->definition == NULL ||
			     strcmp(s->definition, p->definition->id) != 0 ||
			     s->version != p->seal.version))
		verify_fail(&p->v, "seal",
		    "code %02X%02X, header version %u: not the seal of %s",
		    p->seal.definition, p->seal.category, p->seal.version,
		    p->profile->id);
	else
		verify_pass(&p->v, "seal",
		    "code %02X%02X, header version %u, %zu messages",
		    p->seal.definition, p->seal.category, p->seal.version,
		    p->seal.message_count);
}

static perso_rc
find_signer(struct page *p, struct perso_cert *cert, bool *ret_found)
{
	*ret_found = false;
	if (p->in->signer == NULL)
		return PERSO_OK;
	return p->in->signer(p->in->ctx, &p->seal, cert, ret_found);
}

/* Here what is not known is as bad as what is wrong. */
static void
judge(struct page *p)
{
	PERSO_CERT(cert);
	struct perso_seal_question q = { .seal = &p->seal,
		.definition = p->definition,
		.trust = p->in->trust,
		.now = p->in->now };
	struct perso_seal_verdict *v = calloc(1, sizeof(*v));
	char name[PERSO_NAME_TEXT];
	bool found = false;

	if (v == NULL || find_signer(p, &cert, &found) != PERSO_OK) {
		verify_fail_trail(&p->v, "seal-signer");
		free(v);
		return;
	}
	q.cert = found ? &cert : NULL;
	(void)perso_seal_judge(&q, v);
	for (unsigned f = 0; f < PERSO_SEAL_FACTS; f++) {
		const char *fact =
		    perso_seal_fact_name((enum perso_seal_fact)f);
		char id[24];

		snprintf(id, sizeof(id), "seal-%s", fact);
		if (!v->fact[f].judged)
			verify_fail(
			    &p->v, id, "cannot be judged: %s", v->fact[f].text);
		else if (v->fact[f].rc != PERSO_OK)
			verify_fail(&p->v, id, "%s", v->fact[f].text);
		else
			verify_pass(&p->v, id, "right");
	}
	if (found &&
	    perso_name_text(cert.subject, name, sizeof(name)) == PERSO_OK)
		snprintf(p->v.r->signer, sizeof(p->v.r->signer), "%.95s", name);
	free(v);
}

/* The first characters of the printed zone, as many as the feature takes. */
static void
check_zone(struct page *p)
{
	const struct perso_seal_feature *f = NULL;
	struct perso_span value = { 0 };
	PERSO_BUF(text, 256);

	for (size_t i = 0; i < p->definition->feature_count; i++)
		if (p->definition->features[i].coding == PERSO_SEAL_MRZ &&
		    perso_seal_find(
			&p->seal, p->definition->features[i].tag, &value))
			f = &p->definition->features[i];
	if (f == NULL) {
		verify_skip(&p->v, "seal-mrz", "the seal has no zone");
		return;
	}
	if (perso_seal_text(f, value, &text) != PERSO_OK) {
		verify_fail_trail(&p->v, "seal-mrz");
		return;
	}
	if (f->chars > strlen(p->zone.text) || text.n != f->chars) {
		verify_fail(&p->v, "seal-mrz",
		    "the seal has %zu characters, the page %zu", text.n,
		    strlen(p->zone.text));
		return;
	}
	for (size_t i = 0; i < text.n; i++)
		if ((char)text.p[i] != p->zone.text[i]) {
			verify_fail(&p->v, "seal-mrz",
			    "differs from the printed zone at character %zu",
			    i + 1);
			return;
		}
	verify_pass(&p->v, "seal-mrz", "%zu characters as printed", text.n);
}

/* Position 3 to 5 of every zone: the state that issued it. */
static void
check_country(struct page *p)
{
	char state[4] = "";

	for (size_t i = 0; i < 3 && p->zone.text[2 + i] != '<'; i++)
		state[i] = p->zone.text[2 + i];
	if (strcmp(state, p->seal.country) == 0)
		verify_pass(&p->v, "seal-country", "%s", state);
	else
		verify_fail(&p->v, "seal-country",
		    "the seal's state is not that of the zone");
}

/* see page_int.h */
void
page_seal(struct page *p)
{
	p->has_seal = read_symbol(p);
	if (!p->has_seal)
		return;
	check_kind(p);
	judge(p);
	if (!p->read || p->definition == NULL) {
		verify_skip(&p->v, "seal-mrz", "%s",
		    p->read ? "the seal's definition is not known"
			    : "the zone could not be read");
		return;
	}
	check_zone(p);
	check_country(p);
}
