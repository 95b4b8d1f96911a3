/* perso doctor: where pages go, and the fonts that they are drawn with. */
#include <unistd.h>

#include "doctor_int.h"
#include "perso/render.h"
#include "printer.h"

/* The folder, or the nearest one above that is there. */
static void
check_folder(struct doctor *d, const char *folder)
{
	char path[PERSO_PATH_MAX];
	char *slash;

	snprintf(path, sizeof(path), "%s", folder);
	while (access(path, F_OK) != 0 && strchr(path, '/') != NULL &&
	       strcmp(path, "/") != 0) {
		slash = strrchr(path, '/');
		slash[slash == path] = '\0';
	}
	if (access(path, W_OK | X_OK) != 0)
		doctor_add(d, DOCTOR_FAIL, "printer",
		    "correct owner and mode of the folder",
		    "%s cannot be written", path);
	else
		doctor_add(d, DOCTOR_OK, "printer", "", "folder %s", folder);
}

/* The first word, as a shell would look for it. */
static bool
is_found(const char *word)
{
	const char *path = getenv("PATH");
	char file[PERSO_PATH_MAX];

	if (strchr(word, '/') != NULL)
		return access(word, X_OK) == 0;
	while (path != NULL && *path != '\0') {
		size_t n = strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/%s", (int)n, path, word);
		if (n > 0 && access(file, X_OK) == 0)
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

static void
check_command(struct doctor *d, const char *command)
{
	char word[256];
	size_t n;

	command += strspn(command, " \t");
	n = strcspn(command, " \t;|&<>()");
	snprintf(word, sizeof(word), "%.*s", (int)n, command);
	if (n == 0 || strpbrk(word, "$`'\"\\={") != NULL)
		doctor_add(d, DOCTOR_WARN, "printer",
		    "print a page and look at it",
		    "what print-command runs cannot be told");
	else if (!is_found(word))
		doctor_add(d, DOCTOR_FAIL, "printer",
		    "correct print-command, or install it",
		    "%s of print-command is not there", word);
	else
		doctor_add(d, DOCTOR_OK, "printer", "", "command %s", word);
}

static bool
is_first(const struct perso_profiles *set, size_t i)
{
	const char *layout = perso_profiles_doc_at(set, i)->layout;

	for (size_t k = 0; k < i; k++)
		if (strcmp(perso_profiles_doc_at(set, k)->layout, layout) == 0)
			return false;
	return layout[0] != '\0';
}

/* Layouts of documents, each once. Without a printer they only matter to
 * perso render. */
static void
check_layouts(struct doctor *d, enum doctor_level level)
{
	size_t count = 0, bad = 0;

	for (size_t i = 0; i < perso_profiles_doc_count(d->profiles); i++) {
		const char *id = perso_profiles_doc_at(d->profiles, i)->layout;
		PERSO_RENDER(r);

		if (!is_first(d->profiles, i))
			continue;
		count++;
		if (perso_render_open(
			perso_profiles_layout(d->profiles, id), &r) == PERSO_OK)
			continue;
		bad++;
		doctor_trail(d, level, "layouts",
		    "install the font's package, or correct the layout");
	}
	if (bad == 0 && count > 0)
		doctor_add(d, DOCTOR_OK, "layouts", "",
		    "fonts of %zu layouts can be opened", count);
}

/* see doctor_int.h */
void
doctor_printer(struct doctor *d)
{
	struct cli_printer p;
	bool prints = true;

	if (cli_printer_open(d->cli, &d->cfg, &p) != PERSO_OK) {
		doctor_trail(
		    d, DOCTOR_FAIL, "printer", "correct the configuration");
	} else if (p.base.name == NULL) {
		prints = false;
		doctor_add(d, DOCTOR_OK, "printer", "",
		    "none: documents are not printed");
	} else if (p.folder[0] != '\0') {
		check_folder(d, p.folder);
	} else {
		check_command(d, p.command);
	}
	if (d->profiles != NULL)
		check_layouts(d, prints ? DOCTOR_FAIL : DOCTOR_WARN);
}
