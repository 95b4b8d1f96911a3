#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "perso/hex.h"
#include "perso/layout.h"

#define HEAD                   \
	"id: x\n"              \
	"page: td3\n"          \
	"fonts: [Noto Sans]\n" \
	"caption-size: 5\n"    \
	"sides:\n"             \
	"  - name: page\n"     \
	"    elements:\n"
#define MRZ "      - kind: mrz\n"
#define FIELD(more) \
	"      - {kind: field, source: surname, size: 8, " more "}\n"

static perso_rc
parse(const char *text, struct perso_layout *l)
{
	return perso_layout_parse(perso_span_str(text), "x.yaml", l);
}

Test(layout, is_read_in_hundredths)
{
	static struct perso_layout l;
	const struct perso_layout_element *e = &l.sides[0].v[0];

	cr_assert(eq(int,
	    parse(HEAD FIELD("min-size: 4.75, frame: [5, 10.2, 60.05, 7], "
			     "caption: [Uzvārds, Surname], align: right, "
			     "colour: \"1f3a6b\"") MRZ,
		&l),
	    PERSO_OK));
	cr_assert(eq(sz, l.side_count, 1));
	cr_assert(eq(sz, l.sides[0].count, 2));
	cr_assert(eq(u32, e->x, 500));
	cr_assert(eq(u32, e->y, 1020));
	cr_assert(eq(u32, e->width, 6005));
	cr_assert(eq(u32, e->height, 700));
	cr_assert(eq(u32, e->size, 800));
	cr_assert(eq(u32, e->min_size, 475));
	cr_assert(eq(u32, e->colour, 0x1f3a6b));
	cr_assert(eq(sz, e->caption_count, 2));
	cr_assert(eq(int, e->align, PERSO_ALIGN_RIGHT));
	cr_assert(eq(int, e->scripts, PERSO_SCRIPT_LATIN));
	cr_assert(eq(sz, e->line, 8));
	cr_assert(eq(str, (char *)perso_layout_word(e), "surname"));
}

