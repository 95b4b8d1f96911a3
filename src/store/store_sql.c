/* Statements, columns, transactions. */
#include <stdarg.h>

#include "store_int.h"

/* see store_int.h */
perso_rc
perso_store_fail(struct perso_store *s, const char *what)
{
	int code = sqlite3_errcode(s->db);

	switch (code) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		PERSO_FAIL(PERSO_E_CONFLICT,
		    "%s: the store is busy with another program", what);
	case SQLITE_READONLY:
		PERSO_FAIL(
		    PERSO_E_STATE, "%s: the store is open for reading", what);
	case SQLITE_CONSTRAINT:
		PERSO_FAIL(PERSO_E_STATE, "%s: refused by the store: %s", what,
		    sqlite3_errmsg(s->db));
	case SQLITE_NOMEM:
		PERSO_FAIL(PERSO_E_NOMEM, "%s: no memory", what);
	default:
		PERSO_FAIL(PERSO_E_STORE, "%s: store: %s", what,
		    sqlite3_errmsg(s->db));
	}
}

/* see store_int.h */
void
perso_store_stmt_done(sqlite3_stmt **st)
{
	sqlite3_finalize(*st);
	*st = NULL;
}

static int
bind_text(sqlite3_stmt *st, int at, const char *s, bool keep_empty)
{
	if (s == NULL || (*s == '\0' && !keep_empty))
		return sqlite3_bind_null(st, at);
	return sqlite3_bind_text(st, at, s, -1, SQLITE_TRANSIENT);
}

static int
bind_blob(sqlite3_stmt *st, int at, struct perso_span b)
{
	if (b.n == 0)
		return sqlite3_bind_zeroblob(st, at, 0);
	return sqlite3_bind_blob64(st, at, b.p, b.n, SQLITE_TRANSIENT);
}

static int
bind_all(sqlite3_stmt *st, const char *fmt, va_list *ap)
{
	int code = SQLITE_OK;

	for (int at = 1; *fmt != '\0' && code == SQLITE_OK; fmt++, at++) {
		switch (*fmt) {
		case 's':
		case 't':
			code = bind_text(
			    st, at, va_arg(*ap, const char *), *fmt == 't');
			break;
		case 'i':
			code = sqlite3_bind_int64(st, at, va_arg(*ap, int64_t));
			break;
		case 'b':
			code =
			    bind_blob(st, at, va_arg(*ap, struct perso_span));
			break;
		default:
			code = SQLITE_MISUSE;
		}
	}
	return code;
}

static perso_rc
query_ap(struct perso_store *s, sqlite3_stmt **ret, const char *sql,
    const char *fmt, va_list *ap)
{
	STORE_STMT(st);

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return perso_store_fail(s, "prepare");
	if (bind_all(st, fmt, ap) != SQLITE_OK)
		return perso_store_fail(s, "bind");
	*ret = st;
	st = NULL;
	return PERSO_OK;
}

/* see store_int.h */
perso_rc
perso_store_query(struct perso_store *s, sqlite3_stmt **ret, const char *sql,
    const char *fmt, ...)
{
	va_list ap;
	perso_rc rc;

	va_start(ap, fmt);
	rc = query_ap(s, ret, sql, fmt, &ap);
	va_end(ap);
	return rc;
}

/* see store_int.h */
perso_rc
perso_store_step(struct perso_store *s, sqlite3_stmt *st, bool *ret_there)
{
	switch (sqlite3_step(st)) {
	case SQLITE_ROW:
		*ret_there = true;
		return PERSO_OK;
	case SQLITE_DONE:
		*ret_there = false;
		return PERSO_OK;
	default:
		return perso_store_fail(s, "step");
	}
}

