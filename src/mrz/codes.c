/*
 * States and document codes.
 */
#include <stdlib.h>
#include <string.h>

#include "mrz_int.h"

static int
compare_state(const void *key, const void *element)
{
	const char *k = key;
	const struct perso_state *s = element;

	return strcmp(k, s->code);
}

static int
compare_alpha2(const void *key, const void *element)
{
	const char *k = key;
	const struct mrz_alpha2 *a = element;

	return strcmp(k, a->alpha2);
}

static int
compare_document(const void *key, const void *element)
{
	const char *k = key;
	const struct perso_mrz_document *d = element;

	return strcmp(k, d->code);
}

/* see perso/mrz.h */
const struct perso_state *
perso_state_find(const char *code)
{
	char key[4] = "";
	size_t n = strlen(code);

	while (n > 0 && code[n - 1] == '<')
		n--;
	if (n == 0 || n > 3)
		return NULL;
	for (size_t i = 0; i < n; i++)
		key[i] = code[i];
	return bsearch(key, mrz_states, mrz_states_n, sizeof(mrz_states[0]),
	    compare_state);
}

/* see perso/mrz.h */
const struct perso_state *
perso_state_find_alpha2(const char *alpha2)
{
	char key[3] = "";
	const struct mrz_alpha2 *a;

	if (strlen(alpha2) != 2)
		return NULL;
	for (size_t i = 0; i < 2; i++)
		key[i] = alpha2[i] >= 'a' && alpha2[i] <= 'z'
			     ? (char)(alpha2[i] - 'a' + 'A')
			     : alpha2[i];
	a = bsearch(key, mrz_alpha2, mrz_alpha2_n, sizeof(mrz_alpha2[0]),
	    compare_alpha2);
	return a == NULL ? NULL : &mrz_states[a->state];
}

/* see perso/mrz.h */
const char *
perso_state_alpha2(const char *code)
{
	const struct perso_state *s = perso_state_find(code);

	return s == NULL || s->alpha2[0] == '\0' ? NULL : s->alpha2;
}

/* see perso/mrz.h */
const struct perso_state *
perso_state_all(size_t *ret_n)
{
	*ret_n = mrz_states_n;
	return mrz_states;
}

/* see perso/mrz.h */
const struct perso_mrz_document *
perso_mrz_document_find(const char *code)
{
	return bsearch(code, mrz_documents, mrz_documents_n,
	    sizeof(mrz_documents[0]), compare_document);
}

static const struct mrz_first *
find_first(char letter)
{
	for (size_t i = 0; i < mrz_firsts_n; i++)
		if (mrz_firsts[i].letter == letter)
			return &mrz_firsts[i];
	return NULL;
}

/* Doc 9303-4, 4.4 */
static perso_rc
check_table_code(enum perso_mrz_format f, const char *code,
    struct perso_date issue, struct perso_date expiry)
{
	const struct perso_mrz_document *d = perso_mrz_document_find(code);

	if (code[1] == '\0') {
		if (perso_date_compare(issue, mrz_second_required) >= 0)
			PERSO_FAIL(PERSO_E_RANGE,
			    "document code has no second "
			    "letter, which is required at the date of issue");
		if (perso_date_compare(expiry, mrz_no_second_expires) >= 0)
			PERSO_FAIL(PERSO_E_RANGE,
			    "document code has no second "
			    "letter, which is required at the date of expiry");
		return PERSO_OK;
	}
	if (d == NULL) {
		if (perso_date_compare(issue, mrz_second_in_table) < 0)
			return PERSO_OK;
		PERSO_FAIL(PERSO_E_RANGE,
		    "document code: the second letter is not of the table");
	}
	if ((d->formats & 1u << f) == 0)
		PERSO_FAIL(PERSO_E_RANGE, "document code is not for %s",
		    perso_mrz_format_name(f));
	return PERSO_OK;
}

static perso_rc
check_free_code(enum perso_mrz_format f, const char *code, bool is_crew,
    const struct mrz_first *first)
{
	const struct perso_mrz_document *d = perso_mrz_document_find(code);

	if (code[1] != '\0' && strchr(first->forbidden, code[1]) != NULL)
		PERSO_FAIL(PERSO_E_RANGE,
		    "document code: the second letter is not allowed");
	if (d == NULL)
		return PERSO_OK;
	if (d->is_crew && !is_crew)
		PERSO_FAIL(PERSO_E_RANGE,
		    "document code is for crew member certificates only");
	if ((d->formats & 1u << f) == 0)
		PERSO_FAIL(PERSO_E_RANGE, "document code is not for %s",
		    perso_mrz_format_name(f));
	return PERSO_OK;
}

/* see perso/mrz.h */
perso_rc
perso_mrz_document_check(enum perso_mrz_format f, const char *code,
    bool is_crew, struct perso_date issue, struct perso_date expiry)
{
	const struct mrz_first *first;
	size_t n = strlen(code);

	if ((unsigned)f >= PERSO_MRZ_FORMATS || !perso_date_is_valid(issue) ||
	    !perso_date_is_valid(expiry))
		PERSO_FAIL(PERSO_E_ARG, "document code: no format or date");
	if (n > 2 || mrz_bad_code(code, n) != 0)
		PERSO_FAIL(
		    PERSO_E_RANGE, "document code is not one or two letters");
	first = find_first(code[0]);
	if (first == NULL || (first->formats & 1u << f) == 0)
		PERSO_FAIL(PERSO_E_RANGE,
		    "document code: the first letter is not for %s",
		    perso_mrz_format_name(f));
	if (first->is_table)
		return check_table_code(f, code, issue, expiry);
	return check_free_code(f, code, is_crew, first);
}

/* see perso/mrz.h */
struct perso_mrz_document_days
perso_mrz_document_days(void)
{
	return (struct perso_mrz_document_days){ mrz_second_in_table,
		mrz_second_required, mrz_no_second_expires };
}

static perso_rc
check_state(const char *field, const char *code, unsigned flag)
{
	const struct perso_state *s = perso_state_find(code);

	if (s == NULL)
		PERSO_FAIL(PERSO_E_RANGE, "%s is not a known code", field);
	if ((s->flags & flag) == 0)
		PERSO_FAIL(PERSO_E_RANGE, "%s is a code of another use", field);
	if ((s->flags & PERSO_STATE_DEPRECATED) != 0)
		PERSO_FAIL(PERSO_E_RANGE, "%s is a deprecated code", field);
	return PERSO_OK;
}

/* see perso/mrz.h */
perso_rc
perso_mrz_check(const struct perso_mrz *m, struct perso_date issue)
{
	const struct perso_mrz_document *d =
	    perso_mrz_document_find(m->document_code);

	PERSO_TRY(perso_mrz_document_check(m->format, m->document_code,
	    d != NULL && d->is_crew, issue, m->expiry));
	PERSO_TRY(check_state("issuer", m->issuer, PERSO_STATE_ISSUER));
	return check_state(
	    "nationality", m->nationality, PERSO_STATE_NATIONALITY);
}
