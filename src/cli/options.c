/*
 * The options of all commands, by command; see table.c.
 */
#include "table.h"

#define PAGES_OPTION                                                        \
	{                                                                   \
		"pages", "DIR",                                             \
		    "print: write the pages there, instead of the printer " \
		    "of the configuration"                                  \
	}
#define NO_MORE                  \
	{                        \
		NULL, NULL, NULL \
	}

const struct cli_option cli_init_options[] = {
	{ "pki", "DIR", "folder of keys and certificates (default: pki)" },
	{ "profiles", "DIR", "folder of the profiles" },
	{ "reader", "NAME", "reader to be used" }, NO_MORE
};
const struct cli_option cli_doctor_options[] = { NO_MORE };
const struct cli_option cli_no_options[] = { NO_MORE };

const struct cli_option cli_sign_options[] = {
	{ "key", "FILE", "the approver's private key, PKCS#8" },
	{ "cert", "FILE", "the approver's certificate" }, NO_MORE
};
const struct cli_option cli_new_options[] = { { "id", "NUMBER",
						  "the order's number" },
	{ "number", "TEXT", "document number, if the template has one" },
	{ "out", "FILE", "write there (default: standard output)" }, NO_MORE };
const struct cli_option cli_state_options[] = {
	{ "state", "STATE",
	    "only these: imported, in-work, done, failed or cancelled" },
	NO_MORE
};
const struct cli_option cli_blank_options[] = {
	{ "state", "STATE",
	    "only these: received, reserved, in-work, good, spoiled, "
	    "destroyed or lost" },
	NO_MORE
};
const struct cli_option cli_run_options[] = {
	{ "reader", "NAME",
	    "reader (default: of the configuration, else the "
	    "first one with a chip)" },
	{ "sim", "DIR", "simulated chips in this folder instead of a reader" },
	{ "sticker", "NUMBER",
	    "the blank for the one order named, if its document has no chip" },
	{ "stickers", "FILE",
	    "numbers of such blanks, one a line as scanned (- is standard "
	    "input)" },
	{ "failed", NULL, "the orders that failed before, too" },
	{ "dry-run", NULL, "check everything, touch no chip and no store" },
	{ "output", "FILE", "one JSON line per order (- is standard output)" },
	{ "reports", "DIR", "verification report and evidence per document" },
	{ "sheet", "DIR", "contact sheets, PNG and PDF (personal data)" },
	PAGES_OPTION,
	{ "lds-dir", "DIR",
	    "write the files of each document (development "
	    "PKI only)" },
	{ "wait", "SECONDS",
	    "how long to wait for the next chip (default: "
	    "60)" },
	{ "time-limit", "SECONDS",
	    "how long a chip in a reader may take for one "
	    "command (default: 60)" },
	NO_MORE
};
const struct cli_option cli_job_options[] = {
	{ "state", "STATE",
	    "only these: begun, keyed, sealed, locking, locked, printing, "
	    "printed, good or spoiled" },
	{ "order", "NUMBER", "only of this order" }, NO_MORE
};
const struct cli_option cli_job_print_options[] = { PAGES_OPTION, NO_MORE };
const struct cli_option cli_letter_list_options[] = {
	{ "state", "STATE", "waiting, printing, printed or confirmed" }, NO_MORE
};
const struct cli_option cli_letter_print_options[] = {
	{ "all", NULL, "all letters that wait" },
	{ "envelope", "NUMBER", "of the envelope, for one JOB" },
	{ "envelopes", "FILE", "a number on each line, used in turn" },
	{ "out", "DIR", "write PDF files there (mode 0600)" },
	{ "confirm", NULL,
	    "erase each letter as soon as letter-command has printed it" },
	{ "dry-run", NULL, "draw all, print nothing, change nothing" }, NO_MORE
};
const struct cli_option cli_letter_void_options[] = {
	{ "reason", "TEXT", "why; no personal data" }, NO_MORE
};
const struct cli_option cli_receive_options[] = {
	{ "product", "NAME",
	    "chip profile of the delivery, or kind of stickers" },
	{ "number", "TEXT", "number printed on the blank" },
	{ "list", "FILE", "lines: serial, then the printed number if any" },
	NO_MORE
};
const struct cli_option cli_mark_options[] = {
	{ "reason", "TEXT", "why; goes into the journal" }, NO_MORE
};
#define WAYS_IN                                                              \
	{ "mrz", "TEXT",                                                     \
		"the printed MRZ, or number, birth and expiry with "         \
		"their check digits; this, CAN and PIN: - is standard "      \
		"input, @FILE a file" },                                     \
	    { "can", "DIGITS", "the printed card access number: PACE" },     \
	    { "pin", "DIGITS", "the holder's PIN: PACE; sent once" },        \
	    { "protocol", "NAME",                                            \
		    "auto (default: PACE where announced, else BAC), pace "  \
		    "or bac" },                                              \
	    { "terminal-key", "FILE",                                        \
		    "private key of an inspection system: EF.DG3, EF.DG4" }, \
	{                                                                    \
		"terminal-chain", "FILES",                                   \
		    "its certificates, parted by commas: DV, inspection "    \
		    "system, and link certificates before them"              \
	}
