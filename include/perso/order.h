/*
 * The order: one JSON file, its images beside it or inside it as base64, and
 * a detached CMS signature of the approver over the file's exact bytes.
 *
 *	{
 *	  "perso-order": 1,			format version
 *	  "order": "LV-2026-000123",		number, unique at the issuer
 *	  "document": "lv-passport",		id of a document profile
 *	  "reason": "renewal",			if the profile has it
 *	  "replaces": "LV1234567",		the old document's number
 *	  "holder": {
 *	    "surname": "Paraudziņa", "given-names": "Zane Līga",
 *	    "native-name": {"surname": "...", "given-names": "..."},
 *	    "other-names": [{"surname": "...", "given-names": "..."}],
 *	    "birth-date": "1985-03-07",		unknown: "1985-XX-XX"
 *	    "sex": "F", "nationality": "LVA",
 *	    "personal-number": "070385-12345",
 *	    "former-personal-number": "...",	checked, never printed
 *	    "birth-place": "Rīga", "address": ["...", "..."],
 *	    "phone": "+371...", "profession": "...", "title": "...",
 *	    "height": 172,			cm
 *	    "summary": "...", "custody": "...", "other-documents": ["..."],
 *	    "notify": [{"surname": "...", "given-names": "...",
 *	      "phone": "...", "address": ["..."],
 *	      "recorded": "2026-11-20"}]	default: the issue date
 *	  },
 *	  "document-data": {			all optional
 *	    "number": "L898902C3",		only if the profile says: order
 *	    "issue-date": "2026-11-22", "expiry-date": "2036-11-22",
 *	    "authority": "...", "remarks": "...", "tax-exit": "...",
 *	    "other-persons": [{"surname": "...", "given-names": "..."}],
 *	    "issuer-data": "<hex>"		contents of DG13
 *	  },
 *	  "images": [
 *	    {"role": "portrait", "file": "zane.jp2", "sha256": "<64 hex>",
 *	     "eyes": {"left": [266, 231], "right": [146, 231]}},	optional
 *	    {"role": "signature", "data": "<base64>", "sha256": "<64 hex>"},
 *	    {"role": "finger-right-index", "file": "zane.wsq",
 *	     "resolution": 500, "quality": 82, "sha256": "<64 hex>"}
 *	  ]
 *	}
 *
 * The eyes of a portrait are pixels of the picture as it is seen (turned as
 * its EXIF data ask for), x and y from the upper left corner.
 * left is the person's left eye: on the right-hand side of the picture.
 *
 * Roles: portrait; signature; finger-right-thumb, -index, -middle, -ring,
 * -little, finger-left-thumb, ..: WSQ, JPEG 2000, PNG or, with "width" and
 * "height", raw samples, all grey of 8 bits; resolution (pixels per inch) and
 * quality are optional and only theirs. The roles dg3 and dg4 (fingers,
 * irises) are no images but biometric records, a group 7F61 each (see
 * record.h), carried as they are, or converted where the document's day
 * wants another standard. An order has dg3 or fingers, not both.
 *
 * Texts may have what perso_text_fault() (hex.h) lets through; a combining
 * mark stands behind a letter, at most six on one; spaces are single. What
 * is refused is named by its position. Right-to-left letters are letters.
 *
 * A name that cannot be parted may be a string instead of an object; in DG11
 * and DG12 it then stands as a primary identifier.
 *
 * Which fields a kind of document wants is in its profile. One field table
 * drives parsing and the JSON Schema. A complete example, signed by tests,
 * is tests/data/orders/example.json.
 *
 * An order is taken as a whole or refused with all reasons at once; each is
 * a finding {code, JSON path, text}. Codes, beside those of record.h:
 *	E-ORDER-SIZE E-ORDER-JSON E-ORDER-DUPLICATE E-ORDER-DEPTH
 *	E-ORDER-VERSION		another "perso-order"
 *	E-ORDER-UNKNOWN		a member that the format does not have
 *	E-ORDER-MISSING		a member that must be there
 *	E-ORDER-TYPE		string, integer, array, object expected
 *	E-ORDER-LENGTH E-ORDER-TEXT (characters that are not allowed)
 *	E-ORDER-VALUE E-ORDER-DATE
 *	E-ORDER-PROFILE		no such document profile
 *	E-ORDER-FILE		perso order: the file cannot be read
 *	E-ORDER-CONFLICT	perso order: imported with other content
 *	E-IMAGE-FORMAT		beside record.h: no biometric record
 *	E-IMAGE-FILE		name refused, file missing or too large
 *	E-IMAGE-DATA		not base64
 *	E-IMAGE-DIGEST		not the bytes that were approved
 *	E-IMAGE-EYES		outside the picture, swapped, or of no portrait
 *	E-APPROVAL-MISSING E-APPROVAL-FORMAT E-APPROVAL-SIGNATURE
 *	E-APPROVAL-UNKNOWN	signer not among the approvers
 *	E-APPROVAL-ROLE		not for this kind of document
 *	E-APPROVAL-EXPIRED	certificate or signing time outside validity
 *	E-APPROVAL-TIME		no signing time
 */
