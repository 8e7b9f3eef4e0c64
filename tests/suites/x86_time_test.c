/* SPDX-License-Identifier: MIT */
/*
 * x86_time_test.c - ticks by what they find, and the clock's registers
 *
 * Kernel only: there the timer ticks.
 */
#include <kernel/calendar.h>
#include <kernel/cpu_time.h>
#include <kernel/ktest.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include "../../arch/x86/cpu/internal.h"
#include "proc_text.h"

#define B_24_HOURS 0x02u
#define B_BINARY 0x04u

/* Some of them may meet a soft interrupt. */
static unsigned long work_ticks(unsigned int cpu)
{
	return cpu_time_ticks(cpu, CPU_TIME_SYSTEM) +
	       cpu_time_ticks(cpu, CPU_TIME_SOFTIRQ);
}

/* Busy for a few ticks: all of them are the kernel's work. */
static void ticks_of_a_busy_cpu_are_work(struct ktest *t)
{
	unsigned int me = get_cpu();
	unsigned long idle = cpu_time_ticks(me, CPU_TIME_IDLE);
	unsigned long work = work_ticks(me);
	unsigned long start = jiffies;

	/* jiffies may be another CPU's count: ours comes later on a busy host. */
	while (work_ticks(me) < work + 2 && jiffies - start < 10 * HZ)
		cpu_relax();
	KTEST_EXPECT_EQ(t, cpu_time_ticks(me, CPU_TIME_IDLE), idle);
	KTEST_EXPECT_GE(t, work_ticks(me), work + 2);
	put_cpu();
}

static void ticks_of_a_halted_cpu_are_what_it_waits_for(struct ktest *t)
{
	static const enum cpu_time kinds[] = { CPU_TIME_IDLE, CPU_TIME_IOWAIT };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		unsigned long before = cpu_time_sum(kinds[i]);
		unsigned long start = jiffies;

		while (jiffies - start < 2) {
			local_irq_disable();
			cpu_wait_as(kinds[i]);
		}
		KTEST_EXPECT_GE(t, cpu_time_sum(kinds[i]), before + 1);
	}
}

static void expect_decoded(struct ktest *t, struct calendar raw,
			   unsigned int status_b, struct calendar want)
{
	rtc_decode(&raw, status_b);
	KTEST_EXPECT_EQ(t, calendar_is_valid(&raw), true);
	KTEST_EXPECT_EQ(t, calendar_to_seconds(&raw),
			calendar_to_seconds(&want));
}

static void the_clock_is_read_in_all_its_forms(struct ktest *t)
{
	expect_decoded(
		t, (struct calendar){ 0x26, 0x11, 0x30, 0x23, 0x59, 0x58 },
		B_24_HOURS, (struct calendar){ 2026, 11, 30, 23, 59, 58 });
	expect_decoded(t, (struct calendar){ 26, 11, 30, 23, 59, 58 },
		       B_24_HOURS | B_BINARY,
		       (struct calendar){ 2026, 11, 30, 23, 59, 58 });
	/* Half past midnight, noon, and three in the afternoon. */
	expect_decoded(t, (struct calendar){ 0x99, 0x12, 0x31, 0x12, 0x30, 0 },
		       0, (struct calendar){ 1999, 12, 31, 0, 30, 0 });
	expect_decoded(t, (struct calendar){ 0x70, 0x01, 0x01, 0x92, 0, 0 }, 0,
		       (struct calendar){ 1970, 1, 1, 12, 0, 0 });
	expect_decoded(t, (struct calendar){ 69, 1, 1, 0x83, 0, 0 }, B_BINARY,
		       (struct calendar){ 2069, 1, 1, 15, 0, 0 });
}

static void cpuinfo_names_each_cpu(struct ktest *t)
{
	const char *text = text_of(t, "cpuinfo");

	KTEST_EXPECT_PTR_EQ(t, strstr(text, "processor\t: 0\nvendor_id\t: "),
			    text);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "\nflags\t\t:"));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, " pae "));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "\npower management:\n\n"));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(ticks_of_a_busy_cpu_are_work),
	KTEST_CASE(ticks_of_a_halted_cpu_are_what_it_waits_for),
	KTEST_CASE(the_clock_is_read_in_all_its_forms),
	KTEST_CASE(cpuinfo_names_each_cpu),
};
KTEST_SUITE(x86_time, cases);