static const struct {
	const char *name, *text, *why;
} wrong[] = {
	{ "leaves the page", HEAD FIELD("frame: [80, 10, 45.01, 7]") MRZ,
	    "x.yaml:8:9: surname leaves the page of 125.00 x 88.00 mm" },
	{ "leaves it below", HEAD FIELD("frame: [80, 82, 4, 7]") MRZ,
	    "x.yaml:8:9: surname leaves the page" },
	{ "in the MRZ", HEAD FIELD("frame: [5, 60, 45, 4.81]") MRZ,
	    "x.yaml:8:9: surname reaches into the machine readable zone" },
	{ "overlap",
	    HEAD FIELD("frame: [5, 10, 45, 7]")
		FIELD("frame: [49.99, 16.99, 5, 5]") MRZ,
	    "x.yaml:9:9: surname overlaps surname of line 8" },
	{ "no font",
	    HEAD FIELD("frame: [5, 10, 45, 7], scripts: [latin, hebrew]") MRZ,
	    "x.yaml:8:9: no font for hebrew in field surname" },
	{ "no font for all",
	    HEAD FIELD("frame: [5, 10, 45, 7], scripts: [all]") MRZ,
	    "x.yaml:8:9: no font for armenian" },
	{ "unknown font",
	    HEAD FIELD("frame: [5, 10, 45, 7], font: Comic Sans") MRZ,
	    "Comic Sans is not a font that is printed with" },
	{ "unknown script",
	    HEAD FIELD("frame: [5, 10, 45, 7], scripts: [klingon]") MRZ,
	    "klingon is not a script known here" },
	{ "two MRZ", HEAD MRZ MRZ, "x.yaml:9:9: a second MRZ" },
	{ "no MRZ", HEAD FIELD("frame: [5, 10, 45, 7]"),
	    "x.yaml:1:1: the MRZ is missing" },
	{ "MRZ with a frame", HEAD "      - {kind: mrz, frame: [1, 1, 1, 1]}\n",
	    "x.yaml:8:9: everything but the MRZ has a frame" },
	{ "no frame", HEAD FIELD("rows: 1") MRZ,
	    "everything but the MRZ has a frame" },
	{ "no source",
	    HEAD "      - {kind: field, size: 8, frame: [1, 1, 9, 9]}\n" MRZ,
	    "a field, and nothing else, has a source" },
	{ "a source too many",
	    HEAD
	    "      - {kind: portrait, source: sex, frame: [1, 1, 9, 9]}\n" MRZ,
	    "a field, and nothing else, has a source" },
	{ "text without text",
	    HEAD "      - {kind: text, size: 8, frame: [1, 1, 9, 9]}\n" MRZ,
	    "kind text, and nothing else, has a text" },
	{ "min over size",
	    HEAD FIELD("frame: [5, 10, 45, 7], min-size: 8.01") MRZ,
	    "min-size is larger than size" },
	{ "size of a portrait",
	    HEAD "      - {kind: portrait, size: 8, frame: [1, 1, 9, 9]}\n" MRZ,
	    "fields and texts, and nothing else, have a size" },
	{ "caption of a ghost",
	    HEAD
	    "      - {kind: ghost, caption: [a], frame: [1, 1, 9, 9]}\n" MRZ,
	    "only fields and the signature have captions" },
	{ "three decimals", HEAD FIELD("frame: [5.001, 10, 45, 7]") MRZ,
	    "x.yaml:8:57: a number with at most two decimals is expected" },
	{ "leading zero", HEAD FIELD("frame: [05, 10, 45, 7]") MRZ,
	    "a number with at most two decimals is expected" },
	{ "negative", HEAD FIELD("frame: [-5, 10, 45, 7]") MRZ,
	    "a number with at most two decimals is expected" },
	{ "no decimals", HEAD FIELD("frame: [5., 10, 45, 7]") MRZ,
	    "a number with at most two decimals is expected" },
	{ "quoted", HEAD FIELD("frame: [\"5\", 10, 45, 7]") MRZ,
	    "a number with at most two decimals is expected" },
	{ "three numbers", HEAD FIELD("frame: [5, 10, 45]") MRZ,
	    "x, y, width and height are expected" },
	{ "empty frame", HEAD FIELD("frame: [5, 10, 0, 7]") MRZ,
	    "must be from 0.05 to" },
	{ "huge", HEAD FIELD("frame: [5, 10, 4294967, 7]") MRZ,
	    "must be from 0.05 to 1000.00" },
	{ "tiny type", HEAD FIELD("frame: [5, 10, 45, 7], min-size: 2.9") MRZ,
	    "must be from 3.00 to 36.00" },
	{ "colour", HEAD FIELD("frame: [5, 10, 45, 7], colour: red") MRZ,
	    "six hex digits" },
	{ "unknown key", HEAD FIELD("frame: [5, 10, 45, 7], blink: true") MRZ,
	    "unknown key blink" },
	{ "key twice",
	    HEAD FIELD("frame: [5, 10, 45, 7], frame: [5, 10, 45, 7]") MRZ,
	    "key frame appears twice" },
	{ "rows", HEAD FIELD("frame: [5, 10, 45, 7], rows: 10") MRZ,
	    "must be from 1 to 9" },
};

Test(layout, that_is_wrong_is_refused_with_its_line)
{
	static struct perso_layout l, before;
	char why[PERSO_TRAIL_LEN * 2];

	memset(&l, 0x5A, sizeof(l));
	before = l;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_assert(eq(int, parse(wrong[i].text, &l), PERSO_E_CONFIG),
		    "%s", wrong[i].name);
		perso_trail_text(why, sizeof(why));
		cr_assert(strstr(why, wrong[i].why) != NULL, "%s: %s",
		    wrong[i].name, why);
		cr_assert(
		    memcmp(&l, &before, sizeof(l)) == 0, "%s", wrong[i].name);
	}
}

