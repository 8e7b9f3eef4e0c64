/* SPDX-License-Identifier: MIT */
/* calendar.h - seconds since 1970 from a date, without leap seconds. */
#ifndef KERNEL_CALENDAR_H
#define KERNEL_CALENDAR_H

#include <kernel/types.h>

/* A moment of the Gregorian calendar, UTC. */
struct calendar {
	unsigned int year; /* 1970 .. */
	unsigned int month; /* 1 .. 12 */
	unsigned int day; /* 1 .. 31, as the month has */
	unsigned int hour; /* 0 .. 23 */
	unsigned int minute; /* 0 .. 59 */
	unsigned int second; /* 0 .. 59 */
};

/* Is there such a moment, from 1970 to 9999? */
bool calendar_is_valid(const struct calendar *date);

/* Seconds from 1970-01-01 00:00:00 to @date, which is valid. */
u64 calendar_to_seconds(const struct calendar *date);

/* The other way round, up to the end of 9999. */
void calendar_from_seconds(u64 seconds, struct calendar *date);

#endif
