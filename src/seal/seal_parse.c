/* Seals read: hostile bytes, Doc 9303-13 2.2 to 2.4. */
#include "seal_int.h"

/* The C40 characters of a header field into a C string. */
static perso_rc
read_c40(struct perso_rd *rd, size_t n, char *dst, size_t cap)
{
	struct perso_span raw = { 0 };
	PERSO_BUF(text, 256);

	PERSO_TRY(perso_rd_take(rd, n, &raw));
	PERSO_TRY(perso_c40_decode(raw, &text));
	PERSO_TRY(perso_buf_append_u8(&text, '\0'));
	return perso_span_copy(dst, cap, perso_buf_span(&text));
}

/* Fillers at the end belong to the form, not to the code. */
static perso_rc
read_country(struct perso_rd *rd, char dst[4])
{
	char text[8] = "";
	size_t n;

	PERSO_TRY(read_c40(rd, 2, text, sizeof(text)));
	n = strlen(text);
	while (n > 0 && text[n - 1] == SEAL_SPACE)
		text[--n] = '\0';
	if (n == 0 || strchr(text, SEAL_SPACE) != NULL)
		PERSO_FAIL(PERSO_E_DATA, "not a code of one to three letters");
	return perso_span_copy(dst, 4, perso_span(text, n + 1));
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static perso_rc
split_signer(const char *text, size_t ref_at, struct perso_seal_signer *ret)
{
	struct perso_seal_signer s = { 0 };
	size_t n = strlen(text + ref_at);

	if (strchr(text, SEAL_SPACE) != NULL)
		PERSO_FAIL(PERSO_E_DATA, "a space in signer or reference");
	for (size_t i = 0; i < n; i++)
		if (hex_digit(text[ref_at + i]) < 0)
			PERSO_FAIL(PERSO_E_DATA,
			    "certificate reference is not hexadecimal");
	PERSO_TRY(perso_span_copy(
	    s.id, sizeof(s.id), perso_span(text, PERSO_SEAL_SIGNER)));
	PERSO_TRY(perso_span_copy(
	    s.reference, sizeof(s.reference), perso_span(text + ref_at, n)));
	*ret = s;
	return PERSO_OK;
}

/* Version 3: four characters and five of the reference. */
static perso_rc
read_signer3(struct perso_rd *rd, struct perso_seal_signer *ret)
{
	char text[16] = "";

	PERSO_TRY(read_c40(rd, 6, text, sizeof(text)));
	if (strlen(text) != 9)
		PERSO_FAIL(PERSO_E_DATA, "not nine characters");
	return split_signer(text, PERSO_SEAL_SIGNER, ret);
}

/* Version 4: four characters, two for the reference's length, the
 * reference. The first four bytes hold the length. */
static perso_rc
read_signer4(struct perso_rd *rd, struct perso_seal_signer *ret)
{
	struct perso_rd ahead = *rd;
	char text[PERSO_SEAL_SIGNER + 2 + PERSO_SEAL_REFERENCE_MAX + 1] = "";
	int hi, lo;
	size_t chars, n;

	PERSO_TRY(read_c40(&ahead, 4, text, sizeof(text)));
	hi = strlen(text) == 6 ? hex_digit(text[4]) : -1;
	lo = hi < 0 ? -1 : hex_digit(text[5]);
	if (lo < 0)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of the certificate reference is not hexadecimal");
	chars = (size_t)(16 * hi + lo);
	if (chars == 0 || chars > PERSO_SEAL_REFERENCE_MAX)
		PERSO_FAIL(PERSO_E_DATA,
		    "certificate reference of %zu characters, possible are 1 "
		    "to %d",
		    chars, PERSO_SEAL_REFERENCE_MAX);
	n = (PERSO_SEAL_SIGNER + 2 + chars + 2) / 3 * 2;
	PERSO_TRY(read_c40(rd, n, text, sizeof(text)));
	if (strlen(text) != PERSO_SEAL_SIGNER + 2 + chars)
		PERSO_FAIL(PERSO_E_DATA,
		    "certificate reference is not of the length it says");
	return split_signer(text, PERSO_SEAL_SIGNER + 2, ret);
}

static perso_rc
read_date(struct perso_rd *rd, struct perso_date *ret)
{
	struct perso_date d;
	uint32_t v = 0;

	PERSO_TRY(perso_rd_u24(rd, &v));
	d = (struct perso_date){ .year = (int)(v % 10000),
		.month = (int)(v / 1000000),
		.day = (int)(v / 10000 % 100) };
	if (!perso_date_is_valid(d))
		PERSO_FAIL(PERSO_E_DATA, "no date at offset %zu", rd->at - 3);
	*ret = d;
	return PERSO_OK;
}

static perso_rc
read_header(struct perso_rd *rd, struct perso_seal *s)
{
	uint8_t magic = 0, version = 0;

	PERSO_TRY(perso_rd_u8(rd, &magic));
	if (magic != SEAL_MAGIC)
		PERSO_FAIL(PERSO_E_DATA, "not a seal: does not begin with DC");
	PERSO_TRY(perso_rd_u8(rd, &version));
	if (version != 2 && version != 3)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "header version %u is neither 3 nor 4", version + 1u);
	s->version = version + 1u;
	PERSO_TRY_CTX(read_country(rd, s->country), "country");
	PERSO_TRY_CTX(version == 2 ? read_signer3(rd, &s->signer)
				   : read_signer4(rd, &s->signer),
	    "signer and certificate reference");
	PERSO_TRY_CTX(read_date(rd, &s->issued), "issue date");
	PERSO_TRY_CTX(read_date(rd, &s->signed_on), "signature date");
	PERSO_TRY(perso_rd_u8(rd, &s->definition));
	PERSO_TRY(perso_rd_u8(rd, &s->category));
	if (s->definition == 0 || s->definition == 255)
		PERSO_FAIL(PERSO_E_DATA,
		    "feature definition reference is not from 1 to 254");
	return PERSO_OK;
}

