/* The store as a whole: opening, journal, damage, erasure. */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "perso/digest.h"
#include "store_fix.h"

extern const char perso_store_schema_sql[];
extern const char perso_store_schema_2_sql[];
extern const char perso_store_schema_3_sql[];

Test(store, is_made_only_when_asked_and_private)
{
	struct perso_store_config cfg = { .path = "/tmp/perso-none/x.db" };
	struct perso_store *s = NULL;
	struct stat st;
	struct fix f;

	RC(perso_store_open(&cfg, &s), PERSO_E_NOT_FOUND);
	cfg.create = true;
	RC(perso_store_open(&cfg, &s), PERSO_E_STORE);
	cr_assert_null(s);
	fix_open(&f);
	cr_assert_eq(stat(f.path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
	OK(perso_store_check(f.s));
	fix_close(&f);
}

static void
sql(const char *path, const char *text)
{
	sqlite3 *db = NULL;
	char *msg = NULL;

	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, text, NULL, NULL, &msg), SQLITE_OK,
	    "%s: %s", text, msg);
	sqlite3_close(db);
}

static bool
sql_fails(const char *path, const char *text)
{
	sqlite3 *db = NULL;
	int rc;

	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	rc = sqlite3_exec(db, text, NULL, NULL, NULL);
	sqlite3_close(db);
	return rc != SQLITE_OK;
}

Test(store, refuses_files_of_others_and_of_the_future)
{
	struct perso_store_config cfg = { .create = true };
	struct perso_store *s = NULL;
	struct fix f;
	int fd;

	fix_open(&f);
	cfg.path = f.path;
	perso_store_close(&f.s);
	sql(f.path, "PRAGMA user_version = 99");
	RC(perso_store_open(&cfg, &s), PERSO_E_CONFIG);
	unlink(f.path);
	sql(f.path, "CREATE TABLE t(x); PRAGMA application_id = 5");
	RC(perso_store_open(&cfg, &s), PERSO_E_CONFIG);
	unlink(f.path);
	sql(f.path, "CREATE TABLE t(x)");
	RC(perso_store_open(&cfg, &s), PERSO_E_CONFIG);
	fd = open(f.path, O_WRONLY | O_TRUNC);
	cr_assert_eq(write(fd, "this is no database, not at all", 31), 31);
	close(fd);
	RC(perso_store_open(&cfg, &s), PERSO_E_STORE);
	cr_assert_null(s);
	fix_close(&f);
}

/* A store as an older schema left it: a good job, and one in work with all
 * that it keeps. */
static void
make_old(const char *path, int version)
{
	static const char rows[] =
	    "INSERT INTO orders(id, path, json_hash, cms_hash, profile,"
	    " imported_at, state) VALUES('A', '/a', zeroblob(32),"
	    " zeroblob(32), 'uto-passport', 1, 'done'), ('B', '/b',"
	    " zeroblob(32), zeroblob(32), 'uto-passport', 1, 'in-work');"
	    "INSERT INTO blanks(serial, product, order_id, state,"
	    " received_at, changed_at) VALUES('B1', 'perso-sim', 'A', 'good',"
	    " 1, 1), ('B2', 'perso-sim', 'B', 'in-work', 1, 1);"
	    "INSERT INTO jobs(id, order_id, blank, profile, state, clock,"
	    " number, source, sod_hash, started_at, finished_at) VALUES"
	    " (7, 'A', 'B1', 'uto-passport', 'good', 1, 'UT1', 2,"
	    " randomblob(32), 1, 2),"
	    " (8, 'B', 'B2', 'uto-passport', 'sealed', 1, 'UT2', 2,"
	    " randomblob(32), 1, NULL);"
	    "INSERT INTO job_keys VALUES(8, x'01');"
	    "INSERT INTO job_sods VALUES(8, x'0203');"
	    "INSERT INTO job_files VALUES(8, 0, 257, 0, zeroblob(32));"
	    "INSERT INTO numbers VALUES('uto-passport', 'UT1', 'A', 'issued'),"
	    " ('uto-passport', 'UT2', 'B', 'bound');"
	    "INSERT INTO documents(profile, number, order_id, blank, job,"
	    " issued_at) VALUES('uto-passport', 'UT1', 'A', 'B1', 7, 2);";

	sql(path, "PRAGMA journal_mode = WAL");
	sql(path, perso_store_schema_sql);
	if (version >= 2)
		sql(path, perso_store_schema_2_sql);
	if (version >= 3)
		sql(path, perso_store_schema_3_sql);
	sql(path, rows);
}

