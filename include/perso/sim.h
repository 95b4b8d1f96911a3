/*
 * The simulated chip: one product, delivered blank, personalised under
 * SCP03, locked once, then an ICAO Doc 9303 eMRTD. This comment is the
 * product's manual; the driver data stands in profiles/chips/.
 *
 * sim knows only base and crypto. All that both sides of the wire need
 * (padding, retail MAC, KDF, SSC, SCP03) is written here a second time.
 *
 * States (ISO/IEC 7816-4 life cycle): blank (creation, 01), operational
 * (operational activated, 05). Blank -> operational by ACTIVATE FILE only;
 * there is no way back.
 *
 * File system: MF 3F00 with, once created, EF.ATR/INFO 2F01 (SFI 01),
 * EF.DIR 2F00 (SFI 1E), EF.CardAccess 011C (SFI 1C), EF.CardSecurity 011D
 * (SFI 1D); application A0000002471001 (delivered, empty) with EF.COM 011E
 * (SFI 1E), EF.DG1..DG16 0101..0110 (SFI 01..10), EF.SOD 011D (SFI 1D),
 * EF.CVCA 011C (SFI 1C). At reset the MF is current.
 *
 * Only these files exist and each only with its own SFI. Read access once
 * operational: EF.ATR/INFO, EF.DIR, EF.CardAccess free; of the application
 * all but EF.DG3 and EF.DG4 after BAC; EF.DG3, EF.DG4 (Terminal
 * Authentication) and EF.CardSecurity (PACE) never: 6982.
 *
 * ATR: 3B 8C 80 01 80 73 94 21 C0 66 "PERSO1" TCK; 73 are the card
 * capabilities: selection by name, by file identifier, by SFI; command
 * chaining; extended length (third byte C0; 80 on a chip without it).
 *
 *   blank, plain ------------------------------------------------------
 *   SELECT 00A4 04 0C AID | 00A4 00 0C 3F00 | 00A4 02 0C FID
 *       9000 without data; 6A82 not there (the selection stays), 6A86
 *       another P1 or P2. The application's whole AID only. Selecting an
 *       application or the MF leaves no current EF.
 *   GET DATA 00CA 0066 00 (card recognition data), in every state;
 *       00CA 00C1 not before SCP03
 *   INITIALIZE UPDATE 8050 kvn 00 08 host-challenge 00
 *       -> key diversification data(10) kvn 03 70 challenge(8)
 *          cryptogram(8) sequence-counter(3)      GPC 2.3 Amd D, 7.1.1;
 *          i = 70 (pseudo-random challenge, R-MAC and R-ENC supported)
 *       key diversification data = the blank's serial (below). The counter
 *       goes up with each of these commands; the challenge is the KDF,
 *       constant 02, under Key-ENC over counter || A000000151000000.
 *       kvn 00 = the one key set; another 6A88. 6983 key set blocked.
 *   EXTERNAL AUTHENTICATE 8482 level 00 10 cryptogram(8) mac(8); level 33
 *       (C-DEC C-MAC R-ENC R-MAC), 11, 13 or 03; another 6A86
 *       6300 wrong cryptogram, 6982 wrong MAC, 6985 no INITIALIZE UPDATE
 *       right before; after each of these the challenge is used up.
 *       Ten wrong host cryptograms in a row block the key set for ever.
 *   anything else -> 6982
 *
 *   blank, under SCP03 level 33 (CLA 84, the class byte of GP secure
 *   messaging: bit 3 set; 04 is taken as well) --------------------------
 *   Commands are shown as they are before wrapping. Lower levels: SELECT
 *   and GET DATA only, the rest 6982. Rules of the channel:
 *   - C-MAC over chaining value || header || Lc' || data', Lc' in the form
 *     the unsplit APDU has it: one byte, or 00 hi lo when that APDU is an
 *     extended one (an APDU that had to be chained: when its data field is
 *     longer than 255 bytes).
 *   - The encryption counter is 1 for the first command after EXTERNAL
 *     AUTHENTICATE and goes up with each command, with data or without.
 *   - Le counts plain bytes; the answer is that plus R-MAC and padding, at
 *     most 256 bytes for a short APDU, so 239 plain bytes under level 33.
 *   - An answer other than 9000, 62xx, 63xx has no data and no R-MAC; the
 *     session goes on. A wrong or missing C-MAC, bad padding, or a plain
 *     command: 6982, session over. Only INITIALIZE UPDATE may come plain:
 *     it drops the session and starts a new one.
 *   SELECT as above; the channel survives the selection of a file or an
 *       application
 *   GET DATA 80CA 9F7F 00 -> 9F7F 2A cplc(42); IC serial number = bytes
 *       12..15, IC fabricator 0..1, IC type 2..3, batch 16..17 (GP CPLC).
 *       The blank's serial is fabricator, type, serial and batch in hex.
 *       80CA 00C1 00 -> C1 03 sequence-counter; another tag 6A88
 *   CREATE FILE 80E0 0000 Lc 62 {80 L size(2 or 3 bytes), 82 01 01,
 *       83 02 fid, 88 01 sfi<<3}: each once, any order;
 *       in the current DF; the file becomes current and holds zeros; 6A89
 *       exists already, 6A84 no room, 6A80 malformed, size 0, or a file
 *       that the product does not have there
 *   SELECT 80A4 02 0C 02 fid
 *   UPDATE BINARY 80D6 offset(2), 15 bits; 80D7 0000 54{offset} 53{data}
 *       beyond 32767 (offset of 1..4 bytes); 6B00 past the size (nothing
 *       written), 6986 no current EF, 6A80 malformed, 6700 no data
 *   READ BINARY 80B0 offset, 80B1 0000 54{offset}: of any file, for the
 *       comparison before the lock
 *   PUT DATA 80DB 3FFF Lc: 70{84 01 key-id, 85 L DEK-encrypted key,
 *       86 03 kcv}
 *       key-id 01 = BAC K_seed (16 bytes); 02 = AA private key in PKCS#8
 *       (padded 80 00.. to the block). DEK: AES-CBC, IV 0, static DEK key.
 *       6A80 kcv does not match (nothing changed) or not such a key. kcv of
 *       the BAC seed: first three bytes of SHA-1 over it, of a PKCS#8: of
 *       SHA-256 over it. AA keys: the curves below, RSA 1024..4096.
 *   GENERATE ASYMMETRIC KEY PAIR 8047 80 00 Lc AC{80 01 algorithm,
 *       84 01 02} 00
 *       algorithm: one byte, the domain parameter id of Doc 9303-11 table 6
 *       for EC (12, 13, 15, 16, 17, 18), or 82 02 bits, two bytes, for RSA
 *       (1024, 2048, 3072) instead of 80; makes the AA key, replaces an
 *       earlier one. RSA from 2048 on needs an extended APDU (6700).
 *       -> 7F49{86 point} or 7F49{81 modulus 82 exponent}
 *   ACTIVATE FILE 8044 00 00 02 3F00: locks. Refused with 6985 unless
 *       EF.DG1, EF.SOD and the BAC seed are there. Afterwards (its own
 *       answer is still protected) the SCP03 session is over and the MF is
 *       current.
 *
 *   operational -------------------------------------------------------
 *   SELECT, READ BINARY of EF.ATR/INFO, EF.DIR, EF.CardAccess: free
 *   GET CHALLENGE 0084 0000 08, MUTUAL AUTHENTICATE 0082 0000 28 .. 28
 *       (BAC), both with the application selected (else 6985); each
 *       challenge serves once: 6985 without, 6300 wrong MAC, key or
 *       challenge. Then secure messaging (CLA 0C) with 3DES over SELECT,
 *       READ BINARY and INTERNAL AUTHENTICATE (AA): Doc 9303-11, 9303-10
 *   READ BINARY B0: 15-bit offset, or P1 = 80|SFI and P2 = offset (the file
 *       becomes current). B1: P1-P2 0000 the current EF, 00 SFI, or a file
 *       identifier; data 54{offset}; answer 53{data}; Le counts the whole
 *       DO. 6B00 offset at or past the end; fewer bytes than Le, also where
 *       the file ends or a short answer is full (231 bytes under secure
 *       messaging, the DO 53 counted): 9000. 6700 no Le, 6986 no current
 *       EF, 6A82 not there.
 *   INTERNAL AUTHENTICATE 0088 0000 08 RND.IFD: EC keys: ECDSA r || s, hash
 *       by curve (256 bits SHA-256, 384 SHA-384, 512 and 521 SHA-512); RSA:
 *       ISO/IEC 9796-2 scheme 1, SHA-256, trailer 34CC, M1 random. 6700
 *       another length, or an answer that needs extended length; 6A88 no
 *       key; 6982 outside secure messaging
 *   EF of the application before BAC: SELECT 6982, READ BINARY 6982,
 *       whether it is there or not;
 *       a broken or missing checksum or counter, or a data object that does
 *       not belong, ends the session: 6988. A plain command in a session
 *       ends it: 6982. CLA 0C without a session: 6982
 *   INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, CREATE FILE, UPDATE BINARY,
 *       PUT DATA, GENERATE, ACTIVATE: 6985; anything else 6D00, 6E00 an
 *       unknown class, 6881 a logical channel
 *
 * Short and extended length; 6700 when Lc and length do not agree, when the
 * data field is over max_command, or extended on a chip without it. Command
 * chaining (CLA bit 5, up to 65535 bytes together): the whole command is
 * protected first, then split; the parts but the last answer plain 9000.
 * Another command inside a chain: 6883, the chain is forgotten. Answers
 * longer than asked for with Le: 61xx in T=0 style is not used; 6Cxx is
 * (not for READ BINARY). Answers have at most 65533 bytes of data.
 *
 * State file: everything that survives a loss of power, replaced atomically
 * before the answer leaves; sessions live in memory only. Memory writes may
 * tear inside: UPDATE BINARY: the first half of the data is there and the
 * rest is not; CREATE FILE: the file is there; PUT DATA: the key slot is
 * empty; GENERATE: the key is there; ACTIVATE: done. The file holds keys in
 * the clear (mode 0600): it is a chip for tests.
 */
