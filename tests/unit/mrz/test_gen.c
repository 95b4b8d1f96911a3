/*
 * The generator's own errors: file and line of a wrong text file.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LETTERS "letter 00C0 A lower=00E0 nfd=0041+0300 uk^=B\nsign 002D <\n"
#define STATES "ABC AB IN\nABD - N\n"
#define DOCUMENTS                                  \
	"first P TD3 table\n"                      \
	"code PP TD3 ordinary\n"                   \
	"date second-letter-in-table 2026-01-01\n" \
	"date second-letter-required 2028-01-01\n" \
	"date no-second-letter-expires 2038-01-01\n"

static void
write_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	cr_assert_not_null(f);
	fputs(text, f);
	fclose(f);
}

static void
remove_files(const char *dir)
{
	static const char *const name[] = { "transliteration.txt", "states.txt",
		"documents.txt", "out.c" };
	char path[256];

	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, name[i]);
		unlink(path);
	}
	rmdir(dir);
}

static const struct {
	const char *letters, *states, *documents, *message;
} t[] = {
	{ LETTERS, STATES, DOCUMENTS, "" },
	{ LETTERS "letter 00C0 A\n", STATES, DOCUMENTS,
	    "transliteration.txt:3: the same as line 1" },
	{ "letter 00C0 a\n", STATES, DOCUMENTS,
	    "transliteration.txt:1: \"a\" is no transliteration" },
	{ "# a comment\n\nletter C0 A\n", STATES, DOCUMENTS,
	    "transliteration.txt:3: \"C0\" is not a code point" },
	{ "letter 00C0 A xx=B\n", STATES, DOCUMENTS,
	    "transliteration.txt:1: \"xx\" is not a language" },
	{ "letter 00C0 A uk^B\n", STATES, DOCUMENTS,
	    "transliteration.txt:1: \"uk^B\" is not understood" },
	{ "letter 00C0 A nfd=0041\n", STATES, DOCUMENTS,
	    "transliteration.txt:1: \"nfd=0041\" is not BASE+MARK" },
	{ "sign 002D A\n", STATES, DOCUMENTS,
	    "transliteration.txt:1: a sign is \"<\" or \"-\"" },
	{ "word 002D A\n", STATES, DOCUMENTS,
	    "transliteration.txt:1: \"word\" is not letter or sign" },
	{ "letter 00C0\n", STATES, DOCUMENTS,
	    "transliteration.txt:1: expected letter CODEPOINT MRZ" },
	{ LETTERS, STATES "ABC AC I\n", DOCUMENTS,
	    "states.txt:3: the same as line 1" },
	{ LETTERS, "ABCD AC I\n", DOCUMENTS,
	    "states.txt:1: \"ABCD\" is no state code" },
	{ LETTERS, "ABC A I\n", DOCUMENTS,
	    "states.txt:1: \"A\" is not two letters" },
	{ LETTERS, "ABC AB Q\n", DOCUMENTS,
	    "states.txt:1: \"Q\" is not a flag" },
	{ LETTERS, STATES, "first P TD4 table\n",
	    "documents.txt:1: \"TD4\" is not a format" },
	{ LETTERS, STATES, "first P TD3 any\n",
	    "documents.txt:1: \"any\" is not table or free" },
	{ LETTERS, STATES, "code PP TD3\n",
	    "documents.txt:1: expected code CODE FORMATS [crew] NAME" },
	{ LETTERS, STATES, "date some-day 2026-01-01\n",
	    "documents.txt:1: \"some-day\" is not a date of the table" },
	{ LETTERS, STATES, DOCUMENTS "date second-letter-required 2026-13-01\n",
	    "documents.txt:6: expected date NAME YYYY-MM-DD" },
	{ LETTERS, STATES, "first P TD3 table\n",
	    "documents.txt:1: date second-letter-in-table is missing" },
};

Test(gen_mrz, errors_name_file_and_line)
{
	cr_assert_eq(access("build/gen/gen-mrz", X_OK), 0);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char dir[] = "/tmp/perso-gen-XXXXXX";
		char command[256], line[512] = "";
		FILE *p;
		int status;

		cr_assert_not_null(mkdtemp(dir));
		write_file(dir, "transliteration.txt", t[i].letters);
		write_file(dir, "states.txt", t[i].states);
		write_file(dir, "documents.txt", t[i].documents);
		snprintf(command, sizeof(command),
		    "build/gen/gen-mrz %s %s/out.c 2>&1", dir, dir);
		p = popen(command, "r");
		cr_assert_not_null(p);
		(void)!fgets(line, sizeof(line), p);
		status = pclose(p);
		line[strcspn(line, "\n")] = '\0';
		remove_files(dir);
		cr_assert_eq(
		    status == 0, t[i].message[0] == '\0', "%zu %s", i, line);
		if (t[i].message[0] != '\0')
			cr_assert_str_eq(line + strlen(dir) + 1, t[i].message);
	}
}
