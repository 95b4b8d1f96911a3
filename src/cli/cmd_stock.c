/* perso stock receive|list|mark: the blanks and what became of them. */
#include "cli_int.h"
#include "perso/hex.h"

#define LIST_MAX (16u << 20)

/* All of it is looked at before the first blank is taken in. */
struct delivery {
	struct perso_store *store;
	struct perso_profiles *profiles;
	const char *product;
	bool sticker; /* no chip: the serial is the number on it */
	json_t *list; /* array of {serial, number} */
	json_t *seen; /* serials and numbers, for doubles */
};

static void
close_delivery(struct delivery *d)
{
	perso_profiles_free(&d->profiles);
	json_decref(d->list);
	json_decref(d->seen);
}

static perso_rc
add_once(struct delivery *d, char kind, const char *text)
{
	char key[2 * PERSO_ID_MAX];
	size_t n = 0;

	if (perso_utf8_count(perso_span_str(text), &n) != PERSO_OK)
		PERSO_FAIL(PERSO_E_DATA, "serial or number is not UTF-8");
	snprintf(key, sizeof(key), "%c%.100s", kind, text);
	if (json_object_get(d->seen, key) != NULL)
		PERSO_FAIL(PERSO_E_CONFLICT, "%s is named twice", text);
	if (json_object_set_new(d->seen, key, json_true()) != 0)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for the delivery");
	return PERSO_OK;
}

/* Serials of chips are hexadecimal as the chip says them: in capitals. */
static perso_rc
read_serial(const char *serial, char text[PERSO_ID_MAX])
{
	size_t n = 0;

	for (; serial[n] != '\0'; n++) {
		char c = serial[n];

		if (c >= 'a' && c <= 'f')
			c = (char)(c - 32);
		if (n + 1 >= PERSO_ID_MAX ||
		    ((c < '0' || c > '9') && (c < 'A' || c > 'F')))
			PERSO_FAIL(PERSO_E_DATA,
			    "a serial is up to %d hexadecimal digits",
			    PERSO_ID_MAX - 1);
		text[n] = c;
	}
	text[n] = '\0';
	return PERSO_OK;
}

/* Of a document that takes its number from the sticker, one that it can
 * have; of others what is printed on it. */