const struct cli_option cli_read_options[] = {
	{ "reader", "NAME", "reader (default: the first one with a chip)" },
	{ "sim", "FILE", "a simulated chip instead of a reader" }, WAYS_IN,
	{ "out", "DIR", "write the files there" }, NO_MORE
};
const struct cli_option cli_verify_options[] = {
	{ "reader", "NAME", "reader (default: the first one with a chip)" },
	{ "sim", "FILE", "a simulated chip instead of a reader" }, WAYS_IN,
	{ "trust", "DIR",
	    "CSCA certificates (default: of the configuration); with "
	    "--page seal signers, too" },
	{ "page", "FILE",
	    "instead of a chip: the printed page of a document without one, "
	    "or a scan cut to its edges, as PNG" },
	{ "document", "PROFILE", "with --page: what it is" },
	{ "order", "FILE", "with --page: the order that it should be of" },
	{ "number", "TEXT", "with --order: the document number" },
	{ "cert", "FILE", "with --page: the seal signer's certificate" },
	{ "profiles", "DIR", "with --page: profiles without a configuration" },
	{ "report", "FILE", "write the report there, as JSON" },
	{ "sheet", "FILE", "contact sheet, .png or .pdf (personal data)" },
	NO_MORE
};
const struct cli_option cli_job_sheet_options[] = {
	{ "reader", "NAME", "reader (default: the first one with a chip)" },
	{ "sim", "FILE", "a simulated chip instead of a reader" },
	{ "can", "DIGITS",
	    "card access number, as printed; - or @FILE: from "
	    "there" },
	{ "out", "DIR", "folder of the sheet (default: this one)" }, NO_MORE
};
const struct cli_option cli_lds_build_options[] = {
	{ "out", "DIR", "write the files there (default: only list them)" },
	{ "number", "TEXT",
	    "document number, where the profile takes it from "
	    "the blank or a range" },
	NO_MORE
};
const struct cli_option cli_order_mrz_options[] = {
	{ "number", "TEXT",
	    "document number, where the profile takes it from "
	    "the blank or a range" },
	NO_MORE
};
const struct cli_option cli_profile_show_options[] = {
	{ "on", "DATE", "day of issue (default: today)" }, NO_MORE
};
const struct cli_option cli_profile_diff_options[] = {
	{ "from", "DATE", "one document: the first day (default: today)" },
	{ "to", "DATE", "one document: the other day (default: today)" },
	{ "on", "DATE", "two documents: day of issue (default: today)" },
	NO_MORE
};
const struct cli_option cli_bio_options[] = { { "to", "STANDARD",
						  "39794 or 19794" },
	{ "out", "FILE", "write the result there" }, NO_MORE };