Test(layout, of_a_card_has_its_mrz_on_the_back)
{
	static struct perso_layout l;
	char why[PERSO_TRAIL_LEN * 2];
	const char *text = "id: x\npage: td1\nfonts: [Noto Sans]\n"
			   "caption-size: 5\nsides:\n"
			   "  - {name: front, elements: [{kind: mrz}]}\n";

	cr_assert(eq(int, parse(text, &l), PERSO_E_CONFIG));
	perso_trail_text(why, sizeof(why));
	cr_assert(strstr(why, "x.yaml:6:") != NULL, "%s", why);
}

#define LETTER                 \
	"id: x\n"              \
	"page: letter\n"       \
	"fonts: [Noto Sans]\n" \
	"caption-size: 5\n"    \
	"sides:\n"             \
	"  - name: letter\n"   \
	"    elements:\n"
#define TELLS(source, y)                                                   \
	"      - {kind: field, source: " source ", size: 8, frame: [5, " y \
	", 45, 7]}\n"

Test(layout, of_a_letter_tells_the_pin_and_the_envelope)
{
	static struct perso_layout l;
	static const char *const bad[] = {
		LETTER TELLS("pin", "10"),
		LETTER TELLS("envelope", "10"),
		LETTER TELLS("pin", "10") TELLS("pin", "20")
		    TELLS("envelope", "30"),
		LETTER TELLS("pin", "10") TELLS("envelope", "30")
		    TELLS("puk", "50") TELLS("puk", "60"),
		LETTER TELLS("pin", "10") TELLS("envelope", "30") MRZ,
		HEAD TELLS("pin", "10") MRZ,
		HEAD TELLS("puk", "10") MRZ,
		HEAD TELLS("envelope", "10") MRZ,
	};

	cr_assert(eq(int,
	    parse(LETTER TELLS("pin", "280") TELLS("envelope", "30"), &l),
	    PERSO_OK));
	cr_assert(eq(int, l.page, PERSO_PAGE_LETTER));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert(eq(int, parse(bad[i], &l), PERSO_E_CONFIG), "%zu", i);
}

Test(layout, boxes_lie_beneath_everything)
{
	static struct perso_layout l;

	cr_assert(eq(int,
	    parse(HEAD "      - {kind: box, frame: [0, 0, 125, 20]}\n" FIELD(
		      "frame: [5, 10, 45, 7]") MRZ,
		&l),
	    PERSO_OK));
}

Test(layout, of_each_document_is_loaded_and_fits_its_mrz)
{
	struct perso_profiles *set = NULL;

	cr_assert(eq(int, perso_profile_load_dir("profiles", &set), PERSO_OK));
	for (size_t i = 0; i < perso_profiles_doc_count(set); i++) {
		const struct perso_doc_profile *d =
		    perso_profiles_doc_at(set, i);
		cr_assert(ne(sz, strlen(d->layout), 0), "%s", d->id);
		cr_assert(perso_profiles_layout(set, d->layout) != NULL);
	}
	cr_assert(perso_profiles_layout(set, "none") == NULL);
	perso_profiles_free(&set);
}

Test(layout, scripts_have_names_and_letters)
{
	for (unsigned bit = 1; bit < 1U << PERSO_SCRIPTS; bit <<= 1) {
		struct perso_span s;
		uint32_t cp;
		size_t at = 0;
		cr_assert(perso_script_name(bit) != NULL);
		s = perso_span_str(perso_script_letters(bit));
		cr_assert(s.n > 0);
		while (at < s.n)
			cr_assert(
			    eq(int, perso_utf8_next(s, &at, &cp), PERSO_OK));
	}
	cr_assert(perso_script_name(3) == NULL);
	cr_assert(perso_font_at(1000) == NULL);
}
