#include <string.h>

#include "perso/finger.h"

static const char *const names[PERSO_FINGERS] = { "right-thumb", "right-index",
	"right-middle", "right-ring", "right-little", "left-thumb",
	"left-index", "left-middle", "left-ring", "left-little" };

/* see perso/finger.h */
const char *
perso_finger_name(unsigned position)
{
	return position >= 1 && position <= PERSO_FINGERS ? names[position - 1]
							  : NULL;
}

/* see perso/finger.h */
unsigned
perso_finger_from_name(const char *name)
{
	for (unsigned i = 0; i < PERSO_FINGERS; i++)
		if (strcmp(names[i], name) == 0)
			return i + 1;
	return 0;
}

/* see perso/finger.h; bits 1 and 2 the hand, from bit 3 on the finger */
uint8_t
perso_finger_subtype(unsigned position)
{
	if (position < 1 || position > PERSO_FINGERS)
		return 0;
	if (position <= 5)
		return (uint8_t)(position << 2 | 1);
	return (uint8_t)((position - 5) << 2 | 2);
}

/* see perso/finger.h */
unsigned
perso_finger_of_subtype(uint8_t subtype)
{
	for (unsigned i = 1; i <= PERSO_FINGERS; i++)
		if (perso_finger_subtype(i) == subtype)
			return i;
	return 0;
}

/* see perso/finger.h */
const char *
perso_finger_compression_name(unsigned compression)
{
	static const char *const kinds[] = { "raw", "packed", "WSQ", "JPEG",
		"JPEG 2000", "PNG" };

	return compression <= PERSO_FINGER_PNG ? kinds[compression] : "none";
}

/* see perso/finger.h; ISO/IEC 19794-4:2005, table 1 */
void
perso_finger_record_init(
    struct perso_finger_record *r, uint16_t ppi, unsigned compression)
{
	*r = (struct perso_finger_record){ .level = ppi >= 1000	 ? 41
						    : ppi >= 500 ? 31
						    : ppi >= 250 ? 20
								 : 10,
		.units = PERSO_FINGER_PPI,
		.scan_x = ppi,
		.scan_y = ppi,
		.image_x = ppi,
		.image_y = ppi,
		.depth = 8,
		.compression = (uint8_t)compression };
}
