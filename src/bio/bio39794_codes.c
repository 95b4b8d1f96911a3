#include "bio39794_int.h"

/* ISO/IEC 14496-2: points in the groups 2 to 12. */
static const uint8_t groups[] = { 14, 14, 6, 4, 4, 1, 10, 15, 10, 6, 4 };
enum { GROUPS = sizeof(groups) };

int
bio_point_code(uint8_t code)
{
	unsigned major = code >> 4, minor = code & 0x0Fu, n = 0;

	if (major < 2 || major >= 2 + GROUPS || minor == 0 ||
	    minor > groups[major - 2])
		return -1;
	for (unsigned i = 0; i < major - 2; i++)
		n += groups[i];
	return (int)(n + minor - 1);
}

uint8_t
bio_point_of_code(unsigned code)
{
	unsigned i = 0;

	for (; i < GROUPS - 1u && code >= groups[i]; i++)
		code -= groups[i];
	return (uint8_t)((i + 2) << 4 | (code + 1));
}

/* 19794-5:2005 tables 5, 6 and 22; FF ends a list. */
const struct bio_code_pair bio_eye_codes[] = { { 1, 2 }, { 2, 3 }, { 3, 4 },
	{ 4, 5 }, { 5, 6 }, { 6, 8 }, { 7, 9 }, { 0xFF, 0 } };
const struct bio_code_pair bio_hair_codes[] = { { 1, 2 }, { 2, 3 }, { 3, 4 },
	{ 4, 5 }, { 5, 6 }, { 6, 7 }, { 7, 8 }, { 8, 9 }, { 9, 9 },
	{ 0xFF, 0 } };
const struct bio_code_pair bio_space_codes[] = { { 1, 2 }, { 2, 4 }, { 3, 5 },
	{ 4, 1 }, { 0xFF, 0 } };

int
bio_code_now(const struct bio_code_pair *pairs, uint8_t old)
{
	for (; pairs->old != 0xFF; pairs++)
		if (pairs->old == old)
			return pairs->now;
	return old == 0xFF ? 0 : -1;
}

int
bio_code_old(const struct bio_code_pair *pairs, uint32_t now)
{
	for (; pairs->old != 0xFF; pairs++)
		if (pairs->now == now)
			return pairs->old;
	return 0xFF;
}
