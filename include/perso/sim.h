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
 * operational: EF.ATR/INFO, EF.DIR, EF.CardAccess free; EF.CardSecurity
 * after PACE; of the application all but EF.DG3 and EF.DG4 after BAC, or
 * after PACE with MRZ, CAN or PIN (not PUK); EF.DG3 and EF.DG4 after Chip
 * and Terminal Authentication with the right to it. Otherwise 6982.
 *
 * Which access the chip enforces follows from what was loaded into it: a
 * BAC seed: BAC; a PACE password: PACE with what EF.CardAccess announces,
 * which the chip itself parses; both: either. A CA key: Chip
 * Authentication; a trust point: Terminal Authentication.
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
 *       86 03 kcv [, 87 L keyId]}; loading a key-id again replaces it
 *         01       BAC K_seed, 16 bytes, not padded
 *         02       AA private key, PKCS#8; the curves below, RSA 1024..4096
 *         03..06   CA private keys, PKCS#8: EC (named or explicit) or DH
 *                  (standardizedDomainParameters, dhpublicnumber or PKCS#3,
 *                  the private value an INTEGER), of groups 0-2, 8-18. 87:
 *                  the keyId that DG14 gives it, 1..4 bytes big-endian;
 *                  without 87 it has none
 *         10       CAN, six digits as characters
 *         11       PACE over MRZ: K, the 20 bytes of SHA-1 over the MRZ
 *                  information (Doc 9303-11, 9.7.3)
 *         12       PIN, 4..16 characters; 3 tries
 *         13       PUK, 4..16 characters; 10 tries
 *       All but 01 are padded 80 00.. to the block. DEK: AES-CBC, IV 0,
 *       static DEK key. kcv of the BAC seed: first three bytes of SHA-1
 *       over it, of all others: of SHA-256 over the key before padding.
 *       6A80 kcv does not match, not such a key, or 87 with a key that is
 *       none of 03..06, or a second CA key with the same keyId or none
 *       (nothing changed).
 *   PUT DATA 80DB 3FFF Lc: 7F21{..}: a self-signed CVCA certificate for
 *       inspection systems becomes the newest trust point. Two at most
 *       (6A84), the older one first; the same CHR again replaces. 6A80 not
 *       such a certificate. The current date moves to its effective date
 *       if that is later.
 *   PUT DATA 80DB 3FFF 09: 5F25 06 yymmdd, unpacked digits: the current
 *       date, forwards or backwards; 6A80 no date. Delivered: 000101.
 *   GENERATE ASYMMETRIC KEY PAIR 8047 80 00 Lc AC{80 01 algorithm,
 *       84 01 key-id [, 87 L keyId]} 00
 *       algorithm: one byte, the domain parameter id of Doc 9303-11 table 6.
 *       key-id 02 makes the AA key: 12, 13, 15, 16, 17, 18, or 82 02 bits,
 *       two bytes, for RSA (1024, 2048, 3072) instead of 80. key-id 03..06
 *       make a CA key: DH 0, 1, 2, EC 8..18; 87 as in PUT DATA. An earlier
 *       key is replaced. Answers over 256 bytes (RSA and DH of 2048 bits
 *       and more) need an extended APDU (6700).
 *       -> 7F49{86 point}, 7F49{84 public value} for DH, or 7F49{81 modulus
 *       82 exponent}
 *   EF.CVCA is created with 36 bytes and written by the personaliser;
 *       the chip itself writes it anew when its trust points change later.
 *   ACTIVATE FILE 8044 00 00 02 3F00: locks. Refused with 6985 unless
 *       EF.DG1, EF.SOD and a BAC seed, a CAN or a K over the MRZ are there;
 *       and unless what belongs together is there: with a CAN or K an
 *       EF.CardAccess that announces PACE as this chip can do it; for
 *       Chip Authentication Mapping in it EF.CardSecurity and a CA key
 *       whose keyId is the parameterId, in that group; for a trust point a
 *       CA key. Afterwards (its own answer is still protected) the SCP03
 *       session is over and the MF is current.
 *
 *   operational -------------------------------------------------------
 *   SELECT, READ BINARY of EF.ATR/INFO, EF.DIR, EF.CardAccess: free
 *   GET CHALLENGE 0084 0000 08, MUTUAL AUTHENTICATE 0082 0000 28 .. 28
 *       (BAC), both with the application selected, a BAC seed and no
 *       session (else 6985); each challenge serves once: 6985 without,
 *       6300 wrong MAC, key or challenge.
 *   Then secure messaging (CLA 0C) over all that follows, with the cipher
 *       that was agreed: Doc 9303-11, 9.8. A plain command, also the part of
 *       a chain, ends a session.
 *
 *   PACE, Doc 9303-11, 4.4; with the MF current (else 6985), plain or in a
 *   PACE session, which a new one replaces when it succeeds:
 *   MSE:SET AT 0022 C1A4 Lc {80 OID, 83 01 password [, 84 L parameterId]
 *       [, 7F4C CHAT]}, in any order, each once; 7F4C and others are not
 *       looked at (so in all MSE commands). password 01 MRZ, 02 CAN, 03 PIN,
 *       04 PUK.
 *       9000; for PIN and PUK with wrong tries behind them 63Cx, x tries
 *       left: 63C1 PIN suspended, 63C0 blocked.
 *       6A80 malformed, or a protocol that EF.CardAccess does not announce;
 *       6A88 a password that is not there, a parameterId not announced
 *       with this protocol, or none given where several are; 6985 no PACE
 *       in this chip. An empty DO 84 is malformed.
 *   GENERAL AUTHENTICATE 1086 0000 02 7C00 00   -> 7C{80 nonce}, 16 bytes,
 *           with AES-192 and AES-256 32
 *       1086 0000 Lc 7C{81 mapping data} 00     -> 7C{82 mapping data}
 *           (GM, CAM: public keys, those of DH without leading zeros, Doc
 *           9303-11, 9.4.1, of p's length taken as well; IM: nonce t of the
 *           cipher's key length (3DES: 16 bytes), answer 8200)
 *       1086 0000 Lc 7C{83 public key} 00       -> 7C{84 public key}
 *       0086 0000 Lc 7C{85 token} 00            -> 7C{86 token [87 CAR]
 *           [88 CAR] [8A encrypted CA data]}; 87: newest trust point, 88:
 *           the one before, if there are any; 8A with CAM
 *       6985 out of turn, also in place of the first for a PIN that is
 *       suspended and no session that CAN opened; 6983 first: blocked;
 *       6883 chaining bit not as above; 6A86 P1 or P2; 6700 no Le; 6A80
 *       not the data objects above or of a wrong length; 6300 a public key
 *       that is no element of the group, or is the chip's own; wrong token:
 *       6300, with PIN and PUK 63Cx. After any error PACE starts anew with
 *       MSE:SET AT; a session in which it was tried goes on.
 *       Right PIN: its counter is full again. Right PUK: PUK's and PIN's
 *       counters are full again. Every wrong token is counted, and lasting,
 *       before the answer leaves.
 *   RESET RETRY COUNTER 002C 03 03: in a session that the PUK opened: PIN's
 *       counter is full (9000); 6982 else.
 *
 *   Chip Authentication, version 1; in any session (6982 without one). May
 *   be run again, with this or another key; Terminal Authentication is
 *   then gone.
 *   MSE:SET KAT 0022 41A6 Lc {91 public key [, 84 L keyId]}: 3DES
 *   MSE:SET AT 0022 41A4 Lc {80 OID [, 84 L keyId]}, then GENERAL
 *       AUTHENTICATE 0086 0000 Lc 7C{80 public key} 00 -> 7C00: AES, 3DES
 *       The public key: point 04.. or DH value, of p's length or shorter. The
 *       answer is still under the old keys; then the new ones count, SSC 0.
 *       6A80 malformed, a protocol of another kind than the key's, or one
 *       that the ChipAuthenticationInfos of DG14 (if it has any) do not
 *       name; 6A88 no such key, or no keyId where the chip has several;
 *       6300 a public key that is no element of the group; 6985 out of
 *       turn. An error leaves the session as it was.
 *
 *   Terminal Authentication, version 1; after Chip Authentication or after
 *   PACE with CAM, under its secure messaging (6982 without), once (6985);
 *   6A88 the chip has no trust point.
 *   MSE:SET DST 0022 81B6 Lc {83 CAR}: a trust point or the holder of a
 *       certificate taken in this session; 6A88 unknown
 *   PSO: VERIFY CERTIFICATE 002A 00BE Lc {7F4E body, 5F37 signature}:
 *       6985 without MSE:SET DST, which serves once; 6A80 not
 *       a certificate (form, names, dates, algorithm, key); 6300 not
 *       signed by that key, its CAR not that key's name, roles that do not
 *       follow, expired, another algorithm or a shorter key than its
 *       issuer's (but link certificates), signed by itself (a root that is
 *       shown again would bring an old key to the front). Expired trust points
 *       are good for link certificates only; link certificates may be
 *       expired. A link certificate becomes a trust point, the oldest of three
 *       is gone. The current date moves forward to the effective date of a
 *       link or DV certificate, or of a terminal of a domestic DV. Of one
 *       session the chip remembers the last DV and the last terminal
 *       certificate.
 *   MSE:SET AT 0022 81A4 Lc {83 CHR}: a terminal; 6A88 unknown
 *   GET CHALLENGE 0084 0000 08 -> 8 bytes; 6985 without MSE:SET AT
 *   EXTERNAL AUTHENTICATE 0082 0000 Lc signature over ID_IC || RND.IC ||
 *       Comp(PK_IFD): ECDSA r || s. 6985 without a challenge, which serves
 *       once; 6300 wrong. Effective rights: those that trust point, DV and
 *       terminal all have.
 *       ID_IC: Comp of the chip's key of PACE; after BAC the document
 *       number with check digit as in EF.DG1 (a long number whole, without
 *       the <). Comp: x-coordinate, for DH SHA-1 of the public value. After
 *       CAM without Chip Authentication: Comp of the terminal's key of
 *       PACE.
 *
 *   READ BINARY B0: 15-bit offset, or P1 = 80|SFI and P2 = offset (the file
 *       becomes current). B1: P1-P2 0000 the current EF, 00 SFI, or a file
 *       identifier; data 54{offset}; answer 53{data}; Le counts the whole
 *       DO. 6B00 offset at or past the end; fewer bytes than Le, also where
 *       the file ends or a short answer is full (231 bytes under secure
 *       messaging with 3DES, 223 with AES, the DO 53 counted): 9000. 6700 no
 *       Le, 6986 no current EF, 6A82 not there.
 *   INTERNAL AUTHENTICATE 0088 0000 08 RND.IFD: EC keys: ECDSA r || s, hash
 *       by curve (256 bits SHA-256, 384 SHA-384, 512 and 521 SHA-512); RSA:
 *       ISO/IEC 9796-2 scheme 1, SHA-256, trailer 34CC, M1 random. 6700
 *       another length, or an answer that needs extended length; 6A88 no
 *       key; 6982 outside secure messaging
 *   EF of the application before PACE or BAC: SELECT 6982, READ BINARY
 *       6982, whether it is there or not. Afterwards likewise EF.DG3 and
 *       EF.DG4 without the right to it, and EF.CardSecurity without PACE;
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
 * In GENERAL AUTHENTICATE of PACE that bit has its own meaning: each command
 * is whole, protected by itself and answered; of Chip Authentication's it is
 * chaining as anywhere.
 * Another command inside a chain: 6883, the chain is forgotten. Answers
 * longer than asked for with Le: 61xx in T=0 style is not used; 6Cxx is
 * (not for READ BINARY). Answers have at most 65533 bytes of data.
 *
 * State file: everything that survives a loss of power, replaced atomically
 * before the answer leaves; sessions live in memory only. Memory writes may
 * tear inside: UPDATE BINARY: the first half of the data is there and the
 * rest is not; CREATE FILE: the file is there; PUT DATA: the key slot is
 * empty (a trust point is not there, the date is changed); GENERATE: the key
 * is there; ACTIVATE, VERIFY CERTIFICATE, a wrong or right token: done. The
 * file (versions 1, from before PACE, and 2 are read) holds keys in
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

