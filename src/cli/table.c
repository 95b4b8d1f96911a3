/*
 * The command table: help, man pages, completion and dispatch follow it. The
 * options are in options.c.
 */
#include "table.h"

const struct cli_command cli_commands[] = {
	{ "init", "[DIR]", 0, 1, "make a configuration and a store",
	    "Writes perso.yaml into DIR (default: here) and makes an empty "
	    "store beside\nit. Nothing that exists is changed.",
	    cli_init_options,
	    "  perso init\n  perso init --pki /etc/perso/pki /etc/perso\n",
	    cli_run_init },
	{ "doctor", "", 0, 0, "what is wrong, and what to do",
	    "Looks at store, keys, certificates, readers, profiles, clock and "
	    "disk.\nExit 1 if anything stands in the way of issuing.",
	    cli_doctor_options, "  perso doctor\n  perso doctor --json\n",
	    cli_run_doctor },
	{ "order check", "FILE...", 1, -1, "check orders and their approval",
	    "Changes nothing. All reasons for a refusal are printed at once, "
	    "each with\nits code and JSON path.",
	    cli_no_options, "  perso order check orders/*.json\n",
	    cli_run_order_check },
	{ "order sign", "FILE...", 1, -1, "approve orders",
	    "Writes the approver's detached CMS signature beside each order, "
	    "as .p7s.",
	    cli_sign_options,
	    "  perso order sign --key approver.key --cert approver.cer "
	    "order.json\n",
	    cli_run_order_sign },
	{ "order new", "TEMPLATE", 1, 1, "an order from a template",
	    "Puts an order number into a template: an order file without its "
	    "\"order\". An\nexisting FILE of --out is overwritten. What "
	    "comes next is perso order sign.",
	    cli_new_options,
	    "  perso order new --id A-0001 --out A-0001.json template.json\n",
	    cli_run_order_new },
	{ "order import", "FILE...", 1, -1, "check orders and take them in",
	    "An order that is refused changes nothing. The same order twice is "
	    "one\norder; another one with its number is refused. The files "
	    "stay where they\nare: the store keeps their paths and digests. "
	    "One file's refusal does not stop\nthe others; the exit code is "
	    "that of the last refusal.",
	    cli_no_options, "  perso order import orders/*.json\n",
	    cli_run_order_import },
	{ "order mrz", "FILE", 1, 1,
	    "the MRZ that an order's document will have",
	    "The order is checked, its approval is not: nothing is issued. "
	    "For documents\nwithout a chip (visas, emergency documents), too.",
	    cli_order_mrz_options,
	    "  perso order mrz order.json\n"
	    "  perso order mrz order.json --number AB1234567\n",
	    cli_run_order_mrz },
	{ "order list", "", 0, 0, "orders and how far they are", NULL,
	    cli_state_options,
	    "  perso order list\n  perso order list --state failed\n",
	    cli_run_order_list },
	{ "order show", "NUMBER", 1, 1, "one order and its jobs", NULL,
	    cli_no_options, "  perso order show A-0001\n", cli_run_order_show },
	{ "order cancel", "NUMBER", 1, 1, "withdraw an order",
	    "For an order that is imported or failed; it is never made.",
	    cli_mark_options,
	    "  perso order cancel A-0001 --reason \"wrong person\"\n",
	    cli_run_order_cancel },
	{ "order schema", "", 0, 0, "JSON Schema of an order", NULL,
	    cli_no_options, "  perso order schema > order.schema.json\n",
	    cli_run_order_schema },
	{ "run", "[ORDER...]", 0, -1, "make documents",
	    "Takes the orders named, or all that are ready, through the line: "
	    "build,\nsign, personalise, compare, lock (irreversible), read "
	    "back "
	    "and verify.\nWhat an earlier run left unfinished is finished or "
	    "spoiled first.\nCtrl-C finishes the chip in hand. Exit 1 if any "
	    "document did not come out.",
	    cli_run_options,
	    "  perso run\n  perso run A-0001 --reader \"Virtual PCD 00 00\"\n"
	    "  perso run --sim chips --output results.jsonl\n"
	    "  perso run A-0004 --sticker AB0000001\n"
	    "  perso run --dry-run\n",
	    cli_run_run },
	{ "job list", "", 0, 0, "attempts to make documents", NULL,
	    cli_job_options,
	    "  perso job list\n  perso job list --state spoiled\n",
	    cli_run_job_list },
	{ "job show", "JOB", 1, 1, "the evidence of one job", NULL,
	    cli_no_options, "  perso job show 17\n", cli_run_job_show },
	{ "job sheet", "JOB", 1, 1, "a contact sheet of a finished document",
	    "Reads the chip of that job again, compares it with the order and "
	    "writes\nDIR/ORDER.png and .pdf: printed faces, chip data and "
	    "pictures, checks and\nverdict on one page. It holds personal "
	    "data. Exit 1 if any check failed.",
	    cli_job_sheet_options,
	    "  perso job sheet 17 --out sheets\n"
	    "  perso job sheet 17 --sim chips/chip-000001.chip --can 123456\n",
	    cli_run_job_sheet },
	{ "job print", "JOB", 1, 1, "print the pages of a document",
	    "For a job that is unprinted: its chip is good, and the printer "
	    "failed or was\nstopped. The pages are drawn again and printed; "
	    "then the document is good. Put\nits blank into the printer, "
	    "unless what it printed on is spoiled.",
	    cli_job_print_options,
	    "  perso job print 17\n  perso job print 17 --pages pages\n",
	    cli_run_job_print },
	{ "job spoil", "JOB", 1, 1, "give a document up that is not printed",
	    "For a job that is unprinted: its blank is spoiled, its order may "
	    "run again on\nanother one. --reason is wanted.",
	    cli_mark_options,
	    "  perso job spoil 17 --reason \"ink over the portrait\"\n",
	    cli_run_job_spoil },
	{ "letter list", "", 0, 0, "letters with PIN and PUK", NULL,
	    cli_letter_list_options,
	    "  perso letter list\n  perso letter list --state waiting\n",
	    cli_run_letter_list },
	{ "letter print", "[JOB...]", 0, -1, "print letters with PIN and PUK",
	    "Each letter goes into a sealed envelope whose number is bound to "
	    "it before the\nprint and used once; numbers of a file that were "
	    "used are passed over. All are\ntried before the first is printed. "
	    "If the printer fails or the program is\nstopped, the envelope is "
	    "void and the letter waits for another one. Until\nperso letter "
	    "confirm PIN and PUK are kept, encrypted, then erased. Ctrl-C\n"
	    "finishes the letter in hand.",
	    cli_letter_print_options,
	    "  perso letter print 17 --envelope E-000123 --out letters\n"
	    "  perso letter print --all --envelopes box-7.txt --dry-run\n"
	    "  perso letter print --all --envelopes box-7.txt --confirm\n",
	    cli_run_letter_print },
	{ "letter confirm", "JOB...", 1, -1,
	    "a letter is printed and sealed: erase it here",
	    "PIN and PUK are erased for good; the journal keeps job, blank, "
	    "envelope and\ntime.",
	    cli_no_options, "  perso letter confirm 17\n",
	    cli_run_letter_confirm },
	{ "letter void", "JOB...", 1, -1,
	    "an envelope is spoiled: print its letter again",
	    "The envelope's number is void, the letter waits. --reason is "
	    "wanted; it is\nwritten into the journal. A letter that is "
	    "confirmed cannot be printed again.",
	    cli_letter_void_options,
	    "  perso letter void 17 --reason \"torn by the machine\"\n",
	    cli_run_letter_void },
	{ "stock receive", "[SERIAL...]", 0, -1, "take blanks into stock",
	    "--product is wanted. Stickers and forms without a chip have the "
	    "product that\ntheir document's profile names under blanks, and "
	    "the "
	    "number on them as serial. A\nlist with an error in it is refused "
	    "as a whole.",
	    cli_receive_options,
	    "  perso stock receive --product perso-sim --list delivery.txt\n"
	    "  perso stock receive --product visa-sticker --list "
	    "stickers.txt\n"
	    "  perso stock receive --product perso-sim --number AB0000001 "
	    "4790500100000001AB12\n",
	    cli_run_stock_receive },
	{ "stock list", "", 0, 0, "blanks and what became of them", NULL,
	    cli_blank_options,
	    "  perso stock list\n  perso stock list --state spoiled\n",
	    cli_run_stock_list },
	{ "stock mark", "SERIAL STATE", 2, 2,
	    "note a blank as spoiled, destroyed or lost",
	    "A blank that was received may become spoiled or lost, one that is "
	    "spoiled may\nbecome destroyed or lost. --reason is wanted.",
	    cli_mark_options,
	    "  perso stock mark 4790500100000001AB12 spoiled --reason "
	    "\"bent\"\n"
	    "  perso stock mark 4790500100000001AB12 destroyed --reason "
	    "\"shredded\"\n",
	    cli_run_stock_mark },
	{ "read", "", 0, 0, "read a document's files",
	    "Opens the chip with PACE where it announces it, else with BAC, "
	    "and lists its\nfiles; --out writes them. Where PACE is announced "
	    "and only BAC opens the chip,\nnothing is read unless --protocol "
	    "bac says so.",
	    cli_read_options,
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
	    cli_verify_options,
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
	    "Keys of the chip are\nmade for the occasion. "
	    "Writing the files needs a development PKI.",
	    cli_lds_build_options,
	    "  perso lds build order.json --number AB0000001 --out files\n",
	    cli_run_lds_build },
	{ "lds show", "FILE...", 1, -1, "what files of a chip say",
	    "Parses EF.COM, DG1..DG16, EF.SOD, EF.CardAccess, EF.ATR/INFO, "
	    "EF.DIR.",
	    cli_no_options, "  perso lds show files/*\n", cli_run_lds_show },
	{ "bio show", "FILE...", 1, -1, "what biometric records say",
	    "Takes EF.DG2, EF.DG3, EF.DG4, a group 7F61 or a bare record of "
	    "ISO/IEC 19794\nor 39794. Irises are looked at as far as their "
	    "header goes. Images are not\ndecoded.",
	    cli_no_options,
	    "  perso bio show files/EF.DG2.bin\n"
	    "  perso bio show --json fingers.dg3\n",
	    cli_run_bio_show },
	{ "bio convert", "FILE", 1, 1,
	    "biometric records from one standard into the other",
	    "The result has the form of the input: a file of a chip, a group, "
	    "a record. The\nimage's bytes stay. Into 19794 only what loses "
	    "nothing.",
	    cli_bio_options,
	    "  perso bio convert --to 39794 --out new.dg3 fingers.dg3\n",
	    cli_run_bio_convert },
	{ "render", "ORDER|JOB", 1, 1, "draw the pages of an order",
	    "Data page or both card faces, as the profile's layout says. Of a "
	    "job (digits):\nof its order, with its number; with its CAN while "
	    "that is kept. The order is\nchecked, its approval is not: nothing "
	    "is issued. Text that does not fit or has\nno glyph is refused. "
	    "The same order gives the same bytes. Files have mode 0600.",
	    cli_render_options,
	    "  perso render order.json --number AB0000001 --out pages\n"
	    "  perso render order.json --format pdf --out pages\n"
	    "  perso render 17 --out pages\n",
	    cli_run_render },
	{ "mrz make", "", 0, 0, "compose a machine readable zone", NULL,
	    cli_mrz_options,
	    "  perso mrz make --format TD3 --code P --issuer GBR --number "
	    "L898902C3 \\\n    --surname Eriksson --given-names \"Anna Maria\" "
	    "--nationality GBR \\\n    --birth 1974-08-12 --sex F --expiry "
	    "2034-04-15\n",
	    cli_run_mrz_make },
	{ "mrz check", "[LINE...]", 0, -1, "check a machine readable zone",
	    "Reads the lines from the command line or standard input.",
	    cli_no_options, "  perso mrz check < mrz.txt\n",
	    cli_run_mrz_check },
	{ "pki init-dev", "[DIR]", 0, 1, "make a development PKI",
	    "CSCA, document signer and seal signer for each state of the "
	    "configuration, an\napprover, chip keys. Never for production: "
	    "private keys are "
	    "files.",
	    cli_dev_options, "  perso pki init-dev pki\n",
	    cli_run_pki_init_dev },
	{ "pki show", "[FILE...]", 0, -1, "show certificates",
	    "The files named, or all that the configuration trusts.",
	    cli_no_options,
	    "  perso pki show\n  perso pki show pki/uto/ds.cer\n",
	    cli_run_pki_show },
	{ "pki cvca", "", 0, 0, "make a CVCA for Terminal Authentication",
	    "Writes CHR.key (mode 0600) and the self-signed CHR.cvcert; with "
	    "the last CVCA's\nkey also CHR-link.cvcert, by which chips learn "
	    "the new key.",
	    cli_cvca_options,
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
	    cli_dv_options,
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
	    cli_is_options,
	    "  perso pki is --out cv --chr UTIS00001 --ca-key "
	    "cv/UTDV00001.key \\\n    --ca-cert cv/UTDV00001.cvcert --rights "
	    "read-dg3\n",
	    cli_run_pki_is },
	{ "pki cvc", "show FILE...", 2, -1, "show card-verifiable certificates",
	    "Certificates and requests; --json prints one line per file. Exit "
	    "1 if a\nrequest's signature or the chain is wrong.",
	    cli_cvc_options,
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
	    cli_portrait_prepare_options,
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
	    cli_portrait_options,
	    "  perso portrait check photo.jpg\n"
	    "  perso portrait check photo.jpg --frame 413x531 --eyes "
	    "266,231,146,231\n",
	    cli_run_portrait_check },
	{ "profile list", "", 0, 0, "the documents that can be made",
	    "NEXT is the day on which one changes or has to.", cli_no_options,
	    "  perso profile list\n", cli_run_profile_list },
	{ "profile check", "[DIR]", 0, 1, "check all profiles and look ahead",
	    "Every file of the folder (default: of the configuration): what "
	    "is wrong with\nit, what changes within the policy's notice, "
	    "and from which day it breaks a rule\nof Doc 9303. Exit 1 if "
	    "one is wrong or breaks a rule today.",
	    cli_no_options,
	    "  perso profile check\n  perso profile check ./profiles "
	    "--json\n",
	    cli_run_profile_check },
	{ "profile show", "DOCUMENT", 1, 1, "what a profile does on a day",
	    "Everything it will do for documents issued on that day, and "
	    "what changes after it.",
	    cli_profile_show_options,
	    "  perso profile show uto-passport\n"
	    "  perso profile show uto-passport --on 2028-01-01\n",
	    cli_run_profile_show },
	{ "profile diff", "DOCUMENT...", 1, 2,
	    "what differs between days or documents", NULL,
	    cli_profile_diff_options,
	    "  perso profile diff uto-passport --from 2026-12-31 --to "
	    "2028-01-01\n"
	    "  perso profile diff uto-passport uto-passport-dh --on "
	    "2028-01-01\n",
	    cli_run_profile_diff },
	{ "readers", "", 0, 0, "list the card readers", NULL, cli_no_options,
	    "  perso readers\n", cli_run_readers },
	{ "seal make", "NAME=VALUE...", 0, -1, "make a visible digital seal",
	    "Encodes the values by a definition, signs them and writes the "
	    "seal's bytes or\nits symbol (Doc 9303-13). A value @FILE comes "
	    "from a file, - from standard\ninput: other users see command "
	    "lines. An existing FILE of --out is overwritten.",
	    cli_seal_make_options,
	    "  perso seal make --definition visa --country GBR --out "
	    "visa.png \\\n    mrv-b=@mrz.txt passport-number=ABC424242 "
	    "duration-of-stay=90-0-0\n"
	    "  perso seal make --definition etd --country GBR --symbol qr "
	    "--level Q \\\n    --signer-key seal.key --signer-cert seal.cer "
	    "--out etd.png mrz=- < mrz.txt\n",
	    cli_run_seal_make },
	{ "seal show", "FILE", 1, 1, "what a seal says",
	    "FILE holds the seal's bytes, or is a PNG with its symbol.",
	    cli_seal_show_options, "  perso seal show visa.png\n",
	    cli_run_seal_show },
	{ "seal check", "FILE", 1, 1, "check that a seal is genuine",
	    "Holds signature, signer's certificate, document type and dates "
	    "against each\nother and looks for the CSCA. The certificate is "
	    "--cert, or the one that the\nseal names among those of --trust "
	    "and the signers of the configuration. Exit 1 if\nanything is "
	    "wrong or the signer is not known.",
	    cli_seal_check_options,
	    "  perso seal check visa.png\n"
	    "  perso seal check --cert seal.cer --trust csca visa.bin\n",
	    cli_run_seal_check },
	{ "sim make", "DIR", 1, 1, "make blank simulated chips",
	    "Writes one state file per chip and prints its serial.",
	    cli_sim_make_options, "  perso sim make chips --count 4\n",
	    cli_run_sim_make },
	{ "sim serve", "FILE...", 1, -1,
	    "put simulated chips into a vpcd reader",
	    "Connects to the virtual reader and answers as the first chip; "
	    "with --hopper\nthe next chip follows when one has been locked, "
	    "read back and powered off.",
	    cli_sim_serve_options,
	    "  perso sim serve --port 35963 --hopper chips/*.chip\n",
	    cli_run_sim_serve },
	{ "sim show", "FILE...", 1, -1, "state of simulated chips", NULL,
	    cli_no_options, "  perso sim show chips/*.chip\n",
	    cli_run_sim_show },
	{ "help", "[COMMAND]", 0, 2, "help, man pages, completion", NULL,
	    cli_help_options,
	    "  perso help run\n  perso help --completion > perso.bash\n",
	    cli_run_help },
	{ NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL },
};
