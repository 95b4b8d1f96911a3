/* perso sim make|serve|show: simulated chips as files. */
#include <poll.h>
#include <signal.h>

#include "cli_int.h"
#include "perso/hex.h"
#include "perso/hooks.h"
#include "perso/secret.h"
#include "perso/sim.h"
#include "secret_arg.h"

#define OUT_MS 1000
#define CODE_MAX 64

static volatile bool stop_serving;

static void
on_signal(int n)
{
	(void)n;
	stop_serving = true;
}

/* "enc = HEX" and the like; the simulator needs the bytes themselves. */
static perso_rc
key_line(struct perso_sim_keys *k, const char *name, const char *value,
    unsigned *seen)
{
	static const char *const names[] = { "kvn", "enc", "mac", "dek" };
	uint8_t *dst[] = { &k->kvn, k->enc, k->mac, k->dek };
	PERSO_BUF(b, 16);

	for (size_t i = 0; i < 4; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		*seen |= 1u << i;
		if (i == 0) {
			k->kvn = (uint8_t)strtoul(value, NULL, 10);
			return PERSO_OK;
		}
		PERSO_TRY(perso_hex_decode(perso_span_str(value), &b));
		if (b.n != 16)
			PERSO_FAIL(PERSO_E_KEY, "key %s is not AES-128", name);
		return perso_span_copy(dst[i], 16, perso_buf_span(&b));
	}
	PERSO_FAIL(PERSO_E_DATA, "unknown entry in the key file");
}

static perso_rc
read_keys(const char *path, struct perso_sim_keys *ret)
{
	unsigned seen = 0;
	PERSO_BUF(text, 4096);

	PERSO_TRY(perso_file_read(path, &text));
	PERSO_TRY(perso_buf_append_u8(&text, '\0'));
	for (char *p = (char *)text.p; *p != '\0';) {
		size_t len = strcspn(p, "\n");
		char name[8] = "", value[65] = "";
		char *next = p + len + (p[len] == '\n');

		p[len] = '\0';
		if (p[0] != '#' && p[0] != '\0') {
			if (sscanf(p, "%7[a-z] = %64[0-9A-Fa-f]", name,
				value) != 2)
				PERSO_FAIL(PERSO_E_DATA,
				    "%s: a line is not "
				    "\"name = value\"",
				    path);
			PERSO_TRY_CTX(
			    key_line(ret, name, value, &seen), "%s", path);
			perso_wipe(value, sizeof(value));
		}
		p = next;
	}
	if (seen != 15)
		PERSO_FAIL(
		    PERSO_E_KEY, "%s: kvn, enc, mac and dek wanted", path);
	return PERSO_OK;
}

/* --pin and --puk, for chips that no line has made. */
struct codes {
	struct perso_buf pin, puk;
};

static void
wipe_codes(struct codes *k)
{
	perso_buf_done(&k->pin);
	perso_buf_done(&k->puk);
}

#define CODES(name)                                                    \
	__attribute__((cleanup(wipe_codes))) struct codes name = {     \
		.pin = { .max = CODE_MAX }, .puk = { .max = CODE_MAX } \
	}

static perso_rc
get_codes(const struct cli *c, struct codes *k)
{
	bool stdin_used = false;

	PERSO_TRY(cli_secret(c, "pin", &stdin_used, &k->pin));
	return cli_secret(c, "puk", &stdin_used, &k->puk);
}

static perso_rc
set_codes(struct perso_sim *sim, const struct codes *k)
{
	if (k->pin.n == 0 && k->puk.n == 0)
		return PERSO_OK;
	PERSO_TRY_CTX(perso_sim_set_pin_puk(sim, perso_buf_span(&k->pin),
			  perso_buf_span(&k->puk)),
	    "--pin, --puk");
	return PERSO_OK;
}

/* Fabricator, type, serial and batch in hex: what the chip says it is. */
static void
serial_text(const uint8_t cplc[42], char dst[24])
{
	uint8_t id[10];

	for (size_t i = 0; i < 4; i++)
		id[i] = cplc[i];
	for (size_t i = 0; i < 6; i++)
		id[4 + i] = cplc[12 + i];
	perso_hex_str(perso_span_of(id), dst, 24);
}

static perso_rc
fill_config(
    struct cli *c, const struct cli_config *cfg, struct perso_sim_config *sim)
{
	const char *product = cli_value(c, "product");
	const char *keys = cli_value(c, "keys");
	const struct perso_chip_profile *chip;
	CLI_PROFILES(p);

	PERSO_TRY(cli_open_profiles(cfg, &p));
	chip = perso_profiles_chip(p, product != NULL ? product : "perso-sim");
	if (chip == NULL)
		PERSO_FAIL(PERSO_E_ARG, "no such chip profile in %s/chips",
		    cfg->profiles);
	PERSO_TRY(read_keys(keys != NULL ? keys : cfg->chip_keys, &sim->keys));
	for (size_t i = 0; i < 2; i++) {
		sim->cplc[i] = chip->ic_fabricator[i];
		sim->cplc[2 + i] = chip->ic_type[i];
		sim->product[i] = chip->ic_type[i];
	}
	sim->extended = chip->extended && !cli_flag(c, "short");
	sim->max_command = sim->extended ? chip->max_command : 0;
	sim->memory = chip->memory;
	return PERSO_OK;
}