/* Ways of chips in the field, for tests of terminals; ored together. They
 * are not kept in the state file. */
enum perso_sim_quirk {
	/* DO 84 in MSE:SET AT and KAT of PACE and Chip Authentication is a
	 * must: 6A80 without it */
	PERSO_SIM_WANTS_84 = 1,
	/* DO 84 there is refused: 6A80 */
	PERSO_SIM_REFUSES_84 = 2,
	/* SELECT and READ BINARY by short identifier of an EF.CardAccess that
	 * is not there: 6986 */
	PERSO_SIM_6986 = 4,
	/* PACE is announced in EF.CardAccess, but MSE:SET AT for it answers
	 * 6D00: only BAC is left */
	PERSO_SIM_NO_PACE = 8,
	/* the token DO 86 is wrong */
	PERSO_SIM_BAD_TOKEN = 16,
	/* its public key in DO 84 is not on the curve (DH: 1) */
	PERSO_SIM_BAD_POINT = 32,
	/* the chip sends the terminal's own public key back */
	PERSO_SIM_SAME_POINT = 64,
	/* Chip Authentication and CAM are done with another private key than
	 * the one loaded: a copied chip */
	PERSO_SIM_CLONE = 128
};
void perso_sim_quirk(struct perso_sim *s, unsigned quirks);

/* PIN and PUK, 4 to 16 characters each, as if loaded (key-ids 12, 13), in any
 * life cycle state; an empty span leaves that one as it is. Both counters
 * are full afterwards. Durable. PERSO_E_RANGE, PERSO_E_IO. */
PERSO_MUST perso_rc perso_sim_set_pin_puk(
    struct perso_sim *s, struct perso_span pin, struct perso_span puk);

/* What the chip takes for today, YYMMDD as six digits and a terminator. */
void perso_sim_date(const struct perso_sim *s, char ret[7]);

bool perso_sim_is_operational(const struct perso_sim *s);
/* True once a BAC or PACE session has read an EF since the last perso_sim_reset:
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
