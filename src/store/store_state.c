/* Names of states. The n-th name belongs to the bit 1 << n. */
#include "store_int.h"

const char *const perso_store_orders[5] = { "imported", "in-work", "done",
	"failed", "cancelled" };
const char *const perso_store_blanks[7] = { "received", "reserved", "in-work",
	"good", "spoiled", "destroyed", "lost" };
const char *const perso_store_jobs[9] = { "begun", "keyed", "sealed", "locking",
	"locked", "good", "spoiled", "printing", "printed" };
const char *const perso_store_letters[4] = { "waiting", "printing", "printed",
	"confirmed" };

static const char *
name_of(const char *const *names, size_t count, unsigned bit)
{
	for (size_t i = 0; i < count; i++)
		if (bit == 1u << i)
			return names[i];
	return NULL;
}

/* see store_int.h */
unsigned
perso_store_bit(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; name != NULL && i < count; i++)
		if (strcmp(names[i], name) == 0)
			return 1u << i;
	return 0;
}

/* see store_int.h */
void
perso_store_set(
    char *dst, size_t cap, const char *const *names, size_t count, unsigned set)
{
	size_t n = 0;

	dst[0] = '\0';
	for (size_t i = 0; i < count && n < cap; i++)
		if ((set & (1u << i)) != 0)
			n += (size_t)snprintf(dst + n, cap - n, "%s'%s'",
			    n > 0 ? "," : "", names[i]);
}

/* see perso/store.h */
const char *
perso_order_state_name(enum perso_order_state s)
{
	return name_of(perso_store_orders, 5, s);
}

/* see perso/store.h */
const char *
perso_blank_state_name(enum perso_blank_state s)
{
	return name_of(perso_store_blanks, 7, s);
}

/* see perso/store.h */
const char *
perso_job_state_name(enum perso_job_state s)
{
	return name_of(perso_store_jobs, 9, s);
}

/* see perso/store.h */
const char *
perso_letter_state_name(enum perso_letter_state s)
{
	return name_of(perso_store_letters, 4, s);
}

/* see perso/store.h */
const char *
perso_store_source_name(enum perso_store_source s)
{
	static const char *const names[] = { "blank", "range", "order" };

	return s >= PERSO_STORE_FROM_BLANK && s <= PERSO_STORE_FROM_ORDER
		   ? names[s - 1]
		   : NULL;
}

/* see perso/store.h */
perso_rc
perso_order_state_from_name(const char *name, enum perso_order_state *ret)
{
	unsigned bit = perso_store_bit(perso_store_orders, 5, name);

	if (bit == 0)
		PERSO_FAIL(PERSO_E_ARG, "no such state of an order");
	*ret = (enum perso_order_state)bit;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_blank_state_from_name(const char *name, enum perso_blank_state *ret)
{
	unsigned bit = perso_store_bit(perso_store_blanks, 7, name);

	if (bit == 0)
		PERSO_FAIL(PERSO_E_ARG, "no such state of a blank");
	*ret = (enum perso_blank_state)bit;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_job_state_from_name(const char *name, enum perso_job_state *ret)
{
	unsigned bit = perso_store_bit(perso_store_jobs, 9, name);

	if (bit == 0)
		PERSO_FAIL(PERSO_E_ARG, "no such state of a job");
	*ret = (enum perso_job_state)bit;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_letter_state_from_name(const char *name, enum perso_letter_state *ret)
{
	unsigned bit = perso_store_bit(perso_store_letters, 4, name);

	if (bit == 0)
		PERSO_FAIL(PERSO_E_ARG, "no such state of a letter");
	*ret = (enum perso_letter_state)bit;
	return PERSO_OK;
}
