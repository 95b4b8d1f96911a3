/*
 * gen-mrz FOLDER OUTPUT: compiles transliteration.txt, states.txt and
 * documents.txt of the folder into the const tables of src/mrz. The formats
 * are described at the top of each file. Errors are reported as file:line.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS 16
#define ROWS 1024
#define TEXT 160

/* What is sorted: a key for order and uniqueness, and the C initialiser. */
struct row {
	char key[40];
	char text[TEXT];
	int line;
};

struct table {
	const char *declaration;
	struct row row[ROWS];
	size_t n;
};

static struct table letters = { .declaration =
				    "struct mrz_letter mrz_letters" };
static struct table lowers = { .declaration = "struct mrz_lower mrz_lowers" };
static struct table pairs = { .declaration = "struct mrz_pair mrz_pairs" };
static struct table variants = { .declaration =
				     "struct mrz_variant mrz_variants" };
static struct table states = { .declaration = "struct perso_state mrz_states" };
static struct table alpha2s = { .declaration = "struct mrz_alpha2 mrz_alpha2" };
static struct table firsts = { .declaration = "struct mrz_first mrz_firsts" };
static struct table documents = {
	.declaration = "struct perso_mrz_document mrz_documents"
};

static const char *const date_name[] = { "second-letter-in-table",
	"second-letter-required", "no-second-letter-expires" };
static const char *const date_var[] = { "mrz_second_in_table",
	"mrz_second_required", "mrz_no_second_expires" };
static char date_text[3][TEXT];

static const char *file;
static int line;

static void
die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static struct row *
add(struct table *t, const char *key)
{
	struct row *r = &t->row[t->n];

	if (t->n == ROWS)
		die("more than %d entries", ROWS);
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->row[i].key, key) == 0)
			die("the same as line %d", t->row[i].line);
	snprintf(r->key, sizeof(r->key), "%s", key);
	r->line = line;
	t->n++;
	return r;
}

