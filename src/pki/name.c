/* X.501 Names: text for people (RFC 4514), single attributes, comparison. */
#include <stdio.h>

#include "perso/hex.h"

#include "pki_int.h"

#define RDN_MAX 32

static const struct {
	const char *oid;
	const char *name;
} attrs[] = {
	{ "2.5.4.3", "CN" },
	{ "2.5.4.6", "C" },
	{ "2.5.4.7", "L" },
	{ "2.5.4.8", "ST" },
	{ "2.5.4.10", "O" },
	{ "2.5.4.11", "OU" },
	{ "2.5.4.5", "serialNumber" },
	{ "2.5.4.9", "street" },
	{ "1.2.840.113549.1.9.1", "emailAddress" },
	{ "0.9.2342.19200300.100.1.25", "DC" },
	{ "0.9.2342.19200300.100.1.1", "UID" },
};

struct attr {
	char oid[PERSO_OID_MAX];
	struct perso_tlv value;
};

static perso_rc
read_attr(struct perso_rd *rdn, struct attr *ret)
{
	struct perso_rd in = { 0 };

	PERSO_TRY(pki_enter(rdn, DER_SEQ, &in));
	PERSO_TRY(pki_oid(&in, ret->oid));
	PERSO_TRY(pki_any(&in, &ret->value));
	return perso_rd_finish(&in);
}

/* -------------------------------------------------- values as UTF-8 text */

static perso_rc
append_latin1(struct perso_span s, struct perso_buf *b)
{
	for (size_t i = 0; i < s.n; i++)
		PERSO_TRY(perso_utf8_append(b, s.p[i]));
	return PERSO_OK;
}

static perso_rc
append_bmp(struct perso_span s, struct perso_buf *b)
{
	struct perso_rd rd = perso_rd(s);
	uint16_t u = 0;

	while (perso_rd_left(&rd) != 0) {
		PERSO_TRY(perso_rd_u16(&rd, &u));
		if (u >= 0xD800 && u <= 0xDFFF)
			PERSO_FAIL(PERSO_E_DATA, "surrogate in BMPString");
		PERSO_TRY(perso_utf8_append(b, u));
	}
	return PERSO_OK;
}

/* *ret_text is false for a value that is no string. */
static perso_rc
append_value(const struct perso_tlv *v, struct perso_buf *b, bool *ret_text)
{
	size_t count = 0;

	*ret_text = true;
	switch (v->tag) {
	case DER_UTF8:
		PERSO_TRY(perso_utf8_count(v->val, &count));
		return perso_buf_append(b, v->val);
	case DER_PRINTABLE:
	case DER_IA5:
	case DER_TELETEX:
		return append_latin1(v->val, b);
	case DER_BMP:
		return append_bmp(v->val, b);
	default:
		*ret_text = false;
		return PERSO_OK;
	}
}

/* Length of the code point in front if it is a control character (C0, DEL,
 * C1) or turns the direction of writing; otherwise 0. s is UTF-8. */
static size_t
unprintable(struct perso_span s)
{
	uint8_t c = s.p[0];

	if (c < 0x20 || c == 0x7F)
		return 1;
	if (c == 0xC2 && s.n > 1 && s.p[1] < 0xA0)
		return 2;
	if (c != 0xE2 || s.n < 3)
		return 0;
	/* U+200E, 200F, 2028..202E, 2066..2069 */
	if (s.p[1] == 0x80 && (s.p[2] == 0x8E || s.p[2] == 0x8F ||
				  (s.p[2] >= 0xA8 && s.p[2] <= 0xAE)))
		return 3;
	return s.p[1] == 0x81 && s.p[2] >= 0xA6 && s.p[2] <= 0xA9 ? 3 : 0;
}

static perso_rc
append_pairs(struct perso_span s, struct perso_buf *b)
{
	char hex[4];

	for (size_t i = 0; i < s.n; i++) {
		snprintf(hex, sizeof(hex), "\\%02X", s.p[i]);
		PERSO_TRY(perso_buf_append(b, perso_span_str(hex)));
	}
	return PERSO_OK;
}

/* RFC 4514, 2.4 */
static perso_rc
append_escaped(struct perso_span s, struct perso_buf *b)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		bool edge = i == 0 || i + 1 == s.n;
		size_t bad = unprintable(perso_span_sub(s, i, s.n - i));

		if (bad != 0) {
			PERSO_TRY(append_pairs(perso_span_sub(s, i, bad), b));
			i += bad - 1;
			continue;
		}
		if (strchr(",+\"\\<>;", c) != NULL || (i == 0 && c == '#') ||
		    (edge && c == ' '))
			PERSO_TRY(perso_buf_append_u8(b, '\\'));
		PERSO_TRY(perso_buf_append_u8(b, c));
	}
	return PERSO_OK;
}

static const char *
short_name(const char *oid)
{
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		if (strcmp(attrs[i].oid, oid) == 0)
			return attrs[i].name;
	return oid;
}

