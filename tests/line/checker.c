/* See checker.h. Shares nothing with the code it judges: plain SQL, plain
 * bytes, OpenSSL's digest. */
#include "checker.h"

#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- chips ----------------------------------------------------------- */

struct chip {
	char serial[21];
	bool locked;
	bool has_sod;
	bool has_dg1;
	bool has_key; /* BAC seed, CAN or a key of the MRZ */
	uint8_t sod_hash[32];
};

#define EF_DG1 5
#define EF_SOD 21

static bool
sha256(const uint8_t *p, size_t n, uint8_t ret[32])
{
	return EVP_Digest(p, n, ret, NULL, EVP_sha256(), NULL) == 1;
}

static unsigned
u16(const uint8_t *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

/*
 * From version 2 on, behind the files: CA keys 4 * {group(1), FF none, else
 * has_id(1) id(4) length(2) sk(n)}, passwords 4 * {length(1) value(n)
 * tries(1)}, the first two of them MRZ and CAN; date(4); trust points 2 *
 * {length(1), 0 none, else chr(n) chat(1) dates(8) algorithm(2) length(2)
 * spki(n)}
 */
static bool
parse_access(const uint8_t *p, size_t n, struct chip *ret)
{
	size_t at = 0;

	for (int i = 0; i < 4 && at + 8 < n; i++)
		at += p[at] == 0xFF ? 1 : 8 + u16(p + at + 6);
	for (int i = 0; i < 4 && at < n; i++) {
		if (i < 2 && p[at] != 0)
			ret->has_key = true;
		at += 2 + (size_t)p[at];
	}
	at += 4;
	for (int i = 0; i < 2 && at < n; i++) {
		size_t name = p[at++];

		if (name != 0 && at + name + 13 < n)
			at += name + 13 + u16(p + at + name + 11);
	}
	return at == n;
}

/*
 * "PERSOSIM" version(2) extended(1) max_command(4) memory(4) product(2)
 * cplc(42) kvn(1) enc(16) mac(16) dek(16) operational(1) sequence(3) fails(1)
 * has_seed(1) seed(16) aa_length(2) aa(n) files(1) {number(1) size(3) bytes}
 * SHA-256
 */
static bool
parse_chip(const uint8_t *p, size_t n, struct chip *ret)
{
	static const int id[10] = { 0, 1, 2, 3, 12, 13, 14, 15, 16, 17 };
	const uint8_t *cplc = p + 21;
	uint8_t sum[32];
	size_t at = 63 + 49, files;

	if (n < 169 || memcmp(p, "PERSOSIM", 8) != 0 || p[9] < 1 || p[9] > 2)
		return false;
	if (!sha256(p, n - 32, sum) || memcmp(sum, p + n - 32, 32) != 0)
		return false;
	memset(ret, 0, sizeof(*ret));
	for (int i = 0; i < 10; i++)
		snprintf(ret->serial + 2 * i, 3, "%02X", cplc[id[i]]);
	ret->locked = p[at] != 0;
	ret->has_key = p[at + 5] != 0;
	at += 22;
	at += 2 + (size_t)(p[at] << 8 | p[at + 1]);
	if (at >= n - 32)
		return false;
	files = p[at++];
	while (files-- > 0) {
		size_t len;

		if (at + 4 > n - 32)
			return false;
		len = (size_t)(p[at + 1] << 16 | p[at + 2] << 8 | p[at + 3]);
		if (len > n - 32 - at - 4)
			return false;
		if (p[at] == EF_DG1)
			ret->has_dg1 = true;
		if (p[at] == EF_SOD) {
			ret->has_sod = true;
			if (!sha256(p + at + 4, len, ret->sod_hash))
				return false;
		}
		at += 4 + len;
	}
	return p[9] == 1 ? at == n - 32
			 : parse_access(p + at, n - 32 - at, ret);
}

static bool
read_chip(const char *path, struct chip *ret)
{
	static uint8_t data[1 << 20];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		return false;
	n = fread(data, 1, sizeof(data), f);
	fclose(f);
	return parse_chip(data, n, ret);
}

/* ---- the database ---------------------------------------------------- */

struct rule {
	const char *what;
	const char *sql; /* the first column of a row is what is wrong */
	bool between;	 /* holds in the middle of a job, too */
};

static const struct rule rules[] = {
	{ "a blank in no known state",
	    "SELECT serial FROM blanks WHERE state NOT IN ('received',"
	    "'reserved','in-work','good','spoiled','destroyed','lost')",
	    true },
	{ "a blank still in work",
	    "SELECT serial FROM blanks WHERE state='in-work'", false },
	{ "a job without an end",
	    "SELECT id FROM jobs WHERE state NOT IN ('good','spoiled')",
	    false },
	{ "an order still in work",
	    "SELECT id FROM orders WHERE state='in-work'", false },
	{ "an order with two documents",
	    "SELECT order_id FROM documents GROUP BY order_id"
	    " HAVING count(*)>1",
	    true },
	{ "a blank with two documents",
	    "SELECT blank FROM documents GROUP BY blank HAVING count(*)>1",
	    true },
	{ "a number with two documents",
	    "SELECT order_id FROM documents GROUP BY profile,number"
	    " HAVING count(*)>1",
	    true },
	{ "an order done without document",
	    "SELECT id FROM orders WHERE state='done' AND NOT EXISTS"
	    " (SELECT 1 FROM documents WHERE order_id=orders.id)",
	    true },
	{ "a document of an order that is not done",
	    "SELECT order_id FROM documents WHERE NOT EXISTS (SELECT 1 FROM"
	    " orders WHERE id=order_id AND state='done')",
	    true },
	{ "a document on a blank that is not good",
	    "SELECT blank FROM documents WHERE NOT EXISTS (SELECT 1 FROM"
	    " blanks WHERE serial=blank AND state='good')",
	    true },
	{ "a good blank without document",
	    "SELECT serial FROM blanks WHERE state='good' AND NOT EXISTS"
	    " (SELECT 1 FROM documents WHERE blank=serial)",
	    true },
	{ "a job whose blank or order tells another story",
	    "SELECT j.id FROM jobs j JOIN blanks b ON b.serial=j.blank WHERE"
	    " (j.state='good')<>(b.state='good') OR (j.state='spoiled' AND"
	    " b.state NOT IN ('spoiled','destroyed','lost'))",
	    true },
	{ "a blank with two EF.SODs",
	    "SELECT blank FROM jobs WHERE sod_hash IS NOT NULL GROUP BY blank"
	    " HAVING count(*)>1",
	    true },
	{ "a blank sealed twice by the journal",
	    "SELECT blank FROM journal WHERE kind='job-sealed' GROUP BY blank"
	    " HAVING count(*)>1",
	    true },
	{ "a lock that was not announced",
	    "SELECT j.blank FROM journal j WHERE kind='job-locked' AND NOT"
	    " EXISTS (SELECT 1 FROM journal k WHERE k.kind='job-locking' AND"
	    " k.job=j.job AND k.seq<j.seq)",
	    true },
	{ "a sticker that was printed and not announced, or twice",
	    "SELECT j.blank FROM journal j WHERE kind='job-printed' AND"
	    " (NOT EXISTS (SELECT 1 FROM journal k WHERE"
	    " k.kind='job-printing' AND k.job=j.job AND k.seq<j.seq) OR"
	    " 1<>(SELECT count(*) FROM journal k WHERE"
	    " k.kind='job-printing' AND k.blank=j.blank))",
	    true },
	{ "a good sticker that was not printed",
	    "SELECT blank FROM jobs WHERE state='good' AND seal_hash IS NOT"
	    " NULL AND NOT EXISTS (SELECT 1 FROM journal k WHERE"
	    " k.kind='job-printed' AND k.job=jobs.id)",
	    true },
	{ "a seal kept beyond the job",
	    "SELECT job FROM job_seals WHERE job IN (SELECT id FROM jobs WHERE"
	    " state IN ('good','spoiled'))",
	    true },
	{ "an EF.SOD kept beyond the job",
	    "SELECT job FROM job_sods WHERE job IN (SELECT id FROM jobs WHERE"
	    " state IN ('good','spoiled'))",
	    true },
	{ "hashes kept beyond the job",
	    "SELECT job FROM job_files WHERE job IN (SELECT id FROM jobs WHERE"
	    " state IN ('good','spoiled'))",
	    true },
	{ "secrets kept beyond the job",
	    "SELECT job FROM job_kept WHERE job IN (SELECT id FROM jobs WHERE"
	    " state IN ('good','spoiled'))",
	    true },
	{ "a void number that became a document",
	    "SELECT d.order_id FROM documents d JOIN numbers n ON"
	    " n.profile=d.profile AND n.number=d.number WHERE"
	    " n.state<>'issued'",
	    true },
	{ "a spoiled job of a drawn number that is not void",
	    "SELECT j.id FROM jobs j LEFT JOIN numbers n ON"
	    " n.profile=j.profile AND n.number=j.number WHERE"
	    " j.state='spoiled' AND j.source<>3 AND n.state IS NOT 'void'",
	    true },
	{ "pages printed of a chip that was not locked",
	    "SELECT j.job FROM journal j WHERE kind LIKE 'pages-%' AND NOT"
	    " EXISTS (SELECT 1 FROM journal k WHERE k.kind='job-locked' AND"
	    " k.job=j.job AND k.seq<j.seq)",
	    true },
	{ "pages printed without announcement, or twice",
	    "SELECT j.job FROM journal j WHERE kind='pages-printed' AND"
	    " (NOT EXISTS (SELECT 1 FROM journal k WHERE k.job=j.job AND"
	    " k.kind IN ('pages-printing','pages-again') AND k.seq<j.seq) OR"
	    " EXISTS (SELECT 1 FROM journal k WHERE k.job=j.job AND"
	    " k.kind LIKE 'pages-%' AND k.seq>j.seq))",
	    true },
	{ "a good job whose pages are not printed",
	    "SELECT id FROM jobs WHERE state='good' AND EXISTS (SELECT 1 FROM"
	    " journal WHERE job=jobs.id AND kind='pages-printing') AND NOT"
	    " EXISTS (SELECT 1 FROM journal WHERE job=jobs.id AND"
	    " kind='pages-printed')",
	    true },
	{ "a spoiled blank without a reason",
	    "SELECT serial FROM blanks WHERE state='spoiled' AND"
	    " coalesce(reason,'')=''",
	    true },
};

static bool
holds(sqlite3 *db, const struct rule *r, char why[256])
{
	sqlite3_stmt *st = NULL;
	bool ok = false;

	if (sqlite3_prepare_v2(db, r->sql, -1, &st, NULL) != SQLITE_OK) {
		snprintf(why, 256, "%s: %s", r->what, sqlite3_errmsg(db));
		return false;
	}
	if (sqlite3_step(st) == SQLITE_ROW)
		snprintf(why, 256, "%s: %s", r->what,
		    (const char *)sqlite3_column_text(st, 0));
	else
		ok = true;
	sqlite3_finalize(st);
	return ok;
}

/* What the database knows of this chip. */
static bool
judge_chip(sqlite3 *db, const struct chip *c, char why[256])
{
	sqlite3_stmt *st = NULL;
	bool good = false, there = false, same = false, noted = false;

	if (sqlite3_prepare_v2(db,
		"SELECT b.state, j.sod_hash FROM blanks b LEFT JOIN jobs j ON"
		" j.blank=b.serial WHERE b.serial=?",
		-1, &st, NULL) != SQLITE_OK) {
		snprintf(why, 256, "blanks: %s", sqlite3_errmsg(db));
		return false;
	}
	sqlite3_bind_text(st, 1, c->serial, -1, SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_ROW) {
		const char *s = (const char *)sqlite3_column_text(st, 0);

		there = true;
		good = s != NULL && strcmp(s, "good") == 0;
		noted = sqlite3_column_bytes(st, 1) == 32;
		same = noted && c->has_sod &&
		       memcmp(c->sod_hash, sqlite3_column_blob(st, 1), 32) == 0;
	}
	sqlite3_finalize(st);
	if (!there)
		snprintf(why, 256, "blank %s is lost", c->serial);
	else if (good && !c->locked)
		snprintf(why, 256, "%s is good but not locked", c->serial);
	else if (good && !same)
		snprintf(why, 256, "%s carries another EF.SOD", c->serial);
	else if (c->has_sod && !noted)
		snprintf(why, 256, "%s carries an unknown EF.SOD", c->serial);
	else if (c->locked && !same)
		snprintf(
		    why, 256, "%s is locked with another EF.SOD", c->serial);
	else if (c->locked && !(c->has_dg1 && c->has_key))
		snprintf(why, 256, "%s is locked half written", c->serial);
	else
		return true;
	return false;
}

bool
checker_run(const char *path, const char *const *chips, size_t chip_count,
    bool between, char why[256])
{
	sqlite3 *db = NULL;
	struct chip c;
	bool ok;

	snprintf(why, 256, "%s", "");
	ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) ==
	     SQLITE_OK;
	if (!ok)
		snprintf(why, 256, "no database");
	for (size_t i = 0; ok && i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!between || rules[i].between)
			ok = holds(db, &rules[i], why);
	for (size_t i = 0; ok && i < chip_count; i++) {
		ok = read_chip(chips[i], &c);
		if (!ok)
			snprintf(why, 256, "%s cannot be read", chips[i]);
		ok = ok && judge_chip(db, &c, why);
	}
	sqlite3_close(db);
	return ok;
}
