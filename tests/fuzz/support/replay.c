/*
 * Feeds files to a fuzz target: the ordinary test run replays each corpus
 * through it, and a finding of the fuzzer is replayed by naming its file.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t files;

static int
one_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *p;
	size_t n;

	if (f == NULL || fstat(fileno(f), &st) != 0) {
		fprintf(stderr, "%s: cannot read\n", path);
		return 1;
	}
	/* exactly the input on the heap, so that ASan sees one byte more */
	p = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	n = fread(p, 1, (size_t)st.st_size, f);
	fclose(f);
	LLVMFuzzerTestOneInput(p, n);
	/* and every prefix of small inputs: a parser meets its end everywhere */
	if (n <= 512) {
		for (size_t i = 0; i < n; i++) {
			uint8_t *q = malloc(i > 0 ? i : 1);

			memcpy(q, p, i);
			LLVMFuzzerTestOneInput(q, i);
			free(q);
		}
	}
	free(p);
	files++;
	return 0;
}

static int
walk(const char *path)
{
	struct stat st;
	struct dirent **list = NULL;
	int n, bad = 0;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return one_file(path);
	n = scandir(path, &list, NULL, alphasort);
	if (n < 0) {
		fprintf(stderr, "%s: cannot read\n", path);
		return 1;
	}
	for (int i = 0; i < n; i++) {
		char sub[4096];

		snprintf(sub, sizeof(sub), "%s/%s", path, list[i]->d_name);
		if (list[i]->d_name[0] != '.')
			bad |= one_file(sub);
		free(list[i]);
	}
	free(list);
	return bad;
}

int
main(int argc, char **argv)
{
	int bad = argc < 2;

	for (int i = 1; i < argc; i++)
		bad |= walk(argv[i]);
	if (bad || files == 0) {
		fprintf(stderr, "%s: no input\n", argv[0]);
		return 1;
	}
	printf("%zu inputs replayed\n", files);
	return 0;
}