static perso_rc
append_attr(const struct attr *a, struct perso_buf *b)
{
	PERSO_BUF(text, PERSO_CERT_MAX * 2);
	bool is_text = false;

	PERSO_TRY(append_value(&a->value, &text, &is_text));
	PERSO_TRY(perso_buf_append(b, perso_span_str(short_name(a->oid))));
	PERSO_TRY(perso_buf_append_u8(b, '='));
	if (is_text)
		return append_escaped(perso_buf_span(&text), b);
	PERSO_TRY(perso_buf_append_u8(b, '#'));
	return perso_hex_encode(a->value.raw, b);
}

static perso_rc
append_rdn(struct perso_span rdn, struct perso_buf *b)
{
	struct perso_rd rd = perso_rd(rdn);
	struct attr a;
	bool first = true;

	while (perso_rd_left(&rd) != 0) {
		if (!first)
			PERSO_TRY(perso_buf_append_u8(b, '+'));
		first = false;
		PERSO_TRY(read_attr(&rd, &a));
		PERSO_TRY(append_attr(&a, b));
	}
	return PERSO_OK;
}

static perso_rc
name_text(struct perso_span name, struct perso_buf *b)
{
	struct perso_span rdns[RDN_MAX];
	struct perso_rd in = { 0 };
	size_t n = 0;

	PERSO_TRY(pki_enter_only(name, DER_SEQ, &in));
	while (perso_rd_left(&in) != 0) {
		struct perso_tlv t = { 0 };

		if (n == RDN_MAX)
			PERSO_FAIL(PERSO_E_RANGE, "more than %d RDNs", RDN_MAX);
		PERSO_TRY(pki_take(&in, DER_SET, &t));
		if (t.val.n == 0)
			PERSO_FAIL(PERSO_E_DATA, "RDN %zu is empty", n);
		rdns[n++] = t.val;
	}
	while (n-- != 0) {
		PERSO_TRY(append_rdn(rdns[n], b));
		if (n != 0)
			PERSO_TRY(perso_buf_append_u8(b, ','));
	}
	return PERSO_OK;
}

/* As much as fits, no code point cut in two. */
static void
cut_text(struct perso_span s, char *dst, size_t cap)
{
	size_t n = s.n < cap ? s.n : cap - 1;

	while (n != 0 && n < s.n && (s.p[n] & 0xC0) == 0x80)
		n--;
	for (size_t i = 0; i < n; i++)
		dst[i] = (char)s.p[i];
	dst[n] = '\0';
}

/* see perso/cert.h */
perso_rc
perso_name_text(struct perso_span name, char *dst, size_t cap)
{
	PERSO_BUF(b, PERSO_CERT_MAX * 4);

	if (cap == 0)
		PERSO_FAIL(PERSO_E_ARG, "no room for a name");
	PERSO_TRY_CTX(name_text(name, &b), "Name");
	cut_text(perso_buf_span(&b), dst, cap);
	return PERSO_OK;
}

static perso_rc
find_attr(struct perso_span name, const char *dotted, struct attr *ret,
    bool *ret_there)
{
	struct perso_rd in = { 0 }, rdn = { 0 };
	struct attr a;

	*ret_there = false;
	PERSO_TRY(pki_enter_only(name, DER_SEQ, &in));
	while (perso_rd_left(&in) != 0) {
		PERSO_TRY(pki_enter(&in, DER_SET, &rdn));
		while (perso_rd_left(&rdn) != 0) {
			PERSO_TRY(read_attr(&rdn, &a));
			if (!*ret_there && strcmp(a.oid, dotted) == 0) {
				*ret = a;
				*ret_there = true;
			}
		}
	}
	return PERSO_OK;
}

/* see perso/cert.h */
perso_rc
perso_name_attr(
    struct perso_span name, const char *dotted, char *dst, size_t cap)
{
	PERSO_BUF(b, PERSO_CERT_MAX * 2);
	struct attr a = { 0 };
	bool there = false, is_text = false;

	PERSO_TRY_CTX(find_attr(name, dotted, &a, &there), "Name");
	if (!there)
		PERSO_FAIL(PERSO_E_MISSING, "Name has no attribute %s", dotted);
	PERSO_TRY_CTX(
	    append_value(&a.value, &b, &is_text), "attribute %s", dotted);
	if (!is_text)
		PERSO_FAIL(PERSO_E_DATA, "attribute %s is no text", dotted);
	if (!pki_text(perso_buf_span(&b), dst, cap))
		PERSO_FAIL(PERSO_E_RANGE, "attribute %s does not fit", dotted);
	return PERSO_OK;
}

/* ----------------------------------------------------------- comparison */

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* see pki_int.h */
bool
pki_text_equal_nocase(const char *a, const char *b)
{
	while (*a != '\0' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

/* see pki_int.h */
bool
pki_name_equal(struct perso_span a, struct perso_span b)
{
	char x[4 * PERSO_NAME_TEXT], y[4 * PERSO_NAME_TEXT];

	if (perso_span_equal(a, b))
		return true;
	if (perso_name_text(a, x, sizeof(x)) != PERSO_OK ||
	    perso_name_text(b, y, sizeof(y)) != PERSO_OK)
		return false;
	return strlen(x) < sizeof(x) - 4 && pki_text_equal_nocase(x, y);
}
