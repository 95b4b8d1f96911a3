/* Letters with PIN and PUK: states, envelopes, erasure, crashes. */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "store_fix.h"

/* Long, so that it fills pages of its own as well. */
static uint8_t mark[9000];

static void
fill_mark(void)
{
	uint32_t v = 1;

	for (size_t i = 0; i < sizeof(mark); i++, v = v * 1664525 + 1013904223)
		mark[i] = (uint8_t)(v >> 24);
}

/* A good job with a letter of n bytes. */
static int64_t
letter(struct fix *f, const char *order, const char *blank, size_t n)
{
	struct perso_store_end end = { .letter = { mark, n } };
	int64_t id;

	fill_mark();
	fix_order(f, order);
	OK(perso_store_blank_receive(f->s, blank, "perso-sim", NULL));
	id = fix_job(f, order, blank, PERSO_JOB_LOCKED);
	OK(perso_store_job_finish(f->s, id, &end));
	return id;
}

static enum perso_letter_state
state_of(struct fix *f, int64_t job)
{
	struct perso_store_letter l;

	OK(perso_store_letter_get(f->s, job, &l));
	cr_assert_eq(l.envelope[0] == '\0', l.state == PERSO_LETTER_WAITING);
	return l.state;
}

/* How many files of the store have these bytes. */
static int
files_with(const struct fix *f, const uint8_t *what, size_t n)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	static uint8_t all[1 << 22];
	char path[128];
	int found = 0;

	for (size_t i = 0; i < 3; i++) {
		ssize_t size;
		int fd;

		snprintf(path, sizeof(path), "%s%s", f->path, ends[i]);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		size = read(fd, all, sizeof(all));
		close(fd);
		cr_assert(size >= 0 && (size_t)size < sizeof(all));
		found += memmem(all, (size_t)size, what, n) != NULL;
	}
	return found;
}

Test(store_letter, goes_its_way_and_no_other)
{
	struct perso_store_letter l;
	struct perso_store_counts c;
	struct fix f;
	bool there = false;
	int64_t id;

	fix_open(&f);
	id = letter(&f, "A", "B1", 100);
	cr_assert_eq(state_of(&f, id), PERSO_LETTER_WAITING);
	RC(perso_store_letter_printed(f.s, id), PERSO_E_STATE);
	RC(perso_store_letter_confirm(f.s, id), PERSO_E_STATE);
	RC(perso_store_letter_void(f.s, id, "x"), PERSO_E_STATE);
	RC(perso_store_letter_begin(f.s, id + 1, "E-1"), PERSO_E_NOT_FOUND);
	OK(perso_store_letter_begin(f.s, id, "E-1"));
	RC(perso_store_letter_begin(f.s, id, "E-2"), PERSO_E_STATE);
	RC(perso_store_letter_confirm(f.s, id), PERSO_E_STATE);
	OK(perso_store_letter_printed(f.s, id));
	RC(perso_store_letter_begin(f.s, id, "E-2"), PERSO_E_STATE);
	OK(perso_store_check(f.s));
	OK(perso_store_letter_confirm(f.s, id));
	RC(perso_store_letter_void(f.s, id, "x"), PERSO_E_STATE);
	OK(perso_store_letter_next(f.s, PERSO_LETTER_CONFIRMED, 0, &l, &there));
	cr_assert(there);
	cr_assert_str_eq(l.envelope, "E-1");
	cr_assert_str_eq(l.order, "A");
	cr_assert_str_eq(l.blank, "B1");
	OK(perso_store_letter_next(f.s, PERSO_LETTER_ANY, id, &l, &there));
	cr_assert_not(there);
	OK(perso_store_count(f.s, &c));
	cr_assert_eq(c.letters[3], 1);
	cr_assert_eq(c.letters[0] + c.letters[1] + c.letters[2], 0);
	OK(perso_store_check(f.s));
	fix_close(&f);
}