static void set(struct row *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void
set(struct row *r, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(r->text, sizeof(r->text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(r->text))
		die("line too long");
}

static uint32_t
code_point(const char *s)
{
	char *end;
	unsigned long v = strtoul(s, &end, 16);

	if (strlen(s) < 4 || !isxdigit((unsigned char)*s) || *end != '\0' ||
	    v < 0x20 || v > 0x10FFFF)
		die("\"%s\" is not a code point", s);
	return (uint32_t)v;
}

static bool
all_upper(const char *s, size_t n)
{
	if (n == 0)
		return false;
	while (n-- > 0)
		if (s[n] < 'A' || s[n] > 'Z')
			return false;
	return true;
}

/* Alternatives joined by '|', each of letters. */
static void
check_alternatives(const char *s)
{
	for (;;) {
		size_t n = strcspn(s, "|");

		if (n > 4 || !all_upper(s, n))
			die("\"%s\" is no transliteration", s);
		if (s[n] == '\0')
			return;
		s += n + 1;
	}
}

/* --- transliteration.txt ------------------------------------------------ */

static const char *
language(const char *two)
{
	static const char *const l[][2] = { { "be", "BELARUSIAN" },
		{ "bg", "BULGARIAN" }, { "mk", "MACEDONIAN" },
		{ "sr", "SERBIAN" }, { "uk", "UKRAINIAN" } };

	for (size_t i = 0; i < sizeof(l) / sizeof(l[0]); i++)
		if (strncmp(two, l[i][0], 2) == 0)
			return l[i][1];
	die("\"%.2s\" is not a language", two);
	return NULL;
}

static void
add_variant(uint32_t cp, const char *word)
{
	const char *name = strlen(word) > 3 ? language(word) : NULL;
	bool first = name != NULL && word[2] == '^';
	const char *mrz = name == NULL ? "" : word + 2 + first;
	char key[40];

	if (*mrz != '=')
		die("\"%s\" is not understood", word);
	check_alternatives(mrz + 1);
	snprintf(key, sizeof(key), "%06X %.2s", cp, word);
	set(add(&variants, key), "{ 0x%04X, PERSO_MRZ_LANG_%s, %s, \"%s\" }",
	    cp, name, first ? "true" : "false", mrz + 1);
}

static void
add_attribute(uint32_t cp, const char *word)
{
	char key[40], base[8];
	const char *plus;

	if (strncmp(word, "lower=", 6) == 0) {
		uint32_t lower = code_point(word + 6);

		snprintf(key, sizeof(key), "%06X", lower);
		set(add(&lowers, key), "{ 0x%04X, 0x%04X }", lower, cp);
	} else if (strncmp(word, "nfd=", 4) == 0) {
		plus = strchr(word, '+');
		if (plus == NULL || plus - word - 4 > 6)
			die("\"%s\" is not BASE+MARK", word);
		snprintf(base, sizeof(base), "%.*s", (int)(plus - word - 4),
		    word + 4);
		snprintf(key, sizeof(key), "%06X %06X", code_point(base),
		    code_point(plus + 1));
		set(add(&pairs, key), "{ 0x%04X, 0x%04X, 0x%04X }",
		    code_point(base), code_point(plus + 1), cp);
	} else {
		add_variant(cp, word);
	}
}

static void
add_letter(char **w, size_t n, bool is_sign)
{
	uint32_t cp = n < 3 ? 0 : code_point(w[1]);
	char key[40], *slash;
	struct row *r;

	if (n < 3 || (is_sign && n != 3))
		die("expected %s CODEPOINT MRZ", w[0]);
	snprintf(key, sizeof(key), "%06X", cp);
	r = add(&letters, key);
	slash = strchr(w[2], '/');
	if (strcmp(w[2], "-") == 0) {
		set(r, "{ 0x%04X, MRZ_OMIT, \"\", NULL }", cp);
	} else if (is_sign) {
		if (strcmp(w[2], "<") != 0)
			die("a sign is \"<\" or \"-\"");
		set(r, "{ 0x%04X, MRZ_SEPARATOR, \"\", NULL }", cp);
	} else if (strcmp(w[2], "+") == 0) {
		set(r, "{ 0x%04X, MRZ_DOUBLE, \"\", NULL }", cp);
	} else if (slash != NULL) {
		*slash = '\0';
		check_alternatives(w[2]);
		check_alternatives(slash + 1);
		set(r, "{ 0x%04X, MRZ_LETTER, \"%s\", \"%s\" }", cp, w[2],
		    slash + 1);
	} else {
		check_alternatives(w[2]);
		set(r, "{ 0x%04X, MRZ_LETTER, \"%s\", NULL }", cp, w[2]);
	}
	for (size_t i = 3; i < n; i++)
		add_attribute(cp, w[i]);
}

static void
read_letter(char **w, size_t n)
{
	if (strcmp(w[0], "letter") == 0)
		add_letter(w, n, false);
	else if (strcmp(w[0], "sign") == 0)
		add_letter(w, n, true);
	else
		die("\"%s\" is not letter or sign", w[0]);
}

/* --- states.txt --------------------------------------------------------- */

static void
read_state(char **w, size_t n)
{
	static const char name[] = "INDS";
	unsigned flags = 0;

	if (n != 3)
		die("expected CODE ALPHA2 FLAGS");
	if (strlen(w[0]) > 3 || !all_upper(w[0], strlen(w[0])))
		die("\"%s\" is no state code", w[0]);
	if (strcmp(w[1], "-") != 0 &&
	    (strlen(w[1]) != 2 || !all_upper(w[1], 2)))
		die("\"%s\" is not two letters", w[1]);
	for (const char *f = w[2]; *f != '\0' && strcmp(w[2], "-") != 0; f++) {
		const char *p = strchr(name, *f);

		if (p == NULL)
			die("\"%c\" is not a flag", *f);
		flags |= 1u << (p - name);
	}
	set(add(&states, w[0]), "{ \"%s\", \"%s\", 0x%02X }", w[0],
	    *w[1] == '-' ? "" : w[1], flags);
}

static int compare_rows(const void *a, const void *b);

/* By two letters; of several the one that may issue. */
static void
index_states(void)
{
	qsort(states.row, states.n, sizeof(states.row[0]), compare_rows);
	for (int issuers = 1; issuers >= 0; issuers--) {
		for (size_t i = 0; i < states.n; i++) {
			char two[3] = "", code[4] = "";
			unsigned flags = 0;
			bool known = false;

			line = states.row[i].line;
			if (sscanf(states.row[i].text,
				"{ \"%3[A-Z]\", \"%2[A-Z]\", 0x%x }", code, two,
				&flags) != 3)
				continue;
			for (size_t k = 0; k < alpha2s.n; k++)
				known |= strcmp(alpha2s.row[k].key, two) == 0;
			if (!known && (int)(flags & 1) == issuers)
				set(add(&alpha2s, two), "{ \"%s\", %zu }", two,
				    i);
		}
	}
}

/* --- documents.txt ------------------------------------------------------ */

static unsigned
formats(char *list)
{
	static const char *const f[] = { "TD1", "TD2", "TD3", "MRVA", "MRVB" };
	unsigned bits = 0;
	char *save = NULL;

	for (char *w = strtok_r(list, ",", &save); w != NULL;
	     w = strtok_r(NULL, ",", &save)) {
		size_t i = 0;

		while (i < 5 && strcmp(w, f[i]) != 0)
			i++;
		if (i == 5)
			die("\"%s\" is not a format", w);
		bits |= 1u << i;
	}
	return bits;
}

static void
read_first(char **w, size_t n)
{
	const char *not = "";
	bool table;

	if (n < 4 || n > 5 || strlen(w[1]) != 1 || !all_upper(w[1], 1))
		die("expected first LETTER FORMATS table|free [not=LETTERS]");
	table = strcmp(w[3], "table") == 0;
	if (!table && strcmp(w[3], "free") != 0)
		die("\"%s\" is not table or free", w[3]);
	if (n == 5) {
		if (strncmp(w[4], "not=", 4) != 0 ||
		    !all_upper(w[4] + 4, strlen(w[4] + 4)))
			die("\"%s\" is not understood", w[4]);
		not = w[4] + 4;
	}
	set(add(&firsts, w[1]), "{ '%c', 0x%02X, %s, \"%s\" }", *w[1],
	    formats(w[2]), table ? "true" : "false", not );
}

static void
read_code(char **w, size_t n)
{
	size_t at = 3;
	bool crew = n > 3 && strcmp(w[3], "crew") == 0;
	char name[TEXT / 2] = "";

	at += crew;
	if (n <= at || strlen(w[1]) != 2 || !all_upper(w[1], 2))
		die("expected code CODE FORMATS [crew] NAME");
	for (; at < n; at++) {
		size_t len = strlen(name);

		snprintf(name + len, sizeof(name) - len, "%s%s",
		    len > 0 ? " " : "", w[at]);
	}
	if (strpbrk(name, "\"\\") != NULL)
		die("a name has no quotation marks");
	set(add(&documents, w[1]), "{ \"%s\", 0x%02X, %s, \"%s\" }", w[1],
	    formats(w[2]), crew ? "true" : "false", name);
}

static void
read_date(char **w, size_t n)
{
	int y, m, d, used = 0;

	if (n != 3 || strlen(w[2]) != 10 ||
	    sscanf(w[2], "%4d-%2d-%2d%n", &y, &m, &d, &used) != 3 ||
	    used != 10 || m < 1 || m > 12 || d < 1 || d > 31)
		die("expected date NAME YYYY-MM-DD");
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(w[1], date_name[i]) != 0)
			continue;
		if (date_text[i][0] != '\0')
			die("the date stands here twice");
		snprintf(date_text[i], sizeof(date_text[i]), "{ %d, %d, %d }",
		    y, m, d);
		return;
	}
	die("\"%s\" is not a date of the table", w[1]);
}

