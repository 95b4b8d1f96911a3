/* DG3 from finished images; from finished records it is in dg_bio_build.c. */
#include <stdlib.h>

#include "lds_int.h"

/* One finger: its header, its data's size, and the data of ISO/IEC 39794. */
struct part {
	struct perso_bit bit;
	uint8_t subtype;
	size_t n;
	struct perso_39794 e;
};

static perso_rc
plan(const struct perso_finger_record *r, bool iso39794, struct part *p)
{
	static const uint8_t version[] = { 0x01, 0x01 };
	static const uint8_t type[] = { PERSO_BIO_FINGER };

	p->subtype = perso_finger_subtype(r->views[0].position);
	if (r->count != 1 || p->subtype == 0)
		PERSO_FAIL(PERSO_E_ARG, "not one view of one finger");
	p->bit = (struct perso_bit){ .version = perso_span_of(version),
		.type = perso_span_of(type),
		.subtype = perso_span(&p->subtype, 1),
		.owner = PERSO_BIO_OWNER,
		.format = iso39794 ? PERSO_BIO_39794_4 : PERSO_BIO_19794_4,
		.constructed = iso39794 };
	if (iso39794) {
		PERSO_TRY(perso_finger_39794_encode(r, &p->e));
		p->n = perso_39794_data_size(&p->e);
	} else {
		PERSO_TRY(perso_finger_check(r));
		p->n = perso_finger_size(r);
	}
	return PERSO_OK;
}

static perso_rc
plan_all(const struct perso_dg3_images *v, struct part *parts, size_t *ret_len)
{
	unsigned seen = 0;
	size_t n = 0;

	for (size_t i = 0; i < v->count; i++) {
		unsigned position = v->fingers[i].views[0].position;

		PERSO_TRY_CTX(plan(&v->fingers[i], v->iso39794, &parts[i]),
		    "finger %zu", i);
		if ((seen >> position & 1) != 0)
			PERSO_FAIL(PERSO_E_ARG, "finger %s is there twice",
			    perso_finger_name(position));
		seen |= 1U << position;
		n += perso_bit_template_size(&parts[i].bit, parts[i].n);
	}
	*ret_len = n;
	return PERSO_OK;
}

static perso_rc
write_all(const struct perso_dg3_images *v, const struct part *parts,
    size_t len, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, group = perso_bit_group_size(len);

	PERSO_TRY(perso_buf_reserve(ret, ret->n + 6 + group));
	perso_wr_head(&w, 0x63, group);
	perso_bit_group_head(&w, v->count, len);
	for (size_t i = 0; i < v->count; i++) {
		perso_bit_template_head(&w, &parts[i].bit, parts[i].n);
		if (v->iso39794)
			perso_39794_data_write(&w, &parts[i].e);
		else
			perso_finger_write(&w, &v->fingers[i]);
	}
	return lds_end(&w, mark);
}

static perso_rc
build(const struct perso_dg3_images *v, struct perso_buf *ret)
{
	struct part *parts;
	size_t len = 0;
	perso_rc rc;

	if (v->count == 0 || v->count > PERSO_BITS)
		PERSO_FAIL(PERSO_E_ARG, "%zu fingers", v->count);
	parts = calloc(v->count, sizeof(*parts));
	if (parts == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for finger records");
	for (size_t i = 0; i < v->count; i++) {
		perso_buf_init(&parts[i].e.head, 256);
		perso_buf_init(&parts[i].e.tail, 256);
	}
	rc = plan_all(v, parts, &len);
	if (rc == PERSO_OK)
		rc = write_all(v, parts, len, ret);
	for (size_t i = 0; i < v->count; i++)
		perso_39794_done(&parts[i].e);
	free(parts);
	return rc;
}

/* see perso/lds.h; each image is copied once, to its place */
perso_rc
perso_dg3_build_images(const struct perso_dg3_images *v, struct perso_buf *ret)
{
	PERSO_TRY_CTX(build(v, ret), "EF.DG3");
	return PERSO_OK;
}
