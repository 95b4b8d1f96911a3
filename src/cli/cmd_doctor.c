/* perso doctor: what is wrong, and what to do. Changes nothing. */
#include <stdarg.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "doctor_int.h"
#include "perso/date.h"
#include "perso/hooks.h"
#include "perso/link_pcsc.h"
#include "perso/scp03.h"

#define DISK_FAIL ((uint64_t)64 << 20)
#define DISK_WARN ((uint64_t)1 << 30)
#define LIST_MS 5000

/* see doctor_int.h */
void
doctor_add(struct doctor *d, enum doctor_level level, const char *check,
    const char *todo, const char *fmt, ...)
{
	static const char *const names[] = { "ok", "WARN", "FAIL" };
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->warned += level == DOCTOR_WARN;
	d->failed += level == DOCTOR_FAIL;
	json_array_append_new(
	    d->rows, json_pack("{s:s, s:s, s:s, s:s}", "result", names[level],
			 "check", check, "text", text, "to-do", todo));
}

/* see doctor_int.h */
void
doctor_trail(struct doctor *d, enum doctor_level level, const char *check,
    const char *todo)
{
	char text[400];

	perso_trail_text(text, sizeof(text));
	doctor_add(d, level, check, todo, "%s", text);
}

static bool
check_config(struct doctor *d)
{
	if (cli_config_load(d->cli, &d->cfg) != PERSO_OK) {
		doctor_trail(d, DOCTOR_FAIL, "configuration",
		    "perso init makes one; correct the line that is named");
		return false;
	}
	doctor_add(d, DOCTOR_OK, "configuration", "", "%s", d->cfg.path);
	return true;
}

static void
check_profiles(struct doctor *d)
{
	if (cli_open_profiles(&d->cfg, &d->profiles) != PERSO_OK) {
		doctor_trail(d, DOCTOR_FAIL, "profiles",
		    "correct the profile at the line that is named");
		return;
	}
	if (perso_profiles_doc_count(d->profiles) == 0 ||
	    perso_profiles_chip_count(d->profiles) == 0)
		doctor_add(d, DOCTOR_FAIL, "profiles",
		    "put profiles into documents/ and chips/",
		    "%s has no document or no chip", d->cfg.profiles);
	else
		doctor_add(d, DOCTOR_OK, "profiles", "",
		    "documents: %zu, chip products: %zu",
		    perso_profiles_doc_count(d->profiles),
		    perso_profiles_chip_count(d->profiles));
	doctor_profiles(d);
}

static void
check_stock(struct doctor *d)
{
	struct perso_store_counts n = { 0 };
	uint64_t unfinished;

	if (perso_store_count(d->store, &n) != PERSO_OK) {
		doctor_trail(d, DOCTOR_FAIL, "store", "restore the last copy");
		return;
	}
	unfinished = n.jobs[0] + n.jobs[1] + n.jobs[2] + n.jobs[3] + n.jobs[4] +
		     n.jobs[7] + n.jobs[8];
	if (unfinished > 0)
		doctor_add(d, DOCTOR_WARN, "jobs",
		    "put its chip into the reader; perso run finishes or "
		    "spoils it, or says which pages wait",
		    "%llu unfinished", (unsigned long long)unfinished);
	if (n.orders[3] > 0)
		doctor_add(d, DOCTOR_WARN, "orders",
		    "perso order list --state failed says why; perso run "
		    "--failed tries again",
		    "%llu failed", (unsigned long long)n.orders[3]);
	if (n.letters[0] + n.letters[1] + n.letters[2] > 0)
		doctor_add(d, DOCTOR_WARN, "letters",
		    "perso letter print, then perso letter confirm erases PIN "
		    "and PUK",
		    "waiting: %llu, torn in print: %llu, not confirmed: %llu",
		    (unsigned long long)n.letters[0],
		    (unsigned long long)n.letters[1],
		    (unsigned long long)n.letters[2]);
	if (n.blanks[0] + n.blanks[1] == 0)
		doctor_add(d, DOCTOR_WARN, "stock",
		    "perso stock receive takes blanks in",
		    "no blank is in stock");
	else
		doctor_add(d, DOCTOR_OK, "stock", "",
		    "blanks: %llu, orders waiting: %llu",
		    (unsigned long long)(n.blanks[0] + n.blanks[1]),
		    (unsigned long long)n.orders[0]);
}

