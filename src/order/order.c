/*
 * An order as a whole.
 */
#include "order_int.h"

/* see perso/order.h */
struct perso_order *
perso_order_new(void)
{
	struct perso_order *o = calloc(1, sizeof(*o));

	if (o)
		perso_record_init(&o->record);
	return o;
}

static void
clear(struct perso_order *o)
{
	perso_record_done(&o->record);
	explicit_bzero(o, sizeof(*o));
	perso_record_init(&o->record);
}

/* see perso/order.h */
void
perso_order_free(struct perso_order **o)
{
	if (!o || !*o)
		return;
	clear(*o);
	free(*o);
	*o = NULL;
}

static bool
begins_with(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

/* A field that could not be read is not missing as well. */
static bool
is_known(
    const struct perso_findings *f, const struct perso_finding *v, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(f->v[i].path, v->path) == 0)
			return true;
		if (begins_with(f->v[i].path, v->path) &&
		    f->v[i].path[strlen(v->path)] == '[' &&
		    strcmp(v->path, "$.images") != 0)
			return true;
		if (strcmp(f->v[i].path, "$.holder") == 0 &&
		    begins_with(v->path, "$.holder."))
			return true;
	}
	return false;
}

static void
validate(const struct perso_order_input *in, struct perso_order *o)
{
	struct perso_findings more = { 0 };
	size_t before = o->findings.count;

	perso_record_complete(&o->record, in->now);
	perso_record_prepare(&o->record, !in->imported, &more);
	if (perso_record_validate(&o->record, in->now, &more) == PERSO_OK &&
	    more.count == 0)
		return;
	for (size_t i = 0; i < more.count; i++)
		if (!is_known(&o->findings, &more.v[i], before))
			perso_findings_add(&o->findings, more.v[i].code,
			    more.v[i].path, "%s", more.v[i].text);
	o->findings.dropped += more.dropped;
}

static void
read_order(const struct perso_order_input *in, json_t *root,
    struct order_json *j, struct perso_order *ret)
{
	perso_order_walk(root, j);
	perso_order_images(in, j, ret);
	if (j->document[0] == '\0')
		return;
	ret->record.profile = perso_profiles_doc(in->profiles, j->document);
	if (ret->record.profile)
		validate(in, ret);
	else
		perso_findings_add(&ret->findings, "E-ORDER-PROFILE",
		    "$.document", "no such document profile");
}

static perso_rc
conclude(const struct perso_order *o)
{
	bool only_approval = true;

	if (o->findings.count == 0)
		return PERSO_OK;
	for (size_t i = 0; i < o->findings.count; i++)
		if (!begins_with(o->findings.v[i].code, "E-APPROVAL-"))
			only_approval = false;
	if (only_approval)
		PERSO_FAIL(PERSO_E_TRUST, "order is not approved: %s",
		    o->findings.v[0].code);
	PERSO_FAIL(PERSO_E_DATA, "order is refused: %s at %s",
	    o->findings.v[0].code, o->findings.v[0].path);
}

/* see perso/order.h */
perso_rc
perso_order_check(const struct perso_order_input *in, struct perso_order *ret)
{
	struct order_json j = { .record = &ret->record,
		.findings = &ret->findings };

	if (!in->profiles || (!in->imported && !in->approvers))
		PERSO_FAIL(PERSO_E_ARG, "profiles and approvers are needed");
	clear(ret);
	json_t *root = perso_order_json(in->json, &ret->findings);
	if (root) {
		read_order(in, root, &j, ret);
		json_decref(root);
	}
	PERSO_TRY(perso_order_approval(in, j.document, ret));
	return conclude(ret);
}
