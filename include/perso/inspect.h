/*
 * How the line has a finished document judged without knowing who judges:
 * a function table that the program fills in. Only types; line calls it,
 * verify provides one, and neither includes the other.
 */
#ifndef PERSO_INSPECT_H
#define PERSO_INSPECT_H

#include "perso/digest.h"
#include "perso/link.h"
#include "perso/profile.h"
#include "perso/record.h"

/* SHA-256 of one file as it was queued for the chip. */
struct perso_inspect_file {
	uint16_t fid;
	bool mf; /* a file of the MF, not of the application */
	struct perso_md hash;
};

/* An inspection system's key and certificates, for data groups that need
 * Terminal Authentication. Whoever makes the inspector defines it; the line
 * hands it on and never looks inside. */
struct perso_inspect_terminal;

/* What the document should be. All borrowed. */
struct perso_inspection {
	const struct perso_record *record; /* from the order */
	/* As it holds on the document's day of issue (see
	 * perso_doc_profile_on()), so it says all that is to be expected:
	 * profile->access: each of these protocols must open the chip, and no
	 * other may; profile->pace: EF.CardAccess announces exactly these
	 * mappings, parameters and cipher, and each of the passwords works;
	 * with CAM EF.CardSecurity is there; profile->ca, profile->aa: the
	 * chip proves these keys; profile->ta.data_groups: not to be read
	 * before Terminal Authentication; profile->cvca: EF.CVCA is there and
	 * names the trust point. data_groups and mf_files are those that were
	 * written (DG7, DG13, DG16 may be missing where they are optional). */
	const struct perso_doc_profile *profile;
	/* The six digits that the line drew; empty unless profile->pace has
	 * the password CAN. A secret: in no report, log or verdict. */
	struct perso_span can;
	/* The same for PIN and PUK. Each is tried once. */
	struct perso_span pin;
	struct perso_span puk;
	/* NULL: none. Then ta.data_groups cannot be read, which the verdict's
	 * text says, and their hashes below stand unchecked. */
	const struct perso_inspect_terminal *terminal;
	const char *number;			/* document number */
	const struct perso_inspect_file *files; /* all that were written */
	size_t file_count;
	/* files are not all: whoever asks has not kept the others' hashes.
	 * Never set by the line. */
	bool partial;
	/* For reports; never personal data. */
	const char *order;
	const char *blank;
};

#define PERSO_VERDICT_MAX 256

struct perso_verdict {
	bool ok;		      /* nothing else makes a document good */
	char text[PERSO_VERDICT_MAX]; /* "38 checks, all passed"; no personal
					 * data */
};

struct perso_inspector {
	const char *name; /* "verify"; goes into the evidence */
	void *ctx;
	/* The link was reset just before; the chip is locked. Reads under
	 * operational access rights only. PERSO_OK: *ret holds the verdict,
	 * good or bad. Another code: no verdict could be reached (the link
	 * tore, ...); the caller may ask again after a reset. */
	perso_rc (*inspect)(void *ctx, struct perso_link *link,
	    const struct perso_inspection *what, struct perso_verdict *ret);
};

/* A printed page of a document without a chip. All borrowed. */
struct perso_page_inspection {
	struct perso_span png; /* the page, or a scan of it */
	/* From the order; the document number is bound. */
	const struct perso_record *record;
	const struct perso_doc_profile *profile; /* as it holds on the day */
	/* The seal as it was stored; empty: not compared. */
	struct perso_span seal;
	const char *number;
	/* For reports; never personal data. */
	const char *order;
	const char *blank;
};

struct perso_page_inspector {
	const char *name; /* as above */
	void *ctx;
	/* PERSO_OK: *ret holds the verdict, good or bad. */
	perso_rc (*inspect)(void *ctx, const struct perso_page_inspection *what,
	    struct perso_verdict *ret);
};

#endif