Test(store_letter, uses_an_envelope_once_for_ever)
{
	static const char *const bad[] = { "E 1", "E/1", "Ä1", "",
		"0123456789012345678901234567890123" };
	struct fix f;
	int64_t a, b;

	fix_open(&f);
	a = letter(&f, "A", "B1", 100);
	b = letter(&f, "B", "B2", 100);
	OK(perso_store_letter_begin(f.s, a, "E-1"));
	RC(perso_store_letter_begin(f.s, b, "E-1"), PERSO_E_CONFLICT);
	OK(perso_store_letter_void(f.s, a, "a power cut"));
	RC(perso_store_letter_begin(f.s, a, "E-1"), PERSO_E_CONFLICT);
	RC(perso_store_letter_begin(f.s, b, "E-1"), PERSO_E_CONFLICT);
	RC(perso_store_envelope_free(f.s, "E-1"), PERSO_E_CONFLICT);
	for (size_t i = 0; i < 5; i++)
		cr_assert_neq(perso_store_letter_begin(f.s, b, bad[i]),
		    PERSO_OK, "%s", bad[i]);
	OK(perso_store_letter_begin(f.s, a, "E-2"));
	OK(perso_store_letter_printed(f.s, a));
	OK(perso_store_letter_void(f.s, a, "torn by the machine"));
	cr_assert_eq(state_of(&f, a), PERSO_LETTER_WAITING);
	OK(perso_store_check(f.s));
	fix_close(&f);
}

Test(store_letter, journal_names_job_blank_envelope_and_time)
{
	static const char *const kinds[] = { "letter-printing", "letter-void",
		"letter-printing", "letter-printed", "letter-confirmed" };
	static const char *const texts[] = { "envelope E-1",
		"envelope E-1: a power cut", "envelope E-2", "envelope E-2",
		"envelope E-2" };
	struct perso_store_entry e;
	struct fix f;
	bool there = true;
	size_t n = 0;
	int64_t id;

	fix_open(&f);
	id = letter(&f, "A", "B1", 100);
	OK(perso_store_letter_begin(f.s, id, "E-1"));
	OK(perso_store_letter_void(f.s, id, "a power cut"));
	OK(perso_store_letter_begin(f.s, id, "E-2"));
	OK(perso_store_letter_printed(f.s, id));
	OK(perso_store_letter_confirm(f.s, id));
	OK(perso_store_letter_confirm(f.s, id));
	for (int64_t after = 0;; after = e.seq) {
		OK(perso_store_journal_next(f.s, after, &e, &there));
		if (!there)
			break;
		if (strcmp(e.kind, "letter-waiting") == 0 ||
		    strncmp(e.kind, "letter", 6) != 0)
			continue;
		cr_assert_lt(n, 5);
		cr_assert_str_eq(e.kind, kinds[n]);
		cr_assert_str_eq(e.text, texts[n]);
		cr_assert_str_eq(e.blank, "B1");
		cr_assert_eq(e.job, id);
		cr_assert_gt(e.at, 0);
		n++;
	}
	cr_assert_eq(n, 5);
	fix_close(&f);
}

/* The database's bytes, not its rows: small boxes and such that fill pages. */
Test(store_letter, confirmed_is_nowhere_in_the_files)
{
	static const size_t sizes[] = { 120, 9000 };

	for (size_t i = 0; i < 2; i++) {
		struct perso_buf b = { .max = 1 << 14 };
		struct fix f;
		int64_t id, other;

		fix_open(&f);
		id = letter(&f, "A", "B1", sizes[i]);
		other = letter(&f, "B", "B2", 60);
		OK(perso_store_letter_sealed(f.s, id, &b));
		cr_assert_eq(b.n, sizes[i]);
		cr_assert_arr_eq(b.p, mark, b.n);
		OK(perso_store_letter_begin(f.s, id, "E-1"));
		OK(perso_store_letter_printed(f.s, id));
		/* from 60 on it is not the other letter's */
		cr_assert_gt(files_with(&f, mark + 60, 40), 0);
		OK(perso_store_letter_confirm(f.s, id));
		for (size_t at = 60; at + 24 <= sizes[i]; at += 500)
			cr_assert_eq(files_with(&f, mark + at, 24), 0,
			    "byte %zu of %zu is still there", at, sizes[i]);
		RC(perso_store_letter_sealed(f.s, id, &b), PERSO_E_NOT_FOUND);
		/* the other letter is untouched */
		perso_buf_clear(&b);
		OK(perso_store_letter_sealed(f.s, other, &b));
		cr_assert_eq(b.n, 60);
		cr_assert_gt(files_with(&f, mark, 60), 0);
		OK(perso_store_check(f.s));
		perso_buf_done(&b);
		fix_close(&f);
	}
}

