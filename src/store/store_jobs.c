/* Reading jobs. */
#include <inttypes.h>

#include "store_int.h"

#define JOB_COLUMNS                                                           \
	"j.id, j.order_id, j.blank, j.profile, b.product, j.state, j.clock, " \
	"j.number, j.source, j.sod_hash, j.verdict, j.error, j.apdus, "       \
	"j.bytes, j.ms, j.started_at, j.finished_at, j.seal_hash"
#define JOB_FROM " FROM jobs j JOIN blanks b ON b.serial = j.blank "

static perso_rc
read_words(sqlite3_stmt *st, struct perso_store_job *j)
{
	PERSO_TRY(perso_store_text(st, 1, j->order, sizeof(j->order)));
	PERSO_TRY(perso_store_text(st, 2, j->blank, sizeof(j->blank)));
	PERSO_TRY(perso_store_text(st, 3, j->profile, sizeof(j->profile)));
	PERSO_TRY(perso_store_text(st, 4, j->product, sizeof(j->product)));
	PERSO_TRY(perso_job_state_from_name(
	    (const char *)sqlite3_column_text(st, 5), &j->state));
	PERSO_TRY(perso_store_text(st, 7, j->number, sizeof(j->number)));
	PERSO_TRY(perso_store_text(st, 10, j->verdict, sizeof(j->verdict)));
	return perso_store_text(st, 11, j->error, sizeof(j->error));
}

