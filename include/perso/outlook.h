/*
 * What a document profile does on a day and what is going to change: its own
 * dated rules, the days of the policy, the days of document codes. It says
 * who must act and when; it changes nothing.
 */
#ifndef PERSO_OUTLOOK_H
#define PERSO_OUTLOOK_H

#include "perso/profile.h"

enum perso_outlook_kind {
	PERSO_OUTLOOK_CHANGE = 1, /* a rule of the profile begins */
	PERSO_OUTLOOK_BREACH = 2  /* a rule of Doc 9303 is broken from here */
};

struct perso_outlook_row {
	struct perso_date day;
	enum perso_outlook_kind kind;
	char text[160]; /* "access bac, pace -> pace" */
};

#define PERSO_OUTLOOK_MAX 24
struct perso_outlook {
	size_t count; /* ascending days */
	struct perso_outlook_row v[PERSO_OUTLOOK_MAX];
};

/* Everything from `from` (what is broken on that day stands there first) to
 * `until`, both included. policy NULL: the days of document codes only. Each
 * breach once, on the day on which it begins. */
void perso_outlook(const struct perso_policy *policy,
    const struct perso_doc_profile *p, struct perso_date from,
    struct perso_date until, struct perso_outlook *ret);

/* One line of a profile on a day. */
struct perso_profile_line {
	char key[40];	 /* dotted, as in the file: "access" */
	char value[400]; /* for people */
};
#define PERSO_PROFILE_LINES 80
struct perso_profile_view {
	size_t count;
	struct perso_profile_line v[PERSO_PROFILE_LINES];
};

/* What the profile will do for a document issued on that day, complete, in
 * the order of its file; keys that do not apply are left out. */
void perso_profile_view(const struct perso_doc_profile *p,
    struct perso_date day, struct perso_profile_view *ret);

#endif
