/* Jobs: the changes of state of the production line. */
#include <inttypes.h>

#include "perso/digest.h"
#include "perso/hooks.h"
#include "store_int.h"

struct begin {
	const char *order;
	const char *blank;
	int64_t clock;
	const struct perso_store_number *number;
	char profile[PERSO_ID_MAX];
	char text[PERSO_NUMBER_MAX]; /* the number, once bound */
	int64_t job;
};

static perso_rc
take_order(struct perso_store *s, struct begin *b)
{
	STORE_STMT(st);
	bool there = false;
	int n = 0;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT profile, state FROM orders WHERE id = ?", "s", b->order));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		PERSO_FAIL(
		    PERSO_E_NOT_FOUND, "order %s is not known", b->order);
	PERSO_TRY(perso_store_text(st, 0, b->profile, sizeof(b->profile)));
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE orders SET state = 'in-work', attempts = attempts + 1,"
	    " error = NULL WHERE id = ? AND state IN ('imported','failed')",
	    "s", b->order));
	if (n != 1)
		PERSO_FAIL(PERSO_E_STATE, "order %s is %s", b->order,
		    (const char *)sqlite3_column_text(st, 1));
	return PERSO_OK;
}

static perso_rc
take_blank(
    struct perso_store *s, const struct begin *b, struct perso_store_blank *ret)
{
	int n = 0;

	PERSO_TRY(perso_store_blank_get(s, b->blank, ret));
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE blanks SET state = 'in-work', order_id = ?1,"
	    " reason = NULL, changed_at = ?2 WHERE serial = ?3 AND"
	    " (state = 'received' OR (state = 'reserved' AND order_id = ?1))",
	    "sis", b->order, (int64_t)perso_now(), b->blank));
	if (n != 1)
		PERSO_FAIL(PERSO_E_STATE, "blank %s is %s%s", b->blank,
		    perso_blank_state_name(ret->state),
		    ret->state == PERSO_BLANK_RESERVED ? " for another order"
						       : "");
	return PERSO_OK;
}

static perso_rc
add_number(struct perso_store *s, const struct begin *b)
{
	return perso_store_run(s, NULL,
	    "INSERT INTO numbers(profile, number, order_id, state)"
	    " VALUES(?, ?, ?, 'bound')",
	    "sss", b->profile, b->text, b->order);
}

static perso_rc
number_known(struct perso_store *s, const struct begin *b, bool *ret)
{
	int64_t n = 0;

	PERSO_TRY(perso_store_int(s, &n,
	    "SELECT count(*) FROM numbers WHERE profile = ? AND number = ?",
	    "ss", b->profile, b->text));
	*ret = n != 0;
	return PERSO_OK;
}

/* The next one that nobody has. */
static perso_rc
draw_number(struct perso_store *s, struct begin *b)
{
	const struct perso_store_number *q = b->number;
	int64_t next = (int64_t)q->first;
	bool known = true;

	PERSO_TRY(perso_store_int(s, &next,
	    "SELECT max(next, ?) FROM ranges WHERE name = ?", "is",
	    (int64_t)q->first, q->range));
	for (; known; next++) {
		if (next > (int64_t)q->last)
			PERSO_FAIL(PERSO_E_RANGE, "number range %s is used up",
			    q->range);
		PERSO_TRY(q->format(q->ctx, (uint64_t)next, b->text));
		PERSO_TRY(number_known(s, b, &known));
	}
	PERSO_TRY(perso_store_run(s, NULL,
	    "INSERT INTO ranges(name, next) VALUES(?1, ?2) ON CONFLICT(name)"
	    " DO UPDATE SET next = ?2",
	    "si", q->range, next));
	return add_number(s, b);
}

/* The order's own: it may have been bound by an earlier attempt. */
static perso_rc
order_number(struct perso_store *s, struct begin *b)
{
	int64_t mine = 0;
	bool known = false;

	PERSO_TRY(perso_store_word(
	    "document number", b->number->text, PERSO_NUMBER_MAX));
	perso_store_clip(b->text, sizeof(b->text), b->number->text);
	PERSO_TRY(number_known(s, b, &known));
	if (!known)
		return add_number(s, b);
	PERSO_TRY(perso_store_int(s, &mine,
	    "SELECT count(*) FROM numbers WHERE profile = ? AND number = ?"
	    " AND order_id = ? AND state = 'bound'",
	    "sss", b->profile, b->text, b->order));
	if (mine != 1)
		PERSO_FAIL(PERSO_E_CONFLICT,
		    "the document number of order %s is taken", b->order);
	return PERSO_OK;
}

