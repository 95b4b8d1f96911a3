/*
 * The answers of a simulated chip without a reader: command APDUs in hex
 * from the command line, one answer per line. For test_opensc.sh.
 */
#include <stdio.h>

#include "perso/hex.h"
#include "perso/sim.h"

static int
complain(void)
{
	char text[512];

	perso_trail_text(text, sizeof(text));
	fprintf(stderr, "apdus: %s\n", text);
	return 1;
}

static perso_rc
answer_one(struct perso_sim *s, const char *hex)
{
	PERSO_BUF(cmd, 65544);
	PERSO_BUF(rsp, 65544);

	PERSO_TRY(perso_hex_decode(perso_span_str(hex), &cmd));
	PERSO_TRY(perso_sim_transmit(s, perso_buf_span(&cmd), &rsp));
	for (size_t i = 0; i < rsp.n; i++)
		printf("%02X", rsp.p[i]);
	putchar('\n');
	return PERSO_OK;
}

int
main(int argc, char **argv)
{
	struct perso_sim *s = NULL;
	perso_rc rc;

	if (argc < 3)
		return 2;
	rc = perso_sim_open(argv[1], &s);
	if (rc == PERSO_OK)
		(void)perso_sim_reset(s);
	for (int i = 2; i < argc && rc == PERSO_OK; i++)
		rc = answer_one(s, argv[i]);
	perso_sim_free(&s);
	return rc == PERSO_OK ? 0 : complain();
}
