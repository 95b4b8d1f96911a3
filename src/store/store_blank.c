/* Blanks: each in exactly one state. */
#include "perso/hooks.h"
#include "store_int.h"

#define BLANK_COLUMNS                                             \
	"seq, serial, product, number, order_id, state, reason, " \
	"received_at, changed_at"

static perso_rc
read_blank(sqlite3_stmt *st, struct perso_store_blank *ret)
{
	struct perso_store_blank b = { 0 };

	b.seq = sqlite3_column_int64(st, 0);
	PERSO_TRY(perso_store_text(st, 1, b.serial, sizeof(b.serial)));
	PERSO_TRY(perso_store_text(st, 2, b.product, sizeof(b.product)));
	PERSO_TRY(perso_store_text(st, 3, b.number, sizeof(b.number)));
	PERSO_TRY(perso_store_text(st, 4, b.order, sizeof(b.order)));
	PERSO_TRY(perso_blank_state_from_name(
	    (const char *)sqlite3_column_text(st, 5), &b.state));
	PERSO_TRY(perso_store_text(st, 6, b.reason, sizeof(b.reason)));
	b.received_at = sqlite3_column_int64(st, 7);
	b.changed_at = sqlite3_column_int64(st, 8);
	*ret = b;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_blank_get(
    struct perso_store *s, const char *serial, struct perso_store_blank *ret)
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT " BLANK_COLUMNS " FROM blanks WHERE serial = ?", "s",
	    serial));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		PERSO_FAIL(
		    PERSO_E_NOT_FOUND, "blank %s is not in stock", serial);
	return read_blank(st, ret);
}

/* see perso/store.h */
perso_rc
perso_store_blank_next(struct perso_store *s, unsigned states, int64_t after,
    struct perso_store_blank *ret, bool *ret_there)
{
	STORE_STMT(st);
	char set[96], sql[320];
	bool there = false;

	perso_store_set(set, sizeof(set), perso_store_blanks, 7, states);
	(void)snprintf(sql, sizeof(sql),
	    "SELECT " BLANK_COLUMNS " FROM blanks WHERE seq > ?"
	    " AND state IN (%s) ORDER BY seq LIMIT 1",
	    set);
	PERSO_TRY(perso_store_query(s, &st, sql, "i", after));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		PERSO_TRY(read_blank(st, ret));
	*ret_there = there;
	return PERSO_OK;
}

struct receive {
	const char *serial, *product, *number;
};

static perso_rc
receive(struct perso_store *s, void *arg)
{
	const struct receive *r = arg;
	int64_t now = (int64_t)perso_now(), known = 0;

	PERSO_TRY(perso_store_int(s, &known,
	    "SELECT count(*) FROM blanks WHERE serial = ?", "s", r->serial));
	if (known != 0)
		PERSO_FAIL(PERSO_E_CONFLICT, "blank %s is in stock already",
		    r->serial);
	PERSO_TRY(perso_store_int(s, &known,
	    "SELECT count(*) FROM blanks WHERE product = ? AND number = ?",
	    "ss", r->product, r->number));
	if (known != 0)
		PERSO_FAIL(PERSO_E_CONFLICT,
		    "blank %s: another one has the same number", r->serial);
	PERSO_TRY_CTX(perso_store_run(s, NULL,
			  "INSERT INTO blanks(serial, product, number, state, "
			  "received_at,"
			  " changed_at) VALUES(?, ?, ?, 'received', ?, ?)",
			  "sssii", r->serial, r->product, r->number, now, now),
	    "blank %s", r->serial);
	return perso_store_note(
	    s, &(struct store_note){ .kind = "blank-received",
		   .blank = r->serial,
		   .text = r->product });
}

/* see perso/store.h */
perso_rc
perso_store_blank_receive(struct perso_store *s, const char *serial,
    const char *product, const char *number)
{
	struct receive r = { serial, product, number };

	PERSO_TRY(perso_store_word("serial", serial, PERSO_ID_MAX));
	PERSO_TRY(perso_store_word("product", product, PERSO_ID_MAX));
	if (number != NULL && *number != '\0')
		PERSO_TRY(perso_store_word("number", number, PERSO_NUMBER_MAX));
	return perso_store_tx(s, receive, &r);
}

struct move {
	const char *serial;
	const char *order; /* sets it; NULL: clears it */
	bool keep_order;
	enum perso_blank_state to;
	unsigned from;
	const char *kind;
	const char *reason;
};

static perso_rc
move(struct perso_store *s, void *arg)
{
	const struct move *m = arg;
	struct perso_store_blank b;
	char text[PERSO_REASON_MAX];

	PERSO_TRY(perso_store_blank_get(s, m->serial, &b));
	if (((unsigned)b.state & m->from) == 0)
		PERSO_FAIL(PERSO_E_STATE, "blank %s is %s", m->serial,
		    perso_blank_state_name(b.state));
	perso_store_clip(text, sizeof(text), m->reason);
	PERSO_TRY(perso_store_run(s, NULL,
	    "UPDATE blanks SET state = ?, reason = ?, order_id = ?,"
	    " changed_at = ? WHERE serial = ?",
	    "sssis", perso_blank_state_name(m->to), text,
	    m->keep_order ? b.order : m->order, (int64_t)perso_now(),
	    m->serial));
	return perso_store_note(s, &(struct store_note){ .kind = m->kind,
				       .blank = m->serial,
				       .order = m->order,
				       .text = text });
}

/* see perso/store.h */
perso_rc
perso_store_blank_reserve(
    struct perso_store *s, const char *serial, const char *order)
{
	struct move m = { serial, order, false, PERSO_BLANK_RESERVED,
		PERSO_BLANK_RECEIVED, "blank-reserved", NULL };

	return perso_store_tx(s, move, &m);
}

/* see perso/store.h */
perso_rc
perso_store_blank_release(struct perso_store *s, const char *serial)
{
	struct move m = { serial, NULL, false, PERSO_BLANK_RECEIVED,
		PERSO_BLANK_RESERVED, "blank-released", NULL };

	return perso_store_tx(s, move, &m);
}

/* see perso/store.h */
perso_rc
perso_store_blank_mark(struct perso_store *s, const char *serial,
    enum perso_blank_state to, const char *reason)
{
	struct move m = {
		.serial = serial, .keep_order = true, .to = to, .reason = reason
	};

	switch (to) {
	case PERSO_BLANK_SPOILED:
		m.from = PERSO_BLANK_RECEIVED | PERSO_BLANK_RESERVED;
		m.kind = "blank-spoiled";
		break;
	case PERSO_BLANK_DESTROYED:
		m.from = PERSO_BLANK_SPOILED;
		m.kind = "blank-destroyed";
		break;
	case PERSO_BLANK_LOST:
		m.from = PERSO_BLANK_RECEIVED | PERSO_BLANK_RESERVED |
			 PERSO_BLANK_SPOILED;
		m.kind = "blank-lost";
		break;
	default:
		PERSO_FAIL(PERSO_E_ARG, "a blank is marked spoiled, destroyed "
					"or lost");
	}
	return perso_store_tx(s, move, &m);
}
