#include "bio39794_int.h"

static size_t
tlv_size(size_t n)
{
	size_t len = 1;

	if (n >= 0x80)
		for (size_t v = n; v > 0; v >>= 8)
			len++;
	return 1 + len + n;
}

static void
put_uint(struct perso_wr *w, uint32_t tag, uint32_t v)
{
	uint8_t b[5] = { 0, (uint8_t)(v >> 24), (uint8_t)(v >> 16),
		(uint8_t)(v >> 8), (uint8_t)v };
	size_t i = 0;

	while (i < 4 && b[i] == 0 && b[i + 1] < 0x80)
		i++;
	perso_wr_tlv(w, tag, perso_span(b + i, 5 - i));
}

/* tag { A1 { 80 code } }: only the extension block, says the profile. */
static void
put_code(struct perso_wr *w, uint32_t tag, int code)
{
	size_t choice, block;

	if (code < 0)
		return;
	choice = perso_wr_open(w, tag);
	block = perso_wr_open(w, 0xA1);
	put_uint(w, 0x80, (uint32_t)code);
	perso_wr_close(w, block);
	perso_wr_close(w, choice);
}

static void
put_true(struct perso_wr *w, uint32_t tag)
{
	static const uint8_t yes[] = { 0xFF };

	perso_wr_tlv(w, tag, perso_span_of(yes));
}

static uint8_t
format_of(const struct perso_face *f, bool lossy)
{
	if (!f->jpeg2000)
		return 2;
	return lossy || !perso_image_is_reversible(f->image) ? 3 : 4;
}

/* imageInformation2DBlock and captureDevice2DBlock */
static void
put_information(struct perso_wr *w, const struct perso_face *f, bool lossy)
{
	size_t info = perso_wr_open(w, 0xA1), at;

	at = perso_wr_open(w, 0xA0);
	put_uint(w, 0x80, format_of(f, lossy));
	perso_wr_close(w, at);
	put_code(w, 0xA1, f->image_type == PERSO_FACE_FRONTAL ? 0 : -1);
	at = perso_wr_open(w, 0xA7);
	put_uint(w, 0x80, f->width);
	put_uint(w, 0x81, f->height);
	perso_wr_close(w, at);
	put_code(w, 0xA9,
	    f->colour_space == 0
		? -1
		: bio_code_now(bio_space_codes, f->colour_space));
	perso_wr_close(w, info);
	if (f->source >= 1 && f->source <= 7) {
		at = perso_wr_open(w, 0xA2);
		put_code(w, 0xA1, f->source == 7 ? 0 : f->source);
		perso_wr_close(w, at);
	}
}

/* Bit 0 says that they are known; then glasses, .. dark glasses. */
static void
put_properties(struct perso_wr *w, uint32_t properties)
{
	size_t at;

	if ((properties & 1) == 0)
		return;
	at = perso_wr_open(w, 0xA4);
	for (uint32_t i = 0; i < 9; i++)
		if ((properties >> (i + 1) & 1) != 0)
			put_true(w, 0x80 + i);
	perso_wr_close(w, at);
}

/* 19794: neutral, smile, smile with teeth, eyebrows, looking away, squinting,
 * frowning. */
static void
put_expression(struct perso_wr *w, uint16_t expression)
{
	static const uint8_t tags[] = { 0, 0x80, 0x81, 0x81, 0x82, 0x83, 0x84,
		0x85 };
	size_t at;

	if (expression == 0 || expression >= sizeof(tags))
		return;
	at = perso_wr_open(w, 0xA5);
	put_true(w, tags[expression]);
	perso_wr_close(w, at);
}

/* 19794: 0 unknown, 1..91 are 0..180 degrees, above -178..-2. */
static void
put_angle(struct perso_wr *w, uint32_t tag, uint8_t angle, uint8_t uncertainty)
{
	int v = angle <= 91 ? (angle - 1) * 2 : (angle - 181) * 2;
	uint8_t b[2] = { (uint8_t)((unsigned)v >> 8), (uint8_t)v };
	size_t at;

	if (angle == 0)
		return;
	at = perso_wr_open(w, tag);
	perso_wr_tlv(w, 0x80,
	    v >= -128 && v <= 127 ? perso_span(b + 1, 1) : perso_span(b, 2));
	if (uncertainty != 0)
		put_uint(w, 0x81, uncertainty - 1u);
	perso_wr_close(w, at);
}

static void
put_pose(struct perso_wr *w, const struct perso_face *f)
{
	size_t at;

	if (f->pose[0] == 0 && f->pose[1] == 0 && f->pose[2] == 0)
		return;
	at = perso_wr_open(w, 0xA6);
	for (uint32_t i = 0; i < 3; i++)
		put_angle(w, 0xA0 + i, f->pose[i], f->pose_uncertainty[i]);
	perso_wr_close(w, at);
}

