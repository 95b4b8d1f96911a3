/* Letters with PIN and PUK, and the envelopes they go into. */
#include <ctype.h>
#include <inttypes.h>

#include "perso/hooks.h"
#include "store_int.h"

#define LETTER_COLUMNS                                                 \
	"l.job, j.order_id, j.blank, j.profile, l.envelope, l.state, " \
	"l.changed_at FROM letters l JOIN jobs j ON j.id = l.job"

struct change {
	int64_t job;
	const char *envelope, *reason; /* borrowed */
	struct perso_store_letter l;
};

/* ---- reading --------------------------------------------------------- */

static perso_rc
read_letter(sqlite3_stmt *st, struct perso_store_letter *ret)
{
	struct perso_store_letter l = { .job = sqlite3_column_int64(st, 0) };
	char state[16];

	PERSO_TRY(perso_store_text(st, 1, l.order, sizeof(l.order)));
	PERSO_TRY(perso_store_text(st, 2, l.blank, sizeof(l.blank)));
	PERSO_TRY(perso_store_text(st, 3, l.profile, sizeof(l.profile)));
	PERSO_TRY(perso_store_text(st, 4, l.envelope, sizeof(l.envelope)));
	PERSO_TRY(perso_store_text(st, 5, state, sizeof(state)));
	PERSO_TRY(perso_letter_state_from_name(state, &l.state));
	l.changed_at = sqlite3_column_int64(st, 6);
	*ret = l;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_letter_get(
    struct perso_store *s, int64_t job, struct perso_store_letter *ret)
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(perso_store_query(
	    s, &st, "SELECT " LETTER_COLUMNS " WHERE l.job = ?", "i", job));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		PERSO_FAIL(
		    PERSO_E_NOT_FOUND, "job %" PRId64 " has no letter", job);
	return read_letter(st, ret);
}

/* see perso/store.h */
perso_rc
perso_store_letter_next(struct perso_store *s, unsigned states, int64_t after,
    struct perso_store_letter *ret, bool *ret_there)
{
	STORE_STMT(st);
	char set[64], sql[512];
	bool there = false;

	perso_store_set(set, sizeof(set), perso_store_letters, 4, states);
	(void)snprintf(sql, sizeof(sql),
	    "SELECT " LETTER_COLUMNS
	    " WHERE l.job > ? AND l.state IN (%s) ORDER BY l.job LIMIT 1",
	    set);
	PERSO_TRY(perso_store_query(s, &st, sql, "i", after));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		PERSO_TRY(read_letter(st, ret));
	*ret_there = there;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_letter_sealed(
    struct perso_store *s, int64_t job, struct perso_buf *ret)
{
	STORE_STMT(st);
	bool there = false;
	const void *p;

