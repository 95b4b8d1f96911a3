/* perso readers: what pcscd offers. */
#include "cli_int.h"
#include "perso/link_pcsc.h"

static const char *
reader_state(const struct perso_reader *r)
{
	if (r->is_mute)
		return "mute card";
	if (r->in_use)
		return "in use";
	return r->has_card ? "card" : "empty";
}

/* see cli_int.h */
perso_rc
cli_run_readers(struct cli *c)
{
	struct perso_readers readers = { 0 };
	json_t *list;

	PERSO_TRY(perso_link_pcsc_list(10000, &readers));
	list = json_array();
	for (size_t i = 0; i < readers.count; i++) {
		const struct perso_reader *r = &readers.list[i];

		json_array_append_new(
		    list, json_pack("{s:s, s:s}", "reader", r->name, "state",
			      reader_state(r)));
		if (!c->json)
			cli_print("%-40s %s\n", r->name, reader_state(r));
	}
	if (c->json)
		return cli_json(list);
	json_decref(list);
	if (readers.count == 0)
		cli_print("no reader: is one plugged in, and its driver "
			  "installed?\n");
	return PERSO_OK;
}
