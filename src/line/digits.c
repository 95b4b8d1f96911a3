/* Digits that are drawn: CAN, PIN, PUK. */
#include "perso/hooks.h"
#include "line_int.h"

/* Evenly: of a byte's values those below the highest multiple of ten. */
static perso_rc
draw_digit(uint8_t *ret)
{
	uint8_t v;

	do
		PERSO_TRY(perso_random(&v, 1));
	while (v >= 250);
	*ret = (uint8_t)('0' + v % 10);
	perso_wipe(&v, 1);
	return PERSO_OK;
}

/* see line_int.h */
bool
line_digits_trivial(struct perso_span digits)
{
	int step = 0;

	if (digits.n < 2)
		return true;
	for (size_t i = 1; i < digits.n; i++) {
		int d = (digits.p[i] - digits.p[i - 1] + 10) % 10;

		if (i == 1)
			step = d;
		if (d != step || (d != 0 && d != 1 && d != 9))
			return false;
	}
	return true;
}

/* see line_int.h */
perso_rc
line_digits_draw(uint8_t *dst, size_t n, struct perso_span other)
{
	const struct perso_span drawn = { dst, n };

	do
		for (size_t i = 0; i < n; i++)
			PERSO_TRY(draw_digit(&dst[i]));
	while (line_digits_trivial(drawn) || perso_span_equal(drawn, other));
	return PERSO_OK;
}
