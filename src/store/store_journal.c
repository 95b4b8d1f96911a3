/* The journal, the list of documents, and counts. */
#include <inttypes.h>

#include "perso/digest.h"
#include "perso/hooks.h"
#include "perso/wr.h"
#include "store_int.h"

#define JOURNAL_COLUMNS "seq, at, kind, order_id, blank, job, text, hash"

static void
put_number(struct perso_wr *w, int64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, v);
	perso_wr_str(w, text);
	perso_wr_u8(w, 0);
}

static void
put_text(struct perso_wr *w, const char *s)
{
	perso_wr_str(w, s);
	perso_wr_u8(w, 0);
}

static perso_rc
chain(const uint8_t before[PERSO_STORE_HASH], const struct perso_store_entry *e,
    uint8_t ret[PERSO_STORE_HASH])
{
	PERSO_BUF(b, 4096);
	struct perso_wr w = perso_wr(&b);
	struct perso_md md;

	perso_wr_bytes(&w, perso_span(before, PERSO_STORE_HASH));
	put_number(&w, e->seq);
	put_number(&w, e->at);
	put_text(&w, e->kind);
	put_text(&w, e->order);
	put_text(&w, e->blank);
	if (e->job != 0)
		put_number(&w, e->job);
	else
		put_text(&w, "");
	put_text(&w, e->text);
	PERSO_TRY(perso_wr_end(&w));
	PERSO_TRY(perso_digest(PERSO_SHA256, perso_buf_span(&b), &md));
	return perso_span_copy(ret, PERSO_STORE_HASH, perso_md_span(&md));
}

static perso_rc
last_of(
    struct perso_store *s, int64_t *ret_seq, uint8_t ret_hash[PERSO_STORE_HASH])
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", ""));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		return PERSO_OK;
	*ret_seq = sqlite3_column_int64(st, 0);
	return perso_store_blob(st, 1, ret_hash, PERSO_STORE_HASH);
}

/* see store_int.h */
perso_rc
perso_store_note(struct perso_store *s, const struct store_note *n)
{
	struct perso_store_entry e = { .at = (int64_t)perso_now(),
		.job = n->job };
	uint8_t before[PERSO_STORE_HASH] = { 0 };
	int64_t last = 0;

	PERSO_TRY(last_of(s, &last, before));
	e.seq = last + 1;
	perso_store_clip(e.kind, sizeof(e.kind), n->kind);
	perso_store_clip(e.order, sizeof(e.order), n->order);
	perso_store_clip(e.blank, sizeof(e.blank), n->blank);
	perso_store_clip(e.text, sizeof(e.text), n->text);
	PERSO_TRY(chain(before, &e, e.hash));
	PERSO_TRY_CTX(perso_store_run(s, NULL,
			  "INSERT INTO journal(" JOURNAL_COLUMNS ") VALUES"
			  "(?, ?, ?, ?, ?, nullif(?, 0), ?, ?)",
			  "iitssisb", e.seq, e.at, e.kind, e.order, e.blank,
			  e.job, e.text, perso_span_of(e.hash)),
	    "journal");
	s->kind = n->kind;
	return PERSO_OK;
}

static perso_rc
read_entry(sqlite3_stmt *st, struct perso_store_entry *ret)
{
	struct perso_store_entry e = { 0 };

	e.seq = sqlite3_column_int64(st, 0);
	e.at = sqlite3_column_int64(st, 1);
	PERSO_TRY(perso_store_text(st, 2, e.kind, sizeof(e.kind)));
	PERSO_TRY(perso_store_text(st, 3, e.order, sizeof(e.order)));
	PERSO_TRY(perso_store_text(st, 4, e.blank, sizeof(e.blank)));
	e.job = sqlite3_column_int64(st, 5);
	PERSO_TRY(perso_store_text(st, 6, e.text, sizeof(e.text)));
	PERSO_TRY(perso_store_blob(st, 7, e.hash, sizeof(e.hash)));
	*ret = e;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_journal_next(struct perso_store *s, int64_t after,
    struct perso_store_entry *ret, bool *ret_there)
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT " JOURNAL_COLUMNS " FROM journal WHERE seq > ?"
	    " ORDER BY seq LIMIT 1",
	    "i", after));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		PERSO_TRY(read_entry(st, ret));
	*ret_there = there;
	return PERSO_OK;
}

