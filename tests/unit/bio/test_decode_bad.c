/*
 * Pictures that are refused, each with its reason, and what a hostile one
 * can do to the process that decodes it.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jpeglib.h>

#include "perso/wr.h"
#include "picture_support.h"

static const struct png_spec plain = { .colour = 2, .bits = 8, .key = -1 };

static void
small_png(struct perso_buf *ret)
{
	PERSO_PIXELS(px);

	paint(&px, 40, 30, 3);
	make_png(&px, &plain, ret);
}

static void
small_jpeg(const struct jpeg_spec *s, struct perso_buf *ret)
{
	PERSO_PIXELS(px);

	paint(&px, 40, 30, 3);
	make_jpeg(&px, s, ret);
}

static void
small_j2k(const struct j2k_spec *s, struct perso_buf *ret)
{
	PERSO_PIXELS(px);

	paint(&px, 40, 30, 3);
	make_j2k(&px, s, ret);
}

Test(refuse, what_is_no_picture)
{
	PERSO_BUF(file, FILE_MAX);

	refuse(&file, PERSO_E_UNSUPPORTED, "neither JPEG");
	cr_assert_eq(
	    perso_buf_set(&file, perso_span_str("GIF89a......")), PERSO_OK);
	refuse(&file, PERSO_E_UNSUPPORTED, "neither JPEG");
}

/* Every file cut short is refused, wherever it was cut. */
static void
cut(const struct perso_buf *whole, size_t step)
{
	for (size_t n = 1; n < whole->n; n += step) {
		PERSO_BUF(file, FILE_MAX);
		PERSO_PIXELS(px);

		cr_assert_eq(perso_buf_set(&file,
				 perso_span_sub(perso_buf_span(whole), 0, n)),
		    PERSO_OK);
		cr_assert_neq(
		    perso_picture_decode(perso_buf_span(&file), NULL, &px),
		    PERSO_OK, "%zu of %zu", n, whole->n);
		cr_assert_null(px.data.p);
	}
}

Test(refuse, cut_files)
{
	PERSO_BUF(png, FILE_MAX);
	PERSO_BUF(jpeg, FILE_MAX);
	PERSO_BUF(jp2, FILE_MAX);

	small_png(&png);
	small_jpeg(&(struct jpeg_spec){ .quality = 60 }, &jpeg);
	small_j2k(&(struct j2k_spec){ .components = 3, .bits = 8, .space = 16 },
	    &jp2);
	cut(&png, 7);
	cut(&jpeg, 3);
	cut(&jp2, 11);
}

/* Truncated inside and closed again, so that the headers are whole. */
Test(refuse, jpeg_whose_scan_ends_early)
{
	PERSO_BUF(file, FILE_MAX);

	small_jpeg(&(struct jpeg_spec){ .quality = 60 }, &file);
	perso_buf_remove(&file, file.n - 120, 118);
	refuse(&file, PERSO_E_DATA, "libjpeg: ");
}

Test(refuse, png_with_a_wrong_checksum_or_broken_data)
{
	PERSO_BUF(file, FILE_MAX);

	small_png(&file);
	file.p[60] ^= 0x40;
	refuse(&file, PERSO_E_DATA, "libpng: ");
	perso_buf_clear(&file);
	small_png(&file);
	file.p[31] ^= 1; /* checksum of IHDR */
	refuse(&file, PERSO_E_DATA, "libpng: ");
}

