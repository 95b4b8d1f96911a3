/*
 * perso_lds_image: all files of a chip as bytes (lds). The bytes that are
 * hashed are the bytes that are queued: an image owns each file's buffer,
 * builders append straight into it. At most one of each file.
 */
#ifndef PERSO_IMAGE_H
#define PERSO_IMAGE_H

#include "perso/lds.h"

/* A file may be as long as an offset in READ BINARY with DO 54 reaches on
 * any chip that we know; far above real ones. */
#define PERSO_LDS_FILE_MAX ((size_t)1 << 20)

struct perso_lds_entry {
	const struct perso_lds_file *file; /* row of perso_lds_files */
	struct perso_buf data;
};

struct perso_lds_image {
	size_t count;
	struct perso_lds_entry files[PERSO_LDS_FILES]; /* as they were added */
};

void perso_lds_image_init(struct perso_lds_image *img);
/* Wipes and frees all files; the image is empty again. */
void perso_lds_image_done(struct perso_lds_image *img);

/* A new, empty file whose buffer may be filled: *ret is borrowed and lives
 * as long as the image. PERSO_E_CONFLICT if it is there already,
 * PERSO_E_ARG for NULL. */
PERSO_MUST perso_rc perso_lds_image_add(struct perso_lds_image *img,
    const struct perso_lds_file *file, struct perso_buf **ret);

/* The file's bytes, empty if it is not there. */
struct perso_span perso_lds_image_find(
    const struct perso_lds_image *img, const struct perso_lds_file *file);
bool perso_lds_image_has(
    const struct perso_lds_image *img, const struct perso_lds_file *file);

/* Takes a file out again (wiped); nothing if it is not there. Buffers that
 * were borrowed from files added later are no longer valid. */
void perso_lds_image_remove(
    struct perso_lds_image *img, const struct perso_lds_file *file);

/* Bytes of all files. */
size_t perso_lds_image_size(const struct perso_lds_image *img);

#define PERSO_LDS_IMAGE(name)                                                \
	__attribute__((cleanup(                                              \
	    perso_lds_image_done))) struct perso_lds_image name = { .count = \
									0 }

#endif
