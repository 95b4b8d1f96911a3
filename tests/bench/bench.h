/*
 * What the benches share: time, results, a development signer, orders.
 */
#ifndef PERSO_BENCH_H
#define PERSO_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "perso/cert.h"
#include "perso/image_build.h"
#include "perso/order.h"

struct bench_result {
	const char *name;
	double ratio;
	double goal;
	bool higher; /* better */
	double ours;
	double reference;
	const char *unit;
};

/* One JSON line on stdout; tools/bench collects them. */
void bench_print(const struct bench_result *r);

double bench_now(void); /* CPU seconds of this process */
/* Seconds of a clock that is read without a call of the kernel; it goes on
 * while others have the processor. */
double bench_ticks(void);

/* Any failure of a bench ends it, with the trail. */
void bench_need(perso_rc rc, const char *what);

struct perso_profiles *bench_profiles(void);

/* A self-made document signer of a country, P-256. */
struct perso_keyref *bench_key(void);
struct perso_signer *bench_signer(
    struct perso_keyref *key, const struct perso_doc_profile *profile);

/* An order template of tests/data/orders as a checked order; portrait: a
 * JPEG of about this many bytes in its place, 0: its own. */
struct perso_order *bench_order(const struct perso_profiles *profiles,
    const char *template_name, size_t portrait);

#endif