Test(store, brings_an_older_schema_up_to_date)
{
	struct perso_store_config cfg = { 0 };
	struct perso_store_file files[PERSO_STORE_FILES];
	struct perso_store_end end = { 0 };
	struct perso_store_job j;
	struct perso_store *s = NULL;
	struct fix f;
	size_t n = 0;

	for (int version = 1; version < PERSO_STORE_SCHEMA; version++) {
		PERSO_BUF(sod, 64);

		fix_open(&f);
		perso_store_close(&f.s);
		unlink(f.path);
		make_old(f.path, version);
		cfg.path = f.path;
		cfg.read_only = true;
		RC(perso_store_open(&cfg, &s), PERSO_E_CONFIG);
		cfg.read_only = false;
		OK(perso_store_open(&cfg, &f.s));
		OK(perso_store_check(f.s));
		OK(perso_store_job_get(f.s, 7, &j));
		cr_assert_eq(j.state, PERSO_JOB_GOOD);
		cr_assert(j.has_sod_hash && !j.has_seal_hash);
		OK(perso_store_job_sod(f.s, 8, &sod));
		cr_assert_eq(sod.n, 2);
		OK(perso_store_job_files(f.s, 8, files, &n));
		cr_assert_eq(n, 1);
		OK(perso_store_job_locking(f.s, 8));
		OK(perso_store_job_locked(f.s, 8));
		end.letter = perso_span("letter", 6);
		OK(perso_store_job_finish(f.s, 8, &end));
		OK(perso_store_letter_begin(f.s, 8, "E-1"));
		OK(perso_store_check(f.s));
		perso_store_close(&f.s);
		/* the rules of the table came along */
		cr_assert(sql_fails(f.path, "UPDATE jobs SET state = 'begun'"));
		cr_assert(sql_fails(f.path,
		    "PRAGMA foreign_keys = ON;"
		    "INSERT INTO job_seals VALUES(99, x'00')"));
		OK(perso_store_open(&cfg, &f.s));
		fix_close(&f);
	}
}

Test(store, finds_damaged_pages)
{
	struct perso_store_config cfg = { 0 };
	struct perso_store *s = NULL;
	char junk[1024];
	struct fix f;
	int fd;

	fix_open(&f);
	cfg.path = f.path;
	fix_order(&f, "A");
	perso_store_close(&f.s);
	memset(junk, 0x55, sizeof(junk));
	fd = open(f.path, O_WRONLY);
	for (off_t at = 4096; at < 40960; at += 4096)
		cr_assert_eq(pwrite(fd, junk, sizeof(junk), at), 1024);
	close(fd);
	RC(perso_store_open(&cfg, &s), PERSO_E_STORE);
	fix_close(&f);
}

Test(store, for_reading_refuses_changes)
{
	struct perso_store_config cfg = { .read_only = true };
	struct fix f;
	bool is_new = false;

	fix_open(&f);
	fix_order(&f, "A");
	perso_store_close(&f.s);
	cfg.path = f.path;
	OK(perso_store_open(&cfg, &f.s));
	RC(fix_import(&f, "B", 1, &is_new), PERSO_E_STATE);
	OK(perso_store_check(f.s));
	fix_close(&f);
}

