/*
 * Exposure and colour of the face, evenness and colour of the background.
 */
#include "portrait_int.h"

#define BLACK 8
#define WHITE 250

/* A means of n pixels: sums of the channels, of luma. */
struct tone {
	uint64_t channel[3];
	uint64_t luma;
	uint64_t n;
};

static uint32_t
clip(int64_t v, uint32_t low, uint32_t high)
{
	return v < (int64_t)low ? low : v > (int64_t)high ? high : (uint32_t)v;
}

/* The middle of the picture, or what lies around the eyes: half their
 * distance to the sides and above, one and a quarter below. */
static struct portrait_box
face_box(const struct portrait *p)
{
	const struct perso_portrait_eyes *e = p->eyes;
	struct portrait_box in = p->inner, box;
	uint32_t w = in.x1 - in.x0, h = in.y1 - in.y0;

	if (e != NULL) {
		int64_t d = (int64_t)e->left_x - e->right_x;
		int64_t y = ((int64_t)e->left_y + e->right_y) / 2;

		box.x0 = clip(e->right_x - d / 2, in.x0, in.x1 - 1);
		box.x1 = clip(e->left_x + d / 2 + 1, box.x0 + 1, in.x1);
		box.y0 = clip(y - d / 2, in.y0, in.y1 - 1);
		box.y1 = clip(y + d * 5 / 4 + 1, box.y0 + 1, in.y1);
		return box;
	}
	box.x0 = in.x0 + (uint32_t)((uint64_t)w * 30 / 100);
	box.x1 = in.x0 + (uint32_t)((uint64_t)w * 70 / 100);
	box.y0 = in.y0 + (uint32_t)((uint64_t)h * 28 / 100);
	box.y1 = in.y0 + (uint32_t)((uint64_t)h * 68 / 100);
	box.x1 += box.x1 == box.x0;
	box.y1 += box.y1 == box.y0;
	return box;
}

/* The level below which part of 1000 of the pixels lie. */
static int
percentile(const uint32_t histogram[256], uint64_t n, uint64_t part)
{
	uint64_t seen = 0;
	int i = 0;

	for (; i < 255; i++) {
		seen += histogram[i];
		if (seen * 1000 > n * part)
			break;
	}
	return i;
}

static void
add_tone(const struct portrait *p, uint32_t x, uint32_t y, struct tone *t)
{
	const uint8_t *at = perso_pixels_row(p->picture, y) + (size_t)x * 3;

	for (size_t c = 0; c < 3; c++)
		t->channel[c] += at[c];
	t->n++;
}

static bool
is_coloured(const struct portrait *p)
{
	return p->picture->channels == 3 &&
	       p->report->v[PERSO_PORTRAIT_COLOURED].value > 0;
}

/* Hue in degrees from -180, red is 0; false without colour. */
static bool
hue(const struct tone *t, int64_t *ret)
{
	int64_t r = (int64_t)t->channel[0], g = (int64_t)t->channel[1],
		b = (int64_t)t->channel[2], max = r > g ? r : g,
		min = r < g ? r : g, at;

	max = b > max ? b : max;
	min = b < min ? b : min;
	if (max - min < 4 * (int64_t)t->n)
		return false;
	if (max == r)
		at = 60 * (g - b) / (max - min);
	else if (max == g)
		at = 120 + 60 * (b - r) / (max - min);
	else
		at = 240 + 60 * (r - g) / (max - min);
	*ret = at > 180 ? at - 360 : at;
	return true;
}

/* Of what is neither clipped nor as dark as hair. */
static void
face_colour(struct portrait *p, struct portrait_box box, int darkest)
{
	struct tone t = { .n = 0 };
	uint32_t step = portrait_row_step(box.y1 - box.y0);
	int64_t degrees = 0;

	for (uint32_t y = box.y0; y < box.y1; y += step) {
		const uint8_t *luma = portrait_row(&p->luma, y);

		for (uint32_t x = box.x0; x < box.x1; x++)
			if (luma[x] >= darkest && luma[x] <= WHITE)
				add_tone(p, x, y, &t);
	}
	if (t.n > 0 && hue(&t, &degrees))
		portrait_put(p, PERSO_PORTRAIT_HUE, degrees);
}

/* see portrait_int.h */
void
portrait_face(struct portrait *p)
{
	struct portrait_box box = face_box(p);
	uint32_t histogram[256] = { 0 };
	uint32_t step = portrait_row_step(box.y1 - box.y0);
	uint64_t rows = (box.y1 - box.y0 + step - 1) / step;
	uint64_t n = rows * (box.x1 - box.x0), dark = 0, bright = 0;
	int median;

	for (uint32_t y = box.y0; y < box.y1; y += step)
		for (uint32_t x = box.x0; x < box.x1; x++)
			histogram[portrait_row(&p->luma, y)[x]]++;
	for (size_t i = 0; i < BLACK; i++)
		dark += histogram[i];
	for (size_t i = WHITE + 1; i < 256; i++)
		bright += histogram[i];
	median = percentile(histogram, n, 500);
	portrait_put(p, PERSO_PORTRAIT_BRIGHTNESS, median);
	portrait_put(p, PERSO_PORTRAIT_DARK, (int64_t)(dark * 1000 / n));
	portrait_put(p, PERSO_PORTRAIT_BRIGHT, (int64_t)(bright * 1000 / n));
	portrait_put(p, PERSO_PORTRAIT_CONTRAST,
	    percentile(histogram, n, 989) - percentile(histogram, n, 10));
	if (is_coloured(p))
		face_colour(p, box, median / 2);
}

