/*
 * Message digests. Each thread keeps one context per algorithm, initialised
 * and empty between two calls: a digest of a few bytes then costs little
 * more than its blocks, and no state of an earlier message stays behind.
 */
#include <pthread.h>
#include <strings.h>

#include "crypto_int.h"

struct hash_info {
	const char *name, *oid;
	size_t size;
	uint8_t der[11]; /* oid, encoded; NIST's have all 11 bytes */
};

#define NIST(n)                                                               \
	{                                                                     \
		0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, n \
	}

static const struct hash_info hashes[] = {
	[PERSO_HASH_NONE] = { "none", "", 0, { 0 } },
	[PERSO_SHA1] = { "SHA-1", "1.3.14.3.2.26", 20,
	    { 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A } },
	[PERSO_SHA224] = { "SHA-224", "2.16.840.1.101.3.4.2.4", 28, NIST(4) },
	[PERSO_SHA256] = { "SHA-256", "2.16.840.1.101.3.4.2.1", 32, NIST(1) },
	[PERSO_SHA384] = { "SHA-384", "2.16.840.1.101.3.4.2.2", 48, NIST(2) },
	[PERSO_SHA512] = { "SHA-512", "2.16.840.1.101.3.4.2.3", 64, NIST(3) },
};

#define HASHES (sizeof(hashes) / sizeof(hashes[0]))

static const struct hash_info *
info(enum perso_hash h)
{
	return &hashes[(size_t)h < HASHES ? (size_t)h : 0];
}

/* see perso/digest.h */
size_t
perso_hash_size(enum perso_hash h)
{
	return info(h)->size;
}

/* see perso/digest.h */
const char *
perso_hash_name(enum perso_hash h)
{
	return info(h)->name;
}

/* see perso/digest.h */
const char *
perso_hash_oid(enum perso_hash h)
{
	return info(h)->oid;
}

/* see perso/digest.h */
struct perso_span
perso_hash_oid_der(enum perso_hash h)
{
	const struct hash_info *i = info(h);

	return i->size == 0 ? PERSO_SPAN_EMPTY
			    : perso_span(i->der, 2 + (size_t)i->der[1]);
}

/* see perso/digest.h; "SHA256" and "sha256" are "SHA-256" */
perso_rc
perso_hash_from_name(const char *name, enum perso_hash *ret)
{
	const char *bits = name;

	if (strncasecmp(name, "sha", 3) == 0)
		bits += name[3] == '-' ? 4 : 3;
	for (size_t i = PERSO_SHA1; bits != name && i < HASHES; i++) {
		if (strcmp(hashes[i].name + 4, bits) != 0)
			continue;
		*ret = (enum perso_hash)i;
		return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "unknown hash algorithm");
}

/* see perso/digest.h */
perso_rc
perso_hash_from_oid(const char *dotted, enum perso_hash *ret)
{
	for (size_t i = PERSO_SHA1; i < HASHES; i++) {
		if (strcmp(hashes[i].oid, dotted) != 0)
			continue;
		*ret = (enum perso_hash)i;
		return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "unknown hash algorithm");
}

struct thread_mds {
	EVP_MD_CTX *ctx[HASHES];
};

static pthread_key_t mds_key;
static int mds_key_rc;

static void
free_thread_mds(void *p)
{
	struct thread_mds *t = p;

	for (size_t i = 0; i < HASHES; i++)
		EVP_MD_CTX_free(t->ctx[i]);
	free(t);
}

static void
make_key(void)
{
	mds_key_rc = pthread_key_create(&mds_key, free_thread_mds);
}

static struct thread_mds *
thread_mds(void)
{
	static _Thread_local struct thread_mds *mine;
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct thread_mds *t;

	if (mine != NULL)
		return mine;
	pthread_once(&once, make_key);
	if (mds_key_rc != 0 || (t = calloc(1, sizeof(*t))) == NULL)
		return NULL;
	if (pthread_setspecific(mds_key, t) != 0) {
		free(t);
		return NULL;
	}
	return mine = t;
}

/* The thread's context for h, ready for input; NULL when out of memory. */
static EVP_MD_CTX *
take_ctx(enum perso_hash h)
{
	struct thread_mds *t = thread_mds();
	EVP_MD_CTX *ctx;

	if (t == NULL || t->ctx[h] != NULL)
		return t == NULL ? NULL : t->ctx[h];
	ctx = EVP_MD_CTX_new();
	if (ctx == NULL || EVP_DigestInit_ex2(ctx, ossl_md(h), NULL) != 1) {
		EVP_MD_CTX_free(ctx);
		return NULL;
	}
	return t->ctx[h] = ctx;
}

/* After a failure the context is not trusted any more. */
static void
drop_ctx(enum perso_hash h)
{
	struct thread_mds *t = thread_mds();

	EVP_MD_CTX_free(t->ctx[h]);
	t->ctx[h] = NULL;
}

/* see perso/digest.h */
perso_rc
perso_digest_parts(enum perso_hash h, const struct perso_span *parts,
    size_t count, struct perso_md *ret)
{
	struct perso_md md = { .n = perso_hash_size(h) };
	EVP_MD_CTX *ctx;
	bool good = true;

	if (md.n == 0)
		PERSO_FAIL(PERSO_E_ARG, "no hash algorithm given");
	ctx = take_ctx(h);
	if (ctx == NULL)
		return ossl_fail(PERSO_E_CRYPTO, "digest set-up");
	for (size_t i = 0; good && i < count; i++)
		if (parts[i].n != 0)
			good =
			    EVP_DigestUpdate(ctx, parts[i].p, parts[i].n) == 1;
	good = good && EVP_DigestFinal_ex(ctx, md.p, NULL) == 1;
	good = good && EVP_DigestInit_ex2(ctx, NULL, NULL) == 1;
	if (!good) {
		drop_ctx(h);
		perso_wipe(&md, sizeof(md));
		return ossl_fail(PERSO_E_CRYPTO, "digest");
	}
	*ret = md;
	perso_wipe(&md, sizeof(md));
	return PERSO_OK;
}

/* see perso/digest.h */
perso_rc
perso_digest(enum perso_hash h, struct perso_span s, struct perso_md *ret)
{
	return perso_digest_parts(h, &s, 1, ret);
}
