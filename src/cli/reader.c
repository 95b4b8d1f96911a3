#include "reader.h"

#include "link_sim.h"
#include "perso/link_pcsc.h"

#define LIST_MS 10000

static perso_rc
first_with_card(char name[PERSO_READER_NAME])
{
	struct perso_readers readers = { 0 };

	PERSO_TRY(perso_link_pcsc_list(LIST_MS, &readers));
	for (size_t i = 0; i < readers.count; i++)
		if (readers.list[i].has_card && !readers.list[i].in_use)
			return perso_span_copy(name, PERSO_READER_NAME,
			    perso_span(readers.list[i].name,
				strlen(readers.list[i].name) + 1));
	if (readers.count == 0)
		PERSO_FAIL(PERSO_E_NO_READER, "no reader; perso readers lists "
					      "them");
	PERSO_FAIL(PERSO_E_NO_CARD, "no reader has a free card in it");
}

/* see reader.h */
perso_rc
cli_open_link(
    const struct cli *c, const char *configured, struct perso_link **ret)
{
	const char *sim = cli_value(c, "sim"), *reader = cli_value(c, "reader");
	struct perso_pcsc_params p = { .reader = reader };
	char name[PERSO_READER_NAME];

	if (sim != NULL && reader != NULL)
		PERSO_FAIL(PERSO_E_ARG, "--sim or --reader, not both");
	if (sim != NULL)
		return perso_link_sim_open(sim, ret);
	if (reader == NULL && configured[0] != '\0')
		p.reader = configured;
	if (p.reader == NULL) {
		PERSO_TRY(first_with_card(name));
		p.reader = name;
	}
	PERSO_TRY_CTX(perso_link_pcsc_open(&p, ret), "%s", p.reader);
	return PERSO_OK;
}