/* --------------------------------------------------------- background */

/* Patches at each side, and one more in each corner. */
#define PATCHES 6
#define PATCHES_ALL (2 * PATCHES + 2)

struct patch {
	int mean[3];   /* 16ths of a level; of luma if there is no colour */
	int luma;      /* likewise */
	int deviation; /* likewise, mean of the luma's */
};

static void
patch_row(const struct portrait *p, struct portrait_box box, uint32_t y,
    struct tone *t)
{
	const uint8_t *luma = portrait_row(&p->luma, y);

	for (uint32_t x = box.x0; x < box.x1; x++) {
		t->luma += luma[x];
		if (p->picture->channels == 3)
			add_tone(p, x, y, t);
		else
			t->n++;
	}
}

static struct patch
measure_patch(const struct portrait *p, struct portrait_box box)
{
	/* A patch is less than a tenth of the picture high. */
	uint32_t step = portrait_row_step((box.y1 - box.y0) * 8);
	struct patch ret = { .luma = 0 };
	struct tone t = { .n = 0 };
	uint64_t off = 0;

	for (uint32_t y = box.y0; y < box.y1; y += step)
		patch_row(p, box, y, &t);
	ret.luma = (int)(t.luma * 16 / t.n);
	for (size_t c = 0; c < 3; c++)
		ret.mean[c] = p->picture->channels == 3
				  ? (int)(t.channel[c] * 16 / t.n)
				  : ret.luma;
	for (uint32_t y = box.y0; y < box.y1; y += step)
		for (uint32_t x = box.x0; x < box.x1; x++)
			off += (uint64_t)portrait_apart(
			    portrait_row(&p->luma, y)[x] * 16, ret.luma);
	ret.deviation = (int)(off / t.n);
	return ret;
}

/* Patch i of the strips of a twelfth of the width at both sides, from 2 %
 * to 44 % of the height; the last two are corners, a sixth wide. */
static struct portrait_box
patch_box(const struct portrait *p, uint32_t i)
{
	struct portrait_box in = p->inner, box;
	uint32_t w = in.x1 - in.x0, h = in.y1 - in.y0;
	bool corner = i >= 2 * PATCHES, right = i % 2 != 0;
	uint32_t wide = w / (corner ? 6 : 12), tall = h * 7 / 100;
	uint32_t edge = w * 2 / 100, top = h * 2 / 100;

	wide = wide > 0 ? wide : 1;
	tall = tall > 0 ? tall : 1;
	box.x0 = right ? in.x1 - edge - wide : in.x0 + edge;
	box.y0 = in.y0 + top + (corner ? 0 : i / 2 * tall);
	box.x1 = box.x0 + wide;
	box.y1 = box.y0 + tall;
	return box;
}

static void
sort(int *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && v[k - 1] > v[k]; k--) {
			int t = v[k];

			v[k] = v[k - 1];
			v[k - 1] = t;
		}
}

/* In the middle of the sorted values. */
static int
median_of(int v[PATCHES_ALL])
{
	sort(v, PATCHES_ALL);
	return v[PATCHES_ALL / 2];
}

static int
unevenness(const struct patch patches[PATCHES_ALL], int median[3])
{
	int v[PATCHES_ALL], worst = 0;

	for (size_t c = 0; c < 3; c++) {
		for (size_t i = 0; i < PATCHES_ALL; i++)
			v[i] = patches[i].mean[c];
		median[c] = median_of(v);
		if (v[PATCHES_ALL - 2] - v[1] > worst)
			worst = v[PATCHES_ALL - 2] - v[1];
	}
	return worst;
}

static void
background_tint(struct portrait *p, const int median[3])
{
	int max = median[0], min = median[0];

	for (size_t c = 1; c < 3; c++) {
		max = median[c] > max ? median[c] : max;
		min = median[c] < min ? median[c] : min;
	}
	portrait_put(p, PERSO_PORTRAIT_TINT, (max - min + 8) / 16);
}

/* see portrait_int.h */
void
portrait_background(struct portrait *p)
{
	struct patch patches[PATCHES_ALL];
	int deviation[PATCHES_ALL], luma[PATCHES_ALL], median[3];

	if (p->inner.x1 - p->inner.x0 < 24 || p->inner.y1 - p->inner.y0 < 24)
		return;
	for (uint32_t i = 0; i < PATCHES_ALL; i++) {
		patches[i] = measure_patch(p, patch_box(p, i));
		deviation[i] = patches[i].deviation;
		luma[i] = patches[i].luma;
	}
	portrait_put(p, PERSO_PORTRAIT_UNEVENNESS,
	    (unevenness(patches, median) + 8) / 16);
	portrait_put(
	    p, PERSO_PORTRAIT_TEXTURE, (median_of(deviation) * 10 + 8) / 16);
	portrait_put(p, PERSO_PORTRAIT_LIGHTNESS, (median_of(luma) + 8) / 16);
	if (is_coloured(p))
		background_tint(p, median);
}