#ifndef PERSO_ORDER_H
#define PERSO_ORDER_H

#include "perso/digest.h"
#include "perso/keyref.h"
#include "perso/profile.h"
#include "perso/record.h"
#include "perso/trust.h"

#define PERSO_ORDER_MAX 8388608	  /* bytes of the JSON file */
#define PERSO_ORDER_CMS_MAX 65536 /* bytes of the signature file */
#define PERSO_ORDER_DEPTH 8	  /* nesting of arrays and objects */
#define PERSO_ORDER_IMAGES 16
#define PERSO_ORDER_FILE_NAME 96
#define PERSO_ORDER_EYE_MAX 65534 /* x or y of an eye */

/* What is checked; everything is borrowed. */
struct perso_order_input {
	struct perso_span json; /* exact bytes */
	struct perso_span cms;	/* detached signature, DER; empty: the
					 * approval is missing */
	const char *dir;	/* folder of the images; NULL: only
					 * inline images */
	const struct perso_profiles *profiles;
	const struct perso_approvers *approvers;
	time_t now; /* time of import; on a rebuild the
					 * journalled one */
	/* The approval was checked when the order was imported: cms and
	 * approvers are not looked at. The caller compares digests. */
	bool imported;
};

struct perso_order_image {
	char role[24];			  /* "portrait" */
	char file[PERSO_ORDER_FILE_NAME]; /* "" if inline */
	struct perso_md sha256;		  /* as computed */
};

struct perso_order {
	struct perso_record record; /* completed and validated */
	struct perso_md sha256;	    /* of the JSON's exact bytes */
	size_t image_count;
	struct perso_order_image images[PERSO_ORDER_IMAGES];
	char approver_serial[44]; /* hex, "" if imported */
	time_t approved_at;	  /* signing time; 0 if imported */
	struct perso_findings findings;
};

/* A perso_order is large (some 50 kB and the images): on the heap. NULL
 * without memory. */
struct perso_order *perso_order_new(void);
void perso_order_free(struct perso_order **o); /* wipes */
#define PERSO_ORDER(name)                                                     \
	__attribute__((cleanup(perso_order_free))) struct perso_order *name = \
	    perso_order_new()

/* PERSO_OK: the order can be imported. Otherwise ret->findings says why and
 * nothing else in *ret counts: PERSO_E_DATA, or PERSO_E_TRUST if the
 * approval alone is at fault. Other codes (PERSO_E_NOMEM, PERSO_E_ARG) are
 * failures of the check itself. ret was made by perso_order_new() and may
 * have been used before. */
PERSO_MUST perso_rc perso_order_check(
    const struct perso_order_input *in, struct perso_order *ret);

/* An order file and its signature: path with its ending .json replaced by
 * .p7s; images are in the same folder. Appends; *ret_cms stays empty if
 * there is no such file. PERSO_E_IO, PERSO_E_NOMEM (too large). */
PERSO_MUST perso_rc perso_order_read(
    const char *path, struct perso_buf *json, struct perso_buf *ret_cms);
/* The name of the signature file; PERSO_E_ARG if path does not end in
 * .json. */
PERSO_MUST perso_rc perso_order_cms_path(
    const char *path, char *dst, size_t cap);
/* The folder of a path: "." for a bare name. */
PERSO_MUST perso_rc perso_order_dir(const char *path, char *dst, size_t cap);

/* Reads and checks in one go; in->json, cms and dir are set from path. */
PERSO_MUST perso_rc perso_order_check_file(
    const char *path, struct perso_order_input in, struct perso_order *ret);

/* Detached signature over these bytes, appended. now becomes the signing
 * time. Digest: SHA-256, or what the size of the key's curve asks for; RSA
 * signs with PSS. */
PERSO_MUST perso_rc perso_order_sign(struct perso_span json,
    struct perso_keyref *key, struct perso_span cert, time_t now,
    struct perso_buf *ret);

/* A template (an order without "order") with this number put in, as JSON
 * text, appended. In a document number that the template gives, each "#"
 * becomes a digit from the end of the order number. PERSO_E_DATA if it is no
 * JSON object or has an order number already. */
PERSO_MUST perso_rc perso_order_fill(struct perso_span template_json,
    const char *order_id, struct perso_buf *ret);

/* The JSON Schema (draft 2020-12) of an order, from the field table,
 * appended. */
PERSO_MUST perso_rc perso_order_schema(struct perso_buf *ret);

#endif
