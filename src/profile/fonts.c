/*
 * The fonts that are printed with, and what scripts are.
 */
#include "perso/layout.h"

#define NOTO "/usr/share/fonts/truetype/noto/"
#define DEJAVU "/usr/share/fonts/truetype/dejavu/"
#define ONE_SCRIPT(name, file, script)                                        \
	{                                                                     \
		name, NOTO file "-Regular.ttf", NOTO file "-Bold.ttf", script \
	}

static const struct perso_font fonts[] = {
	{ "OCR B", "/usr/share/fonts/opentype/ocr-b/OCRB.otf", NULL,
	    PERSO_SCRIPT_OCR },
	{ "Noto Sans", NOTO "NotoSans-Regular.ttf", NOTO "NotoSans-Bold.ttf",
	    PERSO_SCRIPT_OCR | PERSO_SCRIPT_LATIN | PERSO_SCRIPT_GREEK |
		PERSO_SCRIPT_CYRILLIC },
	{ "DejaVu Sans", DEJAVU "DejaVuSans.ttf", DEJAVU "DejaVuSans-Bold.ttf",
	    PERSO_SCRIPT_OCR | PERSO_SCRIPT_LATIN | PERSO_SCRIPT_GREEK |
		PERSO_SCRIPT_CYRILLIC | PERSO_SCRIPT_ARMENIAN |
		PERSO_SCRIPT_GEORGIAN | PERSO_SCRIPT_ARABIC },
	ONE_SCRIPT(
	    "Noto Sans Armenian", "NotoSansArmenian", PERSO_SCRIPT_ARMENIAN),
	ONE_SCRIPT(
	    "Noto Sans Georgian", "NotoSansGeorgian", PERSO_SCRIPT_GEORGIAN),
	ONE_SCRIPT("Noto Sans Hebrew", "NotoSansHebrew", PERSO_SCRIPT_HEBREW),
	ONE_SCRIPT("Noto Sans Arabic", "NotoSansArabic", PERSO_SCRIPT_ARABIC),
	ONE_SCRIPT("Noto Sans Devanagari", "NotoSansDevanagari",
	    PERSO_SCRIPT_DEVANAGARI),
	ONE_SCRIPT(
	    "Noto Sans Bengali", "NotoSansBengali", PERSO_SCRIPT_BENGALI),
	ONE_SCRIPT("Noto Sans Tamil", "NotoSansTamil", PERSO_SCRIPT_TAMIL),
	ONE_SCRIPT("Noto Sans Thai", "NotoSansThai", PERSO_SCRIPT_THAI),
	ONE_SCRIPT(
	    "Noto Sans Ethiopic", "NotoSansEthiopic", PERSO_SCRIPT_ETHIOPIC),
	{ "WenQuanYi Micro Hei",
	    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", NULL,
	    PERSO_SCRIPT_HAN | PERSO_SCRIPT_KANA | PERSO_SCRIPT_HANGUL },
};

/* In the order of enum perso_script. */
static const struct {
	const char *name;
	const char *letters;
} scripts[PERSO_SCRIPTS] = {
	{ "ocr", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<" },
	{ "latin", "AZazĀČĒĢĪĶĻŅŠŪŽāčēģīķļņšūžŁłŐőŞşĞğıİØøÆæÞþÐðßÑñŲų" },
	{ "greek", "ΑΒΓΔΩαβγδωςΆΈάέΐ" },
	{ "cyrillic", "АБВЯабвяЁёЄєІіЇїҐґЂђЃѓЌќЉљЏџЎў" },
	{ "armenian", "ԱԲՖաբֆև" },
	{ "georgian", "აბჰ" },
	{ "hebrew", "אבגתםןףץ" },
	{ "arabic", "ابتيةءآأؤإئىپچژگکی" },
	{ "devanagari", "अआकखगहािीुूे्" },
	{ "bengali", "অআকখহািী্" },
	{ "tamil", "அஆகசனாிீ்" },
	{ "thai", "กขฮาิีุู่้" },
	{ "ethiopic", "ሀለሐመ" },
	{ "han", "王李张陳龍国東" },
	{ "kana", "あいんアイン" },
	{ "hangul", "가나김이박" },
};

/* see perso/layout.h */
const char *
perso_script_name(unsigned bit)
{
	for (unsigned i = 0; i < PERSO_SCRIPTS; i++)
		if (bit == 1U << i)
			return scripts[i].name;
	return NULL;
}

/* see perso/layout.h */
const char *
perso_script_letters(unsigned bit)
{
	for (unsigned i = 0; i < PERSO_SCRIPTS; i++)
		if (bit == 1U << i)
			return scripts[i].letters;
	return NULL;
}

/* see perso/layout.h */
const struct perso_font *
perso_font_at(size_t i)
{
	return i < sizeof(fonts) / sizeof(fonts[0]) ? &fonts[i] : NULL;
}