Test(refuse, giants_by_their_headers)
{
	static const struct perso_picture_limits small = {
		.bytes = 100, .width = 30, .height = 30, .pixels = 600
	};
	PERSO_BUF(png, FILE_MAX);
	PERSO_BUF(jpeg, FILE_MAX);
	PERSO_BUF(jp2, FILE_MAX);
	PERSO_PIXELS(px);
	struct perso_picture_limits l = small;

	small_png(&png);
	cr_assert_eq(
	    perso_picture_decode(perso_buf_span(&png), &l, &px), PERSO_E_RANGE);
	cr_assert_not_null(strstr(perso_trail_get(0), "bytes, at most 100"));
	l.bytes = FILE_MAX;
	cr_assert_eq(
	    perso_picture_decode(perso_buf_span(&png), &l, &px), PERSO_E_RANGE);
	cr_assert_str_eq(perso_trail_get(0),
	    "40 x 30 pixels, at most 30 x 30 and 600 in all");
	l.width = 40;
	cr_assert_eq(
	    perso_picture_decode(perso_buf_span(&png), &l, &px), PERSO_E_RANGE);
	l.pixels = 1200;
	cr_assert_eq(
	    perso_picture_decode(perso_buf_span(&png), &l, &px), PERSO_OK);

	/* headers only: 30000 x 30000, where nothing else was changed */
	small_jpeg(&(struct jpeg_spec){ .quality = 60 }, &jpeg);
	for (size_t i = 0; i + 8 < jpeg.n; i++)
		if (jpeg.p[i] == 0xFF && jpeg.p[i + 1] == 0xC0) {
			jpeg.p[i + 5] = jpeg.p[i + 7] = 0x75;
			jpeg.p[i + 6] = jpeg.p[i + 8] = 0x30;
			break;
		}
	refuse(&jpeg, PERSO_E_RANGE, "30000 x 30000 pixels, at most");
	small_j2k(&(struct j2k_spec){ .components = 3, .bits = 8 }, &jp2);
	jp2.p[8] = jp2.p[12] = 0x40;
	refuse(&jp2, PERSO_E_RANGE, "pixels, at most");
}

Test(refuse, a_png_that_inflates_beyond_its_picture)
{
	PERSO_PIXELS(px);
	PERSO_BUF(file, FILE_MAX);

	/* black, 5 kB of file for 42 MB of pixels */
	cr_assert_eq(perso_pixels_init(&px, 16000, 2622, 1), PERSO_OK);
	make_png(&px, &(struct png_spec){ .colour = 0, .bits = 1, .key = -1 },
	    &file);
	cr_assert(file.n < 16384, "%zu", file.n);
	refuse(&file, PERSO_E_RANGE, "16000 x 2622 pixels, at most");
}

Test(refuse, animated_png)
{
	PERSO_BUF(file, FILE_MAX);

	small_png(&file);
	insert_chunk(&file, "acTL", perso_span("\0\0\0\2\0\0\0\0", 8));
	refuse(&file, PERSO_E_UNSUPPORTED, "animated (acTL at offset 33)");
}

/* Text is not even inflated: what a zTXt holds, or how much it would become,
 * does not matter. */
Test(refuse, nothing_for_text_that_does_not_inflate)
{
	PERSO_BUF(file, FILE_MAX);
	PERSO_PIXELS(px);

	small_png(&file);
	insert_chunk(&file, "zTXt", perso_span("Name\0\0garbage", 13));
	insert_chunk(&file, "iTXt", perso_span("Name\0\1\0\0\0garbage", 16));
	decode(&file, &px);
}

Test(refuse, a_png_of_thousands_of_chunks)
{
	PERSO_BUF(file, FILE_MAX);
	PERSO_BUF(many, FILE_MAX);

	small_png(&file);
	insert_chunk(&file, "prVt", PERSO_SPAN_EMPTY);
	for (int i = 0; i < PERSO_PICTURE_CHUNKS; i++)
		cr_assert_eq(perso_buf_append(&many,
				 perso_span_sub(perso_buf_span(&file), 33, 12)),
		    PERSO_OK);
	cr_assert_eq(
	    perso_buf_insert(&file, 33, perso_buf_span(&many)), PERSO_OK);
	refuse(&file, PERSO_E_RANGE, "more than 4096 chunks");
}

