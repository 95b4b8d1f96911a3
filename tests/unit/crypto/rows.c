#include "rows.h"

void
rows_open(struct rows *v, const char *path)
{
	memset(v, 0, sizeof(*v));
	v->f = fopen(path, "r");
	cr_assert(v->f != NULL, "%s", path);
}

bool
rows_next(struct rows *v)
{
	while (fgets(v->line, sizeof(v->line), v->f) != NULL) {
		char *save = NULL, *p = v->line;

		if (*p == '#' || *p == '\n')
			continue;
		for (v->count = 0; v->count < ROWS_FIELDS; v->count++) {
			v->field[v->count] = strtok_r(p, " \n", &save);
			p = NULL;
			if (v->field[v->count] == NULL)
				break;
		}
		v->lines++;
		return true;
	}
	fclose(v->f);
	return false;
}

struct perso_span
rows_hex(const struct rows *v, size_t i, struct perso_buf *b)
{
	perso_buf_clear(b);
	cr_assert(i < v->count);
	if (strcmp(v->field[i], "-") != 0)
		cr_ok(perso_hex_decode(perso_span_str(v->field[i]), b));
	return perso_buf_span(b);
}

void
spki_bytes(const char *name, struct perso_buf *ret)
{
	static struct rows v;
	bool found = false;

	rows_open(&v, "tests/vectors/spki.txt");
	while (rows_next(&v)) {
		if (strcmp(v.field[0], name) != 0)
			continue;
		rows_hex(&v, 4, ret);
		found = true;
	}
	cr_assert(found, "%s", name);
}

struct perso_pubkey *
load_spki(const char *name)
{
	PERSO_BUF(b, 8192);
	struct perso_pubkey *k = NULL;

	spki_bytes(name, &b);
	cr_ok(perso_pubkey_from_spki(perso_buf_span(&b), &k));
	return k;
}