#ifndef PERSO_SIM_H
#define PERSO_SIM_H

#include "perso/buf.h"

struct perso_sim;

/* A card's static SCP03 keys, AES-128. */
struct perso_sim_keys {
	uint8_t kvn;
	uint8_t enc[16];
	uint8_t mac[16];
	uint8_t dek[16];
};

struct perso_sim_config {
	struct perso_sim_keys keys;
	uint8_t cplc[42]; /* who the blank is */
	bool extended;	  /* extended length; announced in ATR */
	/* bytes of a command's data field; 0: 255 or, extended, 65535 */
	uint32_t max_command;
	uint32_t memory;    /* bytes for files; 0: 128 KiB */
	uint8_t product[2]; /* IC type, must equal cplc[2..3] */
};

enum perso_sim_fault {
	PERSO_SIM_NONE,
	PERSO_SIM_TEAR_BEFORE, /* the command never arrives */
	PERSO_SIM_TEAR_AFTER,  /* done and durable, the answer is lost */
	/* a memory write is half done; for commands that write nothing as
	 * TEAR_AFTER */
	PERSO_SIM_TEAR_INSIDE,
	/* the command does nothing and the chip never answers again, a reset
	 * does not help (a vpcd client stays connected and silent); opened
	 * anew it is as before */
	PERSO_SIM_MUTE
};

