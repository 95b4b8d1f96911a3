/* Files of a chip as files of the machine: names, recognition, writing. */
#include "cli_int.h"
#include "perso/tlv.h"

/* see cli_int.h */
void
cli_file_name(const struct perso_lds_file *f, char dst[CLI_FILE_NAME])
{
	snprintf(dst, CLI_FILE_NAME, "%s.bin", f->name);
	for (char *p = dst; *p != '\0'; p++)
		if (*p == '/')
			*p = '-';
}

/* Letters and digits only, in capitals. */
static void
squeeze(const char *name, size_t n, char dst[CLI_FILE_NAME])
{
	size_t k = 0;

	for (size_t i = 0; i < n && k + 1 < CLI_FILE_NAME; i++) {
		char c = name[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 32);
		if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			dst[k++] = c;
	}
	dst[k] = '\0';
}

/* "EF.DG1", "ef_dg1", "DG1", "Datagroup1". */
static const struct perso_lds_file *
find_name(const char *name, size_t n)
{
	char want[CLI_FILE_NAME], have[CLI_FILE_NAME];
	const char *w = want;

	squeeze(name, n, want);
	if (strncmp(w, "EF", 2) == 0)
		w += 2;
	for (size_t i = 0; i < PERSO_LDS_FILES; i++) {
		const struct perso_lds_file *f = &perso_lds_files[i];

		squeeze(f->name, strlen(f->name), have);
		if (strcmp(w, have + 2) == 0)
			return f;
		snprintf(have, sizeof(have), "DATAGROUP%d", f->dg);
		if (f->dg > 0 && strcmp(w, have) == 0)
			return f;
	}
	return NULL;
}

static const struct perso_lds_file *
find_tag(struct perso_span bytes)
{
	struct perso_rd rd = perso_rd(bytes);
	struct perso_tlv t;

	if (perso_tlv_next(&rd, &t) != PERSO_OK)
		return NULL;
	if (t.tag == 0x31)
		return perso_lds_by_fid(true, PERSO_FID_CARD_ACCESS);
	if (t.tag == 0x61 && t.val.n > 0 && t.val.p[0] == 0x4F)
		return perso_lds_by_fid(true, PERSO_FID_DIR);
	return perso_lds_by_tag(t.tag);
}

/* see cli_int.h */
const struct perso_lds_file *
cli_file_find(const char *path, struct perso_span bytes)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	const struct perso_lds_file *f = find_name(name, strlen(name));

	if (f == NULL && dot != NULL)
		f = find_name(name, (size_t)(dot - name));
	return f != NULL ? f : find_tag(bytes);
}

/* see cli_int.h */
perso_rc
cli_image_write(const char *dir, const struct perso_lds_image *img)
{
	PERSO_TRY(perso_dir_make(dir, 0700));
	for (size_t i = 0; i < img->count; i++) {
		char name[CLI_FILE_NAME], path[PERSO_PATH_MAX];

		cli_file_name(img->files[i].file, name);
		PERSO_TRY(perso_path_join(path, sizeof(path), dir, name));
		PERSO_TRY(perso_file_write(
		    path, perso_buf_span(&img->files[i].data), 0600));
	}
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_image_list(struct cli *c, const struct perso_lds_image *img)
{
	json_t *list = json_array();
	CLI_TABLE(table);

	cli_table_begin(&table);
	PERSO_TRY(cli_table_row(&table, "FILE\tID\tBYTES"));
	for (size_t i = 0; i < img->count; i++) {
		const struct perso_lds_file *f = img->files[i].file;
		size_t n = img->files[i].data.n;
		char id[8];

		snprintf(id, sizeof(id), "%04X", f->fid);
		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:I}", "file", f->name, "id",
			      id, "bytes", (json_int_t)n));
		PERSO_TRY(cli_table_row(&table, "%s\t%s\t%zu", f->name, id, n));
	}
	if (c->json) {
		perso_buf_done(&table.text);
		return cli_json(json_pack("{s:o, s:I}", "files", list, "bytes",
		    (json_int_t)perso_lds_image_size(img)));
	}
	json_decref(list);
	cli_table_end(&table);
	cli_print(
	    "%zu files, %zu bytes\n", img->count, perso_lds_image_size(img));
	return PERSO_OK;
}
