/* What the files of store share: statements, transactions, names. */
#ifndef PERSO_STORE_INT_H
#define PERSO_STORE_INT_H

#include <sqlite3.h>
#include <string.h>

#include "perso/store.h"

struct perso_store {
	sqlite3 *db;
	char path[PERSO_STORE_PATH_MAX];
	int lock_fd; /* -1: not locked */
	int letters_fd;
	perso_store_hook_fn hook;
	void *hook_ctx;
	const char *kind; /* of the open transaction */
};

extern const char perso_store_schema_sql[];
extern const char perso_store_schema_2_sql[];
extern const char perso_store_schema_3_sql[];
extern const char perso_store_schema_4_sql[];

/* Codes of SQLite to ours; what names the statement for people. */
perso_rc perso_store_fail(struct perso_store *s, const char *what);

void perso_store_stmt_done(sqlite3_stmt **st);
#define STORE_STMT(name)                                                     \
	__attribute__((cleanup(perso_store_stmt_done))) sqlite3_stmt *name = \
	    NULL

/*
 * Parameters follow fmt: 's' const char * (NULL or "" is NULL), 't' const
 * char * (kept as it is), 'i' int64_t, 'b' struct perso_span.
 */
PERSO_MUST perso_rc perso_store_query(struct perso_store *s, sqlite3_stmt **ret,
    const char *sql, const char *fmt, ...);
/* The next row; *ret_there false after the last. */
PERSO_MUST perso_rc perso_store_step(
    struct perso_store *s, sqlite3_stmt *st, bool *ret_there);
/* Run a statement without rows; number of changed rows (may be NULL). */
PERSO_MUST perso_rc perso_store_run(struct perso_store *s, int *ret_changes,
    const char *sql, const char *fmt, ...);
/* Plain SQL without parameters. */
PERSO_MUST perso_rc perso_store_exec(struct perso_store *s, const char *sql);
/* The single integer of a query; dflt without a row. */
PERSO_MUST perso_rc perso_store_int(
    struct perso_store *s, int64_t *ret, const char *sql, const char *fmt, ...);

/* Columns. NULL is "", 0, nothing; PERSO_E_STORE if it does not fit. */
PERSO_MUST perso_rc perso_store_text(
    sqlite3_stmt *st, int col, char *dst, size_t cap);
PERSO_MUST perso_rc perso_store_blob(
    sqlite3_stmt *st, int col, uint8_t *dst, size_t n);

/* One durable change: body runs between BEGIN IMMEDIATE and COMMIT, or
 * nothing has happened. */
typedef perso_rc (*perso_store_body)(struct perso_store *s, void *arg);
PERSO_MUST perso_rc perso_store_tx(
    struct perso_store *s, perso_store_body body, void *arg);

/* Within a transaction. */
struct store_note {
	const char *kind;  /* static */
	const char *order; /* or NULL */
	const char *blank; /* or NULL */
	int64_t job;	   /* or 0 */
	const char *text;  /* or NULL */
};
PERSO_MUST perso_rc perso_store_note(
    struct perso_store *s, const struct store_note *n);
PERSO_MUST perso_rc perso_store_journal_check(struct perso_store *s);

/* A text that will be kept: 1..cap-1 printable bytes, no control
 * characters. */
PERSO_MUST perso_rc perso_store_word(
    const char *what, const char *s, size_t cap);
/* At most cap-1 bytes, cut at a character's border. */
void perso_store_clip(char *dst, size_t cap, const char *src);

/* "'a','b'" of the states in a set, names in the order of their bits. */
void perso_store_set(char *dst, size_t cap, const char *const *names,
    size_t count, unsigned set);
/* 1 << index of name, 0 if there is none. */
unsigned perso_store_bit(
    const char *const *names, size_t count, const char *name);

extern const char *const perso_store_orders[5];
extern const char *const perso_store_blanks[7];
extern const char *const perso_store_jobs[9];
extern const char *const perso_store_letters[4];

/* Within the transaction that makes a job good: its letter waits. */
PERSO_MUST perso_rc perso_store_letter_put(struct perso_store *s,
    const struct perso_store_job *j, struct perso_span sealed);

#endif