static perso_rc
read_job(sqlite3_stmt *st, struct perso_store_job *ret)
{
	struct perso_store_job j = { 0 };

	j.id = sqlite3_column_int64(st, 0);
	PERSO_TRY(read_words(st, &j));
	j.clock = sqlite3_column_int64(st, 6);
	j.source = (enum perso_store_source)sqlite3_column_int(st, 8);
	j.has_sod_hash = sqlite3_column_type(st, 9) != SQLITE_NULL;
	if (j.has_sod_hash)
		PERSO_TRY(
		    perso_store_blob(st, 9, j.sod_hash, sizeof(j.sod_hash)));
	j.has_seal_hash = sqlite3_column_type(st, 17) != SQLITE_NULL;
	if (j.has_seal_hash)
		PERSO_TRY(
		    perso_store_blob(st, 17, j.seal_hash, sizeof(j.seal_hash)));
	j.apdus = (uint64_t)sqlite3_column_int64(st, 12);
	j.bytes = (uint64_t)sqlite3_column_int64(st, 13);
	j.ms = (uint64_t)sqlite3_column_int64(st, 14);
	j.started_at = sqlite3_column_int64(st, 15);
	j.finished_at = sqlite3_column_int64(st, 16);
	*ret = j;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_job_get(
    struct perso_store *s, int64_t job, struct perso_store_job *ret)
{
	STORE_STMT(st);
	bool there = false;

	PERSO_TRY(perso_store_query(
	    s, &st, "SELECT " JOB_COLUMNS JOB_FROM "WHERE j.id = ?", "i", job));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		PERSO_FAIL(PERSO_E_NOT_FOUND, "there is no job %" PRId64, job);
	return read_job(st, ret);
}

/* see perso/store.h */
perso_rc
perso_store_job_next(struct perso_store *s, unsigned states, const char *order,
    int64_t after, struct perso_store_job *ret, bool *ret_there)
{
	STORE_STMT(st);
	char set[96], sql[512];
	bool there = false;

	perso_store_set(set, sizeof(set), perso_store_jobs, 9, states);
	(void)snprintf(sql, sizeof(sql),
	    "SELECT " JOB_COLUMNS JOB_FROM "WHERE j.id > ?1 AND"
	    " (?2 IS NULL OR j.order_id = ?2) AND j.state IN (%s)"
	    " ORDER BY j.id LIMIT 1",
	    set);
	PERSO_TRY(perso_store_query(s, &st, sql, "is", after, order));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (there)
		PERSO_TRY(read_job(st, ret));
	*ret_there = there;
	return PERSO_OK;
}

static perso_rc
append_blob(
    struct perso_store *s, const char *sql, int64_t job, struct perso_buf *ret)
{
	STORE_STMT(st);
	bool there = false;
	const void *p;

	PERSO_TRY(perso_store_query(s, &st, sql, "i", job));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		PERSO_FAIL(PERSO_E_NOT_FOUND,
		    "job %" PRId64 " does not keep it (yet, or any more)", job);
	p = sqlite3_column_blob(st, 0);
	return perso_buf_append(
	    ret, perso_span(p, (size_t)sqlite3_column_bytes(st, 0)));
}

/* see perso/store.h */
perso_rc
perso_store_job_spki(struct perso_store *s, int64_t job, struct perso_buf *ret)
{
	return append_blob(
	    s, "SELECT spki FROM job_keys WHERE job = ?", job, ret);
}

/* see perso/store.h */
perso_rc
perso_store_job_sod(struct perso_store *s, int64_t job, struct perso_buf *ret)
{
	return append_blob(
	    s, "SELECT sod FROM job_sods WHERE job = ?", job, ret);
}

/* see perso/store.h */
perso_rc
perso_store_job_seal_get(
    struct perso_store *s, int64_t job, struct perso_buf *ret)
{
	return append_blob(
	    s, "SELECT seal FROM job_seals WHERE job = ?", job, ret);
}

/* see perso/store.h */
perso_rc
perso_store_job_files(struct perso_store *s, int64_t job,
    struct perso_store_file *files, size_t *ret_count)
{
	STORE_STMT(st);
	bool there = false;
	size_t n = 0;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT fid, mf, hash FROM job_files WHERE job = ? ORDER BY n", "i",
	    job));
	for (;;) {
		PERSO_TRY(perso_store_step(s, st, &there));
		if (!there)
			break;
		if (n == PERSO_STORE_FILES)
			PERSO_FAIL(PERSO_E_STORE,
			    "job %" PRId64 " has more than %d files", job,
			    PERSO_STORE_FILES);
		files[n].fid = (uint16_t)sqlite3_column_int(st, 0);
		files[n].mf = sqlite3_column_int(st, 1) != 0;
		PERSO_TRY(perso_store_blob(
		    st, 2, files[n].hash, sizeof(files[n].hash)));
		n++;
	}
	*ret_count = n;
	return PERSO_OK;
}

static perso_rc
read_step(sqlite3_stmt *st, struct perso_store_step *ret)
{
	struct perso_store_step p = { 0 };

	PERSO_TRY(perso_store_text(st, 0, p.name, sizeof(p.name)));
	p.rc = (perso_rc)sqlite3_column_int(st, 1);
	p.apdus = (uint32_t)sqlite3_column_int64(st, 2);
	p.bytes_out = (uint64_t)sqlite3_column_int64(st, 3);
	p.bytes_in = (uint64_t)sqlite3_column_int64(st, 4);
	p.us = (uint64_t)sqlite3_column_int64(st, 5);
	PERSO_TRY(perso_store_text(st, 6, p.sw, sizeof(p.sw)));
	*ret = p;
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_job_steps(struct perso_store *s, int64_t job,
    struct perso_store_step *steps, size_t *ret_count)
{
	STORE_STMT(st);
	bool there = false;
	size_t n = 0;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT name, rc, apdus, bytes_out, bytes_in, us, sw"
	    " FROM job_steps WHERE job = ? ORDER BY n LIMIT 32",
	    "i", job));
	for (;; n++) {
		PERSO_TRY(perso_store_step(s, st, &there));
		if (!there || n == PERSO_STORE_STEPS)
			break;
		PERSO_TRY(read_step(st, &steps[n]));
	}
	*ret_count = n;
	return PERSO_OK;
}
