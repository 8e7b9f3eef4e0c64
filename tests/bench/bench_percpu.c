/* SPDX-License-Identifier: MIT */
/*
 * bench_percpu.c - per-CPU variables and memory
 *
 * percpu_get_inc_put was 5 on the Linux that was measured, which was built
 * without preemption: to hold this CPU costs it nothing. Here it costs two
 * instructions more, the count up and down; the same Linux with preemption has
 * 8 in all.
 */
#include "mm_bench.h"

static DEFINE_PER_CPU(unsigned int, counter);

static void op_inc(unsigned int n)
{
	while (n--) {
		this_cpu_inc(counter);
		bench_use(n);
	}
}

static void op_get_inc_put(unsigned int n)
{
	while (n--) {
		get_cpu_var(counter)++;
		put_cpu_var(counter);
		bench_use(n);
	}
}

static void op_alloc_pair(unsigned int n)
{
	while (n--) {
		unsigned int __percpu *p = alloc_percpu(unsigned int);

		if (!p)
			failures++;
		bench_use(p);
		free_percpu(p);
	}
}

bool bench_percpu(void)
{
	pair("percpu_inc", 0, NPAIR, op_inc);
	pair("percpu_get_inc_put", 0, NPAIR, op_get_inc_put);
	pair("percpu_alloc_pair", 4, NPAIR, op_alloc_pair);
	return true;
}
