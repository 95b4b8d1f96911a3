/*
 * What the tests of order share: the shipped profiles, a pinned day, a
 * folder of approvers made on the spot.
 */
#ifndef ORDER_TEST_H
#define ORDER_TEST_H

#include "perso/cert.h"
#include "perso/file.h"
#include "perso/hex.h"
#include "perso/order.h"

#define NOW 1795348800 /* 2026-11-22T12:00:00Z */
#define DAY 86400
#define ORDERS "tests/data/orders/"
#define TYPES                                                          \
	"uto-passport uto-passport-dh lv-eid lv-eid-pace lv-passport " \
	"lv-passport-eac lv-residence-permit"

/* An approver with a key, listed for these document types. */
struct desk {
	char dir[64];
	struct perso_keyref *key;
	struct perso_buf cert;
	struct perso_approvers *approvers;
};

struct perso_profiles *test_profiles(void);
void test_desk(struct desk *d, const char *types, time_t from, time_t to);
void test_desk_done(struct desk *d);
/* Reads ORDERS name. */
void test_read(const char *name, struct perso_buf *ret);
/* The findings as text, terminated. */
void test_findings(const struct perso_order *o, struct perso_buf *ret);
bool test_has(const struct perso_order *o, const char *code, const char *path);

#endif
