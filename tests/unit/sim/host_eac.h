/*
 * PACE, Chip and Terminal Authentication as a terminal, for the simulator's
 * tests: from primitives only, except the Integrated Mapping, which the
 * published vectors check.
 */
#ifndef SIM_TEST_HOST_EAC_H
#define SIM_TEST_HOST_EAC_H

#include "../../../src/sim/sim_int.h"
#include "host.h"

struct pace_run {
	unsigned x, y; /* last arcs of the OID: 2, 2 is ECDH-GM-AES-128 */
	unsigned group;
	unsigned password;
	struct perso_span secret; /* K, or the characters */
	bool tag84;
	bool wrong; /* token */
};

struct pace_out {
	struct sim_comp ic, ifd;
	uint8_t car[2][17];
	uint8_t ca[128];
	size_t ca_n;
	struct perso_num map_x; /* of the chip's mapping key, CAM */
};

#define TEST_CAN perso_span("123456", 6)
#define TEST_PIN perso_span("4711", 4)
#define TEST_PUK perso_span("0123456789", 10)
extern const uint8_t test_k_mrz[20];

/* PACEInfos one after another into a SET. */
void eac_info(struct perso_buf *b, unsigned x, unsigned y, unsigned group);
struct perso_span eac_set(struct perso_buf *b); /* static memory */

/* Opens SCP03 and writes what every chip has: DG1 with a TD3 zone, SOD,
 * EF.COM, DG3, DG4, EF.CVCA. */
void eac_begin(struct host *h);
void eac_file(struct host *h, bool app, unsigned fid, unsigned sfi,
    struct perso_span data);
/* EF.CardAccess with this one protocol, K and CAN. */
void eac_pace(struct host *h, unsigned x, unsigned y, unsigned group);
void eac_lock(struct host *h);

/* PKCS#8 of a scalar; static memory. */
struct perso_span eac_pkcs8(
    unsigned group, struct perso_span sk, bool standardised);

uint16_t pace_set_at(struct host *h, const struct pace_run *r);
uint16_t pace_ga(struct host *h, bool last, struct perso_span data);
uint16_t host_pace(
    struct host *h, const struct pace_run *r, struct pace_out *out);
uint16_t pace_can(struct host *h); /* ECDH-GM-AES-128, P-256 */

/* aes 0: MSE:SET KAT; id < 0: no DO 84. Chip's public key pk. Starts the new
 * session if the chip says 9000; comp: Comp(PK_IFD). */
uint16_t host_ca(struct host *h, unsigned group, struct perso_span pk,
    unsigned y, int id, struct sim_comp *comp);

uint16_t host_cmd(struct host *h, unsigned cla, unsigned ins, unsigned p1p2,
    struct perso_span data, long le);

#endif
