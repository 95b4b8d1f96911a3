/*
 * The command table: help, man pages, completion and dispatch follow it.
 */
#include "cli_int.h"

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

static const struct cli_option init_options[] = {
	{ "pki", "DIR", "folder of keys and certificates (default: pki)" },
	{ "profiles", "DIR", "folder of the profiles" },
	{ "reader", "NAME", "reader to be used" }, NO_MORE
};
static const struct cli_option doctor_options[] = { NO_MORE };
static const struct cli_option none[] = { NO_MORE };

static const struct cli_option sign_options[] = {
	{ "key", "FILE", "the approver's private key, PKCS#8" },
	{ "cert", "FILE", "the approver's certificate" }, NO_MORE
};
static const struct cli_option new_options[] = { { "id", "NUMBER",
						     "the order's number" },
	{ "number", "TEXT", "document number, if the template has one" },
	{ "out", "FILE", "write there (default: standard output)" }, NO_MORE };
static const struct cli_option state_options[] = {
	{ "state", "STATE",
	    "only these: imported, in-work, done, failed or cancelled" },
	NO_MORE
};
static const struct cli_option blank_options[] = {
	{ "state", "STATE",
	    "only these: received, reserved, in-work, good, spoiled, "
	    "destroyed or lost" },
	NO_MORE
};
static const struct cli_option run_options[] = {
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
static const struct cli_option mark_options[] = {
	{ "reason", "TEXT", "why; goes into the journal" }, NO_MORE
};
#include "table_job.h"
#include "table_stock.h"
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
static const struct cli_option read_options[] = {
	{ "reader", "NAME", "reader (default: the first one with a chip)" },
	{ "sim", "FILE", "a simulated chip instead of a reader" }, WAYS_IN,
	{ "out", "DIR", "write the files there" }, NO_MORE
};
static const struct cli_option verify_options[] = {
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
	{ "report", "FILE", "write the report there, as JSON" }, NO_MORE
};
static const struct cli_option lds_build_options[] = {
	{ "out", "DIR", "write the files there (default: only list them)" },
	{ "number", "TEXT",
	    "document number, where the profile takes it from "
	    "the blank or a range" },
	NO_MORE
};
static const struct cli_option order_mrz_options[] = {
	{ "number", "TEXT",
	    "document number, where the profile takes it from "
	    "the blank or a range" },
	NO_MORE
};
static const struct cli_option profile_show_options[] = {
	{ "on", "DATE", "day of issue (default: today)" }, NO_MORE
};
static const struct cli_option profile_diff_options[] = {
	{ "from", "DATE", "one document: the first day (default: today)" },
	{ "to", "DATE", "one document: the other day (default: today)" },
	{ "on", "DATE", "two documents: day of issue (default: today)" },
	NO_MORE
};
static const struct cli_option bio_options[] = { { "to", "STANDARD",
						     "39794 or 19794" },
	{ "out", "FILE", "write the result there" }, NO_MORE };
static const struct cli_option render_options[] = {
	{ "out", "DIR", "write the pages there (default: .)" },
	{ "format", "NAME", "png (default), one per side, or pdf" },
	{ "dpi", "N", "300 (default) or 600, for png" },
	{ "number", "TEXT",
	    "document number, where the profile takes it from "
	    "the blank or a range" },
	{ "can", "DIGITS", "card access number to be printed" }, NO_MORE
};
static const struct cli_option mrz_options[] = {
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
static const struct cli_option portrait_prepare_options[] = {
	{ "frame", "WxH", "size of the picture in the document, pixels" },
	{ "format", "NAME", "jp2 or jpeg" },
	{ "max-bytes", "N", "at most so many bytes" },
	{ "out", "FILE", "write there" },
	{ "eyes", "X,Y,X,Y",
	    "centres of the eyes in IN, that on the left of the picture "
	    "first" },
	NO_MORE
};
static const struct cli_option dev_options[] = {
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
static const struct cli_option cvca_options[] = { CVC_KEY_OPTIONS,
	{ "days", "N", "validity (default: 1095)" },
	{ "type", "TYPE", "IS (default), AT or ST" },
	{ "link-key", "FILE", "the last CVCA key: make a link certificate" },
	{ "link-cert", "FILE", "the last CVCA certificate" }, NO_MORE };
static const struct cli_option dv_options[] = { CVC_KEY_OPTIONS,
	CVC_HOLDER_OPTIONS, { "days", "N", "validity (default: 90)" },
	{ "foreign", NULL, "a DV of another state" }, NO_MORE };
static const struct cli_option is_options[] = { CVC_KEY_OPTIONS,
	CVC_HOLDER_OPTIONS, { "days", "N", "validity (default: 30)" },
	NO_MORE };
static const struct cli_option cvc_options[] = {
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
static const struct cli_option sim_make_options[] = {
	{ "count", "N", "how many (default: 1)" },
	{ "first", "N", "number in the first file's name (default: 1)" },
	{ "product", "NAME", "chip profile (default: perso-sim)" },
	{ "keys", "FILE", "SCP03 keys (default: of the configuration)" },
	{ "short", NULL, "short length only" }, CODES_IN, NO_MORE
};
static const struct cli_option sim_serve_options[] = {
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
static const struct cli_option portrait_options[] = {
	{ "eyes", "X,Y,X,Y",
	    "pupils in pixels: the person's left eye (larger x), then the "
	    "right one" },
	{ "frame", "WxH",
	    "pixels of the document's portrait: at least that size and "
	    "its aspect" },
	{ "grey", NULL, "a picture without colour will do" }, NO_MORE
};
static const struct cli_option seal_make_options[] = {
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
static const struct cli_option seal_show_options[] = {
	{ "profiles", "DIR", "profiles (default: of the configuration)" },
	NO_MORE
};
static const struct cli_option seal_check_options[] = {
	{ "cert", "FILE", "the signer's certificate" },
	{ "trust", "DIR",
	    "CSCA certificates (default: of the configuration); a seal "
	    "signer's may lie there, too" },
	{ "definition", "NAME", "the kind of seal that it has to be" },
	{ "profiles", "DIR", "profiles (default: of the configuration)" },
	NO_MORE
};
static const struct cli_option help_options[] = { { "man-dir", "DIR",
						      "write man pages there" },
	{ "completion", NULL, "print a bash completion script" }, NO_MORE };

const struct cli_command cli_commands[] = {
	{ "init", "[DIR]", 0, 1, "make a configuration and a store",
	    "Writes perso.yaml into DIR (default: here) and makes an empty "
	    "store beside\nit. Nothing that exists is changed.",
	    init_options,
	    "  perso init\n  perso init --pki /etc/perso/pki /etc/perso\n",
	    cli_run_init },
	{ "doctor", "", 0, 0, "what is wrong, and what to do",
	    "Looks at store, keys, certificates, readers, profiles, clock and "
	    "disk.\nExit 1 if anything stands in the way of issuing.",
	    doctor_options, "  perso doctor\n  perso doctor --json\n",
	    cli_run_doctor },
	{ "order check", "FILE...", 1, -1, "check orders and their approval",
	    "Changes nothing. All reasons for a refusal are printed at once, "
	    "each with\nits code and JSON path.",
	    none, "  perso order check orders/*.json\n", cli_run_order_check },
	{ "order sign", "FILE...", 1, -1, "approve orders",
	    "Writes the approver's detached CMS signature beside each order, "
	    "as .p7s.",
	    sign_options,
	    "  perso order sign --key approver.key --cert approver.cer "
	    "order.json\n",
	    cli_run_order_sign },
	{ "order new", "TEMPLATE", 1, 1, "an order from a template",
	    "Puts an order number into a template: an order file without its "
	    "\"order\". An\nexisting FILE of --out is overwritten. What "
	    "comes next is perso order sign.",
	    new_options,
	    "  perso order new --id A-0001 --out A-0001.json template.json\n",
	    cli_run_order_new },
	{ "order import", "FILE...", 1, -1, "check orders and take them in",
	    "An order that is refused changes nothing. The same order twice is "
	    "one\norder; another one with its number is refused. The files "
	    "stay where they\nare: the store keeps their paths and digests. "
	    "One file's refusal does not stop\nthe others; the exit code is "
	    "that of the last refusal.",
	    none, "  perso order import orders/*.json\n",
	    cli_run_order_import },
	{ "order mrz", "FILE", 1, 1,
	    "the MRZ that an order's document will have",
	    "The order is checked, its approval is not: nothing is issued. "
	    "For documents\nwithout a chip (visas, emergency documents), too.",
	    order_mrz_options,
	    "  perso order mrz order.json\n"
	    "  perso order mrz order.json --number AB1234567\n",
	    cli_run_order_mrz },
	{ "order list", "", 0, 0, "orders and how far they are", NULL,
	    state_options,
	    "  perso order list\n  perso order list --state failed\n",
	    cli_run_order_list },
	{ "order show", "NUMBER", 1, 1, "one order and its jobs", NULL, none,
	    "  perso order show A-0001\n", cli_run_order_show },
	{ "order cancel", "NUMBER", 1, 1, "withdraw an order",
	    "For an order that is imported or failed; it is never made.",
	    mark_options,
	    "  perso order cancel A-0001 --reason \"wrong person\"\n",
	    cli_run_order_cancel },
	{ "order schema", "", 0, 0, "JSON Schema of an order", NULL, none,
	    "  perso order schema > order.schema.json\n",
	    cli_run_order_schema },
	{ "run", "[ORDER...]", 0, -1, "make documents",
	    "Takes the orders named, or all that are ready, through the line: "
	    "build,\nsign, personalise, compare, lock (irreversible), read "
	    "back "
	    "and verify.\nWhat an earlier run left unfinished is finished or "
	    "spoiled first.\nCtrl-C finishes the chip in hand. Exit 1 if any "
	    "document did not come out.",
	    run_options,
	    "  perso run\n  perso run A-0001 --reader \"Virtual PCD 00 00\"\n"
	    "  perso run --sim chips --output results.jsonl\n"
	    "  perso run A-0004 --sticker AB0000001\n"
	    "  perso run --dry-run\n",
	    cli_run_run },
	JOB_COMMANDS,
	STOCK_COMMANDS,
	{ "read", "", 0, 0, "read a document's files",
	    "Opens the chip with PACE where it announces it, else with BAC, "
	    "and lists its\nfiles; --out writes them. Where PACE is announced "
	    "and only BAC opens the chip,\nnothing is read unless --protocol "
	    "bac says so.",
	    read_options,
	    "  perso read --mrz L898902C3674081223604159\n"
	    "  perso read --sim chips/chip-000001.chip --out files --mrz - "
	    "< mrz.txt\n"
	    "  perso read --can @can.txt --terminal-key cv/UTIS00001.key \\\n"
	    "    --terminal-chain cv/UTDV00001.cvcert,cv/UTIS00001.cvcert\n",
	    cli_run_read },
	{ "verify", "", 0, 0, "verify a finished document",
	    "Reads the document as a border would and prints one line per "
	    "check: PACE or\nBAC, passive, chip, terminal and active "
	    "authentication. Exit 1 if any check\nfailed. With --page the "
	    "machine "
	    "readable zone and the seal are read from a picture\nand held "
	    "against each other and the order.",
	    verify_options,
	    "  perso verify --mrz L898902C3674081223604159\n"
	    "  perso verify --sim chips/chip-000001.chip --json --mrz - "
	    "< mrz.txt\n"
	    "  perso verify --protocol pace --can 123456 --mrz @mrz.txt\n"
	    "  perso verify --page page.png --order A-0004.json "
	    "--number AB0000001\n",
	    cli_run_verify },
	{ "lds build", "ORDER", 1, 1, "build the files of an order",
	    "Builds and signs the LDS image of an order file, without a chip. "
	    "The order\nis checked, its approval is not: nothing is issued. "
	    "The key for Active\nAuthentication is made for the occasion. "
	    "Writing the files needs a\ndevelopment PKI.",
	    lds_build_options,
	    "  perso lds build order.json --number AB0000001 --out files\n",
	    cli_run_lds_build },
	{ "lds show", "FILE...", 1, -1, "what files of a chip say",
	    "Parses EF.COM, DG1..DG16, EF.SOD, EF.CardAccess, EF.ATR/INFO, "
	    "EF.DIR.",
	    none, "  perso lds show files/*\n", cli_run_lds_show },
	{ "bio show", "FILE...", 1, -1, "what biometric records say",
	    "Takes EF.DG2, EF.DG3, EF.DG4, a group 7F61 or a bare record of "
	    "ISO/IEC 19794\nor 39794. Irises are looked at as far as their "
	    "header goes. Images are not\ndecoded.",
	    none,
	    "  perso bio show files/EF.DG2.bin\n"
	    "  perso bio show --json fingers.dg3\n",
	    cli_run_bio_show },
	{ "bio convert", "FILE", 1, 1,
	    "biometric records from one standard into the other",
	    "The result has the form of the input: a file of a chip, a group, "
	    "a record. The\nimage's bytes stay. Into 19794 only what loses "
	    "nothing.",
	    bio_options,
	    "  perso bio convert --to 39794 --out new.dg3 fingers.dg3\n",
	    cli_run_bio_convert },
	{ "render", "ORDER|JOB", 1, 1, "draw the pages of an order",
	    "Data page or both card faces, as the profile's layout says. Of a "
	    "job (digits):\nof its order, with its number; with its CAN while "
	    "that is kept. The "
	    "order is\nchecked, its approval is not: nothing is issued. Text "
	    "that does not fit or has\nno glyph is refused. The same order "
	    "gives the same bytes. Files have mode 0600.",
	    render_options,
	    "  perso render order.json --number AB0000001 --out pages\n"
	    "  perso render order.json --format pdf --out pages\n"
	    "  perso render 17 --out pages\n",
	    cli_run_render },
	{ "mrz make", "", 0, 0, "compose a machine readable zone", NULL,
	    mrz_options,
	    "  perso mrz make --format TD3 --code P --issuer GBR --number "
	    "L898902C3 \\\n    --surname Eriksson --given-names \"Anna Maria\" "
	    "--nationality GBR \\\n    --birth 1974-08-12 --sex F --expiry "
	    "2034-04-15\n",
	    cli_run_mrz_make },
	{ "mrz check", "[LINE...]", 0, -1, "check a machine readable zone",
	    "Reads the lines from the command line or standard input.", none,
	    "  perso mrz check < mrz.txt\n", cli_run_mrz_check },
	{ "pki init-dev", "[DIR]", 0, 1, "make a development PKI",
	    "CSCA, document signer and seal signer for each state of the "
	    "configuration, an\napprover, chip keys. Never for production: "
	    "private keys are "
	    "files.",
	    dev_options, "  perso pki init-dev pki\n", cli_run_pki_init_dev },
	{ "pki show", "[FILE...]", 0, -1, "show certificates",
	    "The files named, or all that the configuration trusts.", none,
	    "  perso pki show\n  perso pki show pki/uto/ds.cer\n",
	    cli_run_pki_show },
	{ "pki cvca", "", 0, 0, "make a CVCA for Terminal Authentication",
	    "Writes CHR.key (mode 0600) and the self-signed CHR.cvcert; with "
	    "the last CVCA's\nkey also CHR-link.cvcert, by which chips learn "
	    "the new key.",
	    cvca_options,
	    "  perso pki cvca --out cv --chr UTCVCA00001 --curve "
	    "brainpoolP256r1\n"
	    "  perso pki cvca --out cv --chr UTCVCA00002 --rsa 3072 \\\n"
	    "    --link-key cv/UTCVCA00001.key --link-cert "
	    "cv/UTCVCA00001.cvcert\n",
	    cli_run_pki_cvca },
	{ "pki dv", "", 0, 0, "make or sign a document verifier",
	    "Without --ca-key: a key (mode 0600) and a request for the CVCA. "
	    "With it: a key\nand its certificate, or the certificate for "
	    "--request.",
	    dv_options,
	    "  perso pki dv --out cv --chr UTDV00001 --ca-key "
	    "cv/UTCVCA00001.key \\\n    --ca-cert cv/UTCVCA00001.cvcert\n"
	    "  perso pki dv --out cv --chr UTDV00002 --ca-cert "
	    "cv/UTCVCA00001.cvcert \\\n    --old-key cv/UTDV00001.key "
	    "--old-cert cv/UTDV00001.cvcert\n"
	    "  perso pki dv --out cv --request cv/UTDV00002.cvreq --ca-key "
	    "cv/UTCVCA00001.key \\\n    --ca-cert cv/UTCVCA00001.cvcert "
	    "--old-cert cv/UTDV00001.cvcert\n",
	    cli_run_pki_dv },
	{ "pki is", "", 0, 0, "make or sign an inspection system",
	    "As perso pki dv, one step below: --ca-key and --ca-cert are those "
	    "of a DV.",
	    is_options,
	    "  perso pki is --out cv --chr UTIS00001 --ca-key "
	    "cv/UTDV00001.key \\\n    --ca-cert cv/UTDV00001.cvcert --rights "
	    "read-dg3\n",
	    cli_run_pki_is },
	{ "pki cvc", "show FILE...", 2, -1, "show card-verifiable certificates",
	    "Certificates and requests; --json prints one line per file. Exit "
	    "1 if a\nrequest's signature or the chain is wrong.",
	    cvc_options,
	    "  perso pki cvc show cv/UTIS00001.cvcert\n"
	    "  perso pki cvc show --chain --at 2026-11-22 "
	    "cv/UTCVCA00001.cvcert \\\n    cv/UTDV00001.cvcert "
	    "cv/UTIS00001.cvcert\n",
	    cli_run_pki_cvc },
	{ "portrait prepare", "IN", 1, 1, "fit a picture into frame and budget",
	    "Reads PNG, JPEG or JPEG 2000, brings it upright and to sRGB, "
	    "crops and scales\nit to the frame, and encodes it into at most N "
	    "bytes, without EXIF, text and\nprofiles. With --eyes the face is "
	    "placed and levelled as ISO/IEC 19794-5 wants\na full frontal "
	    "image; without, the picture is cropped around its middle.",
	    portrait_prepare_options,
	    "  perso portrait prepare booth.png --frame 413x531 --format jp2 "
	    "\\\n    --max-bytes 15000 --out portrait.jp2\n"
	    "  perso portrait prepare photo.jpg --frame 480x640 --format jpeg "
	    "\\\n    --max-bytes 20000 --eyes 880,1010,1215,1004 --out "
	    "portrait.jpg\n",
	    cli_run_portrait_prepare },
	{ "portrait check", "FILE", 1, 1,
	    "is a picture fit for a document's portrait?",
	    "Measures size, aspect, borders, colour, sharpness, exposure, "
	    "background and\ncompression of a picture (JPEG, JPEG 2000, PNG); "
	    "with --eyes also how the head\nis placed (ISO/IEC 19794-5, full "
	    "frontal). Exit 1 if a check failed.",
	    portrait_options,
	    "  perso portrait check photo.jpg\n"
	    "  perso portrait check photo.jpg --frame 413x531 --eyes "
	    "266,231,146,231\n",
	    cli_run_portrait_check },
	{ "profile list", "", 0, 0, "the documents that can be made",
	    "NEXT is the day on which one changes or has to.", none,
	    "  perso profile list\n", cli_run_profile_list },
	{ "profile check", "[DIR]", 0, 1, "check all profiles and look ahead",
	    "Every file of the folder (default: of the configuration): what "
	    "is wrong with\nit, what changes within the policy's notice, "
	    "and from which day it breaks a rule\nof Doc 9303. Exit 1 if "
	    "one is wrong or breaks a rule today.",
	    none,
	    "  perso profile check\n  perso profile check ./profiles "
	    "--json\n",
	    cli_run_profile_check },
	{ "profile show", "DOCUMENT", 1, 1, "what a profile does on a day",
	    "Everything it will do for documents issued on that day, and "
	    "what changes after it.",
	    profile_show_options,
	    "  perso profile show uto-passport\n"
	    "  perso profile show uto-passport --on 2028-01-01\n",
	    cli_run_profile_show },
	{ "profile diff", "DOCUMENT...", 1, 2,
	    "what differs between days or documents", NULL,
	    profile_diff_options,
	    "  perso profile diff uto-passport --from 2026-12-31 --to "
	    "2028-01-01\n"
	    "  perso profile diff uto-passport uto-passport-dh --on "
	    "2028-01-01\n",
	    cli_run_profile_diff },
	{ "readers", "", 0, 0, "list the card readers", NULL, none,
	    "  perso readers\n", cli_run_readers },
	{ "seal make", "NAME=VALUE...", 0, -1, "make a visible digital seal",
	    "Encodes the values by a definition, signs them and writes the "
	    "seal's bytes or\nits symbol (Doc 9303-13). A value @FILE comes "
	    "from a file, - from standard\ninput: other users see command "
	    "lines. An existing FILE of --out is overwritten.",
	    seal_make_options,
	    "  perso seal make --definition visa --country GBR --out "
	    "visa.png \\\n    mrv-b=@mrz.txt passport-number=ABC424242 "
	    "duration-of-stay=90-0-0\n"
	    "  perso seal make --definition etd --country GBR --symbol qr "
	    "--level Q \\\n    --signer-key seal.key --signer-cert seal.cer "
	    "--out etd.png mrz=- < mrz.txt\n",
	    cli_run_seal_make },
	{ "seal show", "FILE", 1, 1, "what a seal says",
	    "FILE holds the seal's bytes, or is a PNG with its symbol.",
	    seal_show_options, "  perso seal show visa.png\n",
	    cli_run_seal_show },
	{ "seal check", "FILE", 1, 1, "check that a seal is genuine",
	    "Holds signature, signer's certificate, document type and dates "
	    "against each\nother and looks for the CSCA. The certificate is "
	    "--cert, or the one that the\nseal names among those of --trust "
	    "and the signers of the configuration. Exit 1 if\nanything is "
	    "wrong or the signer is not known.",
	    seal_check_options,
	    "  perso seal check visa.png\n"
	    "  perso seal check --cert seal.cer --trust csca visa.bin\n",
	    cli_run_seal_check },
	{ "sim make", "DIR", 1, 1, "make blank simulated chips",
	    "Writes one state file per chip and prints its serial.",
	    sim_make_options, "  perso sim make chips --count 4\n",
	    cli_run_sim_make },
	{ "sim serve", "FILE...", 1, -1,
	    "put simulated chips into a vpcd reader",
	    "Connects to the virtual reader and answers as the first chip; "
	    "with --hopper\nthe next chip follows when one has been locked, "
	    "read back and powered off.",
	    sim_serve_options,
	    "  perso sim serve --port 35963 --hopper chips/*.chip\n",
	    cli_run_sim_serve },
	{ "sim show", "FILE...", 1, -1, "state of simulated chips", NULL, none,
	    "  perso sim show chips/*.chip\n", cli_run_sim_show },
	{ "help", "[COMMAND]", 0, 2, "help, man pages, completion", NULL,
	    help_options,
	    "  perso help run\n  perso help --completion > perso.bash\n",
	    cli_run_help },
	{ NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL },
};
