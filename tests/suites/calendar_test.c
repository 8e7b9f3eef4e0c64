/* SPDX-License-Identifier: MIT */
/* calendar_test.c - dates in seconds, by a walk over all days and by heart. */
#include <kernel/calendar.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>

#define SECONDS_PER_DAY 86400u

static void well_known_moments_have_their_seconds(struct ktest *t)
{
	static const struct {
		struct calendar date;
		u64 seconds;
	} known[] = {
		{ { 1970, 1, 1, 0, 0, 0 }, 0 },
		{ { 1970, 3, 1, 0, 0, 0 }, 5097600 },
		{ { 2000, 2, 29, 12, 30, 1 }, 951827401 },
		{ { 2001, 9, 9, 1, 46, 40 }, 1000000000 },
		{ { 2038, 1, 19, 3, 14, 8 }, 0x80000000 },
		{ { 2106, 2, 7, 6, 28, 16 }, 0x100000000 },
		{ { 9999, 12, 31, 23, 59, 59 }, 253402300799 },
	};
	struct calendar back;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		KTEST_EXPECT_TRUE(t, calendar_is_valid(&known[i].date));
		KTEST_EXPECT_EQ(t, calendar_to_seconds(&known[i].date),
				known[i].seconds);
		calendar_from_seconds(known[i].seconds, &back);
		KTEST_EXPECT_EQ(t, memcmp(&back, &known[i].date, sizeof(back)),
				0);
	}
}

/* Forward a day: the next valid date, as a person would look it up. */
static void next_day(struct calendar *date)
{
	date->day++;
	if (calendar_is_valid(date))
		return;
	date->day = 1;
	date->month++;
	if (date->month <= 12)
		return;
	date->month = 1;
	date->year++;
}

static void four_centuries_have_every_day_once(struct ktest *t)
{
	struct calendar date = { 1970, 1, 1, 0, 0, 0 };
	u64 want = 0;
	bool agreed = true;

	while (date.year < 2370) {
		agreed = agreed && calendar_to_seconds(&date) == want;
		want += SECONDS_PER_DAY;
		next_day(&date);
	}
	KTEST_EXPECT_TRUE(t, agreed);
	/* The Gregorian calendar repeats after 146097 days. */
	KTEST_EXPECT_EQ(t, want, 146097ull * SECONDS_PER_DAY);
}

static void moments_that_never_were_are_refused(struct ktest *t)
{
	static const struct calendar bad[] = {
		{ 1969, 12, 31, 23, 59, 59 },	  { 10000, 1, 1, 0, 0, 0 },
		{ 2026, 0, 1, 0, 0, 0 },	  { 2026, 13, 1, 0, 0, 0 },
		{ 2026, 1, 0, 0, 0, 0 },	  { 2026, 1, 32, 0, 0, 0 },
		{ 2026, 4, 31, 0, 0, 0 },	  { 2026, 2, 29, 0, 0, 0 },
		{ 2100, 2, 29, 0, 0, 0 },	  { 2026, 1, 1, 24, 0, 0 },
		{ 2026, 1, 1, 0, 60, 0 },	  { 2026, 1, 1, 0, 0, 60 },
		{ 255, 255, 255, 255, 255, 255 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KTEST_EXPECT_FALSE(t, calendar_is_valid(&bad[i]));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(well_known_moments_have_their_seconds),
	KTEST_CASE(four_centuries_have_every_day_once),
	KTEST_CASE(moments_that_never_were_are_refused),
};
KTEST_SUITE(calendar, cases);