static void
check_store(struct doctor *d)
{
	struct perso_store_config sc = { .path = d->cfg.store };
	perso_rc rc = perso_store_open(&sc, &d->store);

	if (rc != PERSO_OK) {
		doctor_trail(d, DOCTOR_FAIL, "store",
		    rc == PERSO_E_NOT_FOUND
			? "perso init makes one; or correct its path"
			: "restore the last copy");
		return;
	}
	if (perso_store_check(d->store) != PERSO_OK) {
		doctor_trail(d, DOCTOR_FAIL, "store",
		    "stop issuing and restore the last copy");
		return;
	}
	doctor_add(d, DOCTOR_OK, "store", "", "%s is whole", d->cfg.store);
	check_stock(d);
}

static void
check_chip_keys(struct doctor *d)
{
	struct perso_scp03_keys *keys = NULL;
	size_t fit = 0;

	if (perso_scp03_keys_load(d->cfg.chip_keys, &keys) != PERSO_OK) {
		doctor_trail(d, DOCTOR_FAIL, "chip keys",
		    "put the key file of the delivery there, mode 0600");
		return;
	}
	for (size_t i = 0;
	     d->profiles != NULL && i < perso_profiles_chip_count(d->profiles);
	     i++)
		fit += perso_profiles_chip_at(d->profiles, i)->scp03_kvn ==
		       keys->kvn;
	if (d->profiles != NULL && fit == 0)
		doctor_add(d, DOCTOR_FAIL, "chip keys",
		    "use the key file of that product's delivery",
		    "key version %u is that of no chip profile", keys->kvn);
	else
		doctor_add(d, DOCTOR_OK, "chip keys", "",
		    "key set of version %u", keys->kvn);
	perso_scp03_keys_free(&keys);
}

static void
check_readers(struct doctor *d)
{
	struct perso_readers readers = { 0 };
	bool found = d->cfg.reader[0] == '\0';

	if (perso_link_pcsc_list(LIST_MS, &readers) != PERSO_OK) {
		doctor_trail(d, DOCTOR_WARN, "readers",
		    "start pcscd; without it only simulated chips work");
		return;
	}
	for (size_t i = 0; i < readers.count; i++)
		found |= strcmp(readers.list[i].name, d->cfg.reader) == 0;
	if (readers.count == 0)
		doctor_add(d, DOCTOR_WARN, "readers",
		    "plug one in and install its driver", "no reader");
	else if (!found)
		doctor_add(d, DOCTOR_WARN, "readers",
		    "perso readers lists the names",
		    "the reader of the configuration is not there: %s",
		    d->cfg.reader);
	else
		doctor_add(d, DOCTOR_OK, "readers", "", "%zu reader%s",
		    readers.count, readers.count == 1 ? "" : "s");
}

/* The year in which this program was compiled. */
static int
build_year(void)
{
	const char *date = __DATE__; /* "Nov 22 2026" */
	int year = 0;

	for (const char *p = &date[7]; *p >= '0' && *p <= '9'; p++)
		year = year * 10 + (*p - '0');
	return year;
}

