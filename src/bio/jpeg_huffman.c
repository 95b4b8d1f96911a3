/*
 * The Huffman codes that libjpeg would make, and what they cost.
 */
#include "jpeg_int.h"

#define LONGEST 16
#define DEEPEST 48 /* of a code before its limit; 2^32 symbols go no deeper */

/* Symbols that come, by number, and one more that keeps the code of ones
 * alone free (K.2). */
struct tree {
	unsigned count;
	uint32_t often[JPEG_SYMBOLS + 1];
	uint16_t symbol[JPEG_SYMBOLS + 1];
	uint8_t depth[JPEG_SYMBOLS + 1];
	int16_t next[JPEG_SYMBOLS + 1]; /* of the same branch; -1: none */
};

/* The rarest of the living that is not `not`, of equals the last. */
static unsigned
rarest(const struct tree *t, const uint16_t *living, unsigned n, unsigned not )
{
	unsigned best = n;

	for (unsigned i = 0; i < n; i++)
		if (i != not &&(best == n ||
				t->often[living[i]] <= t->often[living[best]]))
			best = i;
	return best;
}

/* The end of the branch. */
static unsigned
deepen(struct tree *t, unsigned i)
{
	t->depth[i]++;
	while (t->next[i] >= 0) {
		i = (unsigned)t->next[i];
		t->depth[i]++;
	}
	return i;
}

/* Figure K.1. */
static void
grow(struct tree *t)
{
	uint16_t living[JPEG_SYMBOLS + 1];
	unsigned n = t->count;

	for (unsigned i = 0; i < n; i++)
		living[i] = (uint16_t)i;
	while (n > 1) {
		unsigned a = rarest(t, living, n, n);
		unsigned b = rarest(t, living, n, a);

		t->often[living[a]] += t->often[living[b]];
		t->next[deepen(t, living[a])] = (int16_t)living[b];
		(void)deepen(t, living[b]);
		n--;
		for (unsigned i = b; i < n; i++)
			living[i] = living[i + 1];
	}
}

/* Figure K.3: no code longer than 16, and the last of the longest is free. */
static void
shorten(unsigned lengths[DEEPEST + 1])
{
	unsigned i;

	for (i = DEEPEST; i > LONGEST; i--)
		while (lengths[i] > 0) {
			unsigned k = i - 2;

			while (lengths[k] == 0)
				k--;
			lengths[i] -= 2;
			lengths[i - 1]++;
			lengths[k + 1] += 2;
			lengths[k]--;
		}
	while (lengths[i] == 0)
		i--;
	lengths[i]--;
}

/* Symbols by depth, then by number, get the lengths as they are now (Figure
 * K.4). */
static uint64_t
assign(const struct tree *t, const uint32_t often[JPEG_SYMBOLS],
    const unsigned lengths[DEEPEST + 1])
{
	unsigned length = 1, left = lengths[1];
	uint64_t bits = 0;

	for (unsigned d = 1; d <= DEEPEST; d++)
		for (unsigned i = 0; i + 1 < t->count; i++) {
			if (t->depth[i] != d)
				continue;
			while (left == 0)
				left = lengths[++length];
			left--;
			bits += (uint64_t)often[t->symbol[i]] * length;
		}
	return bits;
}

/* see jpeg_int.h */
uint64_t
jpeg_huffman_bits(const uint32_t often[JPEG_SYMBOLS], unsigned *ret_symbols)
{
	struct tree t = { .count = 0 };
	unsigned lengths[DEEPEST + 1] = { 0 };

	for (unsigned i = 0; i <= JPEG_SYMBOLS; i++)
		if (i == JPEG_SYMBOLS || often[i] > 0) {
			t.often[t.count] = i == JPEG_SYMBOLS ? 1 : often[i];
			t.symbol[t.count] = (uint16_t)i;
			t.next[t.count++] = -1;
		}
	grow(&t);
	for (unsigned i = 0; i < t.count; i++)
		lengths[t.depth[i]]++;
	shorten(lengths);
	*ret_symbols = t.count - 1;
	return assign(&t, often, lengths);
}

/* To the base of 2, to five digits; in plain arithmetic, so that it is the same
 * on each machine. */
static double
logarithm(uint32_t n)
{
	int whole = 31 - __builtin_clz(n);
	double x = (double)n / (double)(UINT32_C(1) << whole);
	double t = (x - 1) / (x + 1), s = t * t;

	return whole + t * (2.885390 + s * (0.961797 + s * 0.577078 +
					       s * s * 0.412199));
}

/* n log n, in bits; of few by a table. */
static double
weigh(uint32_t n)
{
	static const double few[16] = { 0, 0, 2, 4.754888, 8, 11.609640,
		15.509775, 19.651484, 24, 28.529325, 33.219281, 38.053748,
		43.019550, 48.105716, 53.302969, 58.603359 };

	return n < 16 ? few[n] : n * logarithm(n);
}

/* see jpeg_int.h */
double
jpeg_entropy_bits(const uint32_t often[JPEG_SYMBOLS], unsigned *ret_symbols)
{
	uint32_t all = 0;
	double sum = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < JPEG_SYMBOLS; i++) {
		all += often[i];
		sum += weigh(often[i]);
		n += often[i] > 0;
	}
	*ret_symbols = n;
	return weigh(all) - sum;
}