/* Time model; all zero: no delay. Sleeps in transmit. */
struct perso_sim_speed {
	uint32_t bits_per_second;   /* link, both ways; 106000 .. 848000 */
	uint32_t us_per_command;    /* fixed cost */
	uint32_t us_per_write_page; /* memory programming, 64-byte page */
};

/* Makes a blank and its state file; PERSO_E_CONFLICT if the file exists,
 * PERSO_E_ARG for a configuration that contradicts itself (product and CPLC,
 * more memory than 16 MiB, max_command that does not fit extended). */
PERSO_MUST perso_rc perso_sim_create(
    const char *path, const struct perso_sim_config *cfg);
/* Opens a chip as it was left. PERSO_E_IO; PERSO_E_DATA, _TRUNCATED,
 * _TRAILING, _RANGE, _MISMATCH (checksum) for a damaged state file. */
PERSO_MUST perso_rc perso_sim_open(const char *path, struct perso_sim **ret);
/* A blank that lives in memory only (benches). */
PERSO_MUST perso_rc perso_sim_open_memory(
    const struct perso_sim_config *cfg, struct perso_sim **ret);
void perso_sim_free(struct perso_sim **s);

/* Replace the state file without waiting for the disk: still atomic, and
 * safe against the end of the process, but not against a power cut of the
 * machine. For tests and benches. */
void perso_sim_no_sync(struct perso_sim *s, bool on);

/* Power on: sessions are gone, the MF is current. The ATR is borrowed. */
struct perso_span perso_sim_reset(struct perso_sim *s);

/* One command APDU; data and SW are appended to rsp. PERSO_E_TORN after a
 * fault (and until perso_sim_reset), PERSO_E_TIMEOUT when mute, other codes
 * only when the state file cannot be written, memory is short or the
 * random generator fails: then the chip is torn as well, and as its state
 * file says after the reset. */
PERSO_MUST perso_rc perso_sim_transmit(
    struct perso_sim *s, struct perso_span cmd, struct perso_buf *rsp);

/* The fault strikes at the n-th transmit from now (1 = the next); NONE
 * disarms. */
void perso_sim_fault(struct perso_sim *s, enum perso_sim_fault f, unsigned n);
void perso_sim_speed(struct perso_sim *s, struct perso_sim_speed speed);

bool perso_sim_is_operational(const struct perso_sim *s);
/* True once a BAC session has read an EF since the last perso_sim_reset:
 * a hopper may take the chip out at the next power-off. */
bool perso_sim_was_read(const struct perso_sim *s);

/* Serve the chip to a vpcd reader at host:port until the reader goes away
 * or *stop becomes true (seen within 200 ms). PERSO_E_LINK when it cannot
 * connect. PERSO_E_TORN after a tear: the connection is closed, which is a
 * card taken out; call it again to put the chip back as it was left. */
PERSO_MUST perso_rc perso_sim_vpcd(struct perso_sim *s, const char *host,
    unsigned port, const volatile bool *stop);
/* As perso_sim_vpcd, but returns PERSO_OK also at a power-off after the
 * chip is finished with: operational and read (at any time since it was
 * connected; resets in between do not matter). */
PERSO_MUST perso_rc perso_sim_vpcd_once(struct perso_sim *s, const char *host,
    unsigned port, const volatile bool *stop);

#endif
