#include "perso/date.h"

#include <stdio.h>

static const int month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
	31 };

static bool
is_leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int
days_in(int y, int m)
{
	return month_days[m - 1] + (m == 2 && is_leap(y) ? 1 : 0);
}

/* see perso/date.h */
bool
perso_date_is_valid(struct perso_date d)
{
	return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 &&
	       d.day >= 1 && d.day <= days_in(d.year, d.month);
}

/* see perso/date.h */
int
perso_date_compare(struct perso_date a, struct perso_date b)
{
	int x = a.year * 10000 + a.month * 100 + a.day;
	int y = b.year * 10000 + b.month * 100 + b.day;

	return x < y ? -1 : x > y;
}

/* Digits s[off..off+n) as a number, -1 if one is none. */
static int
number(struct perso_span s, size_t off, size_t n)
{
	int v = 0;

	for (size_t i = off; i < off + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

/* see perso/date.h */
perso_rc
perso_date_parse(struct perso_span text, struct perso_date *ret)
{
	struct perso_date d;

	if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-')
		PERSO_FAIL(PERSO_E_DATA, "date is not YYYY-MM-DD");
	d = (struct perso_date){ number(text, 0, 4), number(text, 5, 2),
		number(text, 8, 2) };
	if (!perso_date_is_valid(d))
		PERSO_FAIL(PERSO_E_DATA, "date does not exist");
	*ret = d;
	return PERSO_OK;
}

/* Days since 1970-01-01, by counting years from March. */
static long
day_number(struct perso_date d)
{
	long y = d.month > 2 ? d.year : d.year - 1;
	long era = y / 400, yoe = y - era * 400;
	long doy =
	    (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* see perso/date.h */
time_t
perso_date_time(struct perso_date d)
{
	return (time_t)day_number(d) * 86400;
}

/* see perso/date.h */
struct perso_date
perso_date_of(time_t t)
{
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		return (struct perso_date){ 0, 0, 0 };
	return (
	    struct perso_date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}

/* see perso/date.h */
struct perso_date
perso_date_add_years(struct perso_date d, int n)
{
	d.year += n;
	if (d.month == 2 && d.day == 29 && !is_leap(d.year))
		d.day = 28;
	return d;
}

/* see perso/date.h */
struct perso_date
perso_date_add_days(struct perso_date d, int n)
{
	return perso_date_of(perso_date_time(d) + (time_t)n * 86400);
}

/* see perso/date.h */
void
perso_time_text(time_t t, char dst[PERSO_TIME_LEN])
{
	struct tm tm;

	dst[0] = '\0';
	if (gmtime_r(&t, &tm) == NULL || tm.tm_year < -1900 ||
	    tm.tm_year > 9999 - 1900)
		return;
	/* strftime's %Y has no leading zeros */
	(void)snprintf(dst, PERSO_TIME_LEN, "%04u-%02u-%02uT%02u:%02u:%02uZ",
	    (unsigned)(tm.tm_year + 1900) % 10000,
	    (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100,
	    (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
	    (unsigned)tm.tm_sec % 100);
}

/* see perso/date.h */
perso_rc
perso_time_parse(struct perso_span text, time_t *ret)
{
	struct perso_date d = { 0 };
	int h, m, s;

	if (text.n != 20 || text.p[10] != 'T' || text.p[13] != ':' ||
	    text.p[16] != ':' || text.p[19] != 'Z')
		PERSO_FAIL(PERSO_E_DATA, "time is not YYYY-MM-DDThh:mm:ssZ");
	PERSO_TRY(perso_date_parse(perso_span(text.p, 10), &d));
	h = number(text, 11, 2);
	m = number(text, 14, 2);
	s = number(text, 17, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
		PERSO_FAIL(PERSO_E_DATA, "time does not exist");
	*ret = perso_date_time(d) + h * 3600 + m * 60 + s;
	return PERSO_OK;
}
