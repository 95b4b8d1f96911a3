/* Opening, closing, locking and checking the database. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_int.h"

#define STORE_APPLICATION 1347572528
#define STORE_BUSY_MS 5000

/* An empty file of mode 0600, if there is none: SQLite would take the
 * umask's. */
static perso_rc
make_file(const struct perso_store_config *cfg)
{
	struct stat st;
	int fd;

	if (stat(cfg->path, &st) == 0)
		return PERSO_OK;
	if (!cfg->create || cfg->read_only)
		PERSO_FAIL(
		    PERSO_E_NOT_FOUND, "store %s does not exist", cfg->path);
	fd = open(cfg->path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		PERSO_FAIL(
		    PERSO_E_STORE, "store %s: %s", cfg->path, strerror(errno));
	(void)close(fd);
	return PERSO_OK;
}

static perso_rc
set_up(struct perso_store *s, const struct perso_store_config *cfg)
{
	unsigned ms = cfg->busy_ms != 0 ? cfg->busy_ms : STORE_BUSY_MS;

	(void)sqlite3_extended_result_codes(s->db, 0);
	(void)sqlite3_busy_timeout(s->db, ms > INT_MAX ? INT_MAX : (int)ms);
	PERSO_TRY(perso_store_exec(s,
	    "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
	    "PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON;"
	    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -512;"));
	if (cfg->read_only)
		return PERSO_OK;
	PERSO_TRY(perso_store_exec(s, "PRAGMA journal_mode = WAL;"));
	return perso_store_exec(s, cfg->unsafe_no_sync
				       ? "PRAGMA synchronous = OFF"
				       : "PRAGMA synchronous = FULL");
}

/* schemas[n] brings schema n to n + 1. */
static const char *const schemas[PERSO_STORE_SCHEMA] = { perso_store_schema_sql,
	perso_store_schema_2_sql, perso_store_schema_3_sql,
	perso_store_schema_4_sql };

static perso_rc
run_schemas(struct perso_store *s, int64_t from)
{
	STORE_STMT(st);
	bool there = false;

	for (int64_t v = from; v < PERSO_STORE_SCHEMA; v++)
		PERSO_TRY(perso_store_exec(s, schemas[v]));
	PERSO_TRY(perso_store_query(s, &st, "PRAGMA foreign_key_check", ""));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		PERSO_FAIL(PERSO_E_STORE, "table %s refers to nothing",
		    (const char *)sqlite3_column_text(st, 0));
	return PERSO_OK;
}

static perso_rc
make_schema(struct perso_store *s, void *arg)
{
	int64_t version = 0, tables = 0;

	(void)arg;
	PERSO_TRY(perso_store_int(s, &version, "PRAGMA user_version", ""));
	PERSO_TRY(perso_store_int(
	    s, &tables, "SELECT count(*) FROM sqlite_schema", ""));
	if (version != 0 || tables != 0)
		return PERSO_OK; /* another process was faster */
	PERSO_TRY(run_schemas(s, 0));
	return perso_store_note(
	    s, &(struct store_note){ .kind = "store-created" });
}

static perso_rc
upgrade(struct perso_store *s, void *arg)
{
	int64_t version = 0;

	(void)arg;
	PERSO_TRY(perso_store_int(s, &version, "PRAGMA user_version", ""));
	if (version < 1 || version >= PERSO_STORE_SCHEMA)
		return PERSO_OK; /* another process was faster */
	PERSO_TRY(run_schemas(s, version));
	return perso_store_note(
	    s, &(struct store_note){ .kind = "store-upgraded" });
}

static perso_rc
check_schema(struct perso_store *s, const struct perso_store_config *cfg)
{
	int64_t app = 0, version = 0;

	PERSO_TRY(perso_store_int(s, &app, "PRAGMA application_id", ""));
	PERSO_TRY(perso_store_int(s, &version, "PRAGMA user_version", ""));
	if (app == 0 && version == 0 && cfg->create && !cfg->read_only) {
		PERSO_TRY(perso_store_tx(s, make_schema, NULL));
		PERSO_TRY(
		    perso_store_int(s, &app, "PRAGMA application_id", ""));
		PERSO_TRY(
		    perso_store_int(s, &version, "PRAGMA user_version", ""));
	}
	if (app == STORE_APPLICATION && version >= 1 &&
	    version < PERSO_STORE_SCHEMA && !cfg->read_only) {
		PERSO_TRY(perso_store_tx(s, upgrade, NULL));
		PERSO_TRY(
		    perso_store_int(s, &version, "PRAGMA user_version", ""));
	}
	if (app != STORE_APPLICATION)
		PERSO_FAIL(PERSO_E_CONFIG, "%s is not a store of this program",
		    s->path);
	if (version != PERSO_STORE_SCHEMA)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s has schema %lld, this program knows %d", s->path,
		    (long long)version, PERSO_STORE_SCHEMA);
	return perso_store_exec(s, "PRAGMA foreign_keys = ON");
}

/* The pragma's answer is one row "ok". */
static perso_rc
check_pragma(struct perso_store *s, const char *sql)
{
	STORE_STMT(st);
	bool there = false;
	const unsigned char *text;

	PERSO_TRY(perso_store_query(s, &st, sql, ""));
	PERSO_TRY(perso_store_step(s, st, &there));
	text = there ? sqlite3_column_text(st, 0) : NULL;
	if (text == NULL || strcmp((const char *)text, "ok") != 0)
		PERSO_FAIL(PERSO_E_STORE, "store %s is damaged: %s", s->path,
		    text != NULL ? (const char *)text : "no answer");
	return PERSO_OK;
}

static perso_rc
open_db(struct perso_store *s, const struct perso_store_config *cfg)
{
	int flags =
	    SQLITE_OPEN_NOMUTEX |
	    (cfg->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);

	if (sqlite3_open_v2(s->path, &s->db, flags, NULL) != SQLITE_OK) {
		if (s->db == NULL)
			PERSO_FAIL(PERSO_E_NOMEM, "no memory for the store");
		return perso_store_fail(s, "open");
	}
	PERSO_TRY(set_up(s, cfg));
	PERSO_TRY(check_schema(s, cfg));
	return check_pragma(s, "PRAGMA quick_check(1)");
}

/* see perso/store.h */
perso_rc
perso_store_open(const struct perso_store_config *cfg, struct perso_store **ret)
{
	struct perso_store *s;
	perso_rc rc;

	PERSO_TRY(perso_store_word(
	    "path of the store", cfg->path, PERSO_STORE_PATH_MAX));
	PERSO_TRY(make_file(cfg));
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for the store");
	s->lock_fd = s->letters_fd = -1;
	perso_store_clip(s->path, sizeof(s->path), cfg->path);
	rc = open_db(s, cfg);
	if (rc != PERSO_OK) {
		perso_trail_add("store %s", cfg->path);
		if (rc == PERSO_E_STATE)
			rc = PERSO_E_STORE;
		perso_store_close(&s);
		return rc;
	}
	*ret = s;
	return PERSO_OK;
}

/* see perso/store.h */
void
perso_store_close(struct perso_store **s)
{
	if (s == NULL || *s == NULL)
		return;
	(void)sqlite3_close((*s)->db);
	if ((*s)->lock_fd >= 0)
		(void)close((*s)->lock_fd);
	if ((*s)->letters_fd >= 0)
		(void)close((*s)->letters_fd);
	free(*s);
	*s = NULL;
}

/* The file beside the database, until close or death. Record locks: a forked
 * child does not inherit them, death frees them. */
static perso_rc
lock_file(
    struct perso_store *s, const char *ending, const char *does, int *lock_fd)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[PERSO_STORE_PATH_MAX + 16];
	int fd;

	if (*lock_fd >= 0)
		return PERSO_OK;
	(void)snprintf(path, sizeof(path), "%s.%s", s->path, ending);
	fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		PERSO_FAIL(PERSO_E_STORE, "%s: %s", path, strerror(errno));
	if (fcntl(fd, F_SETLK, &fl) != 0) {
		int err = errno;

		(void)close(fd);
		if (err == EACCES || err == EAGAIN)
			PERSO_FAIL(PERSO_E_CONFLICT,
			    "another program %s of this store", does);
		PERSO_FAIL(PERSO_E_STORE, "%s: %s", path, strerror(err));
	}
	*lock_fd = fd;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_lock_line(struct perso_store *s)
{
	return lock_file(s, "lock", "runs jobs", &s->lock_fd);
}

/* see perso/store.h */
perso_rc
perso_store_lock_letters(struct perso_store *s)
{
	return lock_file(s, "letters", "prints letters", &s->letters_fd);
}

/* see perso/store.h */
void
perso_store_hook(struct perso_store *s, perso_store_hook_fn fn, void *ctx)
{
	s->hook = fn;
	s->hook_ctx = ctx;
}

/* Each query finds what must not exist. */
static const struct {
	const char *what;
	const char *sql;
} rules[] = {
	{ "an order in work without an unfinished job",
	    "SELECT id FROM orders WHERE state = 'in-work' AND id NOT IN"
	    " (SELECT order_id FROM jobs WHERE state NOT IN"
	    " ('good','spoiled'))" },
	{ "an unfinished job whose order is not in work",
	    "SELECT order_id FROM jobs JOIN orders ON orders.id = order_id"
	    " WHERE jobs.state NOT IN ('good','spoiled')"
	    " AND orders.state <> 'in-work'" },
	{ "a blank in work without an unfinished job",
	    "SELECT serial FROM blanks WHERE state = 'in-work' AND serial"
	    " NOT IN (SELECT blank FROM jobs WHERE state NOT IN"
	    " ('good','spoiled'))" },
	{ "an unfinished job whose blank is not in work",
	    "SELECT blank FROM jobs JOIN blanks ON serial = blank"
	    " WHERE jobs.state NOT IN ('good','spoiled')"
	    " AND blanks.state <> 'in-work'" },
	{ "a finished job without its document",
	    "SELECT order_id FROM jobs WHERE state = 'good' AND id NOT IN"
	    " (SELECT job FROM documents)" },
	{ "a document without a finished job",
	    "SELECT d.order_id FROM documents d LEFT JOIN jobs j"
	    " ON j.id = d.job WHERE j.state IS NOT 'good'"
	    " OR j.blank IS NOT d.blank OR j.order_id IS NOT d.order_id" },
	{ "a document whose blank is not good",
	    "SELECT d.blank FROM documents d JOIN blanks b"
	    " ON b.serial = d.blank WHERE b.state <> 'good'" },
	{ "a good blank without a document",
	    "SELECT serial FROM blanks WHERE state = 'good' AND serial NOT IN"
	    " (SELECT blank FROM documents)" },
	{ "an order done without a document",
	    "SELECT id FROM orders WHERE state = 'done' AND id NOT IN"
	    " (SELECT order_id FROM documents)" },
	{ "an ended job that still keeps EF.SOD, hashes, keys, seal or secrets",
	    "SELECT order_id FROM jobs WHERE state IN ('good','spoiled') AND"
	    " (id IN (SELECT job FROM job_sods) OR id IN"
	    " (SELECT job FROM job_files) OR id IN"
	    " (SELECT job FROM job_keys) OR id IN"
	    " (SELECT job FROM job_seals) OR id IN"
	    " (SELECT job FROM job_kept))" },
	{ "a letter of a job that is not good",
	    "SELECT order_id FROM letters JOIN jobs ON id = job"
	    " WHERE jobs.state <> 'good'" },
	{ "a letter whose sealed bytes are gone before it is confirmed, or"
	  " there after it",
	    "SELECT job FROM letters WHERE (state = 'confirmed') ="
	    " (job IN (SELECT job FROM letter_boxes))" },
	{ "a letter that has not got its envelope",
	    "SELECT job FROM letters WHERE envelope IS NOT"
	    " (SELECT number FROM envelopes e WHERE e.job = letters.job"
	    " AND e.state = 'bound')" },
	{ "a document whose number is not recorded as issued",
	    "SELECT d.order_id FROM documents d LEFT JOIN numbers n"
	    " ON n.profile = d.profile AND n.number = d.number"
	    " WHERE n.state IS NOT 'issued'" },
};

static perso_rc
check_rule(struct perso_store *s, size_t i)
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(perso_store_query(s, &st, rules[i].sql, ""));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		PERSO_FAIL(PERSO_E_STORE, "%s: %s", rules[i].what,
		    (const char *)sqlite3_column_text(st, 0));
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_check(struct perso_store *s)
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(check_pragma(s, "PRAGMA integrity_check(1)"));
	PERSO_TRY(perso_store_query(s, &st, "PRAGMA foreign_key_check", ""));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		PERSO_FAIL(PERSO_E_STORE, "table %s refers to nothing",
		    (const char *)sqlite3_column_text(st, 0));
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		PERSO_TRY(check_rule(s, i));
	return perso_store_journal_check(s);
}
