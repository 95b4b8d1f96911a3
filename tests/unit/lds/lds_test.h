/* Shared by the tests of lds: sample files, and the parsers by name. */
#ifndef LDS_TEST_H
#define LDS_TEST_H

#include <criterion/criterion.h>

#include "perso/cardsec.h"
#include "perso/file.h"
#include "perso/hex.h"
#include "perso/sod.h"

#define SYN "tests/data/synthetic/"
#define TD3 SYN "emrtd-td3/"
#define BSI "tests/data/bsi-tr03105-5/"

/* Parse a file; with ret, build what was parsed. */
typedef perso_rc (*lds_cycle_fn)(struct perso_span file, struct perso_buf *ret);

/* "com", "dg1", "sod" ... ; NULL. */
lds_cycle_fn lds_cycle(const char *name);

void lds_load(const char *path, struct perso_buf *b);
void lds_hex(const char *hex, struct perso_buf *b);
const char *lds_trail(void);

#endif
