/*
 * Seals of both versions: the parts of what is read lie in the input and
 * cover it, every message can be shown; as a definition of seals, too.
 */
#include <stdlib.h>
#include <string.h>

#include "perso/profile.h"
#include "perso/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct perso_profiles *set;

static bool
is_inside(struct perso_span in, struct perso_span s)
{
	return s.n == 0 || (s.p >= in.p && s.p + s.n <= in.p + in.n);
}

static void
check_messages(struct perso_span in, const struct perso_seal *s)
{
	const struct perso_seal_definition *d =
	    set != NULL
		? perso_profiles_seal_by_code(set, s->definition, s->category)
		: NULL;

	for (size_t i = 0; i < s->message_count; i++) {
		const struct perso_seal_feature *f =
		    d != NULL ? perso_seal_feature(d, s->message[i].tag) : NULL;
		PERSO_BUF(text, 4 * PERSO_SEAL_MAX);

		if (!is_inside(in, s->message[i].value) ||
		    perso_seal_text(NULL, s->message[i].value, &text) !=
			PERSO_OK)
			abort();
		if (f != NULL &&
		    perso_seal_text(f, s->message[i].value, &text) != PERSO_OK)
			continue;
	}
	if (d != NULL && perso_seal_check_contents(s, d) != PERSO_OK)
		return;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_span in = perso_span(p, n);
	struct perso_seal_definition def;
	struct perso_seal s;
	struct perso_seal_verdict v;
	struct perso_seal_question q = { .seal = &s, .now = 1795305600 };

	if (set == NULL && perso_profile_load_dir("profiles", &set) != PERSO_OK)
		set = NULL;
	if (perso_seal_definition_parse(in, "fuzz", &def) == PERSO_OK &&
	    def.feature_count == 0)
		abort();
	if (perso_seal_parse(in, &s) != PERSO_OK)
		return 0;
	if (!is_inside(in, s.signed_part) || !is_inside(in, s.signature) ||
	    s.signed_part.n + s.signature.n + 2 > n)
		abort();
	check_messages(in, &s);
	if (perso_seal_judge(&q, &v))
		abort(); /* nobody vouches for it */
	return 0;
}