const struct cli_option cli_render_options[] = {
	{ "out", "DIR", "write the pages there (default: .)" },
	{ "format", "NAME", "png (default), one per side, or pdf" },
	{ "dpi", "N", "300 (default) or 600, for png" },
	{ "number", "TEXT",
	    "document number, where the profile takes it from "
	    "the blank or a range" },
	{ "can", "DIGITS", "card access number to be printed" }, NO_MORE
};
const struct cli_option cli_mrz_options[] = {
	{ "format", "NAME", "TD1, TD2, TD3, MRV-A or MRV-B" },
	{ "code", "TEXT", "document code, e.g. P" },
	{ "issuer", "CODE", "issuing state, three letters" },
	{ "number", "TEXT", "document number" },
	{ "surname", "TEXT", "primary identifier, any script" },
	{ "given-names", "TEXT", "secondary identifier" },
	{ "nationality", "CODE", "three letters" },
	{ "birth", "DATE", "YYYY-MM-DD, XX for what is not known" },
	{ "sex", "M|F|X", "X is unspecified" },
	{ "expiry", "DATE", "YYYY-MM-DD" },
	{ "optional", "TEXT", "optional data" },
	{ "optional2", "TEXT", "optional data in line 2 of TD1" }, NO_MORE
};
const struct cli_option cli_portrait_prepare_options[] = {
	{ "frame", "WxH", "size of the picture in the document, pixels" },
	{ "format", "NAME", "jp2 or jpeg" },
	{ "max-bytes", "N", "at most so many bytes" },
	{ "out", "FILE", "write there" },
	{ "eyes", "X,Y,X,Y",
	    "centres of the eyes in IN, that on the left of the picture "
	    "first" },
	NO_MORE
};
const struct cli_option cli_dev_options[] = {
	{ "conf", "FILE", "what to make (default: certs/dev.conf)" }, NO_MORE
};
#define CVC_KEY_OPTIONS                                                   \
	{ "out", "DIR",                                                   \
		"write files named after the CHR there (default: .)" },   \
	    { "chr", "NAME",                                              \
		    "holder reference: country, mnemonic, five digits" }, \
	    { "curve", "NAME", "elliptic curve" },                        \
	    { "rsa", "BITS", "an RSA key: 2048 or 3072" },                \
	    { "pkcs1", NULL, "RSA: PKCS#1 v1.5 instead of PSS" },         \
	    { "hash", "NAME", "SHA-256, SHA-384, SHA-512" },              \
	    { "rights", "LIST",                                           \
		    "read-dg3,read-dg4 or none (default: all of the "     \
		    "issuer)" },                                          \
	{                                                                 \
		"from", "DATE", "YYYY-MM-DD (default: today)"             \
	}
#define CVC_HOLDER_OPTIONS                                                  \
	{ "ca-key", "FILE", "private key of the issuer: sign at once" },    \
	    { "ca-cert", "FILE", "certificate of the issuer" },             \
	    { "request", "FILE", "sign this request; makes no key" },       \
	    { "car", "NAME", "in a request: the authority that is asked" }, \
	    { "old-key", "FILE",                                            \
		    "request: also signed by the holder's last "            \
		    "key" },                                                \
	{                                                                   \
		"old-cert", "FILE", "certificate of the last key"           \
	}
const struct cli_option cli_cvca_options[] = { CVC_KEY_OPTIONS,
	{ "days", "N", "validity (default: 1095)" },
	{ "type", "TYPE", "IS (default), AT or ST" },
	{ "link-key", "FILE", "the last CVCA key: make a link certificate" },
	{ "link-cert", "FILE", "the last CVCA certificate" }, NO_MORE };
const struct cli_option cli_dv_options[] = { CVC_KEY_OPTIONS,
	CVC_HOLDER_OPTIONS, { "days", "N", "validity (default: 90)" },
	{ "foreign", NULL, "a DV of another state" }, NO_MORE };
const struct cli_option cli_is_options[] = { CVC_KEY_OPTIONS,
	CVC_HOLDER_OPTIONS, { "days", "N", "validity (default: 30)" },
	NO_MORE };