/* DER, as short as possible. 80 has no meaning there; seals are about in which
 * it stands for 128, and are read so. */
static perso_rc
read_der_len(struct perso_rd *rd, size_t *ret)
{
	struct perso_rd at = *rd;
	uint8_t first = 0, b = 0;
	size_t n = 0;

	PERSO_TRY(perso_rd_u8(&at, &first));
	n = first;
	if (first > 0x80) {
		if (first > 0x84)
			PERSO_FAIL(
			    PERSO_E_DATA, "no length at offset %zu", rd->at);
		n = 0;
		for (unsigned i = first & 0x7Fu; i > 0; i--) {
			PERSO_TRY(perso_rd_u8(&at, &b));
			n = n << 8 | b;
		}
		if (n < 0x80 || n >> (8 * ((first & 0x7Fu) - 1)) == 0)
			PERSO_FAIL(PERSO_E_DATA,
			    "length at offset %zu is not in its shortest form",
			    rd->at);
	}
	*rd = at;
	*ret = n;
	return PERSO_OK;
}

static perso_rc
read_message(struct perso_rd *rd, uint8_t tag, struct perso_seal *s)
{
	struct perso_span value = { 0 };
	uint8_t b = 0;
	size_t n = 0;

	if (s->version == 3) {
		PERSO_TRY(perso_rd_u8(rd, &b));
		n = b;
	} else {
		PERSO_TRY(read_der_len(rd, &n));
	}
	PERSO_TRY(perso_rd_take(rd, n, &value));
	if (s->message_count == PERSO_SEAL_MESSAGES)
		PERSO_FAIL(PERSO_E_RANGE, "more than %d messages",
		    PERSO_SEAL_MESSAGES);
	s->message[s->message_count].tag = tag;
	s->message[s->message_count].value = value;
	s->message_count++;
	return PERSO_OK;
}

/* The length is DER in both versions (2.4); older seals of version 3 have
 * one byte that says how many follow. */
static perso_rc
read_signature(struct perso_rd *rd, struct perso_seal *s)
{
	uint8_t b = 0;
	size_t n = 0;

	PERSO_TRY(perso_rd_peek(rd, &b));
	if (s->version == 3 && b % 2 == 0 && b == perso_rd_left(rd) - 1)
		PERSO_TRY(perso_rd_u8(rd, &b));
	else
		PERSO_TRY(read_der_len(rd, &n));
	if (n == 0)
		n = b;
	PERSO_TRY(perso_rd_take(rd, n, &s->signature));
	if (n == 0 || n % 2 != 0)
		PERSO_FAIL(PERSO_E_DATA, "%zu bytes are not r and s", n);
	return perso_rd_finish(rd);
}

static perso_rc
read_zones(struct perso_rd *rd, struct perso_seal *s)
{
	size_t at = 0;
	uint8_t tag = 0;

	for (;;) {
		at = rd->at;
		PERSO_TRY_CTX(perso_rd_u8(rd, &tag), "no signature");
		if (tag == PERSO_SEAL_TAG_SIGNATURE)
			break;
		PERSO_TRY_CTX(read_message(rd, tag, s), "message %02X", tag);
	}
	s->signed_part = perso_span_sub(rd->s, 0, at);
	PERSO_TRY_CTX(read_signature(rd, s), "signature");
	return PERSO_OK;
}

/* see perso/seal.h */
perso_rc
perso_seal_parse(struct perso_span bytes, struct perso_seal *ret)
{
	struct perso_rd rd = perso_rd(bytes);
	struct perso_seal s = { 0 };

	if (bytes.n > PERSO_SEAL_MAX)
		PERSO_FAIL(
		    PERSO_E_RANGE, "seal: more than %d bytes", PERSO_SEAL_MAX);
	PERSO_TRY_CTX(read_header(&rd, &s), "seal's header");
	PERSO_TRY_CTX(read_zones(&rd, &s), "seal");
	*ret = s;
	return PERSO_OK;
}

/* see perso/seal.h */
bool
perso_seal_find(const struct perso_seal *s, uint8_t tag, struct perso_span *ret)
{
	for (size_t i = 0; i < s->message_count; i++)
		if (s->message[i].tag == tag) {
			*ret = s->message[i].value;
			return true;
		}
	return false;
}
