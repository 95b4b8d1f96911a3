#include "secret_arg.h"

static perso_rc
read_stdin(const char *name, bool *used, struct perso_buf *ret)
{
	if (*used)
		PERSO_FAIL(PERSO_E_ARG,
		    "--%s: only one value comes from standard input", name);
	*used = true;
	for (int ch = getchar(); ch != EOF; ch = getchar())
		PERSO_TRY_CTX(perso_buf_append_u8(ret, (uint8_t)ch),
		    "--%s: standard input", name);
	return PERSO_OK;
}

/* see secret_arg.h */
perso_rc
cli_secret(const struct cli *c, const char *name, bool *stdin_used,
    struct perso_buf *ret)
{
	const char *text = cli_value(c, name);

	if (text == NULL)
		return PERSO_OK;
	if (strcmp(text, "-") == 0)
		PERSO_TRY(read_stdin(name, stdin_used, ret));
	else if (text[0] == '@')
		PERSO_TRY_CTX(perso_file_read(text + 1, ret), "--%s", name);
	else
		PERSO_TRY_CTX(
		    perso_buf_append(ret, perso_span_str(text)), "--%s", name);
	while (ret->n > 0 &&
	       (ret->p[ret->n - 1] == '\n' || ret->p[ret->n - 1] == '\r'))
		perso_buf_remove(ret, ret->n - 1, 1);
	if (ret->n == 0)
		PERSO_FAIL(PERSO_E_ARG, "--%s is empty", name);
	return PERSO_OK;
}