static void
check_clock(struct doctor *d)
{
	struct perso_store_entry e = { 0 };
	char now[PERSO_TIME_LEN], last[PERSO_TIME_LEN];
	int64_t newest = 0;
	bool there = d->store != NULL;

	while (there && perso_store_journal_next(d->store, e.seq, &e, &there) ==
			    PERSO_OK)
		if (there && e.at > newest)
			newest = e.at;
	perso_time_text(d->now, now);
	perso_time_text((time_t)newest, last);
	if (perso_date_of(d->now).year < build_year())
		doctor_add(d, DOCTOR_FAIL, "clock", "set the clock",
		    "%s: that is before this program was built", now);
	else if (d->now < newest)
		doctor_add(d, DOCTOR_FAIL, "clock", "set the clock",
		    "%s: the journal's newest entry is of %s", now, last);
	else
		doctor_add(d, DOCTOR_OK, "clock", "", "%s", now);
}

static void
check_disk(struct doctor *d)
{
	char dir[PERSO_PATH_MAX];
	char *slash;
	struct statvfs v;
	uint64_t bytes;

	snprintf(dir, sizeof(dir), "%s", d->cfg.store);
	slash = strrchr(dir, '/');
	if (slash == NULL)
		snprintf(dir, sizeof(dir), ".");
	else
		slash[slash == dir] = '\0';
	if (statvfs(dir, &v) != 0) {
		doctor_add(d, DOCTOR_FAIL, "disk", "make the folder",
		    "%s cannot be looked at", dir);
		return;
	}
	bytes = (uint64_t)v.f_bavail * v.f_frsize;
	doctor_add(d,
	    bytes < DISK_FAIL	? DOCTOR_FAIL
	    : bytes < DISK_WARN ? DOCTOR_WARN
				: DOCTOR_OK,
	    "disk", bytes < DISK_WARN ? "make room" : "", "%.1f GB free at %s",
	    (double)bytes / 1e9, dir);
	if (access(dir, W_OK) != 0)
		doctor_add(d, DOCTOR_FAIL, "disk", "correct its owner and mode",
		    "%s cannot be written", dir);
}

static perso_rc
print_rows(struct doctor *d)
{
	CLI_TABLE(table);
	const json_t *row;
	size_t i;

	if (d->cli->json)
		return cli_json(json_pack("{s:b, s:I, s:I, s:O}", "ok",
		    d->failed == 0, "warnings", (json_int_t)d->warned,
		    "failures", (json_int_t)d->failed, "checks", d->rows));
	cli_table_begin(&table);
	PERSO_TRY(cli_table_row(&table, "RESULT\tCHECK\tWHAT"));
	json_array_foreach(d->rows, i, row)
	{
		const char *todo =
		    json_string_value(json_object_get(row, "to-do"));

		PERSO_TRY(cli_table_row(&table, "%s\t%s\t%s",
		    json_string_value(json_object_get(row, "result")),
		    json_string_value(json_object_get(row, "check")),
		    json_string_value(json_object_get(row, "text"))));
		if (todo[0] != '\0')
			PERSO_TRY(cli_table_row(&table, "\t\t-> %s", todo));
	}
	cli_table_end(&table);
	cli_print("%zu checks, %zu warnings, %zu failures\n",
	    json_array_size(d->rows), d->warned, d->failed);
	return PERSO_OK;
}

static void
close_doctor(struct doctor *d)
{
	perso_profiles_free(&d->profiles);
	perso_store_close(&d->store);
	perso_trust_free(&d->trust);
	json_decref(d->rows);
}

/* see cli_int.h */
perso_rc
cli_run_doctor(struct cli *c)
{
	__attribute__((cleanup(close_doctor))) struct doctor d = {
		.cli = c, .now = perso_now(), .rows = json_array()
	};

	if (check_config(&d)) {
		check_store(&d);
		check_profiles(&d);
		check_chip_keys(&d);
		doctor_trust(&d);
		doctor_signers(&d);
		doctor_sealers(&d);
		doctor_approvers(&d);
		check_readers(&d);
		doctor_printer(&d);
		check_clock(&d);
		check_disk(&d);
	}
	if (d.failed > 0)
		c->exit = CLI_EXIT_CHECK;
	return print_rows(&d);
}