	PERSO_TRY(perso_store_query(
	    s, &st, "SELECT sealed FROM letter_boxes WHERE job = ?", "i", job));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		PERSO_FAIL(PERSO_E_NOT_FOUND,
		    "the letter of job %" PRId64 " is not kept (any more)",
		    job);
	p = sqlite3_column_blob(st, 0);
	return perso_buf_append(
	    ret, perso_span(p, (size_t)sqlite3_column_bytes(st, 0)));
}

/* see perso/store.h */
perso_rc
perso_store_envelope_free(struct perso_store *s, const char *envelope)
{
	int64_t known = 0;

	PERSO_TRY(perso_store_word(
	    "number of the envelope", envelope, PERSO_ENVELOPE_MAX));
	for (const char *c = envelope; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && *c != '-')
			PERSO_FAIL(PERSO_E_DATA,
			    "number of the envelope: letters, digits and - "
			    "only, not that at position %d",
			    (int)(c - envelope) + 1);
	PERSO_TRY(perso_store_int(s, &known,
	    "SELECT count(*) FROM envelopes WHERE number = ?", "s", envelope));
	if (known != 0)
		PERSO_FAIL(PERSO_E_CONFLICT, "envelope %s was used", envelope);
	return PERSO_OK;
}

/* ---- changes --------------------------------------------------------- */

static perso_rc
note(struct perso_store *s, const struct change *c, const char *kind,
    const char *reason)
{
	char text[PERSO_REASON_MAX];

	(void)snprintf(text, sizeof(text), "envelope %s%s%s", c->l.envelope,
	    reason != NULL ? ": " : "", reason != NULL ? reason : "");
	return perso_store_note(s, &(struct store_note){ .kind = kind,
				       .order = c->l.order,
				       .blank = c->l.blank,
				       .job = c->job,
				       .text = text });
}

static perso_rc
load(struct perso_store *s, struct change *c, unsigned states)
{
	PERSO_TRY(perso_store_letter_get(s, c->job, &c->l));
	if (((unsigned)c->l.state & states) == 0)
		PERSO_FAIL(PERSO_E_STATE, "the letter of job %" PRId64 " is %s",
		    c->job, perso_letter_state_name(c->l.state));
	return PERSO_OK;
}

static perso_rc
set_state(struct perso_store *s, const struct change *c,
    enum perso_letter_state to, const char *envelope)
{
	return perso_store_run(s, NULL,
	    "UPDATE letters SET state = ?, envelope = ?, changed_at = ?"
	    " WHERE job = ?",
	    "ssii", perso_letter_state_name(to), envelope, (int64_t)perso_now(),
	    c->job);
}

/* see store_int.h */
perso_rc
perso_store_letter_put(struct perso_store *s, const struct perso_store_job *j,
    struct perso_span sealed)
{
	PERSO_TRY(perso_store_run(s, NULL,
	    "INSERT INTO letters(job, state, changed_at)"
	    " VALUES(?, 'waiting', ?)",
	    "ii", j->id, (int64_t)perso_now()));
	PERSO_TRY(perso_store_run(s, NULL,
	    "INSERT INTO letter_boxes(job, sealed) VALUES(?, ?)", "ib", j->id,
	    sealed));
	return perso_store_note(
	    s, &(struct store_note){ .kind = "letter-waiting",
		   .order = j->order,
		   .blank = j->blank,
		   .job = j->id });
}

static perso_rc
begin(struct perso_store *s, void *arg)
{
	struct change *c = arg;

	PERSO_TRY(load(s, c, PERSO_LETTER_WAITING));
	PERSO_TRY(perso_store_envelope_free(s, c->envelope));
	perso_store_clip(c->l.envelope, sizeof(c->l.envelope), c->envelope);
	PERSO_TRY(perso_store_run(s, NULL,
	    "INSERT INTO envelopes(number, job, state, at)"
	    " VALUES(?, ?, 'bound', ?)",
	    "sii", c->envelope, c->job, (int64_t)perso_now()));
	PERSO_TRY(set_state(s, c, PERSO_LETTER_PRINTING, c->envelope));
	return note(s, c, "letter-printing", NULL);
}

static perso_rc
make_void(struct perso_store *s, void *arg)
{
	struct change *c = arg;

	PERSO_TRY(load(s, c, PERSO_LETTER_PRINTING | PERSO_LETTER_PRINTED));
	PERSO_TRY(set_state(s, c, PERSO_LETTER_WAITING, NULL));
	PERSO_TRY(perso_store_run(s, NULL,
	    "UPDATE envelopes SET state = 'void', at = ? WHERE number = ?",
	    "is", (int64_t)perso_now(), c->l.envelope));
	return note(s, c, "letter-void", c->reason);
}

static perso_rc
printed(struct perso_store *s, void *arg)
{
	struct change *c = arg;

	PERSO_TRY(load(s, c, PERSO_LETTER_PRINTING));
	PERSO_TRY(set_state(s, c, PERSO_LETTER_PRINTED, c->l.envelope));
	return note(s, c, "letter-printed", NULL);
}

static perso_rc
confirm(struct perso_store *s, void *arg)
{
	struct change *c = arg;

	PERSO_TRY(load(s, c, PERSO_LETTER_PRINTED | PERSO_LETTER_CONFIRMED));
	if (c->l.state == PERSO_LETTER_CONFIRMED)
		return PERSO_OK;
	PERSO_TRY(set_state(s, c, PERSO_LETTER_CONFIRMED, c->l.envelope));
	PERSO_TRY(perso_store_run(
	    s, NULL, "DELETE FROM letter_boxes WHERE job = ?", "i", c->job));
	return note(s, c, "letter-confirmed", NULL);
}

/* see perso/store.h */
perso_rc
perso_store_letter_begin(
    struct perso_store *s, int64_t job, const char *envelope)
{
	struct change c = { .job = job, .envelope = envelope };

	return perso_store_tx(s, begin, &c);
}

/* see perso/store.h */
perso_rc
perso_store_letter_void(struct perso_store *s, int64_t job, const char *reason)
{
	struct change c = { .job = job, .reason = reason };

	PERSO_TRY(perso_store_word("reason", reason, PERSO_REASON_MAX / 2));
	return perso_store_tx(s, make_void, &c);
}

/* see perso/store.h */
perso_rc
perso_store_letter_printed(struct perso_store *s, int64_t job)
{
	struct change c = { .job = job };

	return perso_store_tx(s, printed, &c);
}

/* see perso/store.h */
perso_rc
perso_store_letter_confirm(struct perso_store *s, int64_t job)
{
	struct change c = { .job = job };
	int code;

	PERSO_TRY(perso_store_tx(s, confirm, &c));
	/* Pages as they were before stand in the log until this. */
	code = sqlite3_wal_checkpoint_v2(
	    s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		PERSO_FAIL(PERSO_E_CONFLICT,
		    "the letter of job %" PRId64 " is confirmed, but another "
		    "program holds the store's log: confirm it again",
		    job);
	if (code != SQLITE_OK)
		return perso_store_fail(s, "emptying the log");
	return PERSO_OK;
}
