/*
 * Calendar dates of the proleptic Gregorian calendar and UTC times.
 */
#ifndef PERSO_DATE_H
#define PERSO_DATE_H

#include <time.h>

#include "perso/rc.h"
#include "perso/span.h"

struct perso_date {
	int year;  /* 1..9999; 0 = unknown */
	int month; /* 1..12; 0 = unknown */
	int day;   /* 1..31; 0 = unknown */
};

/* Complete and existing in the calendar. */
bool perso_date_is_valid(struct perso_date d);

/* <0, 0, >0; both complete. */
int perso_date_compare(struct perso_date a, struct perso_date b);

/* "YYYY-MM-DD", complete and existing; PERSO_E_DATA. */
PERSO_MUST perso_rc perso_date_parse(
    struct perso_span text, struct perso_date *ret);

/* Of a UTC time. */
struct perso_date perso_date_of(time_t t);
/* 00:00:00 UTC of that day. */
time_t perso_date_time(struct perso_date d);

/* The same day n years on; 29 February becomes 28 where there is none. */
struct perso_date perso_date_add_years(struct perso_date d, int n);
struct perso_date perso_date_add_days(struct perso_date d, int n);

/* "2026-11-22T10:15:00Z" into dst, terminated. */
#define PERSO_TIME_LEN 24
void perso_time_text(time_t t, char dst[PERSO_TIME_LEN]);
PERSO_MUST perso_rc perso_time_parse(struct perso_span text, time_t *ret);

#endif
