#include "lds_test.h"

#include <string.h>

Test(files, every_file_is_found_by_each_of_its_names)
{
	for (size_t i = 0; i < PERSO_LDS_FILES; i++) {
		const struct perso_lds_file *f = &perso_lds_files[i];

		cr_assert_eq(perso_lds_by_fid(f->mf, f->fid), f);
		cr_assert_eq(perso_lds_by_name(f->name), f);
		if (f->dg != 0)
			cr_assert_eq(perso_lds_by_dg(f->dg), f);
		if (!f->mf && f->tag != 0)
			cr_assert_eq(perso_lds_by_tag(f->tag), f);
	}
	cr_assert_null(perso_lds_by_name("EF.DG17"));
	cr_assert_null(perso_lds_by_dg(0));
	cr_assert_null(perso_lds_by_dg(17));
	cr_assert_null(perso_lds_by_tag(0));
	cr_assert_null(perso_lds_by_fid(true, 0x0101));
}

Test(image, files_are_added_found_and_removed)
{
	PERSO_LDS_IMAGE(img);
	const struct perso_lds_file *dg1 = perso_lds_by_dg(1);
	const struct perso_lds_file *com = perso_lds_by_name("EF.COM");
	struct perso_buf *b = NULL;

	cr_assert_eq(perso_lds_image_add(&img, dg1, &b), PERSO_OK);
	cr_assert_eq(perso_buf_set(b, perso_span_str("one")), PERSO_OK);
	cr_assert_eq(perso_lds_image_add(&img, com, &b), PERSO_OK);
	cr_assert_eq(perso_buf_set(b, perso_span_str("common")), PERSO_OK);
	cr_assert_eq(perso_lds_image_size(&img), 9);
	cr_assert_eq(perso_lds_image_find(&img, dg1).n, 3);
	perso_lds_image_remove(&img, dg1);
	cr_assert_not(perso_lds_image_has(&img, dg1));
	cr_assert_eq(perso_lds_image_find(&img, dg1).n, 0);
	cr_assert_eq(perso_lds_image_find(&img, com).n, 6);
	perso_lds_image_remove(&img, dg1);
	cr_assert_eq(img.count, 1);
}

Test(image, the_same_file_twice_is_a_conflict)
{
	PERSO_LDS_IMAGE(img);
	struct perso_buf *b = NULL, *c = NULL;

	cr_assert_eq(
	    perso_lds_image_add(&img, perso_lds_by_dg(1), &b), PERSO_OK);
	cr_assert_eq(perso_lds_image_add(&img, perso_lds_by_dg(1), &c),
	    PERSO_E_CONFLICT);
	cr_assert_eq(perso_lds_image_add(&img, NULL, &c), PERSO_E_ARG);
	cr_assert_null(c);
	cr_assert_eq(img.count, 1);
}

Test(image, all_data_groups_and_nothing_else_are_hashed)
{
	PERSO_LDS_IMAGE(img);
	struct perso_lds_object o = { .hash = PERSO_SHA256 };
	struct perso_buf *b = NULL;

	for (size_t i = 0; i < PERSO_LDS_FILES; i++) {
		cr_assert_eq(perso_lds_image_add(&img, &perso_lds_files[i], &b),
		    PERSO_OK);
		cr_assert_eq(
		    perso_buf_set(b, perso_span_str(perso_lds_files[i].name)),
		    PERSO_OK);
	}
	cr_assert_eq(perso_lds_object_add_image(&o, &img), PERSO_OK);
	cr_assert_eq(o.count, 16);
	for (int dg = 1; dg <= 16; dg++)
		cr_assert_eq(perso_sod_check(&o, dg,
				 perso_span_str(perso_lds_by_dg(dg)->name)),
		    PERSO_OK);
	cr_assert_eq(perso_lds_object_add_image(&o, &img), PERSO_E_CONFLICT);
	cr_assert_eq(o.count, 16);
}