/* see store_int.h */
perso_rc
perso_store_journal_check(struct perso_store *s)
{
	STORE_STMT(st);
	uint8_t before[PERSO_STORE_HASH] = { 0 }, hash[PERSO_STORE_HASH];
	struct perso_store_entry e = { 0 };
	bool there = false;
	int64_t expected = 1;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT " JOURNAL_COLUMNS " FROM journal ORDER BY seq", ""));
	for (;; expected++) {
		PERSO_TRY(perso_store_step(s, st, &there));
		if (!there)
			return PERSO_OK;
		PERSO_TRY(read_entry(st, &e));
		PERSO_TRY(chain(before, &e, hash));
		if (e.seq != expected || !perso_span_equal(perso_span_of(hash),
					     perso_span_of(e.hash)))
			PERSO_FAIL(PERSO_E_STORE,
			    "journal: the chain breaks at line %" PRId64,
			    expected);
		PERSO_TRY(perso_span_copy(
		    before, sizeof(before), perso_span_of(hash)));
	}
}

#define DOCUMENT_COLUMNS "seq, profile, number, order_id, blank, job, issued_at"

static perso_rc
read_document(sqlite3_stmt *st, struct perso_store_document *ret)
{
	struct perso_store_document d = { 0 };

	d.seq = sqlite3_column_int64(st, 0);
	PERSO_TRY(perso_store_text(st, 1, d.profile, sizeof(d.profile)));
	PERSO_TRY(perso_store_text(st, 2, d.number, sizeof(d.number)));
	PERSO_TRY(perso_store_text(st, 3, d.order, sizeof(d.order)));
	PERSO_TRY(perso_store_text(st, 4, d.blank, sizeof(d.blank)));
	d.job = sqlite3_column_int64(st, 5);
	d.issued_at = sqlite3_column_int64(st, 6);
	*ret = d;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_document_next(struct perso_store *s, int64_t after,
    struct perso_store_document *ret, bool *ret_there)
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT " DOCUMENT_COLUMNS " FROM documents WHERE seq > ?"
	    " ORDER BY seq LIMIT 1",
	    "i", after));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		PERSO_TRY(read_document(st, ret));
	*ret_there = there;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_document_of(
    struct perso_store *s, const char *order, struct perso_store_document *ret)
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT " DOCUMENT_COLUMNS " FROM documents"
	    " WHERE order_id = ? AND live = 1",
	    "s", order));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		PERSO_FAIL(
		    PERSO_E_NOT_FOUND, "order %s has no document", order);
	return read_document(st, ret);
}

static perso_rc
count_states(struct perso_store *s, const char *sql, const char *const *names,
    size_t count, uint64_t *ret)
{
	STORE_STMT(st);
	bool there = false;
	unsigned bit;

	PERSO_TRY(perso_store_query(s, &st, sql, ""));
	for (;;) {
		PERSO_TRY(perso_store_step(s, st, &there));
		if (!there)
			return PERSO_OK;
		bit = perso_store_bit(
		    names, count, (const char *)sqlite3_column_text(st, 0));
		for (size_t i = 0; i < count; i++)
			if (bit == 1u << i)
				ret[i] = (uint64_t)sqlite3_column_int64(st, 1);
	}
}

/* see perso/store.h */
perso_rc
perso_store_count(struct perso_store *s, struct perso_store_counts *ret)
{
	struct perso_store_counts c = { 0 };
	int64_t documents = 0, gone = 0;

	PERSO_TRY(
	    count_states(s, "SELECT state, count(*) FROM orders GROUP BY state",
		perso_store_orders, 5, c.orders));
	PERSO_TRY(
	    count_states(s, "SELECT state, count(*) FROM blanks GROUP BY state",
		perso_store_blanks, 7, c.blanks));
	PERSO_TRY(
	    count_states(s, "SELECT state, count(*) FROM jobs GROUP BY state",
		perso_store_jobs, 9, c.jobs));
	PERSO_TRY(count_states(s,
	    "SELECT state, count(*) FROM letters GROUP BY state",
	    perso_store_letters, 4, c.letters));
	PERSO_TRY(perso_store_int(
	    s, &documents, "SELECT count(*) FROM documents", ""));
	PERSO_TRY(perso_store_int(
	    s, &gone, "SELECT count(*) FROM numbers WHERE state = 'void'", ""));
	c.documents = (uint64_t)documents;
	c.void_numbers = (uint64_t)gone;
	*ret = c;
	return PERSO_OK;
}
