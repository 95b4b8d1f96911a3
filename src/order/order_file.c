/*
 * Order files and their signatures.
 */
#include <errno.h>
#include <unistd.h>

#include "perso/file.h"

#include "order_int.h"

#define ENDING ".json"

/* see perso/order.h */
perso_rc
perso_order_cms_path(const char *path, char *dst, size_t cap)
{
	size_t n = strlen(path), e = strlen(ENDING);

	if (n <= e || strcmp(path + n - e, ENDING) != 0)
		PERSO_FAIL(PERSO_E_ARG, "%s does not end in " ENDING, path);
	int len = snprintf(dst, cap, "%.*s.p7s", (int)(n - e), path);
	if (len < 0 || (size_t)len >= cap)
		PERSO_FAIL(PERSO_E_RANGE, "path is too long");
	return PERSO_OK;
}

/* see perso/order.h */
perso_rc
perso_order_dir(const char *path, char *dst, size_t cap)
{
	const char *slash = strrchr(path, '/');
	int n = slash == path ? 1 : (int)(slash ? slash - path : 0);
	int len = slash ? snprintf(dst, cap, "%.*s", n, path)
			: snprintf(dst, cap, ".");

	if (len < 0 || (size_t)len >= cap)
		PERSO_FAIL(PERSO_E_RANGE, "path is too long");
	return PERSO_OK;
}

/* see perso/order.h */
perso_rc
perso_order_read(
    const char *path, struct perso_buf *json, struct perso_buf *ret_cms)
{
	char cms[PERSO_PATH_MAX];
	size_t before = json->n;

	PERSO_TRY(perso_order_cms_path(path, cms, sizeof(cms)));
	PERSO_TRY(perso_file_read(path, json));
	if (access(cms, F_OK) != 0 && errno == ENOENT)
		return PERSO_OK;
	perso_rc rc = perso_file_read(cms, ret_cms);
	if (rc != PERSO_OK)
		perso_buf_remove(json, before, json->n - before);
	return rc;
}

/* see perso/order.h */
perso_rc
perso_order_check_file(
    const char *path, struct perso_order_input in, struct perso_order *ret)
{
	char dir[PERSO_PATH_MAX];
	PERSO_BUF(json, PERSO_ORDER_MAX + 1);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX + 1);

	PERSO_TRY(perso_order_dir(path, dir, sizeof(dir)));
	PERSO_TRY(perso_order_read(path, &json, &cms));
	in.json = perso_buf_span(&json);
	in.cms = perso_buf_span(&cms);
	in.dir = dir;
	return perso_order_check(&in, ret);
}
