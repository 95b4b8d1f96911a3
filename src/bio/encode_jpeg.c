/*
 * Pixels to JPEG (libjpeg-turbo): baseline, Huffman tables made for the
 * picture. Progressive would save some percent; but ISO/IEC 19794-5 and
 * 39794-5 name sequential baseline for a DG2, and readers exist that know
 * nothing else.
 */
#include "picture_int.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#define SPILL 4096

struct writer {
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr err;
	struct jpeg_destination_mgr dest;
	jmp_buf out;
	const struct perso_pixels *px;
	unsigned quality;
	struct perso_buf *to;
	size_t total;	      /* bytes in full buffers */
	uint8_t spill[SPILL]; /* what is beyond the maximum: dropped */
	bool is_over;
	char why[JMSG_LENGTH_MAX];
};

static void
on_error(j_common_ptr c)
{
	struct writer *w = c->client_data;

	c->err->format_message(c, w->why);
	longjmp(w->out, 1);
}

static void
on_message(j_common_ptr c, int level)
{
	(void)c;
	(void)level;
}

static void
dest_start(j_compress_ptr c)
{
	struct writer *w = c->client_data;

	w->dest.next_output_byte = w->to->p;
	w->dest.free_in_buffer = w->to->n;
}

static boolean
dest_full(j_compress_ptr c)
{
	struct writer *w = c->client_data;

	w->total += w->is_over ? SPILL : w->to->n;
	w->is_over = true;
	w->dest.next_output_byte = w->spill;
	w->dest.free_in_buffer = SPILL;
	return TRUE;
}

static void
dest_end(j_compress_ptr c)
{
	struct writer *w = c->client_data;

	w->total += (w->is_over ? SPILL : w->to->n) - w->dest.free_in_buffer;
}

static void
set_parameters(struct writer *w)
{
	w->c.image_width = w->px->width;
	w->c.image_height = w->px->height;
	w->c.input_components = (int)w->px->channels;
	w->c.in_color_space = w->px->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
	jpeg_set_defaults(&w->c);
	jpeg_set_quality(&w->c, (int)w->quality, TRUE);
	w->c.optimize_coding = TRUE;
	w->c.dct_method = JDCT_ISLOW;
}

static perso_rc
run(struct writer *w)
{
	w->c.err = jpeg_std_error(&w->err);
	w->err.error_exit = on_error;
	w->err.emit_message = on_message;
	w->c.client_data = w;
	if (setjmp(w->out) != 0)
		PERSO_FAIL(PERSO_E_DATA, "libjpeg: %s", w->why);
	jpeg_create_compress(&w->c);
	w->dest.init_destination = dest_start;
	w->dest.empty_output_buffer = dest_full;
	w->dest.term_destination = dest_end;
	w->c.dest = &w->dest;
	set_parameters(w);
	jpeg_start_compress(&w->c, TRUE);
	while (w->c.next_scanline < w->c.image_height) {
		JSAMPROW row = perso_pixels_row(w->px, w->c.next_scanline);

		(void)jpeg_write_scanlines(&w->c, &row, 1);
	}
	jpeg_finish_compress(&w->c);
	return PERSO_OK;
}

/* see picture_int.h */
perso_rc
bio_encode_jpeg(const struct perso_pixels *px, unsigned quality,
    struct perso_buf *ret, size_t *bytes)
{
	/* libjpeg calls a buffer full when its last byte is written */
	PERSO_BUF(room, ret->max + 1);
	struct writer w = { .px = px, .quality = quality, .to = &room };
	perso_rc rc;

	PERSO_TRY(perso_buf_resize(&room, ret->max + 1));
	rc = run(&w);
	jpeg_destroy_compress(&w.c);
	explicit_bzero(w.spill, sizeof(w.spill));
	PERSO_TRY(rc);
	*bytes = w.total;
	if (w.is_over)
		return PERSO_OK;
	return perso_buf_set(ret, perso_span(room.p, w.total));
}