/* identityMetadataBlock; left out when nothing is in it. */
static void
put_identity(struct perso_wr *w, const struct perso_face *f)
{
	size_t at = w->b->n, block = perso_wr_open(w, 0xA8);

	put_code(w, 0xA0,
	    f->gender == PERSO_GENDER_MALE     ? 2
	    : f->gender == PERSO_GENDER_FEMALE ? 3
					       : -1);
	put_code(
	    w, 0xA1, f->eye == 0 ? -1 : bio_code_now(bio_eye_codes, f->eye));
	put_code(
	    w, 0xA2, f->hair == 0 ? -1 : bio_code_now(bio_hair_codes, f->hair));
	put_properties(w, f->properties);
	put_expression(w, f->expression);
	put_pose(w, f);
	if (w->b->n == block) {
		perso_wr_close(w, block);
		perso_buf_remove(w->b, at, w->b->n - at);
		return;
	}
	perso_wr_close(w, block);
}

/* { A0 kind { A0 { A0 { A1 { 80 code } } } } A1 { A0 { A0 { 80 x 81 y } } } }
 */
static void
put_point(struct perso_wr *w, const struct perso_face_point *p)
{
	size_t all = perso_wr_open(w, 0x30), a, b, c;

	a = perso_wr_open(w, 0xA0);
	b = perso_wr_open(w, 0xA0);
	put_code(w, 0xA0, bio_point_code(p->code));
	perso_wr_close(w, b);
	perso_wr_close(w, a);
	a = perso_wr_open(w, 0xA1);
	b = perso_wr_open(w, 0xA0);
	c = perso_wr_open(w, 0xA0);
	put_uint(w, 0x80, p->x);
	put_uint(w, 0x81, p->y);
	perso_wr_close(w, c);
	perso_wr_close(w, b);
	perso_wr_close(w, a);
	perso_wr_close(w, all);
}

static void
put_points(struct perso_wr *w, const struct perso_face *f)
{
	size_t at;

	if (f->point_count == 0)
		return;
	at = perso_wr_open(w, 0xA9);
	for (size_t i = 0; i < f->point_count; i++)
		put_point(w, &f->points[i]);
	perso_wr_close(w, at);
}

/* The heads from 65 to the image, whose lengths are known by now. */
static void
put_head(struct perso_wr *w, size_t image, size_t mid, size_t tail)
{
	static const uint8_t version[] = { 0xA0, 7, 0x80, 1, 3, 0x81, 2, 0x07,
		0xE3 };
	size_t block = tlv_size(image) + mid, base = tlv_size(block);
	size_t choice = tlv_size(base);
	size_t rep = 3 + tlv_size(choice) + tail;

	perso_wr_head(w, 0x65, sizeof(version) + tlv_size(tlv_size(rep)));
	perso_wr_bytes(w, perso_span_of(version));
	perso_wr_head(w, 0xA1, tlv_size(rep));
	perso_wr_head(w, 0x30, rep);
	put_uint(w, 0x80, 0);
	perso_wr_head(w, 0xA1, choice);
	perso_wr_head(w, 0xA0, base);
	perso_wr_head(w, 0xA0, block);
	perso_wr_head(w, 0x80, image);
}

static perso_rc
encode(const struct perso_face *f, bool lossy, struct perso_39794 *ret)
{
	struct perso_wr tail = perso_wr(&ret->tail);
	struct perso_wr head = perso_wr(&ret->head);
	size_t mid;

	PERSO_TRY(bio_face_fields(f));
	PERSO_TRY(bio_face_image(f));
	for (size_t i = 0; i < f->point_count; i++)
		if (bio_point_code(f->points[i].code) < 0)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "feature point %zu has code %u.%u", i,
			    f->points[i].code >> 4, f->points[i].code & 0x0F);
	PERSO_TRY(perso_buf_reserve(&ret->head, 96));
	PERSO_TRY(perso_buf_reserve(&ret->tail, 128 + 40 * f->point_count));
	put_information(&tail, f, lossy);
	mid = ret->tail.n;
	put_identity(&tail, f);
	put_points(&tail, f);
	PERSO_TRY(perso_wr_end(&tail));
	put_head(&head, f->image.n, mid, ret->tail.n - mid);
	ret->image = f->image;
	return perso_wr_end(&head);
}

/* see perso/bio39794.h */
perso_rc
perso_face_39794_encode(
    const struct perso_face *f, bool lossy, struct perso_39794 *ret)
{
	PERSO_TRY_CTX(encode(f, lossy, ret), "face record");
	return PERSO_OK;
}

/* see perso/bio39794.h */
void
perso_39794_done(struct perso_39794 *e)
{
	perso_buf_done(&e->head);
	perso_buf_done(&e->tail);
	e->image = PERSO_SPAN_EMPTY;
}

/* see perso/bio39794.h */
size_t
perso_39794_size(const struct perso_39794 *e)
{
	return e->head.n + e->image.n + e->tail.n;
}

/* see perso/bio39794.h */
void
perso_39794_write(struct perso_wr *w, const struct perso_39794 *e)
{
	perso_wr_bytes(w, perso_buf_span(&e->head));
	perso_wr_bytes(w, e->image);
	perso_wr_bytes(w, perso_buf_span(&e->tail));
}

/* see perso/bio39794.h */
size_t
perso_39794_data_size(const struct perso_39794 *e)
{
	return tlv_size(perso_39794_size(e));
}

/* see perso/bio39794.h */
void
perso_39794_data_write(struct perso_wr *w, const struct perso_39794 *e)
{
	perso_wr_head(w, 0xA1, perso_39794_size(e));
	perso_39794_write(w, e);
}