static perso_rc
bind_number(struct perso_store *s, struct begin *b,
    const struct perso_store_blank *blank)
{
	bool known = false;

	switch (b->number->source) {
	case PERSO_STORE_FROM_RANGE:
		return draw_number(s, b);
	case PERSO_STORE_FROM_ORDER:
		return order_number(s, b);
	case PERSO_STORE_FROM_BLANK:
		if (blank->number[0] == '\0')
			PERSO_FAIL(PERSO_E_MISSING,
			    "blank %s has no pre-printed number", b->blank);
		perso_store_clip(b->text, sizeof(b->text), blank->number);
		PERSO_TRY(number_known(s, b, &known));
		if (known)
			PERSO_FAIL(PERSO_E_CONFLICT,
			    "the number of blank %s is taken", b->blank);
		return add_number(s, b);
	default:
		PERSO_FAIL(PERSO_E_ARG, "no source of document numbers");
	}
}

static perso_rc
begin(struct perso_store *s, void *arg)
{
	struct begin *b = arg;
	struct perso_store_blank blank;
	char text[64];

	PERSO_TRY(take_order(s, b));
	PERSO_TRY(take_blank(s, b, &blank));
	PERSO_TRY(bind_number(s, b, &blank));
	PERSO_TRY_CTX(
	    perso_store_run(s, NULL,
		"INSERT INTO jobs(order_id, blank, profile, state, clock, "
		"number,"
		" source, started_at) VALUES(?, ?, ?, 'begun', ?, ?, ?, ?)",
		"sssisii", b->order, b->blank, b->profile, b->clock, b->text,
		(int64_t)b->number->source, (int64_t)perso_now()),
	    "order %s, blank %s", b->order, b->blank);
	b->job = sqlite3_last_insert_rowid(s->db);
	(void)snprintf(text, sizeof(text), "number from %s",
	    perso_store_source_name(b->number->source));
	return perso_store_note(s, &(struct store_note){ .kind = "job-begun",
				       .order = b->order,
				       .blank = b->blank,
				       .job = b->job,
				       .text = text });
}

/* see perso/store.h */
perso_rc
perso_store_job_begin(struct perso_store *s, const char *order,
    const char *blank, int64_t clock, const struct perso_store_number *number,
    struct perso_store_job *ret)
{
	struct begin b = {
		.order = order, .blank = blank, .clock = clock, .number = number
	};

	if (number->source == PERSO_STORE_FROM_RANGE) {
		PERSO_TRY(
		    perso_store_word("range", number->range, PERSO_ID_MAX));
		if (number->format == NULL || number->first > number->last ||
		    number->last > UINT64_C(1) << 62)
			PERSO_FAIL(
			    PERSO_E_ARG, "number range %s", number->range);
	}
	PERSO_TRY(perso_store_tx(s, begin, &b));
	return perso_store_job_get(s, b.job, ret);
}

struct advance {
	int64_t job;
	const char *from, *to, *kind;
	/* keys and seal only */
	struct perso_span bytes;
	const struct perso_store_file *files;
	size_t count;
};

/* from -> to, exactly once. */
static perso_rc
advance(struct perso_store *s, void *arg)
{
	const struct advance *a = arg;
	struct perso_store_job j;
	int n = 0;

	PERSO_TRY(perso_store_job_get(s, a->job, &j));
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE jobs SET state = ? WHERE id = ? AND state = ?", "sis",
	    a->to, a->job, a->from));
	if (n != 1)
		PERSO_FAIL(PERSO_E_STATE,
		    "job %" PRId64 " is %s, it cannot become %s", a->job,
		    perso_job_state_name(j.state), a->to);
	return perso_store_note(s, &(struct store_note){ .kind = a->kind,
				       .order = j.order,
				       .blank = j.blank,
				       .job = a->job });
}

static perso_rc
keep_keys(struct perso_store *s, void *arg)
{
	const struct advance *a = arg;

	PERSO_TRY(perso_store_run(s, NULL,
	    "INSERT INTO job_keys(job, spki) VALUES(?, ?)", "ib", a->job,
	    a->bytes));
	return advance(s, arg);
}

