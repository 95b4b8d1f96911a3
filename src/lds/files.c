#include "lds_int.h"

#include <string.h>

const uint8_t perso_aid_emrtd[PERSO_AID_LEN] = { 0xA0, 0x00, 0x00, 0x02, 0x47,
	0x10, 0x01 };

/* Doc 9303-10, table 3 and 3.11; EF.CVCA: TR-03110-1. */
const struct perso_lds_file perso_lds_files[PERSO_LDS_FILES] = {
	[PERSO_EF_ATR_INFO] = { 0x2F01, 0x01, true, 0, "EF.ATR/INFO", 0 },
	[PERSO_EF_DIR] = { 0x2F00, 0x1E, true, 0x61, "EF.DIR", 0 },
	[PERSO_EF_CARD_ACCESS] = { 0x011C, 0x1C, true, 0x31, "EF.CardAccess",
	    0 },
	[PERSO_EF_CARD_SECURITY] = { 0x011D, 0x1D, true, 0x30,
	    "EF.CardSecurity", 0 },
	[PERSO_EF_COM] = { 0x011E, 0x1E, false, 0x60, "EF.COM", 0 },
	[PERSO_EF_DG1] = { 0x0101, 0x01, false, 0x61, "EF.DG1", 1 },
	{ 0x0102, 0x02, false, 0x75, "EF.DG2", 2 },
	{ 0x0103, 0x03, false, 0x63, "EF.DG3", 3 },
	{ 0x0104, 0x04, false, 0x76, "EF.DG4", 4 },
	{ 0x0105, 0x05, false, 0x65, "EF.DG5", 5 },
	{ 0x0106, 0x06, false, 0x66, "EF.DG6", 6 },
	{ 0x0107, 0x07, false, 0x67, "EF.DG7", 7 },
	{ 0x0108, 0x08, false, 0x68, "EF.DG8", 8 },
	{ 0x0109, 0x09, false, 0x69, "EF.DG9", 9 },
	{ 0x010A, 0x0A, false, 0x6A, "EF.DG10", 10 },
	{ 0x010B, 0x0B, false, 0x6B, "EF.DG11", 11 },
	{ 0x010C, 0x0C, false, 0x6C, "EF.DG12", 12 },
	{ 0x010D, 0x0D, false, 0x6D, "EF.DG13", 13 },
	{ 0x010E, 0x0E, false, 0x6E, "EF.DG14", 14 },
	{ 0x010F, 0x0F, false, 0x6F, "EF.DG15", 15 },
	{ 0x0110, 0x10, false, 0x70, "EF.DG16", 16 },
	[PERSO_EF_SOD] = { 0x011D, 0x1D, false, 0x77, "EF.SOD", 0 },
	[PERSO_EF_CVCA] = { 0x011C, 0x1C, false, 0, "EF.CVCA", 0 },
};

/* see perso/lds.h */
const struct perso_lds_file *
perso_lds_by_fid(bool mf, uint16_t fid)
{
	for (size_t i = 0; i < PERSO_LDS_FILES; i++)
		if (perso_lds_files[i].mf == mf &&
		    perso_lds_files[i].fid == fid)
			return &perso_lds_files[i];
	return NULL;
}

/* see perso/lds.h */
const struct perso_lds_file *
perso_lds_by_dg(int dg)
{
	return dg >= 1 && dg <= 16 ? &perso_lds_files[PERSO_EF_DG1 + dg - 1]
				   : NULL;
}

/* see perso/lds.h */
const struct perso_lds_file *
perso_lds_by_tag(uint32_t tag)
{
	if (tag == 0)
		return NULL;
	for (size_t i = 0; i < PERSO_LDS_FILES; i++)
		if (!perso_lds_files[i].mf && perso_lds_files[i].tag == tag)
			return &perso_lds_files[i];
	return NULL;
}

/* see perso/lds.h */
const struct perso_lds_file *
perso_lds_by_name(const char *name)
{
	for (size_t i = 0; i < PERSO_LDS_FILES; i++)
		if (strcmp(perso_lds_files[i].name, name) == 0)
			return &perso_lds_files[i];
	return NULL;
}
