/* A channel that changes nothing, for tests of what runs under one. */
#include "pace_test.h"

static perso_rc
through_wrap(struct perso_channel *c, const struct perso_apdu *plain,
    bool extended, struct perso_buf *data, struct perso_apdu *ret)
{
	(void)c;
	(void)extended;
	(void)data;
	*ret = *plain;
	return PERSO_OK;
}

static perso_rc
through_unwrap(struct perso_channel *c, struct perso_span data, uint16_t sw,
    struct perso_buf *ret_data, uint16_t *ret_sw)
{
	(void)c;
	*ret_sw = sw;
	return perso_buf_append(ret_data, data);
}

static size_t
through_data(
    const struct perso_channel *c, size_t lc, const struct perso_apdu *a)
{
	(void)c;
	(void)a;
	return lc;
}

static size_t
through_answer(const struct perso_channel *c, size_t n)
{
	(void)c;
	return n;
}

static void
through_destroy(struct perso_channel *c)
{
	free(c);
}

static const struct perso_channel_ops through = {
	.name = "through",
	.wrap = through_wrap,
	.unwrap = through_unwrap,
	.max_data = through_data,
	.max_answer = through_answer,
	.destroy = through_destroy,
};

struct perso_channel *
through_channel(void)
{
	struct perso_channel *c = calloc(1, sizeof(*c));

	cr_assert_not_null(c);
	c->ops = &through;
	return c;
}
