/*
 * The other end of the wire for the simulator's tests: a small SCP03 and BAC
 * host of their own, from primitives only.
 */
#ifndef SIM_TEST_HOST_H
#define SIM_TEST_HOST_H

#include "perso/buf.h"
#include "perso/cipher.h"
#include "perso/sim.h"

struct host {
	struct perso_sim *s;
	perso_rc rc;	    /* of the last transmit */
	uint8_t rsp[70000]; /* data of the last answer, unprotected */
	size_t n;
	uint16_t sw;
	bool bad; /* a MAC of the chip was wrong */
	bool scp, sm;
	unsigned level;
	size_t split; /* chain parts of this size; 0: no */
	uint8_t enc[16], mac[16], rmac[16], chain[16];
	uint64_t ctr;
	enum perso_cipher cipher; /* of secure messaging */
	uint8_t ks_enc[32], ks_mac[32], ssc[16];
	bool short_dh;	 /* send DH values that are shorter than p */
	unsigned damage; /* 1: MAC, 2: no MAC, 3: counter, 4: no DO 87 */
};

struct cmd {
	uint8_t cla, ins, p1, p2;
	struct perso_span data;
	long le; /* -1: none, 0: all */
	bool extended;
};

extern const struct perso_sim_config test_config;
extern const uint8_t test_seed[16];

struct perso_span hex(const char *text); /* static memory, rotating */

/* A blank in memory, or opened from path. */
void host_new(struct host *h, const char *path);
void host_done(struct host *h);
void host_reset(struct host *h);

uint16_t host_raw(struct host *h, struct perso_span apdu);
uint16_t host_hex(struct host *h, const char *apdu);
/* Through whatever channel is open. */
uint16_t host_send(struct host *h, struct cmd c);
/* Both return the SW of the last step. */
uint16_t host_scp(struct host *h, unsigned level);
uint16_t host_bac(struct host *h);

/* Parts of messages. */
void host_put(struct perso_buf *b, const void *p, size_t n);
void host_put8(struct perso_buf *b, size_t v);
void host_put_len(struct perso_buf *b, size_t n);
void host_pad(struct perso_buf *b, size_t block);
uint16_t host_send_plain(struct host *h, struct cmd c);

/* host_sm.c */
void host_retail(const uint8_t key[16], struct perso_buf *m, uint8_t ret[8]);
void host_kdf(
    enum perso_cipher c, struct perso_span k, uint8_t counter, uint8_t out[32]);
/* CMAC or retail MAC; m is padded by the latter. */
void host_mac(enum perso_cipher c, const uint8_t *key, struct perso_buf *m,
    uint8_t ret[8]);
void host_sm_start(
    struct host *h, enum perso_cipher c, struct perso_span secret);
uint16_t host_send_sm(struct host *h, struct cmd c);

/* Steps of a personalisation. */
uint16_t host_select_app(struct host *h);
uint16_t host_select(struct host *h, unsigned fid);
uint16_t host_create(struct host *h, unsigned fid, unsigned sfi, size_t size);
uint16_t host_update(struct host *h, size_t off, struct perso_span data);
uint16_t host_read(struct host *h, size_t off, long le);
uint16_t host_put_key(
    struct host *h, unsigned id, struct perso_span key, bool good_kcv);
uint16_t host_put_key_id(struct host *h, unsigned id, struct perso_span key,
    bool good_kcv, int key_id);
uint16_t host_generate(struct host *h, unsigned alg, unsigned bits);
uint16_t host_lock(struct host *h);
/* EF.COM, DG1, SOD, seed, AA key P-256; returns the lock's SW. */
uint16_t host_personalise(struct host *h);

#define SHOULD_BE(h, expr, want)                                             \
	do {                                                                 \
		uint16_t sw_ = (expr);                                       \
		cr_assert_eq(sw_, want, "%s: %04X, not %04X (rc %d)", #expr, \
		    sw_, (unsigned)(want), (h)->rc);                         \
		cr_assert(!(h)->bad, "%s: the chip's MAC is wrong", #expr);  \
	} while (0)

#endif
