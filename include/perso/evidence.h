/*
 * Evidence of one job as JSON (line): what was done, when, by which
 * versions, with which status words. No personal data: order, blank and the
 * hash of EF.SOD, never a document number or the hash of a data group.
 *
 *	{"perso-evidence": 1, "job": 7, "order": "...", "blank": "...",
 *	 "profile": "...", "product": "...", "state": "good",
 *	 "number-source": "range", "clock": "2026-11-22T10:15:00Z",
 *	 "started": "...", "finished": "...", "sod-sha256": "<hex>",
 *	 "verdict": "...", "error": "...", "apdus": 91, "bytes": 30211,
 *	 "ms": 812, "perso": "0.1.0",
 *	 "steps": [{"step": "open", "result": "ok", "apdus": 3,
 *	   "bytes-out": 60, "bytes-in": 90, "us": 900, "sw": "9000*3"}]}
 *
 * Members that do not apply are left out.
 */
#ifndef PERSO_EVIDENCE_H
#define PERSO_EVIDENCE_H

#include "perso/buf.h"
#include "perso/store.h"

/* Appends; PERSO_E_NOT_FOUND. */
PERSO_MUST perso_rc perso_evidence_json(
    struct perso_store *s, int64_t job, struct perso_buf *ret);

#endif