static perso_rc
read_sticker(
    const struct delivery *d, const char *number, char text[PERSO_ID_MAX])
{
	const struct perso_doc_profile *p = NULL;
	bool fits = false;

	if (strlen(number) >= PERSO_NUMBER_MAX ||
	    number[strspn(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] !=
		'\0')
		PERSO_FAIL(PERSO_E_DATA,
		    "a sticker's number is up to %d capitals, digits and "
		    "hyphens",
		    PERSO_NUMBER_MAX - 1);
	while ((p = perso_profiles_doc_on(d->profiles, d->product, p)) != NULL)
		fits = fits || p->number.kind != PERSO_NUMBER_BLANK ||
		       perso_pattern_matches(
			   p->number.pattern, perso_span_str(number));
	if (!fits)
		PERSO_FAIL(PERSO_E_RANGE,
		    "%s is no number of a document made on %s", number,
		    d->product);
	return perso_span_copy(
	    text, PERSO_ID_MAX, perso_span(number, strlen(number) + 1));
}

static perso_rc
add_blank(struct delivery *d, const char *serial, const char *number)
{
	struct perso_store_blank known;
	char text[PERSO_ID_MAX];

	if (d->sticker && number != NULL && strcmp(number, serial) != 0)
		PERSO_FAIL(PERSO_E_DATA, "a sticker has one number");
	if (d->sticker) {
		PERSO_TRY(read_sticker(d, serial, text));
		number = text;
	} else {
		PERSO_TRY(read_serial(serial, text));
	}
	PERSO_TRY(add_once(d, 's', text));
	if (number != NULL)
		PERSO_TRY(add_once(d, 'n', number));
	if (perso_store_blank_get(d->store, text, &known) == PERSO_OK)
		PERSO_FAIL(PERSO_E_CONFLICT, "blank %s is known already", text);
	if (json_array_append_new(d->list, json_pack("{s:s, s:s*}", "serial",
					       text, "number", number)) != 0)
		PERSO_FAIL(
		    PERSO_E_DATA, "the number of blank %s is not UTF-8", text);
	return PERSO_OK;
}

/* One line of a delivery list: serial, then the printed number or nothing. */
static perso_rc
read_line(struct delivery *d, char *line, unsigned n)
{
	char *number = line + strcspn(line, " \t");

	if (line[0] == '\0' || line[0] == '#')
		return PERSO_OK;
	if (*number != '\0') {
		*number++ = '\0';
		number += strspn(number, " \t");
		if (number[strcspn(number, " \t")] != '\0')
			PERSO_FAIL(PERSO_E_DATA,
			    "line %u: serial and number "
			    "wanted",
			    n);
	}
	PERSO_TRY_CTX(
	    add_blank(d, line, *number != '\0' ? number : NULL), "line %u", n);
	return PERSO_OK;
}

static perso_rc
read_file(struct delivery *d, const char *path)
{
	unsigned n = 1;
	char *p;
	PERSO_BUF(text, LIST_MAX);

	PERSO_TRY(perso_file_read(path, &text));
	if (memchr(text.p, '\0', text.n) != NULL)
		PERSO_FAIL(PERSO_E_DATA, "%s: is not text", path);
	PERSO_TRY(perso_buf_append_u8(&text, '\0'));
	p = (char *)text.p;
	for (; *p != '\0'; n++) {
		size_t len = strcspn(p, "\r\n");
		char *next = p + len + strspn(p + len, "\r");

		if (*next == '\n')
			next++;
		p[len] = '\0';
		PERSO_TRY_CTX(read_line(d, p, n), "%s", path);
		p = next;
	}
	return PERSO_OK;
}

static perso_rc
check_product(const struct cli_config *cfg, struct delivery *d)
{
	if (d->product == NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "--product NAME is wanted: which chip it is, or which "
		    "kind of sticker");
	PERSO_TRY(cli_open_profiles(cfg, &d->profiles));
	d->sticker =
	    perso_profiles_doc_on(d->profiles, d->product, NULL) != NULL;
	if (!d->sticker && perso_profiles_chip(d->profiles, d->product) == NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "no chip profile %s in %s/chips, and no document that is "
		    "made on blanks of that name",
		    d->product, cfg->profiles);
	return PERSO_OK;
}

static perso_rc
receive_all(struct delivery *d)
{
	const json_t *b;
	size_t i;

	json_array_foreach(d->list, i, b)
	{
		PERSO_TRY_CTX(
		    perso_store_blank_receive(d->store,
			json_string_value(json_object_get(b, "serial")),
			d->product,
			json_string_value(json_object_get(b, "number"))),
		    "after %zu blanks that were received", i);
	}
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_stock_receive(struct cli *c)
{
	__attribute__((cleanup(close_delivery))) struct delivery d = {
		.product = cli_value(c, "product"),
		.list = json_array(),
		.seen = json_object()
	};
	struct cli_config cfg;
	const char *list = cli_value(c, "list");
	const char *number = cli_value(c, "number");
	CLI_STORE(store);

	PERSO_TRY(cli_config_load(c, &cfg));
	PERSO_TRY(check_product(&cfg, &d));
	if (number != NULL && c->argc != 1)
		PERSO_FAIL(PERSO_E_ARG, "--number goes with one serial");
	if (c->argc == 0 && list == NULL)
		PERSO_FAIL(PERSO_E_ARG, "name serials, or a file with --list");
	PERSO_TRY(cli_open_store(&cfg, &store));
	d.store = store;
	for (int i = 0; i < c->argc; i++)
		PERSO_TRY(add_blank(&d, c->argv[i], number));
	if (list != NULL)
		PERSO_TRY(read_file(&d, list));
	if (json_array_size(d.list) == 0)
		PERSO_FAIL(PERSO_E_DATA, "%s: no serial in it", list);
	PERSO_TRY(receive_all(&d));
	if (c->json)
		return cli_json(json_incref(d.list));
	cli_print("%zu blank%s received\n", json_array_size(d.list),
	    json_array_size(d.list) == 1 ? "" : "s");
	return PERSO_OK;
}

static perso_rc
state_filter(const struct cli *c, unsigned *ret)
{
	const char *s = cli_value(c, "state");
	enum perso_blank_state one = PERSO_BLANK_RECEIVED;

	*ret = PERSO_BLANK_ANY;
	if (s == NULL)
		return PERSO_OK;
	if (perso_blank_state_from_name(s, &one) != PERSO_OK)
		PERSO_FAIL(PERSO_E_ARG,
		    "no blank state '%s': received, reserved, in-work, "
		    "good, spoiled, destroyed or lost",
		    s);
	*ret = one;
	return PERSO_OK;
}

static json_t *
blank_json(const struct perso_store_blank *b)
{
	char when[24];

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:s}", "serial",
	    b->serial, "product", b->product, "state",
	    perso_blank_state_name(b->state), "number", b->number, "order",
	    b->order, "reason", cli_json_text(b->reason), "changed",
	    cli_time(b->changed_at, when));
}