/* see store_int.h */
perso_rc
perso_store_run(struct perso_store *s, int *ret_changes, const char *sql,
    const char *fmt, ...)
{
	STORE_STMT(st);
	bool there = false;
	va_list ap;
	perso_rc rc;

	va_start(ap, fmt);
	rc = query_ap(s, &st, sql, fmt, &ap);
	va_end(ap);
	PERSO_TRY(rc);
	PERSO_TRY(perso_store_step(s, st, &there));
	if (ret_changes != NULL)
		*ret_changes = sqlite3_changes(s->db);
	return PERSO_OK;
}

/* see store_int.h */
perso_rc
perso_store_exec(struct perso_store *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return perso_store_fail(s, "exec");
	return PERSO_OK;
}

/* see store_int.h */
perso_rc
perso_store_int(
    struct perso_store *s, int64_t *ret, const char *sql, const char *fmt, ...)
{
	STORE_STMT(st);
	bool there = false;
	va_list ap;
	perso_rc rc;

	va_start(ap, fmt);
	rc = query_ap(s, &st, sql, fmt, &ap);
	va_end(ap);
	PERSO_TRY(rc);
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		*ret = sqlite3_column_int64(st, 0);
	return PERSO_OK;
}

/* see store_int.h */
perso_rc
perso_store_text(sqlite3_stmt *st, int col, char *dst, size_t cap)
{
	const void *p = sqlite3_column_text(st, col);
	size_t n = (size_t)sqlite3_column_bytes(st, col);

	if (n >= cap)
		PERSO_FAIL(PERSO_E_STORE, "%s is %zu bytes long",
		    sqlite3_column_name(st, col), n);
	PERSO_TRY(perso_span_copy(dst, cap, perso_span(p, p ? n : 0)));
	dst[p ? n : 0] = '\0';
	return PERSO_OK;
}

/* see store_int.h */
perso_rc
perso_store_blob(sqlite3_stmt *st, int col, uint8_t *dst, size_t n)
{
	const void *p = sqlite3_column_blob(st, col);

	if ((size_t)sqlite3_column_bytes(st, col) != n || p == NULL)
		PERSO_FAIL(PERSO_E_STORE, "%s is not %zu bytes long",
		    sqlite3_column_name(st, col), n);
	return perso_span_copy(dst, n, perso_span(p, n));
}

static void
call_hook(struct perso_store *s, bool committed)
{
	if (s->hook != NULL && s->kind != NULL)
		s->hook(s->hook_ctx, s->kind, committed);
}

/* see store_int.h */
perso_rc
perso_store_tx(struct perso_store *s, perso_store_body body, void *arg)
{
	perso_rc rc;

	s->kind = NULL;
	PERSO_TRY_CTX(perso_store_exec(s, "BEGIN IMMEDIATE"), "begin a change");
	rc = body(s, arg);
	if (rc == PERSO_OK && s->kind == NULL) {
		/* nothing to say is nothing done */
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
		return PERSO_OK;
	}
	if (rc == PERSO_OK) {
		call_hook(s, false);
		rc = perso_store_exec(s, "COMMIT");
	}
	if (rc != PERSO_OK) {
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
		return rc;
	}
	call_hook(s, true);
	return PERSO_OK;
}

/* see store_int.h */
perso_rc
perso_store_word(const char *what, const char *s, size_t cap)
{
	size_t n = s == NULL ? 0 : strlen(s);

	if (n == 0)
		PERSO_FAIL(PERSO_E_ARG, "%s is missing", what);
	if (n >= cap)
		PERSO_FAIL(PERSO_E_RANGE, "%s is longer than %zu bytes", what,
		    cap - 1);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7F)
			PERSO_FAIL(PERSO_E_DATA, "%s: control character at %zu",
			    what, i);
	return PERSO_OK;
}

/* see store_int.h */
void
perso_store_clip(char *dst, size_t cap, const char *src)
{
	size_t n = src == NULL ? 0 : strlen(src);

	if (n >= cap) {
		n = cap - 1;
		while (n > 0 && ((unsigned char)src[n] & 0xC0) == 0x80)
			n--;
	}
	for (size_t i = 0; i < n; i++)
		dst[i] = src[i];
	dst[n] = '\0';
}