static perso_rc
make_one(struct cli *c, struct perso_sim_config *sim, const struct codes *k,
    const char *path)
{
	struct perso_sim *chip = NULL;
	char serial[24];
	perso_rc rc = PERSO_OK;

	PERSO_TRY(perso_random(sim->cplc + 12, 6));
	PERSO_TRY(perso_sim_create(path, sim));
	if (k->pin.n > 0 || k->puk.n > 0) {
		PERSO_TRY(perso_sim_open(path, &chip));
		rc = set_codes(chip, k);
		perso_sim_free(&chip);
		PERSO_TRY(rc);
	}
	serial_text(sim->cplc, serial);
	if (c->json)
		return cli_json_line(
		    json_pack("{s:s, s:s}", "file", path, "serial", serial));
	cli_print("%s\n", serial);
	return PERSO_OK;
}

static perso_rc
make_all(struct cli *c, struct perso_sim_config *sim)
{
	uint64_t count = 1, first = 1;
	struct cli_config cfg;
	CODES(codes);

	PERSO_TRY(get_codes(c, &codes));
	PERSO_TRY(cli_number(c, "count", 1000000, &count));
	PERSO_TRY(cli_number(c, "first", 1000000, &first));
	PERSO_TRY(cli_config_load(c, &cfg));
	PERSO_TRY(fill_config(c, &cfg, sim));
	PERSO_TRY(perso_dir_make(c->argv[0], 0700));
	for (uint64_t i = 0; i < count; i++) {
		char name[32], path[PERSO_PATH_MAX];

		snprintf(name, sizeof(name), "chip-%06llu.chip",
		    (unsigned long long)(first + i));
		PERSO_TRY(
		    perso_path_join(path, sizeof(path), c->argv[0], name));
		PERSO_TRY(make_one(c, sim, &codes, path));
	}
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_sim_make(struct cli *c)
{
	struct perso_sim_config sim = { 0 };
	perso_rc rc = make_all(c, &sim);

	perso_wipe(&sim, sizeof(sim));
	return rc;
}

static perso_rc
set_speed(struct cli *c, struct perso_sim *sim)
{
	uint64_t bps = 0, us = 0, page = 0;

	PERSO_TRY(cli_number(c, "bps", 10000000, &bps));
	PERSO_TRY(cli_number(c, "command-us", 1000000, &us));
	PERSO_TRY(cli_number(c, "page-us", 1000000, &page));
	perso_sim_speed(sim, (struct perso_sim_speed){
				 (uint32_t)bps, (uint32_t)us, (uint32_t)page });
	return PERSO_OK;
}

static perso_rc
set_fault(struct cli *c, struct perso_sim *sim)
{
	static const char *const names[] = { "none", "tear-before",
		"tear-after", "tear-inside", "mute" };
	const char *name = cli_value(c, "fault");
	uint64_t at = 1;

	if (name == NULL)
		return PERSO_OK;
	PERSO_TRY(cli_number(c, "at", 1000000, &at));
	for (unsigned i = 0; i < 5; i++) {
		if (strcmp(name, names[i]) == 0) {
			perso_sim_fault(
			    sim, (enum perso_sim_fault)i, (unsigned)at);
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_ARG, "--fault is tear-before, tear-after, "
				"tear-inside or mute");
}

/* One chip in the reader until it is finished with or torn out. */
static perso_rc
serve_one(struct cli *c, const struct codes *k, const char *path,
    const char *host, unsigned port)
{
	struct perso_sim *sim = NULL;
	perso_rc rc;

	PERSO_TRY(perso_sim_open(path, &sim));
	rc = set_codes(sim, k);
	if (rc == PERSO_OK)
		rc = set_speed(c, sim);
	if (rc == PERSO_OK)
		rc = set_fault(c, sim);
	if (rc == PERSO_OK && cli_flag(c, "hopper"))
		rc = perso_sim_vpcd_once(sim, host, port, &stop_serving);
	else if (rc == PERSO_OK)
		rc = perso_sim_vpcd(sim, host, port, &stop_serving);
	/* Torn out, then put back: pcscd looks every 0.4 s and must see an
	 * empty reader once. */
	while (rc == PERSO_E_TORN && !stop_serving) {
		(void)poll(NULL, 0, OUT_MS);
		rc = perso_sim_vpcd_once(sim, host, port, &stop_serving);
	}
	perso_sim_free(&sim);
	return rc;
}

/* see cli_int.h */
perso_rc
cli_run_sim_serve(struct cli *c)
{
	const char *host = cli_value(c, "host");
	uint64_t port = 35963;
	CODES(codes);

	PERSO_TRY(get_codes(c, &codes));
	PERSO_TRY(cli_number(c, "port", 65535, &port));
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	for (int i = 0; i < c->argc && !stop_serving; i++) {
		cli_note(c, "%s\n", c->argv[i]);
		PERSO_TRY_CTX(
		    serve_one(c, &codes, c->argv[i],
			host != NULL ? host : "127.0.0.1", (unsigned)port),
		    "%s", c->argv[i]);
	}
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_sim_show(struct cli *c)
{
	for (int i = 0; i < c->argc; i++) {
		struct perso_sim *sim = NULL;
		bool locked;

		PERSO_TRY_CTX(
		    perso_sim_open(c->argv[i], &sim), "%s", c->argv[i]);
		locked = perso_sim_is_operational(sim);
		perso_sim_free(&sim);
		if (c->json)
			PERSO_TRY(cli_json_line(
			    json_pack("{s:s, s:s}", "file", c->argv[i], "state",
				locked ? "operational" : "blank")));
		else
			cli_print("%s  %s\n", c->argv[i],
			    locked ? "operational" : "blank");
	}
	return PERSO_OK;
}