/* Another program in the middle of reading keeps the log alive: that is
 * said, and made good by asking again. */
Test(store_letter, says_when_the_log_cannot_be_emptied)
{
	struct perso_store_config cfg = { .busy_ms = 50,
		.unsafe_no_sync = true };
	sqlite3 *db = NULL;
	struct fix f;
	int64_t id;

	fix_open(&f);
	id = letter(&f, "A", "B1", 120);
	OK(perso_store_letter_begin(f.s, id, "E-1"));
	OK(perso_store_letter_printed(f.s, id));
	perso_store_close(&f.s);
	cfg.path = f.path;
	OK(perso_store_open(&cfg, &f.s));
	cr_assert_eq(sqlite3_open(f.path, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM orders",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	RC(perso_store_letter_confirm(f.s, id), PERSO_E_CONFLICT);
	cr_assert_eq(state_of(&f, id), PERSO_LETTER_CONFIRMED);
	cr_assert_eq(sqlite3_close(db), SQLITE_OK);
	OK(perso_store_letter_confirm(f.s, id));
	cr_assert_eq(files_with(&f, mark + 60, 40), 0);
	fix_close(&f);
}

Test(store_letter, of_a_spoiled_job_is_never_there)
{
	struct perso_store_end end = { .error = "x",
		.letter = { (const uint8_t *)"abc", 3 } };
	struct perso_store_letter l;
	struct fix f;
	int64_t id;

	fix_open(&f);
	fix_order(&f, "A");
	OK(perso_store_blank_receive(f.s, "B1", "perso-sim", NULL));
	id = fix_job(&f, "A", "B1", PERSO_JOB_LOCKED);
	OK(perso_store_job_spoil(f.s, id, &end));
	RC(perso_store_letter_get(f.s, id, &l), PERSO_E_NOT_FOUND);
	OK(perso_store_check(f.s));
	fix_close(&f);
}

Test(store_letter, check_finds_what_cannot_be)
{
	static const char *const breaks[] = {
		"DELETE FROM letter_boxes",
		"UPDATE letters SET state = 'confirmed'",
		"UPDATE envelopes SET state = 'void'",
		"UPDATE letters SET envelope = NULL, state = 'waiting'",
	};
	struct fix f;

	for (size_t i = 0; i < 4; i++) {
		sqlite3 *db = NULL;
		int64_t id;

		fix_open(&f);
		id = letter(&f, "A", "B1", 100);
		OK(perso_store_letter_begin(f.s, id, "E-1"));
		OK(perso_store_check(f.s));
		cr_assert_eq(sqlite3_open(f.path, &db), SQLITE_OK);
		cr_assert_eq(sqlite3_exec(db, breaks[i], NULL, NULL, NULL),
		    SQLITE_OK, "%s", breaks[i]);
		sqlite3_close(db);
		RC(perso_store_check(f.s), PERSO_E_STORE);
		fix_close(&f);
	}
}

Test(store_letter, one_process_prints)
{
	struct fix f;
	int status = 0;

	fix_open(&f);
	OK(perso_store_lock_letters(f.s));
	OK(perso_store_lock_letters(f.s));
	pid_t pid = fork();
	if (pid == 0) {
		struct perso_store_config cfg = { .path = f.path };
		struct perso_store *s = NULL;
		bool good = perso_store_open(&cfg, &s) == PERSO_OK &&
			    perso_store_lock_line(s) == PERSO_OK &&
			    perso_store_lock_letters(s) == PERSO_E_CONFLICT;
		_exit(good ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fix_close(&f);
}
