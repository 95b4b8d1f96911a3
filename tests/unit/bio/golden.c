#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "perso/bio39794.h"
#include "perso/file.h"

/*
 * tests/golden/bio: KIND-what.bin is what a parser refuses, KIND-what.expect
 * the code's name and the trail.
 */
#define DIR "tests/golden/bio"

static perso_rc
image(struct perso_span s)
{
	struct perso_image_info info = { .width = 77 };
	perso_rc rc = perso_image_probe(s, &info);

	cr_assert(rc == PERSO_OK || info.width == 77);
	return rc;
}

static perso_rc
face(struct perso_span s)
{
	struct perso_face_record r = { .count = 77 };
	perso_rc rc = perso_face_parse(s, &r);

	cr_assert(rc == PERSO_OK || r.count == 77);
	return rc;
}

static perso_rc
finger(struct perso_span s)
{
	struct perso_finger_record r = { .count = 77 };
	perso_rc rc = perso_finger_parse(s, &r);

	cr_assert(rc == PERSO_OK || r.count == 77);
	return rc;
}

static perso_rc
now_face(struct perso_span s)
{
	struct perso_face_39794 r = { .others = 77 };
	perso_rc rc = perso_face_39794_parse(s, &r);

	cr_assert(rc == PERSO_OK || r.others == 77);
	return rc;
}

static perso_rc
now_finger(struct perso_span s)
{
	struct perso_finger_39794 r = { .others = 77 };
	perso_rc rc = perso_finger_39794_parse(s, &r);

	cr_assert(rc == PERSO_OK || r.others == 77);
	return rc;
}

static perso_rc
bit(struct perso_span s)
{
	struct perso_bit_group g = { .count = 77 };
	perso_rc rc = perso_bit_parse(s, &g);

	cr_assert(rc == PERSO_OK || g.count == 77);
	return rc;
}

static perso_rc
parse(const char *name, struct perso_span s)
{
	if (strncmp(name, "image-", 6) == 0)
		return image(s);
	if (strncmp(name, "face-", 5) == 0)
		return face(s);
	if (strncmp(name, "finger-", 7) == 0)
		return finger(s);
	if (strncmp(name, "now-face-", 9) == 0)
		return now_face(s);
	if (strncmp(name, "now-finger-", 11) == 0)
		return now_finger(s);
	cr_assert_eq(strncmp(name, "bit-", 4), 0, "%s", name);
	return bit(s);
}

static perso_rc
check(void *ctx, const char *name)
{
	char text[4096], trail[2048], path[256];
	size_t n = strlen(name);
	PERSO_BUF(file, 1 << 20);
	PERSO_BUF(want, 4096);
	perso_rc rc;

	if (n < 4 || strcmp(name + n - 4, ".bin") != 0)
		return PERSO_OK;
	snprintf(path, sizeof(path), DIR "/%s", name);
	cr_assert_eq(perso_file_read(path, &file), PERSO_OK);
	rc = parse(name, perso_buf_span(&file));
	cr_assert_neq(rc, PERSO_OK, "%s is accepted", name);
	perso_trail_text(trail, sizeof(trail));
	snprintf(text, sizeof(text), "%s\n%s\n", perso_rc_name(rc), trail);
	snprintf(path, sizeof(path), DIR "/%.*s.expect", (int)n - 4, name);
	cr_assert_eq(perso_file_read(path, &want), PERSO_OK);
	cr_assert(perso_span_equal(perso_span_str(text), perso_buf_span(&want)),
	    "%s: %s", name, text);
	(*(unsigned *)ctx)++;
	return PERSO_OK;
}

Test(golden, every_refusal_says_what_the_golden_file_says)
{
	unsigned count = 0;

	cr_assert_eq(perso_dir_each(DIR, check, &count), PERSO_OK);
	cr_assert_geq(count, 100);
}
