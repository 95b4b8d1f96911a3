/* Bytes, names, and secure messaging with OpenPACE's primitives. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "openpace.h"

bool
no(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	printf("     ");
	vprintf(format, ap);
	printf("\n");
	va_end(ap);
	return false;
}

void
add(struct bytes *b, const void *p, size_t n)
{
	if (n > sizeof(b->p) - b->n)
		abort();
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
add1(struct bytes *b, unsigned v)
{
	uint8_t x = (uint8_t)v;

	add(b, &x, 1);
}

void
add_tlv(struct bytes *b, unsigned tag, const void *p, size_t n)
{
	if (tag > 0xFF)
		add1(b, tag >> 8);
	add1(b, tag);
	if (n > 0xFF) {
		add1(b, 0x82);
		add1(b, (unsigned)n >> 8);
	} else if (n > 0x7F)
		add1(b, 0x81);
	add1(b, (unsigned)n);
	add(b, p, n);
}

void
add_mem(struct bytes *b, unsigned tag, const BUF_MEM *m)
{
	add_tlv(b, tag, m->data, m->length);
}

bool
next(const uint8_t *p, size_t n, size_t *at, unsigned *tag, struct bytes *value)
{
	size_t i = *at, len;

	if (n - i < 2)
		return false;
	*tag = p[i++];
	len = p[i++];
	for (size_t more = len & 0x80 ? len & 0x7F : 0, k = 0; k < more; k++) {
		if (i >= n || more > 2)
			return false;
		len = (k == 0 ? 0 : len << 8) | p[i++];
	}
	if (len > n - i || len > sizeof(value->p))
		return false;
	value->n = 0;
	add(value, p + i, len);
	*at = i + len;
	return true;
}

bool
find(const struct bytes *b, unsigned tag, struct bytes *value)
{
	size_t at = 0;
	unsigned got;

	while (next(b->p, b->n, &at, &got, value))
		if (got == tag)
			return true;
	return false;
}

BUF_MEM *
mem(const void *p, size_t n)
{
	BUF_MEM *m = BUF_MEM_new();

	if (m == NULL || BUF_MEM_grow(m, n) != n)
		abort();
	if (n > 0)
		memcpy(m->data, p, n);
	return m;
}

struct seen seen;

bool
is_short(const struct row *r, size_t n)
{
	static const size_t p[] = { 128, 256, 256 };

	return r->id < 3 && n < p[r->id];
}

/* ---- Names. ---- */

void
row_oid(const struct row *r, uint8_t oid[10])
{
	static const uint8_t pace[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02,
		0x02, 0x04 };

	memcpy(oid, pace, sizeof(pace));
	oid[8] = (uint8_t)r->mapping;
	oid[9] = (uint8_t)r->cipher;
}

/* SET { SEQUENCE { OID, INTEGER 2, INTEGER id } }: Doc 9303-11, 9.2.1 */
void
row_card_access(const struct row *r, struct bytes *ret)
{
	uint8_t oid[10], two = 2, id = (uint8_t)r->id;
	struct bytes info = { .n = 0 }, seq = { .n = 0 };

	row_oid(r, oid);
	add_tlv(&info, 0x06, oid, sizeof(oid));
	add_tlv(&info, 0x02, &two, 1);
	add_tlv(&info, 0x02, &id, 1);
	add_tlv(&seq, 0x30, info.p, info.n);
	ret->n = 0;
	add_tlv(ret, 0x31, seq.p, seq.n);
}

static void
row_text(const struct row *r, const char *prefix, char *ret, size_t n)
{
	static const char *const mappings[] = { "DH-GM", "ECDH-GM", "DH-IM",
		"ECDH-IM" };
	static const char *const ciphers[] = { "3DES-CBC-CBC",
		"AES-CBC-CMAC-128", "AES-CBC-CMAC-192", "AES-CBC-CMAC-256" };

	snprintf(ret, n, "%s%s-%s", prefix, mappings[r->mapping - 1],
	    ciphers[r->cipher - 1]);
}

int
row_nid(const struct row *r)
{
	char name[60];

	row_text(r, "id-PACE-", name, sizeof(name));
	return OBJ_txt2nid(name);
}

void
row_name(const struct row *r, char *ret, size_t n)
{
	char text[60];

	row_text(r, "", text, sizeof(text));
	snprintf(ret, n, "%s id %u", text, r->id);
}

/* ---- Secure messaging: Doc 9303-11, 9.8. ---- */

/* EAC_authenticate() puts the counter in front itself. */
static BUF_MEM *
padded(EAC_CTX *ctx, const struct bytes *b)
{
	BUF_MEM *plain = mem(b->p, b->n), *ret = EAC_add_iso_pad(ctx, plain);

	BUF_MEM_free(plain);
	return ret;
}

static bool
add_cryptogram(EAC_CTX *ctx, const struct bytes *data, struct bytes *ret)
{
	BUF_MEM *plain, *secret;
	struct bytes v = { .n = 0 };

	if (data->n == 0)
		return true;
	plain = padded(ctx, data);
	secret = EAC_encrypt(ctx, plain);
	if (secret != NULL) {
		add1(&v, 1);
		add(&v, secret->data, secret->length);
		add_tlv(ret, 0x87, v.p, v.n);
	}
	BUF_MEM_clear_free(plain);
	BUF_MEM_clear_free(secret);
	return v.n > 0 || no("EAC_encrypt");
}