Test(refuse, profiles_that_are_none_or_of_another_colour)
{
	PERSO_BUF(icc, FILE_MAX);
	PERSO_BUF(garbage, FILE_MAX);
	PERSO_BUF(long_one, 2 * PERSO_PICTURE_ICC);
	PERSO_BUF(file, FILE_MAX);
	struct jpeg_spec s = { .quality = 90 };

	make_icc(true, &icc);
	s.icc = perso_buf_span(&icc);
	small_jpeg(&s, &file);
	refuse(&file, PERSO_E_MISMATCH, "ICC profile of colour space 47524159");
	cr_assert_eq(perso_buf_resize(&garbage, 300), PERSO_OK);
	s.icc = perso_buf_span(&garbage);
	small_jpeg(&s, &file);
	refuse(&file, PERSO_E_DATA, "ICC profile: ");
	cr_assert_eq(
	    perso_buf_resize(&long_one, PERSO_PICTURE_ICC + 1), PERSO_OK);
	s.icc = perso_buf_span(&long_one);
	small_jpeg(&s, &file);
	refuse(&file, PERSO_E_RANGE, "ICC profile");
}

Test(refuse, an_icc_profile_with_a_chunk_too_few)
{
	PERSO_BUF(icc, FILE_MAX);
	PERSO_BUF(file, FILE_MAX);
	struct jpeg_spec s = { .quality = 90 };

	make_icc(false, &icc);
	s.icc = perso_buf_span(&icc);
	small_jpeg(&s, &file);
	for (size_t i = 0; i + 14 < file.n; i++)
		if (memcmp(file.p + i, "ICC_PROFILE", 12) == 0) {
			file.p[i + 13] = 2;
			break;
		}
	refuse(&file, PERSO_E_MISSING, "1 of 2 chunks");
}

Test(refuse, colours_of_a_press_and_other_kinds_of_jpeg)
{
	PERSO_BUF(file, FILE_MAX);

	small_jpeg(
	    &(struct jpeg_spec){ .quality = 90, .space = JCS_CMYK }, &file);
	refuse(&file, PERSO_E_UNSUPPORTED, "CMYK");
	small_jpeg(
	    &(struct jpeg_spec){ .quality = 90, .space = JCS_YCCK }, &file);
	refuse(&file, PERSO_E_UNSUPPORTED, "CMYK");
	small_jpeg(
	    &(struct jpeg_spec){ .quality = 90, .arithmetic = true }, &file);
	refuse(&file, PERSO_E_UNSUPPORTED, "SOF9");
}

/* A progressive file whose last scan comes again and again. */
Test(refuse, a_jpeg_of_hundreds_of_scans)
{
	PERSO_BUF(file, FILE_MAX);
	PERSO_BUF(scan, FILE_MAX);
	size_t at = 0;

	small_jpeg(
	    &(struct jpeg_spec){ .quality = 50, .progressive = true }, &file);
	for (size_t i = 0; i + 1 < file.n; i++)
		if (file.p[i] == 0xFF && file.p[i + 1] == 0xDA)
			at = i;
	cr_assert_eq(perso_buf_set(&scan, perso_span_sub(perso_buf_span(&file),
					      at, file.n - 2 - at)),
	    PERSO_OK);
	for (int i = 0; i < 100; i++)
		cr_assert_eq(perso_buf_insert(&file, at, perso_buf_span(&scan)),
		    PERSO_OK);
	refuse(&file, PERSO_E_RANGE, "more than 64 scans");
}

Test(refuse, exif_that_points_outside)
{
	PERSO_BUF(file, FILE_MAX);
	struct jpeg_spec s = { .quality = 90,
		.exif = perso_span("MM\0\52\0\0\1\0\0\0", 10) };

	small_jpeg(&s, &file);
	refuse(&file, PERSO_E_TRUNCATED, "EXIF at offset");
	s.exif = perso_span("XX\0\52\0\0\0\10\0\0", 10);
	small_jpeg(&s, &file);
	refuse(&file, PERSO_E_DATA, "no TIFF header");
	s.exif = perso_span("MM\0\52\0\0\0\10\377\377", 10);
	small_jpeg(&s, &file);
	refuse(&file, PERSO_E_RANGE, "directory of 65535 entries");
}

