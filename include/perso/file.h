/*
 * Whole files, read with a limit and written durably.
 */
#ifndef PERSO_FILE_H
#define PERSO_FILE_H

#include "perso/buf.h"

/* Appends the file to b, whose maximum is the limit. Regular files only.
 * PERSO_E_IO names the path. */
PERSO_MUST perso_rc perso_file_read(const char *path, struct perso_buf *b);

/* Writes a temporary file beside path, fsyncs it, renames it over path and
 * fsyncs the folder: after PERSO_OK the contents survive a power cut, on
 * failure the old file is untouched. mode as for open(2), e.g. 0600. */
PERSO_MUST perso_rc perso_file_write(
    const char *path, struct perso_span s, unsigned mode);

/* As mkdir -p. */
PERSO_MUST perso_rc perso_dir_make(const char *path, unsigned mode);

/* Calls fn with each name in the folder, sorted, without "." and "..";
 * stops at the first error. */
PERSO_MUST perso_rc perso_dir_each(
    const char *path, perso_rc (*fn)(void *ctx, const char *name), void *ctx);

/* dir/name into dst; PERSO_E_RANGE if it does not fit. An absolute name is
 * taken as it is. */
PERSO_MUST perso_rc perso_path_join(
    char *dst, size_t cap, const char *dir, const char *name);
#define PERSO_PATH_MAX 4096

#endif