/* see perso/store.h */
perso_rc
perso_store_job_keys(struct perso_store *s, int64_t job, struct perso_span spki)
{
	struct advance a = { .job = job,
		.from = "begun",
		.to = "keyed",
		.kind = "job-keyed",
		.bytes = spki };

	return perso_store_tx(s, keep_keys, &a);
}

static perso_rc
seal(struct perso_store *s, void *arg)
{
	const struct advance *a = arg;
	struct perso_md md;
	int n = 0;

	PERSO_TRY(perso_digest(PERSO_SHA256, a->bytes, &md));
	PERSO_TRY(advance(s, arg));
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE jobs SET sod_hash = ? WHERE id = ? AND sod_hash IS NULL",
	    "bi", perso_md_span(&md), a->job));
	if (n != 1)
		PERSO_FAIL(
		    PERSO_E_STATE, "job %" PRId64 " has an EF.SOD", a->job);
	PERSO_TRY(perso_store_run(s, NULL,
	    "INSERT INTO job_sods(job, sod) VALUES(?, ?)", "ib", a->job,
	    a->bytes));
	for (size_t i = 0; i < a->count; i++)
		PERSO_TRY_CTX(
		    perso_store_run(s, NULL,
			"INSERT INTO job_files(job, n, fid, mf, hash)"
			" VALUES(?, ?, ?, ?, ?)",
			"iiiib", a->job, (int64_t)i, (int64_t)a->files[i].fid,
			(int64_t)a->files[i].mf,
			perso_span_of(a->files[i].hash)),
		    "file %04X", a->files[i].fid);
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_job_sealed(struct perso_store *s, int64_t job,
    struct perso_span sod, const struct perso_store_file *files, size_t count)
{
	struct advance a = { job, "keyed", "sealed", "job-sealed", sod, files,
		count };

	if (sod.n == 0 || count == 0 || count > PERSO_STORE_FILES)
		PERSO_FAIL(PERSO_E_ARG, "no EF.SOD, or %zu files", count);
	return perso_store_tx(s, seal, &a);
}

/* see perso/store.h */
perso_rc
perso_store_job_locking(struct perso_store *s, int64_t job)
{
	struct advance a = { .job = job,
		.from = "sealed",
		.to = "locking",
		.kind = "job-locking" };

	return perso_store_tx(s, advance, &a);
}

/* see perso/store.h */
perso_rc
perso_store_job_locked(struct perso_store *s, int64_t job)
{
	struct advance a = { .job = job,
		.from = "locking",
		.to = "locked",
		.kind = "job-locked" };

	return perso_store_tx(s, advance, &a);
}

static perso_rc
seal_sticker(struct perso_store *s, void *arg)
{
	const struct advance *a = arg;
	struct perso_md md;
	int n = 0;

	PERSO_TRY(perso_digest(PERSO_SHA256, a->bytes, &md));
	PERSO_TRY(advance(s, arg));
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE jobs SET seal_hash = ? WHERE id = ? AND seal_hash IS NULL",
	    "bi", perso_md_span(&md), a->job));
	if (n != 1)
		PERSO_FAIL(PERSO_E_STATE, "job %" PRId64 " has a seal", a->job);
	return perso_store_run(s, NULL,
	    "INSERT INTO job_seals(job, seal) VALUES(?, ?)", "ib", a->job,
	    a->bytes);
}

/* see perso/store.h */
perso_rc
perso_store_job_seal(struct perso_store *s, int64_t job, struct perso_span seal)
{
	struct advance a = { .job = job,
		.from = "begun",
		.to = "sealed",
		.kind = "job-sealed",
		.bytes = seal };

	if (seal.n == 0)
		PERSO_FAIL(PERSO_E_ARG, "no seal");
	return perso_store_tx(s, seal_sticker, &a);
}

/* see perso/store.h */
perso_rc
perso_store_job_printing(struct perso_store *s, int64_t job)
{
	struct advance a = { .job = job,
		.from = "sealed",
		.to = "printing",
		.kind = "job-printing" };

	return perso_store_tx(s, advance, &a);
}

/* see perso/store.h */
perso_rc
perso_store_job_printed(struct perso_store *s, int64_t job)
{
	struct advance a = { .job = job,
		.from = "printing",
		.to = "printed",
		.kind = "job-printed" };

	return perso_store_tx(s, advance, &a);
}