/* ---- JPEG 2000 ------------------------------------------------------------ */

static void
box_behind_ihdr(struct perso_buf *jp2, struct perso_span box)
{
	cr_assert_eq(perso_buf_insert(jp2, 62, box), PERSO_OK);
	jp2->p[35] = (uint8_t)(jp2->p[35] + box.n);
}

Test(refuse, jpeg_2000_of_other_colours)
{
	static const struct {
		struct j2k_spec s;
		struct perso_span box;
		perso_rc rc;
		const char *words;
	} cases[] = {
		{ { .components = 3, .bits = 8, .space = 12 }, { 0 },
		    PERSO_E_UNSUPPORTED, "colour space 12 at offset 62" },
		{ { .components = 3, .bits = 8, .space = 17 }, { 0 },
		    PERSO_E_MISMATCH, "colour space 17" },
		{ { .components = 4, .bits = 8 }, { 0 }, PERSO_E_UNSUPPORTED,
		    "4 components" },
		{ { .components = 2, .bits = 8 }, { 0 }, PERSO_E_UNSUPPORTED,
		    "2 components" },
		{ { .components = 3, .bits = 8, .step = 3 }, { 0 },
		    PERSO_E_UNSUPPORTED, "component 1 subsampled 3 x 3" },
		{ { .components = 1, .bits = 20 }, { 0 }, PERSO_E_UNSUPPORTED,
		    "component 0 of 20 bits" },
		{ { .components = 3, .bits = 8, .space = 16 },
		    { (const uint8_t *)"\0\0\0\15pclr\0\1\1\7\0", 13 },
		    PERSO_E_UNSUPPORTED, "a palette at offset 62" },
		{ { .components = 3, .bits = 8, .space = 16 },
		    { (const uint8_t *)"\0\0\0\20cdef\0\1\0\0\0\0\0\2", 16 },
		    PERSO_E_UNSUPPORTED, "cdef box at offset 62" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		PERSO_BUF(file, FILE_MAX);

		small_j2k(&cases[i].s, &file);
		if (cases[i].box.n > 0)
			box_behind_ihdr(&file, cases[i].box);
		refuse(&file, cases[i].rc, cases[i].words);
	}
}

/* XTsiz and YTsiz stand at 24 and 28 of a codestream. */
Test(refuse, jpeg_2000_of_a_thousand_tiles)
{
	PERSO_BUF(file, FILE_MAX);

	small_j2k(&(struct j2k_spec){ .components = 3, .bits = 8 }, &file);
	file.p[27] = file.p[31] = 1;
	refuse(&file, PERSO_E_RANGE, "1200 tiles, at most 1024");
	file.p[27] = 0;
	refuse(&file, PERSO_E_RANGE, "SIZ");
}

/* Every byte of the main header in turn is made FF, and some of the packets:
 * refused or decoded, never more than that. */
Test(refuse, jpeg_2000_with_hostile_markers)
{
	PERSO_BUF(good, FILE_MAX);
	size_t refused = 0;

	small_j2k(&(struct j2k_spec){ .components = 3, .bits = 8 }, &good);
	for (size_t i = 2; i < 140; i++) {
		PERSO_BUF(file, FILE_MAX);
		PERSO_PIXELS(px);

		cr_assert_eq(
		    perso_buf_set(&file, perso_buf_span(&good)), PERSO_OK);
		file.p[i] = 0xFF;
		refused += perso_picture_decode(
			       perso_buf_span(&file), NULL, &px) != PERSO_OK;
	}
	cr_assert(refused > 60, "%zu", refused);
}

/* ---- the helper process ---------------------------------------------------- */

/* Begun and ended; *taken: whether there was a result. */
static perso_rc
run_to_end(const struct bio_sandbox *s, int *taken)
{
	BIO_SANDBOX_CHILD(c);
	struct perso_span result = PERSO_SPAN_EMPTY;
	perso_rc rc;

	*taken = 0;
	PERSO_TRY(bio_sandbox_begin(s, &c));
	rc = bio_sandbox_end(s, &c, &result);
	*taken = result.n != 0;
	return rc;
}

static perso_rc
run_in_sandbox(perso_rc (*work)(void *ctx, uint8_t *result), int *taken)
{
	struct bio_sandbox s = { .memory = (size_t)64 << 20,
		.cpu_s = 1,
		.timeout_ms = 5000,
		.result = 8192,
		.work = work };

	return run_to_end(&s, taken);
}

static perso_rc
open_file(void *ctx, uint8_t *result)
{
	(void)ctx;
	result[0] = (uint8_t)open("/etc/hostname", O_RDONLY);
	return PERSO_OK;
}

static perso_rc
open_socket(void *ctx, uint8_t *result)
{
	(void)ctx;
	result[0] = (uint8_t)socket(AF_INET, SOCK_STREAM, 0);
	return PERSO_OK;
}

static perso_rc
write_out(void *ctx, uint8_t *result)
{
	(void)ctx;
	result[0] = (uint8_t)write(1, "x", 1);
	return PERSO_OK;
}

static perso_rc
start_program(void *ctx, uint8_t *result)
{
	char *argv[] = { (char *)(uintptr_t) "true", NULL };

	(void)ctx;
	(void)result;
	execv("/bin/true", argv);
	return PERSO_OK;
}

static perso_rc
start_process(void *ctx, uint8_t *result)
{
	(void)ctx;
	result[0] = syscall(SYS_fork) == 0;
	return PERSO_OK;
}

static perso_rc
signal_parent(void *ctx, uint8_t *result)
{
	(void)ctx;
	(void)result;
	syscall(SYS_kill, 1, 0);
	return PERSO_OK;
}

static perso_rc
map_code(void *ctx, uint8_t *result)
{
	(void)ctx;
	result[0] = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
	return PERSO_OK;
}

static perso_rc
make_code(void *ctx, uint8_t *result)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)ctx;
	result[0] = mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
	return PERSO_OK;
}

