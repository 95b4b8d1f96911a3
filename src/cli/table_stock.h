/* The commands of the stock: a part of table.c, included there once. */
#ifndef PERSO_CLI_TABLE_STOCK_H
#define PERSO_CLI_TABLE_STOCK_H

static const struct cli_option receive_options[] = {
	{ "product", "NAME",
	    "chip profile of the delivery, or the kind of stickers" },
	{ "number", "TEXT", "number printed on the blank" },
	{ "list", "FILE", "lines: serial, then the printed number if any" },
	NO_MORE
};

/* clang-format off */
#define STOCK_COMMANDS \
	{ "stock receive", "[SERIAL...]", 0, -1, "take blanks into stock", \
	    "--product is wanted. Stickers and forms without a chip have the " \
	    "product that\ntheir document's profile names under blanks, and " \
	    "the " \
	    "number on them as serial. A\nlist with an error in it is refused " \
	    "as a whole.", \
	    receive_options, \
	    "  perso stock receive --product perso-sim --list delivery.txt\n" \
	    "  perso stock receive --product visa-sticker --list " \
	    "stickers.txt\n" \
	    "  perso stock receive --product perso-sim --number AB0000001 " \
	    "4790500100000001AB12\n", \
	    cli_run_stock_receive }, \
	{ "stock list", "", 0, 0, "blanks and what became of them", NULL, \
	    blank_options, \
	    "  perso stock list\n  perso stock list --state spoiled\n", \
	    cli_run_stock_list }, \
	{ "stock mark", "SERIAL STATE", 2, 2, \
	    "note a blank as spoiled, destroyed or lost", \
	    "A blank that was received may become spoiled or lost, one that is " \
	    "spoiled may\nbecome destroyed or lost. --reason is wanted.", \
	    mark_options, \
	    "  perso stock mark 4790500100000001AB12 spoiled --reason " \
	    "\"bent\"\n" \
	    "  perso stock mark 4790500100000001AB12 destroyed --reason " \
	    "\"shredded\"\n", \
	    cli_run_stock_mark }
/* clang-format on */

#endif
