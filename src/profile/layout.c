/*
 * Layouts from YAML.
 */
#include <stdarg.h>

#include "layout_int.h"
#include "profile_int.h"

#define LAYOUT(member) Y_AT(struct perso_layout, member)
#define ELEMENT(member) Y_AT(struct perso_layout_element, member)
#define HUNDREDTHS_MAX 100000 /* a metre */

/* ------------------------------------------------------------- numbers */

/* At most two decimals, as hundredths. */
static perso_rc
read_hundredths(const struct yaml_file *f, const yaml_node_t *node,
    uint32_t min, uint32_t max, uint32_t *ret)
{
	char text[12] = "";
	uint64_t v = 0;
	size_t i = 0, decimals = 0;

	PERSO_TRY(perso_yaml_text(f, node, text, sizeof(text)));
	bool ok = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	for (; text[i] >= '0' && text[i] <= '9'; i++)
		v = v * 10 + (uint64_t)(text[i] - '0');
	ok = ok && i > 0 && (i == 1 || text[0] != '0');
	v *= 100;
	if (text[i] == '.') {
		uint64_t weight = 10;
		for (i++; text[i] >= '0' && text[i] <= '9'; i++, weight /= 10) {
			v += (uint64_t)(text[i] - '0') * weight;
			decimals++;
		}
		ok = ok && decimals >= 1 && decimals <= 2;
	}
	if (!ok || text[i] != '\0')
		return perso_yaml_fail(f, node->start_mark,
		    "a number with at most two decimals is expected");
	if (v < min || v > max)
		return perso_yaml_fail(f, node->start_mark,
		    "must be from %u.%02u to %u.%02u", min / 100, min % 100,
		    max / 100, max % 100);
	*ret = (uint32_t)v;
	return PERSO_OK;
}

/* Type sizes that can be read and printed. */
static perso_rc
read_points(const struct yaml_file *f, const yaml_node_t *node, uint32_t *ret)
{
	return read_hundredths(f, node, 300, 3600, ret);
}

static perso_rc
read_size(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_points(
	    f, node, &((struct perso_layout_element *)dst)->size);
}

static perso_rc
read_min_size(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_points(
	    f, node, &((struct perso_layout_element *)dst)->min_size);
}

static perso_rc
read_caption_size(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_points(
	    f, node, &((struct perso_layout *)dst)->caption_size);
}

static perso_rc
read_frame(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_layout_element *e = dst;
	uint32_t v[4] = { 0 };
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, 4, &n));
	if (n != 4)
		return perso_yaml_fail(
		    f, node->start_mark, "x, y, width and height are expected");
	for (size_t i = 0; i < n; i++)
		PERSO_TRY(read_hundredths(f, perso_yaml_item(f, node, i),
		    i < 2 ? 0 : 5, HUNDREDTHS_MAX, &v[i]));
	e->x = v[0];
	e->y = v[1];
	e->width = v[2];
	e->height = v[3];
	return PERSO_OK;
}

/* "1f3a6b" */
static perso_rc
read_rgb(const struct yaml_file *f, const yaml_node_t *node, uint32_t *ret)
{
	static const char digits[] = "0123456789abcdef";
	char text[8] = "";
	uint32_t v = 0;

	PERSO_TRY(perso_yaml_text(f, node, text, sizeof(text)));
	size_t n = strlen(text);
	for (size_t i = 0; i < n; i++) {
		const char *d = strchr(digits, text[i]);
		if (d == NULL)
			n = 0;
		else
			v = v << 4 | (uint32_t)(d - digits);
	}
	if (n != 6)
		return perso_yaml_fail(f, node->start_mark,
		    "six hex digits (red, green, blue) are expected");
	*ret = v;
	return PERSO_OK;
}

static perso_rc
read_colour(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_rgb(f, node, &((struct perso_layout_element *)dst)->colour);
}

static perso_rc
read_caption_colour(
    const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	return read_rgb(f, node, &((struct perso_layout *)dst)->caption_colour);
}

/* --------------------------------------------------------------- fonts */

const struct perso_font *
layout_font(const char *family)
{
	const struct perso_font *font;

	for (size_t i = 0; (font = perso_font_at(i)) != NULL; i++)
		if (strcmp(font->family, family) == 0)
			return font;
	return NULL;
}

