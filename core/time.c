/* SPDX-License-Identifier: MIT */
/*
 * time.c - time since boot, from the cycle counter
 *
 * The arch says how many cycles make a millisecond; until it has measured
 * that, time_ns() is 0 and log lines carry 0.000000.
 */
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/jiffies_counter.h>
#include <kernel/math64.h>
#include <kernel/time.h>
#include <asm/processor.h>

#define NS_PER_MS 1000000u

volatile unsigned long jiffies = INITIAL_JIFFIES;
EXPORT_SYMBOL(jiffies);
static struct jiffies_counter jiffies_counter = { .ticks = INITIAL_JIFFIES };

void jiffies_tick(void)
{
	jiffies_counter_add(&jiffies_counter, 1);
	jiffies++;
}

u64 get_jiffies_64(void)
{
	return jiffies_counter_read(&jiffies_counter);
}
EXPORT_SYMBOL(get_jiffies_64);

u64 time_ns(void)
{
	u32 per_ms = arch_cycles_per_ms();
	u32 rest;
	u64 ms;

	if (!per_ms)
		return 0;
	ms = div_u64_rem(read_cycles(), per_ms, &rest);
	return ms * NS_PER_MS + div_u64((u64)rest * NS_PER_MS, per_ms);
}
EXPORT_SYMBOL(time_ns);

/* The clock, going on in steps of @step_ns. */
static void real_ts64(struct timespec64 *ts, u32 step_ns)
{
	u32 ns;
	u64 seconds = div_u64_rem(time_ns(), 1000 * NS_PER_MS, &ns);

	ts->tv_sec = (time64_t)(arch_boot_time() + seconds);
	ts->tv_nsec = (long)(ns - ns % step_ns);
}

void ktime_get_real_ts64(struct timespec64 *ts)
{
	real_ts64(ts, 1);
}
EXPORT_SYMBOL(ktime_get_real_ts64);

void ktime_get_coarse_real_ts64(struct timespec64 *ts)
{
	real_ts64(ts, 1000 * NS_PER_MS / HZ);
}
EXPORT_SYMBOL(ktime_get_coarse_real_ts64);

time64_t ktime_get_real_seconds(void)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	return now.tv_sec;
}
EXPORT_SYMBOL(ktime_get_real_seconds);

/* Wait for @cycles; before the counter is calibrated, assume 4 GHz. */
static void delay_cycles(u64 cycles)
{
	u64 start = read_cycles();

	while (read_cycles() - start < cycles)
		cpu_relax();
}

static u32 cycles_per_ms_or_more(void)
{
	u32 per_ms = arch_cycles_per_ms();

	return per_ms ? per_ms : 4000000u;
}

void udelay(u32 us)
{
	delay_cycles(div_u64((u64)us * cycles_per_ms_or_more(), 1000));
}
EXPORT_SYMBOL(udelay);

void mdelay(u32 ms)
{
	delay_cycles((u64)ms * cycles_per_ms_or_more());
}
EXPORT_SYMBOL(mdelay);
