/* SPDX-License-Identifier: MIT */
/*
 * rtc.c - the battery-backed clock of the PC: when was this machine started?
 *
 * Read once at boot; from then on time is counted by the CPU. The chip changes
 * its registers once a second and says shortly before that it is about to, so
 * they are read when it does not, twice, until both readings agree. It has two
 * digits of the year; the century register is not the same on all boards, so
 * they stand for 1970 to 2069. The clock is taken to run in UTC.
 */
#define pr_fmt(fmt) "rtc: " fmt

#include <kernel/calendar.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/time.h>
#include <asm/device_io.h>
#include <asm/processor.h>
#include "internal.h"

#define CMOS_INDEX 0x70
#define CMOS_DATA 0x71

#define RTC_SECOND 0x00
#define RTC_MINUTE 0x02
#define RTC_HOUR 0x04
#define RTC_DAY 0x07
#define RTC_MONTH 0x08
#define RTC_YEAR 0x09
#define RTC_STATUS_A 0x0a
#define RTC_STATUS_B 0x0b

#define STATUS_A_UPDATING 0x80u
#define STATUS_B_24_HOURS 0x02u
#define STATUS_B_BINARY 0x04u
#define HOUR_PM 0x80u

/* An update takes 2.3 ms and a port read about a microsecond. */
#define UPDATE_POLLS 10000u
/* Two readings can differ only where a second ends. */
#define READINGS 4u

#define NS_PER_SECOND 1000000000u

/* 0: no clock. Written once. */
static u64 boot_time;

u64 arch_boot_time(void)
{
	return boot_time;
}

static unsigned int cmos_read(u8 reg)
{
	outb(reg, CMOS_INDEX);
	return inb(CMOS_DATA);
}

static unsigned int from_bcd(unsigned int value)
{
	return (value >> 4) * 10 + (value & 15);
}

/* The registers as they are, once the chip is not about to change them. */
static void rtc_read_raw(struct calendar *raw)
{
	unsigned int polls = UPDATE_POLLS;

	while (cmos_read(RTC_STATUS_A) & STATUS_A_UPDATING && --polls)
		;
	raw->second = cmos_read(RTC_SECOND);
	raw->minute = cmos_read(RTC_MINUTE);
	raw->hour = cmos_read(RTC_HOUR);
	raw->day = cmos_read(RTC_DAY);
	raw->month = cmos_read(RTC_MONTH);
	raw->year = cmos_read(RTC_YEAR);
}

/* Two digits, or binary; 12 hours with a bit for the afternoon, or 24. */
void rtc_decode(struct calendar *date, unsigned int status_b)
{
	bool afternoon = !(status_b & STATUS_B_24_HOURS) &&
			 (date->hour & HOUR_PM);

	if (!(status_b & STATUS_B_24_HOURS))
		date->hour &= ~HOUR_PM;
	if (!(status_b & STATUS_B_BINARY)) {
		date->second = from_bcd(date->second);
		date->minute = from_bcd(date->minute);
		date->hour = from_bcd(date->hour);
		date->day = from_bcd(date->day);
		date->month = from_bcd(date->month);
		date->year = from_bcd(date->year);
	}
	if (!(status_b & STATUS_B_24_HOURS))
		date->hour = date->hour % 12 + (afternoon ? 12 : 0);
	date->year += date->year < 70 ? 2000 : 1900;
}

static bool same_moment(const struct calendar *a, const struct calendar *b)
{
	return a->second == b->second && a->minute == b->minute &&
	       a->hour == b->hour && a->day == b->day && a->month == b->month &&
	       a->year == b->year;
}

void rtc_init(void)
{
	struct calendar date, again;
	unsigned int i;
	u64 now;

	rtc_read_raw(&date);
	for (i = 0; i < READINGS; i++) {
		rtc_read_raw(&again);
		if (same_moment(&date, &again))
			break;
		date = again;
	}
	rtc_decode(&date, cmos_read(RTC_STATUS_B));
	if (!calendar_is_valid(&date)) {
		pr_warn("no clock found: the time of boot is not known\n");
		return;
	}
	now = calendar_to_seconds(&date);
	boot_time = now - div_u64(time_ns(), NS_PER_SECOND);
}
