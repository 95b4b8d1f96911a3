/* The independent judge of a store and its chips after whatever happened. */
#ifndef LINE_CHECKER_H
#define LINE_CHECKER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads the database and the state files of the simulated chips with code of
 * its own and asserts: every blank that was received is there, in exactly one
 * state, and none is in work; no job is unfinished; an order has at most one
 * document and is done exactly if it has one; a blank saw at most one EF.SOD,
 * and a good one's chip is locked and carries the one whose hash is noted; a
 * chip that is not locked is not called good; nothing of an ended job is
 * kept; no void number belongs to a document.
 *
 * between: the power is off in the middle of a job: unfinished jobs and
 * blanks in work are allowed. why gets the complaint.
 */
bool checker_run(const char *db, const char *const *chips, size_t chip_count,
    bool between, char why[256]);

#endif
