/*
 * Answers under secure messaging. First byte: cipher and parity of INS; the
 * rest is the answer. Without the key nothing may be accepted but a bare
 * error.
 */
#include <stdlib.h>

#include "perso/sm.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
use_answer(struct perso_channel *c, bool odd, struct perso_span in)
{
	struct perso_apdu a = { .ins = odd ? 0xB1 : 0xB0, .le = 256 }, out;
	uint16_t outer = (uint16_t)(in.p[in.n - 2] << 8 | in.p[in.n - 1]);
	PERSO_BUF(data, 300);
	PERSO_BUF(ret, 70000);
	uint16_t sw = 0;
	perso_rc rc;

	if (c->ops->wrap(c, &a, false, &data, &out) != PERSO_OK)
		abort();
	in.n -= 2;
	rc = c->ops->unwrap(c, in, outer, &ret, &sw);
	if (rc != PERSO_OK && (ret.n != 0 || sw != 0))
		abort();
	if (rc == PERSO_OK && !c->dead)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t key[32] = "a key that the fuzzer cannot ask";
	enum perso_cipher cipher;
	struct perso_channel *c = NULL;
	struct perso_span k;

	if (n < 3)
		return 0;
	cipher = (enum perso_cipher)(PERSO_3DES + p[0] % 4);
	k = perso_span(key, perso_cipher_key(cipher));
	if (perso_sm_open(cipher, k, k, PERSO_SPAN_EMPTY, &c) != PERSO_OK)
		abort();
	use_answer(c, p[0] & 0x80, perso_span(p + 1, n - 1));
	perso_channel_free(&c);
	return 0;
}