static perso_rc
read_family(
    const struct yaml_file *f, const yaml_node_t *node, char *dst, size_t cap)
{
	PERSO_TRY(perso_yaml_text(f, node, dst, cap));
	if (layout_font(dst) == NULL)
		return perso_yaml_fail(f, node->start_mark,
		    "%s is not a font that is printed with", dst);
	return PERSO_OK;
}

static perso_rc
read_font(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_layout_element *e = dst;

	return read_family(f, node, e->family, sizeof(e->family));
}

static perso_rc
read_fonts(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_layout *l = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_LAYOUT_FONTS, &n));
	for (size_t i = 0; i < n; i++)
		PERSO_TRY(read_family(f, perso_yaml_item(f, node, i),
		    l->fonts[i], sizeof(l->fonts[i])));
	l->font_count = n;
	return PERSO_OK;
}

static perso_rc
read_captions(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_layout_element *e = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_LAYOUT_CAPTIONS, &n));
	for (size_t i = 0; i < n; i++)
		PERSO_TRY(perso_yaml_text(f, perso_yaml_item(f, node, i),
		    e->caption[i], sizeof(e->caption[i])));
	e->caption_count = n;
	return PERSO_OK;
}

/* A list of scripts, or "all". */
static perso_rc
read_scripts(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_layout_element *e = dst;
	size_t n = 0;
	char name[16] = "";

	PERSO_TRY(perso_yaml_list(f, node, PERSO_SCRIPTS, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		unsigned bit = 1;
		PERSO_TRY(perso_yaml_text(f, item, name, sizeof(name)));
		if (strcmp(name, "all") == 0) {
			e->scripts |= PERSO_SCRIPTS_ALL;
			continue;
		}
		while (bit != 1U << PERSO_SCRIPTS &&
		       strcmp(perso_script_name(bit), name) != 0)
			bit <<= 1;
		if (bit == 1U << PERSO_SCRIPTS)
			return perso_yaml_fail(f, item->start_mark,
			    "%s is not a script known here", name);
		e->scripts |= bit;
	}
	return PERSO_OK;
}

/* ------------------------------------------------------------ elements */

static const struct yaml_name kinds[] = { { "field", PERSO_LAYOUT_FIELD },
	{ "text", PERSO_LAYOUT_TEXT }, { "portrait", PERSO_LAYOUT_PORTRAIT },
	{ "ghost", PERSO_LAYOUT_GHOST },
	{ "signature", PERSO_LAYOUT_SIGNATURE },
	{ "symbol", PERSO_LAYOUT_SYMBOL }, { "mrz", PERSO_LAYOUT_MRZ },
	{ "box", PERSO_LAYOUT_BOX }, { "line", PERSO_LAYOUT_LINE },
	{ NULL, 0 } };
static const struct yaml_name sources[] = { { "surname", PERSO_SOURCE_SURNAME },
	{ "given-names", PERSO_SOURCE_GIVEN_NAMES },
	{ "native-name", PERSO_SOURCE_NATIVE_NAME },
	{ "other-names", PERSO_SOURCE_OTHER_NAMES },
	{ "birth-date", PERSO_SOURCE_BIRTH_DATE }, { "sex", PERSO_SOURCE_SEX },
	{ "nationality", PERSO_SOURCE_NATIONALITY },
	{ "personal-number", PERSO_SOURCE_PERSONAL_NUMBER },
	{ "birth-place", PERSO_SOURCE_BIRTH_PLACE },
	{ "address", PERSO_SOURCE_ADDRESS },
	{ "profession", PERSO_SOURCE_PROFESSION },
	{ "title", PERSO_SOURCE_TITLE }, { "height", PERSO_SOURCE_HEIGHT },
	{ "number", PERSO_SOURCE_NUMBER },
	{ "issue-date", PERSO_SOURCE_ISSUE_DATE },
	{ "expiry-date", PERSO_SOURCE_EXPIRY_DATE },
	{ "authority", PERSO_SOURCE_AUTHORITY },
	{ "remarks", PERSO_SOURCE_REMARKS }, { "can", PERSO_SOURCE_CAN },
	{ "document-code", PERSO_SOURCE_CODE },
	{ "issuer", PERSO_SOURCE_ISSUER }, { "state", PERSO_SOURCE_STATE },
	{ "document", PERSO_SOURCE_DOCUMENT }, { "name", PERSO_SOURCE_NAME },
	{ "visa-type", PERSO_SOURCE_VISA_TYPE },
	{ "entries", PERSO_SOURCE_VISA_ENTRIES },
	{ "duration-of-stay", PERSO_SOURCE_VISA_DURATION },
	{ "passport-number", PERSO_SOURCE_VISA_PASSPORT },
	{ "number-end", PERSO_SOURCE_NUMBER_END }, { "pin", PERSO_SOURCE_PIN },
	{ "puk", PERSO_SOURCE_PUK }, { "envelope", PERSO_SOURCE_ENVELOPE },
	{ NULL, 0 } };
static const struct yaml_name aligns[] = { { "left", PERSO_ALIGN_LEFT },
	{ "center", PERSO_ALIGN_CENTER }, { "right", PERSO_ALIGN_RIGHT },
	{ NULL, 0 } };
static const struct yaml_name dates[] = { { "d.m.y", PERSO_LAYOUT_DATE_DOTS },
	{ "d mon y", PERSO_LAYOUT_DATE_MONTH },
	{ "y-m-d", PERSO_LAYOUT_DATE_ISO }, { NULL, 0 } };
static const struct yaml_name pages[] = { { "td1", PERSO_PAGE_TD1 },
	{ "td2", PERSO_PAGE_TD2 }, { "td3", PERSO_PAGE_TD3 },
	{ "mrv-a", PERSO_PAGE_MRVA }, { "mrv-b", PERSO_PAGE_MRVB },
	{ "letter", PERSO_PAGE_LETTER }, { NULL, 0 } };

static const struct yaml_field element_fields[] = { { .key = "kind",
							.kind = Y_CHOICE,
							.required = true,
							ELEMENT(kind),
							.names = kinds },
	{ .key = "source",
	    .kind = Y_CHOICE,
	    ELEMENT(source),
	    .names = sources },
	{ .key = "text", .kind = Y_TEXT, ELEMENT(text) },
	{ .key = "frame", .kind = Y_CUSTOM, .fn = read_frame },
	{ .key = "caption", .kind = Y_CUSTOM, .fn = read_captions },
	{ .key = "size", .kind = Y_CUSTOM, .fn = read_size },
	{ .key = "min-size", .kind = Y_CUSTOM, .fn = read_min_size },
	{ .key = "rows", .kind = Y_UINT, ELEMENT(rows), .min = 1, .max = 9 },
	{ .key = "font", .kind = Y_CUSTOM, .fn = read_font },
	{ .key = "scripts", .kind = Y_CUSTOM, .fn = read_scripts },
	{ .key = "align", .kind = Y_CHOICE, ELEMENT(align), .names = aligns },
	{ .key = "date", .kind = Y_CHOICE, ELEMENT(date), .names = dates },
	{ .key = "bold", .kind = Y_BOOL, ELEMENT(bold) },
	{ .key = "upper", .kind = Y_BOOL, ELEMENT(upper) },
	{ .key = "colour", .kind = Y_CUSTOM, .fn = read_colour }, { 0 } };

static bool
is_written(const struct perso_layout_element *e)
{
	return e->kind == PERSO_LAYOUT_FIELD || e->kind == PERSO_LAYOUT_TEXT;
}

/* Keys that the kind must or may not have. */
static perso_rc
check_keys(const struct yaml_file *f, const yaml_node_t *node,
    const struct perso_layout_element *e)
{
	const bool written = is_written(e);
	const struct {
		bool broken;
		const char *text;
	} rules[] = {
		{ (e->kind == PERSO_LAYOUT_FIELD) != (e->source != 0),
		    "a field, and nothing else, has a source" },
		{ (e->kind == PERSO_LAYOUT_TEXT) != (e->text[0] != '\0'),
		    "kind text, and nothing else, has a text" },
		{ (e->kind == PERSO_LAYOUT_MRZ) != (e->width == 0),
		    "everything but the MRZ has a frame" },
		{ written != (e->size != 0),
		    "fields and texts, and nothing else, have a size" },
		{ e->min_size > e->size, "min-size is larger than size" },
		{ e->caption_count != 0 && e->kind != PERSO_LAYOUT_FIELD &&
			e->kind != PERSO_LAYOUT_SIGNATURE,
		    "only fields and the signature have captions" },
		{ !written && (e->rows || e->family[0] || e->scripts ||
				  e->align || e->bold || e->upper),
		    "only fields and texts have rows, font, scripts, align, "
		    "bold, upper" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].broken)
			return perso_yaml_fail(
			    f, node->start_mark, "%s", rules[i].text);
	return PERSO_OK;
}

static perso_rc
read_elements(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_layout_side *s = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_LAYOUT_ELEMENTS, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		struct perso_layout_element *e = &s->v[i];
		e->line = item->start_mark.line + 1;
		e->column = item->start_mark.column + 1;
		PERSO_TRY(perso_yaml_map(f, item, element_fields, e));
		PERSO_TRY(check_keys(f, item, e));
		if (is_written(e) && e->min_size == 0)
			e->min_size = e->size;
		if (is_written(e) && e->scripts == 0)
			e->scripts = PERSO_SCRIPT_LATIN;
	}
	s->count = n;
	return PERSO_OK;
}

