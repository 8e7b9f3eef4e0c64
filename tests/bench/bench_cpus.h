/* SPDX-License-Identifier: MIT */
/*
 * bench_cpus.h - work on several CPUs, for the benchmark core
 *
 * A worker thread for each CPU sleeps until it is given something to do. While
 * the caller sleeps its CPU is idle, so instructions counted are the workers'.
 */
#ifndef BENCH_CPUS_H
#define BENCH_CPUS_H

#include <kernel/types.h>

/* The most that rows ask for. */
#define BENCH_MAX_CPUS 4u

struct bench_job {
	void (*fn)(unsigned int n);
	unsigned int n;
	bool whole; /* one call of fn(n); else some calls, of n together */
	u64 first, last; /* ticks when it began and when it had ended */
};

/* Make the workers. Return: of how many CPUs, at least 1 and at most
 * BENCH_MAX_CPUS; 0 if there is no memory for them. */
unsigned int bench_cpus_begin(void);
/* Stop them. */
void bench_cpus_end(void);

/*
 * Run job[i] on CPU first + i for each of @nr, and sleep until all have ended.
 * They begin together. Between the calls of fn each CPU pauses: where virtual
 * CPUs take turns (QEMU with instruction counting) it is the next one's.
 */
void bench_on_cpus(unsigned int first, unsigned int nr, struct bench_job *job);

#endif
