/* SPDX-License-Identifier: MIT */
/*
 * cpu_time.c - what the CPUs spend their time on, and the load that makes
 *
 * A CPU that is about to halt leaves a word about why; the tick that ends the
 * halt finds it there. Ticks that come while interrupts are off for longer
 * than one period are lost, so the sum may stay below the uptime, never above.
 *
 * The load averages are Linux's: every five seconds and a tick (so that what
 * repeats each second is not always met at the same point) the number of tasks
 * that run, are ready or sleep uninterruptibly is mixed into three means. A mean over T seconds keeps exp(-5 / T) of
 * itself.
 *
 * Locking: none. A CPU's words are its own; the means are written by the CPU
 * that has the timer interrupt and read as they are.
 */
#include <kernel/cpu_time.h>
#include <kernel/jiffies.h>
#include <kernel/percpu.h>
#include <kernel/sched.h>
#include <kernel/util.h>
#include <asm/processor.h>

#define LOAD_PERIOD_TICKS (5 * HZ + 1)

/* exp(-5 / 60), exp(-5 / 300), exp(-5 / 900), in parts of LOAD_ONE. */
static const unsigned long load_keep[NR_LOADS] = { 1884, 2014, 2037 };

static DEFINE_PER_CPU(enum cpu_time, cpu_doing);
static DEFINE_PER_CPU(unsigned long, cpu_ticks[NR_CPU_TIMES]);

static unsigned long loads[NR_LOADS];
static unsigned long load_next_tick = INITIAL_JIFFIES + LOAD_PERIOD_TICKS;

void cpu_wait_as(enum cpu_time what)
{
	/* Whoever runs next would be counted as waiting, too. */
	preempt_disable();
	this_cpu_write(cpu_doing, what);
	cpu_wait_for_interrupt();
	this_cpu_write(cpu_doing, CPU_TIME_SYSTEM);
	preempt_enable();
}

void load_add_sample(unsigned long load[NR_LOADS], unsigned long active)
{
	unsigned long sample = active << LOAD_SHIFT;
	unsigned int i;

	for (i = 0; i < NR_LOADS; i++) {
		unsigned long keep = load_keep[i];
		unsigned long sum = load[i] * keep + sample * (LOAD_ONE - keep);

		/* On the way up round up, or a load of 1 would end at 0.99. */
		if (sample >= load[i])
			sum += LOAD_ONE - 1;
		load[i] = sum >> LOAD_SHIFT;
	}
}

void load_read(unsigned long load[NR_LOADS])
{
	unsigned int i;

	for (i = 0; i < NR_LOADS; i++)
		load[i] = READ_ONCE(loads[i]);
}

void cpu_time_tick(void)
{
	unsigned long *ticks = *this_cpu_ptr(&cpu_ticks);

	ticks[in_serving_softirq() ? CPU_TIME_SOFTIRQ :
				     this_cpu_read(cpu_doing)]++;
	if (smp_processor_id() == 0 && time_after_eq(jiffies, load_next_tick)) {
		load_next_tick += LOAD_PERIOD_TICKS;
		load_add_sample(loads, nr_running() + nr_uninterruptible());
	}
}

unsigned long cpu_time_ticks(unsigned int cpu, enum cpu_time what)
{
	return READ_ONCE(per_cpu(cpu_ticks, cpu)[what]);
}

unsigned long cpu_time_sum(enum cpu_time what)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_online_cpu(cpu)
		sum += cpu_time_ticks(cpu, what);
	return sum;
}
