/*
 * perso_wr: writes big-endian integers, bytes and nested BER-TLV into a
 * perso_buf. Errors are sticky: write on, ask once with perso_wr_end().
 *
 *	struct perso_wr w = perso_wr(&buf);
 *	size_t com = perso_wr_open(&w, 0x60);
 *	perso_wr_tlv(&w, 0x5F01, version);
 *	perso_wr_close(&w, com);
 *	PERSO_TRY(perso_wr_end(&w));
 *
 * perso_wr_open() writes the tag and reserves one byte for the length;
 * perso_wr_close() puts the shortest (DER) length there, moving a value of
 * more than 127 bytes by the difference. To avoid the move for large values,
 * give the length beforehand: perso_wr_head().
 */
#ifndef PERSO_WR_H
#define PERSO_WR_H

#include "perso/buf.h"

struct perso_wr {
	struct perso_buf *b; /* borrowed */
	perso_rc rc;	     /* the first error, sticky */
	unsigned depth;	     /* templates open now */
};

static inline struct perso_wr
perso_wr(struct perso_buf *b)
{
	return (struct perso_wr){ b, PERSO_OK, 0 };
}

void perso_wr_u8(struct perso_wr *w, uint8_t v);
void perso_wr_u16(struct perso_wr *w, uint16_t v);
void perso_wr_u24(struct perso_wr *w, uint32_t v);
void perso_wr_u32(struct perso_wr *w, uint32_t v);
void perso_wr_bytes(struct perso_wr *w, struct perso_span s);
void perso_wr_zero(struct perso_wr *w, size_t n);
void perso_wr_str(struct perso_wr *w, const char *s);

/* Tags are written as they are spelled: 0x61, 0x5F1F, 0x7F2E. */
void perso_wr_tag(struct perso_wr *w, uint32_t tag);
void perso_wr_len(struct perso_wr *w, size_t n);
void perso_wr_head(struct perso_wr *w, uint32_t tag, size_t n);
void perso_wr_tlv(struct perso_wr *w, uint32_t tag, struct perso_span value);

/* Returns a mark for perso_wr_close(); templates close in reverse order. */
size_t perso_wr_open(struct perso_wr *w, uint32_t tag);
void perso_wr_close(struct perso_wr *w, size_t mark);

/* DER helpers (X.690): all values canonical. */
void perso_wr_int(struct perso_wr *w, uint64_t v); /* INTEGER */
/* INTEGER from an unsigned big-endian magnitude; leading zeros dropped. */
void perso_wr_uint(struct perso_wr *w, struct perso_span magnitude);
/* OBJECT IDENTIFIER from dotted text: "2.23.136.1.1.1"; PERSO_E_ARG. */
void perso_wr_oid(struct perso_wr *w, const char *dotted);

/* The first error, or PERSO_E_ARG if a template is still open. */
PERSO_MUST perso_rc perso_wr_end(const struct perso_wr *w);

#endif
