/* SPDX-License-Identifier: MIT */
/*
 * percpu_work.h - what several workers do to per-CPU data at the same time
 *
 * A worker is a thread of the kernel or a hosted CPU; the suites bring them.
 */
#ifndef TESTS_PERCPU_WORK_H
#define TESTS_PERCPU_WORK_H

#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/random.h>
#include <mm/percpu.h>

#define WORK_BUMPS 20000u
/* Objects that the first worker takes and gives, and each of the others. These
 * have few, and bump counters besides: CPUs of a virtual machine that want one
 * lock all the time wait for each other's time slices, for minutes. */
#define WORK_OBJECTS 10000u
#define WORK_OBJECTS_BESIDE 200u
#define WORK_HELD 64u

/* A counter of each width, static and dynamic; set once before the work. */
struct percpu_work {
	u8 *one;
	u16 *two;
	u32 *four;
	u64 *eight;
	u64 __percpu *dynamic;
	unsigned int nr_workers;
};

static inline void percpu_work_bump(const struct percpu_work *w)
{
	unsigned int i;

	for (i = 0; i < WORK_BUMPS; i++) {
		this_cpu_inc(*w->one);
		this_cpu_add(*w->two, 2);
		this_cpu_sub(*w->four, 3);
		this_cpu_add(*w->eight, 1ull << 33);
		this_cpu_inc_return(*w->dynamic);
	}
}

/* The sums over all CPUs are exact, as far as each width can hold them. */
static inline void percpu_work_expect(struct ktest *t,
				      const struct percpu_work *w)
{
	u64 bumps = (u64)w->nr_workers * WORK_BUMPS, eight = 0, dynamic = 0;
	u32 four = 0;
	u16 two = 0;
	u8 one = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		one = (u8)(one + *per_cpu_ptr(w->one, cpu));
		two = (u16)(two + *per_cpu_ptr(w->two, cpu));
		four += *per_cpu_ptr(w->four, cpu);
		eight += *per_cpu_ptr(w->eight, cpu);
		dynamic += *per_cpu_ptr(w->dynamic, cpu);
	}
	KTEST_EXPECT_EQ(t, one, (u8)bumps);
	KTEST_EXPECT_EQ(t, two, (u16)(2 * bumps));
	KTEST_EXPECT_EQ(t, four, 0u - 3 * (u32)bumps);
	KTEST_EXPECT_TRUE(t, eight == bumps << 33);
	KTEST_EXPECT_TRUE(t, dynamic == bumps);
}

/* One held object: what was written into its copies. */
struct percpu_held {
	u32 __percpu *p;
	u32 value;
};

/* Return: how many copies were not as they were written. */
static inline unsigned int percpu_held_drop(struct percpu_held *held)
{
	unsigned int cpu, wrong = 0;

	for_each_possible_cpu(cpu)
		wrong += *per_cpu_ptr(held->p, cpu) != held->value + cpu;
	free_percpu(held->p);
	held->p = NULL;
	return wrong;
}

static inline bool percpu_held_take(struct percpu_held *held, u32 random)
{
	unsigned int cpu;

	held->p = __alloc_percpu_gfp(4 + random % 61, 4, GFP_KERNEL);
	if (!held->p)
		return false;
	held->value = random;
	for_each_possible_cpu(cpu)
		*per_cpu_ptr(held->p, cpu) = random + cpu;
	return true;
}

/* Worker number @idx takes and gives objects beside the others. Return: wrong
 * copies, and requests that failed. */
static inline unsigned int percpu_work_churn(const struct percpu_work *w,
					     unsigned int idx)
{
	unsigned int left = idx ? WORK_OBJECTS_BESIDE : WORK_OBJECTS;
	struct percpu_held held[WORK_HELD] = { { 0 } };
	struct xorshift32 random;
	unsigned int wrong = 0, i;

	xorshift32_seed(&random, 77 + idx);
	while (left--) {
		u32 r = xorshift32_next(&random);
		struct percpu_held *h = &held[r % WORK_HELD];

		if (h->p)
			wrong += percpu_held_drop(h);
		wrong += !percpu_held_take(h, r);
	}
	/* All have their counter to themselves, whatever lies beside it. */
	percpu_work_bump(w);
	for (i = 0; i < WORK_HELD; i++)
		if (held[i].p)
			wrong += percpu_held_drop(&held[i]);
	return wrong;
}

#endif
