#include "chips.h"

#include <dirent.h>
#include <errno.h>

#include "link_sim.h"
#include "perso/file.h"
#include "perso/link_pcsc.h"

#define BATCH 128
#define CHIP_NAME 96

struct cli_chips {
	char reader[PERSO_READER_NAME]; /* "": any */
	unsigned wait_ms;
	unsigned limit_ms; /* for one command */
	bool used; /* a chip was in the reader and must leave it first */
	char last[PERSO_READER_NAME];
	/* A folder is read in batches, in order of names: what it costs in
	 * memory does not depend on how many chips are in it. */
	char dir[PERSO_PATH_MAX]; /* "": a reader */
	char names[BATCH][CHIP_NAME];
	size_t count;	       /* in names */
	size_t at;	       /* of the next in names */
	char after[CHIP_NAME]; /* the batch begins behind this one */
	struct perso_link *link;
};

static perso_rc
copy_name(char *dst, size_t cap, const char *s)
{
	return perso_span_copy(dst, cap, perso_span(s, strlen(s) + 1));
}

static bool
is_chip_name(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && n < CHIP_NAME && strcmp(name + n - 5, ".chip") == 0;
}

/* Into the sorted batch, if it is among the first ones. */
static perso_rc
take_name(struct cli_chips *c, const char *name)
{
	size_t at = c->count;

	while (at > 0 && strcmp(name, c->names[at - 1]) < 0)
		at--;
	if (at == BATCH)
		return PERSO_OK;
	if (c->count < BATCH)
		c->count++;
	for (size_t i = c->count - 1; i > at; i--)
		PERSO_TRY(copy_name(c->names[i], CHIP_NAME, c->names[i - 1]));
	return copy_name(c->names[at], CHIP_NAME, name);
}

/* The next names in order; each time the whole folder is read afresh. */
static perso_rc
next_batch(struct cli_chips *c)
{
	DIR *d = opendir(c->dir);
	struct dirent *e;
	perso_rc rc = PERSO_OK;

	if (d == NULL)
		PERSO_FAIL(PERSO_E_IO, "%s: %s", c->dir, strerror(errno));
	c->count = 0;
	c->at = 0;
	while (rc == PERSO_OK && (e = readdir(d)) != NULL)
		if (is_chip_name(e->d_name) && strcmp(e->d_name, c->after) > 0)
			rc = take_name(c, e->d_name);
	closedir(d);
	return rc;
}

static perso_rc
next_file(struct cli_chips *c, bool locked, bool (*stop)(void *ctx))
{
	for (;;) {
		char path[PERSO_PATH_MAX];

		if (stop(NULL))
			PERSO_FAIL(PERSO_E_INTERRUPTED, "stopped");
		if (c->at == c->count)
			PERSO_TRY(next_batch(c));
		if (c->count == 0)
			PERSO_FAIL(PERSO_E_NO_CARD,
			    "no blank chip is left in %s", c->dir);
		PERSO_TRY(perso_path_join(
		    path, sizeof(path), c->dir, c->names[c->at]));
		PERSO_TRY(copy_name(c->after, CHIP_NAME, c->names[c->at++]));
		PERSO_TRY(perso_link_sim_open(path, &c->link));
		if (locked || !perso_link_sim_is_locked(c->link))
			return PERSO_OK;
		perso_link_free(&c->link);
	}
}

/* see chips.h */
perso_rc
cli_chips_reader(const char *reader, unsigned wait_ms, unsigned limit_ms,
    struct cli_chips **ret)
{
	struct cli_chips *c = calloc(1, sizeof(*c));
	perso_rc rc;

	if (c == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	c->wait_ms = wait_ms;
	c->limit_ms = limit_ms;
	rc = copy_name(c->reader, sizeof(c->reader), reader);
	if (rc != PERSO_OK) {
		free(c);
		return rc;
	}
	*ret = c;
	return PERSO_OK;
}

/* see chips.h */
perso_rc
cli_chips_sim(const char *dir, struct cli_chips **ret)
{
	struct cli_chips *c = calloc(1, sizeof(*c));
	perso_rc rc;

	if (c == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	rc = copy_name(c->dir, sizeof(c->dir), dir);
	if (rc == PERSO_OK)
		rc = next_batch(c);
	if (rc != PERSO_OK) {
		free(c);
		return rc;
	}
	*ret = c;
	return PERSO_OK;
}

/* see chips.h */
void
cli_chips_free(struct cli_chips **c)
{
	if (*c == NULL)
		return;
	cli_chips_done(*c);
	free(*c);
	*c = NULL;
}

/* The chip before must have left: an ejected one may still lie there. */
static perso_rc
wait_until_gone(struct cli_chips *c, bool (*stop)(void *ctx))
{
	struct perso_pcsc_wait w = { .reader = c->last,
		.absent = true,
		.timeout_ms = c->wait_ms,
		.stop = stop };
	perso_rc rc;

	if (!c->used)
		return PERSO_OK;
	rc = perso_link_pcsc_wait(&w, NULL);
	if (rc == PERSO_E_TIMEOUT)
		PERSO_FAIL(PERSO_E_NO_CARD,
		    "the finished chip is still in %s: "
		    "take it out",
		    c->last);
	PERSO_TRY(rc);
	c->used = false;
	return PERSO_OK;
}

static perso_rc
next_card(struct cli_chips *c, bool (*stop)(void *ctx))
{
	struct perso_pcsc_wait w = { .reader = c->reader[0] != '\0' ? c->reader
								    : NULL,
		.timeout_ms = c->wait_ms,
		.stop = stop };
	struct perso_pcsc_params p = {
		.reader = c->last, .transmit_ms = c->limit_ms, .eject = true
	};
	perso_rc rc;

	PERSO_TRY(wait_until_gone(c, stop));
	rc = perso_link_pcsc_wait(&w, c->last);
	if (rc == PERSO_E_TIMEOUT)
		PERSO_FAIL(PERSO_E_NO_CARD, "no chip came into %s within %u s",
		    c->reader[0] != '\0' ? c->reader : "any reader",
		    c->wait_ms / 1000);
	PERSO_TRY(rc);
	PERSO_TRY_CTX(perso_link_pcsc_open(&p, &c->link), "%s", c->last);
	c->used = true;
	return PERSO_OK;
}

/* see chips.h */
perso_rc
cli_chips_next(struct cli_chips *c, bool locked, bool (*stop)(void *ctx),
    struct perso_link **ret)
{
	if (c->link == NULL && c->dir[0] != '\0')
		PERSO_TRY(next_file(c, locked, stop));
	if (c->link == NULL)
		PERSO_TRY(next_card(c, stop));
	*ret = c->link;
	return PERSO_OK;
}

/* see chips.h */
void
cli_chips_done(struct cli_chips *c)
{
	if (c->link != NULL)
		perso_link_free(&c->link);
}

/* see chips.h */
void
cli_chips_rewind(struct cli_chips *c)
{
	c->after[0] = '\0';
	c->count = 0;
	c->at = 0;
}

/* see chips.h */
bool
cli_chips_is_reader(const struct cli_chips *c)
{
	return c->dir[0] == '\0';
}
