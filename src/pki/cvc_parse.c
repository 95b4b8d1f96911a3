/*
 * Card-verifiable certificates: bytes to struct. TR-03110-3, C.1 and D.
 */
#include "cvc_int.h"
#include "perso/file.h"

/* see cvc_int.h */
perso_rc
cvc_take(
    struct perso_rd *rd, uint32_t tag, const char *what, struct perso_span *ret)
{
	struct perso_rd at = *rd;
	struct perso_tlv t;

	if (perso_rd_left(rd) == 0)
		PERSO_FAIL(PERSO_E_MISSING, "%s is not there", what);
	PERSO_TRY_CTX(perso_tlv_expect(&at, tag, &t), "%s", what);
	if (!t.minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of %s is not in its shortest form", what);
	*rd = at;
	*ret = t.val;
	return PERSO_OK;
}

/* see cvc_int.h */
perso_rc
cvc_optional(struct perso_rd *rd, uint32_t tag, const char *what,
    struct perso_span *ret, bool *ret_there)
{
	struct perso_rd at = *rd;
	struct perso_tlv t;
	bool there = false;

	PERSO_TRY_CTX(perso_tlv_optional(&at, tag, &t, &there), "%s", what);
	if (there)
		return *ret_there = true, cvc_take(rd, tag, what, ret);
	*ret_there = false;
	*ret = PERSO_SPAN_EMPTY;
	return PERSO_OK;
}

static bool
is_printable(uint8_t c)
{
	return (c >= 0x20 && c < 0x7F) || c >= 0xA0;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_name_check(struct perso_span name)
{
	if (name.n < 8 || name.n > PERSO_CVC_NAME_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "%zu characters, not 8 to %d", name.n,
		    PERSO_CVC_NAME_MAX);
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];
		bool upper = c >= 'A' && c <= 'Z';
		bool digit = c >= '0' && c <= '9';

		if (i < 2 ? !upper
			  : (i >= name.n - 5 ? !upper && !digit
					     : !is_printable(c)))
			PERSO_FAIL(PERSO_E_DATA,
			    "character %zu is not allowed there", i + 1);
	}
	return PERSO_OK;
}

static perso_rc
copy_name(
    struct perso_span s, const char *what, char dst[PERSO_CVC_NAME_MAX + 1])
{
	char name[PERSO_CVC_NAME_MAX + 1] = "";

	PERSO_TRY_CTX(perso_cvc_name_check(s), "%s", what);
	PERSO_TRY(perso_span_copy(name, PERSO_CVC_NAME_MAX, s));
	return perso_span_copy(
	    dst, PERSO_CVC_NAME_MAX + 1, perso_span_of(name));
}

/* see cvc_int.h */
perso_rc
cvc_take_name(struct perso_rd *rd, uint32_t tag, const char *what,
    char dst[PERSO_CVC_NAME_MAX + 1])
{
	struct perso_span s;

	PERSO_TRY(cvc_take(rd, tag, what, &s));
	return copy_name(s, what, dst);
}

/* D.2.1.3: six unpacked digits YYMMDD */
static perso_rc
parse_date(struct perso_span s, struct perso_date *ret)
{
	struct perso_date d;

	if (s.n != 6)
		PERSO_FAIL(PERSO_E_RANGE, "%zu bytes, not 6", s.n);
	for (size_t i = 0; i < 6; i++)
		if (s.p[i] > 9)
			PERSO_FAIL(
			    PERSO_E_DATA, "byte %zu is not a digit", i + 1);
	d.year = 2000 + 10 * s.p[0] + s.p[1];
	d.month = 10 * s.p[2] + s.p[3];
	d.day = 10 * s.p[4] + s.p[5];
	if (!perso_date_is_valid(d))
		PERSO_FAIL(PERSO_E_DATA, "no such day");
	*ret = d;
	return PERSO_OK;
}

static perso_rc
take_date(
    struct perso_rd *rd, uint32_t tag, const char *what, struct perso_date *ret)
{
	struct perso_span s;

	PERSO_TRY(cvc_take(rd, tag, what, &s));
	PERSO_TRY_CTX(parse_date(s, ret), "%s", what);
	return PERSO_OK;
}

/* see cvc_int.h */
perso_rc
cvc_extensions_check(struct perso_span s)
{
	struct perso_rd rd = perso_rd(s);

	do {
		struct perso_span ext, oid;
		struct perso_rd in;

		PERSO_TRY(cvc_take(&rd, CVC_EXTENSION, "extension", &ext));
		in = perso_rd(ext);
		PERSO_TRY(cvc_take(&in, CVC_OID, "extension's OID", &oid));
		if (oid.n == 0)
			PERSO_FAIL(PERSO_E_RANGE, "extension's OID is empty");
	} while (perso_rd_left(&rd) != 0);
	return PERSO_OK;
}

static perso_rc
parse_extensions(struct perso_rd *rd, struct perso_cvc *c)
{
	bool there;

	PERSO_TRY(cvc_optional(
	    rd, CVC_EXTENSIONS, "extensions", &c->extensions, &there));
	if (there)
		PERSO_TRY(cvc_extensions_check(c->extensions));
	return perso_rd_finish(rd);
}