static perso_rc
map_file(void *ctx, uint8_t *result)
{
	(void)ctx;
	result[0] =
	    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0) == MAP_FAILED;
	return PERSO_OK;
}

Test(sandbox, every_way_out_is_a_killed_child)
{
	static const struct {
		const char *name;
		perso_rc (*work)(void *ctx, uint8_t *result);
	} cases[] = { { "open", open_file }, { "socket", open_socket },
		{ "write", write_out }, { "execve", start_program },
		{ "fork", start_process }, { "kill", signal_parent },
		{ "mmap of code", map_code }, { "mprotect", make_code },
		{ "mmap of a file", map_file } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int taken;

		cr_assert_eq(run_in_sandbox(cases[i].work, &taken),
		    PERSO_E_DATA, "%s", cases[i].name);
		cr_assert_not_null(strstr(perso_trail_get(0),
				       "killed: it made a forbidden system "
				       "call"),
		    "%s: %s", cases[i].name, perso_trail_get(0));
		cr_assert_eq(taken, 0);
	}
}

static perso_rc
compute(void *ctx, uint8_t *result)
{
	void *p = malloc(1 << 20);

	(void)ctx;
	memset(p, 7, 1 << 20);
	result[8191] = ((uint8_t *)p)[12345];
	free(p);
	return PERSO_OK;
}

