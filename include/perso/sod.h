/*
 * EF.SOD (Doc 9303-10 4.6.2): the signed hashes of the data groups (lds).
 *
 *	77 { ContentInfo { SignedData { LDSSecurityObject, DS certificate,
 *	     one SignerInfo } } }
 */
#ifndef PERSO_SOD_H
#define PERSO_SOD_H

#include "perso/cms.h"
#include "perso/image.h"

#define PERSO_OID_LDS_OBJECT "2.23.136.1.1.1"

struct perso_sod_hash {
	uint8_t dg; /* 1..16 */
	struct perso_md md;
};

/* LDSSecurityObject. */
struct perso_lds_object {
	uint64_t version;	 /* 0, or 1 with the two below */
	char lds_version[5];	 /* "0108" */
	char unicode_version[7]; /* "040000" */
	enum perso_hash hash;
	size_t count; /* 2..16 when built or parsed */
	struct perso_sod_hash hashes[16];
	bool digest_null; /* the digest's parameters are NULL: seen, and
				 * written only to rebuild what was seen */
	bool ascending;	  /* read only: the list is in order */
};

/* Puts the hash of one file (all its bytes) into the list, at its place.
 * o->hash says which. PERSO_E_CONFLICT if that data group is in the list,
 * PERSO_E_ARG for a number outside 1..16. */
PERSO_MUST perso_rc perso_lds_object_add(
    struct perso_lds_object *o, int dg, struct perso_span file);
/* All data groups of an image. */
PERSO_MUST perso_rc perso_lds_object_add_image(
    struct perso_lds_object *o, const struct perso_lds_image *img);

/* Appends the DER of LDSSecurityObject. PERSO_E_ARG: fewer than two hashes,
 * not ascending, a hash of wrong length, SHA-1 or none, version 0 with or 1
 * without version strings. (rebuild, a file that was read, may have SHA-1.)
 */
PERSO_MUST perso_rc perso_lds_object_build(
    const struct perso_lds_object *o, struct perso_buf *ret);
/* PERSO_E_DATA, PERSO_E_RANGE (number outside 1..16, hash length, fewer
 * than two or more than sixteen), PERSO_E_CONFLICT (a number twice),
 * PERSO_E_MISSING (version 1 without versions), PERSO_E_UNSUPPORTED
 * (version, digest). An unsorted list is accepted and flagged. */
PERSO_MUST perso_rc perso_lds_object_parse(
    struct perso_span der, struct perso_lds_object *ret);

/* What EF.SOD is made of. */
struct perso_sod_values {
	struct perso_lds_object object;
	struct perso_span cert;		  /* DS certificate, DER; borrowed */
	struct perso_span issuer, serial; /* of cert, or empty; see cms.h */
	struct perso_sig_alg alg;
	bool has_signing_time;
	time_t signing_time;
	bool sid_ski;	  /* see cms.h */
	bool digest_null; /* in SignedData; only to rebuild */
};

/* Appends EF.SOD, signed. Codes of perso_lds_object_build() and
 * perso_cms_build(). */
PERSO_MUST perso_rc perso_sod_build(const struct perso_sod_values *v,
    struct perso_keyref *key, struct perso_buf *ret);
/* The same with a signature value that exists already; SHA-1 is let
 * through, so that what was read can be rebuilt. */
PERSO_MUST perso_rc perso_sod_assemble(const struct perso_sod_values *v,
    struct perso_span signature, struct perso_buf *ret);

/* A parsed EF.SOD; spans point into its bytes. */
struct perso_sod {
	struct perso_lds_object object;
	struct perso_cms cms;
};

/* Shape only: trust is pki's, the signature perso_cms_verify()'s.
 * PERSO_E_MISMATCH for another eContentType, PERSO_E_MISSING without
 * content or certificate. */
PERSO_MUST perso_rc perso_sod_parse(
    struct perso_span file, struct perso_sod *ret);

/* What perso_sod_assemble() needs to make the parsed file again. */
PERSO_MUST perso_rc perso_sod_values_of(
    const struct perso_sod *sod, struct perso_sod_values *ret);

/* The hash of one data group, borrowed from o; PERSO_E_MISSING. */
PERSO_MUST perso_rc perso_sod_hash(
    const struct perso_lds_object *o, int dg, struct perso_span *ret);
/* That hash is the hash of these bytes: PERSO_E_MISMATCH, PERSO_E_MISSING. */
PERSO_MUST perso_rc perso_sod_check(
    const struct perso_lds_object *o, int dg, struct perso_span file);

#endif