static const struct yaml_field side_fields[] = {
	{ .key = "name",
	    .kind = Y_TEXT,
	    .required = true,
	    Y_AT(struct perso_layout_side, name) },
	{ .key = "elements",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_elements },
	{ 0 }
};

static perso_rc
read_sides(const struct yaml_file *f, const yaml_node_t *node, void *dst)
{
	struct perso_layout *l = dst;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, PERSO_LAYOUT_SIDES, &n));
	for (size_t i = 0; i < n; i++)
		PERSO_TRY(perso_yaml_map(
		    f, perso_yaml_item(f, node, i), side_fields, &l->sides[i]));
	l->side_count = n;
	return PERSO_OK;
}

/* Names become those of files. */
static perso_rc
check_names(const struct yaml_file *f, const struct perso_layout *l)
{
	for (size_t i = 0; i < l->side_count; i++)
		for (const char *s = l->sides[i].name; *s; s++)
			if (!(*s >= 'a' && *s <= 'z') && *s != '-')
				return perso_yaml_fail(f,
				    perso_yaml_mark(f, "sides"),
				    "a side's name is of small letters");
	if (l->side_count == 2 &&
	    strcmp(l->sides[0].name, l->sides[1].name) == 0)
		return perso_yaml_fail(f, perso_yaml_mark(f, "sides"),
		    "both sides have the same name");
	return PERSO_OK;
}