Test(sandbox, what_only_computes_gives_its_result)
{
	BIO_SANDBOX_CHILD(c);
	struct perso_span result;
	struct bio_sandbox s = { .memory = (size_t)64 << 20,
		.cpu_s = 1,
		.timeout_ms = 5000,
		.result = 8192,
		.work = compute };

	cr_assert_eq(bio_sandbox_begin(&s, &c), PERSO_OK);
	cr_assert_eq(bio_sandbox_end(&s, &c, &result), PERSO_OK, "%s",
	    perso_trail_get(0));
	cr_assert_eq(result.n, 8192);
	cr_assert_eq(result.p[8191], 7);
}

static perso_rc
spin(void *ctx, uint8_t *result)
{
	(void)ctx;
	for (;;)
		++*(volatile uint8_t *)result;
	return PERSO_OK;
}

Test(sandbox, a_child_that_hangs_is_killed)
{
	struct bio_sandbox s = { .memory = (size_t)64 << 20,
		.cpu_s = 5,
		.timeout_ms = 200,
		.result = 16,
		.work = spin };
	int taken = 0;

	cr_assert_eq(run_to_end(&s, &taken), PERSO_E_TIMEOUT);
	cr_assert_str_eq(perso_trail_get(0), "not decoded within 200 ms");
	s.cpu_s = 1;
	s.timeout_ms = 20000;
	cr_assert_eq(run_to_end(&s, &taken), PERSO_E_TIMEOUT);
	cr_assert_not_null(strstr(perso_trail_get(0), "too much time"));
	cr_assert_eq(taken, 0);
}

/* It would compute for minutes; nothing of it is left. */
Test(sandbox, what_is_dropped_is_ended)
{
	struct bio_sandbox s = { .cpu_s = 600,
		.timeout_ms = 600000,
		.memory = (size_t)64 << 20,
		.result = 16,
		.work = spin };
	BIO_SANDBOX_CHILD(c);

	cr_assert_eq(bio_sandbox_begin(&s, &c), PERSO_OK);
	bio_sandbox_drop(&c);
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
	cr_assert_eq(errno, ECHILD);
	bio_sandbox_drop(&c);
}

static perso_rc
reach_over(void *ctx, uint8_t *result)
{
	uint8_t *other = *(uint8_t **)ctx;

	(void)result;
	*(volatile uint8_t *)(other + 4096 + 8191) = 13;
	return PERSO_OK;
}

/* The second may know where the first one's result is: it is not there. */
Test(sandbox, one_child_does_not_see_what_another_makes)
{
	BIO_SANDBOX_CHILD(first);
	BIO_SANDBOX_CHILD(second);
	struct perso_span result;
	uint8_t *there;
	struct bio_sandbox s = { .memory = (size_t)64 << 20,
		.cpu_s = 1,
		.timeout_ms = 5000,
		.result = 8192,
		.work = compute };
	struct bio_sandbox evil = s;

	cr_assert_eq(bio_sandbox_begin(&s, &first), PERSO_OK);
	there = first.shared;
	evil.work = reach_over;
	evil.ctx = &there;
	cr_assert_eq(bio_sandbox_begin(&evil, &second), PERSO_OK);
	cr_assert_eq(bio_sandbox_end(&evil, &second, &result), PERSO_E_DATA);
	cr_assert_eq(bio_sandbox_end(&s, &first, &result), PERSO_OK);
	cr_assert_eq(result.p[8191], 7);
}

static perso_rc
crash(void *ctx, uint8_t *result)
{
	(void)ctx;
	(void)result;
	signal(SIGSEGV, SIG_DFL); /* is forbidden, too */
	raise(SIGSEGV);
	return PERSO_OK;
}

#ifndef __SANITIZE_ADDRESS__
static perso_rc
overflow(void *ctx, uint8_t *result)
{
	(void)ctx;
	for (size_t i = 0;; i += 4096)
		((volatile uint8_t *)result)[i] = 1;
	return PERSO_OK;
}
#endif