Test(store, is_run_by_one_process_at_a_time)
{
	struct fix f;
	pid_t pid;
	int status = 0;

	fix_open(&f);
	OK(perso_store_lock_line(f.s));
	OK(perso_store_lock_line(f.s));
	pid = fork();
	if (pid == 0) {
		struct perso_store_config cfg = { .path = f.path };
		struct perso_store *s = NULL;

		if (perso_store_open(&cfg, &s) != PERSO_OK)
			_exit(1);
		_exit(perso_store_lock_line(s) == PERSO_E_CONFLICT ? 0 : 2);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	fix_close(&f);
}

Test(store, waits_for_another_writer_only_so_long)
{
	struct perso_store_config cfg = { .busy_ms = 20 };
	sqlite3 *db = NULL;
	bool is_new = false;
	struct fix f;

	fix_open(&f);
	perso_store_close(&f.s);
	cfg.path = f.path;
	OK(perso_store_open(&cfg, &f.s));
	cr_assert_eq(sqlite3_open(f.path, &db), SQLITE_OK);
	cr_assert_eq(
	    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	RC(fix_import(&f, "A", 1, &is_new), PERSO_E_CONFLICT);
	sqlite3_close(db);
	fix_order(&f, "A");
	fix_close(&f);
}

Test(store, journal_is_append_only_and_chained)
{
	struct perso_store_entry e;
	bool there = false;
	struct fix f;

	fix_open(&f);
	fix_order(&f, "A");
	fix_order(&f, "B");
	OK(perso_store_journal_next(f.s, 0, &e, &there));
	cr_assert_str_eq(e.kind, "store-created");
	OK(perso_store_journal_next(f.s, e.seq, &e, &there));
	cr_assert_str_eq(e.kind, "order-imported");
	cr_assert_str_eq(e.order, "A");
	cr_assert_str_eq(e.text, "01A7");
	OK(perso_store_journal_next(f.s, 3, &e, &there));
	cr_assert_not(there);
	cr_assert(sql_fails(f.path, "DELETE FROM journal"));
	cr_assert(sql_fails(f.path, "UPDATE journal SET at = 0"));
	OK(perso_store_check(f.s));
	sql(f.path, "DROP TRIGGER journal_fixed;"
		    "UPDATE journal SET order_id = 'C' WHERE seq = 2");
	RC(perso_store_check(f.s), PERSO_E_STORE);
	fix_close(&f);
}

Test(store, journal_hash_is_what_the_header_says)
{
	/* printf '%032d...' by hand: 32 zero bytes, then the fields */
	struct perso_store_entry e;
	uint8_t in[256] = { 0 };
	struct perso_span parts;
	struct perso_md md;
	bool there = false;
	struct fix f;
	int n;

	fix_open(&f);
	OK(perso_store_journal_next(f.s, 0, &e, &there));
	n = snprintf((char *)in + 32, 200, "1%c%lld%cstore-created%c%c%c%c%c",
	    0, (long long)e.at, 0, 0, 0, 0, 0, 0);
	parts = perso_span(in, 32 + (size_t)n);
	OK(perso_digest(PERSO_SHA256, parts, &md));
	cr_assert(perso_span_equal(perso_md_span(&md), perso_span_of(e.hash)));
	fix_close(&f);
}

static bool
file_has(const char *path, const char *text)
{
	size_t n = strlen(text);
	static char data[1 << 20];
	ssize_t got;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return false;
	got = read(fd, data, sizeof(data));
	close(fd);
	return got > 0 && memmem(data, (size_t)got, text, n) != NULL;
}

static bool
store_has(const struct fix *f, const char *text)
{
	char wal[128];

	snprintf(wal, sizeof(wal), "%s-wal", f->path);
	return file_has(f->path, text) || file_has(wal, text);
}

Test(store, erases_sod_hashes_and_keys_from_the_disk)
{
	static const char *const marks[] = { "EF.SOD-MARK", "SPKI-MARK",
		"\xD1\xD1\xD1\xD1\xD1\xD1\xD1\xD1", "KEPT-MARK" };
	struct perso_store_end end = { .verdict = "all passed" };
	struct fix f;
	int64_t id;

	for (int good = 0; good < 2; good++) {
		fix_open(&f);
		fix_order(&f, "A");
		f.secret = true;
		OK(perso_store_blank_receive(f.s, "B1", "sim", NULL));
		id = fix_job(&f, "A", "B1", PERSO_JOB_LOCKED);
		for (size_t i = 0; i < 4; i++)
			cr_assert(store_has(&f, marks[i]), "%zu", i);
		if (good)
			OK(perso_store_job_finish(f.s, id, &end));
		else
			OK(perso_store_job_spoil(f.s, id, &end));
		for (size_t i = 0; i < 4; i++)
			cr_assert_not(store_has(&f, marks[i]), "%zu", i);
		OK(perso_store_check(f.s));
		fix_close(&f);
	}
}

Test(store, check_finds_contradictions)
{
	static const char *const breaks[] = {
		"UPDATE orders SET state = 'imported'",
		"UPDATE orders SET state = 'in-work' WHERE id = 'A'",
		"DROP TRIGGER blank_ended;"
		"UPDATE blanks SET state = 'in-work' WHERE serial = 'B1'",
		"UPDATE blanks SET state = 'received' WHERE serial = 'B2'",
		"PRAGMA foreign_keys = OFF; DELETE FROM documents",
		"DROP TRIGGER job_ended; UPDATE jobs SET state = 'spoiled'"
		" WHERE id = 1",
		"INSERT INTO job_sods VALUES(1, x'00')",
		"DROP TRIGGER number_void; UPDATE numbers SET state = 'void'",
		"PRAGMA foreign_keys = OFF; DELETE FROM orders"
		" WHERE id = 'B'",
	};
	struct perso_store_end end = { 0 };
	struct fix f;

	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		fix_open(&f);
		fix_order(&f, "A");
		fix_order(&f, "B");
		OK(perso_store_blank_receive(f.s, "B1", "sim", NULL));
		OK(perso_store_blank_receive(f.s, "B2", "sim", NULL));
		OK(perso_store_job_finish(
		    f.s, fix_job(&f, "A", "B1", PERSO_JOB_LOCKED), &end));
		(void)fix_job(&f, "B", "B2", PERSO_JOB_SEALED);
		OK(perso_store_check(f.s));
		sql(f.path, breaks[i]);
		RC(perso_store_check(f.s), PERSO_E_STORE);
		fix_close(&f);
	}
}

struct seen {
	int before, after;
	char last[24];
};

static void
on_change(void *ctx, const char *kind, bool committed)
{
	struct seen *s = ctx;

	if (committed)
		s->after++;
	else
		s->before++;
	snprintf(s->last, sizeof(s->last), "%s", kind);
}

Test(store, hook_sees_every_durable_change)
{
	struct seen seen = { 0 };
	bool is_new = true;
	struct fix f;

	fix_open(&f);
	perso_store_hook(f.s, on_change, &seen);
	fix_order(&f, "A");
	cr_assert_eq(seen.before, 1);
	cr_assert_eq(seen.after, 1);
	cr_assert_str_eq(seen.last, "order-imported");
	OK(fix_import(&f, "A", 7, &is_new));
	cr_assert_eq(seen.after, 1, "an order twice changes nothing");
	fix_close(&f);
}