static const struct yaml_field layout_fields[] = {
	{ .key = "id", .kind = Y_TEXT, .required = true, LAYOUT(id) },
	{ .key = "page",
	    .kind = Y_CHOICE,
	    .required = true,
	    LAYOUT(page),
	    .names = pages },
	{ .key = "fonts",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_fonts },
	{ .key = "caption-size",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_caption_size },
	{ .key = "caption-colour",
	    .kind = Y_CUSTOM,
	    .fn = read_caption_colour },
	{ .key = "sides",
	    .kind = Y_CUSTOM,
	    .required = true,
	    .fn = read_sides },
	{ 0 }
};

/* see perso/layout.h */
perso_rc
perso_layout_fail(const struct perso_layout *l,
    const struct perso_layout_element *e, const char *fmt, ...)
{
	char text[PERSO_TRAIL_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	PERSO_FAIL(PERSO_E_CONFIG, "%s:%zu:%zu: %s", l->file, e->line,
	    e->column, text);
}

/* see perso/layout.h */
const char *
perso_layout_word(const struct perso_layout_element *e)
{
	const struct yaml_name *n = e->source != 0 ? sources : kinds;
	const uint64_t want =
	    e->source != 0 ? (uint64_t)e->source : (uint64_t)e->kind;

	while (n->name != NULL && n->value != want)
		n++;
	return n->name != NULL ? n->name : "element";
}

static perso_rc
read_layout(const struct yaml_file *f, struct perso_layout *l)
{
	snprintf(l->file, sizeof(l->file), "%s", f->name);
	PERSO_TRY(perso_yaml_walk(f, layout_fields, l));
	PERSO_TRY(check_names(f, l));
	return layout_check(l);
}

/* see perso/layout.h */
perso_rc
perso_layout_parse(
    struct perso_span yaml, const char *name, struct perso_layout *ret)
{
	struct yaml_file f;
	struct perso_layout *l = calloc(1, sizeof(*l));

	if (l == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "%s: no memory", name);
	perso_rc rc = perso_yaml_load(yaml, name, &f);
	if (rc == PERSO_OK) {
		rc = read_layout(&f, l);
		perso_yaml_done(&f);
	}
	if (rc == PERSO_OK)
		*ret = *l;
	free(l);
	return rc;
}
