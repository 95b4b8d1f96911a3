/*
 * The images of an order: beside it or inside it, digested once.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "perso/file.h"
#include "perso/hex.h"

#include "order_int.h"

static perso_rc
read_all(int fd, struct perso_buf *ret)
{
	struct stat st;
	size_t at = 0;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		PERSO_FAIL(PERSO_E_IO, "not a regular file");
	if (st.st_size < 1 || st.st_size > PERSO_IMAGE_MAX)
		PERSO_FAIL(PERSO_E_IO, "empty or longer than %d bytes",
		    PERSO_IMAGE_MAX);
	PERSO_TRY(perso_buf_resize(ret, (size_t)st.st_size));
	while (at < ret->n) {
		ssize_t n = read(fd, ret->p + at, ret->n - at);
		if (n <= 0)
			PERSO_FAIL(PERSO_E_IO, "cannot be read");
		at += (size_t)n;
	}
	return PERSO_OK;
}

/* Names with a separator do not come here; links are not followed. */
static perso_rc
read_beside(const char *dir, const char *name, struct perso_buf *ret)
{
	char path[PERSO_PATH_MAX];

	if (!dir)
		PERSO_FAIL(PERSO_E_IO, "no folder to look in");
	if (name[0] == '.')
		PERSO_FAIL(PERSO_E_IO, "the name begins with a dot");
	PERSO_TRY(perso_path_join(path, sizeof(path), dir, name));
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		PERSO_FAIL(PERSO_E_IO, "no such file, or a link");
	perso_rc rc = read_all(fd, ret);
	close(fd);
	return rc;
}

static bool
load(const struct perso_order_input *in, const struct order_image_json *j,
    const char *path, struct perso_buf *bytes, struct perso_findings *f)
{
	if (j->has_data == (j->file[0] != '\0')) {
		perso_findings_add(
		    f, "E-IMAGE-FILE", path, "either file or data is expected");
		return false;
	}
	if (!j->has_data) {
		if (read_beside(in->dir, j->file, bytes) == PERSO_OK)
			return true;
		perso_findings_add(
		    f, "E-IMAGE-FILE", path, "%s", perso_trail_get(0));
		return false;
	}
	if (perso_base64_decode(j->data, bytes) == PERSO_OK && bytes->n != 0)
		return true;
	perso_findings_add(f, "E-IMAGE-DATA", path,
	    "not base64, empty or longer than %d bytes", PERSO_IMAGE_MAX);
	return false;
}

static bool
digest_agrees(const struct order_image_json *j, struct perso_span bytes,
    struct perso_md *ret)
{
	PERSO_BUF(want, 32);

	return perso_digest(PERSO_SHA256, bytes, ret) == PERSO_OK &&
	       perso_hex_decode(perso_span_str(j->sha256), &want) == PERSO_OK &&
	       perso_span_equal(perso_buf_span(&want), perso_md_span(ret));
}

#define IMAGE_FIELDS                                                        \
	(PERSO_FIELD_PORTRAIT | PERSO_FIELD_SIGNATURE | PERSO_FIELD_DG3 |   \
	    PERSO_FIELD_DG4 | PERSO_FIELD_CITIZENSHIP | PERSO_FIELD_FRONT | \
	    PERSO_FIELD_REAR)