/* head is padded by itself; objects are those before DO8E */
static bool
checksum(EAC_CTX *ctx, const uint8_t *head, const struct bytes *objects,
    BUF_MEM **ret)
{
	struct bytes text = { .n = 0 };
	BUF_MEM *m;

	if (head != NULL) {
		add(&text, head, 4);
		m = padded(ctx, &text);
		text.n = 0;
		add(&text, m->data, m->length);
		BUF_MEM_free(m);
	}
	add(&text, objects->p, objects->n);
	m = objects->n > 0 ? padded(ctx, &text) : mem(text.p, text.n);
	*ret = EAC_authenticate(ctx, m);
	BUF_MEM_free(m);
	return *ret != NULL || no("EAC_authenticate");
}

bool
they_protect(EAC_CTX *ctx, const struct command *c, struct bytes *ret)
{
	const uint8_t head[4] = { 0x0C, c->ins, c->p1, c->p2 };
	uint8_t le = (uint8_t)c->le;
	struct bytes objects = { .n = 0 };
	BUF_MEM *mac;

	EAC_increment_ssc(ctx);
	if (!add_cryptogram(ctx, &c->data, &objects))
		return false;
	if (c->has_le)
		add_tlv(&objects, 0x97, &le, 1);
	if (!checksum(ctx, head, &objects, &mac))
		return false;
	add_mem(&objects, 0x8E, mac);
	BUF_MEM_free(mac);
	ret->n = 0;
	add(ret, head, 4);
	if (objects.n > 255) {
		add1(ret, 0);
		add1(ret, (unsigned)objects.n >> 8);
	}
	add1(ret, (unsigned)objects.n);
	add(ret, objects.p, objects.n);
	add1(ret, 0);
	if (objects.n > 255)
		add1(ret, 0);
	return true;
}

/* Objects before DO8E, and the judgement of it. */
static bool
right_checksum(EAC_CTX *ctx, const uint8_t *head, const uint8_t *p, size_t n)
{
	struct bytes objects = { .n = 0 }, value;
	size_t at = 0, start = 0;
	unsigned tag = 0;
	BUF_MEM *mac;
	bool good;

	while (tag != 0x8E) {
		start = at;
		if (!next(p, n, &at, &tag, &value))
			return no("no DO8E");
	}
	add(&objects, p, start);
	if (at != n || value.n != 8 || !checksum(ctx, head, &objects, &mac))
		return no("DO8E of %zu bytes, %zu after it", value.n, n - at);
	good = mac->length == 8 && memcmp(mac->data, value.p, 8) == 0;
	BUF_MEM_free(mac);
	return good || no("OpenPACE: our checksum is wrong");
}

static bool
decrypt(EAC_CTX *ctx, const struct bytes *objects, struct bytes *ret)
{
	struct bytes value;
	BUF_MEM *secret, *plain, *bare = NULL;

	ret->n = 0;
	if (!find(objects, 0x87, &value))
		return true;
	secret = mem(value.p + 1, value.n - 1);
	plain = EAC_decrypt(ctx, secret);
	if (plain != NULL)
		bare = EAC_remove_iso_pad(plain);
	if (bare != NULL)
		add(ret, bare->data, bare->length);
	BUF_MEM_free(secret);
	BUF_MEM_clear_free(plain);
	BUF_MEM_clear_free(bare);
	return ret->n > 0 || no("EAC_decrypt, or its padding");
}

bool
they_open(
    EAC_CTX *ctx, const struct bytes *answer, struct bytes *ret, unsigned *sw)
{
	struct bytes objects = { .n = 0 }, value;

	EAC_increment_ssc(ctx);
	if (answer->n < 2)
		return no("no answer");
	add(&objects, answer->p, answer->n - 2);
	if (!right_checksum(ctx, NULL, objects.p, objects.n) ||
	    !decrypt(ctx, &objects, ret))
		return false;
	if (!find(&objects, 0x99, &value) || value.n != 2 ||
	    memcmp(value.p, answer->p + answer->n - 2, 2) != 0)
		return no("DO99");
	*sw = (unsigned)(value.p[0] << 8 | value.p[1]);
	return true;
}

bool
they_accept(EAC_CTX *ctx, const uint8_t *apdu, size_t n, struct command *ret)
{
	struct bytes objects = { .n = 0 }, value;
	size_t lc, at = 5;

	if (n < 6 || apdu[0] != 0x0C)
		return no("not a protected command");
	lc = apdu[4];
	if (lc == 0) {
		lc = (size_t)(apdu[5] << 8 | apdu[6]);
		at = 7;
	}
	if (at + lc > n)
		return no("Lc");
	add(&objects, apdu + at, lc);
	EAC_increment_ssc(ctx);
	*ret =
	    (struct command){ apdu[1], apdu[2], apdu[3], { .n = 0 }, false, 0 };
	if (!right_checksum(ctx, apdu, objects.p, objects.n) ||
	    !decrypt(ctx, &objects, &ret->data))
		return false;
	ret->has_le = find(&objects, 0x97, &value);
	for (size_t i = 0; ret->has_le && i < value.n; i++)
		ret->le = ret->le << 8 | value.p[i];
	return true;
}

bool
they_answer(
    EAC_CTX *ctx, const struct bytes *data, unsigned sw, struct bytes *ret)
{
	const uint8_t s[2] = { (uint8_t)(sw >> 8), (uint8_t)sw };
	BUF_MEM *mac;

	ret->n = 0;
	EAC_increment_ssc(ctx);
	if (!add_cryptogram(ctx, data, ret))
		return false;
	add_tlv(ret, 0x99, s, 2);
	if (!checksum(ctx, NULL, ret, &mac))
		return false;
	add_mem(ret, 0x8E, mac);
	BUF_MEM_free(mac);
	add(ret, s, 2);
	return true;
}