static perso_rc
refuse_with_words(void *ctx, uint8_t *result)
{
	(void)ctx;
	(void)result;
	PERSO_FAIL(PERSO_E_SIGNATURE, "bad\x01\xff words");
}

Test(sandbox, crashes_and_refusals_say_so)
{
	int taken;

	cr_assert_eq(run_in_sandbox(crash, &taken), PERSO_E_DATA);
	cr_assert_eq(run_in_sandbox(refuse_with_words, &taken), PERSO_E_DATA);
	cr_assert_str_eq(perso_trail_get(0), "bad?? words");
#ifndef __SANITIZE_ADDRESS__
	/* AddressSanitizer's own handler would have to print first */
	cr_assert_eq(run_in_sandbox(overflow, &taken), PERSO_E_DATA);
	cr_assert_str_eq(
	    perso_trail_get(0), "helper process crashed with signal 11");
#endif
	cr_assert_eq(taken, 0);
}

#ifndef __SANITIZE_ADDRESS__
static perso_rc
eat_memory(void *ctx, uint8_t *result)
{
	(void)ctx;
	for (int i = 0; i < 4096; i++) {
		volatile uint8_t *p = malloc(1 << 20);

		if (p == NULL)
			PERSO_FAIL(PERSO_E_NOMEM, "no more after %d MiB", i);
		p[0] = result[0];
	}
	return PERSO_OK;
}

Test(sandbox, memory_has_an_end)
{
	int taken;

	cr_assert_eq(run_in_sandbox(eat_memory, &taken), PERSO_E_NOMEM);
	cr_assert_not_null(strstr(perso_trail_get(0), "no more after"));
	/* malloc has reserved some of a thread before */
	cr_assert(atoi(perso_trail_get(0) + 14) <= 64 + 128, "%s",
	    perso_trail_get(0));
}
#endif

Test(sandbox, no_child_and_no_descriptor_is_left)
{
	PERSO_BUF(file, FILE_MAX);
	int before = dup(0), after;

	close(before);
	small_j2k(&(struct j2k_spec){ .components = 3, .bits = 8 }, &file);
	for (int i = 0; i < 20; i++) {
		PERSO_PIXELS(px);

		decode(&file, &px);
	}
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
	cr_assert_eq(errno, ECHILD);
	after = dup(0);
	close(after);
	cr_assert_eq(before, after);
}

/* Several at once, ended in another order, one given up. */
Test(sandbox, decodings_run_beside_each_other)
{
	struct perso_picture_decoding *d[3] = { NULL };
	PERSO_BUF(file, FILE_MAX);
	PERSO_PIXELS(alone);
	PERSO_PIXELS(first);
	PERSO_PIXELS(last);

	small_j2k(&(struct j2k_spec){ .components = 3, .bits = 8 }, &file);
	decode(&file, &alone);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(perso_picture_decode_begin(
				 perso_buf_span(&file), NULL, &d[i]),
		    PERSO_OK);
	cr_assert_eq(perso_picture_decode_end(&d[2], &last), PERSO_OK);
	perso_picture_decode_drop(&d[1]);
	cr_assert_eq(perso_picture_decode_end(&d[0], &first), PERSO_OK);
	for (int i = 0; i < 3; i++)
		cr_assert_null(d[i]);
	cr_assert(perso_span_equal(
	    perso_buf_span(&first.data), perso_buf_span(&alone.data)));
	cr_assert(perso_span_equal(
	    perso_buf_span(&last.data), perso_buf_span(&alone.data)));
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
}

Test(sandbox, threads_asked_for_by_the_environment_are_not_started)
{
	PERSO_BUF(file, FILE_MAX);
	PERSO_PIXELS(px);

	setenv("OPJ_NUM_THREADS", "4", 1);
	small_j2k(&(struct j2k_spec){ .components = 3, .bits = 8 }, &file);
	decode(&file, &px);
	unsetenv("OPJ_NUM_THREADS");
}