const struct cli_option cli_cvc_options[] = {
	{ "chain", NULL,
	    "check them as a chain: CVCA, link certificates, DV, "
	    "terminal" },
	{ "at", "DATE", "validity on that day: YYYY-MM-DD" }, NO_MORE
};
#define CODES_IN                                                            \
	{ "pin", "TEXT",                                                    \
		"the holder's PIN, 4 to 16 characters; with full tries; - " \
		"is standard input, @FILE a file" },                        \
	{                                                                   \
		"puk", "TEXT", "the PUK, likewise"                          \
	}
const struct cli_option cli_sim_make_options[] = {
	{ "count", "N", "how many (default: 1)" },
	{ "first", "N", "number in the first file's name (default: 1)" },
	{ "product", "NAME", "chip profile (default: perso-sim)" },
	{ "keys", "FILE", "SCP03 keys (default: of the configuration)" },
	{ "short", NULL, "short length only" }, CODES_IN, NO_MORE
};
const struct cli_option cli_sim_serve_options[] = {
	{ "host", "NAME", "where vpcd listens (default: 127.0.0.1)" },
	{ "port", "N", "its port (default: 35963)" },
	{ "hopper", NULL, "the next chip when one is finished with" },
	{ "bps", "N", "link speed, bits per second (default: no delay)" },
	{ "command-us", "N", "microseconds a command takes" },
	{ "page-us", "N", "microseconds to program 64 bytes" },
	{ "fault", "KIND", "tear-before, tear-after, tear-inside, mute" },
	{ "at", "N", "at which command the fault strikes (default: 1)" },
	CODES_IN, NO_MORE
};
const struct cli_option cli_portrait_options[] = {
	{ "eyes", "X,Y,X,Y",
	    "pupils in pixels: the person's left eye (larger x), then the "
	    "right one" },
	{ "frame", "WxH",
	    "pixels of the document's portrait: at least that size and "
	    "its aspect" },
	{ "grey", NULL, "a picture without colour will do" }, NO_MORE
};
const struct cli_option cli_seal_make_options[] = {
	{ "definition", "NAME", "what kind of seal: a file of profiles/seals" },
	{ "country", "CODE", "issuing state as in the MRZ" },
	{ "signer-key", "FILE",
	    "private key, PKCS#8 (default: seal.key of the country's signer)" },
	{ "signer-cert", "FILE", "its certificate (default: seal.cer there)" },
	{ "header", "N", "header version: 3 or 4 (default)" },
	{ "issued", "DATE", "when the document was issued (default: today)" },
	{ "signed", "DATE", "when the seal was signed (default: today)" },
	{ "out", "FILE", "the seal's bytes; FILE.png: its symbol" },
	{ "symbol", "KIND", "qr or datamatrix (default)" },
	{ "level", "L|M|Q|H", "error correction of a QR code (default: M)" },
	{ "module", "N", "pixels of a module's side (default: 8)" },
	{ "dpi", "N", "resolution of the PNG (default: 600)" },
	{ "max-side", "N", "modules there is room for" },
	{ "profiles", "DIR", "profiles (default: of the configuration)" },
	NO_MORE
};
const struct cli_option cli_seal_show_options[] = {
	{ "profiles", "DIR", "profiles (default: of the configuration)" },
	NO_MORE
};
const struct cli_option cli_seal_check_options[] = {
	{ "cert", "FILE", "the signer's certificate" },
	{ "trust", "DIR",
	    "CSCA certificates (default: of the configuration); a seal "
	    "signer's may lie there, too" },
	{ "definition", "NAME", "the kind of seal that it has to be" },
	{ "profiles", "DIR", "profiles (default: of the configuration)" },
	NO_MORE
};
const struct cli_option cli_help_options[] = { { "man-dir", "DIR",
						   "write man pages there" },
	{ "completion", NULL, "print a bash completion script" }, NO_MORE };