static void
read_document(char **w, size_t n)
{
	if (strcmp(w[0], "first") == 0)
		read_first(w, n);
	else if (strcmp(w[0], "code") == 0)
		read_code(w, n);
	else if (strcmp(w[0], "date") == 0)
		read_date(w, n);
	else
		die("\"%s\" is not first, code or date", w[0]);
}

/* --- Reading and writing ------------------------------------------------ */

static void
read_file(const char *dir, const char *name, void (*each)(char **, size_t))
{
	char path[4096], buf[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = path;
	line = 0;
	f = fopen(path, "r");
	if (f == NULL)
		die("%s", strerror(errno));
	while (fgets(buf, sizeof(buf), f) != NULL) {
		char *w[WORDS], *save = NULL;
		size_t n = 0;

		line++;
		if (strchr(buf, '\n') == NULL && !feof(f))
			die("line too long");
		buf[strcspn(buf, "#\r\n")] = '\0';
		for (char *p = strtok_r(buf, " \t", &save); p != NULL;
		     p = strtok_r(NULL, " \t", &save)) {
			if (n == WORDS)
				die("more than %d words", WORDS);
			w[n++] = p;
		}
		if (n > 0)
			each(w, n);
	}
	if (ferror(f))
		die("%s", strerror(errno));
	fclose(f);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static void
write_table(FILE *f, struct table *t)
{
	const char *name = strrchr(t->declaration, ' ') + 1;

	if (t->n == 0)
		die("nothing for %s", name);
	qsort(t->row, t->n, sizeof(t->row[0]), compare_rows);
	fprintf(f, "\nconst %s[] = {\n", t->declaration);
	for (size_t i = 0; i < t->n; i++)
		fprintf(f, "\t%s,\n", t->row[i].text);
	fprintf(f, "};\nconst size_t %s_n = %zu;\n", name, t->n);
}

static void
write_all(FILE *f)
{
	struct table *const t[] = { &letters, &lowers, &pairs, &variants,
		&states, &alpha2s, &firsts, &documents };

	fputs("/* Made by tools/gen-mrz.c from profiles/mrz/. */\n"
	      "#include \"../../src/mrz/mrz_int.h\"\n",
	    f);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		write_table(f, t[i]);
	fputc('\n', f);
	for (size_t i = 0; i < 3; i++)
		fprintf(f, "const struct perso_date %s = %s;\n", date_var[i],
		    date_text[i]);
}

int
main(int argc, char **argv)
{
	char tmp[4096];
	FILE *f;

	if (argc != 3) {
		fputs("usage: gen-mrz FOLDER OUTPUT\n", stderr);
		return 2;
	}
	read_file(argv[1], "transliteration.txt", read_letter);
	read_file(argv[1], "documents.txt", read_document);
	for (size_t i = 0; i < 3; i++)
		if (date_text[i][0] == '\0')
			die("date %s is missing", date_name[i]);
	read_file(argv[1], "states.txt", read_state);
	index_states();

	/* Written aside and renamed: several builds may share the folder. */
	snprintf(tmp, sizeof(tmp), "%s.%ld", argv[2], (long)getpid());
	file = tmp;
	line = 0;
	f = fopen(tmp, "w");
	if (f == NULL)
		die("%s", strerror(errno));
	write_all(f);
	if (fclose(f) != 0 || rename(tmp, argv[2]) != 0)
		die("%s", strerror(errno));
	return 0;
}