/* The position of the finger that a role names; 0: none. */
static unsigned
finger_of(const char *role)
{
	static const char prefix[] = "finger-";

	if (strncmp(role, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	return perso_finger_from_name(role + sizeof(prefix) - 1);
}

/* What an image can be for; the name of the role is the field's. */
static uint64_t
field_of(const char *role)
{
	static const uint64_t fields[] = { PERSO_FIELD_PORTRAIT,
		PERSO_FIELD_SIGNATURE, PERSO_FIELD_DG3, PERSO_FIELD_DG4,
		PERSO_FIELD_CITIZENSHIP, PERSO_FIELD_FRONT, PERSO_FIELD_REAR };

	if (finger_of(role) != 0)
		return PERSO_FIELD_DG3;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(role, perso_doc_field_name(fields[i])) == 0)
			return fields[i];
	return 0;
}

static perso_rc
take_image(struct perso_record_image *to, size_t i, struct perso_buf *bytes)
{
	PERSO_TRY(perso_record_image_take(to, bytes));
	to->index = i;
	return PERSO_OK;
}

static perso_rc
take_bio(struct perso_record_bio *to, int dg, size_t i, struct perso_buf *bytes)
{
	PERSO_TRY_CTX(perso_record_bio_take(to, dg, bytes), "dg%d", dg);
	to->index = i;
	return PERSO_OK;
}

static perso_rc
take_finger(struct perso_record *r, const struct order_image_json *j, size_t i,
    struct perso_buf *bytes)
{
	struct perso_record_finger *to = &r->fingers[finger_of(j->role) - 1];
	struct perso_record_finger_facts f = { .ppi = j->resolution,
		.width = j->width,
		.height = j->height,
		.quality = j->quality };

	PERSO_TRY(perso_record_finger_take(to, &f, bytes));
	to->index = i;
	return PERSO_OK;
}

static perso_rc
take_into(struct perso_record *r, const struct order_image_json *j, size_t i,
    struct perso_buf *bytes)
{
	if (finger_of(j->role) != 0)
		return take_finger(r, j, i, bytes);
	switch (field_of(j->role)) {
	case PERSO_FIELD_PORTRAIT:
		return take_image(&r->portrait, i, bytes);
	case PERSO_FIELD_SIGNATURE:
		return take_image(&r->signature, i, bytes);
	case PERSO_FIELD_CITIZENSHIP:
		return take_image(&r->citizenship, i, bytes);
	case PERSO_FIELD_FRONT:
		return take_image(&r->front, i, bytes);
	case PERSO_FIELD_REAR:
		return take_image(&r->rear, i, bytes);
	case PERSO_FIELD_DG3:
		return take_bio(&r->dg3, 3, i, bytes);
	default:
		return take_bio(&r->dg4, 4, i, bytes);
	}
}

/* The eyes of a portrait that has been taken. */
static void
take_eyes(const struct order_image_json *j, size_t i, uint64_t field,
    struct perso_record_image *to, struct perso_findings *f)
{
	struct perso_portrait_eyes eyes = { j->left_eye[0], j->left_eye[1],
		j->right_eye[0], j->right_eye[1] };
	char path[PATH_MAX_LEN];
	uint32_t w = to->info.width, h = to->info.height;

	if (!j->has_eyes)
		return;
	snprintf(path, sizeof(path), "$.images[%zu].eyes", i);
	if (field != PERSO_FIELD_PORTRAIT) {
		perso_findings_add(
		    f, "E-IMAGE-EYES", path, "only a portrait has eyes");
		return;
	}
	/* JPEG and PNG may be turned by their EXIF data: the exact check is
	 * made when they are decoded */
	if (to->info.format == PERSO_IMAGE_JPEG ||
	    to->info.format == PERSO_IMAGE_PNG)
		w = h = w > h ? w : h;
	if (perso_portrait_eyes_check(&eyes, w, h) != PERSO_OK) {
		perso_findings_trail(f, "E-IMAGE-EYES", path);
		return;
	}
	to->eyes = eyes;
	to->has_eyes = true;
}

static void
take_one(const struct perso_order_input *in, const struct order_image_json *j,
    size_t i, struct perso_order *ret)
{
	struct perso_findings *f = &ret->findings;
	uint64_t field = field_of(j->role);
	struct perso_order_image *out = &ret->images[i];
	char path[PATH_MAX_LEN];
	PERSO_BUF(bytes, PERSO_IMAGE_MAX);

	ret->record.unread |= field;
	snprintf(path, sizeof(path), "$.images[%zu]", i);
	if (!load(in, j, path, &bytes, f))
		return;
	if (!digest_agrees(j, perso_buf_span(&bytes), &out->sha256)) {
		perso_findings_add(f, "E-IMAGE-DIGEST", path,
		    "SHA-256 of the image is another one");
		return;
	}
	if (take_into(&ret->record, j, i, &bytes) != PERSO_OK) {
		perso_findings_trail(f, "E-IMAGE-FORMAT", path);
		return;
	}
	take_eyes(j, i, field, &ret->record.portrait, f);
	ret->record.given |= field;
	ret->record.unread &= ~field;
	snprintf(out->role, sizeof(out->role), "%s", j->role);
	snprintf(out->file, sizeof(out->file), "%s", j->file);
}

/* What only images of fingers have. */
static bool
facts_are_good(
    const struct order_image_json *j, size_t i, struct perso_findings *f)
{
	char path[PATH_MAX_LEN];

	if (finger_of(j->role) != 0 ||
	    (j->resolution == 0 && j->width == 0 && j->height == 0 &&
		j->quality == PERSO_FINGER_NO_QUALITY))
		return true;
	snprintf(path, sizeof(path), "$.images[%zu]", i);
	perso_findings_add(f, "E-ORDER-VALUE", path,
	    "resolution, quality, width and height are for fingers");
	return false;
}

static bool
excludes(const char *a, const char *b)
{
	return strcmp(a, b) == 0 ||
	       (strcmp(a, "dg3") == 0 && finger_of(b) != 0) ||
	       (strcmp(b, "dg3") == 0 && finger_of(a) != 0);
}

/* The role is known and used once. */
static bool
role_is_good(const struct order_json *o, size_t i)
{
	char path[PATH_MAX_LEN];
	const char *role = o->images[i].role;

	snprintf(path, sizeof(path), "$.images[%zu].role", i);
	if (field_of(role) == 0) {
		perso_findings_add(o->findings, "E-ORDER-VALUE", path,
		    "must be one of: portrait, signature, dg3, dg4, "
		    "citizenship, front, rear, "
		    "finger-right-thumb to finger-left-little");
		return false;
	}
	for (size_t k = 0; k < i; k++)
		if (excludes(o->images[k].role, role)) {
			perso_findings_add(o->findings, "E-ORDER-DUPLICATE",
			    path,
			    strcmp(o->images[k].role, role) == 0
				? "a second image for this role"
				: "either dg3 or fingers");
			return false;
		}
	return facts_are_good(&o->images[i], i, o->findings);
}

void
perso_order_images(const struct perso_order_input *in, struct order_json *o,
    struct perso_order *ret)
{
	ret->image_count = o->image_count;
	for (size_t i = 0; i < o->image_count; i++)
		if (!o->images[i].is_bad && role_is_good(o, i))
			take_one(in, &o->images[i], i, ret);
		else
			ret->record.unread |= IMAGE_FIELDS;
}
