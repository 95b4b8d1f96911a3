#include "perso/image.h"

/* see perso/image.h */
void
perso_lds_image_init(struct perso_lds_image *img)
{
	*img = (struct perso_lds_image){ .count = 0 };
}

/* see perso/image.h */
void
perso_lds_image_done(struct perso_lds_image *img)
{
	for (size_t i = 0; i < img->count; i++)
		perso_buf_done(&img->files[i].data);
	perso_lds_image_init(img);
}

/* The entry's index, or count. */
static size_t
find(const struct perso_lds_image *img, const struct perso_lds_file *file)
{
	size_t i = 0;

	while (i < img->count && img->files[i].file != file)
		i++;
	return i;
}

/* see perso/image.h */
perso_rc
perso_lds_image_add(struct perso_lds_image *img,
    const struct perso_lds_file *file, struct perso_buf **ret)
{
	struct perso_lds_entry *e;

	if (file == NULL)
		PERSO_FAIL(PERSO_E_ARG, "no such file in an LDS image");
	if (find(img, file) != img->count)
		PERSO_FAIL(PERSO_E_CONFLICT, "%s is in the LDS image already",
		    file->name);
	if (img->count == PERSO_LDS_FILES)
		PERSO_FAIL(PERSO_E_ARG, "LDS image is full");
	e = &img->files[img->count++];
	e->file = file;
	perso_buf_init(&e->data, PERSO_LDS_FILE_MAX);
	*ret = &e->data;
	return PERSO_OK;
}

/* see perso/image.h */
struct perso_span
perso_lds_image_find(
    const struct perso_lds_image *img, const struct perso_lds_file *file)
{
	size_t i = find(img, file);

	if (i == img->count)
		return PERSO_SPAN_EMPTY;
	return perso_buf_span(&img->files[i].data);
}

/* see perso/image.h */
bool
perso_lds_image_has(
    const struct perso_lds_image *img, const struct perso_lds_file *file)
{
	return find(img, file) != img->count;
}

/* see perso/image.h */
void
perso_lds_image_remove(
    struct perso_lds_image *img, const struct perso_lds_file *file)
{
	size_t i = find(img, file);

	if (i == img->count)
		return;
	perso_buf_done(&img->files[i].data);
	for (; i + 1 < img->count; i++)
		img->files[i] = img->files[i + 1];
	img->count--;
}

/* see perso/image.h */
size_t
perso_lds_image_size(const struct perso_lds_image *img)
{
	size_t n = 0;

	for (size_t i = 0; i < img->count; i++)
		n += img->files[i].data.n;
	return n;
}
