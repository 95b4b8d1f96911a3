#include "bio_int.h"

/* Bytes of one face: its information, points, image information, image. */
static size_t
face_size(const struct perso_face *f)
{
	return 20 + 8 * f->point_count + 12 + f->image.n;
}

/* see perso/bio.h */
size_t
perso_face_size(const struct perso_face_record *r)
{
	size_t n = 14;

	for (size_t i = 0; i < r->count; i++)
		n += face_size(&r->faces[i]);
	return n;
}

/* ISO/IEC 19794-5:2005, 5.5 */
static void
write_info(struct perso_wr *w, const struct perso_face *f)
{
	perso_wr_u32(w, (uint32_t)face_size(f));
	perso_wr_u16(w, (uint16_t)f->point_count);
	perso_wr_u8(w, f->gender);
	perso_wr_u8(w, f->eye);
	perso_wr_u8(w, f->hair);
	perso_wr_u24(w, f->properties);
	perso_wr_u16(w, f->expression);
	perso_wr_bytes(w, perso_span_of(f->pose));
	perso_wr_bytes(w, perso_span_of(f->pose_uncertainty));
}

/* 5.6 */
static void
write_points(struct perso_wr *w, const struct perso_face *f)
{
	for (size_t i = 0; i < f->point_count; i++) {
		perso_wr_u8(w, 1);
		perso_wr_u8(w, f->points[i].code);
		perso_wr_u16(w, f->points[i].x);
		perso_wr_u16(w, f->points[i].y);
		perso_wr_u16(w, 0);
	}
}

/* 5.7 */
static void
write_image(struct perso_wr *w, const struct perso_face *f)
{
	perso_wr_u8(w, f->image_type);
	perso_wr_u8(w, f->jpeg2000 ? 1 : 0);
	perso_wr_u16(w, f->width);
	perso_wr_u16(w, f->height);
	perso_wr_u8(w, f->colour_space);
	perso_wr_u8(w, f->source);
	perso_wr_u16(w, f->device);
	perso_wr_u16(w, f->quality);
	perso_wr_bytes(w, f->image);
}

/* see perso/bio.h */
void
perso_face_write(struct perso_wr *w, const struct perso_face_record *r)
{
	perso_wr_bytes(w, perso_span("FAC\0"
				     "010\0",
			      8));
	perso_wr_u32(w, (uint32_t)perso_face_size(r));
	perso_wr_u16(w, (uint16_t)r->count);
	for (size_t i = 0; i < r->count; i++) {
		write_info(w, &r->faces[i]);
		write_points(w, &r->faces[i]);
		write_image(w, &r->faces[i]);
	}
}

/* see perso/bio.h */
perso_rc
perso_face_build(const struct perso_face_record *r, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);

	PERSO_TRY_CTX(perso_face_check(r), "face record");
	PERSO_TRY_CTX(
	    perso_buf_reserve(ret, ret->n + perso_face_size(r)), "face record");
	perso_face_write(&w, r);
	return perso_wr_end(&w);
}