/* CHAT and dates, which a request has not. */
static perso_rc
parse_authority(struct perso_rd *rd, struct perso_cvc *c)
{
	struct perso_span chat;

	PERSO_TRY(cvc_take(rd, CVC_CHAT, "CHAT", &chat));
	PERSO_TRY_CTX(cvc_chat_parse(chat, &c->chat), "CHAT");
	PERSO_TRY(
	    take_date(rd, CVC_EFFECTIVE, "effective date", &c->effective));
	PERSO_TRY(take_date(rd, CVC_EXPIRES, "expiration date", &c->expires));
	if (perso_date_compare(c->expires, c->effective) < 0)
		PERSO_FAIL(PERSO_E_RANGE,
		    "expiration date lies before the effective date");
	return PERSO_OK;
}

static perso_rc
parse_car(struct perso_rd *rd, struct perso_cvc *c)
{
	struct perso_span s;
	bool there;

	if (!c->is_request)
		return cvc_take_name(rd, CVC_CAR, "CAR", c->car);
	PERSO_TRY(cvc_optional(rd, CVC_CAR, "CAR", &s, &there));
	return there ? copy_name(s, "CAR", c->car) : PERSO_OK;
}

static perso_rc
parse_key(struct perso_rd *rd, struct perso_cvc *c)
{
	size_t start = rd->at;
	struct perso_span contents;

	PERSO_TRY(cvc_take(rd, CVC_KEY, "public key", &contents));
	c->key.raw = perso_span_sub(rd->s, start, rd->at - start);
	PERSO_TRY_CTX(cvc_key_parse(contents, &c->key), "public key");
	return PERSO_OK;
}

/* Where domain parameters stand: Doc 9303-12, 7.2; TR-03110-3, C.1.3 */
static perso_rc
check_domain(const struct perso_cvc *c)
{
	bool cvca = perso_cvc_role(&c->chat) == PERSO_CVC_CVCA;

	if (c->key.kind != PERSO_KEY_EC)
		return PERSO_OK;
	if ((c->is_request || perso_cvc_is_self_signed(c)) &&
	    !c->key.has_domain)
		PERSO_FAIL(PERSO_E_MISSING,
		    "public key: domain parameters are not there");
	if (!c->is_request && !cvca && c->key.has_domain)
		PERSO_FAIL(PERSO_E_ROLE,
		    "public key: a %s inherits its domain "
		    "parameters and has none",
		    perso_cvc_role_name(perso_cvc_role(&c->chat)));
	return PERSO_OK;
}

static perso_rc
parse_body(struct perso_span contents, struct perso_cvc *c)
{
	struct perso_rd rd = perso_rd(contents);
	struct perso_span profile;

	PERSO_TRY(cvc_take(&rd, CVC_PROFILE, "profile identifier", &profile));
	if (profile.n != 1)
		PERSO_FAIL(PERSO_E_RANGE, "profile identifier of %zu bytes",
		    profile.n);
	if (profile.p[0] != 0)
		PERSO_FAIL(
		    PERSO_E_UNSUPPORTED, "profile identifier %u", profile.p[0]);
	PERSO_TRY(parse_car(&rd, c));
	PERSO_TRY(parse_key(&rd, c));
	PERSO_TRY(cvc_take_name(&rd, CVC_CHR, "CHR", c->chr));
	if (!c->is_request)
		PERSO_TRY(parse_authority(&rd, c));
	PERSO_TRY(parse_extensions(&rd, c));
	return check_domain(c);
}

static perso_rc
parse_content(struct perso_cvc *c)
{
	struct perso_rd rd = perso_rd(c->content);
	struct perso_span body;

	PERSO_TRY(cvc_take(&rd, CVC_BODY, "body", &body));
	c->body = perso_span_sub(c->content, 0, rd.at);
	PERSO_TRY(cvc_take(&rd, CVC_SIGNATURE, "signature", &c->signature));
	PERSO_TRY(perso_rd_finish(&rd));
	if (c->signature.n == 0 || c->signature.n > CVC_SIGNATURE_MAX)
		PERSO_FAIL(
		    PERSO_E_RANGE, "signature of %zu bytes", c->signature.n);
	PERSO_TRY_CTX(parse_body(body, c), "body");
	return PERSO_OK;
}

/* see cvc_int.h */
perso_rc
cvc_parse(struct perso_span der, bool request, struct perso_cvc *ret)
{
	PERSO_CVC(c);
	struct perso_rd rd;

	if (der.n > PERSO_CVC_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "more than %d bytes", PERSO_CVC_MAX);
	c.is_request = request;
	PERSO_TRY(perso_buf_set(&c.der, der));
	rd = perso_rd(perso_buf_span(&c.der));
	PERSO_TRY(cvc_take(&rd, CVC_CERT, "certificate", &c.content));
	PERSO_TRY(perso_rd_finish(&rd));
	PERSO_TRY(parse_content(&c));
	perso_cvc_done(ret);
	*ret = c;
	perso_buf_init(&c.der, PERSO_CVC_MAX); /* moved */
	return PERSO_OK;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_parse(struct perso_span der, struct perso_cvc *ret)
{
	PERSO_TRY_CTX(cvc_parse(der, false, ret), "CV certificate");
	return PERSO_OK;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_load(const char *path, struct perso_cvc *ret)
{
	PERSO_BUF(der, PERSO_CVC_MAX);

	PERSO_TRY_CTX(perso_file_read(path, &der), "%s", path);
	PERSO_TRY_CTX(perso_cvc_parse(perso_buf_span(&der), ret), "%s", path);
	return PERSO_OK;
}

/* see perso/cvc.h */
void
perso_cvc_done(struct perso_cvc *c)
{
	struct perso_buf der = c->der;

	perso_buf_done(&der);
	*c = (struct perso_cvc){ .der = der };
}
