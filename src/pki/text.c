/* Lines and words of the small configuration files. */
#include "pki_int.h"

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct perso_span
strip(struct perso_span s)
{
	while (s.n != 0 && is_blank(s.p[0]))
		s = perso_span_sub(s, 1, s.n - 1);
	while (s.n != 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* A comment begins with # outside quotes. */
static struct perso_span
cut_comment(struct perso_span s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && quoted)
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == '#' && !quoted)
			return perso_span_sub(s, 0, i);
	}
	return s;
}

/* see pki_int.h */
bool
pki_line(struct perso_rd *rd, struct perso_span *ret)
{
	size_t from = rd->at, n = 0;
	uint8_t c = 0;

	if (perso_rd_left(rd) == 0)
		return false;
	while (perso_rd_u8(rd, &c) == PERSO_OK && c != '\n')
		n++;
	*ret = strip(cut_comment(perso_span_sub(rd->s, from, n)));
	return true;
}

/* see pki_int.h */
bool
pki_word(struct perso_rd *rd, struct perso_span *ret)
{
	size_t from, n = 0;
	uint8_t c = 0;

	while (perso_rd_peek(rd, &c) == PERSO_OK && is_blank(c))
		(void)!perso_rd_skip(rd, 1);
	from = rd->at;
	while (perso_rd_peek(rd, &c) == PERSO_OK && !is_blank(c)) {
		(void)!perso_rd_skip(rd, 1);
		n++;
	}
	*ret = perso_span_sub(rd->s, from, n);
	return n != 0;
}

/* see pki_int.h */
bool
pki_is_word(struct perso_span s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
			c == '-'))
			return false;
	}
	return s.n != 0;
}

/* see pki_int.h */
bool
pki_text(struct perso_span s, char *dst, size_t cap)
{
	if (cap == 0 || s.n > cap - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\0')
			return false;
		dst[i] = (char)s.p[i];
	}
	dst[s.n] = '\0';
	return true;
}
