#include "lds_int.h"

#include <string.h>

static bool
versions_ok(const struct perso_lds_object *o)
{
	bool there = o->lds_version[0] != '\0' || o->unicode_version[0] != '\0';

	if (o->version == 0)
		return !there;
	return o->version == 1 && strnlen(o->lds_version, 5) == 4 &&
	       lds_is_digits(perso_span(o->lds_version, 4)) &&
	       strnlen(o->unicode_version, 7) == 6 &&
	       lds_is_digits(perso_span(o->unicode_version, 6));
}

static perso_rc
check(const struct perso_lds_object *o, bool rebuild)
{
	if (!versions_ok(o))
		PERSO_FAIL(PERSO_E_ARG, "LDS and Unicode version");
	if (perso_hash_size(o->hash) == 0 ||
	    (o->hash == PERSO_SHA1 && !rebuild))
		PERSO_FAIL(PERSO_E_ARG, "digest algorithm");
	if (o->count < 2 || o->count > 16)
		PERSO_FAIL(PERSO_E_ARG, "%zu hashes", o->count);
	for (size_t i = 0; i < o->count; i++) {
		const struct perso_sod_hash *h = &o->hashes[i];

		if (h->dg < 1 || h->dg > 16 ||
		    (i > 0 && !rebuild && o->hashes[i - 1].dg >= h->dg))
			PERSO_FAIL(PERSO_E_ARG,
			    "data group %u is out of order "
			    "or range",
			    h->dg);
		if (h->md.n != perso_hash_size(o->hash))
			PERSO_FAIL(PERSO_E_ARG, "hash of DG%u has %zu bytes",
			    h->dg, h->md.n);
	}
	return PERSO_OK;
}

static void
write_hashes(struct perso_wr *w, const struct perso_lds_object *o)
{
	size_t list = perso_wr_open(w, 0x30);

	for (size_t i = 0; i < o->count; i++) {
		perso_wr_head(w, 0x30, 3 + 2 + o->hashes[i].md.n);
		perso_wr_int(w, o->hashes[i].dg);
		perso_wr_tlv(w, 0x04, perso_md_span(&o->hashes[i].md));
	}
	perso_wr_close(w, list);
}

/* Doc 9303-10, 4.6.2.3 */
perso_rc
sod_object(
    const struct perso_lds_object *o, bool rebuild, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, seq, part;

	PERSO_TRY_CTX(check(o, rebuild), "LDSSecurityObject");
	seq = perso_wr_open(&w, 0x30);
	perso_wr_int(&w, o->version);
	part = perso_wr_open(&w, 0x30);
	perso_wr_bytes(&w, perso_hash_oid_der(o->hash));
	if (o->digest_null)
		perso_wr_tlv(&w, 0x05, PERSO_SPAN_EMPTY);
	perso_wr_close(&w, part);
	write_hashes(&w, o);
	if (o->version == 1) {
		part = perso_wr_open(&w, 0x30);
		perso_wr_tlv(&w, 0x13, perso_span(o->lds_version, 4));
		perso_wr_tlv(&w, 0x13, perso_span(o->unicode_version, 6));
		perso_wr_close(&w, part);
	}
	perso_wr_close(&w, seq);
	PERSO_TRY_CTX(lds_end(&w, mark), "LDSSecurityObject");
	return PERSO_OK;
}

/* see perso/sod.h */
perso_rc
perso_lds_object_build(const struct perso_lds_object *o, struct perso_buf *ret)
{
	return sod_object(o, false, ret);
}

/* see perso/sod.h */
perso_rc
perso_lds_object_add(struct perso_lds_object *o, int dg, struct perso_span file)
{
	struct perso_sod_hash h = { .dg = (uint8_t)dg };
	size_t at = 0;

	if (dg < 1 || dg > 16)
		PERSO_FAIL(PERSO_E_ARG, "data group %d", dg);
	while (at < o->count && o->hashes[at].dg < dg)
		at++;
	if (at < o->count && o->hashes[at].dg == dg)
		PERSO_FAIL(PERSO_E_CONFLICT, "DG%d is hashed already", dg);
	if (o->count >= 16)
		PERSO_FAIL(PERSO_E_ARG, "hash list is full");
	PERSO_TRY_CTX(perso_digest(o->hash, file, &h.md), "hash of DG%d", dg);
	for (size_t i = o->count; i > at; i--)
		o->hashes[i] = o->hashes[i - 1];
	o->hashes[at] = h;
	o->count++;
	return PERSO_OK;
}

/* see perso/sod.h */
perso_rc
perso_lds_object_add_image(
    struct perso_lds_object *o, const struct perso_lds_image *img)
{
	struct perso_lds_object all = *o;

	for (size_t i = 0; i < img->count; i++)
		if (img->files[i].file->dg != 0)
			PERSO_TRY(
			    perso_lds_object_add(&all, img->files[i].file->dg,
				perso_buf_span(&img->files[i].data)));
	*o = all;
	return PERSO_OK;
}
