/* SPDX-License-Identifier: MIT */
/*
 * cpu_time.h - what the CPUs spend their time on
 *
 * Each timer tick is counted for what it found its CPU doing, so the figures
 * have the grain of HZ. Whoever waits with the CPU halted says so by waiting
 * through cpu_wait_as(); all else is work of the kernel.
 */
#ifndef KERNEL_CPU_TIME_H
#define KERNEL_CPU_TIME_H

#include <kernel/types.h>

enum cpu_time {
	CPU_TIME_SYSTEM, /* must be 0: what a CPU does unless it says other */
	CPU_TIME_IDLE, /* nothing to do */
	CPU_TIME_IOWAIT, /* nothing to do until a device has answered */
	CPU_TIME_SOFTIRQ, /* soft interrupts */
	NR_CPU_TIMES
};

/**
 * cpu_wait_as - cpu_wait_for_interrupt(), counted as @what
 *
 * Context: interrupts off; they are on when it returns.
 */
void cpu_wait_as(enum cpu_time what);

/* Count a tick for this CPU. Context: the timer interrupt. */
void cpu_time_tick(void);

/* Ticks since boot that found @cpu at @what. */
unsigned long cpu_time_ticks(unsigned int cpu, enum cpu_time what);

/* The same, of all CPUs. */
unsigned long cpu_time_sum(enum cpu_time what);

/*
 * Load averages: how many tasks run, want to, or sleep uninterruptibly, as
 * exponential means over 1, 5 and 15 minutes. Fixed point, LOAD_ONE is 1.
 */
#define LOAD_SHIFT 11u
#define LOAD_ONE (1ul << LOAD_SHIFT)
#define NR_LOADS 3u

/* Take the sample @active (a count, below 2^16) into the means at @load. */
void load_add_sample(unsigned long load[NR_LOADS], unsigned long active);

/* The means as they are now. */
void load_read(unsigned long load[NR_LOADS]);

#endif
