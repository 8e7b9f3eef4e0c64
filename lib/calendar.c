/* SPDX-License-Identifier: MIT */
/*
 * calendar.c - seconds since 1970 from a date, and back
 *
 * Years are counted from March: then the leap day is the last of a year, and
 * the days before each month follow one formula (153 days in five months).
 */
#include <kernel/calendar.h>
#include <kernel/math64.h>

#define DAYS_PER_YEAR 365u
/* Days from the 1st of March in year 0 to the 1st of January 1970. */
#define DAYS_TO_1970 719468u
/* In 400 years, which repeat. */
#define DAYS_PER_ERA 146097u
#define SECONDS_PER_DAY 86400u

static bool is_leap(unsigned int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned int days_of_month(unsigned int year, unsigned int month)
{
	if (month == 2)
		return is_leap(year) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool calendar_is_valid(const struct calendar *date)
{
	return date->year >= 1970 && date->year <= 9999 && date->month >= 1 &&
	       date->month <= 12 && date->day >= 1 &&
	       date->day <= days_of_month(date->year, date->month) &&
	       date->hour < 24 && date->minute < 60 && date->second < 60;
}

u64 calendar_to_seconds(const struct calendar *date)
{
	/* January and February belong to the year before. */
	unsigned int year = date->year - (date->month <= 2);
	unsigned int month = (date->month + 9) % 12; /* 0: March */
	unsigned int days = year * DAYS_PER_YEAR + year / 4 - year / 100 +
			    year / 400 + (153 * month + 2) / 5 + date->day - 1 -
			    DAYS_TO_1970;
	unsigned int seconds_of_day =
		(date->hour * 60 + date->minute) * 60 + date->second;

	return (u64)days * SECONDS_PER_DAY + seconds_of_day;
}

void calendar_from_seconds(u64 seconds, struct calendar *date)
{
	u32 rest;
	unsigned int days =
		(unsigned int)div_u64_rem(seconds, SECONDS_PER_DAY, &rest) +
		DAYS_TO_1970;
	unsigned int era = days / DAYS_PER_ERA;
	unsigned int day = days % DAYS_PER_ERA;
	/* Leap days before it are taken out: then years are alike. */
	unsigned int year =
		(day - day / 1460 + day / 36524 - day / (DAYS_PER_ERA - 1)) /
		DAYS_PER_YEAR;
	unsigned int month;

	day -= year * DAYS_PER_YEAR + year / 4 - year / 100;
	month = (5 * day + 2) / 153; /* 0: March */
	*date = (struct calendar){
		.year = era * 400 + year + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = day - (153 * month + 2) / 5 + 1,
		.hour = rest / 3600,
		.minute = rest / 60 % 60,
		.second = rest % 60,
	};
}
