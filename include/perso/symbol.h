/*
 * Two-dimensional symbols for bytes (seal): QR code (ISO/IEC 18004, byte
 * mode) and Data Matrix ECC 200 (ISO/IEC 16022), made as modules, written as
 * PNG, and read back from an image.
 */
#ifndef PERSO_SYMBOL_H
#define PERSO_SYMBOL_H

#include "perso/buf.h"

enum perso_symbol_kind {
	PERSO_SYMBOL_QR = 1,	/* "qr" */
	PERSO_SYMBOL_DATAMATRIX /* "datamatrix"; square */
};
const char *perso_symbol_name(enum perso_symbol_kind k); /* static */

/* How much of a QR code may be damaged; a Data Matrix has one way. */
enum perso_symbol_level {
	PERSO_SYMBOL_LEVEL_L = 0, /* about 7 % */
	PERSO_SYMBOL_LEVEL_M,	  /* 15 % */
	PERSO_SYMBOL_LEVEL_Q,	  /* 25 % */
	PERSO_SYMBOL_LEVEL_H	  /* 30 % */
};

struct perso_symbol_spec {
	enum perso_symbol_kind kind;
	enum perso_symbol_level level; /* QR */
	unsigned max_side;	       /* modules without quiet zone; 0: any */
};

#define PERSO_SYMBOL_SIDE_MAX 177 /* modules: QR version 40 */

struct perso_symbol {
	enum perso_symbol_kind kind;
	unsigned side; /* modules of one side, without quiet zone */
	/* side * side bytes, row by row from the top: 1 is dark */
	struct perso_buf modules;
};
void perso_symbol_done(struct perso_symbol *s);
#define PERSO_SYMBOL(name)                                            \
	__attribute__((                                               \
	    cleanup(perso_symbol_done))) struct perso_symbol name = { \
		.modules = { .max = PERSO_SYMBOL_SIDE_MAX *           \
				    PERSO_SYMBOL_SIDE_MAX }           \
	}

/* Modules outside are light. */
bool perso_symbol_is_dark(const struct perso_symbol *s, unsigned x, unsigned y);

/* Bytes that fit into the largest symbol that the spec allows, whatever they
 * are; 0 if none is small enough. (Of text a Data Matrix may hold more.) */
size_t perso_symbol_capacity(const struct perso_symbol_spec *spec);

/* The smallest symbol for these bytes. PERSO_E_RANGE: they do not fit, and by
 * how many bytes; PERSO_E_ARG: no bytes, or a spec that is none. *ret was
 * declared with PERSO_SYMBOL; changed on success only. */
PERSO_MUST perso_rc perso_symbol_make(const struct perso_symbol_spec *spec,
    struct perso_span bytes, struct perso_symbol *ret);

struct perso_symbol_print {
	unsigned module; /* pixels of one module's side, 1..64 */
	unsigned quiet;	 /* modules of light around; QR wants 4, Data
			  * Matrix 1; at most 64 */
	unsigned dpi;	 /* written into the file; 0: not */
};

#define PERSO_SYMBOL_PNG_MAX (8 << 20)
/* Appends a black and white PNG. PERSO_E_ARG: sizes outside their range. */
PERSO_MUST perso_rc perso_symbol_png(const struct perso_symbol *s,
    const struct perso_symbol_print *how, struct perso_buf *ret);

/* --------------------------------------------------------------- reading */

/* An image that is read: bytes of the file, pixels of a side and in all. */
#define PERSO_SYMBOL_FILE_MAX (32 << 20)
#define PERSO_SYMBOL_PIXELS_SIDE 16384
#define PERSO_SYMBOL_PIXELS 48000000
#define PERSO_SYMBOL_BYTES_MAX 4096 /* of one symbol */

/* Finds the one symbol of that kind (0: any) in a PNG and appends its bytes,
 * unaltered. The image is decoded and searched in a process of its own with
 * limits of memory and time: a hostile one ends that process, not this.
 * PERSO_E_DATA: no PNG, damaged; PERSO_E_RANGE: beyond the limits above;
 * PERSO_E_NOT_FOUND: no symbol; PERSO_E_CONFLICT: several with different
 * bytes (a second Data Matrix is looked for during one second);
 * PERSO_E_TIMEOUT: not within the time. Give the kind if it is known: looking
 * for a Data Matrix in vain takes twelve seconds. */
PERSO_MUST perso_rc perso_symbol_read(
    struct perso_span png, enum perso_symbol_kind kind, struct perso_buf *ret);

#endif