/* see cli_int.h */
perso_rc
cli_run_stock_list(struct cli *c)
{
	struct cli_config cfg;
	struct perso_store_blank b;
	CLI_TABLE(table);
	unsigned states = 0;
	bool there = true;
	CLI_STORE(store);

	PERSO_TRY(cli_config_load(c, &cfg));
	PERSO_TRY(state_filter(c, &states));
	PERSO_TRY(cli_open_store(&cfg, &store));
	PERSO_TRY(cli_list_begin(
	    c, &table, "SERIAL\tPRODUCT\tSTATE\tNUMBER\tORDER\tREASON"));
	for (int64_t after = 0;; after = b.seq) {
		PERSO_TRY(
		    perso_store_blank_next(store, states, after, &b, &there));
		if (!there)
			break;
		if (c->json)
			PERSO_TRY(cli_json_line(blank_json(&b)));
		else
			PERSO_TRY(cli_table_row(&table,
			    "%s\t%s\t%s\t%s\t%s\t%s", b.serial, b.product,
			    perso_blank_state_name(b.state), b.number, b.order,
			    b.reason));
	}
	cli_table_end(&table);
	return PERSO_OK;
}

/* The journal keeps it for ever. */
static perso_rc
check_reason(const char *reason)
{
	struct perso_span s = perso_span_str(reason);
	uint32_t cp = 0;
	size_t at = 0;

	while (at < s.n) {
		if (perso_utf8_next(s, &at, &cp) != PERSO_OK)
			PERSO_FAIL(PERSO_E_ARG, "--reason is not UTF-8 text");
		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
			PERSO_FAIL(
			    PERSO_E_ARG, "--reason has a control character");
	}
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_stock_mark(struct cli *c)
{
	const char *reason = cli_value(c, "reason");
	enum perso_blank_state to = PERSO_BLANK_SPOILED;
	struct cli_config cfg;
	CLI_STORE(store);

	PERSO_TRY(cli_config_load(c, &cfg));
	if (perso_blank_state_from_name(c->argv[1], &to) != PERSO_OK)
		PERSO_FAIL(PERSO_E_ARG, "state is spoiled, destroyed or lost");
	if (reason == NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "--reason TEXT is wanted: why; the journal keeps it");
	PERSO_TRY(check_reason(reason));
	PERSO_TRY(cli_open_store(&cfg, &store));
	PERSO_TRY_CTX(perso_store_blank_mark(store, c->argv[0], to, reason),
	    "blank %s to %s: received becomes spoiled or lost, spoiled "
	    "becomes destroyed or lost",
	    c->argv[0], c->argv[1]);
	if (c->json)
		return cli_json(json_pack("{s:s, s:s}", "serial", c->argv[0],
		    "state", perso_blank_state_name(to)));
	cli_print("blank %s is %s\n", c->argv[0], perso_blank_state_name(to));
	return PERSO_OK;
}
