#include "bio_int.h"
#include "perso/finger.h"

enum { HEADER = 32, VIEW = 14 };

/* see perso/finger.h */
size_t
perso_finger_size(const struct perso_finger_record *r)
{
	size_t n = HEADER;

	for (size_t i = 0; i < r->count; i++)
		n += VIEW + r->views[i].image.n;
	return n;
}

/* ISO/IEC 19794-4:2005, 7.1 */
static void
write_head(struct perso_wr *w, const struct perso_finger_record *r)
{
	perso_wr_bytes(w, perso_span("FIR\0"
				     "010\0",
			      8));
	perso_wr_u16(w, 0);
	perso_wr_u32(w, (uint32_t)perso_finger_size(r));
	perso_wr_u16(w, r->device);
	perso_wr_u16(w, r->level);
	perso_wr_u8(w, (uint8_t)r->count);
	perso_wr_u8(w, r->units);
	perso_wr_u16(w, r->scan_x);
	perso_wr_u16(w, r->scan_y);
	perso_wr_u16(w, r->image_x);
	perso_wr_u16(w, r->image_y);
	perso_wr_u8(w, r->depth);
	perso_wr_u8(w, r->compression);
	perso_wr_u16(w, 0);
}

/* 7.2 */
static void
write_view(struct perso_wr *w, const struct perso_finger_view *v)
{
	perso_wr_u32(w, (uint32_t)(VIEW + v->image.n));
	perso_wr_u8(w, v->position);
	perso_wr_u8(w, v->views);
	perso_wr_u8(w, v->view);
	perso_wr_u8(w, v->quality);
	perso_wr_u8(w, v->impression);
	perso_wr_u16(w, v->width);
	perso_wr_u16(w, v->height);
	perso_wr_u8(w, 0);
	perso_wr_bytes(w, v->image);
}

/* see perso/finger.h */
void
perso_finger_write(struct perso_wr *w, const struct perso_finger_record *r)
{
	write_head(w, r);
	for (size_t i = 0; i < r->count; i++)
		write_view(w, &r->views[i]);
}

/* see perso/finger.h */
perso_rc
perso_finger_build(const struct perso_finger_record *r, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);

	PERSO_TRY_CTX(perso_finger_check(r), "finger record");
	PERSO_TRY_CTX(perso_buf_reserve(ret, ret->n + perso_finger_size(r)),
	    "finger record");
	perso_finger_write(&w, r);
	return perso_wr_end(&w);
}
