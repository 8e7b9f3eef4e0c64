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
/* Objects of all workers together, each taken and given once at least. */
#define WORK_OBJECTS 10000u
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
	KTEST_EXPECT_EQ(t, four, (u32)(-3 * bumps));
	KTEST_EXPECT_TRUE(t, eight == bumps << 33);
	KTEST_EXPECT_TRUE(t, dynamic == bumps);
}

/* One held object: what was written into its copies. */
struct percpu_held {
	u32 *p;
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

	held->p = (u32 *)__alloc_percpu_gfp(4 + random % 61, 4, GFP_KERNEL);
	if (!held->p)
		return false;
	held->value = random;
	for_each_possible_cpu(cpu)
		*per_cpu_ptr(held->p, cpu) = random + cpu;
	return true;
}

/* Take and give objects beside the other workers. Return: wrong copies, and
 * requests that failed. */
static inline unsigned int percpu_work_churn(const struct percpu_work *w,
					     u32 seed)
{
	unsigned int left = WORK_OBJECTS / w->nr_workers, wrong = 0, i;
	struct percpu_held held[WORK_HELD] = { { 0 } };
	struct xorshift32 random;

	xorshift32_seed(&random, seed);
	while (left--) {
		u32 r = xorshift32_next(&random);
		struct percpu_held *h = &held[r % WORK_HELD];

		if (h->p)
			wrong += percpu_held_drop(h);
		wrong += !percpu_held_take(h, r);
		/* And what everybody does meanwhile. */
		this_cpu_inc(*w->four);
	}
	for (i = 0; i < WORK_HELD; i++)
		if (held[i].p)
			wrong += percpu_held_drop(&held[i]);
	return wrong;
}

#endif
