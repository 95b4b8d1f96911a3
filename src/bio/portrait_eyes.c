/*
 * The geometry of a full frontal image, from the eyes.
 */
#include <math.h>

#include "portrait_int.h"

static perso_rc
inside(uint32_t x, uint32_t y, uint32_t width, uint32_t height, const char *eye)
{
	if (x >= width || y >= height)
		PERSO_FAIL(
		    PERSO_E_RANGE, "the %s eye is outside the picture", eye);
	return PERSO_OK;
}

/* see perso/portrait.h */
perso_rc
perso_portrait_eyes_check(
    const struct perso_portrait_eyes *eyes, uint32_t width, uint32_t height)
{
	PERSO_TRY(inside(eyes->left_x, eyes->left_y, width, height, "left"));
	PERSO_TRY(inside(eyes->right_x, eyes->right_y, width, height, "right"));
	if (eyes->left_x <= eyes->right_x)
		PERSO_FAIL(PERSO_E_DATA,
		    "the left eye of the person has the larger x: "
		    "are the eyes swapped?");
	return PERSO_OK;
}

/* ISO/IEC 19794-5:2005, 7.2.2, 8.3, 8.4 */
void
portrait_geometry(struct portrait *p)
{
	const struct perso_portrait_eyes *e = p->eyes;
	int64_t w = p->picture->width, h = p->picture->height;
	double dx, dy, distance;

	if (e == NULL)
		return;
	dx = (double)e->left_x - e->right_x;
	dy = (double)e->left_y - e->right_y;
	distance = sqrt(dx * dx + dy * dy);
	portrait_put(p, PERSO_PORTRAIT_ROLL,
	    lround(atan2(dy, dx) * (1800 / 3.14159265358979323846)));
	portrait_put(p, PERSO_PORTRAIT_EYES, lround(distance));
	portrait_put(
	    p, PERSO_PORTRAIT_HEAD_SIZE, lround(distance * 1000 / (double)w));
	/* Pixel centres: the middle of n pixels is (n - 1) / 2. */
	portrait_put(p, PERSO_PORTRAIT_HORIZONTAL,
	    ((int64_t)e->left_x + e->right_x + 1) * 1000 / (2 * w));
	portrait_put(p, PERSO_PORTRAIT_VERTICAL,
	    (2 * h - 1 - e->left_y - e->right_y) * 1000 / (2 * h));
}
