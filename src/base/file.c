#include "perso/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define AUTO_FD(name) __attribute__((cleanup(close_fd))) int name

static perso_rc
read_all(int fd, size_t size, struct perso_buf *b)
{
	size_t at = b->n;

	if (size > b->max - b->n)
		PERSO_FAIL(PERSO_E_RANGE, "%zu bytes, at most %zu are read",
		    size, b->max - b->n);
	PERSO_TRY(perso_buf_resize(b, b->n + size));
	while (at < b->n) {
		ssize_t got = read(fd, b->p + at, b->n - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			PERSO_FAIL(PERSO_E_IO, "read: %s", strerror(errno));
		if (got == 0)
			PERSO_FAIL(PERSO_E_IO, "file shrank while read");
		at += (size_t)got;
	}
	return PERSO_OK;
}

/* see perso/file.h */
perso_rc
perso_file_read(const char *path, struct perso_buf *b)
{
	AUTO_FD(fd) = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	size_t n = b->n;
	perso_rc rc;

	if (fd < 0)
		PERSO_FAIL(PERSO_E_IO, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		PERSO_FAIL(PERSO_E_IO, "%s: not a regular file", path);
	rc = read_all(fd, (size_t)st.st_size, b);
	if (rc != PERSO_OK) {
		perso_buf_remove(b, n, b->n - n);
		perso_trail_add("%s", path);
	}
	return rc;
}

static perso_rc
write_all(int fd, struct perso_span s)
{
	while (s.n > 0) {
		ssize_t put = write(fd, s.p, s.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			PERSO_FAIL(PERSO_E_IO, "write: %s", strerror(errno));
		s = perso_span_sub(s, (size_t)put, s.n);
	}
	if (fsync(fd) != 0)
		PERSO_FAIL(PERSO_E_IO, "fsync: %s", strerror(errno));
	return PERSO_OK;
}

/* The entry in the folder must survive as well. */
static perso_rc
sync_folder(const char *path)
{
	char dir[PERSO_PATH_MAX];
	const char *slash = strrchr(path, '/');
	int n = slash == NULL ? snprintf(dir, sizeof(dir), ".")
			      : snprintf(dir, sizeof(dir), "%.*s",
				    (int)(slash - path + 1), path);

	if (n < 0 || (size_t)n >= sizeof(dir))
		PERSO_FAIL(PERSO_E_RANGE, "path is too long");
	AUTO_FD(fd) = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		PERSO_FAIL(PERSO_E_IO, "%s: %s", dir, strerror(errno));
	return PERSO_OK;
}

static perso_rc
write_temporary(const char *tmp, struct perso_span s, unsigned mode)
{
	AUTO_FD(fd) =
	    open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);

	if (fd < 0)
		PERSO_FAIL(PERSO_E_IO, "%s: %s", tmp, strerror(errno));
	return write_all(fd, s);
}

/* see perso/file.h */
perso_rc
perso_file_write(const char *path, struct perso_span s, unsigned mode)
{
	static atomic_uint count;
	char tmp[PERSO_PATH_MAX];
	int n = snprintf(tmp, sizeof(tmp), "%s.%ld.%u.tmp", path,
	    (long)getpid(), atomic_fetch_add(&count, 1u));
	perso_rc rc;

	if (n < 0 || (size_t)n >= sizeof(tmp))
		PERSO_FAIL(PERSO_E_RANGE, "path is too long");
	unlink(tmp); /* left by a process of this number that was killed */
	rc = write_temporary(tmp, s, mode);
	if (rc == PERSO_OK && rename(tmp, path) != 0) {
		perso_trail_reset();
		perso_trail_add("rename: %s", strerror(errno));
		rc = PERSO_E_IO;
	}
	if (rc != PERSO_OK) {
		unlink(tmp);
		perso_trail_add("%s", path);
		return rc;
	}
	return sync_folder(path);
}

/* see perso/file.h */
perso_rc
perso_dir_make(const char *path, unsigned mode)
{
	char part[PERSO_PATH_MAX];
	int n = snprintf(part, sizeof(part), "%s", path);
	struct stat st;

	if (n <= 0 || (size_t)n >= sizeof(part))
		PERSO_FAIL(PERSO_E_RANGE, "path is empty or too long");
	for (char *p = part + 1;; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(part, (mode_t)mode) != 0 && errno != EEXIST)
			PERSO_FAIL(PERSO_E_IO, "%s: %s", part, strerror(errno));
		*p = c;
		if (c == '\0')
			break;
	}
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		PERSO_FAIL(PERSO_E_IO, "%s: not a folder", path);
	return PERSO_OK;
}

/* see perso/file.h */
perso_rc
perso_dir_each(
    const char *path, perso_rc (*fn)(void *ctx, const char *name), void *ctx)
{
	struct dirent **list = NULL;
	int n = scandir(path, &list, NULL, alphasort);
	perso_rc rc = PERSO_OK;

	if (n < 0)
		PERSO_FAIL(PERSO_E_IO, "%s: %s", path, strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (rc == PERSO_OK && strcmp(name, ".") != 0 &&
		    strcmp(name, "..") != 0)
			rc = fn(ctx, name);
		free(list[i]);
	}
	free(list);
	return rc;
}

/* see perso/file.h */
perso_rc
perso_path_join(char *dst, size_t cap, const char *dir, const char *name)
{
	int n;

	if (name[0] == '/' || dir[0] == '\0')
		n = snprintf(dst, cap, "%s", name);
	else
		n = snprintf(dst, cap, "%s/%s", dir, name);
	if (n < 0 || (size_t)n >= cap)
		PERSO_FAIL(PERSO_E_RANGE, "path is too long");
	return PERSO_OK;
}
