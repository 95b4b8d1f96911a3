/*
 * An order and a signer for tests of the image: made fresh, no PKI on disk.
 */
#ifndef LINE_TEST_IMAGE_FIX_H
#define LINE_TEST_IMAGE_FIX_H

#include <criterion/criterion.h>

#include "perso/image_build.h"
#include "perso/order.h"

#define NOW INT64_C(1795348800) /* 2026-11-22 */

struct fix {
	struct perso_profiles *profiles;
	struct perso_order *order;
	struct perso_keyref *csca_key;
	struct perso_keyref *key;
	struct perso_cert csca;
	struct perso_buf ds; /* certificate */
	struct perso_signer *signer;
	struct perso_buf spki;
	struct perso_image_values v;
};

#define OK(call)                                                               \
	do {                                                                   \
		perso_rc rc_ = (call);                                         \
		char t_[512];                                                  \
		perso_trail_text(t_, sizeof(t_));                              \
		cr_assert_eq(rc_, PERSO_OK, "%s: %d %s", #call, (int)rc_, t_); \
	} while (0)
#define RC(call, code)                                                     \
	do {                                                               \
		perso_rc rc_ = (call);                                     \
		char t_[512];                                              \
		perso_trail_text(t_, sizeof(t_));                          \
		cr_assert_eq(rc_, code, "%s: %d %s", #call, (int)rc_, t_); \
	} while (0)

/* A certificate of that country for a new key, by the CSCA. */
void fix_make_ds(struct fix *f, const char *country, struct perso_buf *ret);
/* The template as an order, its number bound if it is not NULL. */
void fix_open(struct fix *f, const char *template, const char *number);
void fix_close(struct fix *f);
/* Of the image; empty if it is not there. */
struct perso_span fix_file(const struct perso_lds_image *img, const char *name);

#endif
