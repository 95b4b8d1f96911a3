/* Orders: imported once, never forgotten. */
#include "perso/hooks.h"
#include "store_int.h"

#define ORDER_COLUMNS                                             \
	"seq, id, path, json_hash, cms_hash, profile, approver, " \
	"imported_at, state, attempts, error"

static perso_rc
read_order(sqlite3_stmt *st, struct perso_store_order *ret)
{
	struct perso_store_order *o = ret;

	*o = (struct perso_store_order){ 0 };
	o->seq = sqlite3_column_int64(st, 0);
	PERSO_TRY(perso_store_text(st, 1, o->id, sizeof(o->id)));
	PERSO_TRY(perso_store_text(st, 2, o->path, sizeof(o->path)));
	PERSO_TRY(perso_store_blob(st, 3, o->json_hash, sizeof(o->json_hash)));
	PERSO_TRY(perso_store_blob(st, 4, o->cms_hash, sizeof(o->cms_hash)));
	PERSO_TRY(perso_store_text(st, 5, o->profile, sizeof(o->profile)));
	PERSO_TRY(perso_store_text(st, 6, o->approver, sizeof(o->approver)));
	o->imported_at = sqlite3_column_int64(st, 7);
	PERSO_TRY(perso_order_state_from_name(
	    (const char *)sqlite3_column_text(st, 8), &o->state));
	o->attempts = (unsigned)sqlite3_column_int(st, 9);
	return perso_store_text(st, 10, o->error, sizeof(o->error));
}

/* see perso/store.h */
perso_rc
perso_store_order_get(
    struct perso_store *s, const char *id, struct perso_store_order *ret)
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT " ORDER_COLUMNS " FROM orders WHERE id = ?", "s", id));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		PERSO_FAIL(PERSO_E_NOT_FOUND, "order %s is not known", id);
	return read_order(st, ret);
}

/* see perso/store.h */
perso_rc
perso_store_order_next(struct perso_store *s, unsigned states, int64_t after,
    struct perso_store_order *ret, bool *ret_there)
{
	STORE_STMT(st);
	char set[80], sql[320];
	bool there = false;

	perso_store_set(set, sizeof(set), perso_store_orders, 5, states);
	(void)snprintf(sql, sizeof(sql),
	    "SELECT " ORDER_COLUMNS " FROM orders WHERE seq > ?"
	    " AND state IN (%s) ORDER BY seq LIMIT 1",
	    set);
	PERSO_TRY(perso_store_query(s, &st, sql, "i", after));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		PERSO_TRY(read_order(st, ret));
	*ret_there = there;
	return PERSO_OK;
}

struct import {
	const struct perso_store_order *o;
	bool is_new;
};

/* Is it known already? */
static perso_rc
compare(
    struct perso_store *s, const struct perso_store_order *o, bool *ret_known)
{
	STORE_STMT(st);
	uint8_t hash[PERSO_STORE_HASH];
	bool there = false;

	PERSO_TRY(perso_store_query(
	    s, &st, "SELECT json_hash FROM orders WHERE id = ?", "s", o->id));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there) {
		PERSO_TRY(perso_store_blob(st, 0, hash, sizeof(hash)));
		if (!perso_span_equal(
			perso_span_of(hash), perso_span_of(o->json_hash)))
			PERSO_FAIL(PERSO_E_CONFLICT,
			    "order %s was imported with other content", o->id);
	}
	*ret_known = there;
	return PERSO_OK;
}

static perso_rc
import(struct perso_store *s, void *arg)
{
	struct import *im = arg;
	const struct perso_store_order *o = im->o;
	bool known = false;

	PERSO_TRY(compare(s, o, &known));
	im->is_new = !known;
	if (known)
		return PERSO_OK;
	PERSO_TRY_CTX(
	    perso_store_run(s, NULL,
		"INSERT INTO orders(id, path, json_hash, cms_hash, profile,"
		" approver, imported_at, state) VALUES"
		"(?, ?, ?, ?, ?, ?, ?, 'imported')",
		"ssbbssi", o->id, o->path, perso_span_of(o->json_hash),
		perso_span_of(o->cms_hash), o->profile, o->approver,
		(int64_t)perso_now()),
	    "order %s", o->id);
	return perso_store_note(
	    s, &(struct store_note){ .kind = "order-imported",
		   .order = o->id,
		   .text = o->approver });
}

/* see perso/store.h */
perso_rc
perso_store_order_import(
    struct perso_store *s, const struct perso_store_order *o, bool *ret_new)
{
	struct import im = { o, false };

	PERSO_TRY(perso_store_word("order", o->id, sizeof(o->id)));
	PERSO_TRY(perso_store_word("path", o->path, sizeof(o->path)));
	PERSO_TRY(perso_store_word("profile", o->profile, sizeof(o->profile)));
	if (o->approver[0] != '\0')
		PERSO_TRY(perso_store_word(
		    "approver", o->approver, sizeof(o->approver)));
	PERSO_TRY(perso_store_tx(s, import, &im));
	*ret_new = im.is_new;
	return PERSO_OK;
}

struct end {
	const char *id;
	const char *text;
	const char *to;
	const char *kind;
};

static perso_rc
end_order(struct perso_store *s, void *arg)
{
	const struct end *e = arg;
	char text[PERSO_REASON_MAX];
	int n = 0;

	perso_store_clip(text, sizeof(text), e->text);
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE orders SET state = ?, error = ?,"
	    " attempts = attempts + (?1 = 'failed') WHERE id = ?"
	    " AND state IN ('imported','failed')",
	    "tss", e->to, text, e->id));
	if (n != 1) {
		struct perso_store_order *o = calloc(1, sizeof(*o));
		perso_rc rc = PERSO_E_NOMEM;
		const char *state = "";

		if (o != NULL)
			rc = perso_store_order_get(s, e->id, o);
		if (rc == PERSO_OK)
			state = perso_order_state_name(o->state);
		free(o);
		PERSO_TRY(rc);
		PERSO_FAIL(PERSO_E_STATE, "order %s is %s", e->id, state);
	}
	return perso_store_note(
	    s, &(struct store_note){
		   .kind = e->kind, .order = e->id, .text = text });
}

/* see perso/store.h */
perso_rc
perso_store_order_fail(struct perso_store *s, const char *id, const char *error)
{
	struct end e = { id, error, "failed", "order-failed" };

	return perso_store_tx(s, end_order, &e);
}

/* see perso/store.h */
perso_rc
perso_store_order_cancel(
    struct perso_store *s, const char *id, const char *reason)
{
	struct end e = { id, reason, "cancelled", "order-cancelled" };

	return perso_store_tx(s, end_order, &e);
}
